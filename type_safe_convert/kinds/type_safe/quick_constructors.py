"""The stock primitives of osbot-utils, made without their constructor where it would only look and agree.

`Safe_Str`, `Safe_Int` and `Safe_Float` and the subclasses that change nothing but their settings look at a plain value
and, if it keeps all rules, hold it as it is. Such a value is recognised here by the same rules, read once from the
class's settings; any other value goes to the constructor.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from osbot_utils.type_safe.primitives.core.enums.Enum__Safe_Str__Regex_Mode import Enum__Safe_Str__Regex_Mode
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str


def quick_constructor(primitive: Any, slow: Callable[[Any], Any] | None = None) -> Callable[[Any], Any]:
    """A function that gives what `primitive(value)` gives, or raises what it raises.

    Args:
        slow: what is called instead of the primitive for a value that is not recognised.
    """
    slow = slow or primitive
    for base, make in ((Safe_Str, _strings), (Safe_Int, _integers), (Safe_Float, _floats)):
        if issubclass(primitive, base) and _is_stock(primitive, base):
            found = make(primitive, slow)
            if found is not None:
                return found
    return slow


def _is_stock(primitive: Any, base: Any) -> bool:
    return (
        type(primitive) is type
        and primitive.__new__ is base.__new__
        and not any("__init__" in item.__dict__ for item in primitive.__mro__[:-1])
        and getattr(primitive, "validate_and_sanitize", None) in (None, _sanitize_of(primitive))
    )


def _sanitize_of(primitive: Any) -> Any:
    """The stock rule of strings, bound to the class."""
    return Safe_Str.__dict__["validate_and_sanitize"].__get__(None, primitive)


def _strings(primitive: Any, slow: Callable[[Any], Any]) -> Callable[[Any], Any] | None:
    if primitive.to_lower_case or primitive.trim_whitespace or primitive.exact_length:
        return None
    matches = primitive.regex_mode == Enum__Safe_Str__Regex_Mode.MATCH
    if (matches and not primitive.strict_validation) or not primitive.allow_all_replacement_char:
        return None
    longest, new = primitive.max_length, str.__new__
    look = primitive.regex.match if matches else primitive.regex.search

    def make(value: Any) -> Any:
        if type(value) is str and 0 < len(value) <= longest and (look(value) is None) is not matches:
            return new(primitive, value)
        return slow(value)

    return make


def _integers(primitive: Any, slow: Callable[[Any], Any]) -> Callable[[Any], Any]:
    least = -math.inf if primitive.min_value is None else primitive.min_value
    most = math.inf if primitive.max_value is None else primitive.max_value
    new: Any = int.__new__

    def make(value: Any) -> Any:
        return new(primitive, value) if type(value) is int and least <= value <= most else slow(value)

    return make


def _floats(primitive: Any, slow: Callable[[Any], Any]) -> Callable[[Any], Any] | None:
    if primitive.decimal_places is not None:
        return None
    # NaN is in no range, and infinity in none of floats that end.
    least = max(-sys.float_info.max, -math.inf if primitive.min_value is None else primitive.min_value)
    most = min(sys.float_info.max, math.inf if primitive.max_value is None else primitive.max_value)
    new: Any = float.__new__

    def make(value: Any) -> Any:
        return new(primitive, value) if type(value) is float and least <= value <= most else slow(value)

    return make
