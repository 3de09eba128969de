"""The constraints in an annotation as checks of a value."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable
from typing import Any

import annotated_types

from type_safe_convert.model.source import SourceWriter
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


# The class of a constraint, the attribute with its bound, its operator in source, and its words.
_COMPARISONS: list[tuple[Any, str, Callable[[Any, Any], bool], str, str]] = [
    (annotated_types.Gt, "gt", lambda value, bound: value > bound, ">", "greater than"),
    (annotated_types.Ge, "ge", lambda value, bound: value >= bound, ">=", "at least"),
    (annotated_types.Lt, "lt", lambda value, bound: value < bound, "<", "less than"),
    (annotated_types.Le, "le", lambda value, bound: value <= bound, "<=", "at most"),
    (annotated_types.MinLen, "min_length", lambda value, bound: len(value) >= bound, ">=", "of length at least"),
    (annotated_types.MaxLen, "max_length", lambda value, bound: len(value) <= bound, "<=", "of length at most"),
    (annotated_types.MultipleOf, "multiple_of", _is_multiple, "", "a multiple of"),
]
_LENGTHS = (annotated_types.MinLen, annotated_types.MaxLen)
_MIRRORED = {">": "<", ">=": "<="}

# Classes whose instances compare with each other, whatever their values; those of numbers with all numbers.
_NUMBERS = frozenset({int, float, bool})
_COMPARABLE = frozenset({str, bytes, datetime.date, datetime.timedelta})


class Comparison:
    """A check of a bound of `annotated_types`; None passes.

    Attributes:
        operator: how source compares a value, or its length, with the bound; empty where it takes more than that.
    """

    __slots__ = ("bound", "cls", "expected", "holds", "operator")

    def __init__(self, cls: Any, bound: Any, holds: Callable[[Any, Any], bool], operator: str, expected: str) -> None:
        self.cls: Any = cls
        self.bound: Any = bound
        self.holds: Callable[[Any, Any], bool] = holds
        self.operator: str = operator
        self.expected: str = expected

    def __call__(self, value: Any) -> None:
        try:
            fits = value is None or self.holds(value, self.bound)
        except TypeError:
            fits = False
        if not fits:
            raise mismatch(value, self.expected)

    def operand(self, var: str, cls: type) -> str | None:
        """Returns source text to compare with the bound, for values of exactly that class; None if that could raise."""
        if self.cls in _LENGTHS:
            return f"len({var})" if hasattr(cls, "__len__") else None
        bound = type(self.bound)
        comparable = (cls in _NUMBERS and bound in _NUMBERS) or (cls is bound and cls in _COMPARABLE)
        return var if comparable and self.operator else None


def tests_of(checks: Iterable[Check], source: SourceWriter, var: str, cls: type) -> list[str] | None:
    """Expressions that are all true only of values, of exactly that class, which the checks accept; None where that
    takes more."""
    tests: list[str] = []
    lower: dict[str, str] = {}
    upper: dict[str, str] = {}
    for check in checks:
        if not isinstance(check, Comparison):
            # A check of one kind of model may have a function that tells what it accepts.
            fits = getattr(check, "fits", lambda: None)()
            if fits is None:
                return None
            tests.append(f"{source.name(fits, 'fits')}({var})")
            continue
        operand = check.operand(var, cls)
        if operand is None:
            return None
        bound, mirrored = source.name(check.bound, "bound"), _MIRRORED.get(check.operator)
        side, part = (upper, f"{check.operator} {bound}") if mirrored is None else (lower, f"{bound} {mirrored}")
        if operand in side:  # of two bounds, each is looked at
            tests.append(f"{operand} {check.operator} {bound}")
        side.setdefault(operand, part)
    ranges = [
        " ".join(filter(None, (lower.get(operand), operand, upper.get(operand)))) for operand in {**lower, **upper}
    ]
    return [*ranges, *tests]


def checks_of(node: nodes.AnnotatedNode, check_only: bool) -> list[Check]:
    """The checks of values of the annotation; `check_only`: without those that `node.validate` includes."""
    annotation = node.inner.annotation
    found = (_check_of(item, annotation) for item in node.constraints)
    checks = [check for check in found if check is not None]
    return [*checks, *node.checks, *(() if check_only else node.narrow_checks)]


def _check_of(item: Any, annotation: Any) -> Check | None:
    for cls, attribute, holds, operator, words in _COMPARISONS:
        if isinstance(item, cls):
            bound = getattr(item, attribute)
            return Comparison(cls, bound, holds, operator, f"{words} {bound!r}")
    if isinstance(item, annotated_types.Predicate):
        func = item.func
        return Comparison(None, None, lambda value, _: bool(func(value)), "", f"a value that {item} holds for")
    if isinstance(item, Rule):
        return lambda value: item.check(value, annotation)
    return None
