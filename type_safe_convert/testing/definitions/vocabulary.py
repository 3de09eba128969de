"""The types that fields are drawn from: classes, aliases and type variables, and tables of annotations with one value
each (None if there is none)."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import pathlib
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType

import annotated_types
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.core.Safe_UInt import Safe_UInt
from osbot_utils.type_safe.primitives.domains.identifiers.Obj_Id import Obj_Id
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.primitives.domains.identifiers.safe_str.Safe_Str__Id import Safe_Str__Id
from osbot_utils.type_safe.primitives.domains.network.safe_uint.Safe_UInt__Port import Safe_UInt__Port
from osbot_utils.type_safe.primitives.domains.web.safe_str.Safe_Str__Url import Safe_Str__Url
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.validators.Validator__Max import Max
from osbot_utils.type_safe.validators.Validator__Min import Min
from osbot_utils.type_safe.validators.Validator__One_Of import One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Regex
from pydantic import (
    UUID4,
    AfterValidator,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    ByteSize,
    Discriminator,
    EmailStr,
    Field,
    FutureDate,
    ImportString,
    IPvAnyAddress,
    Json,
    NaiveDatetime,
    NameEmail,
    PastDate,
    PlainValidator,
    PostgresDsn,
    RootModel,
    Secret,
    SecretStr,
    Tag,
    WrapValidator,
    conint,
    constr,
)
from typing_extensions import NamedTuple as GenericNamedTuple
from typing_extensions import TypeAliasType, TypedDict, TypeVar, TypeVarTuple


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


T = TypeVar("T")
U = TypeVar("U")
D = TypeVar("D", default=int)
Ts = TypeVarTuple("Ts")

# A checker takes what `Generic` made of T for another class.
_ONE: Any = (T,)
Number = NewType("Number", int)
Numbers = TypeAliasType("Numbers", list[int])
Listed: Any = TypeAliasType("Listed", "list[T]", type_params=_ONE)


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Item(BaseModel):
    n: int


@dataclasses.dataclass
class DataItem:
    n: int


class GenericPair(GenericNamedTuple, Generic[T]):
    left: T
    more: list[T] = []


class Entry(TypedDict, total=False):
    key: str
    value: list[int]


class GenericEntry(TypedDict, Generic[T]):
    key: T
    more: list[T]


class Branch(TypedDict):
    item: DataItem
    branches: list[Branch]


Named = TypedDict("Named", {"first-name": str, "class": int, "größe": list[int]})


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


@dataclasses.dataclass
class DefaultBox(Generic[D]):
    content: D


@dataclasses.dataclass
class ManyBox(Generic[*Ts]):
    content: tuple[*Ts]


@dataclasses.dataclass
class TwoBox(Generic[T, U]):
    first: T
    second: U


@dataclasses.dataclass
class SwappedBox(TwoBox[U, T]):
    third: list[T] = dataclasses.field(default_factory=list)


def _sort(value: Any) -> Any:
    return value.get("sort") if isinstance(value, dict) else getattr(value, "sort", None)


# Not spelled where they are used: a checker takes them for types.
_LIST: Any = list
_PETS: Any = Annotated[Cat | Dog, Field(discriminator="sort")]
_PETS_BY_FUNCTION: Any = Annotated[
    Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")],
    Discriminator(lambda value: "cat" if _sort(value) == "cat" else "dog"),
]

Tree: Any = TypeAliasType("Tree", "list[Tree[T]] | T", type_params=_ONE)
Words: Any = TypeAliasType("Words", "dict[str, Words] | str")
if sys.version_info >= (3, 12):
    exec("type Chain[X] = tuple[X, Chain[X] | None]\ntype Nested = list[Nested] | int", globals())
else:
    Chain: Any = TypeAliasType("Chain", "tuple[T, Chain[T] | None]", type_params=_ONE)
    Nested: Any = TypeAliasType("Nested", "list[Nested] | int")

COMMON: list[tuple[Any, Any]] = [
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
    (Literal[Color.RED, "red"], Color.RED),
    (Any, None),
    (Annotated[int, "a note"], 1),
    (Numbers, [1]),
    (Listed[str], ["a"]),
    (Sequence[int], [1]),
    (Mapping[str, int], {"a": 1}),
]

# Of every kind as well: types that only pydantic can judge, and such as take type arguments or refer to themselves.
SHARED: dict[str, list[tuple[Any, Any]]] = {
    "pydantic types": [
        (EmailStr, "a@example.com"),
        (NameEmail, None),
        (PastDate, None),
        (FutureDate, None),
        (AwareDatetime, None),
        (NaiveDatetime, None),
        (ByteSize, None),
        (IPvAnyAddress, None),
        (UUID4, None),
        (PostgresDsn, None),
        (AnyUrl, AnyUrl("https://example.com/")),
        (SecretStr, SecretStr("s")),
        (Secret[int], None),
        (Base64Bytes, None),
    ],
    "generic named tuples": [
        (GenericPair[int], GenericPair(1)),
        (GenericPair[Color], None),
        (GenericPair[DataItem], None),
    ],
    "typed dicts": [
        (GenericEntry[str], {"key": "k", "more": []}),
        (GenericEntry[DataItem], None),
        (Branch, None),
        (Named, None),
    ],
    "recursive aliases": [
        (Tree[int], 1),
        (Tree[DataItem], None),
        (Words, "w"),
        (Chain[int], (1, None)),
        (Nested, 1),
    ],
    "generic classes": [
        (DataBox[int], None),
        (DataBox[DataBox[str]], DataBox(DataBox("a"))),
        (DataBox[DataItem], None),
        (SwappedBox[int, str], None),
    ],
    "variables with defaults": [
        (DefaultBox, None),
        (DefaultBox[str], None),
    ],
}

DATACLASS: list[tuple[Any, Any]] = [
    (ManyBox[int, str], None),
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
]

TYPE_SAFE: list[tuple[Any, Any]] = [
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
]

BASEMODEL: list[tuple[Any, Any]] = [
    (Annotated[int, Field(gt=0, le=10)], 1),
    (Annotated[str, Field(min_length=1, max_length=3)], "a"),
    (Annotated[str, Field(pattern=r"^[a-z]+$")], "a"),
    (Annotated[decimal.Decimal, Field(decimal_places=2, max_digits=6)], decimal.Decimal("1.25")),
    (Annotated[list[int], Field(max_length=2)], [1]),
    (Annotated[str, AfterValidator(str.strip)], "a"),
    (Annotated[str, BeforeValidator(lambda value: value)], "a"),
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
    (Json[list[int]], None),
    (ImportString, None),
    (Number, Number(1)),
    (Pair, Pair(1)),
    (Entry, {"key": "k"}),
    (Box[int], None),
    (Box[Box[str]], None),
    (Box[Item], None),
    (GenericPair[Item], None),
    (_PETS, Cat()),
    (_LIST[_PETS], []),
    (_PETS_BY_FUNCTION, None),
    (Roots, Roots([1])),
]
