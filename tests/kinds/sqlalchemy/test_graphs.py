"""Rows that refer to each other arrive as the same graph: identity, cycles, collections and subclasses."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tests.kinds.sqlalchemy.kinds import every_kind
from tests.kinds.sqlalchemy.models import (
    Address,
    Book,
    Colour,
    Customer,
    Folder,
    Line,
    Note,
    Order,
    Product,
    Tag,
    Voucher,
)
from tests.kinds.sqlalchemy.shop import customer
from type_safe_convert import ValueConversionError, convert, from_json, to_json
from type_safe_convert.testing.equality import differences


def _ways(row: Any, kind: str) -> list[Any]:
    """The row interpreted, compiled, and without checks, there and back."""
    made = [convert(row, kind), convert(row, kind), convert(row, kind, validate=False)]
    return [
        convert(model, type(row), validate=checked) for model, checked in zip(made, (True, True, False), strict=True)
    ]


@every_kind
def test_both_directions_of_one_to_many(kind: str) -> None:
    ada = customer()
    for back in _ways(ada, kind):
        assert differences(ada, back, sharing=True) == []
        assert all(order.customer is back for order in back.orders)
        assert all(line.order is order for order in back.orders for line in order.lines)
    made = convert(ada, kind)
    assert all(order.customer is made for order in made.orders)


@every_kind
def test_a_graph_that_is_entered_from_below(kind: str) -> None:
    order = customer().orders[1]
    for back in _ways(order, kind):
        assert differences(order, back, sharing=True) == []
        assert back.customer.orders[1] is back
        assert [tag.name for tag in back.customer.orders[0].tags] == ["new", "old"]
    line = customer().orders[0].lines[1]
    for back in _ways(line, kind):
        assert differences(line, back, sharing=True) == []
        assert back.order.lines[1] is back


@every_kind
def test_many_to_many(kind: str) -> None:
    new, old = Tag(name="new"), Tag(name="old")
    first, second = (Order(total=Decimal(1), tags=[new, old]), Order(total=Decimal(2), tags=[old, new]))
    for start in (first, second, new, old):
        for back in _ways(start, kind):
            assert differences(start, back, sharing=True) == []
    back = _ways(first, kind)[0]
    assert [tag.name for tag in back.tags] == ["new", "old"]
    assert [tag.name for tag in back.tags[0].orders[1].tags] == ["old", "new"]
    assert back.tags[0].orders[0] is back
    assert len(back.tags[1].orders) == 2


@every_kind
def test_a_dict_by_an_attribute_of_its_rows(kind: str) -> None:
    ada = customer()
    for start in (ada, ada.notes["call"]):
        for back in _ways(start, kind):
            assert differences(start, back, sharing=True) == []
    note = _ways(ada.notes["call"], kind)[1]
    assert note.customer.notes["call"] is note
    assert {*note.customer.notes} == {"call", "vip"}
    made = convert(ada, kind)
    assert type(made.notes).__mro__[-2] is dict
    made.notes["vip"].text = "no"
    assert convert(made, Customer).note_texts == {"call": "on Monday", "vip": "no"}


@every_kind
def test_sets_of_rows(kind: str) -> None:
    ada = customer()
    (bob,) = ada.followers
    for back in _ways(ada, kind):
        (follower,) = back.followers
        assert follower.name == "Bob"
        assert follower.following == {back}
    for back in _ways(bob, kind):
        (followed,) = back.following
        assert followed.followers == {back}


@every_kind
def test_a_tree_that_knows_both_ways(engine: Any, kind: str) -> None:
    root = Folder(
        name="/", children=[Folder(name="a", children=[Folder(name="b"), Folder(name="c")]), Folder(name="d")]
    )
    leaf = root.children[0].children[1]
    for start in (root, leaf):
        for back in _ways(start, kind):
            assert differences(start, back, sharing=True) == []
    assert _ways(leaf, kind)[0].parent.parent.children[1].name == "d"
    with Session(engine) as session:
        session.add(_ways(root, kind)[1])
        session.commit()
        names = {row.name: row.parent and row.parent.name for row in session.scalars(select(Folder))}
        assert names == {"/": None, "a": "/", "b": "a", "c": "a", "d": "/"}


@every_kind
def test_subclasses_of_both_ways_of_inheritance(engine: Any, kind: str) -> None:
    order = Order(
        total=Decimal(1),
        lines=[
            Line(product=Book(name="SICP", isbn="1")),
            Line(product=Voucher(name="v")),
            Line(product=Product(name="p")),
        ],
    )
    for back in _ways(order, kind):
        assert differences(order, back, sharing=True) == []
        assert [type(line.product) for line in back.lines] == [Book, Voucher, Product]
        assert [line.product.kind for line in back.lines] == ["book", "voucher", "product"]
    back.customer = Customer(name="Ada", address=Address("a", "b"))
    back.colour = Colour.red
    with Session(engine) as session:
        session.add(back)
        session.commit()
        found = session.scalars(select(Product).order_by(Product.id)).all()
        assert [type(product) for product in found] == [Book, Voucher, Product]
        assert found[0].isbn == "1"


def test_a_tuple_cannot_be_in_a_cycle() -> None:
    made = convert(Folder(name="/", children=[]), "namedtuple")
    assert (made.name, made.children, made.parent) == ("/", [], None)
    assert convert(made, Folder).name == "/"
    with pytest.raises(ValueConversionError, match="inside of itself"):
        convert(customer(), "namedtuple")


def test_a_row_in_many_places_is_one_row(engine: Any) -> None:
    """Also where the source is of a class that would not be remembered: two rows of one key could not be written."""

    @dataclasses.dataclass
    class ProductData:
        name: str
        id: int | None = None

    @dataclasses.dataclass
    class LineData:
        product: ProductData

    @dataclasses.dataclass
    class OrderData:
        lines: list[LineData]

    product = ProductData("p", 7)
    for _ in range(3):
        order = convert(OrderData([LineData(product), LineData(product)]), Order)
        assert order.lines[0].product is order.lines[1].product
    lines = [convert(each, Line) for each in OrderData([LineData(product), LineData(product)]).lines]
    assert lines[0].product is not lines[1].product


def test_a_cycle_in_json_is_a_named_error(engine: Any) -> None:
    with Session(engine) as session:
        session.add(customer())
        session.commit()
        loaded = selectinload(Customer.orders)
        row = session.scalars(select(Customer).options(loaded)).first()
        text = to_json(row)
        assert b'"customer"' not in text
        back = from_json(Customer, text)
        assert all(order.customer is back for order in back.orders)  # SQLAlchemy's own doing
        row.orders[0].customer
        with pytest.raises(ValueError, match="Circular"):
            to_json(row)


def test_a_deep_chain_of_rows() -> None:
    root = leaf = Folder(name="0")
    for number in range(1, 1500):
        leaf.children = [Folder(name=str(number))]
        leaf = leaf.children[0]
    made = convert(root, "dataclass")
    back = convert(made, Folder)
    depth, current = 0, back
    while current.children:
        assert current.children[0].parent is current
        current, depth = current.children[0], depth + 1
    assert depth == 1499


def test_notes_are_read_by_their_keys() -> None:
    assert Note.__mapper__.primary_key[1].name == "title"
