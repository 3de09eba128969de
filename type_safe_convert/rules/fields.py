"""The rules that one field of the target may have."""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, Final

from type_safe_convert.conversion.pair import ClassPair, FieldRule, Found
from type_safe_convert.conversion.sources import Computed, Fixed, FromCall
from type_safe_convert.errors import ClassConversionError, describe_value
from type_safe_convert.model.shape import Field
from type_safe_convert.rules.paths import Path
from type_safe_convert.types.nodes import Node
from type_safe_convert.types.parse import parse


@dataclasses.dataclass(frozen=True, slots=True)
class Constant(FieldRule):
    """The field has the same value in every instance: `"channel": Constant("web")`. Each gets a copy of its own."""

    value: Any

    def find(self, pair: ClassPair, field: Field) -> Found:
        """The place of the value in a plan."""
        return Found(value_source=Fixed(self.value))


@dataclasses.dataclass(frozen=True, slots=True)
class Given(FieldRule):
    """The value of the field comes with the call: `convert(order, OrderDto, values={"tenant": "acme"})`."""

    def find(self, pair: ClassPair, field: Field) -> Found:
        """The place of the value in a plan."""
        return Found(value_source=FromCall(field.name))


class Skip(FieldRule):
    """The type of SKIP: the field keeps the target's own default."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "SKIP"

    def __reduce__(self) -> str:
        return "SKIP"

    def find(self, pair: ClassPair, field: Field) -> Found:
        return Found()


SKIP: Final = Skip()


@dataclasses.dataclass(frozen=True, slots=True)
class Function(FieldRule):
    """The value of the field is what a function returns of the source instance."""

    function: Callable[[Any], Any]

    def find(self, pair: ClassPair, field: Field) -> Found:
        return Found(value_source=Computed(self.function), place=(), returned=_returned(self.function))


def _returned(function: Any) -> Node | None:
    """Returns the node of a function's return annotation; None without one."""
    if isinstance(function, type):
        return parse(function)
    try:
        annotation = inspect.get_annotations(function, eval_str=True).get("return", Any)
        return parse(annotation) if annotation is not Any else None
    except Exception:  # names that do not exist at run time, and callables of any kind
        return None


class Refused(FieldRule):
    """Stands for an invalid rule, which is an error of the converter together with all others."""

    def __init__(self, problem: ClassConversionError) -> None:
        self.problem = problem

    def find(self, pair: ClassPair, field: Field) -> Found:
        """Raises ClassConversionError."""
        problem = copy.copy(self.problem)
        problem.path, problem.source_class, problem.target_class = (field.name,), pair.source, pair.target
        raise problem


def can_be_called(function: Callable[..., Any]) -> bool:
    """Whether a function returns its result when it is called with one argument, as far as its signature tells."""
    if inspect.iscoroutinefunction(function):
        return False
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    except ValueError:  # of some of Python's own, which tell no signature
        return True
    return True


def rule_of(said: Any) -> FieldRule:
    """The rule for a field, of what a user wrote."""
    try:
        return _rule_of(said)
    except ClassConversionError as problem:
        return Refused(problem)


def _rule_of(said: Any) -> FieldRule:
    if isinstance(said, str) and said:
        return Path(tuple(said.split(".")))
    if isinstance(said, tuple) and said and all(isinstance(name, str) for name in said):
        return Path(said)
    if said is Given:
        return Given()
    if isinstance(said, FieldRule):
        return said
    if callable(said) and not (isinstance(said, type) and issubclass(said, FieldRule)):
        if not can_be_called(said):
            raise ClassConversionError(
                "a function of a rule is called with the source instance alone",
                expected="a function of one argument, not async",
                found=describe_value(said),
            )
        return Function(said)
    raise ClassConversionError(
        "no rule for a field",
        expected="a path ('customer.name'), a function of the source, a Constant, Given() or SKIP",
        found=describe_value(said),
    )
