"""A primitive made quickly is the one that its constructor makes."""

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from osbot_utils.type_safe.primitives.core.enums.Enum__Safe_Str__Regex_Mode import Enum__Safe_Str__Regex_Mode
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str

from tests.json.models import Price, Sku, Stock
from type_safe_convert.kinds.type_safe.quick_constructors import quick_constructor


class Version(Safe_Str):
    regex = re.compile(r"^v\d+$")
    regex_mode = Enum__Safe_Str__Regex_Mode.MATCH
    strict_validation = True
    max_length = 5


class Strict(Safe_Str):
    regex = re.compile(r"[^a-z]")
    strict_validation = True
    allow_empty = False


class Lower(Safe_Str):
    to_lower_case = True


class Exact(Safe_Str):
    exact_length = True
    max_length = 3


class Never_Blank(Safe_Str):
    allow_all_replacement_char = False


class Own_Rule(Safe_Str):
    @classmethod
    def validate_and_sanitize(cls, value: Any) -> Any:
        return f"<{value}>"


class Own_New(Safe_Int):
    def __new__(cls, value: Any = None) -> Any:
        return super().__new__(cls, (value or 0) * 2)


class Clamped(Safe_Int):
    min_value = 0
    max_value = 9
    clamp_to_range = True


class Rounded(Safe_Float):
    decimal_places = 2


class Ratio(Safe_Float):
    min_value = 0
    max_value = 1
    use_decimal = False


PRIMITIVES = [
    Safe_Str, Safe_Int, Safe_Float, Sku, Stock, Price, Version, Strict, Lower, Exact, Never_Blank, Own_Rule,
    Own_New, Clamped, Rounded, Ratio,
]  # fmt: skip

_values = (
    st.text(max_size=8)
    | st.sampled_from(["", "v1", "v1\n", "abc", "ABC", "a-b", "___", "$$", "x" * 25, "x" * 600, "5", "1.5", "nan"])
    | st.integers()
    | st.integers(-2, 12)
    | st.floats()
    | st.floats(-0.5, 1.5)
    | st.booleans()
    | st.sampled_from([None, 10**400, 2**53 + 1, -0.0, 5e-324, 1.7976931348623157e308, Sku("a"), Stock(5), [1]])
)


def outcome(make: Any, value: Any) -> Any:
    try:
        made = make(value)
    except Exception as error:
        return type(error), str(error)
    plain = {str: str.__str__, int: int.__int__, float: float.__float__}[type(made).__primitive_base__](made)
    return type(made), repr(plain), vars(made)


@pytest.mark.parametrize("primitive", PRIMITIVES)
def test_it_gives_what_the_constructor_gives(primitive: Any) -> None:
    quick = quick_constructor(primitive)

    @settings(max_examples=150, deadline=None)
    @given(_values)
    @example("v1")
    @example(0.1)
    def law(value: Any) -> None:
        """quick_constructor(P)(x) is P(x), or raises what P(x) raises."""
        assert outcome(quick, value) == outcome(primitive, value)

    law()


def test_classes_with_rules_of_their_own_keep_their_constructor() -> None:
    for primitive in (Own_Rule, Own_New, Lower, Exact, Never_Blank, Rounded):
        assert quick_constructor(primitive) is primitive
    for primitive in (Safe_Str, Sku, Stock, Price, Version, Clamped, Ratio):
        assert quick_constructor(primitive) is not primitive
