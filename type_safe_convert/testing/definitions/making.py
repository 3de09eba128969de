"""From a definition to a class, as its kind makes them."""

from __future__ import annotations

from type_safe_convert.registry import kind_names
from type_safe_convert.testing.definitions import basemodel_classes, dataclass_classes, type_safe_classes
from type_safe_convert.testing.definitions.definition import Definition
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind

# By name; classes of other kinds are not drawn.
DRAWN_KINDS: dict[str, DrawnKind] = {
    module.DRAWN.name: module.DRAWN for module in (type_safe_classes, basemodel_classes, dataclass_classes)
}
if "attrs" in kind_names():
    from type_safe_convert.testing.definitions import attrs_classes

    DRAWN_KINDS[attrs_classes.DRAWN.name] = attrs_classes.DRAWN


def make_class(definition: Definition) -> type:
    """The class of a definition, in a module of its own."""
    return DRAWN_KINDS[definition.kind].make(definition, Module(definition.text))
