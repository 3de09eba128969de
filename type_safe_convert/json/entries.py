"""The fields of a class in its own terms: attribute, aliases and default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from type_safe_convert.conversion.conversion import convert_default
from type_safe_convert.json.field_schemas import Entry
from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING, FromValues
from type_safe_convert.model.shape import Field as ShapeField
from type_safe_convert.registry import KindName
from type_safe_convert.types import nodes


def entries_of(cls: Any) -> list[Entry]:
    record = record_of(cls)
    kind = get_kind(record.kind)
    fields = record.shape.fields.values()
    if record.origin is cls:
        return [
            Entry(
                field.name,
                field,
                field.default,
                kind.default_factory(field),
                kind.constructor_has_default(cls, field.name),
            )
            for field in fields
        ]
    entries = []
    for field in fields:
        attribute = kind.attribute(field.name, record.shape)
        if field.required:  # what only the origin computes is None in a generated class
            entries.append(Entry(attribute, field, MISSING if field.init else None, None))
        elif field.default_factory is None and isinstance(field.default, nodes.IMMUTABLE_SCALARS):
            entries.append(Entry(attribute, field, convert_default(record.origin, field, record.kind), None))
        else:
            entries.append(Entry(attribute, field, MISSING, _made_default(record.origin, field, record.kind)))
    return entries


def _made_default(origin: type, field: ShapeField, kind: KindName) -> Callable[..., Any]:
    """How a generated class makes the default of a field."""
    if type(field.default_factory) is FromValues:
        return FromValues(lambda values: convert_default(origin, field, kind, values))
    return lambda: convert_default(origin, field, kind)
