"""Classes of attrs, made by `attrs.define`, `attrs.frozen`, `attr.s` and the like."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.errors import ConversionError
from type_safe_convert.generated_class import GeneratedClass, hash_of
from type_safe_convert.kinds.attrs.fields import (
    HASH_CACHE,
    alias_of,
    convert_value,
    expand_validator,
    inherited_aliases,
    read_field,
)
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.constructors import (
    CallInit,
    absent_gaps,
    default_arguments,
    fields_are_in_dict,
    file_of,
    gaps,
    has_required_after_default,
    is_required,
    namespace_of,
    restore_attributes,
    set_attribute,
    store_attributes,
)
from type_safe_convert.model.family import own_field_names, shape_of
from type_safe_convert.model.hashing import hashes_by_value
from type_safe_convert.model.instances import (
    CallBuilder,
    InstanceBuilder,
    RejectedValue,
    StoreBuilder,
    StoreInDict,
    allocator,
)
from type_safe_convert.model.kind import GeneratedField, Traits
from type_safe_convert.model.names import writable_name
from type_safe_convert.model.readers import AttributeReader, DictReader, InstanceReader
from type_safe_convert.model.shape import FromValues, Shape, exact
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.model.state import object_state, slots_of
from type_safe_convert.types.lazy_annotations import own_annotations
from type_safe_convert.types.names import resolve_hints

# Since attrs 25.4 `kw_only` means the fields of a class itself, and this one those of its bases too.
_ALL_BY_KEYWORD: dict[str, Any] = {
    name: True for name in ("kw_only", "force_kw_only") if name in inspect.signature(attrs.define).parameters
}

_FIELD = type(attrs.field())

# The `__getattribute__` of classes that have none of their own.
_PLAIN_READS = (object.__getattribute__, BaseException.__getattribute__)


class AttrsKind(GeneratingKind):
    name = "attrs"
    drawn_classes = "type_safe_convert.kinds.attrs.drawn_classes"
    source_writer = "type_safe_convert.kinds.attrs.source"
    class_statements = "type_safe_convert.kinds.attrs.statements"
    label = "an attrs class"
    suffix = "Attrs"
    traits: Traits = Traits(attribute_order_shows=False)

    def is_model(self, cls: Any) -> bool:
        return isinstance(cls, type) and isinstance(getattr(cls, "__attrs_attrs__", None), tuple)

    def is_undecorated(self, cls: type) -> bool:
        own = cls.__dict__
        if "__attrs_attrs__" in own and ("__init__" in own or "__attrs_init__" in own):
            return False
        return bool(own_annotations(cls)) or any(type(item) is _FIELD for item in [*own.values()])

    # using a class

    def call(self, cls: Any, values: Mapping[str, Any]) -> Any:
        alias_of = {item.name: item.alias for item in attrs.fields(cls)}
        return cls(**{alias_of.get(name, name): value for name, value in values.items()})

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        alias_of = {item.name: item.alias for item in attrs.fields(cls)}
        return accepts_keywords(cls.__init__, [alias_of.get(name, name) for name in names], by_any_name=True)

    def state(self, instance: Any) -> dict[str, Any]:
        computed = _computed_slots(type(instance))
        return {name: value for name, value in object_state(instance).items() if name not in computed}

    def given(self, instance: Any) -> Any:
        names = [item.name for item in attrs.fields(type(instance)) if item.init]
        return {name: getattr(instance, name) for name in names if hasattr(instance, name)}

    def reconstruct(self, instance: Any) -> Any:
        cls, given = type(instance), self.given(instance)
        if self.builder(cls, shape_of(cls)).recall is None or not self.is_called_with(cls, tuple(given)):
            return instance
        return self.call(cls, given)

    def core_schema(self, cls: Any, shape: Shape, schema: Any) -> Any:
        if shape.cls is cls and not all(field.init for field in shape.fields.values()):
            return schema.called(_CallInit(cls, shape))  # pydantic-core would ignore the fields with `init=False`
        return super().core_schema(cls, shape, schema)

    # reading a class

    def read(self, cls: Any) -> Shape:
        hints = resolve_hints(cls)
        fields = {exact(item.name): read_field(cls, item, hints) for item in cls.__attrs_attrs__}
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        added = {exact(item.name) for item in cls.__attrs_attrs__ if not item.inherited}
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields) | (added if "__attrs_attrs__" in cls.__dict__ else frozenset()),
            frozen=_is_frozen(cls),
            hashable=cls.__hash__ not in (None, object.__hash__),
            by_identity=cls.__eq__ is object.__eq__,
            ordered=file_of(cls.__lt__) == file_of(attrs.make_class),
        )

    def expand_metadata(self, item: Any) -> Iterable[Any] | None:
        return expand_validator(item)

    # making a class

    def attribute(self, name: str, shape: Shape) -> str:
        return writable_name(name, shape.fields)

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        attributes = {self.attribute(name, shape) for name in shape.fields}
        namespace = namespace_of(self, shape, fields)
        taken = inherited_aliases(bases, {made.attribute for made in fields})
        for made in fields:
            namespace[made.attribute] = _make_field(made, attributes, taken, shape.frozen)
        if not shape.frozen and any(_is_frozen(base) for base in bases):
            namespace["__setattr__"], namespace["__delattr__"] = set_attribute, object.__delattr__
        if shape.hashable and not hashes_by_value(shape.cls):
            namespace["__hash__"] = _hash_by_value
        cls: Any = GeneratedClass(f"{shape.name}__{self.suffix}", bases, namespace)
        options = _ALL_BY_KEYWORD if _needs_keywords(cls, fields) else {}
        # Without slots, so that an instance has room for what only its origin can express.
        attrs.define(slots=False, frozen=shape.frozen, eq=not shape.by_identity, auto_attribs=True, **options)(cls)
        return cls

    def finish(self, cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        items = attrs.fields_dict(cls)
        for made in fields:
            cls.__annotations__[made.attribute] = made.annotation
            item = items[made.attribute]
            set_attribute(item, "type", made.annotation)  # as `attrs.resolve_types` does
            cls.__init__.__annotations__[item.alias] = made.annotation

    # instances

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        in_dict = fields_are_in_dict(cls, shape, *_PLAIN_READS)
        if shape.cls is not cls:
            return DictReader(Carried.by) if in_dict else AttributeReader(Carried.by, always_carries=True)
        unset = gaps(shape)
        beside_fields = slots_of(cls).keys() - shape.fields.keys() - _computed_slots(cls)
        slots = not in_dict and cls.__dictoffset__ == 0 and not beside_fields
        if slots and not unset:
            return AttributeReader()

        def carried(instance: Any) -> Carried:
            state = self.state(instance)
            beside = {name: value for name, value in state.items() if name not in shape.fields}
            return Carried({"undeclared": beside} if beside else {}, absent_gaps(shape, instance))

        more = not slots if not in_dict else bool(beside_fields) or issubclass(cls, BaseException)
        read = DictReader if in_dict else AttributeReader
        return read(carried, always_carries=more, optional_attributes=unset)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        in_dict = fields_are_in_dict(cls, shape, *_PLAIN_READS)
        if shape.cls is not cls:
            return StoreBuilder(StoreInDict() if in_dict else store_attributes, restore_attributes, in_dict=in_dict)
        construction = _CallInit(cls, shape)
        if construction.only_stores and (in_dict or cls.__setattr__ is object.__setattr__):
            build = StoreInDict() if in_dict else construction
            return StoreBuilder(build, restore_attributes, new=allocator(cls), in_dict=in_dict, aside=True)
        return CallBuilder(
            construction,
            restore_attributes,
            new=allocator(cls),
            lenient_fields=construction.lenient_fields,
            recall=None if construction.only_stores else store_attributes,
            aside=True,
        )


# reading


def _is_frozen(cls: Any) -> bool:
    """Whether attrs has made the class refuse assignments."""
    return getattr(cls.__setattr__, "__name__", "") == "_frozen_setattrs"


# making


def _make_field(made: GeneratedField, attributes: set[str], taken: set[str], frozen: bool) -> Any:
    field = made.field
    arguments = default_arguments(made, "factory")
    if type(made.default_factory) is FromValues:
        make = made.default_factory
        arguments = {"default": attrs.Factory(lambda self: make(dict(vars(self))), takes_self=True)}
    if field.options.get("frozen") and not frozen:
        arguments["on_setattr"] = attrs.setters.frozen
    return attrs.field(
        repr=field.repr,
        eq=field.compare,
        hash=field.hash,
        kw_only=field.kw_only,
        metadata={**field.options, **field.metadata},
        alias=alias_of(made.attribute, attributes, taken),
        **arguments,
    )


def _needs_keywords(cls: type, fields: Sequence[GeneratedField]) -> bool:
    """Whether a required field comes after one with a default, in the order in which attrs lines them up."""
    required: dict[str, bool] = {}
    for base in reversed(cls.__mro__[1:]):
        for item in base.__dict__.get("__attrs_attrs__", ()):
            if not item.inherited:
                required.pop(item.name, None)
                if item.init and not item.kw_only:
                    required[item.name] = item.default is attrs.NOTHING
    for made in fields:
        required.pop(made.attribute, None)
        if not made.field.kw_only:
            required[made.attribute] = is_required(made)
    return has_required_after_default(list(required.values()))


def _hash_by_value(instance: Any) -> int:
    return hash_of(type(instance), [getattr(instance, item.name) for item in attrs.fields(type(instance))])


# instances


def _computed_slots(cls: type) -> set[str]:
    """The slots of what attrs computes from the fields: the hash, and each `cached_property`, by `__getattr__`."""
    found = {HASH_CACHE}
    for base in cls.__mro__[:-1]:
        method: Any = base.__dict__.get("__getattr__")
        if _is_generated(method):
            cached = inspect.signature(method).parameters.get("cached_properties")
            found.update(cached.default if cached is not None else ())
    return found.difference(item.name for item in cls.__attrs_attrs__)  # type: ignore[attr-defined]


def _is_generated(method: Any) -> bool:
    """Whether attrs wrote the method."""
    return file_of(method).startswith("<attrs generated ")


class _CallInit(CallInit):
    """Fills an allocated instance through its `__init__`: converters, validators and `__attrs_post_init__` run.

    Attributes:
        only_stores: whether the constructor does nothing but store its arguments.
        lenient_fields: the fields with a converter, which may take more than their annotations say.
    """

    def __init__(self, cls: Any, shape: Shape) -> None:
        self.items = cls.__attrs_attrs__
        self.alias_of = {item.name: item.alias for item in self.items if item.init}
        super().__init__(cls, shape, self.alias_of.values())
        self.lenient_fields = frozenset(item.name for item in self.items if item.converter is not None and item.init)
        init = cls.__init__
        self.only_stores = (
            _is_generated(init)
            and cls.__new__ is object.__new__
            and not issubclass(cls, BaseException)
            and not any(hasattr(cls, name) for name in ("__attrs_pre_init__", "__attrs_post_init__"))
            and HASH_CACHE not in (*init.__code__.co_names, *init.__code__.co_consts)
            and not any(item.validator is not None or item.converter is not None for item in self.items)
            and not any(type(field.default_factory) is FromValues for field in shape.fields.values())
        )

    def construct(self, instance: Any, given: dict[str, Any], restoring: bool) -> None:
        refused: dict[str, RejectedValue] = {}
        for name in self.lenient_fields:
            if type(value := given.get(name)) is RejectedValue:
                given[name], refused[name] = value.value, value
        try:
            self.init(instance, **{self.alias_of[name]: value for name, value in given.items()})
        except Exception as error:
            for judged in () if isinstance(error, ConversionError) else refused.values():
                raise judged.error from error
            raise
        for name, judged in refused.items():
            if getattr(instance, name) is judged.value:  # its converter has made nothing of it
                raise judged.error

    def field_at_fault(self, instance: Any, values: Mapping[str, Any], error: Exception) -> tuple[str, ...]:
        """attrs does not tell the field, so converters and validators run once more until one raises the like."""
        for item in self.items:
            if item.name not in values or (item.converter is None and item.validator is None):
                continue
            try:
                if item.converter is not None:
                    convert_value(item, values[item.name], instance)
                if item.validator is not None and hasattr(instance, item.name):
                    item.validator(instance, item, getattr(instance, item.name))
            except Exception as again:
                if type(again) is type(error) and str(again) == str(error):
                    return (item.name,)
        return ()


KIND = AttrsKind()
