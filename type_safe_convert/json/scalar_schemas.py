"""Metadata for `Annotated`: single values that JSON has otherwise than pydantic writes them."""

from __future__ import annotations

import base64
import enum
import math
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert.json.unions import FALLBACK_TAG, JsonSchema, other_value, show_first
from type_safe_convert.types import nodes

_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class FloatSchema:
    """A float, with the three values that JSON has no number for as strings; they are written so."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _number_or_word(handler(source))


def _number_or_word(number: CoreSchema) -> CoreSchema:
    words = core_schema.chain_schema(
        [
            core_schema.literal_schema(list(_NOT_FINITE)),
            core_schema.no_info_plain_validator_function(_NOT_FINITE.__getitem__),
            number,
        ]
    )
    # One error, as a float alone has; but where a constraint may be what refused, each must speak for itself.
    plain = number == core_schema.float_schema()
    return core_schema.union_schema(
        [number, (words, FALLBACK_TAG)],
        mode="left_to_right",
        custom_error_type="float_type" if plain else None,
        serialization=core_schema.simple_ser_schema("float"),
        metadata={"pydantic_js_functions": [show_first]},
    )


class DecimalSchema:
    """A Decimal; its JSON Schema says which text is one."""

    pattern = r"^[-+]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,9})?|s?NaN|Infinity)$"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        # pydantic-core counts no digits of infinity.
        any_value = schema["type"] == "decimal" and not {"max_digits", "decimal_places"} & schema.keys()
        return {**schema, "allow_inf_nan": schema.get("allow_inf_nan", True)} if any_value else schema

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        shown = handler(schema)
        for item in (shown, *shown.get("anyOf", ())):
            if item.get("type") == "string":
                item.setdefault("pattern", self.pattern)
        return shown


class FractionSchema:
    """A fraction, also from its text: pydantic-core writes that into dicts of Python's values too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = {**handler(source), "strict": False}
        return schema


class EnumSchema:
    """An enum that is also read by the names of its members, as Type_Safe does; written by value, or by name where some
    value has no form in JSON from which it could be told."""

    __slots__ = ("cls",)

    def __init__(self, cls: type[enum.Enum]) -> None:
        self.cls: type[enum.Enum] = cls

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        cls = self.cls
        members = dict(cls.__members__)
        schema = handler.generate_schema(cls)
        if handler.resolve_ref_schema(schema)["type"] != "enum":
            return schema
        names = core_schema.chain_schema(
            [
                core_schema.no_info_plain_validator_function(_only_text),
                core_schema.literal_schema(list(members)),
                core_schema.no_info_plain_validator_function(members.__getitem__),
            ]
        )
        by_name = written_by_name(cls)
        either = core_schema.union_schema(
            [schema, (names, FALLBACK_TAG)],
            mode="left_to_right",
            metadata={"pydantic_js_functions": [self._show_names if by_name else show_first]},
        )
        if not by_name:
            # The second step takes a member as it is; it is there because it says how to serialise one.
            return core_schema.chain_schema([either, handler.generate_schema(cls)])
        either["serialization"] = core_schema.plain_serializer_function_ser_schema(
            self._write_name, when_used="json-unless-none"
        )
        return either

    def _write_name(self, value: Any) -> str:
        if isinstance(value, self.cls):
            return value.name
        raise other_value(value, self.cls.__name__)

    def _show_names(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return {"title": self.cls.__name__, "type": "string", "enum": list(self.cls.__members__)}


def _only_text(value: Any) -> Any:
    """Refuses members of other enums that are text themselves: in a union they are of these."""
    if type(value) is not str:
        raise ValueError("no name")
    return value


def is_otherwise(value: Any) -> bool:
    """Whether pydantic does not read what it writes for a value of a Literal: bytes, or a member of an enum that is no
    text and no number itself."""
    return isinstance(value, bytes | enum.Enum) and not isinstance(value, str | int | float)


def _json_value(value: Any) -> Any:
    """Returns the value as JSON has it: base64, a member's value if JSON can hold that, else the member's name."""
    if not isinstance(value, enum.Enum):
        return base64.urlsafe_b64encode(value).decode()
    plain = type(value.value) in (str, int, float, bool) and value.value == value.value
    return value.value if plain and value.value not in _NOT_FINITE.values() else value.name


class LiteralSchema:
    """A Literal with values that JSON has otherwise."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values: tuple[Any, ...] = values

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        in_json = {(type(item), item): _json_value(item) for item in self.values if is_otherwise(item)}
        values = {(type(written), written): item for (_, item), written in in_json.items()}

        def read(value: Any) -> Any:
            try:
                return values[type(value), value]
            except (KeyError, TypeError):  # the latter for what has no hash
                raise ValueError("no value of the Literal") from None

        def write(value: Any) -> Any:
            if isinstance(value, bytes | enum.Enum) and (type(value), value) in in_json:
                return in_json[type(value), value]
            if value in self.values:
                return value
            raise other_value(value, "Literal")

        return core_schema.union_schema(
            [handler(source), (core_schema.no_info_plain_validator_function(read), FALLBACK_TAG)],
            mode="left_to_right",
            serialization=core_schema.plain_serializer_function_ser_schema(write, when_used="json-unless-none"),
            metadata={"pydantic_js_functions": [self._show]},
        )

    def _show(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return handler(
            core_schema.literal_schema([_json_value(item) if is_otherwise(item) else item for item in self.values])
        )


def written_by_name(cls: type[enum.Enum]) -> bool:
    return not all(
        isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
        for value in (member.value for member in cls.__members__.values())
    )


class RefinedSchema:
    """A refined type, such as a Type_Safe primitive, or its plain base type instead (`keep` is False).

    It is read from a value of its base type, as its JSON Schema says; then its constructor decides.
    """

    __slots__ = ("keep", "node")

    def __init__(self, node: nodes.RefinedNode, keep: bool) -> None:
        self.node: nodes.RefinedNode = node
        self.keep: bool = keep

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        node, keep = self.node, self.keep
        cls, validate, unwrap = node.cls, node.validate, node.unwrap
        base: Any = node.base
        construct = validate if keep else lambda value: unwrap(validate(value))
        value = _base_schema(base)
        read: CoreSchema = core_schema.no_info_after_validator_function(construct, value)
        if base is not str:  # pydantic's lax mode makes a number of a bool
            lax = core_schema.no_info_before_validator_function(_no_bool, value)
            read = core_schema.lax_or_strict_schema(
                core_schema.no_info_after_validator_function(construct, lax), strict_schema=read
            )
        return core_schema.json_or_python_schema(
            json_schema=read,
            python_schema=core_schema.no_info_wrap_validator_function(
                lambda value, handler: value if type(value) is cls and keep else handler(value), read
            ),
            serialization=core_schema.simple_ser_schema(base.__name__),
            metadata={"pydantic_js_functions": [self._show]},
        )

    def _show(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        base = self.node.base
        name = "string" if base is str else "integer" if base is int else "number"
        return {"type": name, **self.node.json_rules()}


def _base_schema(base: type) -> CoreSchema:
    if base is float:
        return _number_or_word(core_schema.float_schema())
    return core_schema.str_schema() if base is str else core_schema.int_schema()


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a boolean is no number")
    return value
