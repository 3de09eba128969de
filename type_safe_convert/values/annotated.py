"""Values of `Annotated`: those of the annotation inside, under the constraints in the metadata."""

from __future__ import annotations

from typing import Any

from type_safe_convert.errors import ConversionError, NestingTooDeepError
from type_safe_convert.types import nodes
from type_safe_convert.values.base import INSIDE, Memo, Target, ValueConverter, converter_for
from type_safe_convert.values.constraints import Check, checks_of
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

    __slots__ = ("carries", "checks", "convert_inner", "target", "validate")

    def __init__(
        self, inner: ValueConverter, target: Target, checks: list[Check], carries: bool, validate: Check | None
    ) -> None:
        self.convert_inner = inner.convert
        self.target = target
        self.checks = checks
        self.carries = carries
        self.validate = validate

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


class TextConverter(ValueConverter):
    """The text from which the validator of an origin model makes the value."""

    __slots__ = ("check", "target")

    def __init__(self, check: Check, target: Target) -> None:
        self.check = check
        self.target = target

    def convert(self, value: Any, memo: Memo) -> Any:
        if self.target.checked:
            self.check(value)
        return copy_value(value, memo, self.target)
