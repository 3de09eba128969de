"""Standard dataclasses, pydantic's dataclasses among them."""

from __future__ import annotations

import copy
import copyreg
import dataclasses
import enum
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MemberDescriptorType
from typing import Any

from pydantic import ValidationError
from pydantic.dataclasses import is_pydantic_dataclass
from pydantic.fields import FieldInfo
from pydantic_core import ArgsKwargs
from typing_extensions import deprecated

from type_safe_convert.errors import ConversionError, ValueConversionError, hides_input
from type_safe_convert.generated_class import CARRIED, GeneratedClass
from type_safe_convert.kinds.pydantic.fields import field_info, is_field_info_default, makes_enum_values
from type_safe_convert.kinds.pydantic.validators import fields_that_take_more, from_pydantic, unwrap_rejected
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.family import hashes_by_value, own_field_names, reduce_class
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.instances import (
    AttributeReader,
    CallBuilder,
    DictReader,
    InstanceBuilder,
    InstanceReader,
    StateReader,
    StoreBuilder,
    StoreInDict,
    allocator,
)
from type_safe_convert.model.kind import (
    GeneratedField,
    ModelKind,
    Traits,
    hash_of,
)
from type_safe_convert.model.names import writable_name
from type_safe_convert.model.shape import MISSING, Field, FromValues, Shape, exact
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.model.state import is_computed, object_state, read_into
from type_safe_convert.types import nodes
from type_safe_convert.types.names import resolve_hints, variables_of_fields
from type_safe_convert.types.parse import parse
from type_safe_convert.types.render import forward_reference
from type_safe_convert.values.copying import BUILTIN_VALUE
from type_safe_convert.values.encoding import encoders_of

_set_attribute = object.__setattr__

_FIELDS_HAVE_DOC = "doc" in inspect.signature(dataclasses.field).parameters  # since Python 3.14

# What `__pydantic_config__` of a dataclass says about what is read into it, which holds for its counterparts and JSON.
VALIDATION_CONFIG = frozenset({
    "str_strip_whitespace", "str_to_lower", "str_to_upper", "str_min_length", "str_max_length", "strict",
    "coerce_numbers_to_str", "allow_inf_nan",
})  # fmt: skip

# What it says about text and errors.
_CARRIED_CONFIG = VALIDATION_CONFIG | {
    "ser_json_timedelta", "ser_json_temporal", "ser_json_bytes", "ser_json_inf_nan", "val_json_bytes",
}  # fmt: skip

# Field metadata that says the same as an argument of pydantic's Field, where it is of the class that this takes: any
# other value under such a name is another library's.
_KNOWN_METADATA: dict[str, Any] = {
    "title": str,
    "description": str,
    "examples": (list, tuple),
    "alias": str,
    "deprecated": (str, bool, deprecated),
    "json_schema_extra": (dict, Callable),
}


class GeneratedDataclassMeta(GeneratedClass):
    """The metaclass of generated dataclasses: a copy by `dataclasses.replace` keeps what only the origin can
    express."""

    @property
    def __signature__(cls) -> inspect.Signature:
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]
        return signature.replace(parameters=[*signature.parameters.values()][1:])

    def __call__(cls, /, *args: Any, **values: Any) -> Any:
        if CARRIED not in values:
            return super().__call__(*args, **values)
        carried = values.pop(CARRIED)
        instance = super().__call__(*args, **values)
        instance.__dict__[CARRIED] = dict(carried)
        return instance


copyreg.pickle(GeneratedDataclassMeta, reduce_class)


class _FieldsAndCarried:
    """The `__dataclass_fields__` of a generated class; those of an instance that remembers something have an `InitVar`
    for that, since `dataclasses.replace` hands the values of such on to the constructor."""

    def __init__(self, fields: dict[str, dataclasses.Field[Any]]) -> None:
        self.fields = fields
        item: Any = dataclasses.field(default=None)
        item.name, item.type, item._field_type = CARRIED, dataclasses.InitVar[Any], dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]
        self.carried = item

    def __get__(self, instance: Any, owner: Any) -> dict[str, dataclasses.Field[Any]]:
        if instance is None or CARRIED not in instance.__dict__:
            return self.fields
        return {**self.fields, CARRIED: self.carried}


class GeneratedDataclass(metaclass=GeneratedDataclassMeta):
    """Base of generated dataclasses whose hierarchy mixes frozen and mutable classes, which `dataclass` itself
    refuses."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _setter_but_for(frozen_fields: set[str]) -> Callable[[Any, str, Any], None]:
    def set_attribute(self: Any, name: str, value: Any) -> None:
        if name in frozen_fields and name in self.__dict__:  # else its constructor is at work
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        _set_attribute(self, name, value)

    return set_attribute


def _hash_by_value(instance: Any) -> int:
    return hash_of(type(instance), [getattr(instance, item.name) for item in dataclasses.fields(instance)])


class DataclassKind(ModelKind):
    name = "dataclass"
    label = "a dataclass"
    suffix = "Dataclass"
    base = None
    traits = Traits(attribute_order_shows=False)

    def is_model(self, cls: Any) -> bool:
        return isinstance(cls, type) and hasattr(cls, "__dataclass_fields__")

    def state(self, instance: Any) -> dict[str, Any]:
        state = object_state(instance)
        for item in dataclasses.fields(instance):  # one may be a property
            read_into(state, item.name, getattr, instance, item.name)
        return state

    def constructor_has_default(self, cls: Any, name: str) -> bool:
        # A standard dataclass would put pydantic's `Field()` itself into an instance.
        return is_pydantic_dataclass(cls) or not isinstance(cls.__dataclass_fields__[name].default, FieldInfo)

    def reconstruct(self, instance: Any) -> Any:
        cls = type(instance)
        validated = hasattr(cls, "__pydantic_validator__")
        if not validated and not hasattr(cls, "__post_init__"):
            return instance
        given = {item.name: getattr(instance, item.name) for item in dataclasses.fields(instance) if item.init}
        if not accepts_keywords(cls.__init__, tuple(given)):
            return instance
        again = cls(**given)
        return again if validated else instance  # what a `__post_init__` did to the values shows in these

    # JSON

    def has_own_schema(self, cls: Any) -> bool:
        return is_pydantic_dataclass(cls)

    def core_schema(self, cls: Any, shape: Shape, schema: Any) -> Any:
        if not (_is_generated(cls.__init__) and cls.__new__ is object.__new__):
            return schema.called(self.builder(cls, shape).build)
        if shape.cls is cls and _sets_more_than_its_dict(cls, shape):
            return schema.called(_construct, init_only=True)
        return schema.filled({}, post_init=hasattr(cls, "__post_init__"))

    # reading a class

    def read(self, cls: Any) -> Shape:
        hints = resolve_hints(cls)
        infos: Mapping[str, FieldInfo] = getattr(cls, "__pydantic_fields__", {})
        variables = variables_of_fields(cls) if infos else {}
        fields = {
            exact(item.name): _read_field(cls, item, hints, infos.get(item.name), variables.get(item.name, {}))
            for item in dataclasses.fields(cls)
        }
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        config = getattr(cls, "__pydantic_config__", None) or {}
        hidden = {"hide_input_in_errors": True} if hides_input(cls) else {}
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            frozen=cls.__dataclass_params__.frozen,
            hashable=cls.__hash__ not in (None, object.__hash__),
            by_identity=cls.__eq__ is object.__eq__,
            init_only=_init_only(cls),
            extra="forbid" if config.get("extra") == "forbid" else "ignore",
            config={**{key: config[key] for key in config if key in _CARRIED_CONFIG}, **hidden},
        )

    # making a class

    def attribute(self, name: str, shape: Shape) -> str:
        return writable_name(name, shape.fields)

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        namespace: dict[str, Any] = {
            **place_of(shape.cls, self.suffix),
            "__doc__": shape.doc or f"{shape.name}, as a dataclass.",
            "__annotations__": {made.attribute: made.annotation for made in fields},
        }
        for made in fields:
            namespace[made.attribute] = _make_field(made)
        if any(type(field.default_factory) is FromValues for field in shape.fields.values()):
            namespace["__post_init__"] = _make_pending
        frozen_bases = [base.__dataclass_params__.frozen for base in bases]  # type: ignore[attr-defined]
        mixed = shape.frozen and not all(frozen_bases)
        frozen_fields = {
            self.attribute(name, shape) for name, item in shape.fields.items() if item.options.get("frozen")
        }
        if frozen_fields and not shape.frozen:
            namespace["__setattr__"] = _setter_but_for(frozen_fields)
        if mixed:
            namespace["__setattr__"] = GeneratedDataclass.__setattr__
            namespace["__delattr__"] = GeneratedDataclass.__delattr__
        hashes = shape.hashable and not hashes_by_value(shape.cls)
        if hashes:
            namespace["__hash__"] = _hash_by_value
        known = [base.__dataclass_params__.frozen for item in bases for base in item.__mro__ if self.is_model(base)]  # type: ignore[attr-defined]
        cls: Any
        mixes_frozen = any(known) and not (shape.frozen and all(known))
        if mixes_frozen or _needs_keywords(bases, ()):
            freeze = GeneratedDataclass if shape.frozen else object
            for name in ("__setattr__", "__delattr__") if mixes_frozen else ():
                namespace.setdefault(name, getattr(freeze, name))
            cls = GeneratedDataclassMeta(f"{shape.name}__{self.suffix}", bases, namespace)
            _complete_apart(cls, shape.frozen, _needs_keywords(bases, fields))
            cls.__dataclass_fields__ = _FieldsAndCarried(cls.__dataclass_fields__)
            return cls
        cls = GeneratedDataclassMeta(f"{shape.name}__{self.suffix}", bases, namespace)
        dataclasses.dataclass(
            frozen=(shape.frozen or any(frozen_bases)) and not mixed,
            unsafe_hash=mixed and not hashes,
            kw_only=_needs_keywords(bases, fields),
        )(cls)
        cls.__dataclass_fields__ = _FieldsAndCarried(cls.__dataclass_fields__)
        return cls

    def finish(self, cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        for made in fields:
            cls.__annotations__[made.attribute] = made.annotation
            cls.__dataclass_fields__[made.attribute].type = made.annotation
            if "__init__" in cls.__dict__:
                cls.__init__.__annotations__[made.attribute] = made.annotation

    # instances

    def holds_enum_values(self, cls: type) -> bool:
        return makes_enum_values(cls)

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        reader = self._reader(cls, shape)
        # The constructor of a standard dataclass puts a `Field` into an instance where it was given no value.
        reader.stand_ins = {
            name: _value_of(field) for name, field in shape.fields.items() if is_field_info_default(cls, name)
        }
        return reader

    def _reader(self, cls: Any, shape: Shape) -> InstanceReader:
        if not _fields_are_in_dict(cls, shape):
            return _reader_of_slots(cls, shape)
        if shape.cls is not cls:
            return DictReader(Carried.by)
        names = shape.fields.keys()
        builtin = _builtin_base(cls)
        slots = _slots_beside(cls, shape)

        def carried(instance: Any) -> Carried:
            undeclared = {
                key: value for key, value in instance.__dict__.items() if key not in names and not is_computed(cls, key)
            }
            undeclared.update({name: getattr(instance, name) for name in slots if hasattr(instance, name)})
            held = Carried({"undeclared": undeclared} if undeclared else {}, _unseen(shape, instance))
            if builtin is not None:
                held.values["content"] = _content(builtin, instance)
            return held

        more = builtin is not None or slots or MISSING in shape.init_only.values()
        state = _state_without_field_info(cls, shape)
        options: dict[str, Any] = {"always_carries": bool(more), "optional_attributes": _gaps(shape)}
        return DictReader(carried, **options) if state is None else StateReader(state, carried, **options)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        in_dict = _fields_are_in_dict(cls, shape)
        if shape.cls is not cls:
            if not in_dict:  # made below a slotted class that somebody wrote
                return StoreBuilder(_store_attributes, _restore, in_dict=False)
            return StoreBuilder(StoreInDict(), _restore)
        construction = _CallInit(cls, shape)
        post_init = hasattr(cls, "__post_init__")
        stores = (
            _is_generated(inspect.getattr_static(cls, "__init__"))
            and cls.__new__ is object.__new__
            and not shape.init_only
            and not any(type(field.default_factory) is FromValues for field in shape.fields.values())
            and not (post_init and not all(field.init for field in shape.fields.values()))
            and (in_dict or _fields_are_slots(cls, shape))
            and (cls.__setattr__ is object.__setattr__ or (in_dict and shape.frozen and _is_generated(cls.__setattr__)))
        )
        recall = _store_attributes if post_init or not _only_stores(cls) else None
        if makes_enum_values(cls):  # of the members that its counterparts hold, the constructor makes values
            recall = None
        if not stores:
            return _builder_over_builtin(cls, construction, recall) or CallBuilder(
                construction,
                _restore,
                new=allocator(cls),
                lenient_fields=construction.lenient,
                decoded_fields=frozenset(construction.encoders),
                recall=recall,
                aside=True,
            )
        plain = in_dict and not post_init
        return StoreBuilder(
            StoreInDict() if plain else construction,
            _restore,
            new=allocator(cls),
            in_dict=in_dict,
            post_init=post_init,
            recall=recall,
            aside=True,
        )


def _read_field(
    cls: Any,
    item: dataclasses.Field[Any],
    hints: Mapping[str, Any],
    info: FieldInfo | None,
    variables: Mapping[Any, Any],
) -> Field:
    annotation = hints.get(item.name, item.type)
    if isinstance(annotation, str):
        annotation = forward_reference(annotation)
    metadata = item.metadata
    options = {key: metadata[key] for key, cls in _KNOWN_METADATA.items() if isinstance(metadata.get(key), cls)}
    if "examples" in options:
        options["examples"] = list(options["examples"])
    if isinstance(doc := getattr(item, "doc", None), str):  # since Python 3.14
        options.setdefault("description", doc)
    default: Any = MISSING if item.default is dataclasses.MISSING else item.default
    factory: Any = None if item.default_factory is dataclasses.MISSING else item.default_factory
    if hasattr(type(default), "__set__") and inspect.getattr_static(cls, item.name, None) is default:
        default, factory = MISSING, functools.partial(_set_and_get, cls, item.name, default)
    info = info or field_info(item, annotation)
    if info is not None:
        from type_safe_convert.kinds.pydantic.model_fields import read_field

        field = read_field(item.name, info, variables)
        annotation, default, factory = field.annotation, field.default, field.default_factory
        options = {**options, **field.options}
    return Field(
        name=exact(item.name),
        annotation=annotation,
        node=parse(annotation),
        default=default,
        default_factory=factory,
        options=options,
        metadata=metadata,
        init=item.init,
        kw_only=item.kw_only is True or (info is not None and info.kw_only is True),
        repr=item.repr and (info is None or info.repr),
        compare=item.compare,
        hash=item.hash,
    )


# What `dataclass` gives a class.
_GENERATED = (
    "__init__", "__repr__", "__eq__", "__hash__", "__match_args__", "__replace__",
    "__dataclass_fields__", "__dataclass_params__",
)  # fmt: skip


def _complete_apart(cls: Any, frozen: bool, kw_only: bool) -> None:
    """What `dataclass` does, for bases that it refuses: some frozen and others not, or a field without a default after
    one with a default that another base has.

    So the methods are generated for a class with the same fields and no bases, and are moved.
    """
    inherited: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        if "__dataclass_fields__" in base.__dict__:
            inherited.update(base.__dataclass_fields__)
    own = inspect.get_annotations(cls)
    namespace = {name: copy.copy(item) for name, item in inherited.items()}
    if kw_only:
        for item in namespace.values():
            item.kw_only = True
    namespace.update({name: cls.__dict__[name] for name in own})
    annotations = {name: item.type for name, item in inherited.items()} | own
    apart = type(cls.__name__, (), {**namespace, "__annotations__": annotations, "__qualname__": cls.__qualname__})
    dataclasses.dataclass(frozen=frozen, kw_only=kw_only)(apart)
    for name in own:
        if name in apart.__dict__:
            setattr(cls, name, apart.__dict__[name])
        else:
            delattr(cls, name)
    for name in _GENERATED:
        if name in apart.__dict__ and (name != "__hash__" or name not in cls.__dict__):
            setattr(cls, name, apart.__dict__[name])


def _value_of(field: Field) -> Callable[[Any], Any]:
    """From a `Field` to the default that it describes, and from any other value to itself."""
    if field.required:
        return lambda value: value
    return lambda value: field.make_default() if isinstance(value, FieldInfo) else value


def _state_without_field_info(cls: Any, shape: Shape) -> Callable[[Any], dict[str, Any]] | None:
    """How instances are read that hold a `Field` where their constructor was given no value; None where none can."""
    described = [item for item in shape.fields.values() if not item.required and is_field_info_default(cls, item.name)]
    if not described:
        return None

    def state(instance: Any) -> dict[str, Any]:
        values: dict[str, Any] = instance.__dict__
        if not any(isinstance(values.get(item.name), FieldInfo) for item in described):
            return values
        values = dict(values)
        for item in described:
            if isinstance(values.get(item.name), FieldInfo):
                values[item.name] = item.make_default(values)
        return values

    return state


def _set_and_get(cls: Any, name: str, default: Any) -> Any:
    """What a property that is a field's default itself makes of that, as in an instance."""
    instance = allocator(cls)(cls)
    _set_attribute(instance, name, default)
    return getattr(instance, name)


def _init_only(cls: Any) -> dict[str, Any]:
    return {
        name: MISSING if item.default is dataclasses.MISSING else item.default
        for name, item in cls.__dataclass_fields__.items()
        if isinstance(item.type, dataclasses.InitVar) or item._field_type is dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]
    }


class _Pending:
    """Stands for a default that is made from the fields before, until the constructor has these."""

    __slots__ = ("make",)

    def __init__(self, make: FromValues) -> None:
        self.make = make


def _make_pending(instance: Any) -> None:
    """The `__post_init__` of a generated class with such defaults."""
    state = instance.__dict__
    before: dict[str, Any] = {}
    for item in dataclasses.fields(instance):
        value = state.get(item.name, MISSING)
        if type(value) is _Pending:
            value = state[item.name] = value.make(before)
        before[item.name] = value


def _make_field(made: GeneratedField) -> Any:
    field = made.field
    arguments: dict[str, Any] = {
        "repr": field.repr,
        "compare": field.compare,
        "hash": field.hash,
        "metadata": {**field.options, **field.metadata},
    }
    if field.kw_only:
        arguments["kw_only"] = True
    if _FIELDS_HAVE_DOC and "description" in field.options:
        arguments["doc"] = field.options["description"]
    factory = made.default_factory
    if type(factory) is FromValues:
        pending = _Pending(factory)
        return dataclasses.field(default_factory=lambda: pending, **arguments)
    if factory is not None:
        return dataclasses.field(default_factory=factory, **arguments)
    if made.default is not MISSING:
        if type(made.default).__hash__ is None:
            return dataclasses.field(default_factory=lambda: made.default, **arguments)
        return dataclasses.field(default=made.default, **arguments)
    return dataclasses.field(**arguments)


def _needs_keywords(bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> bool:
    """Whether a required field comes after one with a default, in the order in which `dataclass` lines them up."""
    # None for keywords: one that is declared again without that keeps its place among them.
    ordered: dict[str, bool | None] = {}
    for base in reversed(bases):
        for item in dataclasses.fields(base):
            without_default = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
            ordered[item.name] = None if item.kw_only else without_default
    for made in fields:
        without_default = made.default is MISSING and made.default_factory is None
        ordered[made.attribute] = None if made.field.kw_only else without_default
    required = [item for item in ordered.values() if item is not None]
    return True in required[required.index(False) :] if False in required else False


def _fields_are_in_dict(cls: Any, shape: Shape) -> bool:
    plain = (_builtin_base(cls) or object).__getattribute__
    if cls.__dictoffset__ == 0 or cls.__getattribute__ is not plain:
        return False
    for base in cls.__mro__[:-1]:
        for name in shape.fields.keys() & base.__dict__.keys():
            if hasattr(type(base.__dict__[name]), "__set__"):  # a slot or a property
                return False
    return True


def _fields_are_slots(cls: Any, shape: Shape) -> bool:
    return all(isinstance(inspect.getattr_static(cls, name, None), MemberDescriptorType) for name in shape.fields)


def _is_generated(method: Any) -> bool:
    """Whether `dataclass` wrote the method: its code then has no file."""
    code = getattr(method, "__code__", None)
    return code is not None and code.co_filename == "<string>"


def _slots_beside(cls: type, shape: Shape) -> list[str]:
    """Slots, of any base, that are no fields."""
    slots: list[str] = []
    for base in cls.__mro__:
        own = base.__dict__.get("__slots__", ())
        slots.extend([own] if isinstance(own, str) else own)
    return [name for name in slots if name not in shape.fields and name not in ("__dict__", "__weakref__")]


def _reader_of_slots(cls: Any, shape: Shape) -> InstanceReader:
    """Attributes are read one by one; slots and undeclared attributes that are no fields are remembered."""
    if shape.cls is not cls:
        return AttributeReader(Carried.by, always_carries=True)
    slots = _slots_beside(cls, shape)
    more = slots or cls.__dictoffset__ or MISSING in shape.init_only.values()
    gaps = _gaps(shape)
    if not more and not gaps:
        return AttributeReader()

    def carried(instance: Any) -> Carried:
        held = {name: getattr(instance, name) for name in slots if hasattr(instance, name)}
        state = instance.__dict__ if cls.__dictoffset__ else {}
        held.update(
            {name: value for name, value in state.items() if name not in shape.fields and not is_computed(cls, name)}
        )
        return Carried({"undeclared": held} if held else {}, _unseen(shape, instance))

    return AttributeReader(carried, always_carries=bool(more), optional_attributes=gaps)


def _gaps(shape: Shape) -> frozenset[str]:
    """Fields that the constructor neither takes nor sets."""
    return frozenset(name for name, field in shape.fields.items() if field.required and not field.init)


def _unseen(shape: Shape, instance: Any) -> dict[str, Any]:
    """What the fields' values do not tell: which were never set, and that the constructor was given its `InitVar`s."""
    absent = {name for name in _gaps(shape) if not hasattr(instance, name)}
    held: dict[str, Any] = {"absent": absent} if absent else {}
    if MISSING in shape.init_only.values():
        held["constructed"] = True
    return held


def _builtin_base(cls: type) -> Any:
    """The builtin that a dataclass extends besides being one: `class Info(dict)`, an exception; else None."""
    for base in cls.__mro__:
        if not base.__flags__ & _HEAP_TYPE:
            return None if base is object else base
    return None


# Py_TPFLAGS_HEAPTYPE: set for the classes that Python code made.
_HEAP_TYPE = 1 << 9


def _content(builtin: Any, instance: Any) -> Any:
    if issubclass(builtin, BaseException):
        return instance.args
    if builtin is dict:
        return dict(dict.items(instance))
    if builtin in (str, int, float, bytes):
        return BUILTIN_VALUE[builtin](instance)
    return builtin(builtin.__iter__(instance)) if builtin in _CONTAINERS else None


_CONTAINERS = (list, set, frozenset, tuple)


def _only_stores(cls: Any) -> bool:
    """Whether the constructor does nothing but store its arguments."""
    constructs = _is_generated(inspect.getattr_static(cls, "__init__")) and cls.__new__ is object.__new__
    return constructs and _sets_plainly(cls)


def _construct(instance: Any, values: dict[str, Any], keep: bool) -> None:
    """Fills an instance by the constructor that `dataclass` wrote for its class."""
    type(instance).__init__(instance, **values)


def _sets_more_than_its_dict(cls: Any, shape: Shape) -> bool:
    """Whether a class has its own `__setattr__`, properties or descriptors over its fields, or fields that its
    constructor does not take: pydantic-core would go past the first, and leave out the last."""
    if not _sets_plainly(cls):
        return True
    own = [inspect.getattr_static(cls, name, None) for name in shape.fields]
    described = any(hasattr(type(item), "__set__") and not isinstance(item, MemberDescriptorType) for item in own)
    return described or not all(field.init for field in shape.fields.values())


def _sets_plainly(cls: Any) -> bool:
    """Whether the class has no `__setattr__` of its own but that of a frozen dataclass."""
    return cls.__setattr__ is object.__setattr__ or _is_generated(cls.__setattr__)


def _builder_over_builtin(
    cls: Any, build: Callable[..., None], recall: Callable[..., None] | None
) -> InstanceBuilder | None:
    builtin = _builtin_base(cls)
    if builtin is None:
        return None
    new = builtin.__new__
    if builtin in (str, int, float, bytes, tuple, frozenset):

        def from_content(target: type, carried: Carried) -> Any:
            return new(target, carried.values["content"]) if "content" in carried.values else new(target)

        return CallBuilder(build, _restore, new=new, from_content=from_content, recall=recall, aside=True)
    return CallBuilder(build, _restore, new=new, recall=recall, aside=True)


def _restore(instance: Any, carried: Carried) -> None:
    for name, value in carried.values.get("undeclared", {}).items():
        _set_attribute(instance, name, value)
    for name in carried.marks.get("absent", ()):
        if getattr(instance, name, MISSING) is None:  # else it was set after the conversion
            object.__delattr__(instance, name)
    if "content" not in carried.values:
        return
    content = carried.values["content"]
    if isinstance(instance, BaseException):
        BaseException.args.__set__(instance, content)  # type: ignore[attr-defined]  # past a frozen `__setattr__`
    elif isinstance(instance, list):
        list.__setitem__(instance, slice(None), content)
    elif isinstance(instance, dict | set):
        type(content).clear(instance)
        type(content).update(instance, content)


def _store_attributes(instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
    """Fills an allocated instance attribute by attribute, past any `__setattr__` of its class."""
    for name, value in values.items():
        _set_attribute(instance, name, value)


class _CallInit:
    """Fills an allocated instance through its `__init__`, where that takes the fields as keywords."""

    def __init__(self, cls: Any, shape: Shape) -> None:
        self.cls = cls
        self.arguments = tuple(field.name for field in shape.fields.values() if field.init)
        self.rest = tuple(field.name for field in shape.fields.values() if not field.init)
        self.computed = _gaps(shape)
        self.construct = cls.__init__
        pydantic = _init_is_pydantics(cls)
        if pydantic:
            self.construct = _by_name(cls)
        self.encoders = encoders_of(shape.fields) if pydantic else {}
        self.lenient: frozenset[str] = frozenset()
        if pydantic:
            self.lenient = fields_that_take_more(cls, shape, cls.__pydantic_config__ or {})
        self.callable = pydantic or accepts_keywords(cls.__init__, (*self.arguments, *shape.init_only))
        self.defaults = {
            field.name: field.make_default
            for field in shape.fields.values()
            if field.init and not field.required and not pydantic and is_field_info_default(cls, field.name)
        }
        self.init_only = tuple(name for name, default in shape.init_only.items() if default is MISSING)
        self.kept = self.arguments
        if pydantic and makes_enum_values(cls):  # which the values of its counterparts are not
            self.kept = tuple(name for name in self.arguments if not _has_members(shape.fields[name].node))

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        if not self.callable or (carried is not None and "constructed" in carried.marks):
            _store_attributes(instance, values, restoring)
            return
        if self.init_only:
            raise ValueConversionError(
                "an InitVar without a default cannot be given", path=(self.init_only[0],), expected="a default"
            )
        arguments = {name: values[name] for name in self.arguments if name in values}
        for name, make_default in self.defaults.items():
            if name not in arguments:
                arguments[name] = make_default(arguments)
        for name, encode in self.encoders.items() if restoring else ():
            if name in arguments:
                arguments[name] = encode(arguments[name])
        refused: dict[str, ConversionError] = {}
        if self.lenient:
            refused = unwrap_rejected(arguments, self.lenient)
        try:
            if refused:
                self.construct(instance, True, **arguments)
            else:
                self.construct(instance, **arguments)
        except ConversionError:
            raise
        except ValidationError as error:
            raise from_pydantic(error, self.cls, arguments, refused) from error
        except Exception as error:
            raise ValueConversionError(
                f"{self.cls.__name__} refused the values: {type(error).__name__}: {error}"
            ).caused_by(error) from error
        for name in self.rest:
            if name in self.computed and name in values and values[name] is None and hasattr(instance, name):
                continue  # its counterpart was made without the value, for which nobody can be asked
            if name in values and (restoring or not hasattr(instance, name)):
                _set_attribute(instance, name, values[name])
        if restoring:
            for name in self.kept:
                if name in values and getattr(instance, name, MISSING) is not values[name]:
                    _set_attribute(instance, name, values[name])


def _has_members(node: nodes.Node) -> bool:
    return any(
        isinstance(item, nodes.EnumNode)
        or (isinstance(item, nodes.LiteralNode) and any(isinstance(value, enum.Enum) for value in item.values))
        for item in nodes.walk(node)
    )


def _init_is_pydantics(cls: Any) -> bool:
    return hasattr(cls, "__pydantic_validator__") and cls.__init__.__module__.startswith("pydantic.")


def _by_name(cls: Any) -> Any:
    """What the `__init__` of a pydantic dataclass does, by field name instead of alias."""

    def construct(instance: Any, strict: bool | None = None, /, **values: Any) -> None:
        cls.__pydantic_validator__.validate_python(
            ArgsKwargs((), values), strict=strict, self_instance=instance, by_alias=False, by_name=True
        )

    return construct


KIND = DataclassKind()
