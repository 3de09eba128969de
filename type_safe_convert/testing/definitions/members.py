"""Parts of a class that are written alike in every kind: annotations, bases and type parameters."""

from __future__ import annotations

import sys
from typing import Any, Generic, Optional

from typing_extensions import Unpack
from typing_inspection import typing_objects

from type_safe_convert.testing.definitions.definition import Definition

_GENERIC: Any = Generic
_LIST: Any = list
_OPTIONAL: Any = Optional
_TUPLE: Any = tuple


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
