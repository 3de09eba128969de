"""From a definition to a class, as its kind makes them."""

from __future__ import annotations

import sys
from typing import Any, Generic, Optional

from typing_extensions import Unpack
from typing_inspection import typing_objects

from type_safe_convert.testing.definitions.definition import Definition
from type_safe_convert.testing.definitions.modules import Module

_GENERIC: Any = Generic
_LIST: Any = list
_OPTIONAL: Any = Optional
_TUPLE: Any = tuple


def make_class(definition: Definition) -> type:
    """The class of a definition, in a module of its own."""
    from type_safe_convert.testing.definitions.basemodel_classes import basemodel_class
    from type_safe_convert.testing.definitions.dataclass_classes import dataclass_class
    from type_safe_convert.testing.definitions.type_safe_classes import type_safe_class

    make = {"type_safe": type_safe_class, "basemodel": basemodel_class, "dataclass": dataclass_class}[definition.kind]
    return make(definition, Module(definition.text))


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
