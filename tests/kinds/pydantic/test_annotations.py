"""Annotations of generated models that pydantic could not read as they are."""

import dataclasses
from typing import Any, NamedTuple, Optional, TypedDict

import attrs
import msgspec
import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert import ClassConversionError, convert, convert_class, converter, from_json, json_schema, to_json


class Point(NamedTuple):
    x: "Missing"  # noqa: F821
    ys: "list[Missing]"  # noqa: F821
    n: int = 1


class Record(TypedDict):
    x: "Missing"  # noqa: F821


@dataclasses.dataclass
class Route:
    points: dict[str, Point]
    record: Record
    parent: Optional["Route"] = None


@attrs.define
class AttrsRoute:
    points: dict[str, Point]
    record: Record


class MsgspecRoute(msgspec.Struct):
    points: dict[str, Point]
    record: Record


class TupleRoute(NamedTuple):
    points: dict[str, Point]
    record: Record


class DictRoute(TypedDict):
    points: dict[str, Point]
    record: Record


@pytest.mark.filterwarnings("ignore::type_safe_convert.UnresolvedNameWarning")
@pytest.mark.parametrize("cls", [Route, AttrsRoute, MsgspecRoute, TupleRoute, DictRoute])
def test_unknown_names_in_named_tuples_and_typed_dicts_are_anything(cls):
    source = cls(points={"a": Point(object(), [])}, record={"x": 1})
    made = converter(cls, "basemodel")(source)
    found = type(made)(points={"a": {"x": object(), "ys": [1]}}, record={"x": 1})
    assert "points" in str(type(made).model_json_schema())
    point = found.points["a"]
    assert (point.ys, point.n) == ([1], 1)
    assert converter(type(made), cls)(made) == source


@dataclasses.dataclass
class Leaf:
    value: int


class Pair(NamedTuple):
    leaf: Leaf
    leaves: list[Leaf] = []


@dataclasses.dataclass
class Holder:
    pair: Pair
    pairs: list[Pair]


def test_models_in_a_named_tuple_are_validated_as_their_counterparts():
    source = Holder(Pair(Leaf(1), [Leaf(2)]), [Pair(Leaf(3))])
    made = convert(source, "basemodel")
    again = type(made).model_validate_json(made.model_dump_json())
    assert again == made == type(made)(pair=made.pair, pairs=made.pairs)
    assert type(again.pair.leaf) is convert_class(Leaf, "basemodel")
    assert convert(again, Holder) == convert(from_json(type(made), to_json(made)), Holder) == source


class Named(NamedTuple):
    name: Safe_Str


class Typed(Type_Safe):
    named: Named


def test_primitives_in_a_named_tuple_are_validated_as_text():
    source = Typed(named=Named(Safe_Str("a b")))
    made = convert(source, "basemodel")
    again = type(made).model_validate_json(made.model_dump_json())
    assert again == made == type(made)(named=made.named)
    assert type(again.named.name) is str
    assert type(convert(again, Typed).named.name) is Safe_Str


class Chain(NamedTuple):
    leaf: Leaf
    next: Optional["Chain"] = None


@dataclasses.dataclass
class Chains:
    chain: Chain


def test_models_in_a_recursive_named_tuple_are_validated_as_their_counterparts():
    source = Chains(Chain(Leaf(1), Chain(Leaf(2), Chain(Leaf(3)))))
    made = convert(source, "basemodel")
    again = type(made).model_validate_json(made.model_dump_json())
    assert again == made
    assert type(again.chain.next.next.leaf) is convert_class(Leaf, "basemodel")
    assert convert(again, Chains) == source
    assert "$ref" in str(json_schema(type(made)))


class WithoutSchema:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        raise TypeError("there is none")


@dataclasses.dataclass
class Unreadable:
    n: int
    values: list[WithoutSchema]
    parent: Optional["Unreadable"] = None


def test_a_type_of_which_pydantic_makes_no_schema_is_told_with_its_field():
    with pytest.raises(ClassConversionError, match="TypeError: there is none") as caught:
        convert_class(Unreadable, "basemodel")
    assert (caught.value.source_class, caught.value.path) == (Unreadable, ("values",))
    assert caught.value.found == "list[WithoutSchema]"
