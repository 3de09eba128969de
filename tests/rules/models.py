"""A domain and the answers of a service, designed apart."""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime

from type_safe_convert import SKIP, Constant, Given, Rules


class Color(enum.Enum):
    RED = 1
    BLUE = "b"
    GREEN = "green"


class ColorDto(enum.Enum):
    ROT = 1
    BLUE = "x"


@dataclass
class Address:
    city: str
    zip: str | None = None


@dataclass
class Customer:
    name: str
    address: Address | None = None


@dataclass
class Item:
    sku: str
    price: float
    added: str = "2026-01-02T03:04:05"


@dataclass
class Order:
    customer: Customer
    items: list[Item]
    color: Color = Color.RED
    placed: str = "2026-01-02T03:04:05"
    day: date = date(2026, 1, 2)


@dataclass
class LineDto:
    code: str
    price: float
    added: datetime


@dataclass
class OrderDto:
    customer_name: str
    lines: list[LineDto]
    total: float
    channel: str
    tenant: str
    color: ColorDto
    placed: datetime
    city: str | None = None
    note: str = "none"
    tags: list[str] = field(default_factory=list)


def total(order: Order) -> float:
    return sum(item.price for item in order.items)


rules = Rules()
rules.map(
    Order,
    OrderDto,
    {
        "customer_name": "customer.name",
        "city": ("customer", "address", "city"),
        "lines": "items",
        "total": total,
        "channel": Constant("web"),
        "note": SKIP,
        "tenant": Given(),
        "tags": Constant(["new"]),
    },
)
rules.map(Item, LineDto, {"code": "sku"})
rules.coerce(str, datetime, datetime.fromisoformat)
rules.coerce(Color, ColorDto)


def an_order(**more: object) -> Order:
    values: dict = {"customer": Customer("Ann", Address("Rome")), "items": [Item("a", 1.5), Item("b", 2.0)], **more}
    return Order(**values)


WHEN = datetime(2026, 1, 2, 3, 4, 5)


def the_dto(**more: object) -> OrderDto:
    values: dict = {
        "customer_name": "Ann",
        "lines": [LineDto("a", 1.5, WHEN), LineDto("b", 2.0, WHEN)],
        "total": 3.5,
        "channel": "web",
        "tenant": "acme",
        "color": ColorDto.ROT,
        "placed": WHEN,
        "city": "Rome",
        "tags": ["new"],
        **more,
    }
    return OrderDto(**values)
