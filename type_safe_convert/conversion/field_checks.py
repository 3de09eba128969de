"""Checks and conversions of values that are assigned to fields of generated classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert.conversion.conversion import convert_any_model
from type_safe_convert.model.family import record_of
from type_safe_convert.values.base import Convert, Target
from type_safe_convert.values.fields import FieldConverter


def field_checks(cls: type) -> Mapping[str, Callable[[Any], Any]]:
    """For a generated Type_Safe class, or a model: what each field makes of a value that is assigned to it."""
    origin_link = record_of(record_of(cls).origin)
    kind = record_of(cls).kind
    target = Target(
        kind=kind,
        origin_kind=origin_link.kind,
        source_kind=kind,
        same_family=True,
        checked=True,
        check_only=True,
        model=lambda node, stays, source: lambda value, memo: value,
        any_model=convert_any_model,
    )
    return {
        name: _one_argument(FieldConverter(field, target).convert) for name, field in origin_link.shape.fields.items()
    }


def _one_argument(function: Convert) -> Callable[[Any], Any]:
    return lambda value: function(value, None)
