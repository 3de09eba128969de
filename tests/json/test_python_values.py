"""`from_python` takes what `to_python` gives, of every kind, and refuses what does not fit."""

import collections
import dataclasses
import datetime
import decimal
import enum
import pathlib
import re
import uuid
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Literal, NamedTuple, Optional, Union

import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, RootModel, create_model
from typing_extensions import TypedDict

from type_safe_convert import convert, convert_class
from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json, to_python
from type_safe_convert.testing.equality import differences


@dataclasses.dataclass
class Item:
    n: int


@pydantic.dataclasses.dataclass
class Checked:
    n: int
    items: list[Item] = dataclasses.field(default_factory=list)


class Model(BaseModel):
    n: int
    item: Optional[Item] = None
    checked: Optional[Checked] = None


class Safe(Type_Safe):
    n: int


class Place(NamedTuple):
    x: int
    item: Item


class Record(TypedDict):
    item: Item


class Color(enum.Enum):
    RED = "red"


class Rooted(RootModel[list[Item]]):
    pass


# Annotations with a value; the models in them are of other kinds than the holder.
VALUES: dict[str, tuple[Any, Any]] = {
    "dataclass": (Item, Item(1)),
    "pydantic dataclass": (Checked, Checked(1, [Item(2)])),
    "model": (Model, Model(n=1, item=Item(2), checked=Checked(3, [Item(4)]))),
    "list": (list[Item], [Item(1)]),
    "dict": (dict[str, Checked], {"a": Checked(1)}),
    "union": (Union[Item, str], Item(1)),
    "optional": (Optional[Model], Model(n=1, item=Item(2), checked=None)),
    "defaultdict": (collections.defaultdict[str, int], collections.defaultdict(int, a=1)),
    "defaultdict of lists": (
        collections.defaultdict[str, list[Item]],
        collections.defaultdict(list, a=[Item(1)]),
    ),
    "deque": (collections.deque[Item], collections.deque([Item(1)])),
    "ordered dict": (collections.OrderedDict[str, Item], collections.OrderedDict(a=Item(1))),
    "counter": (collections.Counter[str], collections.Counter("aab")),
    "mapping": (Mapping[str, Item], {"a": Item(1)}),
    "mutable mapping": (MutableMapping[str, Item], {"a": Item(1)}),
    "sequence": (Sequence[Item], (Item(1),)),
    "tuple": (tuple[Item, int], (Item(1), 2)),
    "tuples": (tuple[Item, ...], (Item(1), Item(2))),
    "named tuple": (Place, Place(1, Item(2))),
    "typed dict": (Record, {"item": Item(1)}),
    "set": (set[int], {1, 2}),
    "frozenset": (frozenset[str], frozenset("ab")),
    "root model": (Rooted, Rooted([Item(1)])),
    "enum": (Color, Color.RED),
    "date": (datetime.date, datetime.date(2020, 1, 2)),
    "decimal": (decimal.Decimal, decimal.Decimal("1.50")),
    "uuid": (uuid.UUID, uuid.UUID(int=1)),
    "path": (pathlib.Path, pathlib.Path("a")),
    "pattern": (re.Pattern[str], re.compile("a")),
    "bytes": (bytes, b"\xff"),
    "anything": (Any, [1, {"a": None}]),
}


def holder(annotation: Any, kind: str) -> Any:
    if kind == "dataclass":
        return dataclasses.make_dataclass("ByIdentity", [("a", annotation)])
    if kind == "pydantic dataclass":
        return pydantic.dataclasses.dataclass(dataclasses.make_dataclass("ByIdentity", [("a", annotation)]))
    if kind == "basemodel":
        return create_model("ByIdentity", a=annotation)
    return type("ByIdentity", (Type_Safe,), {"__annotations__": {"a": annotation}, "__module__": __name__})


@pytest.mark.parametrize("kind", ["dataclass", "pydantic dataclass", "basemodel", "type_safe"])
@pytest.mark.parametrize("name", VALUES)
def test_what_is_dumped_is_read(name: str, kind: str) -> None:
    """For a class of every kind, hand-written and generated: `from_python(cls, to_python(x)) == x`."""
    annotation, value = VALUES[name]
    cls = holder(annotation, kind)
    original = from_python(cls, {"a": value})
    for other in ("dataclass", "basemodel", "type_safe"):
        for instance in (original, convert(original, other)):
            made = from_python(type(instance), to_python(instance))
            assert type(made) is type(instance)
            assert not differences(made, instance)


@pytest.mark.parametrize(
    "cls", [Item, Checked, Model, Safe, *(convert_class(Checked, k) for k in ("basemodel", "type_safe"))]
)
@pytest.mark.parametrize("data", [{"n": "1"}, {"n": 1.0}, {"n": None, "m": 1}, [], None, {"n": True}])
def test_what_does_not_fit_is_refused_as_before(cls: Any, data: Any) -> None:
    with pytest.raises(JsonError):
        from_python(cls, data)


def test_values_inside_are_strict_too() -> None:
    for data in ({"n": 1, "item": {"n": "2"}}, {"n": 1, "checked": {"n": 3, "items": [{"n": "4"}]}}):
        with pytest.raises(JsonError):
            from_python(Model, data)
        assert isinstance(from_python(Model, data, strict=False), Model)


def test_an_instance_is_taken_as_it_is() -> None:
    for instance in (Item(1), Checked(1), Model(n=1), Safe(n=1)):
        assert from_python(type(instance), instance) is instance
    item = Item(1)
    assert from_python(Model, {"n": 1, "item": item}).item is item


@dataclasses.dataclass
class Counted:
    n: int = 7


@dataclasses.dataclass
class Defaulting:
    items: collections.defaultdict[str, Item]
    counted: collections.defaultdict[int, Counted]
    days: collections.defaultdict[str, Optional[datetime.date]]
    nested: dict[str, collections.defaultdict[str, Union[int, Item]]]


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
def test_defaultdicts_of_any_values_are_read_and_written(kind: Any) -> None:
    made = collections.defaultdict
    value = Defaulting(
        made(Item, {"a": Item(1)}),
        made(Counted, {1: Counted(2)}),
        made(None, {"b": datetime.date(2020, 1, 2), "c": None}),
        {"d": made(None, {"e": 1, "f": Item(2)})},
    )
    cls = convert_class(Defaulting, kind)
    for read in (
        from_json(cls, to_json(convert(value, kind))),
        from_python(cls, to_python(convert(value, kind))),
        from_python(Defaulting, {**value.__dict__, "nested": {"d": {"e": 1, "f": Item(2)}}}),
    ):
        back = convert(read, Defaulting)
        assert back == value
        assert type(back.nested["d"]) is collections.defaultdict
    read = from_json(Defaulting, to_json(value))
    assert read.counted[9] == Counted()
    assert read.days.default_factory is None
    with pytest.raises(JsonError) as caught:
        from_json(cls, to_json(value).replace(b'"n":1', b'"n":"x"'))
    assert caught.value.path == ("items", "a", "n")


class Grade(enum.Enum):
    A = "a"
    B = "b"


class Level(enum.IntEnum):
    LOW = 1


class Graded(BaseModel, use_enum_values=True):
    one: Literal[Grade.A]
    any: Grade
    again: Optional[Grade] = None
    level: Level
    many: dict[Grade, list[Grade]]


class GradedHolder(BaseModel):
    graded: Graded
    plain: Grade


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
def test_values_of_enums_are_read_where_a_model_has_them(kind: Any) -> None:
    graded = Graded(one=Grade.A, any=Grade.B, again=Grade.A, level=Level.LOW, many={Grade.A: [Grade.B]})
    for value in (graded, GradedHolder(graded=graded, plain=Grade.A)):
        cls: Any = type(value)
        made = from_python(convert_class(cls, kind), to_python(convert(value, kind)))
        assert convert(made, cls) == value
    good = to_python(graded)
    assert from_python(Graded, {**good, "any": Grade.A}).any == "a"
    for wrong in ({"one": "b"}, {"any": "z"}, {"level": "1"}, {"level": 2}):
        with pytest.raises(JsonError):
            from_python(Graded, {**good, **wrong})
    with pytest.raises(JsonError):  # a model that has members
        from_python(GradedHolder, {"graded": good, "plain": "a"})


class Signal(enum.StrEnum):
    GO = "RED"


@pytest.mark.parametrize("kind", ["dataclass", "type_safe"])
def test_a_member_whose_value_is_the_name_of_another_stays_what_it_is(kind: Any) -> None:
    """Type_Safe reads enums by name, and `Shape` has values without a form in JSON, so it is read by name, too."""

    class Shape(enum.Enum):
        RED = (1, 2)

    for other in (Color, Shape):
        made = dataclasses.make_dataclass("Either", [("v", Union[other, Signal])])
        cls: Any = convert_class(made, kind) if kind != "dataclass" else made
        for value in (*Signal, *other):
            assert from_python(cls, to_python(cls(v=value))).v is value
