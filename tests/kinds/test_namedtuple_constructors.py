"""NamedTuples in fields whose `__new__` is called by keyword, and which refuse to be iterated, as dagster's records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from type_safe_convert import convert, from_json, to_json
from type_safe_convert.cli.checking import check_class
from type_safe_convert.testing.sampler import Sampler


class _Fields(NamedTuple):
    code: int
    label: str = "x"


class Record(_Fields):
    def __new__(cls, *, code: int, label: str = "x") -> Record:
        return super().__new__(cls, code, label)

    def __iter__(self) -> Any:
        raise TypeError("iteration is not allowed")


@dataclass
class Holder:
    first: Record
    more: list[Record] = field(default_factory=list)


class Refusing(_Fields):
    def __new__(cls, code: int, label: str = "x") -> Refusing:
        raise OSError("no")


@dataclass
class HolderOfRefusing:
    value: Refusing


HOLDER = Holder(Record(code=1), [Record(code=2, label="z")])


@pytest.mark.parametrize("kind", ["basemodel", "type_safe", "attrs", "msgspec", "namedtuple"])
def test_constructors_by_keyword(kind: Any) -> None:
    for _ in range(3):
        other = convert(HOLDER, kind)
        assert type(other.first) is Record
        assert convert(other, Holder) == HOLDER
    assert convert(from_json(type(other), to_json(other)), Holder) == HOLDER


def test_json() -> None:
    assert to_json(HOLDER) == b'{"first":[1,"x"],"more":[[2,"z"]]}'
    assert from_json(Holder, to_json(HOLDER)) == HOLDER
    assert from_json(Holder, b'{"first":{"code":1}}') == Holder(Record(code=1))
    assert type(from_json(Holder, b'{"first":[1]}').first) is Record


def test_attributes_beside_the_items_stay() -> None:
    record = Record(code=1)
    record.__dict__["note"] = "a"
    assert vars(convert(Holder(record), "attrs").first) == {"note": "a"}


def test_check_builds_them_and_survives_what_a_constructor_raises() -> None:
    assert not check_class(Holder, [Sampler(seed=1)]).failures
    assert "OSError" in check_class(HolderOfRefusing, [Sampler(seed=1)]).not_built
