"""From a definition to a class, as its kind makes them."""

from __future__ import annotations

from type_safe_convert.model.registry import kind_names
from type_safe_convert.testing.definitions.basemodel_classes import basemodel_class
from type_safe_convert.testing.definitions.dataclass_classes import dataclass_class
from type_safe_convert.testing.definitions.definition import Definition
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.type_safe_classes import type_safe_class

# By kind; classes of other kinds are not drawn.
MAKERS = {
    "type_safe": type_safe_class,
    "basemodel": basemodel_class,
    "dataclass": dataclass_class,
}
if "attrs" in kind_names():
    from type_safe_convert.testing.definitions.attrs_classes import attrs_class

    MAKERS["attrs"] = attrs_class


def make_class(definition: Definition) -> type:
    """The class of a definition, in a module of its own."""
    return MAKERS[definition.kind](definition, Module(definition.text))
