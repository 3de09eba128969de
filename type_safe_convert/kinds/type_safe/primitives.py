"""The rules of Type_Safe's primitives and validators as pydantic sees them, and what JSON Schema can say of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import annotated_types
from osbot_utils.type_safe.primitives.core.enums.Enum__Safe_Str__Regex_Mode import Enum__Safe_Str__Regex_Mode
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.validators.Type_Safe__Validator import Type_Safe__Validator
from osbot_utils.type_safe.validators.Validator__Max import Validator__Max
from osbot_utils.type_safe.validators.Validator__Min import Validator__Min
from osbot_utils.type_safe.validators.Validator__One_Of import Validator__One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Validator__Regex
from pydantic import EncodedBytes, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, ValidationError, core_schema

from type_safe_convert.types import nodes
from type_safe_convert.values.constraints import flat_metadata

PLAIN_SCHEMAS: dict[type, CoreSchema] = {
    str: core_schema.str_schema(),
    int: core_schema.int_schema(),
    float: core_schema.float_schema(),
}

# The exact plain value of a primitive: its own `__str__` and friends may format.
TO_PLAIN: dict[type, Any] = {str: str.__str__, int: int.__int__, float: float.__float__, bytes: bytes.__bytes__}


def plain_value(value: Any) -> Any:
    """The value of a primitive as one of its plain base type."""
    return TO_PLAIN[type(value).__primitive_base__](value)


class PrimitiveRules:
    """Metadata for `Annotated[str, PrimitiveRules(Safe_Str)]`: the plain type under the rules of the primitive.

    What the primitive would change is changed, what it would refuse is refused; the result is the plain base type.
    """

    __slots__ = ("primitive",)

    def __init__(self, primitive: Any) -> None:
        self.primitive = primitive

    def __repr__(self) -> str:
        return f"PrimitiveRules({self.primitive.__name__})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrimitiveRules) and other.primitive is self.primitive

    def __hash__(self) -> int:
        return hash(self.primitive)

    def apply(self, value: Any) -> Any:
        primitive = self.primitive
        try:
            return TO_PLAIN[primitive.__primitive_base__](primitive(value))
        except (ValueError, TypeError, ArithmeticError) as error:
            raise PydanticCustomError("primitive", "{reason}", {"reason": str(error)}) from None

    def apply_to_number(self, value: Any, handler: Callable[[Any], Any]) -> Any:
        """As `apply`; what pydantic would make a number of is the primitive's to judge, unless it is to be strict."""
        base = self.primitive.__primitive_base__
        if type(value) not in (base, bool) and not (type(value) is float and base is int):
            try:
                handler(value)
            except ValidationError as error:
                if error.errors()[0]["type"] == f"{base.__name__}_type":  # as strict mode says of text
                    raise
        return self.apply(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        base = self.primitive.__primitive_base__
        if base in (int, float):
            return core_schema.no_info_wrap_validator_function(self.apply_to_number, PLAIN_SCHEMAS[base])
        return core_schema.no_info_after_validator_function(self.apply, PLAIN_SCHEMAS[base])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return tightened(handler(schema), json_rules(self.primitive))  # a field may ask for more than the primitive


class ConstraintsShown:
    """The last metadata of a primitive's annotation: shows the constraints before it in JSON Schema, where pydantic,
    for what is no plain number or text to it, has other names for some and leaves others out."""

    __slots__ = ("shown",)

    def __init__(self, metadata: Iterable[Any]) -> None:
        self.shown = {
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


class ValidatorRules:
    """Metadata for `Annotated[str, ValidatorRules(Regex("^a"), str)]`: osbot-utils' validator as a pydantic one."""

    __slots__ = ("annotation", "validator")

    def __init__(self, validator: Any, annotation: Any) -> None:
        self.validator = validator
        self.annotation = annotation

    def apply(self, value: Any) -> Any:
        if value is not None:
            self.validator.validate(value=value, field_name="value", target_type=self.annotation)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.apply, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        shown = handler(schema)
        if isinstance(self.validator, Validator__Regex):
            shown["pattern"] = f"^(?:{self.validator.pattern})"  # `re.match`, which looks at the start only
        elif isinstance(self.validator, Validator__One_Of):
            shown["enum"] = list(self.validator.allowed)
        return shown


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
    inner = node.inner
    annotation = inner.base if isinstance(inner, nodes.RefinedNode) else inner.annotation
    metadata = tuple(_pydantic_item(item, annotation) for item in node.metadata)
    return (*metadata, ConstraintsShown(flat_metadata(metadata))) if isinstance(inner, nodes.RefinedNode) else metadata


def _pydantic_item(item: Any, annotation: Any) -> Any:
    if isinstance(item, Type_Safe__Validator):
        return validator_rules(item, annotation)
    return EncodedText(item.encoder) if type(item) is EncodedBytes else item


def validator_rules(validator: Any, annotation: Any) -> Any:
    """What stands for an osbot-utils validator over that annotation in pydantic: a constraint, where one says it."""
    numeric = annotation in (int, float)
    if isinstance(validator, Validator__Min):
        return annotated_types.Ge(validator.min_value) if numeric else annotated_types.MinLen(validator.min_value)
    if isinstance(validator, Validator__Max) and (numeric or isinstance(validator.max_value, int)):
        return annotated_types.Le(validator.max_value) if numeric else annotated_types.MaxLen(validator.max_value)
    return ValidatorRules(validator, annotation)


def json_rules(primitive: Any) -> dict[str, Any]:
    """The rules of a primitive that JSON Schema can say in the same sense; sanitising is none of them."""
    rules: dict[str, Any] = {}
    if primitive.__primitive_base__ is str:
        longest = getattr(primitive, "max_length", None)
        shortest = getattr(primitive, "min_length", None)
        exact = getattr(primitive, "exact_length", False)
        if isinstance(longest, int):
            rules["maxLength"] = longest
        if not _takes_empty(primitive):
            rules["minLength"] = longest if exact else shortest if isinstance(shortest, int) else 1
        pattern = _pattern(primitive)
        if pattern is not None:
            rules["pattern"] = pattern
        return rules
    if not getattr(primitive, "clamp_to_range", False):
        for rule, attribute in (("minimum", "min_value"), ("maximum", "max_value")):
            bound = getattr(primitive, attribute, None)
            if isinstance(bound, int | float):
                rules[rule] = bound
    return rules


def _takes_empty(primitive: Any) -> bool:
    try:
        primitive("")
    except Exception:
        return False
    return True


_CHARACTERS = re.compile(r"\[\^((?:[^\]\\]|\\.)+)\]")


def _pattern(primitive: Any) -> str | None:
    """The pattern of all text that a strict string takes, the spaces among it that it strips; None where a pattern
    does not say it in the same sense."""
    if (
        primitive.__new__ is not Safe_Str.__new__
        or getattr(primitive.validate_and_sanitize, "__func__", None) is not Safe_Str.validate_and_sanitize.__func__
        or not primitive.strict_validation
        or primitive.to_lower_case
    ):
        return None
    written = primitive.regex.pattern
    if primitive.regex.flags & ~re.UNICODE:
        return None
    if primitive.regex_mode == Enum__Safe_Str__Regex_Mode.MATCH:
        if "|" in written or not written.startswith("^") or not written.endswith("$") or written.endswith("\\$"):
            return None if primitive.trim_whitespace or primitive.allow_empty else f"^(?:{written})"
        body = written[1:-1]
    else:
        refused = _CHARACTERS.fullmatch(written)  # a character of any but these
        if refused is None:
            return None
        body = f"[{refused[1]}]*"
    if primitive.allow_empty:
        body = f"(?:{body})?"
    return rf"^\s*{body}\s*$" if primitive.trim_whitespace else f"^{body}$"
