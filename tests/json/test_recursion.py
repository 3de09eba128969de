"""Aliases, TypedDicts and NamedTuples that stand in themselves, and generic ones: JSON is read at every depth."""

import json
from dataclasses import dataclass, field, make_dataclass
from typing import Any, Generic, List, NamedTuple, Optional, TypeVar, Union

import jsonschema
import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import TypeAdapter, ValidationError
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from type_safe_convert import (
    ConversionError,
    JsonError,
    convert,
    from_json,
    from_python,
    json_schema,
    to_json,
    to_python,
)
from type_safe_convert.hypothesis import check_round_trip

T = TypeVar("T")


@dataclass
class Item:
    n: int


class Part(Type_Safe):
    name: Safe_Str


class Record(TypedDict):
    item: Item
    kids: "NotRequired[list[Record]]"


class Even(TypedDict):
    item: Item
    odd: "NotRequired[Odd]"


class Odd(TypedDict):
    even: NotRequired[Even]
    part: NotRequired[int]


class Chain(NamedTuple):
    item: Item
    next: "Optional[Chain]" = None


class Nested(TypedDict, Generic[T]):
    value: T
    inner: "NotRequired[dict[str, Nested[T]]]"


class Pair(NamedTuple, Generic[T]):
    x: T
    y: "list[T]" = []


Tree = TypeAliasType("Tree", Union[list["Tree[T]"], T], type_params=(T,))
Rows = TypeAliasType("Rows", list[Union["Rows", int]])
Json = TypeAliasType("Json", Union[dict[str, "Json"], list["Json"], str, int, None])


@dataclass
class Holder:
    record: Optional[Record] = None
    even: Optional[Even] = None
    chain: Optional[Chain] = None
    tree: Optional[Tree[Item]] = None
    numbers: Tree[int] = 0
    nested: Optional[Nested[Item]] = None
    pair: Optional[Pair[Item]] = None
    pairs: dict[str, Pair[Item]] = field(default_factory=dict)
    json: Json = None
    rows: Rows = field(default_factory=list)


class Parts(Type_Safe):
    rows: Rows
    tree: Tree[Part] = None
    pair: Pair[Part] = None
    trees: List[Tree[Part]]


I1: dict[str, Any] = {"n": 1}
GOOD: list[dict[str, Any]] = [
    {"record": {"item": I1, "kids": [{"item": I1, "kids": [{"item": I1}]}]}},
    {"even": {"item": I1, "odd": {"even": {"item": I1, "odd": {"part": 1}}}}},
    {"chain": [I1, [I1, [I1, None]]]},
    {"chain": {"item": I1, "next": {"item": I1}}},
    {"tree": I1},
    {"tree": [I1, [I1, [[I1]]]]},
    {"numbers": [1, [2, [3]]]},
    {"nested": {"value": I1, "inner": {"a": {"value": I1, "inner": {"b": {"value": I1}}}}}},
    {"pair": [I1, [I1]], "pairs": {"a": [I1]}},
    {"pair": {"x": I1}},
    {"json": {"a": [1, None, {"b": "c"}]}},
    {"rows": [1, [2, [3]]]},
]
BAD: list[dict[str, Any]] = [
    {"record": {"item": I1, "kids": "junk"}},
    {"record": {"item": I1, "kids": [{"item": I1, "kids": "junk"}]}},
    {"record": {"item": I1, "kids": [{"item": I1, "kids": [{"item": 1}]}]}},
    {"even": {"item": I1, "odd": {"even": {"item": I1, "odd": {"part": "x"}}}}},
    {"chain": [I1, [I1, [1, None]]]},
    {"tree": "junk"},
    {"tree": [I1, [I1, [["junk"]]]]},
    {"numbers": [1, [2, ["x"]]]},
    {"nested": {"value": I1, "inner": {"a": {"value": I1, "inner": {"b": {"value": 1}}}}}},
    {"pair": [1]},
    {"pair": [I1, [1]]},
    {"pairs": {"a": [1]}},
    {"json": {"a": [1.5]}},
    {"rows": [1, [2, ["x"]]]},
]


@pytest.mark.parametrize("data", GOOD, ids=str)
def test_what_stands_in_itself_is_read_at_every_depth(data: dict[str, Any]) -> None:
    read = from_json(Holder, json.dumps(data))
    assert read == TypeAdapter(Holder).validate_json(json.dumps(data), strict=True)
    assert from_json(Holder, to_json(read)) == read
    assert from_python(Holder, to_python(read)) == read
    check_round_trip(read)
    for kind in ("basemodel", "type_safe"):
        other = convert(read, kind)
        assert convert(from_json(type(other), to_json(read)), Holder) == read
    written = json.loads(to_json(read))
    for mode in ("validation", "serialization"):  # a NamedTuple is shown as it is written
        jsonschema.Draft202012Validator(json_schema(Holder, mode=mode)).validate(written)


@pytest.mark.parametrize("data", BAD, ids=str)
def test_what_does_not_fit_is_refused_at_every_depth(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Holder).validate_json(json.dumps(data), strict=True)
    with pytest.raises(ConversionError) as caught:
        from_json(Holder, json.dumps(data))
    assert caught.value.path[0] == next(iter(data))
    assert not jsonschema.Draft202012Validator(json_schema(Holder)).is_valid(data)


def test_type_safe_classes_in_named_tuples_and_recursive_aliases() -> None:
    data = {"rows": [[1]], "tree": [{"name": "a"}, [{"name": "b"}]], "pair": [{"name": "c"}], "trees": [{"name": "d"}]}
    read = from_json(Parts, json.dumps(data))
    assert type(read.tree[1][0]) is Part
    assert type(read.pair) is Pair
    assert type(read.pair.x) is Part
    assert type(read.trees[0]) is Part
    assert json.loads(to_json(read)) == {**data, "pair": [{"name": "c"}, []]}
    for bad in ({"tree": [["junk"]]}, {"pair": ["junk"]}, {"trees": [["junk"]]}, {"rows": [["x"]]}):
        with pytest.raises(ConversionError):
            from_json(Parts, json.dumps(bad))


def test_definitions_have_the_names_of_what_they_describe() -> None:
    assert {"Record", "Even", "Chain", "Item", "Json", "Rows"} <= json_schema(Holder)["$defs"].keys()


@dataclass
class Leaf:
    n: int


def _of_dicts(number: int, inner: Any, value: Any) -> tuple[Any, Any]:
    return TypedDict(f"Dict{number}", {"a": inner, "b": inner}), {"a": value, "b": value}


def _of_tuples(number: int, inner: Any, value: Any) -> tuple[Any, Any]:
    cls: Any = NamedTuple(f"Tuple{number}", [("a", inner), ("b", inner)])
    return cls, cls(value, value)


def _of_aliases(number: int, inner: Any, value: Any) -> tuple[Any, Any]:
    return TypeAliasType(f"Alias{number}", tuple[inner, inner]), (value, value)


def _of_unions(number: int, inner: Any, value: Any) -> tuple[Any, Any]:
    return TypeAliasType(f"Alias{number}", Union[list[inner], dict[str, inner]]), {"k": value}


def _of_all(number: int, inner: Any, value: Any) -> tuple[Any, Any]:
    return (_of_dicts, _of_unions, _of_tuples, _of_aliases)[number % 4](number, inner, value)


@pytest.mark.parametrize("link", [_of_dicts, _of_tuples, _of_aliases, _of_unions, _of_all])
def test_long_chains_in_which_each_has_the_one_before_twice(link: Any) -> None:
    def chain(leaf: Any) -> Any:
        value, annotation = leaf, Leaf
        for number in range(9):
            annotation, value = link(number, annotation, value)
        return annotation, value

    annotation, value = chain(Leaf(1))
    cls: Any = make_dataclass("Chain", [("value", annotation), ("other", annotation)])
    held = cls(value, value)
    text = to_json(held)
    assert json.loads(text) == TypeAdapter(cls).dump_python(held, mode="json")
    assert from_json(cls, text) == held
    for kind in ("basemodel", "type_safe", "dataclass"):
        made = convert(held, kind)
        assert to_json(made) == text
        assert to_json(from_json(type(made), text)) == text
        back = convert(made, cls)
        assert back == held
        assert jsonschema.validate(json.loads(text), json_schema(type(made))) is None
        wrong = text.replace(b'{"n":1}', b'{"n":"x"}', 1)
        with pytest.raises(JsonError):
            from_json(type(made), wrong)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(wrong), json_schema(type(made)))
        bad = cls(chain(Leaf("x"))[1], value)  # type: ignore[arg-type]
        if link is not _of_tuples and link is not _of_all:  # whose NamedTuples are others each time
            with pytest.raises(ConversionError):
                convert(bad, kind)
