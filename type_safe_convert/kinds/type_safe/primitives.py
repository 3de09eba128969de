"""Primitives of osbot-utils: values of a plain type that keep rules, and what JSON Schema says of these."""

from __future__ import annotations

import functools
import re
from typing import Any

from osbot_utils.type_safe.primitives.core.enums.Enum__Safe_Str__Regex_Mode import Enum__Safe_Str__Regex_Mode
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive

from type_safe_convert.kinds.type_safe.quick_constructors import quick_constructor
from type_safe_convert.types import nodes
from type_safe_convert.values.copying import BUILTIN_VALUE


def parse_primitive(cls: Any, annotation: Any) -> nodes.Node | None:
    if not issubclass(cls, Type_Safe__Primitive):
        return None
    base = cls.__primitive_base__
    if base not in BUILTIN_VALUE:
        return nodes.OpaqueNode(annotation, lambda value: isinstance(value, cls), cls.__name__)
    return nodes.RefinedNode(
        annotation,
        cls,
        base,
        make=quick_constructor(cls),
        unwrap=BUILTIN_VALUE[base],
        json_rules=functools.partial(json_rules, cls),
        validate=quick_constructor(cls, nodes.raising_value_errors(cls)),
    )


def plain_value(value: Any) -> Any:
    """The value of a primitive as one of its plain base type; any other value as it is."""
    unwrap = BUILTIN_VALUE.get(type(value).__primitive_base__) if isinstance(value, Type_Safe__Primitive) else None
    return value if unwrap is None else unwrap(value)


def json_rules(primitive: Any) -> dict[str, Any]:
    """The rules of a primitive that JSON Schema can say in the same sense; sanitising is none of them."""
    rules: dict[str, Any] = {}
    if primitive.__primitive_base__ is str:
        longest = getattr(primitive, "max_length", None)
        shortest = getattr(primitive, "min_length", None)
        exact = getattr(primitive, "exact_length", False)
        if isinstance(longest, int):
            rules["maxLength"] = longest
        if not _takes_empty(primitive):
            rules["minLength"] = longest if exact else shortest if isinstance(shortest, int) else 1
        pattern = _pattern(primitive)
        if pattern is not None:
            rules["pattern"] = pattern
        return rules
    if not getattr(primitive, "clamp_to_range", False):
        for rule, attribute in (("minimum", "min_value"), ("maximum", "max_value")):
            bound = getattr(primitive, attribute, None)
            if isinstance(bound, int | float):
                rules[rule] = bound
    return rules


def _takes_empty(primitive: Any) -> bool:
    try:
        primitive("")
    except Exception:
        return False
    return True


_CHARACTERS = re.compile(r"\[\^((?:[^\]\\]|\\.)+)\]")


def _pattern(primitive: Any) -> str | None:
    """The pattern of all text that a strict string takes, the spaces among it that it strips; None where a pattern
    does not say it in the same sense."""
    if (
        primitive.__new__ is not Safe_Str.__new__
        or getattr(primitive.validate_and_sanitize, "__func__", None) is not Safe_Str.validate_and_sanitize.__func__
        or not primitive.strict_validation
        or primitive.to_lower_case
    ):
        return None
    written = primitive.regex.pattern
    if primitive.regex.flags & ~re.UNICODE:
        return None
    if primitive.regex_mode == Enum__Safe_Str__Regex_Mode.MATCH:
        if "|" in written or not written.startswith("^") or not written.endswith("$") or written.endswith("\\$"):
            return None if primitive.trim_whitespace or primitive.allow_empty else f"^(?:{written})"
        body = written[1:-1]
    else:
        refused = _CHARACTERS.fullmatch(written)  # a character of any but these
        if refused is None:
            return None
        body = f"[{refused[1]}]*"
    if primitive.allow_empty:
        body = f"(?:{body})?"
    return rf"^\s*{body}\s*$" if primitive.trim_whitespace else f"^{body}$"
