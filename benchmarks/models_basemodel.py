"""The models as Pydantic classes. The same names and fields as in the other two modules."""

from typing import Dict, List, Optional

from pydantic import BaseModel


class Person(BaseModel):
    name: str
    age: int
    height: float
    active: bool
    email: str


class Customer(BaseModel):
    name: str
    email: str
    vat: Optional[str] = None


class Line(BaseModel):
    sku: str
    quantity: int
    price: float
    tags: List[str]


class Invoice(BaseModel):
    number: str
    customer: Customer
    lines: List[Line]
    totals: Dict[str, float]
    notes: List[str]
    paid: bool


class Product(BaseModel):
    sku: str
    title: str
    stock: int
    price: float
    labels: List[str]


class Node(BaseModel):
    name: str
    value: int
    children: List["Node"]


class Record(BaseModel):
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


class Shape(BaseModel):
    name: str


class Circle(Shape):
    radius: float


class Rectangle(Shape):
    width: float
    height: float


class Drawing(BaseModel):
    title: str
    shapes: List[Shape]


class Reading(BaseModel):
    sensor: str
    at: int
    value: float
    valid: bool


class Chain(BaseModel):
    value: int
    next: Optional["Chain"] = None
