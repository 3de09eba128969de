"""`bench` times a user's own classes in every direction."""

import io
import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field

from type_safe_convert.cli.bench import bench, rows
from type_safe_convert.cli.output import Output
from type_safe_convert.registry import made_kinds

DIRECTIONS = list(itertools.permutations(made_kinds(), 2))


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


@pytest.mark.parametrize("sample", [_branch(), Labelled(label="abc", count=2)], ids=["dataclass", "type_safe"])
def test_every_direction_is_timed_with_checks_and_without(sample: Any) -> None:
    found = rows(sample, seconds=0.01)
    assert [(row.source, row.target) for row in found] == DIRECTIONS
    assert all(min(row.checked, row.unchecked) > 0 for row in found)


def test_the_table_names_the_class_and_all_directions() -> None:
    text = io.StringIO()
    bench([f"{__name__}:Leaf", "fastapi.openapi.models:Contact"], Output(text, 160), seconds=0.01)
    for words in (f"{__name__}:Leaf", "fastapi.openapi.models:Contact", *(f"{s} → {t}" for s, t in DIRECTIONS)):
        assert words in text.getvalue()
