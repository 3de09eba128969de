"""Writes annotations: a tree of nodes becomes an annotation again."""

from __future__ import annotations

import collections
import typing
from collections.abc import Callable
from typing import Any

from type_safe_convert.types.annotations import union
from type_safe_convert.types.nodes import (
    AnnotatedNode,
    CollectionNode,
    MappingNode,
    Node,
    ScalarNode,
    TupleNode,
    UnionNode,
)


def render(node: Node, render_class: Callable[[Node], Any]) -> Any:
    """The annotation of `node` in another kind.

    `render_class` is asked for `ModelNode`, `RefinedNode`, `CollectionNode`, `MappingNode` and `TupleNode` first and
    returns the annotation to use, or NotImplemented for the plain one.
    """
    special = render_class(node)
    if special is not NotImplemented:
        return special

    def inner(child: Node) -> Any:
        return render(child, render_class)

    match node:
        case TupleNode(unparametrised=True):
            return node.annotation if node.annotation is typing.Tuple else tuple  # noqa: UP006
        case (
            CollectionNode(container_class=None, unparametrised=True)
            | MappingNode(container_class=None, unparametrised=True)
        ):
            return node.annotation
        case CollectionNode(origin=origin, item=item):
            return origin[inner(item)]  # type: ignore[index]  # every origin here is generic at run time
        case MappingNode(origin=collections.Counter, key=key):
            return collections.Counter[inner(key)]  # type: ignore[misc]
        case MappingNode(origin=origin, key=key, value=value):
            return origin[inner(key), inner(value)]  # type: ignore[index]
        case TupleNode(cls=cls) if cls is not tuple:
            return node.annotation
        case TupleNode(items=items, variadic=True):
            return tuple[inner(items[0]), ...]  # type: ignore[misc]
        case TupleNode(items=()):
            return tuple[()]
        case TupleNode(items=items):
            return tuple[tuple(inner(item) for item in items)]  # type: ignore[misc]
        case UnionNode(members=members):
            return union(*(inner(member) for member in members))
        case AnnotatedNode(inner=child, metadata=metadata):
            rendered = inner(child)
            return typing.Annotated[(rendered, *metadata)]
        case ScalarNode(annotation=annotation) if annotation is type(None):
            return None
        case _:
            return node.annotation
