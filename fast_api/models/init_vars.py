"""Bodies with classes that have `InitVar`s, which only their constructor takes.

A generated model has fields for what an instance holds, so it has none for them. The core's JSON form of a class knows
them: here it reads the body straight into the classes of the handler, and calls their constructors.
"""

import dataclasses
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema

from fast_api.models.walk import basemodels_of
from type_safe_convert import convert_class, origin_of
from type_safe_convert.json.pydantic_types import Pydantic
from type_safe_convert.json.unions import FALLBACK_TAG, show_without_null


def takes_init_vars(model_annotation: Any) -> bool:
    """Whether the origin of a generated class in an annotation has an `InitVar`."""
    return any(_has_init_vars(origin_of(model)) for model in basemodels_of(model_annotation, set()))


def _has_init_vars(cls: Any) -> bool:
    fields = getattr(cls, "__dataclass_fields__", {})
    return any(isinstance(item.type, dataclasses.InitVar) or _is_init_var(item) for item in fields.values())


def _is_init_var(item: Any) -> bool:
    return item._field_type is dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]  # an annotation may be text


class ByConstructors:
    """Metadata by which pydantic reads `annotation` with all that its constructors take, whatever has the metadata."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation

    def __repr__(self) -> str:
        return "ByConstructors()"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if source is not self:  # found in Annotated; asked once more for itself, so that its definitions are known
            return handler.generate_schema(self)
        holder: Any = dataclasses.make_dataclass("Value", [("value", self.annotation)])
        adapter: TypeAdapter[Any] = TypeAdapter(Pydantic.__class_getitem__(holder))
        adapter.rebuild()
        schema: Any = relax_schema(adapter.core_schema)
        definitions = schema["definitions"] if schema["type"] == "definitions" else []
        whole = schema["schema"] if schema["type"] == "definitions" else schema
        (field,) = whole["schema"]["fields"]
        return {"type": "definitions", "schema": field["schema"], "definitions": definitions}


def relax_schema(schema: Any) -> Any:
    """The core schema of a JSON form, changed to read what the generated model reads."""
    if isinstance(schema, list):
        return [relax_schema(item) for item in schema]
    if not isinstance(schema, dict) or "type" not in schema:
        return schema
    if schema["type"] == "nullable" and show_without_null in (schema.get("metadata") or {}).get(
        "pydantic_js_functions", ()
    ):
        return relax_schema(schema["schema"])
    if schema["type"] == "union":
        # Branches that only our own JSON needs, such as Type_Safe's empty tuple, are in no schema that is shown.
        choices = [item for item in schema["choices"] if not (isinstance(item, tuple) and item[1] == FALLBACK_TAG)]
        if len(choices) == 1:
            return relax_schema(choices[0])
    changed = {key: value if key in _VALUES else relax_schema(value) for key, value in schema.items()}
    if "val_json_bytes" in (schema.get("config") or {}):
        # Our own JSON has bytes in base64, since not all bytes are text; a model has them as its config says.
        config = convert_class(schema["cls"], "basemodel").model_config
        changed["config"] = {**schema["config"], "val_json_bytes": config.get("val_json_bytes", "utf8")}
    if schema["type"] == "dataclass":
        extra = convert_class(schema["cls"], "basemodel").model_config.get("extra")
        forbids = extra == "forbid"
        changed["schema"] = {**changed["schema"], "extra_behavior": "forbid" if forbids else "ignore"}
        if not forbids:
            told = schema.get("metadata") or {}
            functions = [*told.get("pydantic_js_functions", ()), _without_additional_properties]
            changed["metadata"] = {**told, "pydantic_js_functions": functions}
    return changed


def _without_additional_properties(schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
    shown = handler(schema)
    shown.pop("additionalProperties", None)
    return shown


# Parts of a schema that are values, not schemas.
_VALUES = frozenset({"default", "expected", "metadata", "config", "cls", "members"})
