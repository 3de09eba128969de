"""Types that are given to the public functions themselves: any that an annotation may be."""

from __future__ import annotations

import typing
from typing import Any

from typing_inspection import typing_objects

from type_safe_convert.advice import not_a_type
from type_safe_convert.errors import NotAModelError, describe_value
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types.nodes import AnyNode, Node, OpaqueNode, walk
from type_safe_convert.types.parse import EVERY_KIND, parse


def parse_root(annotation: Any, into_kind: bool = False) -> Node:
    """The node of a type, of which each model is to become one of a kind, or not. Raises NotAModelError where it is
    none, or names a class by a text that says no module."""
    node = parse(annotation, holder=EVERY_KIND if into_kind else "")
    is_class = isinstance(annotation, type) and isinstance(node, OpaqueNode)
    unresolved = [item.unresolved for item in walk(node) if isinstance(item, AnyNode) and item.unresolved]
    if is_class or (unresolved and isinstance(node, AnyNode)):
        raise not_a_type(annotation)
    if unresolved:
        raise NotAModelError(
            "a name in a type is not known here", expected="the class itself", found=describe_value(unresolved[0])
        )
    return node


def leaves_of(annotation: Any) -> list[Any]:
    """The classes, and whatever else has no arguments, in a type, in their order.

    They tell apart what is equal to `typing`: unions of the same members in other orders.
    """
    found: list[Any] = []
    stack, aliases = [annotation], set()
    while stack:
        item = stack.pop()
        if isinstance(item, type):  # `list[User]` is none; a metaclass may search long for what is not there
            found.append(item)
            continue
        args = getattr(item, "__args__", None)
        if type(args) is tuple:
            stack.extend(reversed(args))
            origin = getattr(item, "__origin__", None)
            if origin is not None:
                stack.append(origin)
        elif typing_objects.is_typealiastype(item):
            if id(item) not in aliases:
                aliases.add(id(item))
                stack.append(item.__value__)
        else:
            found.append(item.__supertype__ if typing_objects.is_newtype(item) else item)
    return found


def models_in(annotation: Any) -> list[type]:
    """The model classes in a type, in their order; one may come several times."""
    return [item for item in leaves_of(annotation) if kind_of_class(item) is not None]


def is_type(item: Any) -> bool:
    """Whether it is a type that is no class: `list[User]`, `User | None`, an alias."""
    return not isinstance(item, type) and (
        typing.get_origin(item) is not None or typing_objects.is_typealiastype(item) or typing_objects.is_newtype(item)
    )
