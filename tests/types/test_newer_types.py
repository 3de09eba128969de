"""`TypeIs`, `TypeForm` and what a TypedDict of Python 3.15 says of other keys; before, by typing_extensions."""

import dataclasses
import sys
import typing
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import typing_extensions
from typing_extensions import TypeForm, TypeIs

from type_safe_convert import ConversionError, convert, converter, from_json, json_schema, to_json
from type_safe_convert.hypothesis import check_round_trip

# `typing` has these arguments since Python 3.15.
TypedDict: Any = typing.TypedDict if sys.version_info >= (3, 15) else typing_extensions.TypedDict


def is_int(value: object) -> TypeIs[int]:
    return isinstance(value, int)


@dataclasses.dataclass
class Checks:
    check: Callable[[object], TypeIs[int]] = is_int
    form: TypeForm[int | str] = int
    any: TypeForm = str  # type: ignore[type-arg]


class Closed(TypedDict, closed=True):
    a: int


class Below(Closed):
    pass


class Numbers(TypedDict, extra_items=int):
    a: int


def test_forms_of_types_and_functions_that_tell_types_are_values() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("type_safe", "basemodel", "attrs"):
            there = convert(Checks(any=list[int] | None), kind)
            assert (there.check, there.form, there.any) == (is_int, int, list[int] | None)
            check_round_trip(Checks(form=int))
            with pytest.raises(ConversionError, match="expected a callable"):
                convert(Checks(check=1), kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("cls", [Closed, Below])
def test_a_closed_one_has_no_other_keys(cls: Any) -> None:
    check_round_trip({"a": 1}, cls)
    for read in (converter(cls, "dataclass"), lambda value: from_json(cls, to_json(value))):
        with pytest.raises(ConversionError, match="unknown key"):
            read({"a": 1, "b": 2})
    assert json_schema(cls)["additionalProperties"] is False


def test_other_keys_are_of_the_type_that_is_said() -> None:
    check_round_trip({"a": 1, "b": 2}, Numbers)
    assert from_json(Numbers, b'{"a":1,"b":2}') == {"a": 1, "b": 2}
    with pytest.raises(ConversionError):
        from_json(Numbers, b'{"a":1,"b":"x"}')
    assert json_schema(Numbers)["additionalProperties"] == {"type": "integer"}
