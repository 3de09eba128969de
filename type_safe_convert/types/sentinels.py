"""Fields that may have no value, which an object of a type of its own says (msgspec's `UNSET`)."""

from __future__ import annotations

import dataclasses

from type_safe_convert.types import nodes


def sentinel_in(node: nodes.Node) -> nodes.SentinelNode | None:
    """What says, of a field of that annotation, that it has no value; None where nothing does."""
    while isinstance(node, nodes.AnnotatedNode):
        node = node.inner
    members = node.members if isinstance(node, nodes.UnionNode) else (node,)
    return next((item for item in members if isinstance(item, nodes.SentinelNode)), None)


def without_sentinel(node: nodes.Node) -> nodes.Node:
    """The node of a field that has a value."""
    if isinstance(node, nodes.AnnotatedNode) and sentinel_in(node) is not None:
        return dataclasses.replace(node, inner=without_sentinel(node.inner))
    if not isinstance(node, nodes.UnionNode) or sentinel_in(node) is None:
        return node
    # Of one member, too, it stays a union: constructors type no container in such.
    return dataclasses.replace(
        node, members=tuple(item for item in node.members if not isinstance(item, nodes.SentinelNode))
    )
