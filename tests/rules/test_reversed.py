"""`Rules.reversed`: what can be turned round, and what is one-way."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypedDict

import pytest

from tests.rules.models import Color, ColorDto, Customer, Item, LineDto, Order, OrderDto, rules
from type_safe_convert import ClassConversionError, Constant, Rules


class Point(NamedTuple):
    x: int
    y: int


class Size(TypedDict):
    width: int


@dataclass
class Place:
    city: str
    zip: str


@dataclass
class Person:
    name: str
    home: Place
    work: Place | None
    mood: Color


@dataclass
class Group:
    title: str
    people: list[Person]


@dataclass
class PersonDto:
    label: str
    home_city: str
    home_zip: str
    work_city: str | None
    work_zip: str | None
    feeling: ColorDto


@dataclass
class GroupDto:
    title: str
    members: list[PersonDto]
    kind: str


def the_rules() -> Rules:
    made = Rules()
    made.map(Group, GroupDto, {"members": "people", "kind": Constant("group")})
    made.map(Person, PersonDto, {
        "label": "name", "home_city": "home.city", "home_zip": "home.zip", "work_city": "work.city",
        "work_zip": "work.zip", "feeling": "mood",
    })  # fmt: skip
    made.coerce(Color, ColorDto)
    return made


def test_renames_paths_and_enums_come_back() -> None:
    there = the_rules()
    back = there.reversed(GroupDto, Group)
    group = Group("g", [
        Person("Ann", Place("Rome", "1"), Place("Oslo", "2"), Color.RED),
        Person("Bob", Place("Bonn", "3"), None, Color.BLUE),
    ])  # fmt: skip
    for _ in range(3):
        assert back.convert(there.convert(group, GroupDto), Group) == group
    assert [str(item) for item in back.one_way] == ["Group -> GroupDto.kind: a constant"]
    assert there.one_way == ()


def test_an_error_inside_an_assembled_model_has_its_place() -> None:
    back = the_rules().reversed(GroupDto, Group)
    wrong = PersonDto("Ann", 3, "1", None, None, ColorDto.ROT)  # type: ignore[arg-type]
    for _ in range(3):
        with pytest.raises(ValueError, match="expected str") as caught:
            back.convert(GroupDto("g", [wrong], "group"), Group)
        assert caught.value.path == ("people", 0, "home", "city")  # type: ignore[attr-defined]
        assert caught.value.source_path == ("members", 0, "home_city")  # type: ignore[attr-defined]


def test_what_has_no_way_back_is_listed() -> None:
    back = rules.reversed(OrderDto, Order)
    assert {(item.source, item.target, item.field) for item in back.one_way} == {
        (Order, OrderDto, "total"), (Order, OrderDto, "channel"), (Order, OrderDto, "note"),
        (Order, OrderDto, "tenant"), (Order, OrderDto, "tags"), (str, datetime, ""),
        (Order, OrderDto, "customer.address.zip"), (Order, OrderDto, "day"),
    }  # fmt: skip
    with pytest.raises(ClassConversionError, match="no value of the source could fit"):
        rules.reversed(OrderDto, Order).converter(OrderDto, Order)
    back.coerce(datetime, str, datetime.isoformat)  # what only the user knows
    from tests.rules.models import an_order

    order = an_order()
    assert back.convert(rules.convert(order, OrderDto, values={"tenant": "acme"}), Order) == order


def test_a_required_field_without_a_source_is_an_error() -> None:
    @dataclass
    class Short:
        code: str

    made = Rules()
    made.map(Item, Short, {"code": "sku"})
    with pytest.raises(ClassConversionError, match="price"):
        made.reversed(Short, Item)


def test_a_field_that_was_not_kept_is_not_filled_by_its_name() -> None:
    @dataclass
    class Source:
        a: int
        b: int = 0

    @dataclass
    class Target:
        b: int

    made = Rules()
    made.map(Source, Target, {"b": "a"})
    back = made.reversed(Target, Source)
    assert back.convert(Target(7), Source) == Source(7, 0)
    assert [item.field for item in back.one_way] == ["b"]


def test_two_fields_from_one_place() -> None:
    @dataclass
    class Twice:
        first: str
        second: str

    made = Rules()
    made.map(Customer, Twice, {"first": "name", "second": "name"})
    back = made.reversed(Twice, Customer)
    assert back.convert(Twice("a", "b"), Customer) == Customer("a")
    assert [item.field for item in back.one_way] == ["second", "address"]
    assert LineDto is not None


@dataclass
class Owner:
    name: str
    note: str = "none"
    rank: int = 0


@dataclass
class Parcel:
    owner: Owner
    note: str
    at: Point
    size: Size

    @property
    def title(self) -> str:
        return self.note.title()


@dataclass
class ParcelDto:
    who: str
    note: str
    x: int
    y: int
    wide: int
    title: str = ""


def test_models_of_paths_get_nothing_by_name_but_what_was_theirs() -> None:
    made = Rules()
    made.map(Parcel, ParcelDto, {"who": "owner.name", "x": "at.x", "y": "at.y", "wide": "size.width", "title": "title"})
    back = made.reversed(ParcelDto, Parcel)
    assert [str(item).partition(".")[2] for item in back.one_way] == [
        "title: title is no field of Parcel",
        "owner.note: its value was not kept",
        "owner.rank: its value was not kept",
    ]  # fmt: skip
    parcel = Parcel(Owner("Ann", "mine", 3), "fragile", Point(1, 2), {"width": 4})
    dto = made.convert(parcel, ParcelDto)
    for _ in range(3):
        assert back.convert(dto, Parcel) == Parcel(Owner("Ann"), "fragile", Point(1, 2), {"width": 4})
    again = back.reversed(Parcel, ParcelDto)
    assert again.convert(parcel, ParcelDto) == dto


def test_a_required_field_in_a_model_of_paths_is_not_filled_by_chance() -> None:
    @dataclass
    class Flat:
        label: str
        city: str
        zip: str

    @dataclass
    class Holder:
        name: str
        place: Place

    made = Rules()
    made.map(Holder, Flat, {"label": "name", "city": "place.city", "zip": Constant("?")})
    with pytest.raises(ClassConversionError, match="zip: the value was not kept"):
        made.reversed(Flat, Holder)


@pytest.mark.parametrize("rule", [{"who": "owner.name", "owner": "owner"}, {"who": "owner.name"}])
def test_a_whole_model_comes_back_before_a_part_of_it(rule: dict[str, str]) -> None:
    @dataclass
    class Held:
        owner: Owner

    @dataclass
    class HeldDto:
        who: str
        owner: Owner

    made = Rules()
    made.map(Held, HeldDto, rule)
    back = made.reversed(HeldDto, Held)
    held = Held(Owner("Ann", "mine", 3))
    assert back.convert(made.convert(held, HeldDto), Held) == held
    assert [item.field for item in back.one_way] == ["who"]
