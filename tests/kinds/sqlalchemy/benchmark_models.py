"""The models of the benchmarks as a user of SQLAlchemy writes them: keys beside the fields, models by relationships."""

from __future__ import annotations

from typing import Any, Optional

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from benchmarks import models_dataclass


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"

    name: Mapped[str] = mapped_column(primary_key=True)
    age: Mapped[int]
    height: Mapped[float]
    active: Mapped[bool]
    email: Mapped[str]


class Customer(Base):
    __tablename__ = "customer"

    name: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    vat: Mapped[Optional[str]]


class Line(Base):
    __tablename__ = "line"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_number: Mapped[str] = mapped_column(ForeignKey("invoice.number"))
    sku: Mapped[str]
    quantity: Mapped[int]
    price: Mapped[float]
    tags: Mapped[list[str]] = mapped_column(JSON)


class Invoice(Base):
    __tablename__ = "invoice"

    number: Mapped[str] = mapped_column(primary_key=True)
    customer_name: Mapped[str] = mapped_column(ForeignKey("customer.name"))
    customer: Mapped[Customer] = relationship()
    lines: Mapped[list[Line]] = relationship(cascade="all, delete-orphan")
    totals: Mapped[dict[str, float]] = mapped_column(JSON)
    notes: Mapped[list[str]] = mapped_column(JSON)
    paid: Mapped[bool]


class Product(Base):
    __tablename__ = "product"

    sku: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    stock: Mapped[int]
    price: Mapped[float]
    labels: Mapped[list[str]] = mapped_column(JSON)


class Node(Base):
    __tablename__ = "node"

    name: Mapped[str] = mapped_column(primary_key=True)
    parent_name: Mapped[Optional[str]] = mapped_column(ForeignKey("node.name"))
    value: Mapped[int]
    children: Mapped[list[Node]] = relationship()


class Drawing(Base):
    __tablename__ = "drawing"

    title: Mapped[str] = mapped_column(primary_key=True)
    shapes: Mapped[list[Shape]] = relationship()


class Shape(Base):
    __tablename__ = "shape"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "shape"}

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    drawing_title: Mapped[Optional[str]] = mapped_column(ForeignKey("drawing.title"))
    name: Mapped[str]


class Circle(Shape):
    __tablename__ = "circle"
    __mapper_args__ = {"polymorphic_identity": "circle"}

    id: Mapped[int] = mapped_column(ForeignKey("shape.id"), primary_key=True)
    radius: Mapped[float]


class Rectangle(Shape):
    __tablename__ = "rectangle"
    __mapper_args__ = {"polymorphic_identity": "rectangle"}

    id: Mapped[int] = mapped_column(ForeignKey("shape.id"), primary_key=True)
    width: Mapped[float]
    height: Mapped[float]


class Reading(Base):
    __tablename__ = "reading"

    sensor: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[float]
    valid: Mapped[bool]


class Chain(Base):
    __tablename__ = "chain"

    value: Mapped[int] = mapped_column(primary_key=True)
    next_value: Mapped[Optional[int]] = mapped_column(ForeignKey("chain.value"))
    next: Mapped[Optional[Chain]] = relationship(remote_side="Chain.value")


_ANNOTATIONS: dict[str, Any] = models_dataclass.Record.__annotations__
Record = type(
    "Record",
    (Base,),
    {
        "__module__": __name__,
        "__tablename__": "record",
        "__annotations__": {name: Mapped[annotation] for name, annotation in _ANNOTATIONS.items()},
        "order_no": mapped_column(primary_key=True),
    },
)


def written(cls: type) -> Any:
    """The class of the same name as a class of the benchmarks."""
    return globals()[cls.__name__]
