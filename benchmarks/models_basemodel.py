"""The models as Pydantic classes. The same names and fields as in the other two modules."""

import datetime
import decimal
import uuid
from typing import Annotated, Any, Dict, Generic, List, Literal, Optional, Union

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from benchmarks.rules import Code, Level, Rate, Status, T, Title


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


class Account(BaseModel):
    code: Code
    level: Level
    rate: Rate
    title: Title
    active: bool


class Ledger(BaseModel):
    owner: Title
    accounts: List[Account]
    limits: Dict[Code, Rate]
    labels: List[Title]


class Contact(BaseModel):
    name: str
    email: str
    age: int
    city: str

    @field_validator("email")
    @classmethod
    def has_domain(cls, value: str) -> str:
        if "@" not in value:
            raise ValueError("an address without a domain")
        return value


class Signup(BaseModel):
    name: str
    email: str
    password: str
    repeated: str
    age: int

    @field_validator("name", "password")
    @classmethod
    def is_not_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("blank")
        return value

    @field_validator("email")
    @classmethod
    def has_domain(cls, value: str) -> str:
        if "@" not in value:
            raise ValueError("an address without a domain")
        return value

    @model_validator(mode="after")
    def passwords_match(self) -> Any:
        if self.password != self.repeated:
            raise ValueError("two passwords")
        return self


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    name: str
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str
    breed: str


class Fish(BaseModel):
    kind: Literal["fish"] = "fish"
    name: str
    depth: float


class Zoo(BaseModel):
    title: str
    star: Annotated[Union[Cat, Dog, Fish], Field(discriminator="kind")]
    pets: List[Annotated[Union[Cat, Dog, Fish], Field(discriminator="kind")]]


class Note(BaseModel):
    text: str


class Photo(BaseModel):
    path: str
    width: int
    height: int


class Folder(BaseModel):
    name: str
    size: Union[int, str]
    cover: Union[Photo, Note, None]
    entries: List[Union[Note, Photo]]


class Page(BaseModel, Generic[T]):
    items: List[T]
    total: int
    following: Optional[str] = None


AccountPage = Page[Account]


class Listing(BaseModel):
    page: Page[Account]


class Payment(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    amount: float = Field(alias="Amount")
    currency: str = Field(alias="currencyCode")
    reference: str = Field(alias="paymentReference")
    retries: int = Field(alias="retryCount")


class Meeting(BaseModel):
    id: uuid.UUID
    status: Status
    at: datetime.datetime
    day: datetime.date
    takes: datetime.timedelta
    price: decimal.Decimal


class Point(BaseModel):
    model_config = ConfigDict(frozen=True)

    x: float
    y: float
    label: str


class Track(BaseModel):
    name: str
    points: List[Point]
