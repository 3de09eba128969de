"""The order of the web benchmark, as Type_Safe and as BaseModel."""

from typing import Dict, List

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field


class Customer(Type_Safe):
    name: str
    email: str
    tier: int


class Item(Type_Safe):
    sku: str
    name: str
    quantity: int
    price: float
    tags: List[str]


class Order(Type_Safe):
    id: str
    customer: Customer
    items: List[Item]
    notes: Dict[str, str]


class Plain_Customer(BaseModel):
    name: str = ""
    email: str = ""
    tier: int = 0


class Plain_Item(BaseModel):
    sku: str = ""
    name: str = ""
    quantity: int = 0
    price: float = 0.0
    tags: list[str] = Field(default_factory=list)


class Plain_Order(BaseModel):
    id: str = ""
    customer: Plain_Customer = Field(default_factory=Plain_Customer)
    items: list[Plain_Item] = Field(default_factory=list)
    notes: dict[str, str] = Field(default_factory=dict)
