"""From a definition to a class, as its kind makes them."""

from __future__ import annotations

import functools
import importlib

from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_names
from type_safe_convert.testing.definitions.definition import Definition
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind


@functools.cache
def drawn_kinds() -> dict[str, DrawnKind]:
    """The kinds whose classes are drawn, by name."""
    return {
        name: importlib.import_module(get_kind(name).drawn_classes).DRAWN
        for name in kind_names()
        if get_kind(name).drawn_classes
    }


def make_class(definition: Definition) -> type:
    """The class of a definition, in a module of its own."""
    return drawn_kinds()[definition.kind].make(definition, Module(definition.text))
