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
from typing_extensions import NamedTuple as GenericNamedTuple
from typing_extensions import TypeAliasType, TypedDict, TypeVar, TypeVarTuple


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


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

# Of every kind as well: types that take type arguments or refer to themselves.
SHARED: dict[str, list[tuple[Any, Any]]] = {
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

# Types that the class decorators of dataclasses and attrs take, since they check no values.
DECORATED: list[tuple[Any, Any]] = [
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
