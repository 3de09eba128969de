"""The domain model as dataclasses."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from benchmarks.domain.shared import Status


@dataclass
class Address:
    street: str
    city: str
    country: str | None = None


@dataclass
class Line:
    sku: str
    quantity: int
    price: Decimal
    reference: int | str


@dataclass
class Order:
    number: str
    status: Status
    placed: date
    ship_to: Address
    lines: list[Line]
    discounts: dict[str, int]
    shipped: date | None = None
    notes: list[str] = field(default_factory=list)


@dataclass
class Card:
    number: str
    expires: date


@dataclass
class Transfer:
    iban: str
    bank: str


@dataclass
class Customer:
    name: str
    payment: Card | Transfer
    orders: list[Order]
    email: str | None = None
