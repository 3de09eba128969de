"""JSON values into Type_Safe instances and dataclasses, without making the BaseModel siblings first.

The core's form of a class for pydantic makes instances in one pass of the compiled validator: measured a quarter
cheaper than validating the sibling and converting it. It reads what `Type_Safe.from_json` reads, which is not what the
sibling reads: null for every field, and no unknown field. A request is read as the equivalent BaseModel application
would read it, so here the form has neither.
"""

from collections.abc import Callable
from typing import Any

from pydantic import GetJsonSchemaHandler, TypeAdapter
from pydantic.errors import PydanticUserError
from pydantic_core import CoreSchema, SchemaValidator

from fast_api.models.serialization import stored_by_field_name
from fast_api.models.walk import models_in
from type_safe_convert import ClassConversionError, convert_class, origin_of
from type_safe_convert.json.forms import ASIDE, show_without_null
from type_safe_convert.json.pydantic_types import Pydantic


def direct_validator(cls: type) -> Callable[[Any], Any] | None:
    """Makes instances of `cls` from a dict, or raises ValueError; None for a class that only its sibling can read."""
    models = models_in(convert_class(cls, "basemodel"), set())
    if not all(stored_by_field_name(origin_of(model), model) for model in models):
        return None
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(Pydantic.__class_getitem__(cls))
        adapter.rebuild()
    except (PydanticUserError, ClassConversionError):
        return None
    return SchemaValidator(as_the_sibling_reads(adapter.core_schema)).validate_python


def as_the_sibling_reads(schema: Any) -> Any:
    """The core schema of a JSON form, changed to read what the generated model reads."""
    if isinstance(schema, list):
        return [as_the_sibling_reads(item) for item in schema]
    if not isinstance(schema, dict) or "type" not in schema:
        return schema
    if schema["type"] == "nullable" and show_without_null in (schema.get("metadata") or {}).get(
        "pydantic_js_functions", ()
    ):
        return as_the_sibling_reads(schema["schema"])
    if schema["type"] == "union":
        # What only the way back from our own JSON needs, such as Type_Safe's empty tuple, is in no schema shown.
        choices = [item for item in schema["choices"] if not (isinstance(item, tuple) and item[1] == ASIDE)]
        if len(choices) == 1:
            return as_the_sibling_reads(choices[0])
    changed = {key: value if key in _VALUES else as_the_sibling_reads(value) for key, value in schema.items()}
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
