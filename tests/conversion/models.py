"""Models that the tests of conversions convert."""

from dataclasses import dataclass
from typing import List, Optional

from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, field_validator


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


@dataclass
class Shape:
    name: str


@dataclass
class Circle(Shape):
    radius: int = 1


@dataclass
class Square(Shape):
    side: int = 1


@dataclass
class Drawing:
    shapes: list[Shape]
    best: Optional[Shape] = None


class Positive(BaseModel):
    """A model whose extra values have a type, and whose fields have a validator."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]

    x: int = 1
    y: int = 1

    @field_validator("x", "y")
    @classmethod
    def is_positive(cls, value: int) -> int:
        if value < 1:
            raise ValueError("not positive")
        return value


def order():
    return Order("n 1", [Line("a", 1), Line("b b", 2)], "hello")
