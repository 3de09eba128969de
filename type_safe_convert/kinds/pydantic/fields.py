"""`Field(...)` of pydantic in standard dataclasses and Type_Safe classes: read as `TypeAdapter` reads it."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import Any

from pydantic import Field as pydantic_field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from type_safe_convert.model.field_metadata import constraints_in

# Attributes of a FieldInfo beyond type, default and constraints; counterparts get them unchanged.
_OPTIONS = (
    "alias", "alias_priority", "validation_alias", "serialization_alias", "title", "description", "examples",
    "exclude", "exclude_if", "discriminator", "deprecated", "json_schema_extra", "frozen",
)  # fmt: skip


def field_info(item: dataclasses.Field[Any], annotation: Any) -> FieldInfo | None:
    """Returns the pydantic `Field` of a standard dataclass's field: its default, in `Annotated`, or in the metadata;
    None without one."""
    if isinstance(item.default, FieldInfo):
        return FieldInfo.from_annotated_attribute(annotation, item.default)
    constraints = constraints_in(item.metadata)
    if not constraints and not has_field_info(annotation):
        return None
    default: dict[str, Any] = {}
    if item.default_factory is not dataclasses.MISSING:
        default["default_factory"] = item.default_factory
    elif item.default is not dataclasses.MISSING:
        default["default"] = item.default
    said = pydantic_field(**default, **constraints)
    return FieldInfo.from_annotated_attribute(annotation, said)


def has_field_info(annotation: Any) -> bool:
    return any(isinstance(item, FieldInfo) for item in getattr(annotation, "__metadata__", ()))


_options_of: Callable[[FieldInfo], tuple[Any, ...]] = operator.attrgetter(*_OPTIONS)
_OF_PLAIN = _options_of(FieldInfo())


def options_in(info: FieldInfo) -> dict[str, Any]:
    found = _options_of(info)
    if all(map(operator.is_, found, _OF_PLAIN)):  # most have none
        return {}
    options = zip(_OPTIONS, found, strict=True)
    return {key: value for key, value in options if value is not None and value is not PydanticUndefined}


def options_of(annotation: Any) -> dict[str, Any]:
    """Returns the settings beyond constraints of the `Field`s in an `Annotated`."""
    return options_in(FieldInfo.from_annotation(annotation)) if has_field_info(annotation) else {}


def is_field_info_default(cls: Any, name: str) -> bool:
    """Whether the default of a standard dataclass's field is a `Field`: its own constructor puts that into instances,
    where it stands for the default that it describes."""
    item = getattr(cls, "__dataclass_fields__", {}).get(name)
    return item is not None and isinstance(item.default, FieldInfo)
