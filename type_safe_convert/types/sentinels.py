"""Fields that may have no value, which an object says: a sentinel (PEP 661), msgspec's `UNSET`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert.types import nodes


def sentinel_in(node: nodes.Node) -> nodes.SentinelNode | None:
    """Returns the node of the sentinel that marks a field of that annotation as without value; None without one."""
    while isinstance(node, nodes.AnnotatedNode):
        node = node.inner
    if isinstance(node, nodes.UnionNode):
        return next((item for item in node.members if isinstance(item, nodes.SentinelNode)), None)
    return node if isinstance(node, nodes.SentinelNode) else None


def is_sentinel(node: nodes.Node, value: Any) -> bool:
    """Whether a value says, in a field of that annotation, that there is none."""
    sentinel = sentinel_in(node)
    return sentinel is not None and sentinel.value is value


def excluded_if(node: nodes.Node, options: Mapping[str, Any]) -> Callable[[Any], bool] | None:
    """Returns a test for values that JSON leaves out, by the field's options or as sentinels; None without one."""
    sentinel = sentinel_in(node)
    return options.get("exclude_if") or (None if sentinel is None else sentinel.accepts)


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
