"""NamedTuples of a definition."""

from __future__ import annotations

import collections
from typing import Any, NamedTuple

from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.definitions.definition import REQUIRED, Definition
from type_safe_convert.testing.definitions.members import (
    add_further_fields,
    bases_of,
    generic_bases,
    own_annotations,
    show,
    syntax,
)
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind

_MAKE: Any = collections.namedtuple
_BASE: Any = NamedTuple


def named_tuple(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    if definition.base is not None:  # a subclass has the fields of its base
        return _derived(definition, module, name, bases_of(definition), syntax(definition))
    defaults = {field.name: _default(field) for field in definition.fields if not field.required}
    annotations = own_annotations(definition, name)
    add_further_fields(definition, annotations, defaults, lambda make: make())
    ordered = {key: hint for key, hint in annotations.items() if key not in defaults}
    ordered |= {key: annotations[key] for key in defaults}
    if definition.variant == "untyped":
        made = _MAKE(name, [*ordered], defaults=[*defaults.values()], module=module.module.__name__)
        made.__doc__ = repr(definition)
        module.names[name] = made
        return made
    body: dict[str, Any] = {"__doc__": repr(definition), **defaults}
    if "method" in definition.extras:
        body["shown"] = show
    cls: Any = module.define(name, (_BASE, *generic_bases(definition)), ordered, body, syntax(definition))
    if definition.variant != "derived":
        return cls
    return _derived(definition, module, f"{name}_derived", (cls,), ())


def _default(field: Any) -> Any:
    return field.factory() if field.default is REQUIRED else field.default


def _derived(
    definition: Definition, module: Module, name: str, bases: tuple[Any, ...], parameters: tuple[Any, ...]
) -> type:
    """A class below a NamedTuple."""
    body: dict[str, Any] = {}
    if "slots" in definition.extras:
        body["__slots__"] = ()
    if "own new" in definition.extras:
        body["__new__"] = _own_new
    if "method" in definition.extras:
        body["shown"] = show
    cls: Any = module.define(name, bases, {}, {"__doc__": repr(definition), **body}, parameters)
    return cls


def _own_new(cls: Any, *args: Any, **values: Any) -> Any:
    """A constructor that a user wrote: it takes the fields in any way."""
    names = [name for name in cls._fields if name not in values]
    values |= dict(zip(names, args, strict=False))
    return tuple.__new__(cls, [values[name] if name in values else cls._field_defaults[name] for name in cls._fields])


# The name of a field may not begin with an underscore.
DRAWN = DrawnKind(
    make=named_tuple,
    unusable_names=frozenset({"_id", "_hidden"}),
    variants=["derived", "derived", "untyped"],
    extras=["own new", "slots", "method"],
    annotations=vocabulary.DECORATED,
    is_written=True,
    takes_type_var_tuples=True,
)
