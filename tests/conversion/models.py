"""Models that the tests of this folder convert."""

from dataclasses import dataclass
from typing import List, Optional

from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel


@dataclass
class Line:
    sku: str
    quantity: int
    price: float = 1.5


@dataclass
class Order:
    number: str
    lines: list[Line]
    note: str | None = None


class LineModel(BaseModel):
    sku: str
    quantity: int


class OrderModel(BaseModel):
    number: str
    lines: list[LineModel]


class LineTyped(Type_Safe):
    sku: Safe_Str
    quantity: int


class OrderTyped(Type_Safe):
    number: Safe_Str
    lines: List[LineTyped]
    note: Optional[str] = None


def order():
    return Order("n 1", [Line("a", 1), Line("b b", 2)], "hello")
