"""What models do to their own values, found where it happens and with no conversion involved."""

import random
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from tests.cli.odd_models import Careless, Doubling
from tests.core.models import customer, drawing, order
from type_safe_convert.cli.own import refusals


@dataclass
class Counting:
    """Counts in something that it was given."""

    counts: list[int]

    def __post_init__(self) -> None:
        self.counts[0] += 1


@dataclass
class Once:
    value: int
    taken: bool = False

    def __post_init__(self) -> None:
        if self.taken:
            raise ValueError("taken")
        self.taken = True


class Random(BaseModel):
    given: int = 0
    made: float = Field(default_factory=random.random)


@dataclass
class Outer:
    inner: Any
    rest: list[Any] = field(default_factory=list)


def test_well_behaved_models_do_nothing() -> None:
    for make in (customer, drawing, order):
        assert refusals(make(), make()) == {}


def test_a_random_default_is_no_change() -> None:
    assert refusals(Random(given=1), Random(given=1)) == {}


def test_a_validator_that_changes_its_output_is_found_where_it_is() -> None:
    found = refusals(Outer(1, [Doubling(value=1)]), Outer(1, [Doubling(value=1)]))
    assert list(found) == [("rest", 0, "value")]
    assert "Doubling changes its own values: expected 3 (int), found 7 (int)" in found["rest", 0, "value"]


def test_a_constructor_that_refuses_is_found() -> None:
    found = refusals(Outer(Once(1)), Outer(Once(1)))
    assert found == {("inner",): "Once refuses its own values: ValueError: taken"}


def test_a_constructor_that_changes_what_it_is_given_is_found() -> None:
    found = refusals(Outer(Counting([0])), Outer(Counting([0])))
    assert list(found) == [("inner", "counts", 0)]
    assert "constructing it again" in found["inner", "counts", 0]


def test_a_plain_list_that_would_be_a_typed_one_is_found_field_by_field() -> None:
    found = refusals(Outer(Careless()), Outer(Careless()))
    assert list(found) == [("inner", "items")]
    assert "another class" in found["inner", "items"]
