"""Classes whose source text is written: one of each thing that a class can say."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import uuid
from typing import Annotated, Generic, Literal, TypeVar

import annotated_types
from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Status(enum.Enum):
    OPEN = "open"
    PAID = "paid"


class Address(BaseModel):
    """Where goods go."""

    model_config = ConfigDict(frozen=True)

    street: str = Field(min_length=1, description="Street and number")
    zip_code: str = Field(alias="zipCode", pattern=r"^\d{5}$", max_length=5)


class Line(BaseModel):
    sku: str
    quantity: int = Field(default=1, ge=1, le=100)
    price: decimal.Decimal = decimal.Decimal("9.50")
    tags: list[str] = []


class Bill(BaseModel):
    """A bill.

    With "quotes" and a \\ in its text.
    """

    model_config = ConfigDict(extra="forbid")

    id: uuid.UUID = Field(default_factory=uuid.uuid4)
    status: Status = Status.OPEN
    lines: list[Line] = Field(default_factory=list, max_length=10)
    ship_to: Address
    date: datetime.date | None = None
    discounts: dict[str, Annotated[float, Field(gt=0)]] = {"none": 0.5}
    currency: Literal["EUR", "USD"] = "EUR"
    parent: Bill | None = None

    @property
    def total(self) -> decimal.Decimal:
        return sum((line.price * line.quantity for line in self.lines), decimal.Decimal(0))


class Invoice(Bill):
    number: int
    note: str = "a note that is long enough to have the line broken, since it does not fit on one"


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: Annotated[int, annotated_types.Ge(0)] = 0


@dataclasses.dataclass(frozen=True)
class Path:
    points: tuple[Point, ...] = (Point(1), Point(2, 3))
    first: Point = Point(0)
    closed: bool = dataclasses.field(default=False, metadata={"description": "whether it ends where it starts"})


@dataclasses.dataclass
class Page(Generic[T]):
    items: list[T]
    following: Page[T] | None = None


@dataclasses.dataclass
class Names:
    """Its fields have the names of types."""

    date: datetime.date
    uuid: uuid.UUID
    numbers: list[int] = dataclasses.field(default_factory=list)
    field: Page[int] | None = None
    Annotated: Annotated[int, annotated_types.Gt(1)] = 2
