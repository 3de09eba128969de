# ruff: noqa: UP006, UP035, UP045  # Type_Safe reads these spellings; a value for an `X | None` it refuses
"""The domain: what an order is. Type_Safe classes, which the routes speak and the store keeps."""

from decimal import Decimal
from enum import Enum
from typing import Annotated, List, Optional

from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import Field


class Sku(Safe_Str):
    max_length = 20


class Quantity(Safe_Int):
    min_value = 1
    max_value = 1000

    def __new__(cls, value: int = 1) -> "Quantity":
        return super().__new__(cls, value)


class Offset(Safe_Int):
    min_value = 0
    max_value = 10**9


class Order_Status(Enum):
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"


class Item(Type_Safe):
    sku: Sku
    name: str
    quantity: Quantity
    price: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class New_Order(Type_Safe):
    """An order as a customer sends it."""

    customer: str
    email: str
    items: List[Item]
    comment: Optional[str] = None


class Order(New_Order):
    """An order as the shop keeps it."""

    id: str
    status: Order_Status = Order_Status.OPEN
    total: Decimal


class Page(Type_Safe):
    """A part of a list: `limit` entries after the first `offset`."""

    limit: Quantity
    offset: Offset


class Problem(Type_Safe):
    """The reason why something could not be done."""

    detail: str
