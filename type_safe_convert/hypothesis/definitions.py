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
import types
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Generic, Literal, NamedTuple, NewType, Optional, TypeVar, Union

import annotated_types
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.core.Safe_UInt import Safe_UInt
from osbot_utils.type_safe.primitives.domains.identifiers.Obj_Id import Obj_Id
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.primitives.domains.identifiers.safe_str.Safe_Str__Id import Safe_Str__Id
from osbot_utils.type_safe.primitives.domains.network.safe_uint.Safe_UInt__Port import Safe_UInt__Port
from osbot_utils.type_safe.primitives.domains.web.safe_str.Safe_Str__Url import Safe_Str__Url
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.validators.Validator__Max import Max
from osbot_utils.type_safe.validators.Validator__Min import Min
from osbot_utils.type_safe.validators.Validator__One_Of import One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Regex
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    EmailStr,
    Field,
    ImportString,
    IPvAnyAddress,
    Json,
    PastDate,
    PlainValidator,
    PrivateAttr,
    RootModel,
    SecretStr,
    Tag,
    WrapValidator,
    computed_field,
    conint,
    constr,
    field_validator,
    model_validator,
)
from pydantic import dataclasses as pydantic_dataclasses
from pydantic.alias_generators import to_camel
from typing_extensions import TypeAliasType, TypedDict

from type_safe_convert.hypothesis.objects import DRAWN_BELOW
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


Number = NewType("Number", int)
Numbers = TypeAliasType("Numbers", list[int])
T = TypeVar("T")


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Entry(TypedDict, total=False):
    key: str
    value: list[int]


class Box(BaseModel, Generic[T]):
    content: T
    more: list[T] = []


class Cat(BaseModel):
    sort: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    sort: Literal["dog", "puppy"]
    name: str = "d"


class Roots(RootModel[list[int]]):
    pass


@dataclasses.dataclass
class DataBox(Generic[T]):
    content: T
    more: list[T] = dataclasses.field(default_factory=list)


def _sort(value: Any) -> Any:
    return value.get("sort") if isinstance(value, dict) else getattr(value, "sort", None)


_PETS: Any = Annotated[Cat | Dog, Field(discriminator="sort")]
_PETS_BY_FUNCTION: Any = Annotated[
    Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")],
    Discriminator(lambda value: "cat" if _sort(value) == "cat" else "dog"),
]


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
    """A class that is to be made.

    Attributes:
        recursive: the annotation of a further field that may hold an instance of the class itself.
        form: how the class is made, where its kind has several ways ('root', 'generic', 'pydantic', 'on demand').
    """

    kind: KindName
    fields: list[FieldDefinition]
    base: type | None = None
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    extras: list[str] = dataclasses.field(default_factory=list)
    recursive: str = ""
    form: str = ""


NAMES = ("a", "b", "c", "d", "value", "items", "_hidden", "json", "copy", "model_name", "class_", "x" * 40)

_numbers = itertools.count()


def model_classes(
    kind: KindName | None = None, *, depth: int = 2, max_fields: int = 4, features: bool = True
) -> SearchStrategy[type]:
    """Random model classes of one kind, or of any: each draw is a new class.

    Fields of every sort of annotation, with and without defaults; nested, recursive, generic, root and inherited
    models, subclasses that stand where their base is declared; constraints, aliases of every sort, frozen and slotted
    classes, extras, private attributes, computed fields, validators in every mode, discriminated unions, pydantic's
    own types, `InitVar`, `__post_init__`, constructors of their own, primitives and typed
    collections.

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
    options, extras, recursive, form = {}, [], "", ""
    if features:
        form = draw(st.sampled_from(["", "", "", *_FORMS[kind]]))
        options = draw(st.fixed_dictionaries({}, optional=_OPTIONS[kind]))
        extras = draw(st.lists(st.sampled_from(_EXTRAS[kind]), unique=True, max_size=2))
        recursive = draw(st.sampled_from(["", "", "Optional[{0}]", "list[{0}]", "dict[str, {0}]"]))
    return Definition(kind, fields, base, options, extras, recursive, form)


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
_GENERIC: Any = Generic
_ROOT_MODEL: Any = RootModel
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
    (Numbers, [1]),
    (Sequence[int], [1]),
    (Mapping[str, int], {"a": 1}),
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
        (Annotated[str, Regex(r"^[a-z]+$")], "a"),
        (Annotated[str, One_Of(["a", "b"])], "a"),
        (Safe_Str__Url, None),
        (Safe_UInt__Port, 80),
        (Obj_Id, None),
        (type[int], None),
        (Callable, None),
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
        (Annotated[int, Field(ge=2, lt=20, multiple_of=2)], 2),
        (Annotated[float, Field(gt=0, allow_inf_nan=False)], 0.5),
        (Annotated[int, Field(strict=True)], 1),
        (Annotated[str, annotated_types.Len(1, 3)], "a"),
        (Annotated[int, annotated_types.Predicate(lambda value: value % 2 == 0)], 2),
        (Annotated[int, WrapValidator(lambda value, handler: handler(value))], 1),
        (Annotated[int, PlainValidator(lambda value: value)], 1),
        (conint(gt=0), 1),
        (constr(to_lower=True, max_length=4), "a"),
        (EmailStr, "a@example.com"),
        (AnyUrl, AnyUrl("https://example.com/")),
        (Json[list[int]], None),
        (ImportString, None),
        (Base64Bytes, None),
        (PastDate, None),
        (AwareDatetime, None),
        (IPvAnyAddress, None),
        (Number, Number(1)),
        (Pair, Pair(1)),
        (Entry, {"key": "k"}),
        (Box[int], None),
        (Box[Box[str]], None),
        (_PETS, Cat()),
        (_LIST[_PETS], []),
        (_PETS_BY_FUNCTION, None),
        (Roots, Roots([1])),
    ],
    "dataclass": [
        (Annotated[int, annotated_types.Interval(ge=0, le=10)], 1),
        (frozenset[str], frozenset({"a"})),
        (collections.deque[int], None),
        (collections.Counter[str], None),
        (complex, 1j),
        (type[int], int),
        (object, None),
        (Callable[[int], int], None),
        (Number, Number(1)),
        (Pair, Pair(1)),
        (Entry, {"key": "k"}),
        (DataBox[int], None),
        (DataBox[DataBox[str]], DataBox(DataBox("a"))),
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
        cls: Any = draw(_classes(kind, depth - 1, 2, depth > 1))
        if draw(st.booleans()) and not issubclass(cls, RootModel):
            names = draw(st.lists(st.sampled_from(_names(kind)), unique=True, max_size=1))
            below = make_class(Definition(kind, [draw(_fields(kind, name, 0, False)) for name in names], cls))
            setattr(cls, DRAWN_BELOW, (below,))
        return (cls[int] if getattr(cls, "__parameters__", ()) else cls), None
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

_FORMS: dict[str, list[str]] = {
    "type_safe": ["on demand"],
    "basemodel": ["root", "generic"],
    "dataclass": ["generic"],
}

_OPTIONS: dict[str, dict[str, SearchStrategy[Any]]] = {
    "type_safe": {},
    "basemodel": {
        "frozen": st.just(True),
        "extra": st.sampled_from(["allow", "forbid", "ignore"]),
        "title": st.just("A title"),
        "alias_generator": st.just(to_camel),
        "validate_assignment": st.just(True),
        "str_strip_whitespace": st.just(True),
        "strict": st.just(True),
    },
    "dataclass": {
        "frozen": st.just(True),
        "slots": st.just(True),
        "order": st.just(True),
        "kw_only": st.just(True),
        "eq": st.booleans(),
        "unsafe_hash": st.just(True),
    },
}

_FIELD_OPTIONS: dict[str, dict[str, SearchStrategy[Any]]] = {
    "basemodel": {
        "description": st.just("described"),
        "alias": st.just("{0}Of"),
        "validation_alias": st.sampled_from([AliasPath("{0}", 0), AliasChoices("{0}One", AliasPath("two", "{0}"))]),
        "serialization_alias": st.just("{0}Out"),
        "title": st.just("titled"),
        "examples": st.just([1]),
        "json_schema_extra": st.just({"more": 1}),
        "frozen": st.just(True),
        "repr": st.just(False),
        "exclude": st.just(True),
    },
    "dataclass": {
        "metadata": st.just({"description": "described", "title": "titled", "examples": [1], "own": 1}),
        "repr": st.just(False),
        "compare": st.just(False),
        "hash": st.booleans(),
        "kw_only": st.just(True),
        "init": st.just(False),
    },
}

_EXTRAS: dict[str, list[str]] = {
    "type_safe": ["class attribute", "own init", "own setattr", "outside attribute", "method"],
    "basemodel": [
        "private attribute",
        "post init",
        "after validator",
        "before validator",
        "wrap validator",
        "field validators",
        "plain field validator",
        "computed field",
        "own init",
        "method",
    ],
    "dataclass": [
        "init variable",
        "post init",
        "class variable",
        "computed",
        "outside attribute",
        "own init",
        "method",
    ],
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
    if "own setattr" in definition.extras:

        def set_attribute(self: Any, name: str, value: Any) -> None:
            super(cls, self).__setattr__(name, value)

        namespace["__setattr__"] = set_attribute
    top = Type_Safe__On_Demand if definition.form == "on demand" else Type_Safe
    cls: Any = type(name, (definition.base or top,), namespace)
    if "own init" in definition.extras or "outside attribute" in definition.extras:

        def init(self: Any, **values: Any) -> None:
            super(cls, self).__init__(**values)
            if "outside attribute" in definition.extras:
                self.__dict__["outside"] = [1]

        cls.__init__ = init
    if again is not None:
        # osbot-utils resolves no names: the class itself must stand in its annotation.
        cls.__annotations__["again"] = eval(again, {**globals(), name: cls})  # the text is `recursive`
        if again.startswith("Optional"):
            cls.again = None
    return cls


def _basemodel(definition: Definition, name: str) -> type:
    namespace = _namespace(definition, name)
    options: Any = definition.options
    base: Any = definition.base or BaseModel
    root = definition.form == "root" and definition.base is None and len(definition.fields) > 0
    if root:
        base = _ROOT_MODEL[definition.fields[0].annotation]
        options = {key: value for key, value in options.items() if key not in ("extra", "alias_generator")}
        namespace["__annotations__"] = {}
    else:
        options = {"arbitrary_types_allowed": True, "protected_namespaces": (), **options}
        for field in definition.fields:
            namespace[field.name] = _pydantic_field(field)
        if definition.recursive:
            empty = {"O": None, "l": list, "d": dict}[definition.recursive[0]]
            namespace["again"] = None if empty is None else Field(default_factory=empty)
        if "private attribute" in definition.extras:
            namespace["_secret"] = PrivateAttr(default_factory=list)
            namespace["__annotations__"]["_secret"] = list[int]
    generic = definition.form == "generic" and definition.base is None
    if generic:
        namespace["__annotations__"]["generic"] = _OPTIONAL[T]
        namespace["generic"] = None
    namespace["model_config"] = ConfigDict(**options)
    namespace |= _validators(definition, root)
    bases: Any = (base, _GENERIC[T]) if generic else (base,)
    cls: Any = types.new_class(name, bases, {}, lambda body: body.update(namespace))
    if "own init" in definition.extras and not root:

        def init(self: Any, **values: Any) -> None:
            super(cls, self).__init__(**values)

        cls.__init__ = init
    cls.model_rebuild(force="own init" in definition.extras, _types_namespace={**globals(), name: cls})
    return cls[int] if generic else cls


def _pydantic_field(field: FieldDefinition) -> Any:
    options = {key: _named(option, field.name) for key, option in field.options.items()}
    if field.factory is not None:
        options["default_factory"] = field.factory
    elif field.default is not REQUIRED:
        options["default"] = field.default
    return Field(**options)


def _named(option: Any, name: str) -> Any:
    """An alias in which the field's name is filled in, since no two fields may have the same."""
    if isinstance(option, str):
        return option.format(name)
    if isinstance(option, AliasPath):
        return AliasPath(*(_named(part, name) for part in option.path))
    if isinstance(option, AliasChoices):
        return AliasChoices(*(_named(choice, name) for choice in option.choices))
    return option


def _validators(definition: Definition, root: bool) -> dict[str, Any]:
    """Validators that change nothing, of every mode, and what else a model can have besides its fields."""
    found: dict[str, Any] = {}
    same: Any = classmethod(lambda cls, value: value)
    handled: Any = classmethod(lambda cls, value, handler: handler(value))
    for extra in definition.extras:
        match extra:
            case "post init":
                found["model_post_init"] = _model_post_init
            case "after validator":
                found["checked"] = model_validator(mode="after")(lambda self: self)
            case "before validator":
                found["checked_before"] = model_validator(mode="before")(same)
            case "wrap validator":
                found["checked_around"] = model_validator(mode="wrap")(handled)
            case "field validators" if not root:
                found["field_after"] = field_validator("*", mode="after")(same)
                found["field_before"] = field_validator("*", mode="before")(same)
                found["field_around"] = field_validator("*", mode="wrap")(handled)
            case "plain field validator" if definition.fields and not root:
                name = definition.fields[0].name
                found["field_plain"] = field_validator(name, mode="plain")(same)
            case "computed field":
                found["computed"] = computed_field(return_type=int)(property(lambda self: 7))
    return found


def _model_post_init(self: Any, context: Any) -> None:
    """Changes nothing that is not its own."""


def _dataclass(definition: Definition, name: str) -> type:
    options = dict(definition.options)
    base = definition.base
    pydantic = definition.form == "pydantic" or "__pydantic_validator__" in getattr(base, "__dict__", {})
    if base is not None:
        options["frozen"] = base.__dataclass_params__.frozen  # type: ignore[attr-defined]
        options["kw_only"] = True
    elif pydantic or any(_required(field) for field in definition.fields):
        options.setdefault("kw_only", True)
    if options.get("eq") is False:
        options.pop("order", None)
    namespace = _namespace(definition, name)
    for field in definition.fields:
        arguments = dict(field.options)
        # A pydantic dataclass refuses its own None where that is outside of the annotation.
        is_none = pydantic and (field.default is None or (field.factory is not None and field.factory() is None))
        if is_none:
            arguments.pop("init", None)
        elif field.factory is not None:
            arguments["default_factory"] = field.factory
        elif field.default is not REQUIRED:
            arguments["default"] = field.default
        else:
            arguments.pop("init", None)  # nobody would ever set it
        if arguments.get("init") is False and pydantic:
            arguments.pop("kw_only", None)  # pydantic refuses the two together
        namespace[field.name] = dataclasses.field(**arguments)
    if definition.recursive:
        empty = {"O": None, "l": list, "d": dict}[definition.recursive[0]]
        namespace["again"] = None if empty is None else dataclasses.field(default_factory=empty)
    if "class variable" in definition.extras:
        namespace["__annotations__"]["shared"] = ClassVar[int]
        namespace["shared"] = 1
    if "computed" in definition.extras:
        namespace["__annotations__"]["computed"] = int
        namespace["computed"] = dataclasses.field(init=False, default=0)
    if "init variable" in definition.extras:
        namespace["__annotations__"]["given"] = dataclasses.InitVar[int]
        namespace["given"] = 3
    if {"init variable", "post init", "computed", "outside attribute"} & {*definition.extras}:
        namespace["__post_init__"] = _post_init(definition)
    if "own init" in definition.extras and not pydantic:
        namespace["__init__"] = _own_init
    bases = (base,) if base is not None else ()
    if definition.form == "generic" and base is None:
        namespace["__annotations__"]["generic"] = _OPTIONAL[T]
        namespace["generic"] = None
        bases = (_GENERIC[T],)
    cls: Any = types.new_class(name, bases, {}, lambda body: body.update(namespace))
    if pydantic:
        return pydantic_dataclasses.dataclass(config=ConfigDict(arbitrary_types_allowed=True), **options)(cls)
    return dataclasses.dataclass(**options)(cls)


def _post_init(definition: Definition) -> Callable[..., None]:
    """Sets what is its own, and nothing else."""

    def post_init(self: Any, *given: Any) -> None:
        if "computed" in definition.extras:
            object.__setattr__(self, "computed", 2)
        if "outside attribute" in definition.extras and hasattr(self, "__dict__"):
            object.__setattr__(self, "outside", [1])

    return post_init


def _own_init(self: Any, **values: Any) -> None:
    """A constructor that somebody wrote: it takes the fields as keywords."""
    for field in dataclasses.fields(self):
        if field.name in values:
            value = values[field.name]
        elif field.default_factory is not dataclasses.MISSING:
            value = field.default_factory()
        elif field.default is not dataclasses.MISSING:
            value = field.default
        else:
            raise TypeError(f"{field.name} is missing")
        object.__setattr__(self, field.name, value)


def _required(field: FieldDefinition) -> bool:
    return field.factory is None and field.default is REQUIRED
