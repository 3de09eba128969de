"""Schemas that are defined once and referred to, and the names of their definitions."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class RecursionSchema:
    """A type alias, TypedDict or NamedTuple that stands in itself: a definition, and references to it."""

    __slots__ = ("name", "ref", "render")

    def __init__(self, cls: Any, arguments: Mapping[Any, Any], kinds: str, render: Callable[[], Any]) -> None:
        self.name: Any = getattr(cls, "__qualname__", cls.__name__)
        # As pydantic takes the names of definitions from it.
        self.ref: str = f"{cls.__module__}.{self.name}:{id(cls)}{kinds}{argument_names(arguments)}"
        self.render: Callable[[], Any] = render

    def __repr__(self) -> str:
        return f"RecursionSchema({self.name})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if source is not self:  # found in Annotated; asked once more for itself, so that the schema can be referred to
            return handler.generate_schema(self)
        reference = core_schema.definition_reference_schema(self.ref)
        with defining(self.ref, handler) as first:
            if not first:
                return reference
            schema: Any = handler.generate_schema(self.render())
        if schema["type"] == "definition-ref" or "ref" in schema:
            return core_schema.chain_schema([schema], ref=self.ref)
        return {**schema, "ref": self.ref}


_started = threading.local()


@contextlib.contextmanager
def defining(ref: str, handler: GetCoreSchemaHandler) -> Iterator[bool]:
    """While the schema with that reference is made; whether it is to be made, and is not there or on its way."""
    refs: set[str] = _started.__dict__.setdefault("refs", set())
    if ref in refs or _is_defined(ref, handler):
        yield False
        return
    refs.add(ref)
    try:
        yield True
    finally:
        refs.discard(ref)


def _is_defined(ref: str, handler: GetCoreSchemaHandler) -> bool:
    try:
        handler.resolve_ref_schema(core_schema.definition_reference_schema(ref))
    except LookupError:
        return False
    return True


def argument_names(arguments: Mapping[Any, Any]) -> str:
    """Type arguments as part of a reference: pydantic takes the names of definitions from what is before a colon."""
    names = ",".join(f"{argument_name(item)}:{id(item)}" for item in arguments.values())
    return f"[{names}]" if names else ""


def argument_name(annotation: Any) -> str:
    if isinstance(annotation, type):
        return f"{annotation.__module__}.{annotation.__qualname__}"
    return "".join(item if item.isalnum() else "_" for item in str(annotation))
