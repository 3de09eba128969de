"""Strict validation of Python's values by a schema of pydantic's own, where strictness asks for instances.

In pydantic's strict mode a dataclass is only an instance of it, a defaultdict only a defaultdict and an enum only a
member, while a dump has a dict for the first two, and what `use_enum_values` makes of members. Here values are strict,
and what holds them is what a dump has.
"""

from __future__ import annotations

import collections
import enum
import operator
from typing import Any

from pydantic_core import CoreConfig, CoreSchema, SchemaValidator, core_schema

_STRICT = CoreConfig(strict=True)

# Keys of a core schema that hold schemas by name, and those that hold none at all.
_BY_NAME = frozenset({"fields", "choices"})
_NO_SCHEMAS = frozenset({"metadata", "serialization", "config", "default", "expected", "function", "members"})


def validator_of_dumps(schema: CoreSchema) -> SchemaValidator | None:
    """A validator that takes strictly what a dump to Python's values has; None where pydantic's strict mode does."""
    if not _asks_for_instances(schema):
        return None
    return SchemaValidator(_as_dumped(schema, _definitions(schema)), _STRICT, _use_prebuilt=False)


def _asks_for_instances(schema: Any) -> bool:
    if _is_dataclass_or_defaultdict(schema) or _gives_enum_value(schema):
        return True
    return any(map(_asks_for_instances, _inner(schema)))


def _inner(schema: Any) -> Any:
    if isinstance(schema, list | tuple):
        return schema
    if not isinstance(schema, dict):
        return ()
    found: list[Any] = []
    for key, value in schema.items():
        if key in _BY_NAME and isinstance(value, dict):
            found += value.values()
        elif key not in _NO_SCHEMAS:
            found.append(value)
    return found


def _is_dataclass_or_defaultdict(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    return "type" in schema and (schema["type"] == "dataclass" or defaultdict_from_dict(schema) is not None)


def defaultdict_from_dict(schema: Any) -> Any:
    """The step of a defaultdict's schema that makes one of a dict."""
    if schema.get("type") != "lax-or-strict" or schema["strict_schema"]["type"] != "chain":
        return None
    first, *steps = schema["strict_schema"]["steps"]
    asked = first.get("python_schema", {})
    return steps[0] if asked.get("cls") is collections.defaultdict and len(steps) == 1 else None


def _gives_enum_value(schema: Any) -> bool:
    """Whether it is what pydantic makes of an enum, or of a Literal of members, for a model with `use_enum_values`."""
    if not isinstance(schema, dict) or schema.get("type") != "function-after":
        return False
    function, inner = schema["function"]["function"], schema["schema"]
    if inner["type"] in ("enum", "definition-ref"):
        return isinstance(function, operator.attrgetter)
    in_pydantic = getattr(function, "__module__", "").startswith("pydantic.")
    return inner["type"] == "literal" and in_pydantic and any(isinstance(item, enum.Enum) for item in inner["expected"])


def _enum_from_value(schema: Any, definitions: dict[str, Any]) -> Any:
    """The same for members or their values."""
    inner = schema["schema"]
    if inner["type"] == "definition-ref":
        inner = definitions.get(inner["schema_ref"], inner)
    members = inner.get("members") or inner.get("expected") or ()
    values = [item.value for item in members if isinstance(item, enum.Enum)]
    if not values:
        return schema
    allowed = core_schema.literal_schema([*members, *values])
    return core_schema.no_info_after_validator_function(_value_of, allowed)


def _value_of(item: Any) -> Any:
    return item.value if isinstance(item, enum.Enum) else item


def _definitions(schema: Any) -> dict[str, Any]:
    listed = schema.get("definitions", ()) if isinstance(schema, dict) else ()
    return {item["ref"]: item for item in listed if "ref" in item}


def _as_dumped(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list | tuple):
        return type(schema)(_as_dumped(item, definitions) for item in schema)
    if not isinstance(schema, dict):
        return schema
    if "type" in schema and (made := defaultdict_from_dict(schema)) is not None:
        return _as_dumped(made, definitions)
    if _gives_enum_value(schema):
        return _enum_from_value(schema, definitions)
    changed: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _BY_NAME and isinstance(value, dict):
            changed[key] = {name: _as_dumped(item, definitions) for name, item in value.items()}
        elif key == "config":
            changed[key] = {**value, "strict": True}
        else:
            changed[key] = value if key in _NO_SCHEMAS else _as_dumped(value, definitions)
    if schema.get("type") == "dataclass":
        changed["strict"] = False
    elif schema.get("type") not in ("lax-or-strict", "tagged-union"):
        changed.pop("strict", None)
    return changed
