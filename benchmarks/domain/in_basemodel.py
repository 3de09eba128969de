"""The domain model as models of pydantic."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from benchmarks.domain.shared import Status


class Address(BaseModel):
    street: str
    city: str
    country: str | None = None


class Line(BaseModel):
    sku: str
    quantity: int
    price: Decimal
    reference: int | str


class Order(BaseModel):
    number: str
    status: Status
    placed: date
    ship_to: Address
    lines: list[Line]
    discounts: dict[str, int]
    shipped: date | None = None
    notes: list[str] = Field(default_factory=list)


class Card(BaseModel):
    number: str
    expires: date


class Transfer(BaseModel):
    iban: str
    bank: str


class Customer(BaseModel):
    name: str
    payment: Card | Transfer
    orders: list[Order]
    email: str | None = None
