"""`Meta` of msgspec: read as constraints in the words of no kind, and written for such."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import annotated_types
from msgspec import Meta

from type_safe_convert.errors import ValueConversionError, describe_value
from type_safe_convert.types import nodes
from type_safe_convert.types.rules import Rule

# By the argument of `Meta`: the constraint that says the same, and the attribute of it that has the bound.
_CONSTRAINTS: dict[str, Any] = {
    "gt": annotated_types.Gt,
    "ge": annotated_types.Ge,
    "lt": annotated_types.Lt,
    "le": annotated_types.Le,
    "multiple_of": annotated_types.MultipleOf,
    "min_length": annotated_types.MinLen,
    "max_length": annotated_types.MaxLen,
}

_TIMEZONE = "tz"

_OPTIONS = ("title", "description", "examples")


def expand_meta(item: Any) -> Iterable[Any] | None:
    """The constraints in a `Meta`; None of any other item."""
    if not isinstance(item, Meta):
        return None
    found = [make(bound) for name, make in _CONSTRAINTS.items() if (bound := getattr(item, name)) is not None]
    if item.pattern is not None:
        found.append(_pattern_rule(item, item.pattern))
    if item.tz is not None:
        found.append(_timezone_rule(item, item.tz))
    return found


def _pattern_rule(item: Meta, pattern: str) -> Rule:
    def check(value: Any, annotation: Any) -> None:
        if isinstance(value, str) and re.search(pattern, value) is None:
            raise ValueConversionError(expected=f"text with a match of {pattern!r}", found=describe_value(value))

    return Rule(item, check, None, {"pattern": pattern})


def _timezone_rule(item: Meta, aware: bool) -> Rule:
    def check(value: Any, annotation: Any) -> None:
        if hasattr(value, "tzinfo") and (value.tzinfo is not None) is not aware:
            expected = "a time with a time zone" if aware else "a time without a time zone"
            raise ValueConversionError(expected=expected, found=describe_value(value))

    return Rule(item, check, None, {})


def options_of_meta(node: nodes.AnnotatedNode) -> dict[str, Any]:
    """What the `Meta` of a field says beyond constraints, as `Field.options` has it."""
    options: dict[str, Any] = {}
    for item in node.metadata:
        if isinstance(item, Meta):
            options |= {name: value for name in _OPTIONS if (value := getattr(item, name)) is not None}
            if item.extra_json_schema is not None:
                options["json_schema_extra"] = item.extra_json_schema
    return options


def struct_metadata(node: nodes.AnnotatedNode) -> tuple[Any, ...]:
    """The metadata of an `Annotated`, with a `Meta` for the constraints of other kinds that msgspec can check."""
    return node.metadata
