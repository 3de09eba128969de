"""The domain model as NamedTuples."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from benchmarks.domain.shared import Status


class Address(NamedTuple):
    street: str
    city: str
    country: str | None = None


class Line(NamedTuple):
    sku: str
    quantity: int
    price: Decimal
    reference: int | str


class Order(NamedTuple):
    number: str
    status: Status
    placed: date
    ship_to: Address
    lines: list[Line]
    discounts: dict[str, int]
    shipped: date | None = None
    notes: list[str] = []


class Card(NamedTuple):
    number: str
    expires: date


class Transfer(NamedTuple):
    iban: str
    bank: str


class Customer(NamedTuple):
    name: str
    payment: Card | Transfer
    orders: list[Order]
    email: str | None = None
