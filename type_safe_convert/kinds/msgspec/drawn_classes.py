"""Structs of a definition."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from hypothesis import reject
from hypothesis import strategies as st
from msgspec import Meta, Struct

from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.definitions.definition import REQUIRED, Definition, FieldDefinition
from type_safe_convert.testing.definitions.members import (
    add_further_fields,
    bases_of,
    decorator_options,
    generic_class,
    own_annotations,
    show,
    syntax,
)
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind

# Msgspec's errors for classes that it refuses: settings of a base, or fields that `rename` makes alike.
_REFUSED = ("gc=False", "eq=False", "rename to the same name")


def struct(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    base = generic_class(definition.base)
    options = decorator_options(definition, base is not None and base.__struct_config__.frozen)
    if options.get("gc") is False and (options.get("weakref") or options.get("dict") or base is not None):
        del options["gc"]
    if not options.get("frozen"):
        options.pop("cache_hash", None)
    annotations = own_annotations(definition, name)
    body: dict[str, Any] = {"__doc__": repr(definition)}
    for field in definition.fields:
        body[field.name] = _field(field)
    add_further_fields(definition, annotations, body, lambda make: msgspec.field(default_factory=make))
    if "class variable" in definition.extras:
        annotations["shared"] = ClassVar[int]
        body["shared"] = 1
    if "post init" in definition.extras:
        body["__post_init__"] = _post_init
    if "method" in definition.extras:
        body["shown"] = show
    bases = bases_of(definition) if base is not None else (Struct, *bases_of(definition))
    try:
        return module.define(name, bases, annotations, body, syntax(definition), options)
    except ValueError as error:
        if any(words in str(error) for words in _REFUSED):
            reject()
        raise


def _field(field: FieldDefinition) -> Any:
    arguments: dict[str, Any] = {}
    if "alias" in field.options:
        arguments["name"] = field.options["alias"].format(field.name)
    if field.factory is not None:
        arguments["default_factory"] = field.factory
    elif field.default is not REQUIRED:
        arguments["default"] = field.default
    return msgspec.field(**arguments)


def _post_init(self: Any) -> None:
    """Changes no field."""


DRAWN = DrawnKind(
    make=struct,
    options={
        "frozen": st.just(True),
        "order": st.just(True),
        "kw_only": st.just(True),
        "eq": st.booleans(),
        "omit_defaults": st.just(True),
        "forbid_unknown_fields": st.just(True),
        "array_like": st.just(True),
        "gc": st.just(False),
        "weakref": st.just(True),
        "dict": st.just(True),
        "cache_hash": st.just(True),
        "rename": st.sampled_from(["camel", "upper"]),
        "tag": st.sampled_from([True, "a tag", 3]),
    },
    field_options={"alias": st.just("{0}Of")},
    extras=["post init", "class variable", "method"],
    annotations=[
        *vocabulary.DECORATED,
        (Annotated[int, Meta(ge=0, lt=10, title="a title")], 1),
        (Annotated[str, Meta(min_length=1, max_length=3, pattern="^[a-z]+$")], "a"),
        (Annotated[datetime.datetime, Meta(tz=False)], None),
    ],
    takes_type_var_tuples=True,
)
