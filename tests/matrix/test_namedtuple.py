"""What a NamedTuple can say, through every other kind and back."""

import collections
import datetime
import functools
from typing import Any, Generic, NamedTuple, Optional, TypeVar

from tests.matrix.way import feature

SECTION = "NamedTuple"
tuple_feature = functools.partial(feature, SECTION, of="namedtuple")


class Point(NamedTuple):
    x: int
    y: float = 0.5

    def far(self) -> bool:
        return self.x > 5

    @property
    def both(self) -> float:
        return self.x + self.y


@tuple_feature("defaults, methods, properties")
def test_defaults(way):
    way.keeps(Point(1))
    way.keeps(Point(1, 2.0))


@tuple_feature("mutable defaults, of which all instances have the same")
def test_mutable_defaults(way):
    class Model(NamedTuple):
        a: int
        b: list[int] = []

    way.keeps(Model(1))
    way.keeps(Model(1, [2]))


@tuple_feature("`collections.namedtuple`, with `rename` and `defaults`")
def test_untyped(way):
    model = collections.namedtuple("Untyped", ["a", "b"], defaults=[5])
    model.__module__ = __name__
    way.keeps(model([1, "a"]))
    renamed = collections.namedtuple("Renamed", ["a", "class"], rename=True)
    way.keeps(renamed(1, 2))


T = TypeVar("T")


class Box(NamedTuple, Generic[T]):
    content: T
    label: str = ""


@tuple_feature("generic NamedTuples")
def test_generic(way):
    class Model(NamedTuple):
        box: Box[int]
        boxes: list[Box[str]]

    way.keeps(Model(Box(1), [Box("a", "l")]))
    way.keeps(Box(Point(1)))


@tuple_feature("a subclass with methods, `__new__` or an attribute of its own")
def test_subclasses(way):
    class Model(Point):
        def more(self):
            return self.x

    class Made(Point):
        def __new__(cls, x, y=1.0):
            return super().__new__(cls, abs(x), y)

    way.keeps(Model(1))
    way.keeps(Made(-1))
    instance = Model(2)
    instance.note = "n"
    way.keeps(instance)


@tuple_feature("nesting in NamedTuples and containers")
def test_nesting(way):
    class Model(NamedTuple):
        point: Point
        points: list[Point]
        by_name: dict[str, Point]
        pair: tuple[Point, int]
        maybe: Optional[Point] = None
        when: Optional[datetime.date] = None

    way.keeps(Model(Point(1), [Point(2)], {"a": Point(3)}, (Point(4), 5), None, datetime.date(2026, 1, 1)))


class Node(NamedTuple):
    value: int
    children: "list[Node]" = []
    next: Optional["Node"] = None


@tuple_feature("recursive NamedTuples")
def test_recursion(way):
    way.keeps(Node(1, [Node(2, [Node(3)])], Node(4)))


@tuple_feature("a subclass where its base is declared")
def test_polymorphism(way):
    class Heavy(Point):
        pass

    class Model(NamedTuple):
        point: Point
        anything: Any

    way.keeps(Model(Heavy(1, 2.0), Point(2)))
