"""Fields that the target lacks: left out, kept as extra values, or refused with `forbid_extra`."""

import pickle
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from tests.conversion.models import LineModel, OrderModel, Positive, order
from type_safe_convert import ConversionError, ExtraFieldError, convert, converter
from type_safe_convert.hypothesis import check_round_trip


@dataclass
class Short:
    number: str


@dataclass
class Full:
    number: str
    amount: int = 0


def test_forbid_extra_refuses_to_leave_a_field_out():
    with pytest.raises(ExtraFieldError) as caught:
        convert(order(), OrderModel, forbid_extra=True)
    assert caught.value.path == ("note",)
    assert caught.value.found == "'hello' (str)"
    assert caught.value.expected == "only number, lines"
    prices = [("lines", number, "price") for number in range(2)]
    assert [error.path for error in caught.value.errors] == [("note",), *prices]


@pytest.mark.parametrize("repeats", range(3))
def test_a_converter_forbids_extra_fields_too_and_pickles(repeats):
    function = pickle.loads(pickle.dumps(converter(Full, Short, forbid_extra=True)))
    with pytest.raises(ExtraFieldError) as caught:
        function(Full("n", 7))
    assert caught.value.found == "7 (int)"
    assert converter(Full, Short)(Full("n", 7)) == Short("n")
    assert convert(Short("n"), Full, forbid_extra=True) == Full("n")


def test_forbid_extra_sees_the_extra_values_that_a_counterpart_carries():
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    class Opened(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    for kind in ("type_safe", "dataclass"):
        carried = convert(Open(number="n", more=[1]), kind)
        assert convert(carried, Short) == Short("n")
        assert convert(carried, Opened) == Opened(number="n", more=[1])
        with pytest.raises(ExtraFieldError) as caught:
            convert(carried, Short, forbid_extra=True)
        assert (caught.value.path, caught.value.found) == (("more",), "[1] (list)")


def test_forbid_extra_looks_into_nested_models_and_extras():
    class Numbered(BaseModel):
        number: str
        lines: list[LineModel]
        note: str | None = None

    with pytest.raises(ExtraFieldError) as caught:
        convert(order(), Numbered, forbid_extra=True)
    assert caught.value.path == ("lines", 0, "price")

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    @dataclass
    class Closed:
        number: str

    for _ in range(3):
        assert convert(Open(number="n"), Closed, forbid_extra=True) == Closed("n")
        with pytest.raises(ExtraFieldError) as caught:
            convert(Open(number="n", more=1), Closed, forbid_extra=True)
        assert caught.value.path == ("more",)


def test_a_target_that_allows_extras_keeps_them():
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    made = convert(order(), Open)
    assert made.note == "hello"
    assert made.model_extra.keys() == {"lines", "note"}


def test_one_extra_value_beside_one_unset_field():
    for _ in range(3):
        check_round_trip(Positive(y=2, more=3))


def test_typed_extras_are_checked_by_the_model_that_declares_them():
    @dataclass
    class Source:
        x: int
        more: Any

    for _ in range(3):
        assert convert(Source(1, 2), Positive).model_extra == {"more": 2}
        with pytest.raises(ConversionError) as caught:
            convert(Source(1, "a"), Positive)
        assert caught.value.path == ("more",)
