"""The constraints in an annotation as checks of a value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import annotated_types

from type_safe_convert.types import nodes
from type_safe_convert.types.rules import Rule
from type_safe_convert.values.base import mismatch

Check = Callable[[Any], Any]


def _is_multiple(value: Any, bound: Any) -> bool:
    """As pydantic-core has it, which takes a float that is no further off than rounding explains."""
    if not isinstance(value, float):
        return bool(value % bound == 0)
    rest = abs(math.fmod(value, bound)) if math.isfinite(value) else math.nan
    rounding = abs(value) / 1e9
    return not (rest > rounding and abs(rest - bound) > rounding)


_COMPARISONS: list[tuple[Any, str, Callable[[Any, Any], bool], str]] = [
    (annotated_types.Gt, "gt", lambda value, bound: value > bound, "greater than"),
    (annotated_types.Ge, "ge", lambda value, bound: value >= bound, "at least"),
    (annotated_types.Lt, "lt", lambda value, bound: value < bound, "less than"),
    (annotated_types.Le, "le", lambda value, bound: value <= bound, "at most"),
    (annotated_types.MinLen, "min_length", lambda value, bound: len(value) >= bound, "of length at least"),
    (annotated_types.MaxLen, "max_length", lambda value, bound: len(value) <= bound, "of length at most"),
    (annotated_types.MultipleOf, "multiple_of", _is_multiple, "a multiple of"),
]


def checks_of(node: nodes.AnnotatedNode, check_only: bool) -> list[Check]:
    """The checks of values of the annotation; `check_only`: without those that `node.validate` includes."""
    annotation = node.inner.annotation
    found = (_check_of(item, annotation) for item in node.constraints)
    checks = [check for check in found if check is not None]
    return [*checks, *node.checks, *(() if check_only else node.narrow_checks)]


def _check_of(item: Any, annotation: Any) -> Check | None:
    for cls, attribute, holds, words in _COMPARISONS:
        if isinstance(item, cls):
            return _compare(getattr(item, attribute), holds, f"{words} {getattr(item, attribute)!r}")
    if isinstance(item, annotated_types.Predicate):
        func = item.func
        return _compare(None, lambda value, _: bool(func(value)), f"a value that {item} holds for")
    if isinstance(item, Rule):
        return lambda value: item.check(value, annotation)
    return None


def _compare(bound: Any, holds: Callable[[Any, Any], bool], expected: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        try:
            fits = value is None or holds(value, bound)
        except TypeError:
            fits = False
        if not fits:
            raise mismatch(value, expected)

    return check
