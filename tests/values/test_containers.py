"""Type_Safe's collections where the annotation names another one, or none."""

import collections
import dataclasses
import types
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Generic, Iterable, List, NamedTuple, Sequence, Set, Tuple, TypeVar

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple

from tests.types.models import Holder, class_of
from type_safe_convert import ConversionError, ValueConversionError, convert, convert_class, converter
from type_safe_convert.hypothesis import check_round_trip

T = TypeVar("T")


class BoxOf(Type_Safe, Generic[T]):
    x: T


class Typed(Type_Safe):
    boxes: List[BoxOf[int]]


def test_a_typed_list_expects_what_the_constructor_has_it_expect():
    source = Typed()
    home = convert(convert(source, "dataclass"), "type_safe")
    assert home.boxes.expected_type == source.boxes.expected_type


def test_sets_of_numbers_in_type_safe_accept_subclasses():
    class Model(Type_Safe):
        x: Set[int]

    assert convert(Holder({True}), class_of(Set[bool])).x == {True}
    with pytest.raises(ValueConversionError):
        convert(Holder({True}), Model)


class Sequenced(Type_Safe):
    items: Sequence[int]


def test_a_typed_list_in_a_sequence_is_plain_elsewhere():
    source = Sequenced()
    source.__dict__["items"] = Type_Safe__List(int, [1, 2])
    for kind in ("basemodel", "dataclass"):
        for _ in range(3):
            assert type(convert(source, kind).items) is list


class Stocked(Type_Safe):
    x: int
    name: Safe_Str = "a b!"
    made_of = "wood"
    sizes = (1, 2)


class Open(Type_Safe):
    x: Any


def test_typed_collections_where_anything_may_stand():
    source = Open(x=None)
    table, names = Type_Safe__Dict(str, int), Type_Safe__Set(str)
    table["a"] = 1
    names.add("b")
    source.__dict__["x"] = [table, names, Type_Safe__List(int, [1]), {"k": Stocked(x=1)}]
    for _ in range(3):
        check_round_trip(source)


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Paired:
    pair: Tuple[int, int]


class Gathered(Type_Safe):
    items: Collection[int]


class Unwrapping(Type_Safe):
    items: List[int]

    def __init__(self, **values):
        super().__init__(**values)
        self.__dict__["items"] = list(self.items)


def test_the_form_of_a_tuple_in_a_generated_type_safe_class():
    for _ in range(3):
        assert type(convert(Paired((1, 2)), "type_safe").pair) is Type_Safe__Tuple
        assert type(convert(Paired(Point(1, 2)), "type_safe").pair) is Point
        check_round_trip(Paired(Point(1, 2)))


def test_a_typed_set_in_a_collection_is_plain_elsewhere():
    source = Gathered()
    names = source.__dict__["items"] = Type_Safe__Set(int)
    names.add(1)
    for _ in range(3):
        assert type(convert(source, "dataclass").items) is set


def test_a_constructor_of_its_own_may_hold_plain_collections():
    @dataclass
    class Source:
        items: list[int]

    for _ in range(3):
        assert type(convert(Source([1]), Unwrapping).items) is list


def test_what_is_wrong_in_a_container_in_a_container_has_its_place():
    """Interpreted and in generated lines."""

    @dataclass
    class Source:
        x: Any

    @dataclass
    class Target:
        x: list[dict[str, list[int]]]

    for _ in range(3):
        found = convert(Source([{"a": [1, 2], "b": []}, {}]), Target)
        assert found == Target([{"a": [1, 2], "b": []}, {}])
        with pytest.raises(ValueConversionError) as caught:
            convert(Source([{"a": []}, {"a": [1], "b": [1, "2"]}]), Target)
        assert (caught.value.path, caught.value.expected) == (("x", 1, "b", 1), "int")


def test_a_container_in_a_container_is_copied():
    @dataclass
    class Source:
        x: dict[str, list[list[str]]]

    @dataclass
    class Target:
        x: dict[str, list[list[str]]]

    for _ in range(3):
        source = Source({"a": [["b"]]})
        found = convert(source, Target)
        found.x["a"][0].append("c")
        assert source == Source({"a": [["b"]]})


@pytest.mark.parametrize(("annotation", "fit", "misfits"), [
    (Sequence[int], [b"ab", range(2), "", [1]], ["ab", ["a"]]),
    (Sequence[str], ["ab", ["a"]], [b"ab", bytearray(b"a"), range(2)]),
    (Collection[int], [{1: "a"}, {1: 2}.keys(), {1}], [{"a": 1}, {1: "a"}.values(), "ab"]),
    (Iterable[str], [{"a": 1}, "ab"], [{1: "a"}, memoryview(b"a")]),
])  # fmt: skip
def test_items_of_text_ranges_and_dicts_in_abstract_collections_are_checked(
    annotation: Any, fit: list[Any], misfits: list[Any]
) -> None:
    source = dataclasses.make_dataclass("Source", [("value", Any)])
    target = dataclasses.make_dataclass("Target", [("value", annotation)])
    for _ in range(2):
        for value in fit:
            assert convert(source(value), target) == target(value)
        for value in misfits:
            with pytest.raises(ConversionError, match="expected"):
                convert(source(value), target)


class Row(Sequence):
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


@pytest.mark.parametrize(
    ("annotation", "good", "bad", "step"),
    [
        (Mapping[str, int], types.MappingProxyType({"a": 1}), types.MappingProxyType({"a": "x"}), "a"),
        (MutableMapping[str, int], collections.UserDict(a=1), collections.UserDict(a="x"), "a"),
        (Mapping[str, int], collections.ChainMap({"a": 1}), collections.ChainMap({"a": "x"}), "a"),
        (Sequence[int], collections.UserList([1]), collections.UserList([1, "x"]), 1),
        (Sequence[int], Row([1]), Row([1, "x"]), 1),
        (Collection[int], Row([1]), Row(["x"]), 0),
    ],
)
@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "attrs"])
def test_items_of_containers_of_other_classes_are_checked(annotation, good, bad, step, kind):
    cls = dataclasses.make_dataclass("Holding", [("held", annotation)])
    for _ in range(3):
        assert convert(convert(cls(good), kind), cls).held == good
        with pytest.raises(ValueConversionError, match="expected int, found 'x'") as caught:
            convert(cls(bad), kind)
        assert caught.value.path == ("held", step)


@dataclass
class Leaf:
    size: int = 1


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "attrs", "msgspec", "typeddict"])
@pytest.mark.parametrize(
    ("annotation", "held"),
    [
        (Mapping[str, Leaf], types.MappingProxyType({"a": Leaf(2)})),
        (Mapping[str, list[Leaf]], collections.UserDict(a=[Leaf(2)])),
        (Sequence[Leaf], collections.UserList([Leaf(2)])),
    ],
)
def test_models_in_containers_of_other_classes_are_converted(annotation, held, kind):
    cls = dataclasses.make_dataclass("Holding", [("held", annotation)])
    leaf = convert_class(Leaf, kind)
    for _ in range(3):
        there = convert(cls(held), kind)
        values = there["held"] if kind == "typeddict" else there.held
        items = [*values.values()] if isinstance(values, Mapping) else [*values]
        made = items[0][0] if isinstance(items[0], list) else items[0]
        assert made == {"size": 2} if kind == "typeddict" else type(made) is leaf and made.size == 2
        back = converter(convert_class(cls, kind), cls)(there)
        assert type(back.held) is type(held)
        assert back == cls(held)


def test_models_in_a_container_that_cannot_be_made_again_are_a_named_error():
    cls = dataclasses.make_dataclass("Holding", [("held", Sequence[Leaf])])
    for _ in range(3):
        with pytest.raises(ValueConversionError, match="held: a Row with models cannot be made again"):
            convert(cls(Row([Leaf()])), "attrs")
