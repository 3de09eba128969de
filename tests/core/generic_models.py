"""Generic classes of each kind, and classes that hold them parametrised.

The tests load this module twice: as it is, and with its annotations as text.
"""

import typing
from dataclasses import dataclass, field
from typing import Generic, List, NamedTuple, Optional, ParamSpec, TypeVar

import pydantic.dataclasses
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel
from typing_extensions import Self, TypedDict, TypeVarTuple
from typing_extensions import TypeVar as TypeVarWithDefault

T = TypeVar("T")
U = TypeVar("U")
D = TypeVarWithDefault("D", default=int)
Ts = TypeVarTuple("Ts")
P = ParamSpec("P")


@dataclass
class Item:
    n: int


class ItemM(BaseModel):
    n: int


@dataclass
class Box(Generic[T]):
    v: T


class BoxM(BaseModel, Generic[T]):
    v: T


class BoxS(Type_Safe, Generic[T]):
    v: T


@pydantic.dataclasses.dataclass
class BoxP(Generic[T]):
    v: T


class BoxT(TypedDict, Generic[T]):
    v: T


class BoxN(NamedTuple, Generic[T]):
    v: T


@dataclass
class Lists(Generic[T]):
    v: list[T]
    boxes: list[Box[T]] = field(default_factory=list)
    by_name: dict[str, Optional[Box[T]]] = field(default_factory=dict)


@dataclass
class First(Generic[T]):
    a: T


@dataclass
class Second(First[U]):
    b: U


@dataclass
class Third(Second[list[T]], Generic[T]):
    c: T


@dataclass
class Both(Generic[T, U]):
    k: T
    v: U


@dataclass
class Swapped(Both[U, T]):
    pass


@dataclass
class Bare(First, Generic[T]):
    t: T


@dataclass
class Defaulted(Generic[D]):
    v: D


@dataclass
class Variadic(Generic[*Ts]):
    x: tuple[*Ts]


@dataclass
class VariadicAfter(Generic[T, *Ts]):
    v: T
    x: tuple[int, *Ts]


@dataclass
class Called(Generic[P, T]):
    v: T
    f: Optional[typing.Callable[P, T]] = None


@dataclass
class Node:
    v: int
    next: Optional[Self] = None
    kids: list[Self] = field(default_factory=list)
    by_name: dict[str, Self] = field(default_factory=dict)


class NodeM(BaseModel):
    v: int
    next: Optional[Self] = None
    kids: list[Self] = []
    by_name: dict[str, Self] = {}


class NodeS(Type_Safe):
    v: int
    kids: List[Self]


@dataclass
class SubNode(Node):
    w: int = 0


@dataclass
class GenericNode(Generic[T]):
    v: T
    next: Optional[Self] = None


@dataclass
class OfItem:
    b: Box[Item]


@dataclass
class OfInt:
    b: Box[int]


@dataclass
class OfEither:
    b: Box[int] | Box[str]


@dataclass
class OfNested:
    b: Box[Box[Item]]


@dataclass
class OfLists:
    b: Lists[Item]


@dataclass
class OfSecond:
    b: Second[Item]


@dataclass
class OfThird:
    b: Third[int]


@dataclass
class OfSwapped:
    b: Swapped[int, str]


@dataclass
class OfBare:
    b: Bare[int]


@dataclass
class OfDefaulted:
    b: Defaulted[str]
    c: Defaulted


@dataclass
class OfVariadic:
    b: Variadic[int, str]
    c: VariadicAfter[str, bool]


@dataclass
class OfCalled:
    b: Called[[int], Item]


@dataclass
class OfGenericNode:
    b: GenericNode[int]


@dataclass
class OfRecord:
    b: BoxT[Item]


@dataclass
class OfNamedTuple:
    b: BoxN[Item]


@dataclass
class OfPydantic:
    b: BoxM[Item]


@dataclass
class OfPydanticDataclass:
    b: BoxP[Item]


@dataclass
class OfListed:
    b: list[Box[Item]]
    c: dict[str, Box[int]] = field(default_factory=dict)
    d: Optional[Box[Optional[Item]]] = None


class HolderM(BaseModel):
    b: BoxM[ItemM]


class HolderS(Type_Safe):
    b: BoxS[Item]


@dataclass
class IntBox(Box[int]):
    pass


@dataclass
class MoreBox(Box[U], Generic[U, T]):
    w: Optional[T] = None


@dataclass
class TwoViews:
    a: Box[int]
    b: Box
    c: Optional[Box[str]] = None


@dataclass
class EitherM:
    b: list[BoxM[ItemM] | BoxM[str]]


@dataclass
class EitherD:
    b: list[Box[Item] | Box[str]]


B = TypeVar("B", bound="Item")  # text that only this module can resolve
C = TypeVar("C", int, str)
E = TypeVarWithDefault("E", default=List[D])


@dataclass
class SubItem(Item):
    m: int


@dataclass
class Bounded(Generic[B]):
    v: B


@dataclass
class Limited(Generic[C]):
    v: C


@dataclass
class Two(Generic[D, E]):
    d: D
    e: E


@dataclass
class OfBounded:
    a: Bounded[SubItem]
    b: Bounded


@dataclass
class OfLimited:
    a: Limited[str]
    b: Limited


@dataclass
class OfTwo:
    a: Two[str]
    b: Two
    c: Two[str, bool]
