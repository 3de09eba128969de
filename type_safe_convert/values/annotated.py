"""Values of `Annotated`: those of the annotation inside, under the constraints in the metadata."""

from __future__ import annotations

from typing import Any

from type_safe_convert.errors import ConversionError, NestingTooDeepError
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.values.base import INSIDE, Convert, Memo, Target, ValueConverter, converter_for
from type_safe_convert.values.constraints import Check, Comparison, checks_of, tests_of
from type_safe_convert.values.copying import copy_value


def annotated_converter(
    node: nodes.AnnotatedNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
) -> ValueConverter:
    if node.check_text is not None and target.encoded:
        return TextConverter(node.check_text, target)
    source = source.inner if isinstance(source, nodes.AnnotatedNode) else source
    # Type_Safe's constructor leaves what is Annotated plain.
    plain = target.into_origin or not target.same_family
    inner = converter_for(node.inner, target, source, INSIDE if plain else depth)
    checks = checks_of(node, target.check_only) if target.checked else []
    # In a generated class, a validator that changes a value does so once, in the model.
    validate = node.validate if target.check_only else None
    checks += [] if validate is None else [validate]
    carries = target.same_family and node.widens
    return ConstrainedConverter(inner, target, checks, carries, validate) if checks or carries else inner


class ConstrainedConverter(ValueConverter):
    """The values of the inner converter that pass the checks.

    Attributes:
        carries: whether a validator may have made of a value what the annotation does not say, so that it is carried.
    """

    __slots__ = ("carries", "checks", "convert_inner", "inner", "target", "validate")

    def __init__(
        self, inner: ValueConverter, target: Target, checks: list[Check], carries: bool, validate: Check | None
    ) -> None:
        self.inner: ValueConverter = inner
        self.convert_inner: Convert = inner.convert
        self.target: Target = target
        self.checks: list[Check] = checks
        self.carries: bool = carries
        self.validate: Check | None = validate

    def convert(self, value: Any, memo: Memo) -> Any:
        try:
            made = self.convert_inner(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError:
            if not self.carries:
                raise
            if self.validate is not None:
                self.validate(value)
            return copy_value(value, memo, self.target)
        for check in self.checks:
            check(made)
        return made

    def passes(self, source: SourceWriter, var: str) -> str | None:
        optional = self.inner.optional
        if optional is None:
            return self.passes_of(self.inner, source, var)
        # None keeps every bound; of other checks that is not known.
        if not all(isinstance(check, Comparison) for check in self.checks):
            return None
        condition = self.passes_of(optional, source, var)
        return None if condition is None else f"({var} is None or {condition})"

    def passes_of(self, inner: ValueConverter, source: SourceWriter, var: str) -> str | None:
        condition = None if inner.scalar is None else inner.passes(source, var)
        if condition is None or inner.scalar is None:
            return None
        tests = tests_of(self.checks, source, var, inner.scalar)
        return None if tests is None else " and ".join([condition, *tests])

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        held_in = self.inner.usual
        tests = None
        if held_in is not None and issubclass(held_in, list | dict) and not self.carries:
            tests = tests_of(self.checks, source, var, held_in)
        if held_in is None or tests is None:
            super().write(source, var, otherwise)
            return
        conditions = [f"type({var}) is {source.name(held_in, 'T')}", *tests]
        with source.behind(" and ".join(conditions)):
            self.inner.write(source, var, otherwise)
        source.add(2, "else:", f"    {var} = {otherwise}")


class TextConverter(ValueConverter):
    """The text from which the validator of an origin model makes the value."""

    __slots__ = ("check", "target")

    def __init__(self, check: Check, target: Target) -> None:
        self.check: Check = check
        self.target: Target = target

    def convert(self, value: Any, memo: Memo) -> Any:
        if self.target.checked:
            self.check(value)
        return copy_value(value, memo, self.target)
