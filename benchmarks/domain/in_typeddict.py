"""The domain model as TypedDicts, which have optional keys in the place of defaults."""

from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

from benchmarks.domain.shared import Status


class Address(TypedDict):
    street: str
    city: str
    country: NotRequired[str | None]


class Line(TypedDict):
    sku: str
    quantity: int
    price: Decimal
    reference: int | str


class Order(TypedDict):
    number: str
    status: Status
    placed: date
    ship_to: Address
    lines: list[Line]
    discounts: dict[str, int]
    shipped: NotRequired[date | None]
    notes: NotRequired[list[str]]


class Card(TypedDict):
    number: str
    expires: date


class Transfer(TypedDict):
    iban: str
    bank: str


class Customer(TypedDict):
    name: str
    payment: Card | Transfer
    orders: list[Order]
    email: NotRequired[str | None]
