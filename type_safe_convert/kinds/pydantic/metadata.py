"""The metadata of `Annotated` in generated pydantic models: rules of other kinds as pydantic reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import annotated_types
from pydantic import EncodedBytes, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, ValidationError, core_schema

from type_safe_convert.errors import ConversionError
from type_safe_convert.kinds.pydantic.types import expand_metadata
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import expanded
from type_safe_convert.types.rules import Rule

PLAIN_SCHEMAS: dict[type, CoreSchema] = {
    str: core_schema.str_schema(),
    int: core_schema.int_schema(),
    float: core_schema.float_schema(),
}


class RefinedRules:
    """Metadata for a plain type under the rules of a refined one, such as `Annotated[str, RefinedRules(...)]`.

    A value that the refined type would change is changed, one that it would refuse is refused; the result is plain.
    """

    __slots__ = ("base", "cls", "json_rules", "make", "unwrap")

    def __init__(self, node: nodes.RefinedNode) -> None:
        self.cls: Any = node.cls
        self.base: Any = node.base
        self.make: Callable[[Any], Any] = node.make
        self.unwrap: Callable[[Any], Any] = node.unwrap
        self.json_rules: Callable[[], dict[str, Any]] = node.json_rules

    def __repr__(self) -> str:
        return f"RefinedRules({self.cls.__name__})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RefinedRules) and other.cls is self.cls

    def __hash__(self) -> int:
        return hash(self.cls)

    def apply(self, value: Any) -> Any:
        try:
            return self.unwrap(self.make(value))
        except (ValueError, TypeError, ArithmeticError) as error:
            raise PydanticCustomError("primitive", "{reason}", {"reason": str(error)}) from None

    def apply_to_number(self, value: Any, handler: Callable[[Any], Any]) -> Any:
        """As `apply`; the refined type judges what pydantic would make a number of, unless it is to be strict."""
        base = self.base
        if type(value) not in (base, bool) and not (type(value) is float and base is int):
            try:
                handler(value)
            except ValidationError as error:
                if error.errors()[0]["type"] == f"{base.__name__}_type":  # as strict mode says of text
                    raise
        return self.apply(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        base = self.base
        if base in (int, float):
            return core_schema.no_info_wrap_validator_function(self.apply_to_number, PLAIN_SCHEMAS[base])
        return core_schema.no_info_after_validator_function(self.apply, PLAIN_SCHEMAS[base])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return tightened(handler(schema), self.json_rules())  # a field may ask for more than the refined type


class ConstraintsShown:
    """The last metadata of a refined type's annotation: shows the constraints before it in JSON Schema, where pydantic,
    for what is no plain number or text to it, has other names for some and leaves others out."""

    __slots__ = ("shown",)

    def __init__(self, metadata: Iterable[Any]) -> None:
        self.shown: dict[str, Any] = {
            rule: value
            for item in metadata
            for attribute, rule in _RULES_BY_ATTRIBUTE.items()
            if isinstance(item, annotated_types.BaseMetadata) and (value := getattr(item, attribute, None)) is not None
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConstraintsShown) and other.shown == self.shown

    def __hash__(self) -> int:
        return hash(tuple(self.shown))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = {
            name: value
            for name, value in handler(schema).items()
            if name == "pattern" or name not in _RULES_BY_ATTRIBUTE
        }
        return tightened(found, self.shown)


_RULES_BY_ATTRIBUTE = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}


def tightened(schema: dict[str, Any], rules: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema with further rules: of two bounds the tighter, of two patterns both."""
    for rule, bound in rules.items():
        if rule not in schema:
            schema[rule] = bound
        elif rule == "pattern":
            if bound != schema[rule]:
                schema.setdefault("allOf", []).append({"pattern": bound})
        elif rule != "multipleOf":
            schema[rule] = (min if "ax" in rule else max)(schema[rule], bound)
    return schema


class ForeignRule:
    """Metadata for a constraint of another kind that no constraint of `annotated_types` says."""

    __slots__ = ("annotation", "rule")

    def __init__(self, rule: Rule, annotation: Any) -> None:
        self.rule: Rule = rule
        self.annotation: Any = annotation

    def apply(self, value: Any) -> Any:
        if value is not None:
            try:
                self.rule.check(value, self.annotation)
            except ConversionError as error:
                raise ValueError(error.reason or f"expected {error.expected}") from error
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.apply, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **self.rule.json_rules}


class EncodedText(EncodedBytes):
    """`Base64Bytes` and its like: the text is the encoded bytes, however a class writes bytes otherwise."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # `val_json_bytes` is for text in Python's values, too.
        text = core_schema.no_info_before_validator_function(_utf8, handler(source))
        strict = core_schema.json_or_python_schema(json_schema=text, python_schema=handler(source))
        encoded = core_schema.lax_or_strict_schema(text, strict)
        return core_schema.with_info_after_validator_function(
            self.decode,
            encoded,
            serialization=core_schema.plain_serializer_function_ser_schema(self._write, info_arg=True),
        )

    def _write(self, value: Any, info: core_schema.SerializationInfo) -> Any:
        encoded = self.encode(value)
        return encoded.decode() if info.mode == "json" else encoded


def _utf8(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def pydantic_metadata(node: nodes.AnnotatedNode) -> tuple[Any, ...]:
    """The metadata of an `Annotated` as pydantic is to read it."""
    rules = {id(item.item): item for item in node.constraints if isinstance(item, Rule)}
    annotation = node.inner.base if isinstance(node.inner, nodes.RefinedNode) else node.inner.annotation
    metadata = tuple(
        _pydantic_item(rules.get(id(item), item), annotation) for group in node.metadata for item in _taken_apart(group)
    )
    if not isinstance(node.inner, nodes.RefinedNode):
        return metadata
    shown = (item.equivalent if isinstance(item, Rule) else item for item in node.constraints)
    return (*metadata, ConstraintsShown(shown))


def _taken_apart(item: Any) -> Iterable[Any]:
    """The constraints in a group that pydantic does not know; any other item as it is."""
    known = isinstance(item, annotated_types.GroupedMetadata) or expand_metadata(item) is not None
    return (item,) if known else expanded((item,))


def _pydantic_item(item: Any, annotation: Any) -> Any:
    if isinstance(item, Rule):
        return ForeignRule(item, annotation) if item.equivalent is None else item.equivalent
    return EncodedText(item.encoder) if type(item) is EncodedBytes else item
