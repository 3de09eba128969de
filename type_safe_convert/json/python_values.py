"""Strict validation of Python's values by a schema of pydantic's own, where strictness asks for instances.

In pydantic's strict mode a dataclass is only an instance of it, and a defaultdict only a defaultdict, while a dump has
a dict for either. Here values are strict, and what holds them is what a dump has.
"""

from __future__ import annotations

import collections
from typing import Any

from pydantic_core import CoreConfig, CoreSchema, SchemaValidator

_STRICT = CoreConfig(strict=True)

# Keys of a core schema that hold schemas by name, and those that hold none at all.
_BY_NAME = frozenset({"fields", "choices"})
_NO_SCHEMAS = frozenset({"metadata", "serialization", "config", "default", "expected", "function", "members"})


def validator_of_dumps(schema: CoreSchema) -> SchemaValidator | None:
    """A validator that takes strictly what a dump to Python's values has; None where pydantic's strict mode does."""
    if not _asks_for_instances(schema):
        return None
    return SchemaValidator(_as_dumped(schema), _STRICT, _use_prebuilt=False)


def _asks_for_instances(schema: Any) -> bool:
    if _is_dataclass_or_defaultdict(schema):
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


def _as_dumped(schema: Any) -> Any:
    if isinstance(schema, list | tuple):
        return type(schema)(map(_as_dumped, schema))
    if not isinstance(schema, dict):
        return schema
    if "type" in schema and (made := defaultdict_from_dict(schema)) is not None:
        return _as_dumped(made)
    changed: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _BY_NAME and isinstance(value, dict):
            changed[key] = {name: _as_dumped(item) for name, item in value.items()}
        elif key == "config":
            changed[key] = {**value, "strict": True}
        else:
            changed[key] = value if key in _NO_SCHEMAS else _as_dumped(value)
    if schema.get("type") == "dataclass":
        changed["strict"] = False
    elif schema.get("type") not in ("lax-or-strict", "tagged-union"):
        changed.pop("strict", None)
    return changed
