"""Attributes of attrs, read as fields."""

from __future__ import annotations

import functools
import keyword
import operator
import re
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

import annotated_types
import attrs

from type_safe_convert.errors import ValueConversionError, describe_value
from type_safe_convert.model.constructors import store_attributes
from type_safe_convert.model.field_metadata import options_in
from type_safe_convert.model.instances import allocator
from type_safe_convert.model.shape import MISSING, Field, FromValues, exact, field_options
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated, forward_reference
from type_safe_convert.types.names import names_for, resolve
from type_safe_convert.types.parse import parse
from type_safe_convert.types.rules import Rule

# The attribute in which attrs keeps the hash of an instance with `cache_hash=True`.
HASH_CACHE = "_attrs_cached_hash"

_BOUNDS: dict[str, Callable[[Any], Any]] = {
    ">": annotated_types.Gt, ">=": annotated_types.Ge, "<": annotated_types.Lt, "<=": annotated_types.Le,
}  # fmt: skip


def read_field(cls: Any, item: attrs.Attribute[Any], hints: Mapping[str, Any]) -> Field:
    """The field of an attribute; `hints` are the resolved annotations of its class."""
    annotation = hints.get(item.name, item.type)
    if annotation is None:
        annotation = type(None) if item.name in hints else Any
    if isinstance(annotation, str):
        annotation = resolve(annotation, names_for(cls))
    if isinstance(annotation, str):
        annotation = forward_reference(annotation)
    constraints = tuple(_constraints(item.validator))
    if constraints and not nodes.accepts_none(parse(annotation)):
        annotation = annotated(annotation, *constraints)
    default, factory = _default_of(cls, item)
    node = parse(annotation)
    frozen = {"frozen": True} if item.on_setattr is attrs.setters.frozen else {}
    return Field(
        name=exact(item.name),
        annotation=annotation,
        node=node,
        default=default,
        default_factory=factory,
        options=field_options(node) | options_in(item.metadata) | frozen,
        metadata=item.metadata,
        init=item.init,
        kw_only=item.kw_only,
        repr=bool(item.repr),
        compare=bool(item.eq),
        hash=item.hash,
    )


def _default_of(cls: Any, item: attrs.Attribute[Any]) -> tuple[Any, Any]:
    """The default and its factory, as they arrive in an instance: attrs gives a default to the converter, too."""
    default: Any = item.default
    if default is attrs.NOTHING:
        return MISSING, None
    is_factory = isinstance(default, attrs.Factory)  # type: ignore[arg-type]  # typed as the function that makes one
    if (is_factory and default.takes_self) or getattr(item.converter, "takes_self", False):
        return MISSING, FromValues(functools.partial(_make_from_values, cls, item))
    if item.converter is None:
        return (MISSING, default.factory) if is_factory else (default, None)
    make = default.factory if is_factory else lambda: default
    return MISSING, lambda: convert_value(item, make(), None)


def _make_from_values(cls: Any, item: attrs.Attribute[Any], values: Mapping[str, Any]) -> Any:
    """The default of a field that is made from an instance with the fields before."""
    instance = allocator(cls)(cls)
    store_attributes(instance, {**values}, restoring=False)
    default: Any = item.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        default = default.factory(instance) if default.takes_self else default.factory()
    return default if item.converter is None else convert_value(item, default, instance)


def convert_value(item: attrs.Attribute[Any], value: Any, instance: Any) -> Any:
    """Returns the value that the converter of an attribute makes of another."""
    converter: Any = item.converter
    if not hasattr(converter, "takes_field"):  # a plain function
        return converter(value)
    more = (*((instance,) if converter.takes_self else ()), *((item,) if converter.takes_field else ()))
    return converter.converter(value, *more)


def says_all(validator: Any, field: Field) -> bool:
    """Whether the annotation of a field says all that its validator checks."""
    each = each_validator(validator)
    return not each or (isinstance(field.node, nodes.AnnotatedNode) and all(map(_constraints, each)))


def each_validator(validator: Any) -> tuple[Any, ...]:
    """The validators that one of attrs consists of; none for None."""
    return () if validator is None else getattr(validator, "_validators", (validator,))


def expand_validator(item: Any) -> Iterable[Any] | None:
    """The Rule of a validator among constraints, as `_constraints` puts it there; None of any other item."""
    if type(item).__name__ != "_MatchesReValidator" or type(item).__module__ != "attr.validators":
        return None
    pattern = pattern_of(item)

    def check(value: Any, annotation: Any) -> None:
        if isinstance(value, str) and not item.match_func(value):
            raise ValueConversionError(
                expected=f"text that matches {item.pattern.pattern!r}", found=describe_value(value)
            )

    return [Rule(item, check, None, {} if pattern is None else {"pattern": pattern})]


# Of other flags, the text between the anchors would mean another thing, or only Python knows them.
_INLINE = {re.IGNORECASE: "i", re.DOTALL: "s"}
_FLAGS_IN_TEXT = re.compile(r"\(\?[a-zA-Z]+\)")


def pattern_of(validator: Any) -> str | None:
    """The pattern of a `matches_re` as one that is searched for, as JSON Schema has it; None where it is no such."""
    pattern: re.Pattern[Any] = validator.pattern
    flags = re.RegexFlag(pattern.flags) & ~re.UNICODE
    if not isinstance(pattern.pattern, str) or flags & ~functools.reduce(operator.or_, _INLINE):
        return None
    text = (
        _FLAGS_IN_TEXT.sub("", pattern.pattern, count=1) if _FLAGS_IN_TEXT.match(pattern.pattern) else pattern.pattern
    )
    how = validator.match_func.__name__
    if how != "search":
        text = f"(?:{text})" if "|" in text else text
        text = text if text.startswith("^") else f"^{text}"
    if how == "fullmatch" and (not text.endswith("$") or text.endswith("\\$")):
        text += "$"
    letters = "".join(letter for flag, letter in _INLINE.items() if flags & flag)
    return f"(?{letters}){text}" if letters else text


def _constraints(validator: Any) -> list[Any]:
    """Returns the validators of attrs as `annotated_types`, as far as there are some, so that schemas have them."""
    name = type(validator).__name__ if type(validator).__module__ in ("attr.validators", "attr._make") else ""
    if name == "_AndValidator":
        return [found for inner in validator._validators for found in _constraints(inner)]
    if name == "_NumberValidator" and validator.compare_op in _BOUNDS:
        return [_BOUNDS[validator.compare_op](validator.bound)]
    if name == "_MatchesReValidator" and pattern_of(validator) is not None:
        return [validator]
    if name == "_MinLengthValidator":
        return [annotated_types.MinLen(validator.min_length)]
    return [annotated_types.MaxLen(validator.max_length)] if name == "_MaxLengthValidator" else []


def inherited_aliases(bases: tuple[type, ...], own: Container[str]) -> set[str]:
    """The keywords of inherited fields: that of `_id` is `id`, so a field `id` needs another."""
    items = (item for base in bases for item in getattr(base, "__attrs_attrs__", ()))
    return {item.alias for item in items if item.name not in own}


def alias_of(attribute: str, attributes: Container[str], taken: Container[str]) -> str:
    """The keyword of the constructor: without leading underscores, as attrs has it, where that is free.

    `taken`: those of inherited fields.
    """
    alias = attribute.lstrip("_")
    if alias != attribute and (alias in attributes or not alias.isidentifier() or keyword.iskeyword(alias)):
        alias = attribute
    return f"{alias}_" if alias == "self" or alias in taken else alias
