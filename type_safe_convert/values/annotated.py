"""Values of `Annotated`: those of the annotation inside, under the constraints in the metadata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from type_safe_convert.errors import ConversionError, NestingTooDeepError
from type_safe_convert.types import nodes
from type_safe_convert.values.base import INSIDE, Memo, Target, ValueConverter, converter_for
from type_safe_convert.values.constraints import (
    by_pydantic,
    check_of,
    flat_metadata,
    is_checked_by_itself,
    is_function_validator,
    is_general,
    is_json,
    is_own_check,
    is_scalar,
)
from type_safe_convert.values.copying import copy_value
from type_safe_convert.values.unions import UnionConverter

Check = Callable[[Any], Any]


def annotated_converter(
    node: nodes.AnnotatedNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
) -> ValueConverter:
    metadata = list(flat_metadata(node.metadata))
    if any(map(is_json, metadata)) and target.encoded:
        return JsonText(node.inner, metadata, target)
    inner: ValueConverter
    source = source.inner if isinstance(source, nodes.AnnotatedNode) else source
    if isinstance(node.inner, nodes.UnionNode):
        inner = UnionConverter(node.inner, target, source, metadata=(*node.metadata, *metadata))
    else:
        # Type_Safe's constructor leaves what is Annotated plain.
        plain = target.native or not target.same_family
        inner = converter_for(node.inner, target, source, INSIDE if plain else depth)
    judge = _judge(node, metadata, target)
    checks = _checks(node, metadata, target) if target.checked else []
    checks += [judge] if judge is not None else []
    carries = target.same_family and any(map(is_function_validator, metadata))
    return ConstrainedConverter(inner, target, checks, carries, judge) if checks or carries else inner


def _is_judged(inner: nodes.Node) -> bool:
    """Whether pydantic's own constraints are checked for values of this node."""
    return is_scalar(inner) or nodes.is_pydantic_type(inner.annotation)


def _checks(node: nodes.AnnotatedNode, metadata: list[Any], target: Target) -> list[Check]:
    checks: list[Check] = [check for item in metadata if (check := check_of(item, node)) is not None]
    if _is_judged(node.inner):
        general = [item for item in metadata if is_general(item)]
        if general:
            checks.append(by_pydantic(node.inner, general))
        own = [item for item in metadata if is_own_check(item)]
        if own and not target.check_only:
            checks.append(by_pydantic(node.inner, own, strict=True))
    return checks


def _judge(node: nodes.AnnotatedNode, metadata: list[Any], target: Target) -> Check | None:
    """In a generated class, the check by validators: one that changes a value does so once, in the model."""
    if target.check_only and _is_judged(node.inner) and any(map(is_checked_by_itself, metadata)):
        return by_pydantic(node.inner, [item for item in metadata if not is_json(item)], strict=True)
    return None


class ConstrainedConverter(ValueConverter):
    """The values of the inner converter that pass the checks.

    Attributes:
        carries: whether a validator may have made of a value what the annotation does not say, so that it is carried.
    """

    __slots__ = ("carries", "checks", "convert_inner", "judge", "target")

    def __init__(
        self, inner: ValueConverter, target: Target, checks: list[Check], carries: bool, judge: Check | None
    ) -> None:
        self.convert_inner = inner.convert
        self.target = target
        self.checks = checks
        self.carries = carries
        self.judge = judge

    def convert(self, value: Any, memo: Memo) -> Any:
        try:
            made = self.convert_inner(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError:
            if not self.carries:
                raise
            if self.judge is not None:
                self.judge(value)
            return copy_value(value, memo, self.target)
        for check in self.checks:
            check(made)
        return made


class JsonText(ValueConverter):
    """The text that an origin model reads; its validator makes the value of it."""

    __slots__ = ("check", "target")

    def __init__(self, inner: nodes.Node, metadata: list[Any], target: Target) -> None:
        self.check = by_pydantic(inner, metadata, strict=True)
        self.target = target

    def convert(self, value: Any, memo: Memo) -> Any:
        if self.target.checked:
            self.check(value)
        return copy_value(value, memo, self.target)
