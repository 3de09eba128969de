"""Random model classes: every feature that a kind has, alone and with others, in as few lines as will show a failure.

A definition is drawn as plain data first (`Definition`), so that Hypothesis can show and shrink it, and then becomes a
class as its kind makes them.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import itertools
import pathlib
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Literal, Optional, Union

import annotated_types
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.core.Safe_UInt import Safe_UInt
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.primitives.domains.identifiers.safe_str.Safe_Str__Id import Safe_Str__Id
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.validators.Validator__Max import Max
from osbot_utils.type_safe.validators.Validator__Min import Min
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, SecretStr

from type_safe_convert.registry import KindName, kind_names

# What a drawn field may be besides required: the marker for no default at all.
REQUIRED = object()


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Ids(Type_Safe__List):
    expected_type = Safe_Str__Id


class Counts(Type_Safe__Dict):
    expected_key_type = Safe_Str
    expected_value_type = int


@dataclasses.dataclass
class FieldDefinition:
    """One field: its annotation, and a default of it (or REQUIRED, or a function that makes one), and options."""

    name: str
    annotation: Any
    default: Any = REQUIRED
    factory: Callable[[], Any] | None = None
    options: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Definition:
    """A class that is to be made. `recursive` adds a field that may hold an instance of the class itself."""

    kind: KindName
    fields: list[FieldDefinition]
    base: type | None = None
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    extras: list[str] = dataclasses.field(default_factory=list)
    recursive: str = ""


NAMES = ("a", "b", "c", "d", "value", "items", "_hidden", "json", "copy", "model_name", "class_", "x" * 40)

_numbers = itertools.count()


def model_classes(
    kind: KindName | None = None, *, depth: int = 2, max_fields: int = 4, features: bool = True
) -> SearchStrategy[type]:
    """Random model classes of one kind, or of any: each draw is a new class.

    Fields of every sort of annotation, with and without defaults; nested, recursive and inherited models; constraints,
    aliases, frozen and slotted classes, extras, private attributes, `InitVar`, `__post_init__`, validators, primitives
    and typed collections.

    Args:
        depth: how deep models and containers may nest in the definition.
        max_fields: how many fields a class adds.
        features: False for plain classes: fields with annotations and defaults, and nothing else.
    """
    kinds: SearchStrategy[Any] = st.just(kind) if kind is not None else st.sampled_from(kind_names())
    return kinds.flatmap(lambda chosen: _classes(chosen, depth, max_fields, features))


@st.composite
def _classes(draw: Any, kind: KindName, depth: int, max_fields: int, features: bool) -> type:
    definition = draw(_definitions(kind, depth, max_fields, features))
    return make_class(definition)


@st.composite
def _definitions(draw: Any, kind: KindName, depth: int, max_fields: int, features: bool) -> Definition:
    base = draw(st.none() | _classes(kind, 0, 2, False)) if depth > 1 and features else None
    names = draw(st.lists(st.sampled_from(_names(kind)), unique=True, max_size=max_fields))
    fields = [draw(_fields(kind, name, depth, features)) for name in names]
    options, extras, recursive = {}, [], ""
    if features:
        options = draw(st.fixed_dictionaries({}, optional=_OPTIONS[kind]))
        extras = draw(st.lists(st.sampled_from(_EXTRAS[kind]), unique=True, max_size=2))
        recursive = draw(st.sampled_from(["", "", "Optional[{0}]", "list[{0}]", "dict[str, {0}]"]))
    return Definition(kind, fields, base, options, extras, recursive)


def _names(kind: KindName) -> tuple[str, ...]:
    if kind == "dataclass":
        return NAMES
    unusable = {"type_safe": {"json"}, "basemodel": {"_hidden", "json", "copy"}}[kind]
    return tuple(name for name in NAMES if name not in unusable)


@st.composite
def _fields(draw: Any, kind: KindName, name: str, depth: int, features: bool) -> FieldDefinition:
    annotation, default = draw(_annotations(kind, depth))
    field = FieldDefinition(name, annotation)
    wanted = draw(st.sampled_from(["required", "default", "factory"]))
    if kind == "type_safe" and type(default) not in (str, int, float, bool, bytes):
        wanted = "none" if draw(st.booleans()) else "required"
    if wanted == "default" and type(default).__hash__ is not None:
        field.default = default
    elif wanted in ("default", "factory"):
        field.factory = _Again(default)
    elif wanted == "none":
        field.default = None
    if features and kind != "type_safe":
        field.options = draw(st.fixed_dictionaries({}, optional=_FIELD_OPTIONS[kind]))
    return field


class _Again:
    """A default factory: a fresh copy of one value each time."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"lambda: {self.value!r}"

    def __call__(self) -> Any:
        value = self.value
        return type(value)(value) if isinstance(value, list | dict | set) else value


# annotations, each with one value of it

# Not spelled where they are used: a checker takes `list[inner]` for a type.
_LIST: Any = list
_DICT: Any = dict
_SET: Any = set
_TUPLE: Any = tuple
_OPTIONAL: Any = Optional
_UNION: Any = Union

_COMMON: list[tuple[Any, Any]] = [
    (int, 1),
    (str, "s"),
    (float, 0.5),
    (bool, True),
    (bytes, b"b"),
    (decimal.Decimal, decimal.Decimal("1.50")),
    (datetime.datetime, datetime.datetime(2026, 1, 2, 3, 4)),
    (datetime.date, datetime.date(2026, 1, 2)),
    (datetime.time, datetime.time(1, 2)),
    (datetime.timedelta, datetime.timedelta(seconds=1)),
    (uuid.UUID, uuid.UUID(int=1)),
    (pathlib.Path, pathlib.Path("p")),
    (Color, Color.RED),
    (Level, Level.HIGH),
    (Literal["a", "b"], "a"),
    (Literal[1, "1", None], 1),
    (Any, None),
    (Annotated[int, "a note"], 1),
]

_OF_KIND: dict[str, list[tuple[Any, Any]]] = {
    "type_safe": [
        (Safe_Str, "safe"),
        (Safe_Int, 1),
        (Safe_UInt, 1),
        (Safe_Float, 0.5),
        (Safe_Str__Id, "id"),
        (Random_Guid, None),
        (Ids, None),
        (Counts, None),
        (list, None),
        (dict, None),
        (Annotated[int, Min(1), Max(9)], 1),
    ],
    "basemodel": [
        (Annotated[int, Field(gt=0, le=10)], 1),
        (Annotated[str, Field(min_length=1, max_length=3)], "a"),
        (Annotated[str, Field(pattern=r"^[a-z]+$")], "a"),
        (Annotated[decimal.Decimal, Field(decimal_places=2, max_digits=6)], decimal.Decimal("1.25")),
        (Annotated[list[int], Field(max_length=2)], [1]),
        (Annotated[str, AfterValidator(str.strip)], "a"),
        (Annotated[str, BeforeValidator(lambda value: value)], "a"),
        (SecretStr, SecretStr("s")),
        (frozenset[int], frozenset({1})),
        (complex, 1j),
    ],
    "dataclass": [
        (Annotated[int, annotated_types.Interval(ge=0, le=10)], 1),
        (frozenset[str], frozenset({"a"})),
        (collections.deque[int], None),
        (collections.Counter[str], None),
        (complex, 1j),
        (type[int], int),
        (object, None),
    ],
}


@st.composite
def _annotations(draw: Any, kind: KindName, depth: int) -> tuple[Any, Any]:
    """An annotation, and a value that it allows (None where none is at hand)."""
    simple = st.sampled_from([*_COMMON, *_OF_KIND[kind]])
    if depth <= 0:
        return draw(simple)
    form = draw(st.sampled_from(["simple", "simple", "model", "list", "dict", "set", "tuple", "optional", "union"]))
    if form == "simple":
        return draw(simple)
    if form == "model":
        return draw(_classes(kind, depth - 1, 2, depth > 1)), None
    inner, value = draw(_annotations(kind, depth - 1))
    match form:
        case "list":
            return _LIST[inner], [value] if _is_value(inner, value) else []
        case "dict":
            key = draw(st.sampled_from([str, int, *([Safe_Str] if kind == "type_safe" else [])]))
            return _DICT[key, inner], {}
        case "set":
            hashable = draw(st.sampled_from([str, int, Color, bool]))
            return _SET[hashable], set()
        case "tuple" if kind == "type_safe":
            return _TUPLE[inner, int], None
        case "tuple":
            return (_TUPLE[inner, ...], ()) if draw(st.booleans()) else (_TUPLE[inner, str], None)
        case "optional":
            return _OPTIONAL[inner], None
    other, _ = draw(_annotations(kind, 0))
    return _UNION[inner, other], value


def _is_value(annotation: Any, value: Any) -> bool:
    return value is not None and not (isinstance(annotation, type) and issubclass(annotation, Safe_Str))


# what a class or a field can say of itself

_OPTIONS: dict[str, dict[str, SearchStrategy[Any]]] = {
    "type_safe": {},
    "basemodel": {
        "frozen": st.just(True),
        "extra": st.sampled_from(["allow", "forbid", "ignore"]),
        "title": st.just("A title"),
    },
    "dataclass": {
        "frozen": st.just(True),
        "slots": st.just(True),
        "order": st.just(True),
        "kw_only": st.just(True),
        "eq": st.just(True),
    },
}

_FIELD_OPTIONS: dict[str, dict[str, SearchStrategy[Any]]] = {
    "basemodel": {
        "description": st.just("described"),
        "alias": st.just("aliasOf"),
        "repr": st.just(False),
        "exclude": st.just(True),
    },
    "dataclass": {
        "metadata": st.just({"description": "described", "own": 1}),
        "repr": st.just(False),
        "compare": st.just(False),
        "init": st.just(False),
    },
}

_EXTRAS: dict[str, list[str]] = {
    "type_safe": ["class attribute", "own init", "method"],
    "basemodel": ["private attribute", "post init", "after validator", "method"],
    "dataclass": ["init variable", "post init", "class variable", "method"],
}


def make_class(definition: Definition) -> type:
    """The class of a definition."""
    number = next(_numbers)
    name = f"Drawn_{number}"
    return {"type_safe": _type_safe, "basemodel": _basemodel, "dataclass": _dataclass}[definition.kind](
        definition, name
    )


def _namespace(definition: Definition, name: str) -> dict[str, Any]:
    annotations = {field.name: field.annotation for field in definition.fields}
    if definition.recursive:
        annotations["again"] = definition.recursive.format(name)
    namespace: dict[str, Any] = {"__module__": __name__, "__annotations__": annotations, "__doc__": repr(definition)}
    if "method" in definition.extras:
        namespace["shown"] = lambda self: repr(self)
    return namespace


def _type_safe(definition: Definition, name: str) -> type:
    namespace = _namespace(definition, name)
    again = namespace["__annotations__"].pop("again", None)
    for field in definition.fields:
        if field.default is not REQUIRED:
            namespace[field.name] = field.default
    if "class attribute" in definition.extras:
        namespace["shared"] = "s"
    bases = (definition.base or Type_Safe,)
    cls: Any = type(name, bases, namespace)
    if "own init" in definition.extras:

        def init(self: Any, **values: Any) -> None:
            super(cls, self).__init__(**values)

        cls.__init__ = init
    if again is not None:
        # osbot-utils resolves no names: the class itself must stand in its annotation.
        cls.__annotations__["again"] = eval(again, {**globals(), name: cls})  # the text is `recursive`
        if again.startswith("Optional"):
            cls.again = None
    return cls


def _basemodel(definition: Definition, name: str) -> type:
    namespace = _namespace(definition, name)
    namespace["model_config"] = ConfigDict(arbitrary_types_allowed=True, protected_namespaces=(), **definition.options)  # type: ignore[typeddict-item]
    used: set[str] = set()
    for field in definition.fields:
        options = dict(field.options)
        if "alias" in options:
            options["alias"] = f"{field.name}Of"
        if field.factory is not None:
            options["default_factory"] = field.factory
        elif field.default is not REQUIRED:
            options["default"] = field.default
        namespace[field.name] = Field(**options)
        used.add(field.name)
    if definition.recursive:
        empty = {"O": None, "l": list, "d": dict}[definition.recursive[0]]
        namespace["again"] = None if empty is None else Field(default_factory=empty)
    if "private attribute" in definition.extras:
        namespace["_secret"] = PrivateAttr(default_factory=list)
        namespace["__annotations__"]["_secret"] = list[int]
    if "post init" in definition.extras:
        namespace["model_post_init"] = _model_post_init
    if "after validator" in definition.extras:
        from pydantic import model_validator

        namespace["checked"] = model_validator(mode="after")(lambda self: self)
    metaclass: Any = type(BaseModel)
    cls = metaclass(name, (definition.base or BaseModel,), namespace)
    cls.model_rebuild(_types_namespace={**globals(), name: cls})
    return cls


def _model_post_init(self: Any, context: Any) -> None:
    """Changes nothing that is not its own."""


def _dataclass(definition: Definition, name: str) -> type:
    options = dict(definition.options)
    base = definition.base
    if base is not None:
        options["frozen"] = base.__dataclass_params__.frozen  # type: ignore[attr-defined]
        options["kw_only"] = True
    elif any(_required(field) for field in definition.fields):
        options.setdefault("kw_only", True)
    namespace = _namespace(definition, name)
    for field in definition.fields:
        arguments = dict(field.options)
        if field.factory is not None:
            arguments["default_factory"] = field.factory
        elif field.default is not REQUIRED:
            arguments["default"] = field.default
        else:
            arguments.pop("init", None)  # nobody would ever set it
        namespace[field.name] = dataclasses.field(**arguments)
    if definition.recursive:
        empty = {"O": None, "l": list, "d": dict}[definition.recursive[0]]
        namespace["again"] = None if empty is None else dataclasses.field(default_factory=empty)
    if "class variable" in definition.extras:
        from typing import ClassVar

        namespace["__annotations__"]["shared"] = ClassVar[int]
        namespace["shared"] = 1
    if "init variable" in definition.extras:
        namespace["__annotations__"]["given"] = dataclasses.InitVar[int]
        namespace["given"] = 3
        namespace["__post_init__"] = lambda self, given=0: None
    elif "post init" in definition.extras:
        namespace["__post_init__"] = lambda self, *args: None
    bases = (base,) if base is not None else ()
    return dataclasses.dataclass(**options)(type(name, bases, namespace))


def _required(field: FieldDefinition) -> bool:
    return field.factory is None and field.default is REQUIRED
