"""The models as dataclasses. The same names and fields as in the other two modules."""

import datetime
import decimal
import uuid
from dataclasses import dataclass
from typing import Annotated, Dict, Generic, List, Literal, Optional, Union

from pydantic import Field

from benchmarks.rules import Code, Level, Rate, Status, T, Title


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


@dataclass
class Account:
    code: Code
    level: Level
    rate: Rate
    title: Title
    active: bool


@dataclass
class Ledger:
    owner: Title
    accounts: List[Account]
    limits: Dict[Code, Rate]
    labels: List[Title]


@dataclass
class Contact:
    name: str
    email: str
    age: int
    city: str


@dataclass
class Signup:
    name: str
    email: str
    password: str
    repeated: str
    age: int


@dataclass
class Cat:
    name: str
    lives: int
    kind: Literal["cat"] = "cat"


@dataclass
class Dog:
    name: str
    breed: str
    kind: Literal["dog"] = "dog"


@dataclass
class Fish:
    name: str
    depth: float
    kind: Literal["fish"] = "fish"


@dataclass
class Zoo:
    title: str
    star: Annotated[Union[Cat, Dog, Fish], Field(discriminator="kind")]
    pets: List[Annotated[Union[Cat, Dog, Fish], Field(discriminator="kind")]]


@dataclass
class Note:
    text: str


@dataclass
class Photo:
    path: str
    width: int
    height: int


@dataclass
class Folder:
    name: str
    size: Union[int, str]
    cover: Union[Photo, Note, None]
    entries: List[Union[Note, Photo]]


@dataclass
class Page(Generic[T]):
    items: List[T]
    total: int
    following: Optional[str] = None


AccountPage = Page


@dataclass
class Listing:
    page: Page[Account]


@dataclass
class Payment:
    amount: float
    currency: str
    reference: str
    retries: int


@dataclass
class Meeting:
    id: uuid.UUID
    status: Status
    at: datetime.datetime
    day: datetime.date
    takes: datetime.timedelta
    price: decimal.Decimal


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    label: str


@dataclass(slots=True)
class Track:
    name: str
    points: List[Point]
