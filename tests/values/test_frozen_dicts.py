"""A frozendict, since Python 3.15: a mapping that is no dict, and hashes if its values do."""
# ruff: noqa: F821, RUF009

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from type_safe_convert import ConversionError, convert, convert_class, from_json, json_schema, source, to_json
from type_safe_convert.hypothesis import check_round_trip, instances
from type_safe_convert.registry import made_kinds
from type_safe_convert.samples import samples


@dataclasses.dataclass(frozen=True)
class Item:
    n: int


@dataclasses.dataclass(frozen=True)
class Shelf:
    items: frozendict[str, Item]
    sizes: frozendict[str, int] = frozendict(a=1)
    some: frozendict = frozendict()
    any: Mapping[str, int] | None = None


@dataclasses.dataclass(frozen=True)
class Counts:
    of: frozendict[str, Item]


@dataclasses.dataclass
class Shelves:
    all: set[Counts] = dataclasses.field(default_factory=set)


SHELF = Shelf(frozendict(x=Item(1), y=Item(2)), some=frozendict(a="b"), any=frozendict(b=2))


@pytest.mark.parametrize("kind", [kind for kind in made_kinds() if kind != "dataclass"])
def test_models_in_it_are_converted(kind: str) -> None:
    made: Any = convert_class(Shelf, kind)
    for shelf in (SHELF, Shelf(frozendict())):
        check_round_trip(shelf)
        for _ in range(3):
            there = convert(shelf, kind)
            items = there["items"] if kind == "typeddict" else there.items
            assert type(items) is frozendict
            assert all(not isinstance(item, Item) for item in items.values())
    with pytest.raises(ConversionError, match=r"y'\]\.n"):
        convert(Shelf(frozendict(y=Item("1"))), kind)
    with pytest.raises(ConversionError, match="a frozendict"):
        convert(Shelf({"y": Item(1)}), kind)
    text = b'{"items":{"x":{"n":1}},"sizes":{"b":2}}'
    assert from_json(Shelf, text) == Shelf(frozendict(x=Item(1)), frozendict(b=2))
    if kind != "typeddict":
        assert convert(from_json(made, text), Shelf) == from_json(Shelf, text)
        assert json.loads(to_json(convert(SHELF, kind))) == json.loads(to_json(SHELF))
    assert json_schema(made)["properties"]["sizes"]["additionalProperties"] == {"type": "integer"}


def test_what_holds_one_hashes() -> None:
    shelves = Shelves({Counts(frozendict(a=Item(1))), Counts(frozendict())})
    check_round_trip(shelves)
    assert type(convert(shelves, "basemodel").all) is set


def test_values_are_drawn_and_written() -> None:
    @settings(max_examples=20, database=None)
    @given(instances(Shelf))
    def law(shelf: Shelf) -> None:
        assert type(shelf.items) is frozendict
        check_round_trip(shelf)

    law()
    for sample in samples(Shelf, 3):
        check_round_trip(sample)
    text = source(Shelf, "attrs")
    assert "items: frozendict[str, Item]" in text
    assert "sizes: frozendict[str, int] = frozendict(" in text
