"""The rules of Type_Safe's primitives and validators as pydantic sees them, and what JSON Schema can say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import annotated_types
from osbot_utils.type_safe.primitives.core.enums.Enum__Safe_Str__Regex_Mode import Enum__Safe_Str__Regex_Mode
from osbot_utils.type_safe.validators.Validator__Max import Validator__Max
from osbot_utils.type_safe.validators.Validator__Min import Validator__Min
from osbot_utils.type_safe.validators.Validator__One_Of import Validator__One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Validator__Regex
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

PLAIN_SCHEMAS: dict[type, CoreSchema] = {
    str: core_schema.str_schema(),
    int: core_schema.int_schema(),
    float: core_schema.float_schema(),
}

# The exact plain value of a primitive: its own `__str__` and friends may format.
TO_PLAIN: dict[type, Any] = {str: str.__str__, int: int.__int__, float: float.__float__, bytes: bytes.__bytes__}


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
        """As `apply`; a bool for a number and a float for an int are the primitive's to judge, not pydantic's."""
        kept = type(value) is bool or (type(value) is float and self.primitive.__primitive_base__ is int)
        return self.apply(value if kept else handler(value))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        base = self.primitive.__primitive_base__
        if base in (int, float):
            return core_schema.no_info_wrap_validator_function(self.apply_to_number, PLAIN_SCHEMAS[base])
        return core_schema.no_info_after_validator_function(self.apply, PLAIN_SCHEMAS[base])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        for rule, bound in json_rules(self.primitive).items():
            tighter = min if rule.startswith("max") else max
            # A field may ask for more than the primitive does.
            found[rule] = tighter(found[rule], bound) if rule in found and rule != "pattern" else bound
        return found


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
        if isinstance(longest, int):
            rules["maxLength"] = longest
        if getattr(primitive, "exact_length", False) and not getattr(primitive, "allow_empty", True):
            rules["minLength"] = longest
        elif isinstance(shortest, int):
            rules["minLength"] = shortest
        elif getattr(primitive, "allow_empty", True) is False:
            rules["minLength"] = 1
        if (
            getattr(primitive, "strict_validation", False)
            and getattr(primitive, "regex_mode", None) == Enum__Safe_Str__Regex_Mode.MATCH
            and not getattr(primitive, "to_lower_case", False)
            and not getattr(primitive, "trim_whitespace", False)
            and not getattr(primitive, "allow_empty", True)
        ):
            rules["pattern"] = primitive.regex.pattern
        return rules
    if not getattr(primitive, "clamp_to_range", False):
        for rule, attribute in (("minimum", "min_value"), ("maximum", "max_value")):
            bound = getattr(primitive, attribute, None)
            if isinstance(bound, int | float):
                rules[rule] = bound
    return rules
