"""The answers of the service: pydantic models, flat and with the names that clients know."""

from datetime import datetime
from enum import Enum

from pydantic import BaseModel


class State(Enum):
    OPEN = "open"
    SHIPPED = "shipped"


class LineAnswer(BaseModel):
    code: str
    quantity: int
    price: float


class OrderAnswer(BaseModel):
    id: int
    customer: str
    city: str | None
    placed: datetime
    state: State
    lines: list[LineAnswer]
    total: float
    currency: str
    served_by: str
