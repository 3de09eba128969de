"""The domain: dataclasses that know nothing of tables and answers."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum


class Status(Enum):
    OPEN = "open"
    SHIPPED = "shipped"


@dataclass
class Item:
    sku: str
    quantity: int
    price: Decimal


@dataclass
class Customer:
    name: str
    city: str | None = None


@dataclass
class Order:
    number: int
    customer: Customer
    placed: datetime
    status: Status
    items: list[Item] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((item.price * item.quantity for item in self.items), Decimal(0))

    def ship(self) -> None:
        if self.status is not Status.OPEN:
            raise ValueError(f"order {self.number} is {self.status.value}")
        self.status = Status.SHIPPED
