"""From a definition to a class, as its kind makes them."""

from __future__ import annotations

import importlib

from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_names
from type_safe_convert.testing.definitions.definition import Definition
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind

# By name; classes of other kinds are not drawn.
DRAWN_KINDS: dict[str, DrawnKind] = {
    name: importlib.import_module(get_kind(name).drawn_classes).DRAWN
    for name in kind_names()
    if get_kind(name).drawn_classes
}


def make_class(definition: Definition) -> type:
    """The class of a definition, in a module of its own."""
    return DRAWN_KINDS[definition.kind].make(definition, Module(definition.text))
