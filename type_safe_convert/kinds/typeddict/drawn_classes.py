"""TypedDicts of a definition."""

from __future__ import annotations

import sys
from typing import Any

import hypothesis
import typing_extensions
from hypothesis import strategies as st

from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.definitions.definition import Definition
from type_safe_convert.testing.definitions.members import add_further_fields, generic_bases, own_annotations, syntax
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind
from type_safe_convert.types.annotations import not_required, read_only

# Since Python 3.12 pydantic reads those of `typing`, too; before, one does not tell which other it extends.
_BASE: Any = typing_extensions.TypedDict


def typed_dict(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    defaults: dict[str, Any] = {field.name: None for field in definition.fields if not field.required}
    annotations = own_annotations(definition, name)
    add_further_fields(definition, annotations, defaults, lambda make: make())
    if "read only" in definition.extras and definition.fields:
        first = definition.fields[0].name
        annotations[first] = read_only(annotations[first])
    annotations = {key: not_required(hint) if key in defaults else hint for key, hint in annotations.items()}
    if definition.variant == "functional" and definition.base is None and not definition.parameters:
        module.names[name] = made = _BASE(name, annotations)
        made.__module__, made.__doc__ = module.module.__name__, repr(definition)
        return _with_config(made, definition)
    bases = (_BASE if definition.base is None else definition.base, *generic_bases(definition))
    try:
        cls: Any = module.define(name, bases, annotations, {"__doc__": repr(definition)}, syntax(definition))
    except TypeError:  # a key of the base that may not be read only, or not be left out
        hypothesis.reject()
    return _with_config(cls, definition)


def _with_config(cls: Any, definition: Definition) -> type:
    """As `pydantic.with_config` does."""
    if "extra" in definition.options:
        cls.__pydantic_config__ = {"extra": definition.options["extra"]}
    made: type = cls
    return made


def _takes_further_keys(cls: Any) -> bool:
    """Whether a dict with the keys of a class below it may stand where it is declared."""
    return bool(getattr(cls, "__pydantic_config__", {}).get("extra") != "forbid")


DRAWN = DrawnKind(
    make=typed_dict,
    is_extensible=_takes_further_keys,
    variants=["functional"],
    options={"extra": st.sampled_from(["allow", "forbid"])},
    extras=["read only"],
    annotations=vocabulary.DECORATED,
    takes_type_var_tuples=sys.version_info >= (3, 12),
)
