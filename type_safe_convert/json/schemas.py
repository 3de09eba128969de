"""JSON Schema of a model class of any kind, with the names that the classes have where they were written."""

from __future__ import annotations

from typing import Any, Literal

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from type_safe_convert.errors import ClassConversionError
from type_safe_convert.generated_class import origin_in
from type_safe_convert.json.codec import adapter_of, codec_of
from type_safe_convert.json.schema_owner import validates_as_origin
from type_safe_convert.model.family import record_of
from type_safe_convert.registry import kind_of_class

Mode = Literal["validation", "serialization"]
Dialect = Literal["2020-12", "openapi-3.1"]

_REF_TEMPLATES = {
    "2020-12": "#/$defs/{model}",
    "openapi-3.1": "#/components/schemas/{model}",
}
_META_SCHEMAS = {"2020-12": "https://json-schema.org/draft/2020-12/schema"}

_NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,9})?"
# The keys of objects are text, whatever they stand for.
_KEYS: dict[Any, str] = {
    "int": r"^[-+]?[0-9]{1,4000}$",
    "float": f"^{_NUMBER}$",
    "decimal": f"^{_NUMBER}$",
    "bool": "^(true|false)$",
}


def json_schema(
    cls: Any, *, mode: Mode = "validation", dialect: Dialect = "2020-12", by_alias: bool = True
) -> dict[str, Any]:
    """Returns the JSON Schema of what `from_json(cls, ...)` reads, or of what `to_json` writes.

    Definitions are named after the origin classes (`User`, never `User__BaseModel`); where two of them
    have one name, both are spelled with their modules. The primitives' rules, descriptions and examples are in it, and
    the names of enum members as `x-enum-varnames`.

    Args:
        mode: `'validation'` for what is read, `'serialization'` for what is written.
        dialect: `'2020-12'` is a complete document; `'openapi-3.1'` has its definitions under `$defs` too, for you to
            move, and refers to them as `#/components/schemas/...`.
        by_alias: whether aliases, where there are some, are the names of properties.

    Raises:
        NotAModelError: `cls` is no model class and no type.
        ClassConversionError: something in it has no JSON Schema.
        ValueError: there is no such dialect or mode.
    """
    for what, given, known in (
        ("dialect", dialect, [*_REF_TEMPLATES]),
        ("mode", mode, ["validation", "serialization"]),
    ):
        if given not in known:
            raise ValueError(f"no such {what}: expected {' or '.join(map(repr, known))}, found {given!r}")
    # It is read and written as its origin; asked for itself that is told in full.
    if kind_of_class(cls) is not None and validates_as_origin(cls):
        cls = record_of(cls).origin
    adapter = codec_of(cls).adapter or adapter_of(cls)
    template = _REF_TEMPLATES[dialect]
    try:
        schema = adapter.json_schema(
            by_alias=by_alias, ref_template=template, schema_generator=ModelJsonSchema, mode=mode
        )
    except Exception as error:
        raise ClassConversionError(
            f"has no JSON Schema: {type(error).__name__}: {str(error).splitlines()[0]}", source_class=cls
        ) from error
    schema = _without_needless_all_of(schema)
    if dialect in _META_SCHEMAS:
        schema = {"$schema": _META_SCHEMAS[dialect], **schema}
    return schema


class ModelJsonSchema(GenerateJsonSchema):
    """Pydantic's generator, with the names of the members of enums, and the text of keys that are no text.

    `to_json` writes the bytes of a generated model as base64, as those of its origin; the model by itself does not.
    """

    _bytes_are_base64 = False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        before = self._bytes_are_base64
        self._bytes_are_base64 = origin_in(schema["cls"]) is not None and not validates_as_origin(schema["cls"])
        try:
            return super().model_schema(schema)
        finally:
            self._bytes_are_base64 = before

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        shown = super().bytes_schema(schema)
        return {**shown, "format": "base64url"} if self._bytes_are_base64 else shown

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        shown = super().enum_schema(schema)
        return {**shown, "x-enum-varnames": list(schema["cls"].__members__)}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        shown = super().dict_schema(schema)
        pattern = _KEYS.get(schema.get("keys_schema", {}).get("type"))
        if pattern is not None:
            shown.setdefault("propertyNames", {"pattern": pattern})
        return shown


def _without_needless_all_of(schema: Any) -> Any:
    """`{"allOf": [{"$ref": ...}]}` as the reference alone."""
    if isinstance(schema, list):
        return [_without_needless_all_of(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    members = schema.get("allOf")
    if isinstance(members, list) and len(members) == 1 and not members[0].keys() & schema.keys():
        schema = {**members[0], **{key: value for key, value in schema.items() if key != "allOf"}}
    return {key: _without_needless_all_of(value) for key, value in schema.items()}


__all__ = ["json_schema"]
