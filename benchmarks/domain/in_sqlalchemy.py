"""The domain model as mapped classes of SQLAlchemy: keys beside the fields, and the union as classes below another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Optional, Union

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from benchmarks.domain.shared import Status


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    city: Mapped[str]
    country: Mapped[Optional[str]]


class Line(Base):
    __tablename__ = "line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("order.number"))
    sku: Mapped[str]
    quantity: Mapped[int]
    price: Mapped[Decimal]
    reference: Mapped[Union[int, str]] = mapped_column(JSON)


class Order(Base):
    __tablename__ = "order"

    number: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[Status]
    placed: Mapped[date]
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    ship_to: Mapped[Address] = relationship()
    lines: Mapped[list[Line]] = relationship(cascade="all, delete-orphan")
    discounts: Mapped[dict[str, int]] = mapped_column(JSON)
    shipped: Mapped[Optional[date]]
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    customer_name: Mapped[str] = mapped_column(ForeignKey("customer.name"))


class Payment(Base):
    __tablename__ = "payment"
    __mapper_args__ = {"polymorphic_on": "method"}

    id: Mapped[int] = mapped_column(primary_key=True)
    method: Mapped[str]


class Card(Payment):
    __tablename__ = "card"
    __mapper_args__ = {"polymorphic_identity": "card"}

    id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    number: Mapped[str]
    expires: Mapped[date]


class Transfer(Payment):
    __tablename__ = "transfer"
    __mapper_args__ = {"polymorphic_identity": "transfer"}

    id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    iban: Mapped[str]
    bank: Mapped[str]


class Customer(Base):
    __tablename__ = "customer"

    name: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    payment: Mapped[Payment] = relationship()
    orders: Mapped[list[Order]] = relationship(cascade="all, delete-orphan")
    email: Mapped[Optional[str]]
