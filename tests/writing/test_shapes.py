"""The comparison of two classes: each thing that they say differently is named, whichever kinds they are of."""

from __future__ import annotations

import dataclasses
import json
import uuid
from typing import Annotated, Any

import annotated_types
import attrs
import msgspec
import pytest
from pydantic import BaseModel, ConfigDict, Field

from type_safe_convert.writing.shapes import compare, describe, shape_differences


class Line(BaseModel):
    sku: str


class Bill(BaseModel):
    """A bill."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1, alias="billNumber", description="Its number")
    lines: list[Line] = []
    prices: dict[str, Annotated[float, Field(gt=0)]] = {"none": 0.5}
    id: uuid.UUID = Field(default_factory=uuid.uuid4)
    parent: Bill | None = None


def written() -> type:
    @dataclasses.dataclass
    class LineD:
        sku: str

    @dataclasses.dataclass(frozen=True)
    class BillD:
        """A bill."""

        number: Annotated[int, annotated_types.Ge(1)] = dataclasses.field(
            metadata={"alias": "billNumber", "description": "Its number"}
        )
        lines: list[LineD] = dataclasses.field(default_factory=list)
        prices: dict[str, Annotated[float, annotated_types.Gt(0)]] = dataclasses.field(
            default_factory=lambda: {"none": 0.5}
        )
        id: uuid.UUID = dataclasses.field(default_factory=uuid.uuid4)
        parent: BillD | None = None

    BillD.__annotations__ |= {"lines": list[LineD], "parent": BillD | None}
    return BillD


NAMES = {Bill: "BillD", Line: "LineD"}


def test_classes_that_say_the_same_do_not_differ() -> None:
    assert shape_differences(Bill, written(), NAMES) == []
    assert [item.path for item in shape_differences(Bill, written())] == [("lines", "type"), ("parent", "type")]


def test_a_description_goes_through_json() -> None:
    assert compare(json.loads(json.dumps(describe(Bill, NAMES))), describe(written())) == []


@attrs.define
class Whole:
    a: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    b: str | None = None


AT_LEAST_ONE = Annotated[int, msgspec.Meta(ge=1)]


def other(a: Any = (AT_LEAST_ONE, 1), b: Any = (str | None, None), **options: Any) -> type:
    """A Struct that says the same but for what is given."""
    fields = [(name, *item) for name, item in {"a": a, "b": b, "c": options.pop("c", None)}.items() if item]
    return msgspec.defstruct("Whole", fields, **options)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (other(), []),
        (other(a=(int, 1)), ["a.constraints: expected {'ge': '1'}, found {}"]),
        (other(a=(Annotated[int, msgspec.Meta(ge=1)], 2)), ["a.default: expected 1, found 2"]),
        (other(a=(Annotated[bool, msgspec.Meta()], 1)), ["a.type: expected int, found bool", "a.constraints"]),
        (other(b=None), ["b.name: expected a field, found nothing"]),
        (other(c=(int, 1)), ["c.name: expected nothing, found a field"]),
        (
            other(b=(str | None, msgspec.field(name="B", default="b"))),
            ["b.default", "b.aliases"],
        ),
        (
            other(frozen=True, forbid_unknown_fields=True, order=True),
            ["frozen: expected False, found True", "extra", "hash", "order"],
        ),
    ],
)
def test_each_difference_is_named(found: type, told: list[str]) -> None:
    differences = [str(item) for item in shape_differences(Whole, found)]
    assert len(differences) == len(told)
    assert all(map(str.startswith, differences, told)), differences


def test_fields_may_have_other_names() -> None:
    items = {"z": attrs.field(type=int, default=1), "b": attrs.field(type=str, default="")}
    made = attrs.make_class("Whole", items, order=False)
    paths = [item.path for item in shape_differences(Whole, made, fields={"a": "z"})]
    assert paths == [("a", "constraints"), ("b", "type"), ("b", "default")]
