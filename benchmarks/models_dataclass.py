"""The models as dataclasses. The same names and fields as in the other two modules."""

from dataclasses import dataclass
from typing import Dict, List, Optional


@dataclass
class Person:
    name: str
    age: int
    height: float
    active: bool
    email: str


@dataclass
class Customer:
    name: str
    email: str
    vat: Optional[str] = None


@dataclass
class Line:
    sku: str
    quantity: int
    price: float
    tags: List[str]


@dataclass
class Invoice:
    number: str
    customer: Customer
    lines: List[Line]
    totals: Dict[str, float]
    notes: List[str]
    paid: bool


@dataclass
class Product:
    sku: str
    title: str
    stock: int
    price: float
    labels: List[str]


@dataclass
class Node:
    name: str
    value: int
    children: List["Node"]


@dataclass
class Record:
    order_no: str
    quantity: int
    unit_price: float
    express: bool
    customer: str
    age: int
    credit: float
    verified: bool
    street: str
    house_no: int
    latitude: float
    owner: bool
    city: str
    postcode: int
    longitude: float
    rented: bool
    country: str
    calls: int
    balance: float
    blocked: bool
    language: str
    visits: int
    rating: float
    newsletter: bool
    currency: str
    points: int
    discount: float
    taxable: bool
    carrier: str
    parcels: int
    weight: float
    insured: bool
    warehouse: str
    shelf: int
    volume: float
    fragile: bool
    status: str
    retries: int
    delay: float
    urgent: bool
    channel: str
    clicks: int
    margin: float
    gift: bool
    comment: str
    version: int
    score: float
    archived: bool
    tag: str
    revision: int


@dataclass
class Shape:
    name: str


@dataclass
class Circle(Shape):
    radius: float


@dataclass
class Rectangle(Shape):
    width: float
    height: float


@dataclass
class Drawing:
    title: str
    shapes: List[Shape]


@dataclass
class Reading:
    sensor: str
    at: int
    value: float
    valid: bool


@dataclass
class Chain:
    value: int
    next: Optional["Chain"] = None
