"""Models of the JSON tests: every kind of value that has a form in JSON, in all three kinds of class."""

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import uuid
from typing import Annotated, Any, Dict, Generic, List, Literal, NamedTuple, Optional, Set, Tuple, Type, TypeVar, Union

import annotated_types
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel, ConfigDict, Field, field_validator


class Color(enum.Enum):
    RED = "r"
    BLUE = 2


class Corner(enum.Enum):
    """Values without a form in JSON: it is written by name."""

    ORIGIN = (0, 0)
    END = (1, 1)


class Swapped(enum.Enum):
    """The value of one is the name of the other."""

    A = "B"
    B = "A"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


class Sku(Safe_Str):
    regex = re.compile(r"[^a-zA-Z0-9\-]")
    max_length = 24


class Stock(Safe_Int):
    min_value = 0
    max_value = 100_000


class Price(Safe_Float):
    min_value = 0.0


class Skus(Type_Safe__List):
    expected_type = Sku


class Stocks(Type_Safe__Dict):
    expected_key_type = Sku
    expected_value_type = Stock


class Point(NamedTuple):
    x: int
    y: float


# one class in each kind


class Tag(Type_Safe):
    name: str
    weight: float = 1.0


class Item(Type_Safe):
    """An item of an order."""

    sku: Sku
    stock: Stock
    price: Price
    tags: List[Tag]


class Everything(Type_Safe):
    text: str
    number: int
    ratio: float
    flag: bool
    raw: bytes
    amount: decimal.Decimal
    day: dt.date
    moment: dt.datetime
    clock: dt.time
    span: dt.timedelta
    key: uuid.UUID
    path: pathlib.Path
    color: Color
    corner: Corner
    swapped: Swapped
    level: Level
    choice: Literal["a", 3]
    sku: Sku
    stock: Stock
    price: Price
    skus: Skus
    stocks: Stocks
    names: List[str]
    rows: List[List[int]]
    table: Dict[str, List[int]]
    by_number: Dict[int, str]
    by_day: Dict[dt.date, Color]
    members: Set[int]
    pair: Tuple[int, str]
    maybe: Optional[int] = None
    either: Union[int, str]
    small: Annotated[int, annotated_types.Ge(0), annotated_types.Lt(100)] = 1
    tag: Tag
    maybe_tag: Optional[Tag] = None
    tags: List[Tag]
    by_name: Dict[str, Tag]
    anything: Any
    kind: Type[Tag]


class Node(Type_Safe):
    name: str
    children: List["Node"]
    parent: Optional["Node"] = None


class Shape(Type_Safe):
    name: str


class Circle(Shape):
    radius: float


class Square(Shape):
    side: int
    inner: Circle


class Drawing(Type_Safe):
    main: Shape
    shapes: List[Shape]
    named: Dict[str, Shape]


class Own_Init(Type_Safe):
    a: int
    b: str

    def __init__(self, a: int = 5, b: str = "") -> None:
        super().__init__(a=a, b=b or f"made from {a}")


@dataclasses.dataclass
class Part:
    name: str
    size: float = 1.0


@dataclasses.dataclass
class Thing:
    """A thing of parts."""

    text: str
    number: int
    ratio: float
    raw: bytes
    moment: dt.datetime
    key: uuid.UUID
    address: ipaddress.IPv4Address
    share: fractions.Fraction
    color: Color
    corner: Corner
    point: Point
    parts: list[Part]
    by_name: dict[str, Part]
    members: frozenset[int]
    queue: collections.deque[int]
    tag: Tag | None = None
    other: int | str | None = None
    small: Annotated[int, annotated_types.Ge(0)] = 0
    numbers: list[int] = dataclasses.field(default_factory=lambda: [1, 2])


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    a: int
    b: tuple[str, ...] = ()


@dataclasses.dataclass
class Computed:
    a: int
    b: int = dataclasses.field(init=False)
    c: list[int] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.b = self.a * 2


@dataclasses.dataclass
class Animal:
    name: str


@dataclasses.dataclass
class Dog(Animal):
    tricks: list[str]


@dataclasses.dataclass
class Zoo:
    animals: list[Animal]


T = TypeVar("T")


@dataclasses.dataclass
class Box(Generic[T]):
    content: T


@dataclasses.dataclass
class Boxes:
    number: Box[int]
    text: Box[str]


class Address(BaseModel):
    street: str
    zip: str = ""


class Person(BaseModel):
    name: str
    user_id: int = Field(alias="userId")
    addresses: list[Address] = []
    born: dt.date | None = None

    @field_validator("name")
    @classmethod
    def not_empty(cls, value: str) -> str:
        if not value:
            raise ValueError("a person has a name")
        return value


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int


def everything() -> Everything:
    made = Everything(
        text="text with \u2028 and \U0001f600",
        number=10**30,
        ratio=0.1,
        flag=True,
        raw=bytes(range(256)),
        sku="abc-1",
        stock=7,
        price=1.25,
        names=["a", ""],
        rows=[[1, 2], []],
        table={"a": [1], "b": []},
        by_number={1: "x", -5: "y"},
        members={1, 2},
        pair=(3, "c"),
        tag=Tag(name="t"),
        tags=[Tag(name="u", weight=2.0)],
        by_name={"v": Tag(name="v")},
    )
    made.amount = decimal.Decimal("1.500")
    made.day = dt.date(2024, 2, 29)
    made.moment = dt.datetime(2024, 2, 29, 12, 30, 0, 123456, tzinfo=dt.UTC)
    made.clock = dt.time(12, 30, 1)
    made.span = dt.timedelta(days=-1, seconds=5, microseconds=7)
    made.key = uuid.UUID(int=5)
    made.path = pathlib.Path("/tmp/x")
    made.color, made.corner, made.swapped, made.level = Color.BLUE, Corner.END, Swapped.A, Level.HIGH
    made.by_day[dt.date(2024, 1, 1)] = Color.RED
    made.skus = Skus(initial_data=["a", "b"])
    made.stocks = Stocks(Sku, Stock, {"a": 1})
    made.either = "5"
    made.choice = 3
    made.anything = {"a": [1, None, 2.5, True]}
    return made


def thing() -> Thing:
    return Thing(
        text="text",
        number=-1,
        ratio=float("inf"),
        raw=b"\xff\x00",
        moment=dt.datetime(2024, 1, 1),
        key=uuid.UUID(int=9),
        address=ipaddress.IPv4Address("10.0.0.1"),
        share=fractions.Fraction(1, 3),
        color=Color.RED,
        corner=Corner.ORIGIN,
        point=Point(1, 2.5),
        parts=[Part("a"), Part("b", 2.0)],
        by_name={"c": Part("c")},
        members=frozenset({1, 2}),
        queue=collections.deque([1, 2]),
        tag=Tag(name="t"),
        other="5",
    )


def tree() -> Node:
    return Node(name="root", children=[Node(name="a", children=[Node(name="b")]), Node(name="c")])


def person() -> Person:
    return Person(name="Ada", userId=7, addresses=[Address(street="s")], born=dt.date(1815, 12, 10))


def instances() -> list[Any]:
    return [
        everything(),
        Everything(),
        tree(),
        Item(sku="x", stock=1, price=2.5, tags=[Tag(name="t")]),
        Own_Init(3),
        thing(),
        Slotted(1, ("a", "b")),
        Computed(4, [1]),
        Boxes(Box(1), Box("a")),
        person(),
        Open(a=1, b=[2]),
        Closed(a=1),
    ]
