"""What is read on request only: hybrids, expressions, proxies, and paths of rules through related rows."""

import dataclasses
import pickle
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer

from tests.kinds.sqlalchemy.models import Customer, Folder, Order, Tag
from tests.kinds.sqlalchemy.shop import customer
from type_safe_convert import (
    ConversionError,
    MissingFieldError,
    Rules,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    to_json,
)
from type_safe_convert.model.family import shape_of


@dataclasses.dataclass
class Sums:
    paid: Any = None
    shout: str | None = None
    note_texts: dict[str, str] | None = None


@dataclasses.dataclass
class Shown:
    name: str
    shown: str
    size: int | None = None


@dataclasses.dataclass
class TagData:
    name: str


@pytest.fixture
def saved(engine: Any) -> Any:
    with Session(engine) as session:
        session.add_all([customer(), Folder(name="a", children=[Folder(name="b")])])
        session.commit()
    return engine


def test_what_is_computed_is_no_field() -> None:
    assert not {"paid", "shout", "alias", "label", "note_texts", "is_called"} & {*shape_of(Customer).fields}
    assert not {"size", "shown"} & {*shape_of(Folder).fields}
    with pytest.raises(MissingFieldError, match="only a Customer computes it"):
        converter(convert_class(Customer, "dataclass"), dataclasses.make_dataclass("Shout", [("shout", str)]))


def test_expressions_of_columns(saved: Any, silent: Any) -> None:
    with Session(saved) as session:
        row = session.scalars(select(Folder)).first()
        with silent():
            for _ in range(3):
                assert convert(row, Shown) == Shown("a", "a/", None)
        session.expunge_all()
        row = session.scalars(select(Folder).options(undefer(Folder.size))).first()
        with silent():
            assert convert(row, Shown) == Shown("a", "a/", 2)
            assert vars(convert(convert(row, "attrs"), Folder)).keys() == {
                "_sa_instance_state",
                "id",
                "parent_id",
                "name",
            }


def test_hybrids_that_look_into_related_rows(saved: Any, silent: Any) -> None:
    with Session(saved) as session:
        row = session.scalars(
            select(Customer).options(selectinload(Customer.orders), selectinload(Customer.notes))
        ).first()
        expected = Sums(row.paid, "ADA", {"call": "on Monday", "vip": "yes"})
        with silent():
            for _ in range(3):
                assert convert(row, Sums) == expected
        session.expire(row.orders[1])
        session.expire(row.notes["vip"], ["text"])
        with silent():
            for _ in range(3):
                assert convert(row, Sums) == Sums(None, "ADA", None)
        assert row.paid == expected.paid  # the session works as before


def test_an_error_in_a_hybrid_is_told() -> None:
    row = Customer(name="Ada", orders=[Order()])
    for _ in range(3):
        with pytest.raises(ValueConversionError, match=r"Customer\.paid raised TypeError") as caught:
            convert(row, Sums)
        assert caught.value.path == ("paid",)


def test_paths_of_rules_send_nothing(saved: Any, silent: Any) -> None:
    @dataclasses.dataclass
    class Flat:
        id: int
        owner: str
        shout: str | None

    rules = Rules()
    rules.map(Order, Flat, {"owner": "customer.name", "shout": "customer.shout"})
    with Session(saved) as session:
        row = session.scalars(select(Order).options(selectinload(Order.customer))).first()
        with silent():
            for _ in range(3):
                assert rules.convert(row, Flat) == Flat(1, "Ada", "ADA")
        session.expire(row.customer, ["name"])
        with silent():
            for _ in range(3):
                with pytest.raises(ConversionError, match="the path ends before"):
                    rules.convert(row, Flat)


def test_lists_of_rows(saved: Any) -> None:
    with Session(saved) as session:
        rows = list(session.scalars(select(Tag)))
        assert convert(rows, list[TagData]) == [TagData("new"), TagData("old")]
        text = to_json(rows, list[Tag])
        assert text == b'[{"id":1,"name":"new"},{"id":2,"name":"old"}]'
        assert [row.name for row in from_json(list[Tag], text)] == ["new", "old"]
        assert [row.name for row in convert([TagData("x")], list[Tag])] == ["x"]


def test_functions_pickle() -> None:
    for run in (converter(Tag, TagData), converter(TagData, Tag)):
        again = pickle.loads(pickle.dumps(run))
        assert again is run
