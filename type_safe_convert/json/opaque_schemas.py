"""Metadata for `Annotated`: values without a form in JSON, and classes, which are written by name."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert.json.unions import other_value
from type_safe_convert.json.unwritable import no_form
from type_safe_convert.registry import kind_of_class


class OpaqueSchema:
    """A value that has no form in JSON; instances pass as they are."""

    __slots__ = ("accepts", "name")

    def __init__(self, accepts: Callable[[Any], bool], name: str) -> None:
        self.accepts: Callable[[Any], bool] = accepts
        self.name: str = name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(value: Any) -> Any:
            if not self.accepts(value):
                raise ValueError(f"expected {self.name}, which has no form in JSON")
            return value

        return core_schema.no_info_plain_validator_function(
            check,
            serialization=core_schema.plain_serializer_function_ser_schema(self.written, when_used="json-unless-none"),
            metadata={"pydantic_js_functions": [lambda schema, handler: {"not": {}}]},
        )

    def written(self, value: Any) -> Any:
        """A model is written, for whoever reads it as such; anything else could not be read."""
        if not self.accepts(value):
            raise other_value(value, self.name)
        if kind_of_class(type(value)) is None:
            is_named = type(value).__name__ == self.name
            raise ValueError(no_form(value, "" if is_named else f" in a field of type {self.name}"))
        return value


class ClassSchema(OpaqueSchema):
    """A class, written as `module.Name`, and found again only among the modules that are imported already."""

    __slots__ = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def find(value: Any) -> Any:
            found = find_class(value) if isinstance(value, str) else value
            if not self.accepts(found):
                raise ValueError(f"expected {self.name}, as module.Name")
            return found

        return core_schema.no_info_plain_validator_function(
            find,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._write_name, when_used="json-unless-none"
            ),
            metadata={"pydantic_js_functions": [lambda schema, handler: {"type": "string", "format": "python-class"}]},
        )

    def _write_name(self, value: Any) -> str:
        if isinstance(value, type):
            return f"{value.__module__}.{value.__qualname__}"
        raise other_value(value, self.name)


def find_class(place: str) -> Any:
    """The class at `package.module.Outer.Inner` in a module that is imported; None where there is none."""
    parts = place.split(".")
    for size in range(len(parts) - 1, 0, -1):
        found: Any = sys.modules.get(".".join(parts[:size]))
        if found is not None:
            for name in parts[size:]:
                found = inspect.getattr_static(found, name, None)
            return found if isinstance(found, type) else None
    return None
