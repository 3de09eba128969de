"""The domain model as classes of attrs."""

from datetime import date
from decimal import Decimal

from attrs import Factory, define

from benchmarks.domain.shared import Status


@define
class Address:
    street: str
    city: str
    country: str | None = None


@define
class Line:
    sku: str
    quantity: int
    price: Decimal
    reference: int | str


@define
class Order:
    number: str
    status: Status
    placed: date
    ship_to: Address
    lines: list[Line]
    discounts: dict[str, int]
    shipped: date | None = None
    notes: list[str] = Factory(list)


@define
class Card:
    number: str
    expires: date


@define
class Transfer:
    iban: str
    bank: str


@define
class Customer:
    name: str
    payment: Card | Transfer
    orders: list[Order]
    email: str | None = None
