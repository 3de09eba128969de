"""Source text of pydantic models."""

from __future__ import annotations

import collections.abc
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic_core import SchemaError, SchemaValidator, core_schema

from type_safe_convert.model.family import shape_of
from type_safe_convert.types import nodes
from type_safe_convert.types.type_variables import generic_of
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import SAID, FieldToWrite, said_by, said_by_rules
from type_safe_convert.writing.layout import After, Expression, call
from type_safe_convert.writing.writer import (
    ClassToWrite,
    ClassWriter,
    default_arguments,
    field_call,
    field_value,
    written_values,
)

_OPTIONS = (
    "alias", "validation_alias", "serialization_alias", "title", "description", "examples", "exclude", "discriminator",
    "deprecated", "json_schema_extra", "frozen",
)  # fmt: skip


# Settings that the fields say, or that are for pydantic alone.
_IN_SHAPE = {
    "frozen", "extra", "alias_generator", "arbitrary_types_allowed", "defer_build", "protected_namespaces",
    "ignored_types", "plugin_settings", "use_attribute_docstrings", "regex_engine",
}  # fmt: skip
_OF_FIELDS = ("validate_default", "exclude_if", "field_title_generator")


class ModelWriter(ClassWriter):
    takes_variadic = False
    says_settings = frozenset({"weakref_slot", "dict"})
    says: frozenset[str] = frozenset(SAID)
    base: tuple[str, str] | None = (BaseModel.__module__.split(".")[0], BaseModel.__name__)

    def settings(self, cls: Any) -> Mapping[str, Any]:
        inherited: dict[str, Any] = {}
        for base in reversed(cls.__bases__):
            inherited |= getattr(base, "model_config", {})
        return {
            name: value
            for name, value in cls.model_config.items()
            if name not in _IN_SHAPE and inherited.get(name) != value
        }

    def field_settings(self, cls: Any, name: str) -> Mapping[str, Any]:
        info = cls.__pydantic_fields__[name]
        return {key: value for key in _OF_FIELDS if (value := getattr(info, key, None)) is not None}

    def first_lines(self, item: ClassToWrite, code: Code) -> Mapping[str, Expression]:
        shape = item.shape
        if issubclass(item.counterpart, RootModel):
            return {}
        said: dict[str, Expression] = {}
        inherited = [shape_of(base) for base in shape.bases]
        if shape.frozen or any(base.frozen for base in inherited):
            said["frozen"] = str(shape.frozen)
        if shape.extra != "ignore" or any(base.extra != "ignore" for base in inherited):
            said["extra"] = f'"{shape.extra}"'
        if any(_is_arbitrary(node) for field in item.fields for node in nodes.walk(field.field.node)):
            said["arbitrary_types_allowed"] = "True"
        if any(map(_needs_python_patterns, item.fields)):
            said["regex_engine"] = '"python-re"'
        if any("alias" in field.options for field in item.fields):
            said["populate_by_name"] = "True"
        if shape.by_identity:
            item.lose("instances compare by value here", "", "equality", "hash")
        if shape.ordered:
            item.lose("instances have no order here", "", "order")
        item.lose_hash(shape.frozen)
        return {"model_config": field_call(code.names.use("pydantic", "ConfigDict"), said)} if said else {}

    def takes_constraints(self, node: nodes.Node) -> bool:
        return True

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        said = default_arguments(item, "default_factory")
        if item.name != item.field.name and not item.field.aliases:
            said["alias"] = code.value(item.field.name)
        said |= written_values({**item.constraints, **of.lose_options(item, *_OPTIONS)}, item, of, code)
        if not item.field.repr:
            said["repr"] = "False"
        of.lose_flags(item, "compare", "hash")
        if item.metadata_beside:
            of.lose("metadata is lost: a field of a model has no such setting", item.field.name, "metadata")
        return annotation, field_value(said, item, "pydantic", "Field", code)

    def constrained(self, inner: Expression, said: Mapping[str, Any], code: Code) -> Expression:
        if not said:
            return inner
        items = (After(f"{key}=", code.value(value)) for key, value in said.items())
        return code.annotated(inner, call(code.names.use("pydantic", "Field"), *items))

    def refined(self, node: nodes.RefinedNode, code: Code) -> Expression:
        plain = code.annotated(code.names.reference(node.base), code.names.reference(node.cls))
        return self.constrained(plain, said_by_rules(node), code)


def _is_arbitrary(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.OpaqueNode | nodes.SentinelNode)
        and isinstance(cls := generic_of(node.annotation) or node.annotation, type)
        and cls not in (type, collections.abc.Callable)
        and not hasattr(cls, "__get_pydantic_core_schema__")
    )


def _needs_python_patterns(item: FieldToWrite) -> bool:
    """Whether a pattern of the field has what pydantic's own engine does not know, such as a lookahead."""
    inside = (node.constraints for node in nodes.walk(item.node) if isinstance(node, nodes.AnnotatedNode))
    found = [item.constraints, *(said_by(constraints)[0] for constraints in inside)]
    return any("pattern" in said and not _is_known(said["pattern"]) for said in found)


def _is_known(pattern: Any) -> bool:
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return False
    return True


WRITER = ModelWriter()
