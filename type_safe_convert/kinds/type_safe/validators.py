"""Validators of osbot-utils in the metadata of an `Annotated`, as rules in the words of no kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import annotated_types
from osbot_utils.type_safe.validators.Type_Safe__Validator import Type_Safe__Validator
from osbot_utils.type_safe.validators.Validator__Max import Validator__Max
from osbot_utils.type_safe.validators.Validator__Min import Validator__Min
from osbot_utils.type_safe.validators.Validator__One_Of import Validator__One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Validator__Regex

from type_safe_convert.errors import ValueConversionError, describe_value
from type_safe_convert.types import nodes
from type_safe_convert.types.rules import Rule


def parse_validators(node: nodes.AnnotatedNode) -> None:
    """Puts a Rule in the place of each validator among the constraints."""
    node.constraints = tuple(
        _rule(item, node.inner) if isinstance(item, Type_Safe__Validator) else item for item in node.constraints
    )


def _rule(validator: Any, inner: nodes.Node) -> Rule:
    plain = inner.base if isinstance(inner, nodes.RefinedNode) else inner.annotation
    return Rule(validator, _check_of(validator), _equivalent(validator, plain), _json_rules(validator))


def _check_of(validator: Any) -> Callable[[Any, Any], None]:
    def check(value: Any, annotation: Any) -> None:
        try:
            validator.validate(value=value, field_name="value", target_type=annotation)
        except ValueError as error:
            raise ValueConversionError(str(error), found=describe_value(value)) from error

    return check


def _equivalent(validator: Any, annotation: Any) -> Any:
    numeric = annotation in (int, float)
    if isinstance(validator, Validator__Min):
        return annotated_types.Ge(validator.min_value) if numeric else annotated_types.MinLen(validator.min_value)
    if isinstance(validator, Validator__Max) and (numeric or isinstance(validator.max_value, int)):
        return annotated_types.Le(validator.max_value) if numeric else annotated_types.MaxLen(validator.max_value)
    return None


def _json_rules(validator: Any) -> dict[str, Any]:
    if isinstance(validator, Validator__Regex):
        return {"pattern": f"^(?:{validator.pattern})"}  # `re.match`, which looks at the start only
    return {"enum": list(validator.allowed)} if isinstance(validator, Validator__One_Of) else {}
