"""What only TypedDicts have; `typing`, pydantic and adaptix are the oracles."""

import collections
import contextlib
import dataclasses
import json
import pickle
import sys
import typing
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, Required, TypedDict, TypeVar, Union

import adaptix.conversion
import attrs
import pytest
import typing_extensions
from annotated_types import Gt
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, TypeAdapter, with_config

from type_safe_convert import (
    ConversionError,
    ExtraFieldError,
    MissingFieldError,
    NotAModelError,
    Pydantic,
    UntoldClassError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    json_schema,
    kind_of,
    origin_of,
    to_json,
)
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.hypothesis import assert_round_trip, check_round_trip

T = TypeVar("T")
OTHERS = [kind for kind in made_kinds() if kind != "typeddict"]
KNOWING = [kind for kind in OTHERS if get_kind(kind).traits.instances_know_class]


class Point(TypedDict):
    """A place."""

    x: int
    y: NotRequired[float]


class Line(TypedDict):
    start: Point
    points: list[Point]
    by_name: dict[str, Point]
    end: Point | None


class Options(TypedDict, total=False):
    name: Required[str]
    size: int
    comment: str | None


class Node(TypedDict):
    name: str
    children: "list[Node]"


class Pair(TypedDict, Generic[T]):
    left: T
    right: list[T]


class Holder(TypedDict):
    pair: Pair[int]
    point: Annotated[Point, "metadata"]


class Base(typing_extensions.TypedDict):
    a: int


class Derived(Base, total=False):
    b: "NotRequired[list[Base]]"


class Closed(typing_extensions.TypedDict, closed=True):
    a: int


class Open(typing_extensions.TypedDict, extra_items=int):
    a: str


class ReadOnly(typing_extensions.TypedDict):
    a: typing_extensions.ReadOnly[int]
    b: str


Odd = TypedDict("Odd", {"no identifier": int, "class": NotRequired[str], "_x": int, "größe": int})


def line() -> Line:
    return {"start": {"x": 1}, "points": [{"x": 2}, {"x": 3, "y": 4.0}], "by_name": {"a": {"x": 5}}, "end": {"x": 6}}


INSTANCES: list[tuple[Any, Any]] = [
    (Point, {"x": 1}),
    (Point, {"x": 1, "y": 2.0}),
    (Line, line()),
    (Options, {"name": "n"}),
    (Options, {"name": "n", "size": 1, "comment": None}),
    (Node, {"name": "a", "children": [{"name": "b", "children": []}]}),
    (Pair, {"left": 1, "right": [2]}),
    (Holder, {"pair": {"left": 1, "right": [2]}, "point": {"x": 1}}),
    (Derived, {"a": 1}),
    (Derived, {"a": 1, "b": [{"a": 2}]}),
    (Closed, {"a": 1}),
    (Open, {"a": "a", "more": 1}),
    (ReadOnly, {"a": 1, "b": "b"}),
    (Odd, {"no identifier": 1, "class": "c", "_x": 2, "größe": 3}),
    (Point, {"x": 1, "more": [1]}),
]


@pytest.mark.parametrize(("cls", "instance"), INSTANCES, ids=lambda item: getattr(item, "__name__", ""))
def test_all_paths_lead_back(cls: Any, instance: Any) -> None:
    for _ in range(3):
        check_round_trip(instance, cls)


@pytest.mark.parametrize(
    "cls",
    [Point, Line, Options, Node, Pair, Holder, Derived, Closed, Open, ReadOnly, Odd],
    ids=lambda cls: cls.__name__,
)
def test_random_instances_come_back(cls: Any) -> None:
    assert_round_trip(cls, max_examples=20)


# reading


def test_it_is_a_kind_and_a_dict_is_none() -> None:
    assert kind_of(Point) == kind_of(Odd) == kind_of(Derived) == kind_of(Pair) == "typeddict"
    assert kind_of({"x": 1}) is kind_of(dict) is kind_of(collections.OrderedDict) is None
    assert kind_of(type("Likewise", (), {"__required_keys__": frozenset()})) is None


def test_fields_are_read_without_what_is_said_of_the_key() -> None:
    fields = get_kind("typeddict").read(Options).fields
    assert {name: field.annotation for name, field in fields.items()} == {
        "name": str,
        "size": int,
        "comment": str | None,
    }
    assert [name for name, field in fields.items() if field.required] == ["name"]
    assert get_kind("typeddict").read(ReadOnly).fields["a"].annotation is int
    assert [*get_kind("typeddict").read(Derived).fields] == ["a", "b"]


def test_read_only_keys_are_frozen_fields() -> None:
    there = converter(ReadOnly, "attrs")({"a": 1, "b": "b"})
    there.b = "c"
    with pytest.raises(attrs.exceptions.FrozenAttributeError):
        there.a = 2


# absent keys


def test_an_absent_key_is_an_unset_field_of_a_pydantic_model() -> None:
    cls = convert_class(Options, "basemodel")
    for _ in range(3):
        there = converter(Options, "basemodel")({"name": "n"})
        assert there.model_fields_set == {"name"}
        assert there.model_dump(exclude_unset=True) == {"name": "n"}
        assert converter(cls, Options)(there) == {"name": "n"}
    assert converter(cls, Options)(cls(name="n", comment=None)) == {"name": "n", "comment": None}
    assert converter(cls, Options)(cls(name="n")) == {"name": "n"}


@pytest.mark.parametrize("kind", KNOWING)
def test_a_key_that_was_set_meanwhile_is_there(kind: str) -> None:
    there = converter(Point, kind)({"x": 1})
    changed = convert(there, "dataclass")
    assert changed.y is None
    changed.y = 3.0
    assert converter(convert_class(Point, "dataclass"), Point)(changed) == {"x": 1, "y": 3.0}


def test_an_absent_key_takes_the_default_of_a_written_class() -> None:
    @dataclasses.dataclass
    class Place:
        x: int
        y: float = 7.0

    @dataclasses.dataclass
    class Strict:
        x: int
        y: float

    for _ in range(3):
        assert converter(Point, Place)({"x": 1}) == Place(1, 7.0)
        assert converter(Point, Place)({"x": 1, "y": 2.0}) == Place(1, 2.0)
        with pytest.raises(MissingFieldError, match="y: the key is not there"):
            converter(Point, Strict)({"x": 1})
        with pytest.raises(MissingFieldError, match="x: the key is not there"):
            converter(Point, Place)({})


def test_a_source_without_the_field_leaves_the_key_out() -> None:
    @dataclasses.dataclass
    class Place:
        x: int

    for _ in range(3):
        assert convert(Place(1), Point) == {"x": 1}
    with pytest.raises(MissingFieldError, match="name"):
        convert(Place(1), Options)


# values


class Mixed(TypedDict):
    first: NotRequired[int]
    number: int
    many: NotRequired[list[int]]
    text: NotRequired[str | None]
    last: int


class MixedToo(TypedDict):
    last: int
    number: int
    many: NotRequired[list[int]]
    first: NotRequired[int]
    text: NotRequired[str | None]


@dataclasses.dataclass
class MixedObject:
    number: int
    last: int
    first: int = 7
    many: list[int] = dataclasses.field(default_factory=list)
    text: str | None = None


class MixedModel(BaseModel):
    number: int
    last: int
    first: int = 7
    many: list[int] = []
    text: str | None = None


MIXED: list[Mixed] = [
    {"first": 1, "number": 2, "many": [1], "text": "t", "last": 3},
    {"number": 2, "last": 3},
    {"first": 1, "number": 2, "text": None, "last": 3},
]


def functions_called_by(run: typing.Callable[[Any], Any], value: Any) -> tuple[Any, set[str]]:
    """The result of a function, and the names of the Python functions that ran for it."""
    called = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, argument: called.add(frame.f_code.co_name))
    try:
        result = run(value)
    finally:
        sys.setprofile(before)
    return result, called


@pytest.mark.parametrize("given", MIXED, ids=["all", "required", "some"])
@pytest.mark.parametrize("target", [Mixed, MixedToo, MixedObject], ids=lambda cls: cls.__name__)
def test_an_absent_key_is_a_matter_of_generated_lines(target: Any, given: Mixed) -> None:
    for _ in range(3):
        converter(Mixed, target)(given)
    made, called = functions_called_by(converter(Mixed, target), given)
    if target is MixedObject:
        assert made == MixedObject(**given)
    else:
        assert list(made.items()) == [(name, given[name]) for name in target.__annotations__ if name in given]
    assert not called & {"convert_fields", "assemble", "carry"}


@pytest.mark.parametrize("given", MIXED, ids=["all", "required", "some"])
@pytest.mark.parametrize("source", [MixedObject, MixedModel], ids=lambda cls: cls.__name__)
def test_keys_that_may_be_absent_are_filled_by_generated_lines(source: Any, given: Mixed) -> None:
    instance = source(**given)
    # A dataclass does not tell what was set, and a value that says something is kept in any case.
    expected: Any = {"first": 7, **given} if source is MixedModel else vars(instance)
    for _ in range(3):
        made, called = functions_called_by(converter(source, Mixed), instance)
        assert list(made.items()) == [(name, expected[name]) for name in Mixed.__annotations__ if name in expected]
    if expected.keys() == Mixed.__annotations__.keys():
        assert not called & {"convert_fields", "assemble", "carry"}


class Inner(TypedDict):
    x: int


class Outer(TypedDict, total=False):
    inner: Inner


@dataclasses.dataclass
class InnerObject:
    x: int


@dataclasses.dataclass
class OuterObject:
    inner: InnerObject = dataclasses.field(default_factory=lambda: InnerObject(7))


def test_a_model_under_a_key_that_may_be_absent() -> None:
    run = converter(Outer, OuterObject)
    for _ in range(3):
        assert run({}) == OuterObject()
        assert run({"inner": {"x": 1}}) == OuterObject(InnerObject(1))
        with pytest.raises(ValueConversionError) as info:
            run({"inner": None})
        assert info.value.path == ("inner",)


def test_a_required_key_that_is_absent_is_an_error_still() -> None:
    for _ in range(3):
        with pytest.raises(MissingFieldError) as info:
            converter(Mixed, MixedToo)({"number": 1})  # type: ignore[arg-type]
        assert info.value.path == ("last",)


def test_values_are_checked() -> None:
    for _ in range(3):
        for wrong in (True, "1", 1.0):
            with pytest.raises(ValueConversionError) as caught:
                converter(Line, "dataclass")({**line(), "points": [{"x": 2}, {"x": wrong}]})
            assert (caught.value.path, caught.value.expected) == (("points", 1, "x"), "int")
        with pytest.raises(ConversionError, match=r"start: .*found 3"):
            converter(Line, "dataclass")({**line(), "start": 3})
    with pytest.raises(NotAModelError, match=r"a TypedDict describes, converter\(ItsTypedDict, YourClass\)"):
        convert({"x": 1}, "dataclass")
    with pytest.raises(NotAModelError, match=r"for a dict that a TypedDict describes, converter\(ItsTypedDict, Data\)"):
        convert({"x": 1}, dataclasses.make_dataclass("Data", [("x", int)]))


def test_unknown_keys() -> None:
    to_dataclass = converter(Closed, "dataclass")
    for _ in range(3):
        with pytest.raises(ExtraFieldError, match="b: unknown key"):
            to_dataclass({"a": 1, "b": 2})
    assert converter(Closed, Point | None) is not None
    point = {"x": 1, "more": [1]}
    there = converter(Point, "msgspec")(point)
    back = converter(convert_class(Point, "msgspec"), Point)(there)
    assert back == point
    assert back["more"] is not point["more"]
    with pytest.raises(ExtraFieldError, match="more"):
        converter(Point, dataclasses.make_dataclass("Data", [("x", int)]), forbid_extra=True)(point)


class OpenModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: str


class OpenPlaces(typing_extensions.TypedDict, extra_items=Point):  # type: ignore[call-arg]
    a: str


def test_values_under_unknown_keys_are_checked_where_the_class_says_what_they_are() -> None:
    wrong: Any = {"a": "a", "more": "text"}
    for _ in range(3):
        for source, value in ((Open, wrong), (OpenModel, OpenModel(**wrong))):
            with pytest.raises(ValueConversionError) as info:
                converter(source, Open)(value)
            assert (info.value.path, info.value.found) == (("more",), "'text' (str)")
        assert converter(OpenModel, Open)(OpenModel(a="a", more=1)) == {"a": "a", "more": 1}  # type: ignore[call-arg]
        with pytest.raises(ValueConversionError) as info:
            converter(Open, "basemodel")(wrong)
        assert info.value.path == ("more",)


@dataclasses.dataclass
class WithPlace:
    a: str
    place: InnerObject
    other: InnerObject | None = None


@dataclasses.dataclass
class WithNumber:
    a: str
    number: int = 0


@dataclasses.dataclass
class WithText:
    a: str
    number: str = "none"


def test_values_under_unknown_keys_go_to_fields_of_that_name() -> None:
    given: Any = {"a": "a", "place": {"x": 1}, "left out": {"x": 2}}
    number: Any = {"a": "a", "number": 5}
    text: Any = {"a": "a", "number": "5"}
    for _ in range(3):
        assert converter(OpenPlaces, WithPlace)(given) == WithPlace("a", InnerObject(1))
        assert converter(Open, WithNumber)(number) == WithNumber("a", 5)
        assert converter(Open, WithNumber)({"a": "a"}) == WithNumber("a")
        with pytest.raises(ValueConversionError, match="expected int, found '5'") as info:
            converter(Open, WithNumber)(text)
        assert info.value.path == ("number",)


class MayHaveNumber(TypedDict):
    a: str
    number: NotRequired[int]


def test_a_key_that_need_not_be_there_is_not_refused_early() -> None:
    for source in (Open, MayHaveNumber):
        convert_it: Any = converter(source, WithText)
        assert convert_it({"a": "a"}) == WithText("a")
        with pytest.raises(ValueConversionError, match="number: expected str, found 5"):
            convert_it({"a": "a", "number": 5})


class OpenOptions(typing_extensions.TypedDict, extra_items=int):  # type: ignore[call-arg]
    a: str
    b: NotRequired[float]


def test_values_under_unknown_keys_are_extra_values_of_a_pydantic_model() -> None:
    generated: Any = convert_class(OpenOptions, "basemodel")
    given: Any = {"a": "a", "more": 1}
    for _ in range(3):
        made = converter(OpenOptions, generated)(given)
        assert made.model_extra == {"more": 1}
        assert made.model_dump(exclude_unset=True) == given
        assert json.loads(to_json(made)) == given
        assert converter(generated, OpenOptions)(made) == given
        made.other = 2
        assert converter(generated, OpenOptions)(made) == {**given, "other": 2}
        assert converter(generated, OpenOptions)(generated(**given)) == given


def test_models_under_unknown_keys_are_converted() -> None:
    given = OpenModel(a="a", b=InnerObject(1))  # type: ignore[call-arg]
    for _ in range(3):
        assert converter(OpenModel, OpenPlaces)(given) == {"a": "a", "b": {"x": 1}}
        assert converter(OpenPlaces, OpenPlaces)({"a": "a", "b": {"x": 1}}) == {"a": "a", "b": {"x": 1}}
        with pytest.raises(ConversionError) as info:
            converter(OpenPlaces, OpenPlaces)({"a": "a", "b": {"x": "1"}})  # type: ignore[typeddict-item]
        assert info.value.path == ("b", "x")


def test_the_source_is_not_changed_and_nothing_is_shared() -> None:
    source = line()
    for kind in OTHERS:
        there = converter(Line, kind)(source)
        back = converter(convert_class(Line, kind), Line)(there)
        assert back == source == line()
        assert back["points"] is not source["points"]
        assert back["points"][0] is not source["points"][0]


def test_a_dict_of_another_class_is_read() -> None:
    for _ in range(3):
        assert converter(Point, "dataclass")(collections.OrderedDict(x=1)).x == 1
        assert converter(Node, "dataclass")(collections.OrderedDict(name="a", children=[])).name == "a"


@pytest.mark.parametrize("kind", made_kinds())
def test_a_defaultdict_is_read_without_making_its_missing_values(kind: str) -> None:
    for _ in range(3):
        source = collections.defaultdict(list, x=1)
        made = converter(Point, kind)(source)
        assert converter(convert_class(Point, kind), Point)(made) == source == {"x": 1}


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


def test_a_generated_class_is_a_typed_dict_to_everybody() -> None:
    cls = convert_class(Drawing, "typeddict")
    shape = convert_class(Shape, "typeddict")
    assert typing_extensions.is_typeddict(cls)
    assert typing_extensions.get_type_hints(cls) == {"first": shape, "rest": list[shape]}
    assert cls.__required_keys__ == {"first", "rest"}
    assert shape.__optional_keys__ == {"name"}
    assert origin_of(cls) is Drawing
    assert pickle.loads(pickle.dumps(cls)) is cls
    assert TypeAdapter(shape).validate_json(b'{"name": "a"}') == {"name": "a"}


def test_keys_that_a_user_left_out_or_added() -> None:
    back = converter(convert_class(Circle, "typeddict"), Circle)
    for _ in range(3):
        assert back({}) == Circle()
        assert back({"radius": 2.0}) == Circle(radius=2.0)
        assert back({}).tags is not back({}).tags
        with pytest.raises(ExtraFieldError, match="radios: unknown key"):
            back({"name": "s", "radius": 2.0, "tags": [], "radios": 3})
    with pytest.raises(MissingFieldError, match="first: the key is not there"):
        converter(convert_class(Drawing, "typeddict"), Drawing)({"rest": []})


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int = 1
    _private: int = PrivateAttr(0)


def test_extra_values_are_keys_and_the_rest_is_lost() -> None:
    instance = Extra(b=[1])
    instance._private = 5
    for _ in range(3):
        there = convert(instance, "typeddict")
        assert there == {"a": 1, "b": [1]}
        back = converter(convert_class(Extra, "typeddict"), Extra)(there)
        assert (back.a, back.b) == (1, [1])
        assert (back._private, back.model_fields_set) == (0, {"b"})  # what has its default counts as unset


class Settings(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)  # so that its validator is asked

    inner: InnerObject = Field(default_factory=lambda: None)  # type: ignore[arg-type, return-value]
    number: int = Field(default_factory=lambda: "none")  # type: ignore[arg-type, return-value]
    text: str = Field(default_factory=lambda data: str(data["number"]))


class ManySettings(BaseModel):
    one: Settings
    many: list[Settings]


def test_defaults_outside_their_annotation_count_as_unset_after_a_dict() -> None:
    for instance in (Settings(), ManySettings(one=Settings(), many=[Settings(number=1)])):
        check_round_trip(instance)
        back = converter(convert_class(type(instance), "typeddict"), type(instance))
        for _ in range(3):
            found = back(convert(instance, "typeddict"))
            assert differences(instance, found) == []
    wrong = {**convert(Settings(), "typeddict"), "number": "changed"}
    with pytest.raises(ValueConversionError, match=r"number: expected int, found 'changed'"):
        converter(convert_class(Settings, "typeddict"), Settings)(wrong)


@dataclasses.dataclass
class Info(dict[str, Any]):
    a: int = 1


@dataclasses.dataclass
class Job:
    name: str
    started: int = dataclasses.field(init=False, repr=False)


@attrs.define
class AttrsJob:
    name: str
    started: int = attrs.field(init=False)


@pytest.mark.parametrize("cls", [Job, AttrsJob])
def test_the_key_of_an_attribute_that_was_never_set_is_left_out(cls: Any) -> None:
    generated: Any = convert_class(cls, "typeddict")
    by_way_of: Any = convert_class(cls, "basemodel")
    for _ in range(3):
        there = convert(cls("n"), "typeddict")
        assert there == {"name": "n"}
        assert not hasattr(converter(generated, cls)(there), "started")
        assert not hasattr(convert(converter(generated, by_way_of)(there), cls), "started")
        assert converter(by_way_of, generated)(convert(cls("n"), by_way_of)) == there
        assert from_json(generated, to_json(there, generated)) == there
        back = converter(generated, cls)({"name": "n", "started": 3})
        assert back.started == 3
        assert convert(back, "typeddict") == {"name": "n", "started": 3}


def test_what_a_dict_has_no_room_for_is_refused() -> None:
    instance = Info()
    instance["key"] = 1
    for _ in range(3):
        with pytest.raises(ValueConversionError, match="no room for what an instance holds as a builtin value"):
            convert(instance, "typeddict")


@dataclasses.dataclass
class Cell:
    key: int
    left: "Cell | None" = None
    others: "list[Cell]" = dataclasses.field(default_factory=list)


def test_cycles_and_shared_instances_keep_their_shape() -> None:
    cell, shared = Cell(1), Cell(2)
    cell.left, cell.others = cell, [shared, shared]
    back = converter(convert_class(Cell, "typeddict"), Cell)
    for _ in range(3):
        there = convert(cell, "typeddict")
        assert there["left"] is there
        assert there["others"][0] is there["others"][1]
        assert differences(back(there), cell, sharing=True) == []


def test_nesting_deeper_than_the_recursion_limit() -> None:
    cell = Cell(0)
    for number in range(sys.getrecursionlimit() * 2):
        cell = Cell(number, cell)
    there = convert(cell, "typeddict")
    assert differences(converter(convert_class(Cell, "typeddict"), Cell)(there), cell) == []


# subclasses and unions


@dataclasses.dataclass
class Animal:
    name: str


@dataclasses.dataclass
class Dog(Animal):
    kind: Literal["dog"] = "dog"


@dataclasses.dataclass
class Cat(Animal):
    kind: Literal["cat"] = "cat"
    lives: int = 9


@dataclasses.dataclass
class Zoo:
    one: Animal
    all: list[Animal]
    either: Dog | Cat
    by_name: dict[str, Cat | Dog]


def test_a_subclass_without_a_tag_is_a_named_error() -> None:
    to_dicts = converter(Drawing, "typeddict")
    assert to_dicts(Drawing(Shape(), [Shape()])) == {"first": {"name": "s"}, "rest": [{"name": "s"}]}
    for _ in range(3):
        with pytest.raises(UntoldClassError) as caught:
            to_dicts(Drawing(Shape(), [Shape(), Circle()]))
        assert caught.value.path == ("rest", 1)
        assert caught.value.expected == "a Shape, or a field with a Literal in Circle that names it"
        with pytest.raises(UntoldClassError):
            converter(Shape, "typeddict")(Circle())
    assert convert(Circle(), "typeddict") == {"name": "s", "radius": 1.0, "tags": []}


def test_a_subclass_with_a_tag_comes_back() -> None:
    zoo = Zoo(Dog("a"), [Animal("b"), Cat("c"), Dog("d")], Cat("e"), {"f": Dog("f"), "g": Cat("g")})
    back = converter(convert_class(Zoo, "typeddict"), Zoo)
    for _ in range(3):
        there = convert(zoo, "typeddict")
        assert there["all"][1] == {"name": "c", "kind": "cat", "lives": 9}
        assert back(there) == zoo
        assert differences(converter(convert_class(Zoo, "typeddict"), "attrs")(there), convert(zoo, "attrs")) == []


def test_members_of_a_union_that_look_alike_are_a_named_error() -> None:
    left, right = (dataclasses.make_dataclass(name, [("a", int)]) for name in ("Left", "Right"))
    cls = dataclasses.make_dataclass("Either", [("value", left | right)])
    for _ in range(3):
        there = convert(cls(left(1)), "typeddict")
        assert converter(convert_class(cls, "typeddict"), cls)(there) == cls(left(1))
        with pytest.raises(UntoldClassError, match=r"value: .*does not tell that it is of Right"):
            convert(cls(right(1)), "typeddict")


def test_a_plain_dict_beside_a_model_in_a_union() -> None:
    cls = dataclasses.make_dataclass("Either", [("value", Shape | dict[str, str])])
    back = converter(convert_class(cls, "typeddict"), cls)
    for _ in range(3):
        for value in (Shape("a"), {"key": "b"}):
            assert back(convert(cls(value), "typeddict")) == cls(value)
        with pytest.raises(UntoldClassError, match="value: a dict like a Shape would come back as one"):
            convert(cls({"name": "b"}), "typeddict")


def test_a_typeddict_beside_a_model_in_a_union() -> None:
    cls = dataclasses.make_dataclass("Either", [("value", Point | Animal)])
    alike = dataclasses.make_dataclass("Alike", [("value", Point | dataclasses.make_dataclass("Dot", [("x", int)]))])
    back = converter(convert_class(cls, "typeddict"), cls)
    for _ in range(3):
        for value in ({"x": 1}, Animal("a")):
            assert back(convert(cls(value), "typeddict")) == cls(value)
        with pytest.raises(UntoldClassError, match="value: a dict does not tell that it is of Point"):
            convert(alike({"x": 1}), "typeddict")


@dataclasses.dataclass
class Left:
    a: int = 1


@dataclasses.dataclass
class Right:
    a: int = 1


@pytest.mark.parametrize(
    ("annotation", "comes_back", "untold"),
    [
        (list[Left] | list[Right], [Left()], [Right()]),
        (dict[str, Left] | dict[str, Right], {"a": Left()}, {"a": Right()}),
        (tuple[Left, Right] | tuple[Right, Left], (Left(), Right()), (Right(), Left())),
        (list[Left] | list[dict[str, int]], [{"b": 1}], [{"a": 1}]),
        (list[Point] | list[Left], [{"x": 1}], None),
        (list[Dog] | list[Cat], [Cat("c")], None),
        (list[Left] | dict[str, Right], {"a": Right()}, None),
        (list[Left] | list[int], [Left()], None),
    ],
)
def test_members_of_a_union_that_hold_models_which_look_alike(annotation: Any, comes_back: Any, untold: Any) -> None:
    cls = dataclasses.make_dataclass("Either", [("value", annotation)])
    back = converter(convert_class(cls, "typeddict"), cls)
    for _ in range(3):
        assert differences(back(convert(cls(comes_back), "typeddict")), cls(comes_back)) == []
        if untold is not None:
            with pytest.raises(UntoldClassError, match=r"^Either -> Either__TypedDict: value: dicts do not tell"):
                convert(cls(untold), "typeddict")


class CatDict(TypedDict):
    kind: Literal["cat"]
    lives: int


class DogDict(TypedDict):
    kind: Literal["dog"]
    breed: NotRequired[str]


class ZooDict(TypedDict):
    one: CatDict | DogDict
    all: list[CatDict | DogDict]
    anything: Any


class CatModel(BaseModel):
    kind: Literal["cat"]
    lives: int


class DogModel(BaseModel):
    kind: Literal["dog"]
    breed: str = "mutt"


class ZooModel(BaseModel):
    one: DogModel | CatModel
    all: list[CatModel | DogModel]
    anything: Any


def test_a_tag_chooses_the_member_of_a_union() -> None:
    zoo: ZooDict = {
        "one": {"kind": "cat", "lives": 9},
        "all": [{"kind": "dog"}, {"kind": "cat", "lives": 1}],
        "anything": {"x": [1]},
    }
    for _ in range(3):
        for kind in OTHERS:
            there = converter(ZooDict, kind)(zoo)
            assert converter(convert_class(ZooDict, kind), ZooDict)(there) == zoo
        model = converter(ZooDict, ZooModel)(zoo)
        expected = ZooModel(
            one=CatModel(kind="cat", lives=9), all=[DogModel(kind="dog"), zoo["all"][1]], anything=zoo["anything"]
        )
        assert differences(model, expected, beside=False) == []
        back = convert(model, ZooDict)
        assert back == {**zoo, "all": [{"kind": "dog", "breed": "mutt"}, zoo["all"][1]]}


# what is inside of models of other kinds


@dataclasses.dataclass
class Owner:
    place: Point
    places: list[list[Point]]
    anything: Any = None


class PointModel(BaseModel):
    x: int
    y: float = 0.5


class OwnerModel(BaseModel):
    place: PointModel
    places: list[list[PointModel]]
    anything: Any = None


class OwnerDict(TypedDict):
    owner: Owner
    place: Point


class Named(NamedTuple):
    place: Point


@pytest.mark.parametrize("kind", KNOWING)
def test_it_stays_what_it_is_in_a_model_of_another_kind(kind: str) -> None:
    owner = Owner({"x": 1}, [[{"x": 2, "y": 3.0}]], [Shape()])
    for _ in range(3):
        there = convert(owner, kind)
        assert there.place == {"x": 1}
        assert kind_of(there.anything[0]) == kind
        assert convert(there, Owner) == owner


@pytest.mark.parametrize("kind", KNOWING)
def test_it_is_a_model_in_one_of_its_own_kind(kind: str) -> None:
    instance: OwnerDict = {"owner": Owner({"x": 1}, []), "place": {"x": 2}}
    for _ in range(3):
        there = converter(OwnerDict, kind)(instance)
        assert there.place.x == 2
        assert kind_of(there.owner) == kind
        assert there.owner.place == {"x": 1}
        assert converter(convert_class(OwnerDict, kind), OwnerDict)(there) == instance


def test_a_target_that_a_user_wrote_says_otherwise() -> None:
    owner = Owner({"x": 1}, [[{"x": 2, "y": 3.0}]])
    for _ in range(3):
        model = convert(owner, OwnerModel)
        assert model == OwnerModel(place=PointModel(x=1), places=[[PointModel(x=2, y=3.0)]])
        assert convert(model, Owner) == Owner({"x": 1, "y": 0.5}, [[{"x": 2, "y": 3.0}]])
        with pytest.raises(ValueConversionError) as caught:
            convert(Owner({"x": 1}, [[{"x": "2"}]]), OwnerModel)
        assert caught.value.path == ("places", 0, 0, "x")


def test_in_a_named_tuple_it_is_a_value() -> None:
    there = convert(Named({"x": 1}), "dataclass")
    assert there.place == {"x": 1}


def test_models_where_anything_may_stand_are_kept_as_they_are() -> None:
    owner = Owner({"x": 1}, [], [Shape(), Circle()])
    back = converter(convert_class(Owner, "typeddict"), Owner)
    for _ in range(3):
        there = convert(owner, "typeddict")
        assert there["anything"] == [Shape(), Circle()]
        assert there["anything"][0] is not owner.anything[0]
        assert back(there) == owner


def test_members_of_sets_and_keys_of_dicts_are_in_lists() -> None:
    point = dataclasses.make_dataclass("Frozen", [("x", int)], frozen=True)
    cls = dataclasses.make_dataclass("Sets", [("items", set[point]), ("by_key", dict[point, int])])
    instance = cls({point(1), point(2)}, {point(3): 4})
    for _ in range(3):
        there = convert(instance, "typeddict")
        assert sorted(item["x"] for item in there["items"]) == [1, 2]
        assert there["by_key"] == [({"x": 3}, 4)]
        assert converter(convert_class(cls, "typeddict"), cls)(there) == instance


# JSON


def test_json_goes_both_ways() -> None:
    text = to_json(line(), Line)
    assert json.loads(text) == line()
    assert from_json(Line, text) == line()
    assert to_json(converter(Line, "dataclass")(line())) == TypeAdapter(convert_class(Line, "dataclass")).dump_json(
        converter(Line, "dataclass")(line())
    )
    cls = convert_class(Circle, "typeddict")
    assert from_json(cls, b'{"name": "n"}') == {"name": "n"}
    assert to_json({"name": "n"}, cls) == b'{"name":"n"}'
    assert from_json(Open, b'{"a": "a", "b": 1}') == {"a": "a", "b": 1}
    with pytest.raises(ConversionError, match="b: Input should be a valid integer"):
        from_json(Open, b'{"a": "a", "b": "x"}')
    with pytest.raises(ConversionError, match="b: unknown key"):
        from_json(Closed, b'{"a": 1, "b": 2}')


TEXTS = [
    b'{"x": 1}',
    b'{"x": 1, "y": 2}',
    b'{"x": "1"}',
    b'{"y": 1}',
    b'{"x": 1, "y": null}',
    b'{"x": 1, "z": 1}',
    b"[1]",
]


@pytest.mark.parametrize("text", TEXTS, ids=str)
def test_validation_of_json_is_that_of_pydantic(text: str) -> None:
    cls: Any = typing_extensions.TypedDict("Point", {"x": int, "y": NotRequired[float]})
    found: Any = None
    expected: Any = None
    with contextlib.suppress(ValueError):
        expected = TypeAdapter(cls).validate_json(text, strict=True)
    with contextlib.suppress(ConversionError):
        found = from_json(cls, text)
    assert found == expected


@pytest.mark.filterwarnings("ignore:Item 'a' on TypedDict class")
def test_the_schema_is_that_of_pydantic() -> None:
    for cls in (Base, Derived, Closed, Open, ReadOnly):
        found = json_schema(cls)
        del found["$schema"]
        assert found == TypeAdapter(cls).json_schema()
    assert TypeAdapter(Pydantic[Point]).json_schema()["required"] == ["x"]


# oracles


class BaseDict(TypedDict):
    a: int


class LineDict(TypedDict):
    start: BaseDict
    points: list[BaseDict]


@dataclasses.dataclass
class BaseData:
    a: int


@dataclasses.dataclass
class LineData:
    start: BaseData
    points: list[BaseData]


def test_conversion_is_that_of_adaptix() -> None:
    instance: LineDict = {"start": {"a": 1}, "points": [{"a": 2}, {"a": 3}]}
    there = adaptix.conversion.get_converter(LineDict, LineData)(instance)
    assert converter(LineDict, LineData)(instance) == there
    assert convert(there, LineDict) == instance
    assert adaptix.conversion.get_converter(LineData, LineDict)(there) == instance


def test_constraints_are_kept() -> None:
    cls: Any = TypedDict("Positive", {"a": Annotated[int, Gt(0)]})
    with pytest.raises(ValueConversionError, match=r"a: .*(greater than|>) 0"):
        converter(cls, "dataclass")({"a": -1})


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    my: int = Field(alias="theAlias", gt=0)
    more: "list[Aliased]" = []


def test_json_of_a_generated_class_is_that_of_its_model() -> None:
    cls = convert_class(Aliased, "typeddict")
    instance = Aliased(theAlias=1, more=[Aliased(theAlias=2)])
    text = to_json(convert(instance, "typeddict"), cls)
    assert text == to_json(instance)
    assert from_json(cls, text) == {"my": 1, "more": [{"my": 2, "more": []}]}
    with pytest.raises(ConversionError, match="theAlias: Input should be greater than 0"):
        from_json(cls, b'{"theAlias": 0}')


def test_json_chooses_the_subclass_that_a_tag_names() -> None:
    cls = convert_class(Zoo, "typeddict")
    zoo = Zoo(Dog("a"), [Animal("b"), Cat("c"), Dog("d")], Cat("e"), {"f": Dog("f")})
    there = convert(zoo, "typeddict")
    assert from_json(cls, to_json(zoo), subclasses=True) == there
    with pytest.raises(ConversionError, match="one"):
        from_json(cls, b'{"one": 3, "all": [], "either": 3, "by_name": {}}', subclasses=True)


if sys.version_info >= (3, 13):

    def test_python_3_13_has_what_it_says() -> None:
        cls: Any = typing.TypedDict("Own", {"a": typing.ReadOnly[int]})
        assert get_kind("typeddict").read(cls).fields["a"].options == {"frozen": True}
        check_round_trip({"a": 1}, cls)


class FelineDict(TypedDict):
    kind: Literal["cat"]
    lives: int


class CanineDict(TypedDict):
    kind: Literal["dog"]
    name: NotRequired[str]


class FishDict(TypedDict):
    kind: str
    depth: float


@dataclasses.dataclass
class Feline:
    kind: Literal["cat"]
    lives: int


@dataclasses.dataclass
class Canine:
    kind: Literal["dog"]
    name: str = "Rex"


@dataclasses.dataclass
class Finned:
    kind: str
    depth: float


PETS: list[Any] = [
    {"kind": "cat", "lives": 9}, {"kind": "dog"}, {"kind": "dog", "name": "Fido"}, {"kind": "cat", "lives": 7},
]  # fmt: skip


def test_dicts_with_tags_become_the_member_that_these_name() -> None:
    to_written: Any = converter(list[FelineDict | CanineDict], list[Canine | Feline])
    to_generated: Any = converter(list[FelineDict | CanineDict], "dataclass")
    for _ in range(4):
        assert to_written(PETS) == [Feline("cat", 9), Canine("dog"), Canine("dog", "Fido"), Feline("cat", 7)]
        made = to_generated(PETS)
        assert [type(item).__name__ for item in made] == [
            "FelineDict__Dataclass", "CanineDict__Dataclass", "CanineDict__Dataclass", "FelineDict__Dataclass",
        ]  # fmt: skip
        for wrong, path in (
            ([{"kind": "cat", "lives": "9"}], (0, "lives")),
            ([PETS[0], {"kind": "dog", "name": 1}], (1, "name")),
        ):
            for convert_all in (to_written, to_generated):
                with pytest.raises(ValueConversionError) as info:
                    convert_all(wrong)
                assert info.value.path == path
        for unknown in ([{"kind": "cow"}], [{"lives": 1}], [{"kind": 5, "lives": 1}], [{"kind": ["cat"]}]):
            with pytest.raises(ConversionError):
                to_written(unknown)


def test_dicts_with_a_tag_of_any_text_become_the_member_that_it_names() -> None:
    to_written: Any = converter(list[FelineDict | FishDict], list[Feline | Finned])
    for _ in range(4):
        assert to_written([{"kind": "cat", "lives": 9}, {"kind": "carp", "depth": 1.5}]) == [
            Feline("cat", 9),
            Finned("carp", 1.5),
        ]


def test_the_function_of_a_type_calls_that_of_the_class_which_all_dicts_are_of() -> None:
    function: Any = converter(list[Inner], "dataclass")
    for _ in range(3):
        assert [item.x for item in function([{"x": 1}, {"x": 2}])] == [1, 2]
    assert "by_class" not in function.code


class TaggedTuple(NamedTuple):
    kind: Literal["cat"]
    lives: int


class OtherTuple(NamedTuple):
    kind: Literal["dog"]
    name: str


def test_named_tuples_with_tags_become_the_member_that_these_name() -> None:
    to_written: Any = converter(list[TaggedTuple | OtherTuple], list[Canine | Feline])
    for _ in range(4):
        assert to_written([TaggedTuple("cat", 1), OtherTuple("dog", "a")]) == [Feline("cat", 1), Canine("dog", "a")]


def test_absent_keys_and_unknown_ones_are_carried_together() -> None:
    for kind in ("dataclass", "basemodel", "namedtuple", "msgspec"):
        there: Any = converter(Point, kind)
        back: Any = converter(convert_class(Point, kind), Point)
        for given in ({"x": 1}, {"x": 1, "y": 2.0}, {"x": 1, "more": 3}, {"x": 1, "y": 2.0, "more": 3}) * 3:
            assert back(there(given)) == given


def test_keys_that_are_left_out_stay_so_by_way_of_a_model_with_extra_values() -> None:
    """The generated model has extra values where others have what is carried."""

    @with_config(ConfigDict(extra="allow"))
    class Open(TypedDict, total=False):
        name: Required[str]
        size: int | None

    model, other = convert_class(Open, "basemodel"), convert_class(Open, "type_safe")
    for value in ({"name": "a"}, {"name": "a", "size": None}, {"name": "a", "more": 1}):
        for _ in range(3):
            further = convert(converter(Open, model)(value), other)
            assert converter(other, Open)(further) == value
            assert converter(model, Open)(convert(further, model)) == value


@dataclasses.dataclass
class PointOfAUser:
    x: int
    y: float | None = None


def test_none_of_another_class_leaves_out_a_key_that_need_not_be_there() -> None:
    for _ in ("interpreted", "compiled"):
        assert convert(PointOfAUser(1), Point) == {"x": 1}
        assert convert(PointOfAUser(1, 2.0), Point) == {"x": 1, "y": 2.0}
    assert convert(converter(Point, PointOfAUser)({"x": 1}), Point) == {"x": 1}


class Message(typing_extensions.TypedDict):  # that of typing tells no bases before 3.12
    text: str
    reply: NotRequired["GuildMessage"]
    first: NotRequired[Union["Message", "GuildMessage"]]


class GuildMessage(Message):
    guild: int


class Thread(TypedDict):
    newest: GuildMessage


@pytest.mark.parametrize("cls", [Message, GuildMessage, Thread])
@pytest.mark.parametrize("kind", ["dataclass", "basemodel", "type_safe", "attrs", "msgspec", "namedtuple"])
def test_a_field_holds_a_typed_dict_below_its_own(kind: Any, cls: Any) -> None:
    below: Any = {"text": "b", "guild": 1}
    value: Any = {"text": "a", "reply": below, "first": below} | ({"guild": 2} if cls is GuildMessage else {})
    value = {"newest": {**value, "guild": 3}} if cls is Thread else value
    made = convert_class(cls, kind)
    assert converter(made, cls)(converter(cls, made)(value)) == value
