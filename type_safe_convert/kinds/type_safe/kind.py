"""OSBot's Type_Safe classes: what they hold, what their constructor makes of values, and made ones of our own."""

from __future__ import annotations

import collections
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from osbot_utils.type_safe.type_safe_core.steps.Type_Safe__Step__Default_Value import type_safe_step_default_value

from type_safe_convert.errors import ConversionError, ValueConversionError, describe_value
from type_safe_convert.kinds.pydantic.fields import options_of
from type_safe_convert.kinds.type_safe.collections import (
    BUILTIN_CONTAINERS,
    constructed_container,
    container_of,
    parse_collection,
)
from type_safe_convert.kinds.type_safe.primitives import parse_primitive, plain_value
from type_safe_convert.kinds.type_safe.validators import parse_validators
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.family import link_of, own_field_names, sibling
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.instances import (
    CallBuilder,
    DictReader,
    InstanceBuilder,
    InstanceReader,
    StateReader,
    StoreBuilder,
    StoreInDict,
)
from type_safe_convert.model.kind import (
    MadeField,
    ModelKind,
    Traits,
)
from type_safe_convert.model.made import MadeClass, origin_in
from type_safe_convert.model.registry import base_of
from type_safe_convert.model.shape import MISSING, Field, Shape, default_from, exact
from type_safe_convert.model.signatures import accepts_keywords, is_other_signature
from type_safe_convert.model.state import is_computed, is_kept
from type_safe_convert.types import nodes
from type_safe_convert.types.names import is_class_variable, own_annotations, parts, resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.types.type_variables import is_variable
from type_safe_convert.values.copying import like, like_dict

_set_attribute = object.__setattr__
_get_attribute = object.__getattribute__

# In the own `__dict__` of a made class: what each field accepts, its defaults, and what of it is frozen.
FIELD_CHECKS = "__type_safe_convert_checks__"
DEFAULTS = "__type_safe_convert_defaults__"
FROZEN = "__type_safe_convert_frozen__"
FROZEN_FIELDS = "__type_safe_convert_frozen_fields__"

_CONSTANT_DEFAULTS = (str, int, float, bool, bytes, complex, type(None))

_ON_DEMAND_STATE = frozenset({"_on_demand__types", "_on_demand__init_complete"})


class _Signature:
    """The signature of a made class, written when it is asked for: its fields, by keyword."""

    def __get__(self, instance: Any, owner: type) -> inspect.Signature:
        if owner is MadeTypeSafe:
            return inspect.signature(owner.__init__)
        defaults = owner.__dict__.get(DEFAULTS) or _defaults_of(owner)
        hints = resolve_hints(owner)
        return inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=getattr(owner, name, None),
                    annotation=hints.get(name, Any),
                )
                for name in defaults
            ]
        )


class MadeTypeSafe(Type_Safe, metaclass=MadeClass):
    """Base of made Type_Safe classes.

    osbot-utils' own constructor and assignment cannot hold many annotations (a list default, a datetime, `X | None`),
    and keep alive every class that they once saw; so a made class checks its fields itself, by the same rules as a
    conversion, and takes None for any field, as Type_Safe does.
    """

    __signature__ = _Signature()

    def __init__(self, /, **values: Any) -> None:  # a field may be called `self`
        cls = type(self)
        defaults = cls.__dict__.get(DEFAULTS) or _defaults_of(cls)
        for name in values:
            if name not in defaults:
                raise ValueError(f"{cls.__name__} has no attribute {name!r}; it has: {', '.join(defaults)}")
        state: dict[str, Any] = {}
        checks = _lookup(cls, FIELD_CHECKS)
        for name, make_default in defaults.items():
            value = values.get(name)
            state[name] = default_from(make_default, state) if value is None else checks(cls)[name](value)
        _get_attribute(self, "__dict__").update(state)

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if _lookup(cls, FROZEN) or name in _lookup(cls, FROZEN_FIELDS):
            raise AttributeError(f"{cls.__name__} is frozen: cannot assign to {name!r}")
        if value is not None:
            check = _lookup(cls, FIELD_CHECKS)(cls).get(name)
            if check is not None:
                value = check(value)
        _set_attribute(self, name, value)

    def __delattr__(self, name: str) -> None:
        if _lookup(type(self), FROZEN):
            raise AttributeError(f"{type(self).__name__} is frozen: cannot delete {name!r}")
        object.__delattr__(self, name)

    @classmethod
    def __cls_kwargs__(cls, provided_kwargs: dict[str, Any] | None = None) -> dict[str, Any]:
        """The defaults by name, fresh: what osbot-utils' own methods (`reset`, ...) ask a class for."""
        defaults = cls.__dict__.get(DEFAULTS) or _defaults_of(cls)
        state: dict[str, Any] = {}
        for name, make_default in defaults.items():
            state[name] = default_from(make_default, state)
        return state

    def reset(self) -> None:
        """Gives every field its default again, as a new instance has it: past the constraints, as there."""
        if _lookup(type(self), FROZEN) or _lookup(type(self), FROZEN_FIELDS):
            raise AttributeError(f"{type(self).__name__} is frozen: cannot be reset")
        _get_attribute(self, "__dict__").update(self.__cls_kwargs__())

    def __copy__(self) -> Any:
        made = _allocate(type(self))
        _get_attribute(made, "__dict__").update(self.__dict__)
        return made

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        # osbot-utils' typed collections do not survive pickle, so they travel as plain ones and are typed again.
        checked = _typed_by_checks(type(self))
        state = {name: _picklable(value, name not in checked) for name, value in self.__dict__.items()}
        return _allocate, (type(self),), state

    def __setstate__(self, state: dict[str, Any]) -> None:
        checks = _lookup(type(self), FIELD_CHECKS)(type(self))
        checked = _typed_by_checks(type(self))
        values = _get_attribute(self, "__dict__")
        for name, value in state.items():
            is_plain = name in checked and isinstance(value, list | dict | set | tuple)
            try:
                values[name] = checks[name](value) if is_plain else value
            except ConversionError:  # carried as it was: a default outside its annotation
                values[name] = value


def _defaults_of(cls: type) -> Mapping[str, Callable[[], Any]]:
    """The defaults of a class that somebody wrote below a made one."""
    shape = link_of(cls).shape
    defaults = dict(_lookup(cls, DEFAULTS))
    for name in shape.fields:
        if name in shape.own:
            field = shape.fields[name]
            defaults[name] = (lambda: None) if field.required else field.default_factory or field.make_default
    type.__setattr__(cls, DEFAULTS, defaults)
    return defaults


def _allocate(cls: type) -> Any:
    return object.__new__(cls)


def _typed_by_checks(cls: type) -> frozenset[str]:
    """The fields of which the checks type every collection as it was; the others travel with the types they have."""
    found: frozenset[str] | None = cls.__dict__.get("__type_safe_convert_typed_by_checks__")
    if found is None:
        found = frozenset(name for name, field in link_of(cls).shape.fields.items() if _types_again(field))
        type.__setattr__(cls, "__type_safe_convert_typed_by_checks__", found)
    return found


def _types_again(field: Field) -> bool:
    """Whether the annotation of a field tells the types of all collections in it.

    One with a type variable in it does not: the place of the instance gave that its argument.
    """
    known = (list, set, dict, tuple)
    return not any(map(is_variable, parts((field.annotation,)))) and not any(
        isinstance(item, nodes.AnyNode | nodes.OpaqueNode | nodes.UnionNode | nodes.TypedDictNode)
        or getattr(item, "declared", None) is not None
        or (isinstance(item, nodes.CollectionNode | nodes.MappingNode) and item.origin not in known)
        for item in nodes.walk(field.node)
    )


def _picklable(value: Any, keep: bool, seen: dict[int, Any] | None = None) -> Any:
    """A value in which typed collections are plain; with `keep`, such that they are typed again when they are read."""
    cls = type(value)
    if not isinstance(value, list | dict | set | tuple | collections.deque):
        return value
    seen = {} if seen is None else seen
    if id(value) in seen:
        return seen[id(value)]
    seen[id(value)] = value  # for what is in itself, and for the value where nothing in it is typed
    held: list[Any] = [*dict.values(value)] if isinstance(value, dict) else [*value]
    plain = [_picklable(item, keep or cls not in _TYPED_AGAIN, seen) for item in held]
    made: Any = value
    if isinstance(value, Type_Safe__List | Type_Safe__Set | Type_Safe__Dict | Type_Safe__Tuple):
        made = dict(zip(dict.keys(value), plain, strict=True)) if isinstance(value, dict) else _base(value)(plain)
        if keep or cls not in _TYPED_AGAIN:
            expected = {name: item for name, item in vars(value).items() if name.startswith("expected_")}
            made = _Typed(cls, made, expected)
    elif any(one is not other for one, other in zip(held, plain, strict=True)):
        if isinstance(value, dict):
            made = like_dict(value, dict(zip(value, plain, strict=True)))
        else:
            made = tuple(plain) if cls is tuple else like(value, plain)
    seen[id(value)] = made
    return made


_TYPED_AGAIN = frozenset({Type_Safe__List, Type_Safe__Set, Type_Safe__Dict, Type_Safe__Tuple, list, set, dict, tuple})


def _base(value: Any) -> Any:
    return next(base for base in (list, set, tuple) if isinstance(value, base))


class _Typed:
    """Stands for a typed collection in a pickle, which is one again when it is read."""

    __slots__ = ("cls", "expected", "held")

    def __init__(self, cls: type, held: Any, expected: dict[str, Any]) -> None:
        self.cls = cls
        self.held = held
        self.expected = expected

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_typed, (self.cls, self.held, self.expected)


def _read_typed(cls: Any, held: Any, expected: dict[str, Any]) -> Any:
    if isinstance(held, tuple):
        made = tuple.__new__(cls, held)
    else:
        made = cls.__new__(cls)
        fill: Any = dict.update if isinstance(held, dict) else set.update if isinstance(held, set) else list.extend
        fill(made, held)
    vars(made).update(expected)
    return made


def _lookup(cls: type, name: str) -> Any:
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    raise AttributeError(name)


class TypeSafeKind(ModelKind):
    name = "type_safe"
    label = "a Type_Safe"
    suffix = "Type_Safe"
    containers = BUILTIN_CONTAINERS
    base = Type_Safe
    traits = Traits(
        any_field_may_be_none=True,
        models_compare_by_identity=True,
        holds_refined_values=True,
        tuples_may_be_empty=True,
        assignment_takes_dicts=True,
    )

    def is_model(self, cls: Any) -> bool:
        return (
            isinstance(cls, type)
            and issubclass(cls, Type_Safe)
            and cls not in (Type_Safe, Type_Safe__On_Demand, MadeTypeSafe)
        )

    def state(self, instance: Any) -> dict[str, Any]:
        # A class may answer `.__dict__` with something else; Type_Safe itself passes names with two underscores over.
        state = _get_attribute(instance, "__dict__")
        return {name: item for name, item in state.items() if not name.startswith("__") and not is_kept(instance, name)}

    # types

    def parse_type(self, cls: Any, annotation: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node | None:
        if not isinstance(cls, type):
            return None
        return parse_primitive(cls, annotation) or parse_collection(cls, annotation, parse)

    def parse_metadata(self, node: nodes.AnnotatedNode) -> None:
        parse_validators(node)

    def container(
        self, node: nodes.Node, depth: int, expected_of: Callable[[nodes.Node], Any]
    ) -> nodes.ContainerType | None:
        return constructed_container(node, depth, expected_of)

    def container_of(self, value: Any) -> nodes.ContainerType | None:
        return container_of(value)

    def unwrapped(self, value: Any) -> Any:
        return plain_value(value)

    # reading a class

    def read(self, cls: type) -> Shape:
        hints = {
            exact(name): hint
            for name, hint in resolve_hints(cls).items()
            if not name.startswith("__") and not is_class_variable(hint)
        }
        written = resolve_hints(cls, with_self=False)
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        fields = {name: _read_field(cls, name, hint, written[name]) for name, hint in hints.items()}
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            hashable=cls.__hash__ not in (None, object.__hash__),
            frozen=bool(origin_in(cls) is None and getattr(cls, FROZEN, False)),
        )

    # making a class

    def annotate(self, node: nodes.Node, inner: Callable[[nodes.Node], Any]) -> Any:
        return NotImplemented

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[MadeField]) -> type:
        if not any(issubclass(base, MadeTypeSafe) for base in bases):
            bases = (MadeTypeSafe, *bases)
        cls: Any = MadeClass(
            f"{shape.name}__{self.suffix}",
            bases,
            {
                **place_of(shape.cls, self.suffix),
                "__doc__": shape.doc,
                "__annotations__": {made.attribute: made.annotation for made in fields},
                FROZEN: shape.frozen,
                FROZEN_FIELDS: {name for name, field in shape.fields.items() if field.options.get("frozen")},
            },
        )
        inherited: dict[str, Callable[[], Any]] = {}
        for base in reversed(cls.__mro__[1:]):
            inherited.update(base.__dict__.get(DEFAULTS, {}))
        own = {made.attribute: _default_maker(cls, made) for made in fields}
        setattr(cls, DEFAULTS, {**inherited, **own})
        setattr(cls, FIELD_CHECKS, _lazy_checks)
        for made in fields:
            # As with a Type_Safe class that somebody wrote, a constant default shows as a class attribute.
            if isinstance(made.default, _CONSTANT_DEFAULTS):
                setattr(cls, made.attribute, made.default)
        return cls

    def finish(self, cls: type, fields: Sequence[MadeField], names: Mapping[str, type]) -> None:
        cls.__annotations__ = {made.attribute: made.annotation for made in fields}

    # instances

    def reader(self, cls: type, shape: Shape) -> InstanceReader:
        if shape.cls is not cls:
            return DictReader(Carried.by)
        state: Callable[[Any], dict[str, Any]] | None = None
        if issubclass(cls, Type_Safe__On_Demand):
            state = _on_demand_state
        elif cls.__getattribute__ is not object.__getattribute__:
            state = _plain_state
        always = class_attributes(cls, shape)
        own_constructor = inspect.getattr_static(cls, "__init__") is not Type_Safe.__init__

        def carried(instance: Any) -> Carried:
            state = _get_attribute(instance, "__dict__")
            undeclared = {
                key: value
                for key, value in state.items()
                if key not in shape.fields
                and key not in _ON_DEMAND_STATE
                and not (key in always and always[key] is value)
                and not (is_computed(cls, key) and key not in always)
            }
            held = Carried({"undeclared": undeclared} if undeclared else {})
            # A constructor of its own may leave attributes out, which then read as the class has them.
            absent = {name for name in (*shape.fields, *always) if name not in state}
            if absent:
                held.marks["absent"] = absent
            if state.get("_on_demand__types"):
                held.marks["pending"] = dict(state["_on_demand__types"])
            return held

        options: dict[str, Any] = {
            "class_attributes": always,
            "attribute_order": instance_order(cls, (*shape.fields, *always)),
            "optional_attributes": frozenset(shape.fields) if own_constructor else frozenset(),
        }
        if state is not None:
            return StateReader(state, carried, **options)
        return DictReader(carried, **options)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        if shape.cls is not cls:
            return StoreBuilder(StoreInDict(), _restore)
        always: dict[str, Any] = dict(class_attributes(cls, shape))
        order = instance_order(cls, (*shape.fields, *always))
        init = inspect.getattr_static(cls, "__init__")
        on_demand = issubclass(cls, Type_Safe__On_Demand)
        store = _FillOnDemand(always, order) if on_demand else StoreInDict(always, order)
        is_own = init not in (Type_Safe.__init__, Type_Safe__On_Demand.__init__)
        if is_own and accepts_keywords(init, tuple(shape.fields), by_any_name=True):
            return CallBuilder(_CallInit(cls, store), _restore, recall=store, aside=True)
        if on_demand or cls.__new__ is not object.__new__:
            return CallBuilder(store, _restore)
        return StoreBuilder(store, _restore, class_attributes=always, attribute_order=order)


def _read_field(cls: type, name: str, annotation: Any, written: Any) -> Field:
    """`written`: the annotation with `Self` in it, of which Type_Safe makes no default."""
    node = parse(annotation)
    default, factory = _default(cls, name, written, node if written == annotation else parse(written))
    return Field(name, annotation, node, default, factory, options_of(annotation))


def _default(cls: type, name: str, annotation: Any, node: nodes.Node) -> tuple[Any, Callable[[], Any] | None]:
    """The default as Type_Safe's constructor finds it: the class's value, else the default of the annotation's type.

    A field annotated anew, without a value, takes the type's default instead of an inherited None, but no other
    inherited value (`Type_Safe__Step__Class_Kwargs` and `Type_Safe__Step__Init`, osbot-utils 3.75).
    """
    declared_here = name in own_annotations(cls)
    value: Any = getattr(cls, name, MISSING)
    anew = declared_here and name not in cls.__dict__ and (value is None or hasattr(Type_Safe, name))
    if value is not MISSING and not anew:
        if isinstance(node, nodes.RefinedNode) and value is not None:
            primitive: Any = node.cls
            try:
                return (value if isinstance(value, primitive) else primitive(value)), None
            except Exception:  # whoever asks for the default is told
                return MISSING, lambda: primitive(value)
        if type(value) in nodes.MUTABLE:
            return MISSING, lambda: type(value)(value)
        return value, None
    return default_of_type(cls, node)


def default_of_type(cls: type, node: nodes.Node) -> tuple[Any, Callable[[], Any] | None]:
    """The default that Type_Safe gives a field of that annotation: None where it cannot make one, MISSING where the
    attempt raises."""
    match node:
        case nodes.ScalarNode(cls=scalar) if scalar in _CONSTANT_DEFAULTS:
            return _zero(scalar), None
        case nodes.AnnotatedNode(inner=inner):
            default, factory = default_of_type(cls, inner)
            return (None, None) if isinstance(inner, nodes.CollectionNode | nodes.MappingNode) else (default, factory)
        case nodes.ModelNode(cls=model) if not getattr(model, "__abstractmethods__", None):
            if issubclass(model, cls) or issubclass(cls, model):
                return MISSING, model  # its own kind again: constructing one to look would never end
        case (
            nodes.CollectionNode() | nodes.MappingNode() | nodes.TupleNode() | nodes.RefinedNode() | nodes.OpaqueNode()
        ):
            pass
        case nodes.ScalarNode() | nodes.EnumNode() | nodes.AnyNode() | nodes.UnionNode() | nodes.LiteralNode():
            pass
    annotation = node.annotation

    def make() -> Any:
        return type_safe_step_default_value.default_value(cls, annotation)

    if isinstance(node, nodes.CollectionNode | nodes.MappingNode | nodes.TupleNode) and not getattr(
        node, "bare", False
    ):
        return (None, None) if _is_unsupported_collection(node) else (MISSING, make)
    if isinstance(node, nodes.ModelNode):
        return MISSING, make
    try:
        value = make()
    except Exception:
        return MISSING, None
    if value is None or type(value) in _CONSTANT_DEFAULTS:
        return value, None
    return MISSING, make


def _zero(scalar: Any) -> Any:
    return None if scalar is type(None) else scalar()


def _is_unsupported_collection(node: nodes.Node) -> bool:
    """Collections that Type_Safe cannot make a default of: only list, dict, set and tuple (and its own) are made."""
    if isinstance(node, nodes.CollectionNode):
        return node.origin not in (list, set)
    if isinstance(node, nodes.MappingNode):
        return node.origin is not dict
    return isinstance(node, nodes.TupleNode) and node.cls is not tuple


def class_attributes(cls: type, shape: Shape) -> dict[str, Any]:
    """Class attributes without annotation: Type_Safe's constructor puts them into every instance."""
    found: dict[str, Any] = {}
    for base in cls.__mro__:
        if base in (object, Type_Safe, Type_Safe__On_Demand):
            continue
        for name, value in base.__dict__.items():
            if name in found or name in shape.fields or name.startswith("__"):
                continue
            if isinstance(value, types.FunctionType | classmethod | property):
                continue
            found[exact(name)] = value
    # The constructor reads them through the instance, so a static method arrives as a function.
    return {name: getattr(cls, name) for name in found if not hasattr(type(found[name]), "__set__")}


def instance_order(cls: type, names: Sequence[str]) -> tuple[str, ...]:
    """The attributes in the order in which Type_Safe's constructor sets them, which `.json()` shows.

    Class by class along the MRO: the values in the class's body, then the annotations without a value, those of its
    bases first. The rules are those of `Type_Safe__Step__Class_Kwargs.get_cls_kwargs` (osbot-utils 3.75).
    """
    known = frozenset(names)
    order: dict[str, None] = {}
    for base in cls.__mro__[:-1]:
        order.update(dict.fromkeys(exact(name) for name in base.__dict__ if name in known and name not in order))
        own = own_annotations(base)
        for name in {exact(name): None for item in reversed(base.__mro__) for name in own_annotations(item)}:
            made_here = not hasattr(base, name) or (base is cls and name in own and name not in base.__dict__)
            if name in known and made_here:
                order.setdefault(name)
    return tuple(dict.fromkeys((*order, *names)))


def _plain_state(instance: Any) -> dict[str, Any]:
    state: dict[str, Any] = _get_attribute(instance, "__dict__")
    return state


def _on_demand_state(instance: Any) -> dict[str, Any]:
    """The attributes with those that are still to be made on demand made now, without touching the instance.

    An `Optional` one is None: osbot-utils would make it, but raises since that is no class.
    """
    state = dict(_get_attribute(instance, "__dict__"))
    for name, cls in (state.get("_on_demand__types") or {}).items():
        if state.get(name) is None and isinstance(cls, type):
            state[name] = cls()
    return state


def _restore(instance: Any, carried: Carried) -> None:
    state = _get_attribute(instance, "__dict__")
    state.update(carried.values.get("undeclared", {}))
    for name in carried.marks.get("absent", ()):
        value = state.get(name)
        if value is None or value is getattr(type(instance), name, MISSING):  # else it was set after the conversion
            state.pop(name, None)
    for name, cls in carried.marks.get("pending", {}).items():
        if _is_as_made(state.get(name), cls) or (state.get(name) is None and not isinstance(cls, type)):
            state["_on_demand__types"][name] = cls
            state[name] = None


def _is_as_made(value: Any, cls: Any) -> bool:
    """Whether an attribute that was made on demand is still what it was then."""
    try:
        return type(value) is cls and bool(value.json() == cls().json())
    except Exception:  # it is constructed in some other way
        return False


class _FillOnDemand(StoreInDict):
    """Fills an on-demand instance with nothing left to be made."""

    def __init__(self, always: dict[str, Any], order: tuple[str, ...]) -> None:
        super().__init__(
            {"_on_demand__init_complete": True, **always}, ("_on_demand__init_complete", "_on_demand__types", *order)
        )

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        super().__call__(instance, {"_on_demand__types": {}, **values}, restoring)


class _CallInit:
    """Fills an instance through its own `__init__`, which takes the fields as keywords."""

    def __init__(self, cls: Any, store: StoreInDict) -> None:
        self.cls = cls
        self.store = store

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        try:
            self.cls.__init__(instance, **values)
        except ConversionError:
            raise
        except Exception as error:
            if is_other_signature(error):
                self.store(instance, values, restoring)
                return
            raise ValueConversionError(
                f"{self.cls.__name__} refused the values: {type(error).__name__}: {error}"
            ).caused_by(error) from error
        state = _get_attribute(instance, "__dict__")
        for name, value in values.items():
            if type(state.get(name)) in _PLAIN and state[name] == value:
                continue  # a plain collection of its own choice
            # None is what Type_Safe's constructor skips; collections are already what it would have made.
            if restoring or value is None or name not in state or type(value) in _TYPED:
                state[name] = value


_PLAIN = (list, dict, set, tuple)
_TYPED = (Type_Safe__List, Type_Safe__Dict, Type_Safe__Set, Type_Safe__Tuple)


def _default_maker(cls: type, made: MadeField) -> Callable[[], Any]:
    if made.default_factory is not None:
        return made.default_factory
    if made.default is not MISSING:
        default = made.default
        return lambda: default
    node = made.field.node
    if isinstance(node, nodes.ModelNode) and base_of(node.cls) is None:
        home = link_of(link_of(node.cls).origin).kind

        def make_model() -> Any:
            try:
                return (node.cls if home == "type_safe" else sibling(node.cls, "type_safe"))()
            except RecursionError:  # it requires itself: no finite default
                return None

        return make_model
    default, factory = default_of_type(cls, node)
    if factory is not None:
        return factory
    value = None if default is MISSING else default
    return lambda: value


def _lazy_checks(cls: type) -> Mapping[str, Callable[[Any], Any]]:
    """The checks of a made class's fields; made at first use, since most instances are assembled by a conversion."""
    checks: Mapping[str, Callable[[Any], Any]] | None = cls.__dict__.get("__type_safe_convert_checks_made__")
    if checks is None:
        from type_safe_convert.conversion.plan import field_checks

        checks = field_checks(cls)
        type.__setattr__(cls, "__type_safe_convert_checks_made__", checks)
    return checks


def refuse(value: Any, expected: str) -> ValueConversionError:
    return ValueConversionError(expected=expected, found=describe_value(value))


KIND = TypeSafeKind()
