"""Finds the models and dataclasses whose validator only checks types, as the conversion itself does."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from type_safe_convert.kinds.pydantic.carried import PLAIN_CONTAINERS
from type_safe_convert.kinds.pydantic.model_fields import read_field
from type_safe_convert.kinds.pydantic.types import is_made_by_validator, is_pattern, is_validator
from type_safe_convert.kinds.pydantic.validators import seen_by_validators
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.sentinels import excluded_if

# Settings of a model that change neither which values it accepts nor what it makes of them.
_HARMLESS_CONFIG = frozenset({
    "title", "model_title_generator", "field_title_generator", "alias_generator", "extra", "frozen", "populate_by_name",
    "arbitrary_types_allowed", "from_attributes", "loc_by_alias", "ignored_types", "json_schema_extra", "json_encoders",
    "ser_json_timedelta", "ser_json_temporal", "ser_json_bytes", "ser_json_inf_nan", "val_json_bytes", "defer_build",
    "protected_namespaces", "hide_input_in_errors", "json_schema_serialization_defaults_required", "serialize_by_alias",
    "json_schema_mode_override", "validate_by_alias", "validate_by_name", "use_attribute_docstrings",
    "schema_generator",
    "polymorphic_serialization", "validate_assignment", "plugin_settings", "cache_strings", "validation_error_cause",
    "validate_return", "regex_engine", "val_temporal_unit", "strict",
})  # fmt: skip

_SIMPLE_CONSTRAINTS = (
    annotated_types.Gt, annotated_types.Ge, annotated_types.Lt, annotated_types.Le,
    annotated_types.MinLen, annotated_types.MaxLen,
)  # fmt: skip


def validates_types_only(cls: Any, shape: Shape) -> bool:
    """Whether the validator of a model only checks types and bounds: then our own checks, which are stricter, say the
    same."""
    return (
        not cls.__pydantic_custom_init__
        and not cls.__private_attributes__
        and cls.model_post_init is BaseModel.model_post_init
        and cls.__new__ is BaseModel.__new__
        and _function(cls.__get_pydantic_core_schema__) is _function(BaseModel.__get_pydantic_core_schema__)
        and not (shape.extra == "allow" and _has_typed_extra(cls))
        and _fields_are_checked_only(cls, shape, cls.model_config)
    )


def constructor_checks_types_only(cls: Any, shape: Shape) -> bool:
    """Whether the constructor of a pydantic dataclass only checks types and bounds, and stores its arguments."""
    config = cls.__pydantic_config__ or {}
    return (
        not hasattr(cls, "__post_init__")
        and not hasattr(cls, "__get_pydantic_core_schema__")
        and config.get("extra") != "allow"
        and all(field.init for field in shape.fields.values())
        and _fields_are_checked_only(cls, shape, config)
    )


def _fields_are_checked_only(cls: Any, shape: Shape, config: Mapping[str, Any]) -> bool:
    """Whether neither validators nor settings nor types of fields do more with a value than check it."""
    decorators = cls.__pydantic_decorators__
    return (
        not (decorators.field_validators or decorators.model_validators)
        and not (decorators.validators or decorators.root_validators)
        and config.keys() <= _HARMLESS_CONFIG
        and config.get("regex_engine", "rust-regex") == "rust-regex"  # by which our checks go
        and not any(info.validate_default for info in cls.__pydantic_fields__.values())
        and all(
            _checks_types_only(field.node) and excluded_if(field.node, field.options) is None
            for field in shape.fields.values()
        )
    )


def _has_typed_extra(cls: Any) -> bool:
    """Whether the class says of what type its extra values are."""
    own = cls.__mro__[: cls.__mro__.index(BaseModel)]
    return any("__pydantic_extra__" in inspect.get_annotations(base) for base in own)


def _function(method: Any) -> Any:
    return method.__func__


def _checks_types_only(node: nodes.Node) -> bool:
    if nodes.is_large(node):
        return False
    match node:
        case nodes.AnyNode(annotation=annotation):
            return annotation is Any or annotation is object
        case nodes.ScalarNode() | nodes.EnumNode() | nodes.LiteralNode():
            return True
        case nodes.OpaqueNode(validate=validate):
            return validate is None
        case nodes.ModelNode(cls=cls):
            return kind_of_class(cls) is not None
        case (
            nodes.CollectionNode(origin=origin, container_class=None)
            | nodes.MappingNode(origin=origin, container_class=None)
        ):
            return origin in PLAIN_CONTAINERS and all(map(_checks_types_only, node.children()))
        case nodes.TupleNode(cls=cls):
            return cls is tuple and all(map(_checks_types_only, node.children()))
        case nodes.UnionNode(members=members):
            return all(map(_checks_types_only, members))
        case nodes.AnnotatedNode(inner=nodes.UnionNode() as inner):
            return all(map(_names_tag_field, node.metadata)) and _checks_types_only(inner)
        case nodes.AnnotatedNode(inner=inner):
            is_simple = isinstance(inner, nodes.ScalarNode | nodes.CollectionNode) and all(
                isinstance(item, _SIMPLE_CONSTRAINTS) or is_pattern(item) for item in node.constraints
            )
            return is_simple and _checks_types_only(inner)
    return False


def _names_tag_field(item: Any) -> bool:
    """Whether metadata says nothing but by which field the models of a union are told apart: each of them checks it."""
    return isinstance(item, FieldInfo) and not item.metadata and isinstance(item.discriminator, str)


def has_own_code(cls: Any, shape: Shape) -> bool:
    """Whether code that a user wrote for the class runs where an instance is made or validated."""
    decorators = cls.__pydantic_decorators__
    post_init = inspect.getattr_static(cls, "model_post_init")
    return bool(
        decorators.field_validators
        or decorators.model_validators
        or decorators.validators
        or decorators.root_validators
        or cls.__pydantic_custom_init__
        or getattr(post_init, "__module__", "").split(".")[0] != "pydantic"
        or any(map(_has_function_validators, shape.fields.values()))
    )


def makes_instances(shape: Shape) -> bool:
    """Whether a field has a class that pydantic makes of values of another type."""
    found = (node for field in shape.fields.values() for node in nodes.walk(field.node))
    return any(isinstance(node, nodes.ValidatedNode) and is_made_by_validator(node.annotation) for node in found)


def _has_function_validators(field: Field) -> bool:
    return any(map(_has_function_validator, nodes.walk(field.node)))


def _has_function_validator(node: nodes.Node) -> bool:
    match node:
        case nodes.ValidatedNode(annotation=annotation):
            return is_made_by_validator(annotation)
        case nodes.AnnotatedNode(constraints=constraints):
            return any(map(is_validator, constraints))
        case nodes.OpaqueNode(widens=widens):
            return widens
    return False


def fields_with_own_code(cls: Any, shape: Shape) -> list[str]:
    """The fields for which validators that a user wrote run."""
    seen = seen_by_validators(cls.__pydantic_decorators__)
    return [
        name for name, field in shape.fields.items() if name in seen or "*" in seen or _has_function_validators(field)
    ]


def own_code(cls: Any, shape: Shape) -> str:
    """The code that the class's validator runs, in words."""
    decorators = cls.__pydantic_decorators__
    fields = fields_with_own_code(cls, shape)
    models = [*decorators.model_validators, *decorators.root_validators]
    parts = [
        f"validators: {', '.join(fields)}" if fields else "",
        f"model validators: {', '.join(models)}" if models else "",
        "constructor of its own" if cls.__pydantic_custom_init__ else "",
        "`model_post_init`" if cls.model_post_init is not BaseModel.model_post_init else "",
    ]
    return "; ".join(filter(None, parts)) or "validator of settings or types of pydantic"


def changed_by_post_init_only(cls: Any) -> list[str]:
    """The fields that no validator of the model's own sees, where `model_post_init` may change them."""
    decorators = cls.__pydantic_decorators__
    if cls.model_post_init is BaseModel.model_post_init or decorators.model_validators or decorators.root_validators:
        return []
    seen = seen_by_validators(decorators)
    fields = {name: read_field(name, info) for name, info in cls.__pydantic_fields__.items()}
    makes_values = cls.model_config.get("use_enum_values")
    return [
        name
        for name, field in fields.items()
        if name not in seen
        and "*" not in seen
        and _checks_types_only(field.node)
        and not (makes_values and any(isinstance(node, nodes.EnumNode) for node in nodes.walk(field.node)))
    ]
