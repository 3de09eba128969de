"""Classes whose instances do not tell them."""

from __future__ import annotations

from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes


def is_described(cls: type) -> bool:
    """Whether instances of a model class do not tell it."""
    kind = kind_of_class(cls)
    return kind is not None and not get_kind(kind).traits.instances_know_class


def has_described(node: nodes.Node | None) -> bool:
    """Whether something in the value of a node does not tell its class."""
    return node is not None and any(
        isinstance(item, nodes.TypedDictNode) or (isinstance(item, nodes.ModelNode) and is_described(item.cls))
        for item in nodes.walk(node)
    )
