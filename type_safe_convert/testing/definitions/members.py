"""Parts of a class that are written alike in every kind: annotations, bases and type parameters."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Generic, Optional

from typing_extensions import Unpack
from typing_inspection import typing_objects

from type_safe_convert.model.family import shape_of
from type_safe_convert.testing.definitions.definition import Definition

_GENERIC: Any = Generic
_LIST: Any = list
_OPTIONAL: Any = Optional
_TUPLE: Any = tuple

# The default of the field that may hold an instance of the class itself, by its annotation's first letter.
_EMPTY: dict[str, Any] = {"O": None, "l": list, "d": dict}


def own_annotations(definition: Definition, name: str) -> dict[str, Any]:
    """The annotations of the fields, and of the one that may hold an instance of the class itself."""
    found = {field.name: field.annotation for field in definition.fields}
    if definition.recursive:
        found["again"] = definition.recursive.format(name)
    return found


def generic_annotations(definition: Definition) -> dict[str, Any]:
    """Two fields for each type variable: one that may be None, and a list; of many, one tuple that may be None."""
    found: dict[str, Any] = {}
    prefix = "generic" if definition.base is None else "own"
    for variable in definition.parameters:
        if typing_objects.is_typevartuple(variable):
            found[f"{prefix}_{variable.__name__}"] = _OPTIONAL[_TUPLE[*variable]]
        else:
            found[f"{prefix}_{variable.__name__}"] = _OPTIONAL[variable]
            found[f"{prefix}_list_{variable.__name__}"] = _LIST[variable]
    return found


def generic_bases(definition: Definition) -> tuple[Any, ...]:
    if not definition.parameters or has_syntax(definition):
        return ()
    return (
        _GENERIC[
            tuple(Unpack[item] if typing_objects.is_typevartuple(item) else item for item in definition.parameters)
        ],
    )


def has_syntax(definition: Definition) -> bool:
    """Whether its type variables can be written in brackets after the name of the class."""
    return definition.syntax and (
        sys.version_info >= (3, 13) or not any(has_default(item) for item in definition.parameters)
    )


def syntax(definition: Definition) -> tuple[Any, ...]:
    return definition.parameters if has_syntax(definition) else ()


def has_default(variable: Any) -> bool:
    check = getattr(variable, "has_default", None)
    return check is not None and check()


def add_further_fields(
    definition: Definition, annotations: dict[str, Any], body: dict[str, Any], with_factory: Callable[[Any], Any]
) -> None:
    """Adds the fields that no `FieldDefinition` describes: of type variables, and for an instance of the class itself.

    `with_factory` gives what stands in a class for a default that this function makes.
    """
    if definition.recursive:
        empty = _EMPTY[definition.recursive[0]]
        body["again"] = None if empty is None else with_factory(empty)
    for name, annotation in generic_annotations(definition).items():
        annotations[name] = annotation
        body[name] = with_factory(list) if "_list_" in name else None


def decorator_options(definition: Definition, base_is_frozen: bool, needs_keywords: bool = False) -> dict[str, Any]:
    """The options of a decorator that generates a constructor: without such as contradict each other or the base."""
    options = dict(definition.options)
    if definition.base is not None:
        options |= {"frozen": base_is_frozen, "kw_only": True}
    elif needs_keywords or any(field.required for field in definition.fields):
        options.setdefault("kw_only", True)
    if options.get("eq") is False:
        options.pop("order", None)
    return options


def generic_class(cls: Any) -> Any:
    """The class of a generic one with arguments; any other as it is."""
    return getattr(cls, "__origin__", cls)


def bases_of(definition: Definition) -> tuple[Any, ...]:
    return (*(() if definition.base is None else (definition.base,)), *generic_bases(definition))


def show(self: Any) -> str:
    """A drawn method."""
    return repr(self)


def fields_shown(self: Any) -> str:
    """The value of a drawn cached property, computed from the fields."""
    return repr([getattr(self, name, None) for name in shape_of(type(self)).fields])
