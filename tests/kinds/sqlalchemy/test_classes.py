"""Which fields a mapped class has, in each of the ways to declare one."""

import dataclasses
import datetime
import decimal
import io
import uuid
from typing import Any, Optional

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.declarative import ConcreteBase
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    MappedAsDataclass,
    Session,
    WriteOnlyMapped,
    mapped_column,
    registry,
    relationship,
)

from tests.kinds.sqlalchemy.kinds import KINDS, VALUE_KINDS, check_law, check_rows, every_kind
from tests.kinds.sqlalchemy.models import Code, Colour, Customer, Folder, Line, Odd, Old, Order, Product, Voucher
from tests.kinds.sqlalchemy.shop import customer
from type_safe_convert import (
    ClassConversionError,
    MissingFieldError,
    ValueConversionError,
    convert,
    convert_class,
    explain,
    from_json,
    json_schema,
    kind_of,
    to_json,
)
from type_safe_convert.cli.checking import check_class
from type_safe_convert.cli.output import Output
from type_safe_convert.cli.show import show
from type_safe_convert.model.family import shape_of
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.sampler import Sampler, samples


def _fields(cls: type) -> dict[str, tuple[Any, bool]]:
    return {name: (field.annotation, field.required) for name, field in shape_of(cls).fields.items()}


def test_columns_composites_and_relationships_are_fields() -> None:
    assert _fields(Line) == {
        "order_id": (int, False),
        "product_id": (int, False),
        "quantity": (int, False),
        "order": (Order, False),
        "product": (Product, False),
    }
    fields = _fields(Customer)
    assert [*fields] == [
        *("id", "name", "nick", "address", "joined", "created", "biography", "settings"),
        *("orders", "notes", "followers", "following"),
    ]
    assert [name for name, (_, required) in fields.items() if required] == ["name", "address"]
    assert fields["orders"][0] == list[Order]
    assert fields["followers"][0] == set[Customer]
    assert fields["notes"][0].__args__[0] is str


def test_names_of_attributes_not_of_columns_are_fields() -> None:
    assert [*_fields(Odd)] == ["id", "code", "pickled", "_hidden", "class_"]
    odd = Odd(code=Code("a"), pickled={"a": [1]}, _hidden=1, class_="c")
    made = convert(odd, "basemodel")
    assert (made.hidden, made.class_, made.model_dump(include={"hidden"})) == (1, "c", {"_hidden": 1})
    check_rows(odd)


@every_kind
def test_odd_types_are_written_and_read(engine: Any, kind: str) -> None:
    odd = Odd(code=Code("a"), pickled={"a": [1]}, _hidden=1, class_="c")
    with Session(engine) as session:
        session.add(convert(convert(odd, kind), Odd))
        session.commit()
        row = session.scalars(select(Odd)).one()
        session.refresh(row)
        assert isinstance(row.id, uuid.UUID)
        back = convert(convert(row, kind), Odd)
        assert differences(row, back) == []
        assert (back.code, back.pickled) == (Code("a"), {"a": [1]})


def test_classes_without_annotations_have_the_types_of_their_columns(engine: Any) -> None:
    optional = _fields(Old)
    assert optional["id"] == (int, False)
    assert optional["name"] == (str, True)
    assert optional["price"] == (Optional[decimal.Decimal], False)
    assert optional["code"] == optional["pickled"] == optional["data"]
    assert optional["data"][1] is False
    assert optional["children"] == (list[Old], False)
    assert optional["parent"] == (Old, False)
    row = Old(name="a", price=decimal.Decimal("1.50"), data=[1, {"a": None}], code=Code("x"), pickled={1: "a"})
    with Session(engine) as session:
        session.add(convert(convert(row, "basemodel"), Old))
        session.commit()
        found = session.scalars(select(Old)).one()
        assert (found.price, found.data, found.code, found.pickled) == (row.price, row.data, row.code, row.pickled)
        check_rows(found)


def test_types_of_columns() -> None:
    class Base(DeclarativeBase):
        pass

    types = {
        "a": (sa.Integer(), int),
        "b": (sa.Float(), float),
        "c": (sa.Numeric(asdecimal=False), float),
        "d": (sa.DateTime(), datetime.datetime),
        "e": (sa.Interval(), datetime.timedelta),
        "f": (sa.LargeBinary(), bytes),
        "g": (sa.Enum(Colour), Colour),
        "h": (sa.Enum("x", "y", name="h"), str),
        "i": (sa.Uuid(), uuid.UUID),
        "j": (ARRAY(sa.Integer), list[int]),
        "k": (sa.JSON(), Any),
        "l": (sa.PickleType(), Any),
        "m": (sa.Boolean(), bool),
    }
    columns = {name: sa.Column(column, nullable=False) for name, (column, _) in types.items()}
    cls = type("Types", (Base,), {"__tablename__": "types", "id": sa.Column(sa.String, primary_key=True), **columns})
    assert _fields(cls) == {"id": (str, True), **{name: (found, True) for name, (_, found) in types.items()}}


def test_what_is_filled_when_a_row_is_written_is_not_required() -> None:
    class Base(DeclarativeBase):
        pass

    class Other(Base):
        __tablename__ = "other"

        id: Mapped[int] = mapped_column(primary_key=True)

    class Row(Base):
        __tablename__ = "row"

        version: Mapped[int] = mapped_column()
        __mapper_args__ = {"version_id_col": version}

        key: Mapped[str] = mapped_column(primary_key=True)
        number: Mapped[int] = mapped_column(primary_key=True)
        plain: Mapped[str]
        nullable: Mapped[Optional[str]]
        nullable_by_column: Mapped[str] = mapped_column(nullable=True)
        default: Mapped[int] = mapped_column(default=3)
        made: Mapped[int] = mapped_column(default=lambda: 3)
        of_server: Mapped[int] = mapped_column(server_default="3")
        computed: Mapped[int] = mapped_column(sa.Computed("default + 1"))
        foreign: Mapped[int] = mapped_column(sa.ForeignKey("other.id"))
        deferred: Mapped[str] = mapped_column(deferred=True)

    required = [name for name, (_, required) in _fields(Row).items() if required]
    assert required == ["key", "number", "plain"]
    assert _fields(Row)["nullable_by_column"][0] == Optional[str]
    made = convert_class(Row, "dataclass")
    with pytest.raises(TypeError, match="number"):
        made(key="a", plain="b")
    assert made(key="a", number=1, plain="b").default is None


class DataBase(MappedAsDataclass, DeclarativeBase):
    pass


class Owner(DataBase):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]
    pets: Mapped[list["Pet"]] = relationship(back_populates="owner", default_factory=list)
    status: Mapped[str] = mapped_column(default="new")
    nick: Mapped[Optional[str]] = mapped_column(default=None, repr=False)
    shout: Mapped[str] = mapped_column(init=False)

    def __post_init__(self) -> None:
        self.shout = self.name.upper()


class Pet(DataBase):
    __tablename__ = "pet"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("owner.id"), init=False)
    name: Mapped[str] = mapped_column(kw_only=True)
    owner: Mapped[Optional[Owner]] = relationship(back_populates="pets", default=None)


@pytest.fixture
def owners() -> Any:
    engine = sa.create_engine("sqlite://")
    DataBase.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Owner(name="Ada", pets=[Pet(name="Rex"), Pet(name="Tom")]))
        session.commit()
    return engine


@every_kind
def test_mapped_dataclasses(owners: Any, kind: str) -> None:
    assert kind_of(Owner) == "sqlalchemy"
    with Session(owners) as session:
        row = session.scalars(select(Owner)).one()
        assert len(row.pets) == 2
        for _ in range(3):
            made = convert(row, kind)
            assert made.pets[0].name == "Rex"
            back = convert(made, Owner)
            assert differences(row, back) == []
            assert back.id == 1
        session.expire(row, ["pets", "name"])
        partial = convert(convert(row, kind), Owner)
        assert vars(partial).keys() == {"_sa_instance_state", "id", "status", "nick", "shout"}
    made.pets[0].name = "Max"
    with Session(owners) as session:
        session.merge(convert(made, Owner))
        session.merge(partial)
        session.commit()
        row = session.scalars(select(Owner)).one()
        assert [pet.name for pet in row.pets] == ["Max", "Tom"]
        assert (row.name, row.shout, row.status) == ("Ada", "ADA", "new")


@every_kind
def test_new_rows_of_mapped_dataclasses(owners: Any, kind: str) -> None:
    with Session(owners) as session:
        owner = Owner(name="Bob", pets=[Pet(name="Kim")])
        check_rows(owner)
        made = convert(owner, kind)
        assert made.status == "new"
        assert made.id is None
        back = convert(made, Owner)
        assert back.shout == "BOB"
        session.add(back)
        session.commit()
        assert (back.id, back.pets[0].owner_id, back.status) == (2, 2, "new")


def test_a_mapped_dataclass_takes_what_its_constructor_takes() -> None:
    @dataclasses.dataclass
    class Source:
        name: str
        id: int = 5

    @dataclasses.dataclass
    class Other:
        status: str

    made = convert(Source("Ada"), Owner)
    assert (made.id, made.shout, made.pets, made.status) == (5, "ADA", [], "new")
    with pytest.raises(MissingFieldError, match="the source has no such field"):
        convert(Other("old"), Owner)
    with pytest.raises(ValueError, match="name"):
        from_json(Owner, b"{}")
    assert from_json(Owner, b'{"id":7,"name":"Ada"}').id == 7


def test_imperatively_mapped_classes() -> None:
    mapped = registry()

    class Plain:
        def __init__(self, name: str) -> None:
            self.name = name

    @dataclasses.dataclass
    class Data:
        id: int
        name: str = "none"

    for cls, kind_before in ((Plain, None), (Data, "dataclass")):
        assert kind_of(cls) == kind_before
        columns = (sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String, nullable=False))
        mapped.map_imperatively(cls, sa.Table(cls.__name__, mapped.metadata, *columns))
        assert kind_of(cls) == "sqlalchemy"
    row = Plain("a")
    row.id = 3  # type: ignore[attr-defined]
    for _ in range(3):
        assert vars(convert(row, "dataclass")) == {"id": 3, "name": "a"}
    check_rows(row)
    check_rows(Data(1, "b"))
    check_rows(Data(1))


def test_constructors_of_a_users_own() -> None:
    class Base(DeclarativeBase):
        pass

    class Named(Base):
        __tablename__ = "named"

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        length: Mapped[int]

        def __init__(self, name: str) -> None:
            self.name = name
            self.length = len(name)

    class Strange(Base):
        __tablename__ = "strange"

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

        def __init__(self, words: list[str]) -> None:
            self.name = " ".join(words)

    class Refusing(Base):
        __tablename__ = "refusing"

        id: Mapped[int] = mapped_column(primary_key=True)

        def __init__(self, **values: Any) -> None:
            raise ValueError("no")

    @dataclasses.dataclass
    class Source:
        name: str
        id: int = 4

    made = convert(Source("Ada"), Named)
    assert (made.id, made.name, made.length) == (4, "Ada", 3)
    made.length = 7
    assert convert(convert(made, "basemodel"), Named).length == 7
    assert convert(Source("Ada"), Strange).name == "Ada"
    check_rows(Strange(["a", "b"]))
    with pytest.raises(ValueConversionError, match="Refusing refused the values: ValueError: no"):
        convert(Source("Ada"), Refusing)


def test_validators_run_on_the_way_in() -> None:
    order = Order(total=decimal.Decimal(1), colour=Colour.red)
    made = convert(order, "dataclass")
    made.total = decimal.Decimal(-1)
    for _ in range(3):
        with pytest.raises(ValueConversionError, match="total is negative"):
            convert(made, Order)
    with pytest.raises(ValueError, match="total is negative"):
        from_json(Order, b'{"total":"-1","colour":"r"}')


def test_values_are_checked() -> None:
    @dataclasses.dataclass
    class Source:
        name: Any

    with pytest.raises(ValueConversionError, match="name: expected str, found 7"):
        convert(Source(7), Voucher)


def test_collections_that_are_queried_are_never_loaded(silent: Any) -> None:
    class Base(DeclarativeBase):
        pass

    class Item(Base):
        __tablename__ = "item"

        id: Mapped[int] = mapped_column(primary_key=True)
        box_id: Mapped[int] = mapped_column(sa.ForeignKey("box.id"))

    class Box(Base):
        __tablename__ = "box"

        id: Mapped[int] = mapped_column(primary_key=True)
        items: DynamicMapped[Item] = relationship(lazy="dynamic")
        others: WriteOnlyMapped[Item] = relationship(lazy="write_only", overlaps="items")

    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Box(items=[Item(), Item()]))
        session.commit()
        row = session.scalars(select(Box)).one()
        with silent():
            made = convert(row, "dataclass")
        assert made.items is made.others is None
        session.merge(convert(made, Box))
        session.commit()
        assert row.items.count() == 2


def test_concrete_inheritance() -> None:
    class Base(DeclarativeBase):
        pass

    class Animal(ConcreteBase, Base):
        __tablename__ = "animal"
        __mapper_args__ = {"polymorphic_identity": "animal", "concrete": True}

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    class Dog(Animal):
        __tablename__ = "dog"
        __mapper_args__ = {"polymorphic_identity": "dog", "concrete": True}

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        breed: Mapped[str]

    check_rows(Dog(id=1, name="Rex", breed="mutt"))
    assert [*_fields(Dog)] == ["id", "name", "breed"]


def test_a_mapper_that_cannot_be_configured_is_a_named_error() -> None:
    class Base(DeclarativeBase):
        pass

    class Broken(Base):
        __tablename__ = "broken"

        id: Mapped[int] = mapped_column(primary_key=True)
        other: Mapped["Nowhere"] = relationship()  # type: ignore[name-defined]  # noqa: F821

    try:
        with pytest.raises(ClassConversionError, match=r"its mapper cannot be configured.*Nowhere"):
            convert_class(Broken, "dataclass")
    finally:
        Base.registry.dispose()


def test_no_class_is_made() -> None:
    @dataclasses.dataclass
    class Source:
        name: str

    for cls in (Source, convert_class(Source, "basemodel")):
        with pytest.raises(ClassConversionError, match="no class of this kind is made: write a SQLAlchemy class"):
            convert_class(cls, "sqlalchemy")
    assert convert_class(convert_class(Customer, "attrs"), "sqlalchemy") is Customer


def test_a_class_below_a_mapped_one_that_is_not_mapped_is_none() -> None:
    assert kind_of(Customer) == "sqlalchemy"
    assert kind_of(type("Base", (DeclarativeBase,), {})) is None


def test_json_schema_says_what_is_required() -> None:
    schema = json_schema(Customer)["$defs"]["Customer"]
    assert schema["required"] == ["name", "address"]
    assert schema["properties"]["notes"]["anyOf"][0]["additionalProperties"] == {"$ref": "#/$defs/Note"}
    with pytest.raises(ValidationError):
        convert_class(Customer, "basemodel").model_validate({"name": "Ada"})
    with pytest.raises(ValueError, match="address"):
        from_json(Customer, b'{"name":"Ada"}')


def test_json_of_every_kind_of_collection() -> None:
    row = customer()
    for order in row.orders:
        order.customer = None  # JSON has no cycles
        for line in order.lines:
            line.order = None
        for tag in order.tags:
            tag.orders = []
    (bob,) = row.followers
    bob.following = set()
    row = Customer(name="Ada", address=row.address, notes=dict(row.notes), followers={bob})
    for note in row.notes.values():
        vars(note).pop("customer")
    vars(bob).pop("following")
    text = to_json(row)
    assert b'"notes":{"call":{"title":"call"' in text
    assert b'"followers":[{"name":"Bob"' in text
    back = from_json(Customer, text)
    assert {note.title for note in back.notes.values()} == {"call", "vip"}
    assert {other.name for other in back.followers} == {"Bob"}


CLASSES = [Line, Product, Voucher, Folder, Owner, Pet]


@pytest.mark.parametrize("cls", [Customer, Order], ids=lambda cls: cls.__name__)
def test_samples_with_sets_of_rows(cls: type) -> None:
    """Only the way there and back: a list that stands for a set of rows has no order of its own."""
    for sample in samples(cls, 5):
        assert type(sample) is cls
        for kind in KINDS:
            assert differences(sample, convert(convert(sample, kind), cls)) == []


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_samples_strategies_and_check(cls: type) -> None:
    for sample in samples(cls, 5):
        assert type(sample) is cls
        check_rows(sample)
    report = check_class(cls, [Sampler(0), Sampler(1)])
    assert [failure for failure in report.failures if not any(kind in failure.route for kind in VALUE_KINDS)] == []
    assert report.not_built == ""
    assert all(direction.equal for direction in report.directions if direction.target in KINDS)
    check_law(cls)


def test_show_and_explain() -> None:
    output = io.StringIO()
    show("tests.kinds.sqlalchemy.models:Customer", Output(output, 300))
    assert "SQLAlchemy class (written)" in output.getvalue()
    assert "no dataclass" not in output.getvalue()
    text = str(explain(Customer, "dataclass"))
    assert "orders" in text
    assert "constructor of its own" in str(explain(convert_class(Customer, "dataclass"), Customer))
