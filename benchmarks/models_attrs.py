"""An invoice as classes of attrs. The same names and fields as in the other modules."""

from typing import Dict, List, Optional

from attrs import define


@define
class Customer:
    name: str
    email: str
    vat: Optional[str] = None


@define
class Line:
    sku: str
    quantity: int
    price: float
    tags: List[str]


@define
class Invoice:
    number: str
    customer: Customer
    lines: List[Line]
    totals: Dict[str, float]
    notes: List[str]
    paid: bool
