"""Models that delete attributes of their own, as those of litellm do for fields that are None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel

from type_safe_convert import MissingFieldError, convert, to_json

KINDS = ["type_safe", "dataclass", "attrs", "msgspec", "basemodel"]


class Usage(BaseModel):
    tokens: int
    cost: float | None = None
    kind: str = "text"

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if self.cost is None:
            del self.cost


class Answer(BaseModel):
    usage: Usage
    parts: list[Usage] = []


class Plain(BaseModel):
    size: int = 3
    name: str


@dataclass
class Bill:
    tokens: int
    cost: float | None = 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_an_instance_comes_back_without_the_attribute(kind: Any) -> None:
    answer = Answer(usage=Usage(tokens=1), parts=[Usage(tokens=2, cost=0.5), Usage(tokens=3)])
    plain = Plain(name="a")
    del plain.size
    for _ in range(3):
        assert convert(convert(answer, kind), Answer) == answer
        assert not hasattr(convert(convert(answer, kind), Answer).usage, "cost")
        assert convert(convert(plain, kind), Plain) == plain
        assert "size" not in convert(convert(plain, kind), Plain).__dict__
    if kind != "basemodel":
        assert convert(plain, kind).size == 3  # type: ignore[union-attr]


def test_by_way_of_two_kinds() -> None:
    answer = Answer(usage=Usage(tokens=1))
    for _ in range(3):
        assert convert(convert(convert(answer, "type_safe"), "dataclass"), "basemodel") == answer


@pytest.mark.parametrize("kind", KINDS[:4])
def test_a_value_that_was_set_meanwhile_stays(kind: Any) -> None:
    other: Any = convert(Usage(tokens=1), kind)
    other.cost = 2.5
    assert convert(other, Usage) == Usage(tokens=1, cost=2.5)


def test_a_class_of_another_family_takes_its_own_default() -> None:
    for _ in range(3):
        assert convert(Usage(tokens=1), Bill) == Bill(1, 0.5)


def test_a_required_field_is_missing() -> None:
    plain = Plain(name="a")
    del plain.name
    for kind in KINDS:
        with pytest.raises(MissingFieldError, match="name: the attribute was never set"):
            convert(plain, kind)


def test_json_leaves_it_out() -> None:
    assert to_json(Answer(usage=Usage(tokens=1))) == b'{"usage":{"tokens":1,"kind":"text"},"parts":[]}'
