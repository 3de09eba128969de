"""Classes of attrs of a definition."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

import attrs
from hypothesis import strategies as st

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


def attrs_class(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    base = generic_class(definition.base)
    options = decorator_options(definition, base is not None and base.__setattr__.__name__ == "_frozen_setattrs")
    annotations = own_annotations(definition, name)
    body: dict[str, Any] = {"__doc__": repr(definition)}
    for field in definition.fields:
        body[field.name] = _field(field, bool(options.get("frozen")))
    add_further_fields(definition, annotations, body, lambda make: attrs.field(factory=make))
    if "class variable" in definition.extras:
        annotations["shared"] = ClassVar[int]
        body["shared"] = 1
    if "post init" in definition.extras:
        body["__attrs_post_init__"] = _post_init
    if "own init" in definition.extras:
        body["__init__"] = _own_init
    if "method" in definition.extras:
        body["shown"] = show
    if "cached property" in definition.extras:
        body["cached"] = functools.cached_property(fields_shown)
    cls: Any = module.define(name, bases_of(definition), annotations, body, syntax(definition))
    # With slots it is another class, and the name in the module must lead to that.
    cls = module.names[name] = attrs.define(**options)(cls)
    return cls


def _field(field: FieldDefinition, is_frozen: bool) -> Any:
    arguments = dict(field.options)
    if "alias" in arguments:
        arguments["alias"] = arguments["alias"].format(field.name)
    if arguments.pop("frozen", False) and not is_frozen:
        arguments["on_setattr"] = attrs.setters.frozen
    if field.factory is not None:
        arguments["factory"] = field.factory
    elif field.default is not REQUIRED:
        arguments["default"] = field.default
    else:
        arguments.pop("init", None)  # no constructor would ever set it
    return attrs.field(**arguments)


def _post_init(self: Any) -> None:
    """Changes no field."""


def _own_init(self: Any, **values: Any) -> None:
    """A constructor that a user wrote: it takes the fields as keywords."""
    self.__attrs_init__(**values)


def _accept(instance: Any, attribute: Any, value: Any) -> None:
    """A validator that accepts any value."""


def _convert(value: Any) -> Any:
    """A converter that changes nothing."""
    return value


# In the constructor, attrs would name both `id` and `_id` `id`.
DRAWN = DrawnKind(
    make=attrs_class,
    unusable_names=frozenset({"_id"}),
    options={
        "frozen": st.just(True),
        "slots": st.booleans(),
        "order": st.just(True),
        "kw_only": st.just(True),
        "eq": st.booleans(),
        "unsafe_hash": st.just(True),
    },
    field_options={
        "metadata": st.just({"own": 1}),
        "repr": st.just(False),
        "eq": st.booleans(),
        "kw_only": st.just(True),
        "init": st.just(False),
        "alias": st.just("{0}Of"),
        "validator": st.just([_accept]),
        "converter": st.just(_convert),
        "frozen": st.just(True),
    },
    extras=["post init", "class variable", "own init", "method", "cached property"],
    annotations=vocabulary.DECORATED,
    is_written=True,
    takes_type_var_tuples=True,
)
