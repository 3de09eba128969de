"""Pydantic models of a definition."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    computed_field,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.definitions.definition import REQUIRED, Definition, FieldDefinition
from type_safe_convert.testing.definitions.members import generic_annotations, generic_bases, own_annotations, syntax
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind, named

_ROOT_MODEL: Any = RootModel
_LIST: Any = list

# The default of the field that may hold an instance of the class itself, by its annotation's first letter.
EMPTY: dict[str, Any] = {"O": None, "l": list, "d": dict}


def basemodel_class(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    body: dict[str, Any] = {"__doc__": repr(definition)}
    options: Any = definition.options
    base: Any = definition.base or BaseModel
    root = definition.variant == "root" and definition.base is None and len(definition.fields) > 0
    annotations: dict[str, Any] = {}
    bases: tuple[Any, ...] = (base,)
    if root:
        bases = (_ROOT_MODEL[definition.fields[0].annotation],)
        options = {key: value for key, value in options.items() if key not in ("extra", "alias_generator")}
    else:
        annotations = own_annotations(definition, name)
        options = {"arbitrary_types_allowed": True, "protected_namespaces": (), **options}
        for field in definition.fields:
            body[field.name] = _pydantic_field(field)
        if definition.recursive:
            empty = EMPTY[definition.recursive[0]]
            body["again"] = None if empty is None else Field(default_factory=empty)
        if "private attribute" in definition.extras:
            body["_secret"] = PrivateAttr(default_factory=list)
            annotations["_secret"] = _LIST[int]
        for variable, annotation in generic_annotations(definition).items():
            annotations[variable] = annotation
            body[variable] = Field(default_factory=list) if "_list_" in variable else None
        bases = (base, *generic_bases(definition))
    body["model_config"] = ConfigDict(**options)
    body |= _validators(definition, root)
    if "method" in definition.extras:
        body["shown"] = lambda self: repr(self)
    cls: Any = module.define(name, bases, annotations, body, () if root else syntax(definition))
    if "own init" in definition.extras and not root:

        def init(self: Any, **values: Any) -> None:
            super(cls, self).__init__(**values)

        cls.__init__ = init
        cls.model_rebuild(force=True, _types_namespace=module.names)
    return cls


def _pydantic_field(field: FieldDefinition) -> Any:
    options = {key: named(option, field.name) for key, option in field.options.items()}
    if field.factory is not None:
        options["default_factory"] = field.factory
    elif field.default is not REQUIRED:
        options["default"] = field.default
    return Field(**options)


def _validators(definition: Definition, root: bool) -> dict[str, Any]:
    """Validators of every mode, which change nothing, and other members that a model can have besides its fields."""
    found: dict[str, Any] = {}
    same: Any = classmethod(lambda cls, value: value)
    handled: Any = classmethod(lambda cls, value, handler: handler(value))
    for extra in definition.extras:
        match extra:
            case "post init":
                found["model_post_init"] = _model_post_init
            case "after validator":
                found["checked"] = model_validator(mode="after")(lambda self: self)
            case "before validator":
                found["checked_before"] = model_validator(mode="before")(same)
            case "wrap validator":
                found["checked_around"] = model_validator(mode="wrap")(handled)
            case "field validators" if not root:
                found["field_after"] = field_validator("*", mode="after")(same)
                found["field_before"] = field_validator("*", mode="before")(same)
                found["field_around"] = field_validator("*", mode="wrap")(handled)
            case "plain field validator" if definition.fields and not root:
                name = definition.fields[0].name
                found["field_plain"] = field_validator(name, mode="plain")(same)
            case "computed field":
                found["computed"] = computed_field(return_type=int)(property(lambda self: 7))
            case "cached property":
                found["cached"] = functools.cached_property(fields_shown)
    return found


def fields_shown(self: Any) -> str:
    """The value of a drawn cached property, computed from the fields."""
    names = getattr(type(self), "__pydantic_fields__", None) or type(self).__dataclass_fields__
    return repr([getattr(self, name, None) for name in names])


def _model_post_init(self: Any, context: Any) -> None:
    """Changes nothing that is not its own."""


# Pydantic has no fields with a leading underscore.
DRAWN = DrawnKind(
    name="basemodel",
    make=basemodel_class,
    unusable_names=frozenset({"_hidden", "_id", "json", "copy"}),
    variants=["root"],
    options={
        "frozen": st.just(True),
        "extra": st.sampled_from(["allow", "forbid", "ignore"]),
        "title": st.just("A title"),
        "alias_generator": st.just(to_camel),
        "validate_assignment": st.just(True),
        "str_strip_whitespace": st.just(True),
        "strict": st.just(True),
        "use_enum_values": st.just(True),
    },
    field_options={
        "description": st.just("described"),
        "alias": st.just("{0}Of"),
        "validation_alias": st.sampled_from([AliasPath("{0}", 0), AliasChoices("{0}One", AliasPath("two", "{0}"))]),
        "serialization_alias": st.just("{0}Out"),
        "title": st.just("titled"),
        "examples": st.just([1]),
        "json_schema_extra": st.just({"more": 1}),
        "frozen": st.just(True),
        "repr": st.just(False),
        "exclude": st.just(True),
    },
    extras=[
        "private attribute",
        "post init",
        "after validator",
        "before validator",
        "wrap validator",
        "field validators",
        "plain field validator",
        "computed field",
        "cached property",
        "own init",
        "method",
    ],
    annotations=vocabulary.BASEMODEL,
)
