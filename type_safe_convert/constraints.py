"""The constraints in an annotation as checks of a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import annotated_types
from osbot_utils.type_safe.validators.Type_Safe__Validator import Type_Safe__Validator
from pydantic import AllowInfNan, Strict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from type_safe_convert import annotations as nodes
from type_safe_convert.context import refusal
from type_safe_convert.errors import ValueConversionError, describe_value, from_pydantic_detail


def flat_metadata(metadata: Iterable[Any]) -> Iterable[Any]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from flat_metadata(item.metadata)
        elif isinstance(item, annotated_types.GroupedMetadata):
            yield from flat_metadata(item)
        else:
            yield item


def is_function_validator(item: Any) -> bool:
    return hasattr(item, "__get_pydantic_core_schema__") and hasattr(item, "func")


def is_general(item: Any) -> bool:
    """pydantic's own constraints (pattern, decimal places, ...), which only pydantic can check as pydantic does."""
    if isinstance(item, annotated_types.MultipleOf | AllowInfNan):
        return True
    own = isinstance(item, annotated_types.BaseMetadata) and type(item).__module__.startswith("pydantic")
    return own and not isinstance(item, Strict)


def is_scalar(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Scalar | nodes.Primitive) or (
        isinstance(node, nodes.Union) and all(map(is_scalar, node.members))
    )


_COMPARISONS: list[tuple[Any, str, Callable[[Any, Any], bool], str]] = [
    (annotated_types.Gt, "gt", lambda value, bound: value > bound, "greater than"),
    (annotated_types.Ge, "ge", lambda value, bound: value >= bound, "at least"),
    (annotated_types.Lt, "lt", lambda value, bound: value < bound, "less than"),
    (annotated_types.Le, "le", lambda value, bound: value <= bound, "at most"),
    (annotated_types.MinLen, "min_length", lambda value, bound: len(value) >= bound, "of length at least"),
    (annotated_types.MaxLen, "max_length", lambda value, bound: len(value) <= bound, "of length at most"),
]


def check_of(item: Any, node: nodes.Constrained) -> Callable[[Any], None] | None:
    for cls, attribute, holds, words in _COMPARISONS:
        if isinstance(item, cls):
            return _compare(getattr(item, attribute), holds, f"{words} {getattr(item, attribute)!r}")
    if isinstance(item, annotated_types.Predicate):
        func = item.func
        return _compare(None, lambda value, _: bool(func(value)), f"a value that {item} holds for")
    if isinstance(item, Type_Safe__Validator):
        return _by_type_safe(item, node)
    return None


def _compare(bound: Any, holds: Callable[[Any, Any], bool], expected: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        try:
            fits = value is None or holds(value, bound)
        except TypeError:
            fits = False
        if not fits:
            raise refusal(value, expected)

    return check


def _by_type_safe(validator: Type_Safe__Validator, node: nodes.Constrained) -> Callable[[Any], None]:
    target_type = node.inner.annotation

    def check(value: Any) -> None:
        try:
            validator.validate(value=value, field_name="value", target_type=target_type)
        except ValueError as error:
            raise ValueConversionError(str(error), found=describe_value(value)) from error

    return check


def by_pydantic(inner: nodes.Node, metadata: list[Any], strict: bool | None = None) -> Callable[[Any], None]:
    adapter: list[TypeAdapter[Any]] = []

    def check(value: Any) -> None:
        if not adapter:
            plain = nodes.render(inner, lambda node: node.base if isinstance(node, nodes.Primitive) else NotImplemented)
            adapter.append(TypeAdapter(nodes.annotated(plain, *metadata) if metadata else inner.annotation))
        try:
            adapter[0].validate_python(value, strict=strict)
        except ValidationError as error:
            raise from_pydantic_detail(error.errors(include_url=False)[0], value) from error

    return check
