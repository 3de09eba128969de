"""Values that hold no others: scalars, enum members, literals, and values of refined types."""

from __future__ import annotations

import contextlib
import datetime
import enum
import pathlib
from collections.abc import Callable
from typing import Any

from type_safe_convert.errors import ValueConversionError, describe_value
from type_safe_convert.model.kind import unwrapped
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ATOMIC, INSIDE, Memo, Target, ValueConverter, mismatch
from type_safe_convert.values.copying import BUILTIN_VALUE, copy_value
from type_safe_convert.words import with_article

# The classes of the standard library that have no subclasses a value could well be of.
EXACT = ATOMIC - {pathlib.PurePath, datetime.date}


class ScalarConverter(ValueConverter):
    __slots__ = ("cls", "exact", "expected", "plain", "refined", "scalar", "target", "unwraps", "widens")

    def __init__(
        self, node: nodes.ScalarNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        cls = node.cls
        self.cls: type = cls
        self.target: Target = target
        self.widens: bool = target.into_origin and target.traits.validator_widens
        self.unwraps: bool = not target.same_family
        self.plain: Any = BUILTIN_VALUE.get(cls)
        self.expected: str = "None" if cls is type(None) else cls.__name__
        # The refined class whose values the source has here, and this target only their plain values.
        self.refined: nodes.RefinedNode | None = None
        if self.unwraps and target.source_traits.holds_refined_values and isinstance(source, nodes.RefinedNode):
            self.refined = source if source.base is cls else None
        self.exact: type | None = cls if cls in EXACT and self.refined is None else None
        self.scalar: type | None = self.exact

    def convert(self, value: Any, memo: Memo) -> Any:
        cls, found = self.cls, type(value)
        if found is cls:
            return value
        if cls is float and isinstance(value, int) and found is not bool:
            return float(value) if self.widens else value
        if isinstance(value, cls) and found is not bool and not (cls is datetime.date and found is datetime.datetime):
            if self.widens and self.plain is not None:
                return self.plain(value)
            return unwrapped(value) if self.unwraps else value
        if not self.target.checked:
            return copy_value(value, memo, self.target)
        raise mismatch(value, self.expected)

    def passes(self, source: SourceWriter, var: str) -> str | None:
        cls = self.cls
        if self.refined is not None:
            return None
        if cls is type(None):
            return f"{var} is None"
        if cls is float and not self.widens:
            return f"(type({var}) is {source.name(float, 'T')} or type({var}) is {source.name(int, 'T')})"
        if cls in EXACT or cls is datetime.date:
            return f"type({var}) is {source.name(cls, 'T')}"
        return f"isinstance({var}, {source.name(cls, 'T')})"

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        if self.refined is None:
            super().write(source, var, otherwise)
        else:
            write_plain(source, var, self.refined, otherwise)

    def simple(self, source: SourceWriter, var: str) -> tuple[str, str] | None:
        return super().simple(source, var) if self.refined is None else to_plain(source, var, self.refined)


def to_plain(source: SourceWriter, var: str, node: nodes.RefinedNode) -> tuple[str, str]:
    """The test for a value of a refined type, and the expression for its plain value."""
    return f"type({var}) is {source.name(node.cls, 'T')}", f"{source.name(node.unwrap, 'plain')}({var})"


def write_plain(source: SourceWriter, var: str, node: nodes.RefinedNode, otherwise: str) -> None:
    """The line that gives a value of a refined type its plain value."""
    test, plain = to_plain(source, var, node)
    source.add(2, f"{var} = {plain} if {test} else {otherwise}")


class EnumConverter(ValueConverter):
    __slots__ = ("by_value", "checked", "cls")

    def __init__(
        self, node: nodes.EnumNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.cls: type[enum.Enum] = node.cls
        self.checked: bool = target.checked
        by_rule = target.rules is not None and target.rules.enums_by_value
        self.by_value: bool = by_rule or _holds_enum_values(target)

    def convert(self, value: Any, memo: Memo) -> Any:
        cls = self.cls
        if isinstance(value, cls):
            return value
        if self.by_value:  # before names: the value of one member may be the name of another
            with contextlib.suppress(ValueError):
                member = cls(value)
                if type(member.value) is type(value) and member.value == value:
                    return member
        if type(value) is str:
            # By name first and then by value: the order of Type_Safe__Step__Init.convert_value_to_type_safe_objects.
            if value in cls.__members__:
                return cls[value]
            try:
                return cls(value)
            except ValueError:
                pass
        if not self.checked:
            return value
        raise mismatch(value, with_article(cls.__name__))

    def passes(self, source: SourceWriter, var: str) -> str | None:
        if self.by_value and not self.checked:  # unchecked lines take what passes without a test
            return None
        return f"type({var}) is {source.name(self.cls, 'T')}"


def _holds_enum_values(target: Target) -> bool:
    """Whether values come from a model with `use_enum_values`, which holds the values of members, of whatever class."""
    by_value = target.enum_values or (target.same_family and target.origin_traits.enum_by_value)
    return by_value and not target.check_only


class LiteralConverter(ValueConverter):
    __slots__ = ("by_value", "checked", "expected", "values")

    def __init__(
        self, node: nodes.LiteralNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.values: tuple[Any, ...] = node.values
        self.checked: bool = target.checked
        self.expected: str = "one of " + ", ".join(map(repr, node.values))
        self.by_value: bool = _holds_enum_values(target)

    def convert(self, value: Any, memo: Memo) -> Any:
        for choice in self.values:
            if type(choice) is type(value) and choice == value:
                return value
        if not self.checked:
            return value
        for choice in self.values:
            if self.stands_for(value, choice):
                return choice
        raise mismatch(value, self.expected)

    def stands_for(self, value: Any, choice: Any) -> bool:
        """As pydantic has it, the member of an enum that is text as well stands for the text, and the other way."""
        if self.by_value and isinstance(choice, enum.Enum) and type(choice.value) is type(value):
            return bool(choice.value == value)
        if type(value) is bool or type(choice) is bool or choice != value:
            return False
        return isinstance(value, type(choice)) or isinstance(choice, type(value))

    def passes(self, source: SourceWriter, var: str) -> str | None:
        classes = {type(value) for value in self.values}
        if len(classes) != 1 or not classes < {str, int, bool}:
            return None
        choices = source.name(frozenset(self.values), "choices")
        return f"type({var}) is {source.name(type(self.values[0]), 'T')} and {var} in {choices}"


_CONTAINERS = (list, dict, tuple, set, frozenset)


class RefinedConverter(ValueConverter):
    __slots__ = ("cls", "make", "node", "passes_as_is", "plain", "runs_user_code", "to_plain")

    def __init__(
        self, node: nodes.RefinedNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.cls: Any = node.cls
        self.node: nodes.RefinedNode = node
        self.plain: Callable[[Any], Any] = node.unwrap
        self.to_plain: bool = not target.into_origin and not target.traits.holds_refined_values
        # Whether the source has values of the refined type, or their plain values.
        self.passes_as_is: bool = target.source_traits.holds_refined_values
        self.make: Callable[[Any], Any] = node.make
        self.runs_user_code: bool = not self.passes_as_is

    def convert(self, value: Any, memo: Memo) -> Any:
        cls = self.cls
        if type(value) is cls:
            return self.plain(value) if self.to_plain else value
        if isinstance(value, cls):
            return value
        if value is None or isinstance(value, _CONTAINERS):  # which would become its text, brackets and all
            raise mismatch(value, with_article(cls.__name__))
        try:
            made = self.make(value)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ValueConversionError(
                str(error), expected=with_article(cls.__name__), found=describe_value(value)
            ) from error
        return self.plain(made) if self.to_plain else made

    def passes(self, source: SourceWriter, var: str) -> str | None:
        return f"type({var}) is {source.name(self.cls, 'T')}" if self.passes_as_is and not self.to_plain else None

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        if not self.passes_as_is:
            made = f"    {var} = {self.made_of_plain(source, var, otherwise)}"
            source.add(2, "try:", made, "except Exception:", f"    {var} = {otherwise}")
        elif self.to_plain:
            write_plain(source, var, self.node, otherwise)
        else:
            super().write(source, var, otherwise)

    def call(self, source: SourceWriter, var: str) -> str | None:
        if self.passes_as_is:
            return None
        return self.made_of_plain(source, var, f"{source.name(self.convert, 'value')}({var}, memo)")

    def made_of_plain(self, source: SourceWriter, var: str, otherwise: str) -> str:
        """The expression for what is made of a plain value; it may raise what the class of the values raises."""
        made = f"{source.name(self.make, 'make')}({var})"
        made = f"{source.name(self.plain, 'plain')}({made})" if self.to_plain else made
        return f"{made} if type({var}) is {source.name(self.node.base, 'T')} else {otherwise}"

    def simple(self, source: SourceWriter, var: str) -> tuple[str, str] | None:
        if self.passes_as_is and self.to_plain:
            return to_plain(source, var, self.node)
        return super().simple(source, var)
