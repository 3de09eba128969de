"""The constraints in an annotation as checks of a value, and what a validator is to be given for a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import annotated_types
from osbot_utils.type_safe.validators.Type_Safe__Validator import Type_Safe__Validator
from pydantic import (
    AllowInfNan,
    EncodedBytes,
    EncodedStr,
    Json,
    SkipValidation,
    Strict,
    TypeAdapter,
    UrlConstraints,
    ValidationError,
)
from pydantic.fields import FieldInfo
from pydantic.types import PathType, UuidVersion
from pydantic_core import to_json

from type_safe_convert.errors import ValueConversionError, describe_value, from_pydantic_detail
from type_safe_convert.model.shape import Field
from type_safe_convert.types import nodes
from type_safe_convert.types.render import annotated, render
from type_safe_convert.values.base import refusal
from type_safe_convert.values.copying import like, like_dict
from type_safe_convert.values.members import flatten, rank


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


def is_own_check(item: Any) -> bool:
    """Whether it is one of pydantic's own checks of a value that leave it as it is: in UUID4, FilePath, some URLs."""
    return isinstance(item, UuidVersion | PathType | UrlConstraints)


def is_checked_by_itself(item: Any) -> bool:
    """What only pydantic can check, a validator somebody wrote among it: UuidVersion, PathType, AfterValidator, ..."""
    encodes = is_json(item) or isinstance(item, EncodedStr | EncodedBytes)
    return hasattr(item, "__get_pydantic_core_schema__") and not encodes


def changes_text(item: Any) -> bool:
    """Whether it is a part of `StringConstraints` that changes the text before the others are looked at."""
    said = vars(item) if is_general(item) and hasattr(item, "__dict__") else {}
    return any(said.get(name) for name in ("strip_whitespace", "to_upper", "to_lower"))


def takes_more(node: nodes.Node) -> bool:
    """Whether a validator in the annotation may take a value that the annotation itself does not allow."""
    return any(
        is_function_validator(item)
        or changes_text(item)
        or SkipValidation in (item, type(item))
        or (is_checked_by_itself(item) and not type(item).__module__.startswith("pydantic."))
        for found in nodes.walk(node)
        if isinstance(found, nodes.AnnotatedNode)
        for item in flat_metadata(found.metadata)
    )


def is_scalar(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode | nodes.RefinedNode) or (
        isinstance(node, nodes.UnionNode) and all(map(is_scalar, node.members))
    )


_COMPARISONS: list[tuple[Any, str, Callable[[Any, Any], bool], str]] = [
    (annotated_types.Gt, "gt", lambda value, bound: value > bound, "greater than"),
    (annotated_types.Ge, "ge", lambda value, bound: value >= bound, "at least"),
    (annotated_types.Lt, "lt", lambda value, bound: value < bound, "less than"),
    (annotated_types.Le, "le", lambda value, bound: value <= bound, "at most"),
    (annotated_types.MinLen, "min_length", lambda value, bound: len(value) >= bound, "of length at least"),
    (annotated_types.MaxLen, "max_length", lambda value, bound: len(value) <= bound, "of length at most"),
]


def check_of(item: Any, node: nodes.AnnotatedNode) -> Callable[[Any], None] | None:
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


def _by_type_safe(validator: Type_Safe__Validator, node: nodes.AnnotatedNode) -> Callable[[Any], None]:
    target_type = node.inner.annotation

    def check(value: Any) -> None:
        try:
            validator.validate(value=value, field_name="value", target_type=target_type)
        except ValueError as error:
            raise ValueConversionError(str(error), found=describe_value(value)) from error

    return check


def by_pydantic(inner: nodes.Node, metadata: list[Any], strict: bool | None = None) -> Callable[[Any], Any]:
    """What pydantic makes of a value, or its refusal as ours."""
    adapter: list[TypeAdapter[Any]] = []

    def check(value: Any) -> Any:
        if not adapter:
            plain = render(inner, lambda node: node.base if isinstance(node, nodes.RefinedNode) else NotImplemented)
            adapter.append(TypeAdapter(annotated(plain, *metadata) if metadata else inner.annotation))
        try:
            return adapter[0].validate_python(value, strict=strict, by_alias=True, by_name=True)
        except ValidationError as error:
            raise from_pydantic_detail(error.errors(include_url=False)[0], value) from error

    return check


# What a validator is given: another thing than the value that it makes of it, for `Json`, `Base64Bytes` and their like.

Form = Callable[[Any], Any]


def input_forms(fields: Mapping[str, Field]) -> dict[str, Form]:
    """By name, for the fields that have one: what makes of a value the text from which the validator made it."""
    return {name: form for name, field in fields.items() if (form := input_form(field.node)) is not None}


def input_form(node: nodes.Node) -> Form | None:
    """As `input_forms`, for one node. A value that is none of this node's stays as it is."""
    if not any(map(_is_encoded, nodes.walk(node))):
        return None
    make = _form(node, {}) or _itself

    def make_or_leave(value: Any) -> Any:
        try:
            return make(value)
        except Exception:  # the validator will say what is wrong
            return value

    return make_or_leave


def _is_encoded(node: nodes.Node) -> bool:
    return is_json(node.annotation) or (isinstance(node, nodes.AnnotatedNode) and encoder(node.metadata) is not None)


def encoder(metadata: Iterable[Any]) -> Form | None:
    """What makes the text from a value, for metadata that has a validator make the value from the text."""
    for item in metadata:
        if is_json(item):
            return _json_text
        if isinstance(item, EncodedStr):
            return item.encode_str
        if isinstance(item, EncodedBytes):
            return item.encode
    return None


def is_json(item: Any) -> bool:
    return item is Json or type(item) is Json


def _form(node: nodes.Node, again: dict[nodes.Node, Form]) -> Form | None:
    """`again` has the forms of what stands in itself, made when they are needed."""
    match node:
        case nodes.RecursionNode():
            return lambda value: _form_again(node, again)(value)
        case nodes.AnyNode(annotation=annotation) if is_json(annotation):
            return _json_text
        case nodes.AnnotatedNode(inner=inner, metadata=metadata):
            inside, encode = _form(inner, again), encoder(metadata)
            if encode is not None:
                return encode if inside is None else _one_after_the_other(inside, encode)
            return inside
        case nodes.UnionNode():
            return _form_of_union(flatten(node), again)
        case nodes.CollectionNode(item=item):
            form = _form(item, again)
            return form and (lambda value: like(value, list(map(form, value))))
        case nodes.MappingNode(key=key, value=value):
            key_form, value_form = _form(key, again) or _itself, _form(value, again) or _itself
            if key_form is _itself and value_form is _itself:
                return None
            return lambda value: like_dict(value, {key_form(key): value_form(item) for key, item in value.items()})
        case nodes.TupleNode(items=items, variadic=variadic):
            forms = [_form(item, again) or _itself for item in items]
            if all(form is _itself for form in forms):
                return None
            return lambda value: like(
                value, [form(item) for form, item in zip(forms * len(value) if variadic else forms, value, strict=True)]
            )
        case nodes.TypedDictNode(items=items):
            by_key = {key: form for key, item in items.items() if (form := _form(item, again)) is not None}
            extra = (node.extra and _form(node.extra, again)) or _itself
            others = dict.fromkeys(items, _itself)
            if by_key or extra is not _itself:
                forms_by_key = {**others, **by_key}
                return lambda value: {key: forms_by_key.get(key, extra)(item) for key, item in value.items()}
    return None


def _json_text(value: Any) -> bytes:
    return to_json(value, by_alias=False, round_trip=True)  # validators are called by name


def _itself(value: Any) -> Any:
    return value


def _one_after_the_other(first: Form, second: Form) -> Form:
    return lambda value: second(first(value))


def _form_again(node: nodes.RecursionNode, again: dict[nodes.Node, Form]) -> Form:
    if node not in again:
        again[node] = _form(node.target(), again) or _itself
    return again[node]


def _form_of_union(members: list[nodes.Node], again: dict[nodes.Node, Form]) -> Form | None:
    forms = [_form(member, again) or _itself for member in members]
    if all(form is _itself for form in forms):
        return None

    def form_of_member(value: Any) -> Any:
        ranks = [rank(member, type(value)) for member in members]
        nearest = min(ranks, key=(0, 1, 3, 2).index)  # what takes anything before what would have to convert
        return forms[ranks.index(nearest)](value)

    return form_of_member
