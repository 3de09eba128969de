"""Enum members among the values of a type, and what stands for them in models that hold their values."""

from __future__ import annotations

import enum
from typing import Any

from type_safe_convert.types import nodes


def has_members(node: nodes.Node) -> bool:
    """Whether a type has enum members among its values."""
    return any(
        isinstance(item, nodes.EnumNode)
        or (isinstance(item, nodes.LiteralNode) and any(isinstance(value, enum.Enum) for value in item.values))
        for item in nodes.walk(node)
    )


def holds_member(value: Any) -> bool:
    """Whether a value is a member, or has one in a container."""
    if type(value) is dict:
        return any(map(holds_member, (*value, *value.values())))
    if type(value) in (list, tuple, set, frozenset):
        return any(map(holds_member, value))
    return isinstance(value, enum.Enum)


def without_members(value: Any) -> Any:
    """A value with the values of the members in it: what a model that holds these makes of it."""
    if isinstance(value, enum.Enum):
        return value.value
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(map(without_members, value))
    if type(value) is dict:
        return {without_members(key): without_members(item) for key, item in value.items()}
    return value
