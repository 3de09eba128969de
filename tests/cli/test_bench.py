"""`bench` times a user's own classes against code by hand that gives the same result."""

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field
from rich.console import Console

from type_safe_convert import convert
from type_safe_convert.cli.bench import DIRECTIONS, bench, rows
from type_safe_convert.cli.by_hand import NotByHandError, by_hand
from type_safe_convert.testing.equality import differences


@dataclass
class Leaf:
    size: int


@dataclass
class Branch:
    name: str
    first: Leaf
    more: list[Leaf]
    by_name: dict[str, Leaf]
    maybe: Leaf | None
    nested: list[list[Leaf]]
    several: list[Leaf | str | None]
    tags: set[str]
    pair: tuple[int, Leaf]
    plain: dict[str, int] = field(default_factory=dict)


class Aliased(BaseModel):
    ref: str = Field(alias="$ref")
    klass: int = Field(alias="class")


class Labelled(Type_Safe):
    label: Safe_Str
    count: int


def _branch() -> Branch:
    return Branch(
        name="oak",
        first=Leaf(1),
        more=[Leaf(2), Leaf(3)],
        by_name={"a": Leaf(4)},
        maybe=None,
        nested=[[Leaf(5)], [], [Leaf(6), Leaf(7)]],
        several=[Leaf(8), "text", None],
        tags={"x", "y"},
        pair=(1, Leaf(9)),
        plain={"z": 1},
    )


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_code_by_hand_gives_what_the_conversion_gives(kind: str) -> None:
    source = _branch()
    there = convert(source, kind)
    assert differences(by_hand(source, there)(source), there) == []
    assert differences(by_hand(there, source)(there), source) == []


def test_code_by_hand_copies_what_can_change() -> None:
    source = _branch()
    made = by_hand(source, convert(source, "basemodel"))(source)
    source.more.append(Leaf(0))
    source.plain.clear()
    assert len(made.more) == 2
    assert made.plain == {"z": 1}


def test_aliases_that_are_no_names_are_passed_as_keywords() -> None:
    target = Aliased(**{"$ref": "#/x", "class": 3})
    source = convert(target, "dataclass")
    assert by_hand(source, target)(source) == target


def test_primitives_become_plain_values_by_hand() -> None:
    source = Labelled(label="abc", count=2)
    made = by_hand(source, convert(source, "dataclass"))(source)
    assert type(made.label) is str


def test_a_field_that_the_source_lacks_is_named() -> None:
    with pytest.raises(NotByHandError, match="Leaf has no attribute"):
        by_hand(Leaf(1), Labelled(label="abc", count=2))


@pytest.mark.parametrize("sample", [_branch(), Labelled(label="abc", count=2)], ids=["dataclass", "type_safe"])
def test_every_direction_is_timed_against_code_by_hand(sample: Any) -> None:
    found = rows(sample, seconds=0.01)
    assert [(row.source, row.target) for row in found] == list(DIRECTIONS)
    assert [row.note for row in found] == [""] * 6
    assert all(min(row.checked, row.unchecked, row.by_hand or 0) > 0 for row in found)


def test_the_table_names_the_class_and_all_directions() -> None:
    text = io.StringIO()
    bench([f"{__name__}:Leaf", "fastapi.openapi.models:Contact"], Console(file=text, width=160), seconds=0.01)
    for words in (f"{__name__}:Leaf", "fastapi.openapi.models:Contact", *(f"{s} → {t}" for s, t in DIRECTIONS)):
        assert words in text.getvalue()
