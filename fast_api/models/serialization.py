"""JSON of Type_Safe instances and dataclasses, without making the BaseModel counterparts first.

Pydantic's serializer of the counterpart, with one change: where it would read a model, it reads the `__dict__` of an
instance of the origin. The same fields, the same formats, the same filter at every level; measured as fast as
pydantic's own dump of the counterpart, while making the counterparts first costs twice the dump.
"""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic_core import CoreConfig, SchemaError, SchemaSerializer, core_schema

from type_safe_convert import kind_of, origin_of
from type_safe_convert.types.lazy_annotations import own_annotations

# Schema types whose serializers only look at the value: collections, scalars, and wrappers around them. Others (unions,
# computed fields, functions that serialise) may look at the class, so they take the way over the counterparts.
_PLAIN = frozenset({
    "none", "bool", "int", "float", "decimal", "str", "bytes", "date", "time", "datetime", "timedelta", "literal",
    "enum", "uuid", "url", "list", "tuple", "set", "frozenset", "dict", "nullable", "default", "function-before",
    "function-after", "function-wrap", "definitions", "definition-ref",
})  # fmt: skip
_COLLECTIONS = frozenset({"list", "tuple", "set", "frozenset", "dict"})


class Unsupported_Schema(Exception):
    """Raised for a schema that only the counterpart can serialise, and for a value of another class."""


def serializer_of_origins(adapter: TypeAdapter[Any]) -> SchemaSerializer | None:
    """Returns a serializer for the origins of the adapter's models; None where the schema is not supported.

    It raises for values that are not instances of the origins, so that the caller can take the other way.
    """
    try:
        configs: list[dict[str, Any]] = []
        schema = _transform(adapter.core_schema, configs, guarded=True)
        # A config holds for a whole serializer, so classes that differ in theirs need their models.
        if any(config != configs[0] for config in configs):
            return None
        return SchemaSerializer(schema, CoreConfig(**configs[0]) if configs else None)  # type: ignore[typeddict-item]  # from one
    except (Unsupported_Schema, KeyError, TypeError, SchemaError):  # the last three: of a pydantic with other schemas
        return None


def _transform(schema: Any, configs: list[dict[str, Any]], guarded: bool) -> Any:
    """`guarded` outside of models, where a handler may return an iterator in the place of a collection."""
    kind = schema["type"]
    if kind == "model":
        return _transform_model(schema, configs)
    if kind not in _PLAIN or "serialization" in schema:
        raise Unsupported_Schema(kind)
    changed = dict(schema)
    for key in ("schema", "items_schema", "keys_schema", "values_schema"):
        inner = schema.get(key)
        if isinstance(inner, list):
            changed[key] = [_transform(item, configs, guarded) for item in inner]
        elif isinstance(inner, dict):
            changed[key] = _transform(inner, configs, guarded)
    if kind == "definitions":
        changed["definitions"] = [_transform(item, configs, guarded) for item in schema["definitions"]]
    if guarded and kind in _COLLECTIONS:
        reference = changed.pop("ref", None)
        serialization = core_schema.plain_serializer_function_ser_schema(_not_an_iterator, return_schema=changed)
        return core_schema.any_schema(ref=reference, serialization=serialization)
    return changed


def _transform_model(schema: Any, configs: list[dict[str, Any]]) -> Any:
    model, fields = schema["cls"], schema["schema"]
    if model is BaseModel:
        raise Unsupported_Schema(model)
    origin = origin_of(model)
    if origin is model or fields["type"] != "model-fields" or not stored_by_field_name(origin, model):
        raise Unsupported_Schema(model)
    if fields.get("computed_fields") or fields.get("extras_schema") or schema.get("serialization"):
        raise Unsupported_Schema(model)
    config = schema.get("config") or {}
    configs.append({key: config[key] for key in config if key.startswith("ser_json_")})
    entries: Any = {
        name: {**field, "type": "typed-dict-field", "schema": _transform(field["schema"], configs, guarded=False)}
        for name, field in fields["fields"].items()
    }
    serialization = core_schema.plain_serializer_function_ser_schema(
        _state_of(origin, len(entries)), return_schema=core_schema.typed_dict_schema(entries)
    )
    return core_schema.any_schema(ref=schema.get("ref"), serialization=serialization)


def _not_an_iterator(value: Any) -> Any:
    # The serializer would use it up before it refuses it, and leave nothing for the other way.
    if isinstance(value, Iterator):
        raise Unsupported_Schema(type(value))
    return value


def stored_by_field_name(origin: type, model: type[BaseModel]) -> bool:
    """Whether the `__dict__` of an instance of `origin` holds the fields under the counterpart's names."""
    if kind_of(origin) not in ("type_safe", "dataclass") or model.model_config.get("extra") == "allow":
        return False
    if origin.__getattribute__ is not object.__getattribute__ or not origin.__dictoffset__:
        return False
    names = {name for base in origin.__mro__ for name in own_annotations(base)}
    return names.issuperset(model.model_fields)


def _state_of(origin: type, size: int) -> Callable[[Any], dict[str, Any]]:
    def state(value: Any) -> Any:
        if type(value) is origin or isinstance(value, origin):
            found = value.__dict__
            if len(found) >= size:  # a deleted field would be left out silently
                return found
        raise Unsupported_Schema(type(value))

    return state
