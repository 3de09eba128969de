"""Type variables that a subclass or a field fills in."""

from dataclasses import dataclass, field
from typing import Dict, Generic, List, Optional, TypeVar

import pytest

from type_safe_convert import ValueConversionError, convert

T = TypeVar("T")


KINDS = ("type_safe", "basemodel")


@dataclass
class Base(Generic[T]):
    items: List[T]
    table: Dict[str, Optional[T]] = field(default_factory=dict)


@dataclass
class Filled(Base[int]):
    pass


def test_a_generic_base_knows_what_its_subclass_filled_in():
    for kind in KINDS:
        assert convert(Filled([1], {"a": None}), kind).items == [1]
        for bad in (Filled(["a"]), Filled([], {"a": "b"})):
            with pytest.raises(ValueConversionError):
                convert(bad, kind)


@dataclass
class Box(Generic[T]):
    _x: T


@dataclass
class Boxes:
    box: Box[int]


def test_a_parametrised_model_is_checked_by_the_name_that_its_field_has_there():
    made = convert(Boxes(Box(1)), "basemodel")
    assert convert(made, "dataclass") == Boxes(Box(1))
    made.box.x = "a"
    with pytest.raises(ValueConversionError) as caught:
        convert(made, "dataclass")
    assert caught.value.path == ("box", "_x")
