"""Models that several tests use, in the kinds that a handler may name."""

import dataclasses
from typing import Dict, List, Optional

from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel


class Quantity(Safe_Int):
    min_value = 1
    max_value = 99


class Item(Type_Safe):
    sku: Safe_Str
    name: str
    quantity: int = 1
    price: float = 0.0
    tags: List[str]


class Customer(Type_Safe):
    name: str
    email: str
    tier: int = 0


class Order(Type_Safe):
    """An order of a customer."""

    id: str
    customer: Customer
    items: List[Item]
    notes: Dict[str, str]
    comment: Optional[str] = None


class Vip_Customer(Customer):
    password_hash: str = "secret"


class Pet(Type_Safe):
    name: str


class Cat(Pet):
    lives: int = 9


class Dog(Pet):
    breed: str = "mutt"


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0
    label: str | None = None


class Address(BaseModel):
    city: str
    zip: str = ""


ORDER = {
    "id": "o-1",
    "customer": {"name": "Ada", "email": "ada@example.org", "tier": 2},
    "items": [
        {"sku": f"s{n}", "name": f"item {n}", "quantity": n, "price": n / 2, "tags": ["a", "b"]} for n in range(1, 21)
    ],
    "notes": {"gift": "yes"},
    "comment": None,
}
