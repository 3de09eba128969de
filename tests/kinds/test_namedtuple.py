"""What only NamedTuples have; `typing`, pydantic and adaptix are the oracles."""

import collections
import copy
import dataclasses
import inspect
import json
import pickle
import sys
from typing import Any, Generic, NamedTuple, TypeVar

import adaptix.conversion
import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr, TypeAdapter

from type_safe_convert import (
    ConversionError,
    Pydantic,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    kind_of,
    origin_of,
    to_json,
)
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.hypothesis import assert_round_trip, check_round_trip

T = TypeVar("T")
# Instances of other kinds are looked into by attribute.
KNOWING = [kind for kind in made_kinds() if get_kind(kind).traits.instances_know_class]
OTHERS = [kind for kind in KNOWING if kind != "namedtuple"]


class Point(NamedTuple):
    """A place."""

    x: int
    y: float = 0.5

    @property
    def total(self) -> float:
        return self.x + self.y

    def moved(self) -> "Point":
        return self._replace(x=self.x + 1)


class Line(NamedTuple):
    start: Point
    points: list[Point]
    by_name: dict[str, Point]
    end: Point | None = None


class Pair(NamedTuple, Generic[T]):
    left: T
    right: list[T]


class Node(NamedTuple):
    name: str
    children: "list[Node]" = []


class Positive(Point):
    """A subclass with a constructor of its own."""

    def __new__(cls, x: int, y: float = 1.0) -> "Positive":
        if x < 0:
            raise ValueError("x is negative")
        return super().__new__(cls, abs(x), y)


class Slotted(Point):
    __slots__ = ()


class Initialized(Point):
    seen: list[int] = []

    def __init__(self, x: int, y: float = 0.5) -> None:
        self.seen.append(x)


class Parsed(NamedTuple("Parsed", [("x", int), ("y", int)])):
    """A subclass whose constructor does not take the fields."""

    def __new__(cls, text: str) -> "Parsed":
        return super().__new__(cls, *map(int, text.split(",")))


class Hidden(Point):
    """A subclass with a property over a field."""

    @property
    def x(self) -> int:  # type: ignore[override]
        return -1


Untyped = collections.namedtuple("Untyped", "a b c", defaults=[[]])
Functional = NamedTuple("Functional", [("a", int), ("b", "list[str]")])  # noqa: UP014


def line() -> Line:
    return Line(Point(1), [Point(2), Point(3, 4.0)], {"a": Point(5)}, Point(6))


INSTANCES = [
    Point(1),
    line(),
    Pair(1, [2]),
    Node("a", [Node("b", [Node("c")]), Node("d")]),
    Positive(1),
    Slotted(1),
    Initialized(1),
    Parsed("1,2"),
    Hidden(1),
    Untyped(1, [2], Point(3)),
    Functional(1, ["a"]),
]


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda instance: type(instance).__name__)
def test_all_paths_lead_back(instance: Any) -> None:
    assert kind_of(instance) == "namedtuple"
    check_round_trip(instance)


@pytest.mark.parametrize("cls", [Point, Line, Pair, Node, Untyped, Functional, Slotted], ids=lambda cls: cls.__name__)
def test_random_instances_come_back(cls: Any) -> None:
    assert_round_trip(cls, max_examples=20)


# reading


def test_fields_are_read_with_annotations_and_defaults() -> None:
    fields = get_kind("namedtuple").read(Point).fields
    assert [(field.annotation, field.required) for field in fields.values()] == [(int, True), (float, False)]
    assert [field.annotation for field in get_kind("namedtuple").read(Untyped).fields.values()] == [Any] * 3
    assert [*get_kind("namedtuple").read(Functional).fields] == ["a", "b"]


def test_a_mutable_default_is_made_anew_in_every_other_kind() -> None:
    cls = convert_class(Untyped, "dataclass")
    assert cls(1, 2).c == []
    assert cls(1, 2).c is not cls(1, 2).c


def test_a_tuple_without_fields_and_a_structseq_are_no_models() -> None:
    assert kind_of(tuple) is None
    assert kind_of(sys.version_info) is None
    assert kind_of(type("WithFields", (), {"_fields": ("a",)})) is None
    assert kind_of(type("Odd", (tuple,), {"_fields": "a"})) is None


# constructors


def test_a_constructor_of_its_own_runs_for_values_of_another_family() -> None:
    @dataclasses.dataclass
    class Source:
        x: int
        y: float = 2.0

    assert convert(Source(1), Positive) == Positive(1, 2.0)
    for _ in range(3):
        with pytest.raises(ValueConversionError, match="Positive refused the values: ValueError: x is negative"):
            convert(Source(-1), Positive)
    Initialized.seen.clear()
    convert(Source(4), Initialized)
    assert Initialized.seen == [4]


def test_a_constructor_of_its_own_judges_what_was_changed_on_the_way_back() -> None:
    there = convert(Positive(1), "dataclass")
    assert convert(there, Positive) == Positive(1)
    with pytest.raises(ValueConversionError, match="x is negative"):
        convert(dataclasses.replace(there, x=-1), Positive)


def test_items_count_and_not_what_a_property_shows() -> None:
    made = convert(Hidden(3), "dataclass")
    assert made.x == 3
    assert tuple(convert(made, Hidden)) == (3, 0.5)


def test_attributes_beside_the_items_come_back() -> None:
    instance = Positive(1)
    instance.beside = [1]
    for kind in OTHERS:
        back = convert(convert(instance, kind), Positive)
        assert back.beside == [1]
        assert back.beside is not instance.beside


# generated classes


@dataclasses.dataclass
class Shape:
    name: str = "s"


@dataclasses.dataclass
class Circle(Shape):
    radius: float = 1.0
    tags: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Drawing:
    first: Shape
    rest: list[Shape]


def test_a_generated_class_is_a_named_tuple_to_everybody() -> None:
    cls = convert_class(Circle, "namedtuple")
    made = cls(radius=2.0)
    assert made == ("s", 2.0, [])
    assert cls._fields == cls.__match_args__ == ("name", "radius", "tags")
    assert cls._field_defaults == {"name": "s", "radius": 1.0}
    assert made._replace(name="t") == cls("t", 2.0) == cls._make(["t", 2.0, []])
    assert made._asdict() == {"name": "s", "radius": 2.0, "tags": []}
    assert repr(made) == "Circle__NamedTuple(name='s', radius=2.0, tags=[])"
    assert [*inspect.signature(cls).parameters] == ["name", "radius", "tags"]
    assert cls().tags is not cls().tags
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        cls(nothing=1)
    match made:
        case (name, radius, _):
            assert (name, radius) == ("s", 2.0)


def test_a_constructor_takes_fields_of_any_name() -> None:
    fields = [("cls", int), ("args", int, 1), ("values", list[int], dataclasses.field(default_factory=list))]
    cls = convert_class(dataclasses.make_dataclass("Any", fields), "namedtuple")
    assert tuple(cls(cls=1)) == (1, 1, [])


def test_a_required_field_after_a_default_is_required() -> None:
    @dataclasses.dataclass(kw_only=True)
    class Late:
        a: int = 1
        b: str
        c: list[int] = dataclasses.field(default_factory=list)

    cls = convert_class(Late, "namedtuple")
    assert cls(b="b") == (1, "b", [])
    with pytest.raises(TypeError, match="lacks a value for 'b'"):
        cls(1)


def test_the_hierarchy_is_mirrored() -> None:
    drawing = Drawing(Circle("c", 2.0), [Shape(), Circle()])
    there = convert(drawing, "namedtuple")
    assert issubclass(convert_class(Circle, "namedtuple"), convert_class(Shape, "namedtuple"))
    assert there.first == ("c", 2.0, [])
    assert isinstance(there.rest[1], convert_class(Shape, "namedtuple"))
    assert convert(there, Drawing) == drawing
    assert json.loads(to_json(there)) == dataclasses.asdict(drawing)


def test_names_that_a_named_tuple_refuses() -> None:
    odd = dataclasses.make_dataclass("Odd", [("_x", int), ("x", int), ("_1", int), ("__", int), ("count", int)])
    instance = odd(1, 2, 3, 4, 5)
    there = convert(instance, "namedtuple")
    assert there._asdict() == {"x_": 1, "x": 2, "field_1": 3, "field_": 4, "count": 5}
    assert convert(there, odd) == instance
    assert to_json(there) == to_json(instance) == b'{"_x":1,"x":2,"_1":3,"__":4,"count":5}'
    assert from_json(type(there), to_json(there)) == there


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int = 1
    _private: int = PrivateAttr(0)


def test_what_only_the_origin_can_express_is_carried() -> None:
    instance = Extra(b=[1])
    instance._private = 5
    there = convert(instance, "namedtuple")
    for copied in (there, copy.copy(there), pickle.loads(pickle.dumps(there))):
        back = convert(copied, Extra)
        assert (back.b, back._private, back.model_fields_set) == ([1], 5, {"b"})
    # A new tuple has the items alone.
    assert convert(there._replace(a=2), Extra) == Extra(a=2)


# what is inside of models of other kinds


@dataclasses.dataclass
class Holder:
    place: Point
    anything: Any = None


class HolderModel(BaseModel):
    place: Point
    anything: Any = None


class PointModel(BaseModel):
    x: int
    y: float = 0.0


class HolderOfModel(BaseModel):
    place: PointModel


@dataclasses.dataclass
class HolderOfPositive:
    place: Positive


class Owner(NamedTuple):
    holder: Holder
    place: Point
    anything: Any = None


@pytest.mark.parametrize("kind", KNOWING)
def test_it_stays_what_it_is_in_a_model_of_another_kind(kind: str) -> None:
    for _ in range(3):
        there = convert(Holder(Point(1), [Point(2), Shape()]), kind)
        assert type(there.place) is Point
        assert type(there.anything[0]) is Point
        assert kind_of(there.anything[1]) == kind  # a model of the holder's kind goes along
        assert convert(there, Holder) == Holder(Point(1), [Point(2), Shape()])


@pytest.mark.parametrize("kind", OTHERS)
def test_it_is_a_model_in_one_of_its_own_kind(kind: str) -> None:
    owner = Owner(Holder(Point(1)), Point(2), [Point(3), Shape()])
    for _ in range(3):
        there = convert(owner, kind)
        assert kind_of(there.place) == kind_of(there.anything[0]) == kind
        assert type(there.holder.place) is Point
        assert type(there.anything[1]) is Shape
        back = convert(there, Owner)
        assert differences(back, owner) == []


def test_a_target_that_a_user_wrote_says_otherwise() -> None:
    for _ in range(3):
        assert convert(Holder(Point(1, 2.0)), HolderOfModel).place == PointModel(x=1, y=2.0)
        back = convert(HolderOfModel(place=PointModel(x=1)), Holder)
        assert differences(back, Holder(Point(1, 0.0))) == []
        moved = convert(Holder(Point(1)), HolderOfPositive)
        assert differences(moved, HolderOfPositive(Positive(1, 0.5))) == []
        with pytest.raises(ConversionError, match="place: Positive refused"):
            convert(Holder(Point(-1)), HolderOfPositive)
        with pytest.raises(ConversionError, match=r"place.*expected a Point"):
            converter(HolderModel, Holder)(HolderModel.model_construct(place=(1, 2)))


def test_a_cycle_leads_out_of_a_named_tuple_and_not_into_one() -> None:
    node = Node("a", [Node("b", [])])
    node.children[0].children.append(node)
    there = convert(node, "dataclass")
    assert there.children[0].children[0] is there
    for _ in range(3):
        with pytest.raises(
            ValueConversionError, match=r"children\[0\]\.children\[0\]: it is inside of itself, and a Name"
        ):
            convert(there, Node)


def test_what_stands_in_two_places_is_one_object_in_both() -> None:
    shared = Node("a")
    for _ in range(3):
        there = convert(Node("top", [shared, shared]), "dataclass")
        back = convert(there, Node)
        assert there.children[0] is there.children[1]
        assert back.children[0] is back.children[1]


def test_nesting_deeper_than_the_recursion_limit() -> None:
    node = Node("end")
    for number in range(sys.getrecursionlimit() * 2):
        node = Node(str(number), [node])
    there = convert(node, "dataclass")
    assert differences(convert(there, Node), node) == []


# JSON


def test_json_is_an_object_for_a_model_and_an_array_for_a_value() -> None:
    assert to_json(line().start) == b'{"x":1,"y":0.5}'
    assert to_json(Holder(Point(1), Point(2))) == b'{"place":[1,0.5],"anything":[2,0.5]}'
    assert to_json(HolderModel(place=Point(1))) == b'{"place":[1,0.5],"anything":null}'
    assert from_json(Holder, b'{"place": [1]}') == from_json(Holder, b'{"place": {"x": 1}}') == Holder(Point(1))


def test_writing_a_named_tuple_does_not_change_how_pydantic_writes_it() -> None:
    before = TypeAdapter(Any).dump_json(Slotted(1))
    to_json(Slotted(1))
    assert TypeAdapter(Any).dump_json(Slotted(1)) == before == b"[1,0.5]"
    assert TypeAdapter(Point).dump_json(Point(1)) == b"[1,0.5]"


def test_pydantic_takes_generated_classes_and_written_ones() -> None:
    cls = convert_class(Circle, "namedtuple")
    assert TypeAdapter(cls).validate_python(["n", "2", ["t"]]) == cls("n", 2.0, ["t"])
    assert TypeAdapter(Pydantic[cls]).validate_json(b'{"radius": 2}') == cls(radius=2.0)
    assert TypeAdapter(Pydantic[Point]).json_schema() == {
        "type": "object", "title": "Point", "description": "A place.", "required": ["x"],
        "properties": {"x": {"type": "integer", "title": "X"}, "y": {"type": "number", "title": "Y", "default": 0.5}},
    }  # fmt: skip


def test_validation_of_json_is_that_of_pydantic() -> None:
    for text in (b'{"x": 1}', b'{"x": 1, "y": 2}', b'{"x": "1"}', b'{"x": 1.5}', b'{"y": 1}', b'{"x": null}', b"1"):
        try:
            expected: Any = TypeAdapter(Point).validate_json(text, strict=True)
        except ValueError:
            expected = None
        try:
            found = from_json(Point, text)
        except ConversionError:
            found = None
        assert found == expected, text


# oracles


@dataclasses.dataclass
class PointData:
    x: int
    y: float


@dataclasses.dataclass
class LineData:
    start: PointData
    points: list[PointData]
    by_name: dict[str, PointData]
    end: PointData | None


def test_conversion_is_that_of_adaptix() -> None:
    there = adaptix.conversion.get_converter(Line, LineData)(line())
    assert convert(line(), LineData) == there
    assert convert(there, Line) == adaptix.conversion.get_converter(LineData, Line)(there) == line()


def test_strictness_is_that_of_every_conversion() -> None:
    class Source(BaseModel):
        x: Any
        y: Any = 1

    assert convert(Source(x=1), Point) == Point(1, 1)
    with pytest.raises(ValueConversionError) as caught:
        convert(Source(x=True), Point)
    assert (caught.value.path, caught.value.expected) == (("x",), "int")
    with pytest.raises(ConversionError, match=r"x: .*expected int"):
        convert(dataclasses.make_dataclass("Empty", [])(), Point)


def test_processes_find_generated_classes() -> None:
    there = convert(Circle(), "namedtuple")
    assert pickle.loads(pickle.dumps(type(there))) is type(there)
    assert origin_of(type(there)) is Circle
    assert copy.deepcopy(there) == there
