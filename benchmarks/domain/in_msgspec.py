"""The domain model as Structs of msgspec."""

from datetime import date
from decimal import Decimal

from msgspec import Struct, field

from benchmarks.domain.shared import Status


class Address(Struct):
    street: str
    city: str
    country: str | None = None


class Line(Struct):
    sku: str
    quantity: int
    price: Decimal
    reference: int | str


class Order(Struct):
    number: str
    status: Status
    placed: date
    ship_to: Address
    lines: list[Line]
    discounts: dict[str, int]
    shipped: date | None = None
    notes: list[str] = field(default_factory=list)


class Card(Struct, tag=True):
    number: str
    expires: date


class Transfer(Struct, tag=True):
    iban: str
    bank: str


class Customer(Struct):
    name: str
    payment: Card | Transfer
    orders: list[Order]
    email: str | None = None
