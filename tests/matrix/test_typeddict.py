"""What a TypedDict can say, through every other kind and back."""

import functools
from typing import Annotated, Any, Generic, Literal, NotRequired, Optional, Required, TypedDict, TypeVar

import typing_extensions
from annotated_types import Gt

from tests.matrix.way import feature

SECTION = "TypedDict"
dict_feature = functools.partial(feature, SECTION, of="typeddict")


class Point(TypedDict):
    x: int
    y: NotRequired[float]


@dict_feature("`total`, `Required`, `NotRequired`: keys that are not there")
def test_presence(way):
    class Options(TypedDict, total=False):
        name: Required[str]
        size: int
        comment: Optional[str]

    way.keeps({"name": "n"}, Options)
    way.keeps({"name": "n", "size": 1, "comment": None}, Options)
    way.keeps({"x": 1}, Point)


@dict_feature("`ReadOnly`, `Annotated` constraints")
def test_read_only(way):
    class Model(typing_extensions.TypedDict):
        a: typing_extensions.ReadOnly[int]
        b: Annotated[int, Gt(0)]

    way.keeps({"a": 1, "b": 2}, Model)


@dict_feature("`closed`")
def test_closed(way):
    class Model(typing_extensions.TypedDict, closed=True):
        a: int

    way.keeps({"a": 1}, Model)


@dict_feature("`extra_items`")
def test_extra_items(way):
    class Model(typing_extensions.TypedDict, extra_items=int):
        a: str

    way.keeps({"a": "a", "more": 1}, Model)


@dict_feature("unknown keys")
def test_unknown_keys(way):
    way.keeps({"x": 1, "more": [1]}, Point)


@dict_feature("keys that are no identifiers")
def test_odd_keys(way):
    model = TypedDict("Odd", {"no identifier": int, "class": NotRequired[str], "_x": int, "größe": int})
    way.keeps({"no identifier": 1, "class": "c", "_x": 2, "größe": 3}, model)
    way.keeps({"no identifier": 1, "_x": 2, "größe": 3}, model)


T = TypeVar("T")


class Box(TypedDict, Generic[T]):
    content: T
    more: list[T]


@dict_feature("nesting, containers, generic TypedDicts, inheritance")
def test_nesting(way):
    class Base(TypedDict):
        point: Point

    class Model(Base):
        points: list[Point]
        by_name: dict[str, Point]
        box: Box[int]
        maybe: Optional[Point]

    given = {
        "point": {"x": 1},
        "points": [{"x": 2}, {"x": 3, "y": 1.0}],
        "by_name": {"a": {"x": 4}},
        "box": {"content": 1, "more": [2]},
        "maybe": None,
    }
    way.keeps(given, Model)
    way.keeps({**given, "maybe": {"x": 1}}, Model)


class Node(TypedDict):
    value: int
    children: "NotRequired[list[Node]]"
    next: NotRequired[Optional["Node"]]


@dict_feature("recursive TypedDicts")
def test_recursion(way):
    way.keeps({"value": 1, "children": [{"value": 2}, {"value": 3, "children": []}], "next": {"value": 4}}, Node)


class Cat(TypedDict):
    kind: Literal["cat"]
    lives: int


class Dog(TypedDict):
    kind: Literal["dog"]
    name: str


@dict_feature("unions, told apart by a `Literal` or by their keys")
def test_unions(way):
    class Model(TypedDict):
        pet: Cat | Dog
        pets: list[Cat | Dog]
        either: Point | Dog | int

    way.keeps(
        {"pet": {"kind": "dog", "name": "a"}, "pets": [{"kind": "cat", "lives": 9}], "either": {"x": 1}},
        Model,
    )


@dict_feature("`Any`")
def test_anything(way):
    class Model(TypedDict):
        anything: Any

    way.keeps({"anything": {"a": [1, None]}}, Model)
