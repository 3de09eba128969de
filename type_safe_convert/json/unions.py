"""Unions in the schemas: the tags of their members, and how JSON Schema shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticSerializationUnexpectedValue, core_schema

JsonSchema = dict[str, Any]

# Tag of the fallback member of a union. Its errors are dropped: that the fallback failed, too, is no information.
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


class TaggedSchema:
    """A union of models that a Literal field tells apart, without a discriminator: JSON with the tag is read by the
    member of that tag at once, and any other as pydantic reads a union, member by member.

    Attributes:
        keys: the keys under which data may have the tag.
        numbers: by tag, the number of the member.
    """

    __slots__ = ("keys", "numbers")

    def __init__(self, keys: list[str], numbers: dict[str, int]) -> None:
        self.keys: list[str] = list(dict.fromkeys(keys))
        self.numbers: dict[str, int] = numbers

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        union = schema["schema"] if schema["type"] == "nullable" else schema
        # A schema may stand in two places only as a reference to a definition.
        if union["type"] != "union" or not all(map(_is_reference, union["choices"])):
            return schema
        paths: list[list[str | int]] = [[key] for key in self.keys]
        by_tag = core_schema.tagged_union_schema(
            {tag: union["choices"][number] for tag, number in self.numbers.items()}, paths
        )
        tried = core_schema.json_or_python_schema(
            json_schema=core_schema.union_schema([(by_tag, FALLBACK_TAG), (union, READ_TAG)], mode="left_to_right"),
            python_schema=union,
            metadata={"pydantic_js_functions": [lambda schema, handler: handler(union)]},
        )
        return {**schema, "schema": tried} if schema is not union else tried


def other_value(value: Any, expected: str) -> PydanticSerializationUnexpectedValue:
    """Raised by the function that writes a type, for a value that is not of the type: a union then tries its other
    members. Alone, the value is written as it is, with a warning."""
    return PydanticSerializationUnexpectedValue(f"Expected `{expected}`, found {type(value).__name__}")


def _is_reference(schema: Any) -> bool:
    return isinstance(schema, dict) and schema["type"] == "definition-ref"


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
