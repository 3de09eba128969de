"""`differences` sees what `==` does not, and nothing where there is nothing."""

import copy
import datetime
import decimal
import functools
import math
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, List

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel, ConfigDict, PrivateAttr

from tests.core import models
from tests.core.models import Circle, Color, Item, Node, Point, Shape, customer, drawing, node
from type_safe_convert.testing.equality import differences, same


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int = 1
    b: Any = None
    _hidden: int = PrivateAttr(default=0)


@dataclass(slots=True)
class Slotted:
    x: Any
    y: int = 0


@dataclass
class Holder:
    value: Any = None
    others: list[Any] = field(default_factory=list)


class Opaque:
    def __init__(self, value: Any) -> None:
        self.value = value


class Other(Opaque):
    pass


class Words(Type_Safe__List):
    expected_type = Safe_Str


def loose(hidden: int = 0, **values: Any) -> Loose:
    made = Loose(**values)
    made._hidden = hidden
    return made


def undeclared(**attributes: Any) -> Holder:
    made = Holder()
    made.__dict__.update(attributes)
    return made


def item(**attributes: Any) -> Item:
    made = Item(sku="a")
    object.__getattribute__(made, "__dict__").update(attributes)
    return made


def typed(expected: type, *items: Any) -> Any:
    return Type_Safe__List(expected_type=expected, initial_data=list(items))


MOMENT = datetime.datetime(2026, 10, 25, 2, 30)

DIFFERENT = [
    (1, True, ()),
    (1, 1.0, ()),
    (0.0, -0.0, ()),
    ("a", Safe_Str("a"), ()),
    (Safe_Str("a"), Safe_Str("b"), ()),
    (3, Safe_Int(3), ()),
    (b"a", "a", ()),
    (None, 0, ()),
    (Color.RED, "red", ()),
    (Color.RED, Color.BLUE, ()),
    (decimal.Decimal("1.0"), decimal.Decimal("1.00"), ()),
    (MOMENT, MOMENT.replace(fold=1), ()),
    (MOMENT, MOMENT.replace(tzinfo=datetime.UTC), ()),
    (int, str, ()),
    ([1], (1,), ()),
    ([1, 2], [1], ()),
    ([1, 2], [2, 1], (0,)),
    ([1, [2, {"k": 3}]], [1, [2, {"k": True}]], (1, 1, "k")),
    ({"a": 1}, {"a": 2}, ("a",)),
    ({"a": 1}, {}, ()),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, ("a",)),
    ({1: "x"}, {True: "x"}, (1,)),
    ({1, 2}, {1, 3}, ()),
    ({1}, {True}, ()),
    ({1}, frozenset({1}), ()),
    (deque([1], maxlen=2), deque([1], maxlen=3), ()),
    (defaultdict(list, a=1), defaultdict(set, a=1), ()),
    ([1], typed(int, 1), ()),
    (typed(int), typed(float), ("expected_type",)),
    (Words(["a"]), typed(Safe_Str, Safe_Str("a")), ()),
    (Opaque(1), Opaque(2), ("value",)),
    (Opaque(1), Other(1), ()),
    (object(), object(), ()),
    (Shape("a"), Circle("a"), ()),
    (Point(1), Point(True), ("x",)),
    (Slotted([1]), Slotted([True]), ("x", 0)),
    (undeclared(extra=1), undeclared(), ("extra",)),
    (undeclared(extra=1), undeclared(extra=2), ("extra",)),
    (item(), item(quantity=None), ("quantity",)),
    (item(quantity=Safe_Int(1)), item(quantity=1), ("quantity",)),
    (item(undeclared=1), item(), ("undeclared",)),
    (loose(a=1), loose(), ("model_fields_set",)),
    (loose(more=1), loose(more=2), ("model_extra", "more")),
    (loose(hidden=1), loose(), ("private attributes", "_hidden")),
    (loose(b=[item()]), loose(b=[item(color=Color.BLUE)]), ("b", 0, "color")),
]


def without_address(value: Any) -> str:
    """The same name of a test in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


@pytest.mark.parametrize(("left", "right", "path"), DIFFERENT, ids=without_address)
def test_a_difference_is_found_where_it_is(left: Any, right: Any, path: tuple[Any, ...]) -> None:
    assert differences(left, right)[0].path == path
    assert not same(left, right)
    assert not same(right, left)


SAME = [
    math.nan,
    [math.nan, {"a": complex(0, math.nan)}],
    {"a": [1, (2, {3})], 4: None},
    {Point(1), Point(2)},
    [Color.RED, int, len],
    defaultdict(list, a=[1]),
    Words(["a", "b"]),
    typed(int, 1, 2),
    Opaque([1, Opaque(2)]),
    Slotted({"a": 1}),
    loose(hidden=3, more=[1], b=2),
    undeclared(extra=[1]),
]


@pytest.mark.parametrize("value", SAME, ids=without_address)
def test_a_copy_is_the_same(value: Any) -> None:
    assert differences(value, copy.deepcopy(value)) == []


@pytest.mark.parametrize("make", [customer, drawing, node], ids=lambda make: make.__name__)
def test_models_built_twice_are_the_same(make: Any) -> None:
    assert differences(make(), make()) == []


def test_a_set_of_models_without_value_hash_is_compared_member_by_member() -> None:
    def members(*skus: str) -> set[Any]:
        return {Item(sku=sku) for sku in skus}

    assert same(members("a", "b", "c"), members("c", "a", "b"))
    assert not same(members("a", "a"), members("a", "b"))


def test_the_memory_of_generated_instances_is_not_looked_at() -> None:
    left, right = Holder(1), Holder(1)
    right.__dict__["__type_safe_convert_memory__"] = {"extra": 1}
    assert same(left, right)


def test_a_cycle_must_lead_to_the_same_place() -> None:
    unrolled = node()
    unrolled.children[1].children[0].parent = node()
    assert same(node(), node())
    assert not same(node(), unrolled)
    assert not same(unrolled, node())


def test_a_list_inside_itself_is_the_same_as_another() -> None:
    left: list[Any] = [1]
    left.append(left)
    right: list[Any] = [1]
    right.append(right)
    assert same(left, right)
    assert not same(left, [1, [1, [1]]])


def test_sharing_is_compared_when_asked_for() -> None:
    child = Node(1)
    shared = Node(0, [child, child])
    apart = Node(0, [Node(1), Node(1)])
    assert same(shared, apart)
    assert not same(shared, apart, sharing=True)
    assert not same(apart, shared, sharing=True)
    assert same(shared, copy.deepcopy(shared), sharing=True)


def test_depth_is_no_limit() -> None:
    def chain(last: int) -> Node:
        root = Node(last)
        for _ in range(5000):
            root = Node(0, [root])
        return root

    assert same(chain(1), chain(1))
    assert not same(chain(1), chain(2))


def test_classes_with_an_equality_of_their_own_are_believed_only_about_themselves() -> None:
    class Agreeable:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]  # as any class with only __eq__

    assert same(Agreeable(), Agreeable())
    assert not same(Agreeable(), 1)


def test_a_name_stands_for_the_class_in_an_expected_type() -> None:
    class Tree(Type_Safe):
        children: List["Tree"]

    by_name, by_class = typed(int), typed(int)
    by_name.expected_type = List["Tree"].__args__[0]
    by_class.expected_type = Tree
    assert same(by_name, by_class)
    by_class.expected_type = models.Item
    assert not same(by_name, by_class)


def test_what_a_cached_property_keeps_is_no_difference():
    @dataclass
    class Circle:
        radius: int

        @functools.cached_property
        def area(self):
            return self.radius**2

    one, other = Circle(1), Circle(1)
    assert one.area == 1
    assert not [*differences(one, other)]
    other.mark = "attribute"
    assert [*differences(one, other)]
