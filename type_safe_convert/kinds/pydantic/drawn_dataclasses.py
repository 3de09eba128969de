"""Dataclasses of a definition, the standard library's and pydantic's."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

from hypothesis import strategies as st
from pydantic import ConfigDict, Field
from pydantic import dataclasses as pydantic_dataclasses

from type_safe_convert.kinds.pydantic.drawn_classes import rejecting
from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.definitions.definition import REQUIRED, Definition, FieldDefinition
from type_safe_convert.testing.definitions.members import (
    add_further_fields,
    bases_of,
    decorator_options,
    fields_shown,
    generic_class,
    own_annotations,
    show,
    syntax,
)
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind


@rejecting
def dataclass_class(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    base = generic_class(definition.base)
    pydantic = "__pydantic_validator__" in getattr(base, "__dict__", {}) or (
        definition.variant == "pydantic" and base is None
    )
    options = decorator_options(definition, base is not None and base.__dataclass_params__.frozen, pydantic)
    annotations = own_annotations(definition, name)
    body: dict[str, Any] = {"__doc__": repr(definition)}
    for field in definition.fields:
        if field.foreign and not pydantic:
            _field_of_pydantic(field, annotations, body)
        else:
            body[field.name] = _field(field, pydantic)
    add_further_fields(definition, annotations, body, lambda make: dataclasses.field(default_factory=make))
    _add_extras(definition, annotations, body, pydantic)
    descriptor = _descriptor(definition, body, options) if not pydantic else None
    if descriptor:
        body[descriptor] = Stored(definition.fields[0].default)
    cls: Any = module.define(name, bases_of(definition), annotations, body, syntax(definition))
    if pydantic:
        config = ConfigDict(arbitrary_types_allowed=True, use_enum_values="enum values" in definition.extras)
        return pydantic_dataclasses.dataclass(config=config, **options)(cls)
    cls = dataclasses.dataclass(**options)(cls)
    # A property over a field that the constructor does not set would hide its default.
    is_set = bool(definition.fields) and definition.fields[0].options.get("init") is not False
    if "property" in definition.extras and is_set and not descriptor and not options.get("slots"):
        setattr(cls, definition.fields[0].name, _property(definition.fields[0].name))
    module.names[name] = cls
    return cls


def _field(field: FieldDefinition, pydantic: bool) -> Any:
    arguments = {} if field.foreign else dict(field.options)
    # A pydantic dataclass refuses its own None where that is outside of the annotation.
    is_none = pydantic and (field.default is None or (field.factory is not None and field.factory() is None))
    if is_none:
        arguments.pop("init", None)
    elif field.factory is not None:
        arguments["default_factory"] = field.factory
    elif field.default is not REQUIRED:
        arguments["default"] = field.default
    else:
        arguments.pop("init", None)  # no constructor would ever set it
    if arguments.get("init") is False and pydantic:
        arguments.pop("kw_only", None)  # pydantic refuses the two together
    return dataclasses.field(**arguments)


def _field_of_pydantic(field: FieldDefinition, annotations: dict[str, Any], body: dict[str, Any]) -> None:
    options: Any = {
        key: option.format(field.name) if key == "alias" else option for key, option in field.options.items()
    }
    if field.foreign == "annotated":
        annotations[field.name] = Annotated[(field.annotation, Field(**options))]
        if not field.required:
            body[field.name] = _field(field, False)
        return
    if field.factory is not None:
        options["default_factory"] = field.factory
    elif field.default is not REQUIRED:
        options["default"] = field.default
    body[field.name] = Field(**options)


def _add_extras(definition: Definition, annotations: dict[str, Any], body: dict[str, Any], pydantic: bool) -> None:
    if "class variable" in definition.extras:
        annotations["shared"] = ClassVar[int]
        body["shared"] = 1
    if "computed" in definition.extras:
        annotations["computed"] = int
        body["computed"] = dataclasses.field(init=False, default=0)
    if "init variable" in definition.extras:
        annotations["given"] = dataclasses.InitVar[int]
        body["given"] = 3
    if {"init variable", "post init", "computed", "outside attribute"} & {*definition.extras}:
        body["__post_init__"] = _post_init(definition)
    if "own init" in definition.extras and not pydantic:
        body["__init__"] = _own_init
    if "method" in definition.extras:
        body["shown"] = show
    if "cached property" in definition.extras and not definition.options.get("slots"):
        body["cached"] = functools.cached_property(fields_shown)


def _post_init(definition: Definition) -> Callable[..., None]:
    """Sets the attributes of the extras, and changes no field."""

    def post_init(self: Any, *given: Any) -> None:
        if "computed" in definition.extras:
            object.__setattr__(self, "computed", 2)
        if "outside attribute" in definition.extras and hasattr(self, "__dict__"):
            object.__setattr__(self, "outside", [1])

    return post_init


def _own_init(self: Any, **values: Any) -> None:
    """A constructor that a user wrote: it takes the fields as keywords."""
    for field in dataclasses.fields(self):
        if field.name in values:
            value = values[field.name]
        elif field.default_factory is not dataclasses.MISSING:
            value = field.default_factory()
        elif field.default is not dataclasses.MISSING:
            value = field.default
        else:
            raise TypeError(f"{field.name} is missing")
        object.__setattr__(self, field.name, value)


def _property(name: str) -> property:
    """Stands over a field, and keeps the value under another name."""
    kept = f"_kept_{name}"
    return property(lambda self: getattr(self, kept), lambda self, value: object.__setattr__(self, kept, value))


class Stored:
    """A descriptor over a field; on the class it gives the field's default, as `dataclasses` documents."""

    def __init__(self, default: Any) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name: str = f"_stored_{name}"

    def __get__(self, instance: Any, owner: type) -> Any:
        return self.default if instance is None else instance.__dict__[self.name]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.name] = value


def _descriptor(definition: Definition, body: dict[str, Any], options: dict[str, Any]) -> str:
    """The field over which a descriptor stands: the first, if it has a default and the class a `__dict__`."""
    first = definition.fields[0] if definition.fields else None
    if "descriptor" not in definition.extras or first is None or options.get("slots"):
        return ""
    fits = first.default is not REQUIRED and first.options.get("init", True) and not first.foreign
    return first.name if fits else ""


DRAWN = DrawnKind(
    make=dataclass_class,
    variants=["pydantic"],
    options={
        "frozen": st.just(True),
        "slots": st.just(True),
        "order": st.just(True),
        "kw_only": st.just(True),
        "eq": st.booleans(),
        "unsafe_hash": st.just(True),
    },
    field_options={
        "metadata": st.just({"description": "described", "title": "titled", "examples": [1], "own": 1}),
        "repr": st.just(False),
        "compare": st.just(False),
        "hash": st.booleans(),
        "kw_only": st.just(True),
        "init": st.just(False),
    },
    extras=[
        "init variable",
        "post init",
        "class variable",
        "computed",
        "outside attribute",
        "own init",
        "method",
        "property",
        "descriptor",
        "cached property",
        "enum values",
    ],
    annotations=vocabulary.DECORATED,
    foreign_field_options={
        "description": st.just("described"),
        "alias": st.just("{0}Of"),
        "title": st.just("titled"),
    },
    is_written=True,
    takes_type_var_tuples=True,
)
