"""Finds the owner of a class's schema: the class, its origin, or `model_schemas`, which builds one."""

from __future__ import annotations

from typing import Any

from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind


def has_own_schema_as_written(cls: Any) -> bool:
    """Whether to use pydantic's own schema: for origin classes that are models or pydantic dataclasses."""
    record = record_of(cls)
    return record.origin is cls and get_kind(record.kind).has_own_schema(cls)


def validates_as_origin(cls: type) -> bool:
    """Whether instances are read and written as the model that the class was made from, whose validators then run."""
    record = record_of(cls)
    return record.origin is not cls and has_own_schema_as_written(record.origin)


def is_abstract(cls: Any) -> bool:
    return bool(getattr(cls, "__abstractmethods__", None))
