"""Attributes of attrs, read as fields."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import annotated_types
import attrs

from type_safe_convert.model.constructors import store_attributes
from type_safe_convert.model.instances import allocator
from type_safe_convert.model.shape import MISSING, Field, FromValues, exact
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated, forward_reference
from type_safe_convert.types.names import names_for, resolve
from type_safe_convert.types.parse import parse

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
    frozen = {"frozen": True} if item.on_setattr is attrs.setters.frozen else {}
    return Field(
        name=exact(item.name),
        annotation=annotation,
        node=parse(annotation),
        default=default,
        default_factory=factory,
        options=frozen,
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


def _constraints(validator: Any) -> list[Any]:
    """Returns the validators of attrs as `annotated_types`, as far as there are some, so that schemas have them."""
    name = type(validator).__name__ if type(validator).__module__ in ("attr.validators", "attr._make") else ""
    if name == "_AndValidator":
        return [found for inner in validator._validators for found in _constraints(inner)]
    if name == "_NumberValidator" and validator.compare_op in _BOUNDS:
        return [_BOUNDS[validator.compare_op](validator.bound)]
    if name == "_MinLengthValidator":
        return [annotated_types.MinLen(validator.min_length)]
    return [annotated_types.MaxLen(validator.max_length)] if name == "_MaxLengthValidator" else []
