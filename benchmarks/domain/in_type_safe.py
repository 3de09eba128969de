"""The domain model as classes of Type_Safe."""

from datetime import date
from decimal import Decimal
from typing import Optional, Union

from osbot_utils.type_safe.Type_Safe import Type_Safe

from benchmarks.domain.shared import Status


class Address(Type_Safe):
    street: str
    city: str
    country: Optional[str] = None


class Line(Type_Safe):
    sku: str
    quantity: int
    price: Decimal
    reference: Union[int, str]


class Order(Type_Safe):
    number: str
    status: Status
    placed: date
    ship_to: Address
    lines: list[Line]
    discounts: dict[str, int]
    shipped: Optional[date] = None
    notes: list[str]


class Card(Type_Safe):
    number: str
    expires: date


class Transfer(Type_Safe):
    iban: str
    bank: str


class Customer(Type_Safe):
    name: str
    payment: Union[Card, Transfer]
    orders: list[Order]
    email: Optional[str] = None
