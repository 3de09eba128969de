"""Unions in the schemas: the tags of their members, and how JSON Schema shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import GetJsonSchemaHandler

JsonSchema = dict[str, Any]

# The label of what is read besides; in errors, that it does not fit either says nothing.
FALLBACK_TAG = "or-else"

# In the `loc` of an error: what was read, and no instance.
READ_TAG = "<read>"


class TagsOrNone(list[Any]):
    """The values of a Literal field, and None, which any field of a Type_Safe class may be.

    Iterating leaves None out: so pydantic shows the field, and so it finds the tags of a discriminated union, where the
    None of two classes would be one tag for both. pydantic-core reads the list itself.
    """

    def __iter__(self) -> Iterator[Any]:
        return (value for value in super().__iter__() if value is not None)


def show_without_null(schema: Any, handler: GetJsonSchemaHandler) -> JsonSchema:
    shown = handler(schema)
    members = [item for item in shown.pop("anyOf", ()) if item != {"type": "null"}]
    if len(members) != 1:
        return {"anyOf": members, **shown} if members else shown
    return _alone(members[0], shown, handler)


def show_first(schema: Any, handler: GetJsonSchemaHandler) -> JsonSchema:
    shown = handler(schema)
    members = shown.pop("anyOf", None)
    return _alone(members[0], shown, handler) if members else shown


def _alone(member: JsonSchema, others: JsonSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
    if "$ref" in member:
        try:
            handler.resolve_ref_schema(member)
        except LookupError:  # pydantic looks up what a bare reference refers to, which may not be there yet
            return {"allOf": [member], **others}
    return {**member, **others}
