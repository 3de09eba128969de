"""The models as Type_Safe classes. The same names and fields as in the other two modules."""

import datetime
import decimal
import re
import uuid
from typing import Dict, List, Literal, Optional, Union

from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from benchmarks.rules import Code, Level, Rate, Status
from benchmarks.rules import Title as ShortTitle


class Sku(Safe_Str):
    regex = re.compile(r"[^a-zA-Z0-9\-]")
    max_length = 24


class Title(Safe_Str):
    regex = re.compile(r"[^a-zA-Z0-9 .,]")
    max_length = 120


class Stock(Safe_Int):
    min_value = 0
    max_value = 100_000


class Price(Safe_Float):
    min_value = 0.0
    max_value = 1_000_000.0


class Person(Type_Safe):
    name: str
    age: int
    height: float
    active: bool
    email: str


class Customer(Type_Safe):
    name: str
    email: str
    vat: Optional[str] = None


class Line(Type_Safe):
    sku: str
    quantity: int
    price: float
    tags: List[str]


class Invoice(Type_Safe):
    number: str
    customer: Customer
    lines: List[Line]
    totals: Dict[str, float]
    notes: List[str]
    paid: bool


class Product(Type_Safe):
    sku: Sku
    title: Title
    stock: Stock
    price: Price
    labels: List[Sku]


class Node(Type_Safe):
    name: str
    value: int
    children: List["Node"]


class Record(Type_Safe):
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


class Shape(Type_Safe):
    name: str


class Circle(Shape):
    radius: float


class Rectangle(Shape):
    width: float
    height: float


class Drawing(Type_Safe):
    title: str
    shapes: List[Shape]


class Reading(Type_Safe):
    sensor: str
    at: int
    value: float
    valid: bool


class Chain(Type_Safe):
    value: int
    # Optional["Chain"] would be refused by the constructor of Type_Safe itself.
    next: "Chain" = None  # type: ignore[assignment]  # any attribute of a Type_Safe may be None


class Account(Type_Safe):
    code: Code
    level: Level
    rate: Rate
    title: ShortTitle
    active: bool


class Ledger(Type_Safe):
    """Type_Safe's own constructor knows no constraints inside of containers."""

    owner: ShortTitle
    accounts: List[Account]
    limits: Dict[str, float]
    labels: List[str]


class Contact(Type_Safe):
    name: str
    email: str
    age: int
    city: str


class Signup(Type_Safe):
    name: str
    email: str
    password: str
    repeated: str
    age: int


class Cat(Type_Safe):
    kind: Literal["cat"] = "cat"
    name: str
    lives: int


class Dog(Type_Safe):
    kind: Literal["dog"] = "dog"
    name: str
    breed: str


class Fish(Type_Safe):
    kind: Literal["fish"] = "fish"
    name: str
    depth: float


class Zoo(Type_Safe):
    title: str
    star: Union[Cat, Dog, Fish]
    pets: List[Union[Cat, Dog, Fish]]


class Note(Type_Safe):
    text: str


class Photo(Type_Safe):
    path: str
    width: int
    height: int


class Folder(Type_Safe):
    name: str
    size: Union[int, str]
    cover: Union[Photo, Note, None]
    entries: List[Union[Note, Photo]]


class Payment(Type_Safe):
    amount: float
    currency: str
    reference: str
    retries: int


class Meeting(Type_Safe):
    id: uuid.UUID
    status: Status
    at: datetime.datetime
    day: datetime.date
    takes: datetime.timedelta
    price: decimal.Decimal


class Point(Type_Safe):
    x: float
    y: float
    label: str


class Track(Type_Safe):
    name: str
    points: List[Point]
