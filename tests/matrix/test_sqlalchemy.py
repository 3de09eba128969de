"""What a class of SQLAlchemy can say, through every other kind and back; none is ever made."""

import dataclasses
import datetime
import decimal
import enum
import functools
from typing import NamedTuple, Optional, TypedDict

import attrs
import msgspec
import pytest
import sqlmodel
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel
from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    declarative_base,
    mapped_column,
    relationship,
)

from tests.matrix.way import feature
from type_safe_convert import ClassConversionError, convert_class, kind_of

SECTION = "SQLAlchemy"
row_feature = functools.partial(feature, SECTION, of="sqlalchemy")


class Base(DeclarativeBase):
    pass


class Size(enum.Enum):
    S = "s"


class Plain(Base):
    __tablename__ = "matrix_plain"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    size: Mapped[Size] = mapped_column(default=Size.S)
    price: Mapped[decimal.Decimal] = mapped_column(default=decimal.Decimal(1))
    at: Mapped[Optional[datetime.datetime]]
    data: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    @hybrid_property
    def label(self) -> str:
        return f"{self.id}"


@row_feature("columns: enums, decimals, dates, JSON; a default that is not there before the flush")
def test_columns(way):
    way.keeps(Plain(id=1, name="n", size=Size.S, price=decimal.Decimal("1.5"), data={"a": 1}))


@row_feature("attributes that are not loaded or not set")
def test_unset(way):
    way.keeps(Plain(id=1))


@row_feature("legacy columns")
def test_legacy(way):
    old = declarative_base()

    class Old(old):
        __tablename__ = "old"
        id = Column(Integer, primary_key=True)
        name = Column("its_name", String)

    way.keeps(Old(id=1, name="n"))


class Author(Base):
    __tablename__ = "matrix_author"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author")


book_tag = Table(
    "matrix_book_tag",
    Base.metadata,
    Column("book", ForeignKey("matrix_book.id"), primary_key=True),
    Column("tag", ForeignKey("matrix_tag.id"), primary_key=True),
)


class Book(Base):
    __tablename__ = "matrix_book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[Optional[int]] = mapped_column(ForeignKey("matrix_author.id"))
    author: Mapped[Optional[Author]] = relationship(back_populates="books")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tag, back_populates="books")


class Tag(Base):
    __tablename__ = "matrix_tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list[Book]] = relationship(secondary=book_tag, back_populates="tags")


@row_feature("one-to-many, with `back_populates`")
def test_one_to_many(way):
    way.keeps(Author(id=1, books=[Book(id=2), Book(id=3)]))


@row_feature("many-to-many, with `back_populates`")
def test_many_to_many(way):
    tag = Tag(id=1)
    way.keeps(Book(id=2, tags=[tag, Tag(id=3)]))
    way.keeps(tag)


class Employee(Base):
    __tablename__ = "matrix_employee"
    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    firm_id: Mapped[Optional[int]] = mapped_column(ForeignKey("matrix_firm.id"))
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "employee"}


class Manager(Employee):
    __tablename__ = "matrix_manager"
    id: Mapped[int] = mapped_column(ForeignKey("matrix_employee.id"), primary_key=True)
    budget: Mapped[int] = mapped_column(default=0)
    __mapper_args__ = {"polymorphic_identity": "manager"}


@row_feature("inheritance of tables")
def test_inheritance(way):
    way.keeps(Manager(id=1, budget=5))


class Firm(Base):
    __tablename__ = "matrix_firm"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff: Mapped[list[Employee]] = relationship()


@row_feature("a subclass where its base is declared, by `polymorphic_on`")
def test_polymorphism(way):
    way.keeps(Firm(id=1, staff=[Employee(id=1), Manager(id=2, budget=5)]))


class DataBase(MappedAsDataclass, DeclarativeBase):
    pass


class Data(DataBase):
    __tablename__ = "data"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(default="n")


@row_feature("`MappedAsDataclass`, with `init=False` keys")
def test_mapped_dataclasses(way):
    way.keeps(Data("m"))
    row = Data()
    row.id = 5
    way.keeps(row)


class Champion(sqlmodel.SQLModel, table=True):
    __tablename__ = "matrix_champion"

    id: Optional[int] = sqlmodel.Field(default=None, primary_key=True)
    name: str


@row_feature("tables of SQLModel")
def test_sqlmodel(way):
    way.keeps(Champion(name="n"))


@row_feature("a class of SQLAlchemy for a model of another kind")
def test_none_is_made(way):
    made = convert_class(Plain, way.kind)
    assert convert_class(made, "sqlalchemy") is Plain
    with pytest.raises(ClassConversionError) as caught:
        convert_class({kind_of(cls): cls for cls in WRITTEN}[way.kind], "sqlalchemy")
    way.outcomes.append(f"refused: `ClassConversionError` ({caught.value.reason})")


@dataclasses.dataclass
class DataclassModel:
    a: int


@attrs.define
class AttrsModel:
    a: int


class PydanticModel(BaseModel):
    a: int


class TypedModel(Type_Safe):
    a: int


class StructModel(msgspec.Struct):
    a: int


class TupleModel(NamedTuple):
    a: int


class DictModel(TypedDict):
    a: int


WRITTEN = (DataclassModel, AttrsModel, PydanticModel, TypedModel, StructModel, TupleModel, DictModel)
