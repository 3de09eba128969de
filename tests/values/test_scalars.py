"""Plain values: nothing is coerced, and an int may stand for a float."""

import datetime
from dataclasses import dataclass

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from type_safe_convert import convert


class PricedModel(BaseModel):
    price: float = 3


@dataclass
class Priced:
    price: int


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ("1", int),
        (True, int),
        (1.0, int),
        (1, str),
        (b"x", str),
        (None, int),
        ("2026-01-01", datetime.date),
        ([1], set[int]),
    ],
)
@pytest.mark.parametrize("kind", [BaseModel, "dataclass", Type_Safe])
def test_nothing_is_coerced(value, annotation, kind):
    @dataclass
    class Source:
        x: object

    namespace = {"__annotations__": {"x": annotation}, "__module__": __name__}
    if kind == "dataclass":
        target = dataclass(type("Target", (), namespace))
    else:
        target = type(kind)("Target", (kind,), namespace)
    for _ in range(3):
        if value is None and kind is Type_Safe:
            assert convert(Source(value), target).x is None  # as any attribute of a Type_Safe may be
        else:
            with pytest.raises(ValueError, match="x"):
                convert(Source(value), target)


def test_an_int_may_stand_for_a_float():
    @dataclass
    class Source:
        x: int

    @dataclass
    class Target:
        x: float

    class Model(BaseModel):
        x: float

    assert type(convert(Source(1), Target).x) is int
    assert type(convert(Source(1), Model).x) is float


def test_an_int_that_equals_the_default_of_a_float_field_is_made_a_float():
    """Only within a family it is carried as it is, since pydantic does not validate a default that is unset."""
    for _ in range(3):
        assert type(convert(Priced(3), PricedModel).price) is float
        assert type(convert(convert(PricedModel(), "dataclass"), "basemodel").price) is int
