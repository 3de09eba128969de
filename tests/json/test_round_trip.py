"""What was written comes back: the same class, the same values, for classes of every kind, hand-written and made."""

import abc
import dataclasses
import json
from typing import Any, List, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import Base64Bytes, BaseModel, ConfigDict

from tests.json.compare import unlike
from tests.json.models import (
    Animal,
    Circle,
    Dog,
    Drawing,
    Everything,
    Item,
    Node,
    Person,
    Shape,
    Square,
    Swapped,
    Tag,
    Zoo,
    everything,
    instances,
    person,
    tree,
)
from type_safe_convert import convert, convert_class, kind_of
from type_safe_convert.json.codec import from_json, from_python, to_json, to_python

KINDS = ("type_safe", "basemodel", "dataclass")
CASES = [
    pytest.param(number, kind, id=f"{number}-{type(instance).__name__}-{kind}")
    for number, instance in enumerate(instances())
    for kind in KINDS
]


@pytest.mark.parametrize(("number", "kind"), CASES)
def test_json_of_every_kind_comes_back_as_it_was(number: int, kind: str) -> None:
    original = convert(instances()[number], kind)

    assert unlike(original, from_json(type(original), to_json(original))) is None


@pytest.mark.parametrize(("number", "kind"), CASES)
def test_python_of_every_kind_comes_back_as_it_was(number: int, kind: str) -> None:
    original = convert(instances()[number], kind)

    assert unlike(original, from_python(type(original), to_python(original))) is None


@pytest.mark.parametrize("number", range(len(instances())))
def test_all_classes_of_a_family_write_the_same(number: int) -> None:
    original = instances()[number]
    expected = json.loads(to_json(original))

    for kind in KINDS:
        assert json.loads(to_json(convert(original, kind))) == expected


def test_classes_made_from_a_model_write_what_has_no_annotation_as_it_does() -> None:
    class Loose(BaseModel):
        encoded: Base64Bytes
        anything: Any
        number: Any

    class Strings(BaseModel):
        model_config = ConfigDict(ser_json_bytes="hex", ser_json_inf_nan="strings")
        anything: Any
        number: Any

    for original in (
        Loose(encoded=b"aGk=", anything=b"a", number=float("inf")),
        Strings(anything=b"a", number=float("inf")),
    ):
        expected = original.model_dump_json().encode()
        for kind in KINDS:
            made = convert(original, kind)
            assert to_json(made) == expected
            assert to_json(from_json(type(made), to_json(made))) == expected


def test_json_is_written_where_json_has_a_number_and_a_string() -> None:
    written = json.loads(to_json(everything()))

    assert written["number"] == 10**30
    assert written["amount"] == "1.500"
    assert written["moment"] == "2024-02-29T12:30:00.123456Z"
    assert written["raw"].startswith("AAEC")
    assert written["color"] == 2
    assert written["corner"] == "END"
    assert written["members"] == [1, 2]
    assert written["by_day"] == {"2024-01-01": "r"}
    assert written["kind"] == "tests.json.models.Tag"


def test_an_enum_is_told_by_value_before_name() -> None:
    made = Everything()
    made.swapped = Swapped.A

    assert from_json(Everything, to_json(made)).swapped is Swapped.A


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), -0.0, 5e-324, 1.7976931348623157e308, 0.1])
def test_every_float_comes_back_from_valid_json(value: float) -> None:
    text = to_json(Tag(name="x", weight=value))

    json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))
    assert repr(from_json(Tag, text).weight) == repr(value)


def test_a_recursive_model_comes_back() -> None:
    again = from_json(Node, to_json(tree()))

    assert [child.name for child in again.children] == ["a", "c"]
    assert type(again.children[0].children[0]) is Node


def test_a_none_stays_none_where_type_safe_holds_one() -> None:
    made = Item()
    made.sku = None
    made.tags = None

    again = from_json(Item, to_json(made))

    assert again.sku is None
    assert again.tags is None


# the runtime type decides


def drawing() -> Drawing:
    return Drawing(
        main=Circle(name="m", radius=1.0),
        shapes=[Shape(name="s"), Square(name="q", side=2, inner=Circle(radius=3.0))],
        named={"c": Circle(name="c", radius=4.0)},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_subclass_in_a_field_is_written_with_its_own_fields(kind: str) -> None:
    written = json.loads(to_json(convert(drawing(), kind)))

    assert written["main"] == {"name": "m", "radius": 1.0}
    assert written["shapes"][1] == {"name": "q", "side": 2, "inner": {"name": "", "radius": 3.0}}
    assert written["named"]["c"]["radius"] == 4.0


@pytest.mark.parametrize("kind", KINDS)
def test_subclasses_come_back_where_they_are_asked_for(kind: str) -> None:
    original = convert(drawing(), kind)

    assert unlike(original, from_json(type(original), to_json(original), subclasses=True)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_subclasses_of_dataclasses_come_back_where_they_are_asked_for(kind: str) -> None:
    original = convert(Zoo([Animal("cat"), Dog("dog", ["sit"])]), kind)

    assert unlike(original, from_json(type(original), to_json(original), subclasses=True)) is None


def test_a_subclass_that_came_later_is_found() -> None:
    from_json(Drawing, to_json(drawing()), subclasses=True)

    class Hexagon(Shape):
        edge: int

    again = from_json(Drawing, to_json(Drawing(main=Hexagon(edge=3))), subclasses=True)

    assert type(again.main) is Hexagon


class Vehicle(abc.ABC, Type_Safe):
    wheels: int

    @abc.abstractmethod
    def move(self) -> None: ...


class Car(Vehicle):
    seats: int

    def move(self) -> None:
        self.wheels += 0


class Bus(Vehicle):
    stops: List[str]

    def move(self) -> None:
        self.stops.append("next")


class Fleet(Type_Safe):
    vehicles: List[Vehicle]


def test_an_abstract_class_is_written_and_read_as_its_subclasses() -> None:
    original = Fleet(vehicles=[Car(seats=4), Bus(stops=["a"])])

    assert unlike(original, from_json(Fleet, to_json(original), subclasses=True)) is None
    with pytest.raises(ValueError, match="Vehicle is abstract"):
        from_json(Fleet, to_json(original))


def test_the_declared_class_is_taken_where_no_subclass_says_more() -> None:
    again = from_json(Drawing, b'{"main": {"name": "x"}, "shapes": [{"name": "x", "radius": 1}]}', subclasses=True)

    assert type(again.main) is Shape
    assert type(again.shapes[0]) is Circle


@dataclasses.dataclass
class Step:
    next: Optional["Step"] = None


Walk, Run, Jump = (
    dataclasses.make_dataclass(name, [(name.lower(), int, 1)], bases=(Step,)) for name in ("W", "R", "J")
)


def test_reading_subclasses_tries_one_class_a_level() -> None:
    """With all of them tried, 60 levels would take for ever."""
    step = None
    for number in range(60):
        step = (Step, Walk, Run, Jump)[number % 4](step)

    assert unlike(step, from_json(Step, to_json(step), subclasses=True)) is None


def test_data_cannot_choose_a_subclass_that_was_not_asked_for() -> None:
    with pytest.raises(ValueError, match=r"main\.radius: unknown key"):
        from_json(Drawing, to_json(drawing()))


# options


def test_options_are_those_of_pydantic() -> None:
    ada = person()

    assert json.loads(to_json(ada, by_alias=True, exclude={"addresses"}))["userId"] == 7
    assert json.loads(to_json(ada, include={"name"})) == {"name": "Ada"}
    assert to_json(Tag(name="a"), indent=1) == b'{\n "weight": 1.0,\n "name": "a"\n}'
    assert json.loads(to_json(Node(name="a"), exclude_none=True)) == {"name": "a", "children": []}
    assert json.loads(to_json(Tag(name="a"), exclude_defaults=True)) == {"name": "a"}


def test_which_fields_were_set_is_known_in_every_kind() -> None:
    ada = Person(name="Ada", userId=1)

    for kind in KINDS:
        assert json.loads(to_json(convert(ada, kind), exclude_unset=True)) == {"name": "Ada", "user_id": 1}
        assert to_python(convert(ada, kind), exclude_unset=True) == {"name": "Ada", "user_id": 1}


def test_aliases_and_names_are_both_read() -> None:
    for kind in KINDS:
        cls = convert_class(Person, kind)
        for key in ("userId", "user_id"):
            assert from_json(cls, json.dumps({"name": "Ada", key: 1})).user_id == 1


def test_missing_keys_take_fresh_defaults() -> None:
    for cls in (Everything, convert_class(Everything, "dataclass"), convert_class(Everything, "basemodel")):
        first, second = from_json(cls, b"{}"), from_json(cls, b"{}")

        assert first.names is not second.names
        assert unlike(convert(Everything(), kind_of(cls)), first) is None


# laws

_names = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
_tags = st.builds(lambda name, weight: Tag(name=name, weight=weight), _names, st.floats(allow_nan=False))


@st.composite
def _instances(draw: Any) -> Everything:
    made = Everything(
        text=draw(_names),
        number=draw(st.integers()),
        ratio=draw(st.floats(allow_nan=False)),
        raw=draw(st.binary(max_size=20)),
        names=draw(st.lists(_names, max_size=3)),
        by_number=draw(st.dictionaries(st.integers(), _names, max_size=3)),
        members=draw(st.sets(st.integers(), max_size=3)),
        tags=draw(st.lists(_tags, max_size=3)),
        by_name=draw(st.dictionaries(_names, _tags, max_size=2)),
    )
    made.amount = draw(st.decimals(allow_nan=False, allow_infinity=False))
    made.day = draw(st.dates())
    made.moment = draw(st.none() | st.datetimes(timezones=st.none() | st.timezones()).map(_whole_minutes))
    made.clock = draw(st.times())
    made.span = draw(st.timedeltas())
    made.key = draw(st.uuids())
    return made


def _whole_minutes(moment: Any) -> Any:
    """ISO 8601 has no seconds in an offset; old local times have."""
    offset = moment.utcoffset()
    return moment.replace(tzinfo=None, fold=0) if offset is None or offset.seconds % 60 else moment.replace(fold=0)


@settings(max_examples=60, deadline=None)
@given(_instances(), st.sampled_from(KINDS))
def test_from_json_undoes_to_json(instance: Everything, kind: str) -> None:
    """from_json(cls, to_json(x)) == x."""
    original = convert(instance, kind)

    assert unlike(original, from_json(type(original), to_json(original))) is None


@pytest.mark.parametrize("slots_of_base", [False, True])
@pytest.mark.parametrize("slots", [False, True])
@pytest.mark.parametrize("frozen", [False, True])
def test_dataclasses_that_keep_some_fields_in_slots(slots_of_base, slots, frozen):
    @dataclasses.dataclass(frozen=frozen, slots=slots_of_base)
    class Base:
        a: int
        b: str = "b"

    @dataclasses.dataclass(frozen=frozen, slots=slots)
    class Below(Base):
        c: int = 3

    @dataclasses.dataclass(frozen=frozen, slots=slots)
    class Again(Base):
        a: float

    for cls in (Base, Below, Again):
        one = cls(a=1)
        assert from_json(cls, to_json(one)) == one
        assert from_python(cls, to_python(one)) == one
        assert convert(convert(one, "type_safe"), cls) == one
        assert from_json(cls, b'{"a": 1}') == one
