"""Bodies with classes that have `InitVar`s, which only their constructor takes.

A generated model has fields for what an instance holds, so it has none for them. The core's JSON form of a class knows
them: here it reads the body straight into the classes of the handler, and calls their constructors.
"""

import dataclasses
from typing import Any

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema

from fast_api.models.direct_validation import as_the_sibling_reads
from fast_api.models.walk import models_in
from type_safe_convert import origin_of
from type_safe_convert.json.pydantic_types import Pydantic


def takes_init_vars(model_annotation: Any) -> bool:
    """Whether the origin of a generated class in an annotation has an `InitVar`."""
    return any(_has_init_vars(origin_of(model)) for model in models_in(model_annotation, set()))


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
        schema: Any = as_the_sibling_reads(adapter.core_schema)
        definitions = schema["definitions"] if schema["type"] == "definitions" else []
        whole = schema["schema"] if schema["type"] == "definitions" else schema
        (field,) = whole["schema"]["fields"]
        return {"type": "definitions", "schema": field["schema"], "definitions": definitions}
