"""One small domain in each kind, as a user would write it."""

import datetime
import decimal
import enum
import pathlib
import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, List, Literal, Optional, Set, Tuple, Union

from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel, Field


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Names(Type_Safe__List):
    expected_type = Safe_Str


class Stock(Type_Safe__Dict):
    expected_key_type = Safe_Str
    expected_value_type = int


# Type_Safe


class Item(Type_Safe):
    sku: Safe_Str
    quantity: Safe_Int
    tags: List[str]
    color: Color = Color.RED


class Order(Type_Safe):
    """What somebody bought."""

    order_id: Random_Guid
    items: List[Item]
    by_name: Dict[str, Item]
    nested: Dict[str, List[Safe_Str]]
    labels: Set[str]
    pair: Tuple[int, str]
    names: Names
    stock: Stock
    when: datetime.datetime
    first: Optional[Item] = None
    note: str = "none"
    anything: Any = None


class Bundle(Item):
    parts: List[Item]


def order() -> Order:
    return Order(
        items=[Item(sku="a 1", quantity=2, tags=["x"]), Bundle(sku="b", parts=[Item(sku="c")])],
        by_name={"z": Item(sku="z", color=Color.BLUE)},
        nested={"k": ["v w", "x"]},
        labels={"p", "q"},
        pair=(1, "one"),
        names=Names(["n 1"]),
        stock=Stock({"s": 3}),
        when=datetime.datetime(2026, 1, 2, 3, 4, 5),
        first=Item(sku="f"),
        anything={"deep": [1, {"er": (2,)}]},
    )


# pydantic


class Address(BaseModel):
    street: str
    zip: str | None = None


class Customer(BaseModel):
    """Who bought it."""

    customer_id: uuid.UUID
    name: str = Field(min_length=1, description="as on the invoice")
    born: datetime.date | None = None
    addresses: list[Address] = []
    primary: Address | None = None
    limit: decimal.Decimal = decimal.Decimal("10.5")
    scores: dict[str, float] = Field(default_factory=dict)
    path: pathlib.Path = pathlib.Path("/tmp")
    level: Literal["low", "high"] = "low"
    either: int | str | list[int] = 0
    color: Color = Color.RED


class Company(Customer):
    staff: list[Customer] = []


def customer() -> Customer:
    return Company(
        customer_id=uuid.UUID(int=7),
        name="Ada",
        born=datetime.date(1815, 12, 10),
        addresses=[Address(street="1 High St", zip="AB1"), Address(street="2 Low St")],
        primary=Address(street="3 Mid St"),
        scores={"maths": 1.0},
        either=[1, 2],
        staff=[Customer(customer_id=uuid.UUID(int=8), name="Bob", level="high")],
    )


# dataclasses


@dataclass
class Shape:
    name: str


@dataclass
class Circle(Shape):
    radius: float = 1.0


@dataclass
class Square(Shape):
    side: float = 1.0


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


@dataclass
class Drawing:
    """Shapes on a canvas."""

    main: Shape
    shapes: list[Shape]
    named: dict[str, Shape]
    points: set[Point] = field(default_factory=set)
    corners: tuple[Point, ...] = ()
    either: Union[Circle, Square, None] = None
    frozen: frozenset[int] = frozenset()


def drawing() -> Drawing:
    return Drawing(
        main=Circle("m", 2.0),
        shapes=[Circle("c"), Square("s", 3.0), Shape("plain")],
        named={"k": Square("q")},
        points={Point(1, 2), Point(3)},
        corners=(Point(0), Point(9, 9)),
        either=Square("e"),
        frozen=frozenset({1, 2}),
    )


@dataclass
class Node:
    value: int
    children: "list[Node]" = field(default_factory=list)
    parent: "Optional[Node]" = None


def node() -> Node:
    root = Node(1, [Node(2), Node(3, [Node(4)])])
    root.children[1].children[0].parent = root
    return root


INSTANCES = {"type_safe": order, "basemodel": customer, "dataclass": drawing}
CLASSES = [Item, Order, Bundle, Address, Customer, Company, Shape, Circle, Drawing, Point, Node]
