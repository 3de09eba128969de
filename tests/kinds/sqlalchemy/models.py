"""A shop, as a user of SQLAlchemy writes it: most of what declarative classes can say."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, Optional

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    Numeric,
    PickleType,
    String,
    Table,
    TypeDecorator,
    Uuid,
    func,
    select,
)
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    attribute_keyed_dict,
    backref,
    column_property,
    composite,
    declarative_base,
    deferred,
    mapped_column,
    relationship,
    synonym,
    validates,
)

Key = Annotated[int, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    pass


class Colour(enum.Enum):
    red = "r"
    blue = "b"


@dataclasses.dataclass
class Address:
    street: str
    city: str


class Code:
    """A value of a type of the user's own."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Code) and other.text == self.text

    __hash__ = None  # type: ignore[assignment]


class CodeColumn(TypeDecorator[Code]):
    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.text

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Code(value)


follows = Table(
    "follows",
    Base.metadata,
    Column("follower_id", ForeignKey("customer.id"), primary_key=True),
    Column("followed_id", ForeignKey("customer.id"), primary_key=True),
)

labels = Table(
    "labels",
    Base.metadata,
    Column("order_id", ForeignKey("order.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Customer(Base):
    __tablename__ = "customer"

    id: Mapped[Key]
    name: Mapped[str]
    nick: Mapped[Optional[str]]
    address: Mapped[Address] = composite(mapped_column("street"), mapped_column("city"))
    joined: Mapped[datetime.date] = mapped_column(default=datetime.date(2026, 1, 1))
    created: Mapped[str] = mapped_column(server_default="now")
    biography: Mapped[Optional[str]] = mapped_column(deferred=True)
    settings: Mapped[dict[str, Any]] = mapped_column(MutableDict.as_mutable(JSON), default=dict)
    orders: Mapped[list[Order]] = relationship(back_populates="customer", cascade="all, delete-orphan")
    notes: Mapped[dict[str, Note]] = relationship(
        collection_class=attribute_keyed_dict("title"), back_populates="customer", cascade="all, delete-orphan"
    )
    followers: Mapped[set[Customer]] = relationship(
        secondary=follows,
        primaryjoin=lambda: Customer.id == follows.c.followed_id,
        secondaryjoin=lambda: Customer.id == follows.c.follower_id,
        back_populates="following",
    )
    following: Mapped[set[Customer]] = relationship(
        secondary=follows,
        primaryjoin=lambda: Customer.id == follows.c.follower_id,
        secondaryjoin=lambda: Customer.id == follows.c.followed_id,
        back_populates="followers",
    )
    alias: Mapped[str] = synonym("name")
    note_texts: AssociationProxy[dict[str, str]] = association_proxy("notes", "text")

    @hybrid_property
    def shout(self) -> str:
        return self.name.upper()

    @hybrid_property
    def paid(self) -> decimal.Decimal:
        return sum((order.total for order in self.orders), decimal.Decimal(0))

    @hybrid_method
    def is_called(self, name: str) -> bool:
        return self.name == name

    @property
    def label(self) -> str:
        return f"{self.name} of {self.address.city}"


class Note(Base):
    __tablename__ = "note"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    title: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    customer: Mapped[Customer] = relationship(back_populates="notes")


class Order(Base):
    __tablename__ = "order"

    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    total: Mapped[decimal.Decimal] = mapped_column(Numeric(10, 2))
    colour: Mapped[Colour]
    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[Line]] = relationship(back_populates="order", cascade="all, delete-orphan")
    tags: Mapped[list[Tag]] = relationship(secondary=labels, back_populates="orders", order_by="Tag.id")

    @validates("total")
    def not_negative(self, key: str, value: Any) -> Any:
        if value < 0:
            raise ValueError("total is negative")
        return value


class Line(Base):
    """An association object with a composite key."""

    __tablename__ = "line"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(default=1)
    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class Product(Base):
    __tablename__ = "product"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "product"}

    id: Mapped[Key]
    kind: Mapped[str]
    name: Mapped[str]


class Book(Product):
    """Joined: a table of its own."""

    __tablename__ = "book"
    __mapper_args__ = {"polymorphic_identity": "book", "polymorphic_load": "inline"}

    id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    isbn: Mapped[str]


class Voucher(Product):
    """In the table of its base."""

    __mapper_args__ = {"polymorphic_identity": "voucher", "polymorphic_load": "inline"}

    value: Mapped[Optional[int]]


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[Key]
    name: Mapped[str]
    orders: Mapped[list[Order]] = relationship(secondary=labels, back_populates="tags", order_by="Order.id")


class Folder(Base):
    """A tree, which knows its children and its parent."""

    __tablename__ = "folder"

    id: Mapped[Key]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("folder.id"))
    name: Mapped[str]
    children: Mapped[list[Folder]] = relationship(back_populates="parent")
    parent: Mapped[Optional[Folder]] = relationship(back_populates="children", remote_side="Folder.id")


Folder.size = column_property(
    select(func.count()).select_from(Folder.__table__.alias("all_folders")).scalar_subquery(), deferred=True
)
Folder.shown = column_property(Folder.__table__.c.name + "/")


class Odd(Base):
    """Columns of types that need a second look."""

    __tablename__ = "odd"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    code: Mapped[Code] = mapped_column(CodeColumn)
    pickled: Mapped[dict[str, list[int]]] = mapped_column(PickleType)
    _hidden: Mapped[int] = mapped_column("hidden")
    class_: Mapped[str] = mapped_column("class")


Legacy = declarative_base()


class Old(Legacy):  # type: ignore[misc,valid-type]
    """Written before there was `Mapped`."""

    __tablename__ = "old"

    id = Column(Integer, primary_key=True)
    name = Column(String, nullable=False)
    price = Column(Numeric(10, 2))
    data = Column(JSON)
    code = Column(CodeColumn)
    pickled = Column(PickleType)
    text = deferred(Column(String))
    parent_id = Column(ForeignKey("old.id"))
    children = relationship("Old", backref=backref("parent", remote_side=[id]))
