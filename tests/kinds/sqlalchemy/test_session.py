"""Rows of a real database become models of every kind and JSON, and come back as rows that are committed and read."""

import asyncio
import dataclasses
import decimal
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, selectinload

from tests.kinds.sqlalchemy.kinds import KINDS, every_kind
from tests.kinds.sqlalchemy.models import Address, Base, Book, Colour, Customer, Line, Order, Product, Tag
from tests.kinds.sqlalchemy.shop import customer
from type_safe_convert import convert, convert_class, from_json, kind_of, to_json
from type_safe_convert.testing.equality import differences

# Without the ways back, so that JSON has an end.
LOADED = (
    selectinload(Customer.orders).options(
        selectinload(Order.lines).selectinload(Line.product), selectinload(Order.tags)
    ),
    selectinload(Customer.notes),
    selectinload(Customer.followers),
)


def _save(engine: Any) -> None:
    with Session(engine) as session:
        session.add(customer())
        session.commit()


def _loaded(session: Any) -> Customer:
    return session.scalars(select(Customer).where(Customer.name == "Ada").options(*LOADED)).one()


def _text(row: Customer) -> tuple[Any, ...]:
    """All of a customer that a row written anew has too, with the keys of the database."""
    return (
        row.id,
        row.name,
        row.address,
        row.joined,
        row.created,
        row.settings,
        [(o.id, o.total, o.colour, [t.name for t in o.tags]) for o in row.orders],
        [[(line.quantity, type(line.product), line.product.name) for line in o.lines] for o in row.orders],
        {title: note.text for title, note in row.notes.items()},
        {other.name for other in row.followers},
    )


@every_kind
def test_rows_become_models_and_rows_again(engine: Any, kind: str) -> None:
    _save(engine)
    with Session(engine) as session:
        row = _loaded(session)
        for _ in range(3):
            made = convert(row, kind)
            assert kind_of(made) == kind_of(made.orders[0].lines[0].product) == kind
            assert made.orders[0].total == decimal.Decimal("12.50")
            back = convert(made, Customer)
            assert differences(row, back) == []
            assert inspect(back).transient
        expected = _text(row)
    with Session(engine) as session:
        session.merge(back)
        session.commit()
    with Session(engine) as session:
        assert _text(_loaded(session)) == expected


@every_kind
def test_models_become_new_rows(engine: Any, kind: str) -> None:
    """A model that never was a row: what it does not have is filled when it is written."""
    made = convert(customer(), kind)
    with Session(engine) as session:
        session.add(convert(made, "sqlalchemy"))
        session.commit()
    with Session(engine) as session:
        row = _loaded(session)
        assert (row.id, row.created, row.joined.year) == (1, "now", 2026)
        assert [line.product.name for line in row.orders[0].lines] == ["SICP", "gift"]
        assert row.orders[0].lines[0].product is row.orders[1].lines[0].product
        assert [type(product).__name__ for product in session.scalars(select(Product))] == ["Book", "Voucher"]
        assert [tag.name for tag in row.orders[1].tags] == ["old"]
        assert {other.name for other in row.followers} == {"Bob"}


def test_json_of_rows_is_read_into_rows_that_can_be_written(engine: Any) -> None:
    _save(engine)
    with Session(engine) as session:
        row = _loaded(session)
        text = to_json(row)
        expected = _text(row)
    assert b'"total":"12.50"' in text
    assert b'"isbn":"0-262"' in text
    with Session(engine) as session:
        session.merge(from_json(Customer, text, subclasses=True))
        session.commit()
    with Session(engine) as session:
        assert _text(_loaded(session)) == expected


@dataclasses.dataclass
class OrderData:
    total: decimal.Decimal
    colour: Colour


@dataclasses.dataclass
class CustomerData:
    name: str
    address: Address
    orders: list[OrderData]
    shout: str = ""


class OrderModel(BaseModel):
    total: decimal.Decimal
    colour: Colour


class CustomerModel(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    address: Address
    orders: list[OrderModel]
    nick: str | None = "none"


@pytest.mark.parametrize("cls", [CustomerData, CustomerModel])
def test_rows_become_classes_that_a_user_wrote_and_new_rows(engine: Any, cls: type) -> None:
    _save(engine)
    with Session(engine) as session:
        for _ in range(3):
            made = convert(_loaded(session), cls)
        assert [order.total for order in made.orders] == [decimal.Decimal("12.50"), 3]
        assert getattr(made, "shout", "ADA") == "ADA"
        assert getattr(made, "nick", None) is None
    for _ in range(3):
        row = convert(made, Customer)
        assert all(order.customer is row for order in row.orders)
    with Session(engine) as session:
        session.add(row)
        session.commit()
        assert row.id > 1
        assert row.orders[1].colour is Colour.blue


def test_rows_of_an_async_session(tmp_path: Any) -> None:
    async def run() -> None:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/async.db")
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(engine) as session:
            session.add(convert(convert(customer(), "basemodel"), Customer))
            await session.commit()
        async with AsyncSession(engine) as session:
            row = (await session.scalars(select(Customer).where(Customer.name == "Ada").options(*LOADED))).one()
            expected = _text(row)
            made = [convert(row, kind) for kind in KINDS]
            rows = [convert(model, Customer) for model in made]
            texts = {to_json(each) for each in (row, *rows)}
            assert len(texts) == 1
            # An attribute that is not loaded raises MissingGreenlet here, where it is asked for.
            tag = (await session.scalars(select(Tag).limit(1))).one()
            session.expire(tag)
            assert convert(tag, "dataclass").orders is None
        for back in (*rows, from_json(Customer, texts.pop(), subclasses=True)):
            async with AsyncSession(engine) as session:
                await session.merge(back)
                await session.commit()
            async with AsyncSession(engine) as session:
                row = (await session.scalars(select(Customer).where(Customer.name == "Ada").options(*LOADED))).one()
                assert _text(row) == expected
        await engine.dispose()

    asyncio.run(run())


def test_the_counterpart_of_a_base_is_the_base_of_counterparts() -> None:
    assert issubclass(convert_class(Book, "basemodel"), convert_class(Product, "basemodel"))
