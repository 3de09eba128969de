"""The fields of models, as Field and FieldInfo."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field as pydantic_field
from pydantic.fields import FieldInfo
from pydantic_core import SchemaValidator, core_schema

from type_safe_convert.conversion.unchanged import snapshot
from type_safe_convert.errors import ClassConversionError
from type_safe_convert.kinds.pydantic.carried import IMMUTABLE, is_immutable
from type_safe_convert.kinds.pydantic.enum_values import makes_enum_values, with_members
from type_safe_convert.kinds.pydantic.fields import options_in
from type_safe_convert.model.kind import GeneratedField
from type_safe_convert.model.shape import MISSING, Field, FromValues
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.enum_members import has_members
from type_safe_convert.types.names import names_for, resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.types.sentinels import excluded_if, is_sentinel
from type_safe_convert.types.type_variables import substitute


def complete_fields(cls: Any) -> dict[str, FieldInfo]:
    if not cls.__pydantic_fields_complete__:
        names = names_for(cls)
        try:
            cls.model_rebuild(raise_errors=False, _types_namespace=names)
        except Exception as error:
            raise ClassConversionError(
                f"pydantic cannot build the class: {type(error).__name__}: {str(error).splitlines()[0]}",
                source_class=cls,
            ) from error
    infos = cls.__pydantic_fields__
    if cls.__pydantic_fields_complete__:
        return dict(infos)
    hints = resolve_hints(cls)
    completed = {}
    for name, info in infos.items():
        if not info._complete:
            original = hints.get(name, Any)
            info = FieldInfo.from_annotated_attribute(original, info._original_assignment)
        completed[name] = info
    return completed


def read_field(name: str, info: FieldInfo, arguments: Mapping[Any, Any] = MappingProxyType({})) -> Field:
    """The field that a FieldInfo describes, with these type variables put in."""
    annotation = substitute(info.annotation, arguments)
    annotation = annotated(annotation, *info.metadata)
    options = options_in(info)
    default: Any = MISSING
    factory: Any = info.default_factory
    if factory is not None:
        factory = FromValues(factory) if info.default_factory_takes_validated_data else factory
    elif not info.is_required():
        default = info.default
        if type(default) in nodes.MUTABLE:
            default, factory = MISSING, lambda: info.get_default(call_default_factory=True)
    return Field(name, annotation, parse(annotation), default, factory, options, repr=info.repr)


def with_validated_default(cls: Any, field: Field) -> Field:
    """The field with the default that its own validators make of the one that was written."""
    if field.required:
        return field

    keeps_members = makes_enum_values(cls) and has_members(field.node)

    def make(values: Mapping[str, Any]) -> Any:
        default = field.make_default(values)
        noted = snapshot(default) if keeps_members else None
        validator = field_validator(cls, field.name)
        made = default if validator is None else validator.validate_python(default, by_name=True)
        return with_members(made, noted) if keeps_members else made

    if type(field.default_factory) is FromValues:
        return dataclasses.replace(field, default_factory=FromValues(make))
    if field.default_factory is None:
        try:
            default = make({})
        except Exception:  # said by the class itself, when the default is asked for
            default = None
        if is_immutable(default) and default is not None:
            return dataclasses.replace(field, default=default)
    return dataclasses.replace(field, default=MISSING, default_factory=lambda: make({}))


def field_validator(cls: Any, name: str) -> SchemaValidator | None:
    """Returns the validator of one field of a model; None if the model's schema is not that of its fields."""
    cls.model_rebuild()
    schema: Any = cls.__pydantic_core_schema__
    definitions: dict[str, Any] = {}
    config: Any = None
    while isinstance(schema, dict) and schema["type"] != "model-fields":
        definitions.update((item["ref"], item) for item in schema.get("definitions", ()))
        config = schema.get("config", config)
        # The schema of a model that contains itself is among the definitions.
        is_reference = schema["type"] == "definition-ref"
        schema = definitions.get(schema["schema_ref"]) if is_reference else schema.get("schema")
    if not isinstance(schema, dict) or name not in schema["fields"]:
        return None
    field = schema["fields"][name]["schema"]
    return SchemaValidator(core_schema.definitions_schema(field, [*definitions.values()]), config)


def validator_without(cls: Any, names: frozenset[str]) -> SchemaValidator | None:
    """Returns a model's validator that takes the values of some fields as they are; None if the model's schema is not
    that of its fields."""
    cls.model_rebuild()
    schema = _taking_as_is(cls.__pydantic_core_schema__, names)
    # Else pydantic-core takes the validator that the class has.
    return None if schema is None else SchemaValidator(schema, _use_prebuilt=False)


def _taking_as_is(schema: Any, names: frozenset[str]) -> Any:
    if not isinstance(schema, dict):
        return None
    if schema["type"] == "model-fields":
        as_is = {name: {**schema["fields"][name], "schema": core_schema.any_schema()} for name in names}
        return {**schema, "fields": {**schema["fields"], **as_is}}
    inner: Any = schema.get("schema")
    if schema["type"] == "definitions" and inner["type"] == "definition-ref":
        found = {item["ref"]: item for item in schema["definitions"]}
        found[inner["schema_ref"]] = changed = _taking_as_is(found.get(inner["schema_ref"]), names)
        return None if changed is None else {**schema, "definitions": [*found.values()]}
    changed = _taking_as_is(inner, names)
    return None if changed is None else {**schema, "schema": changed}


def says_more(made: GeneratedField) -> bool:
    """Whether a field has more than its annotation and a plain default, which pydantic reads in half of the time of a
    `Field`."""
    field = made.field
    is_plain = made.default is MISSING or type(made.default) in IMMUTABLE
    has_options = field.options or not field.repr or made.attribute != field.name
    return made.default_factory is not None or not is_plain or bool(has_options)


def make_field(made: GeneratedField) -> Any:
    options = dict(made.field.options)
    if not made.field.repr:
        options["repr"] = False
    if (is_excluded := excluded_if(made.field.node, options)) is not None:
        options["exclude_if"] = is_excluded
    if made.attribute != made.field.name and not {"alias", "validation_alias", "serialization_alias"} & options.keys():
        options["alias"] = made.field.name
    if made.default_factory is not None:
        factory = made.default_factory
        if type(factory) is FromValues:
            return pydantic_field(default_factory=factory.make, **options)
        return pydantic_field(default_factory=factory, **options)
    if is_sentinel(made.field.node, made.default):
        return pydantic_field(default_factory=lambda: made.default, **options)  # which no schema shows
    if made.default is not MISSING:
        return pydantic_field(made.default, **options)
    return pydantic_field(**options)
