"""What is not loaded is unset: it sends no SQL, stays unset on every way, and is never assigned."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, defer, lazyload, load_only, make_transient, raiseload, selectinload

from tests.kinds.sqlalchemy.kinds import VALUE_KINDS, every_kind
from tests.kinds.sqlalchemy.models import Address, Customer, Folder, Note, Order, Tag
from tests.kinds.sqlalchemy.shop import customer
from type_safe_convert import (
    MissingFieldError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    explain,
    from_json,
    to_json,
)
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING
from type_safe_convert.testing.equality import differences


@pytest.fixture
def saved(engine: Any) -> Any:
    with Session(engine) as session:
        session.add(customer())
        session.commit()
    return engine


def _expired(session: Session) -> Customer:
    row = session.scalars(select(Customer)).first()
    assert row is not None
    session.expire(row)
    return row


def _partly_expired(session: Session) -> Customer:
    row = session.scalars(select(Customer).options(selectinload(Customer.orders))).first()
    assert row is not None
    session.expire(row, ["name", "orders"])
    return row


def _detached(session: Session) -> Customer:
    row = session.scalars(select(Customer).options(lazyload("*"))).first()
    assert row is not None
    session.expunge(row)
    return row


def _query(*options: Any) -> Callable[[Session], Customer]:
    def load(session: Session) -> Customer:
        row = session.scalars(select(Customer).options(*options)).first()
        assert row is not None
        return row

    return load


STATES = {
    "expired": _expired,
    "partly expired": _partly_expired,
    "detached": _detached,
    "deferred": _query(defer(Customer.name)),
    "load_only": _query(load_only(Customer.name)),
    "raiseload": _query(raiseload("*")),
    "deferred with raiseload": _query(defer(Customer.name, raiseload=True)),
    "orders only": _query(selectinload(Customer.orders)),
}
every_state = pytest.mark.parametrize("load", STATES.values(), ids=STATES)


@dataclasses.dataclass
class Everything:
    """Asks for all that a customer has, and can do without any of it."""

    id: int | None = None
    name: str | None = None
    biography: str | None = None
    address: Address | None = None
    orders: list[Any] | None = None
    notes: dict[str, Any] | None = None
    alias: str | None = None
    shout: str | None = None
    paid: Any = None
    label: str | None = None
    note_texts: dict[str, str] | None = None


@every_state
@every_kind
def test_no_statement_is_sent(saved: Any, silent: Any, load: Any, kind: str) -> None:
    with Session(saved) as session:
        row = load(session)
        session.add(Tag(name="pending"))  # which an autoflush would write
        held = {**vars(row)}
        with silent():
            for _ in range(3):
                made = convert(row, kind)
                back = convert(made, Customer)
                assert differences(row, back) == []
                assert convert(row, kind, validate=False) is not None
            to_json(row)
            repr(explain(Customer, kind))
        for name, value in held.items():
            assert vars(row)[name] is value
        assert vars(row).keys() - held.keys() <= {"address"}  # made of columns that were loaded


@pytest.mark.parametrize("kind", VALUE_KINDS)
def test_what_is_unset_is_not_assigned_by_way_of_tuples_and_dicts(saved: Any, silent: Any, kind: str) -> None:
    with Session(saved) as session:
        row = _query(load_only(Customer.name))(session)
        generated: Any = convert_class(Customer, kind)
        with silent():
            for _ in range(3):
                back = converter(generated, Customer)(convert(row, kind))
                assert vars(back).keys() == vars(row).keys()
                assert differences(row, back) == []


@every_state
def test_no_statement_is_sent_for_what_is_asked_for(saved: Any, silent: Any, load: Any) -> None:
    with Session(saved) as session:
        row = load(session)
        session.add(Tag(name="pending"))
        known = inspect(row).unloaded
        with silent():
            for _ in range(3):
                made = convert(row, Everything)
        assert (made.name is None) is ("name" in known)
        assert made.shout == (None if "name" in known else "ADA")
        assert made.alias == (None if "name" in known else "Ada")
        assert (made.orders is None) is ("orders" in known)
        assert made.paid == (None if "orders" in known else 15.5)
        assert made.note_texts is None
        assert "orders" in known or len(made.orders) == 2


def test_a_copy_of_a_row_is_loaded_as_far_as_the_row(saved: Any, silent: Any) -> None:
    with Session(saved) as session:
        row = session.scalars(select(Customer).options(selectinload(Customer.orders))).first()
        with silent():
            for _ in range(3):
                copy = convert(row, Customer)
        assert copy is not row
        assert inspect(copy).transient
        assert differences(row, copy) == []
        assert "notes" not in vars(copy)


def test_a_field_that_a_class_requires_must_be_loaded(saved: Any) -> None:
    @dataclasses.dataclass
    class WithNotes:
        name: str
        notes: dict[str, Any]

    @dataclasses.dataclass
    class Shout:
        shout: str

    with Session(saved) as session:
        row = session.scalars(select(Customer)).first()
        for _ in range(3):
            with pytest.raises(MissingFieldError, match="not loaded, and a conversion sends no SQL") as caught:
                convert(row, WithNotes)
            assert caught.value.path == ("notes",)
        session.expire(row)
        with pytest.raises(MissingFieldError) as caught:
            convert(row, Shout)
        assert caught.value.path == ("shout",)


def test_unset_is_left_out_of_json(saved: Any, silent: Any) -> None:
    with Session(saved) as session:
        row = session.scalars(select(Tag).options(load_only(Tag.name))).first()
        with silent():
            assert to_json(row) == b'{"id":1,"name":"new"}'
            back = from_json(Tag, to_json(row))
        assert "orders" not in vars(back)
        session.expire(row)
        with silent():
            assert to_json(row) == b"{}"


@every_kind
def test_what_was_not_loaded_survives_a_merge(saved: Any, kind: str) -> None:
    with Session(saved) as session:
        made = [convert(row, kind) for row in session.scalars(select(Customer).order_by(Customer.id))]
        assert made[0].orders is made[0].notes is made[0].biography is None
        made[0].name = "Countess"
    with Session(saved) as session:
        for model in made:
            session.merge(convert(model, Customer))
        session.commit()
    with Session(saved) as session:
        row = session.scalars(select(Customer)).first()
        assert row.name == "Countess"
        assert (len(row.orders), len(row.notes), len(row.followers)) == (2, 2, 1)
        assert [len(order.lines) for order in row.orders] == [2, 1]


@every_kind
def test_children_that_know_their_parent_do_not_take_the_others_away(saved: Any, kind: str) -> None:
    """SQLAlchemy adds a child to the collection of its parent: as if there were no others."""
    with Session(saved) as session:
        order = session.scalars(select(Order).options(selectinload(Order.customer))).first()
        made = convert(order, kind)
        assert made.customer.orders is None
    back = convert(made, Order)
    assert back.customer.name == "Ada"
    assert "orders" not in vars(back.customer)
    with Session(saved) as session:
        session.merge(back)
        session.commit()
        assert len(session.scalars(select(Customer)).first().orders) == 2
        assert len(session.scalars(select(Order)).all()) == 2


def test_children_of_classes_that_do_not_know_the_other_side_do_not_either(saved: Any) -> None:
    @dataclasses.dataclass
    class Parent:
        id: int
        name: str
        address: Address

    @dataclasses.dataclass
    class Child:
        id: int
        customer: Parent

    with Session(saved) as session:
        order = session.scalars(select(Order).options(selectinload(Order.customer))).first()
        made = convert(order, Child)
    with Session(saved) as session:
        session.merge(convert(made, Order))
        session.commit()
        assert len(session.scalars(select(Order)).all()) == 2


def test_many_to_many_that_is_loaded_from_one_side_keeps_the_other(saved: Any) -> None:
    with Session(saved) as session:
        order = session.scalars(select(Order).options(selectinload(Order.tags)).order_by(Order.id)).first()
        made = convert(order, "basemodel")
        assert [tag.orders for tag in made.tags] == [None, None]
    back = convert(made, Order)
    assert [tag.name for tag in back.tags] == ["new", "old"]
    assert all("orders" not in vars(tag) for tag in back.tags)
    with Session(saved) as session:
        session.merge(back)
        session.commit()
        old = session.scalars(select(Tag).where(Tag.name == "old")).one()
        assert len(old.orders) == 2


def test_what_is_set_later_is_assigned(saved: Any) -> None:
    with Session(saved) as session:
        row = session.scalars(select(Customer)).first()
        for kind in ("dataclass", "basemodel", "type_safe"):
            made = convert(row, kind)
            made.nick = "ada"
            made.notes = {}
            back = convert(made, Customer)
            assert (back.nick, kind) == ("ada", kind)
        assert "notes" not in vars(convert(convert(row, "dataclass"), Customer))


class Patch(BaseModel):
    id: int
    nick: str | None = None
    name: str | None = None
    orders: list[Any] = []


def test_fields_that_a_model_was_not_given_are_not_assigned(saved: Any) -> None:
    with Session(saved) as session:
        session.merge(convert(Patch(id=1, nick="countess"), Customer))
        session.commit()
        row = session.get(Customer, 1)
        assert (row.name, row.nick, len(row.orders)) == ("Ada", "countess", 2)
        session.merge(convert(Patch(id=1, nick=None), Customer))
        session.commit()
        assert row.nick is None
        generated = convert_class(Customer, "basemodel")
        assert generated.model_fields["name"].is_required()
        made = generated(id=1, name="Ada King", address={"street": "St James", "city": "London"})
        assert made.model_fields_set == {"id", "name", "address"}
        session.merge(convert(made, Customer))
        session.commit()
        assert (row.name, len(row.orders), row.settings) == ("Ada King", 2, {"theme": "dark"})


def test_a_generated_model_dumps_what_was_loaded(saved: Any) -> None:
    with Session(saved) as session:
        row = session.scalars(select(Tag)).first()
        for _ in range(3):
            made = convert(row, "basemodel")
            assert made.model_fields_set == {"id", "name"}
            assert made.model_dump(exclude_unset=True) == {"id": 1, "name": "new"}
            assert made.model_dump() == {"id": 1, "name": "new", "orders": None}
            again = convert(convert(row, "dataclass"), "basemodel")
            assert again.model_fields_set == {"id", "name"}


def test_a_pending_row_without_values_stays_without_them() -> None:
    """A key, a default of the database and one of the column are made when the row is written."""
    row = Customer(name="Ada", address=Address("a", "b"))
    for _ in range(3):
        back = convert(convert(row, "type_safe"), Customer)
        assert {*vars(back)} == {*vars(row)} == {"_sa_instance_state", "name", "address", "street", "city"}
    assert convert(Customer(), "dataclass").name is None
    assert {*vars(convert(convert(Customer(), "dataclass"), Customer))} == {"_sa_instance_state"}


def test_an_attribute_that_no_class_has_is_missing() -> None:
    """As the tag by which Structs are told apart, where a row becomes one of them."""
    assert get_kind("sqlalchemy").value_of(customer(), "nothing_of_that_name") is MISSING


def test_a_row_whose_state_was_cut_off_is_read_as_it_is(saved: Any, silent: Any) -> None:
    with Session(saved) as session:
        row = session.scalars(select(Folder)).first() or session.scalars(select(Note)).first()
        make_transient(row)
        with silent():
            assert differences(row, convert(convert(row, "attrs"), type(row))) == []


def test_a_snapshot_of_a_row_in_another_model_sends_nothing(saved: Any, silent: Any) -> None:
    """A dataclass with a constructor of its own notes its values, and those of the models in it."""

    @dataclasses.dataclass
    class Holder:
        tag: Tag
        anything: Any = None

        def __post_init__(self) -> None:
            self.seen = True

    with Session(saved) as session:
        first, second = session.scalars(select(Tag)).all()
        session.expire(first, ["name"])
        holder = Holder(first, second)
        with silent():
            for _ in range(3):
                made = convert(holder, "basemodel")
                back = convert(made, Holder)
                assert differences(holder, back) == []
                run = converter(Holder, Holder)
                assert differences(holder, run(holder)) == []


@dataclasses.dataclass
class NewTag:
    name: str
    id: int | None = None


@dataclasses.dataclass
class NewOrder:
    id: int | None = None
    tags: list[NewTag] | None = None
    lines: list[Any] | None = None


def test_none_in_a_class_of_a_user_is_unset_where_a_row_cannot_have_it(saved: Any) -> None:
    with Session(saved) as session:
        for _ in ("interpreted", "compiled"):
            row = convert(NewTag("fresh"), Tag)
            assert vars(row).keys() == {"_sa_instance_state", "name"}
            session.add(row)
        session.commit()
        assert len(session.scalars(select(Tag).where(Tag.name == "fresh")).all()) == 2
    with Session(saved) as session:
        order = session.scalars(select(Order).options(selectinload(Order.tags)).order_by(Order.id)).first()
        made = convert(order, NewOrder)
        assert made.lines is None
        assert made.tags is not None
        made.tags.append(NewTag("added"))
    with Session(saved) as session:
        session.merge(convert(made, Order))
        session.commit()
        order = session.scalars(select(Order).order_by(Order.id)).first()
        assert ({tag.name for tag in order.tags}, len(order.lines)) == ({"new", "old", "added"}, 2)


def test_none_for_a_column_that_is_required_is_refused() -> None:
    @dataclasses.dataclass
    class Unnamed:
        name: str | None = None

    with pytest.raises(ValueConversionError) as caught:
        convert(Unnamed(), Tag)
    assert caught.value.path == ("name",)
