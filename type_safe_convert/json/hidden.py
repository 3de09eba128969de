"""Finds the places in data that belong to models with `hide_input_in_errors`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import AliasChoices, AliasPath

from type_safe_convert.errors import hides_input
from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse


def hides_anything(cls: Any) -> bool:
    """Whether data of the class may hold what is to be hidden."""
    return _holds_hidden(node_of(cls), set())


def node_of(cls: Any) -> nodes.Node:
    return nodes.ModelNode(cls, cls) if kind_of_class(cls) is not None else parse(cls)


def hides_at(cls: Any, loc: tuple[Any, ...], value: Any) -> bool:
    """Whether `value`, at pydantic's `loc` in the data of `cls`, is to be hidden: it is given to a model that hides its
    input, or holds what is."""
    current = [*expanded(node_of(cls))]
    for step in loc:
        if any(map(_is_hidden, current)):
            return True
        inner = [item for node in current for found in inside(node, step) for item in expanded(found)]
        current = inner or current  # a step that names the member of a union, or a function
    if any(map(_is_hidden, current)):
        return True
    return isinstance(value, dict | list | tuple | set) and any(_holds_hidden(node, set()) for node in current)


def _is_hidden(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ModelNode | nodes.TypedDictNode) and hides_input(node.cls)


def _holds_hidden(node: nodes.Node, seen: set[Any]) -> bool:
    for item in nodes.walk(node):
        if _is_hidden(item):
            return True
        if isinstance(item, nodes.ModelNode) and kind_of_base(item.cls) is None and item.cls not in seen:
            seen.add(item.cls)
            if any(_holds_hidden(field, seen) for field in _fields(item).values()):
                return True
    return False


def expanded(node: nodes.Node) -> Iterator[nodes.Node]:
    """The members of a union, and what is in `Annotated`."""
    match node:
        case nodes.UnionNode() | nodes.AnnotatedNode():
            for child in node.children():
                yield from expanded(child)
        case nodes.RecursionNode(target=target):
            yield target()
        case _:
            yield node


def inside(node: nodes.Node, step: Any) -> Iterator[nodes.Node]:
    match node:
        case nodes.ModelNode(cls=cls) if kind_of_base(cls) is None:
            fields = _fields(node)
            record = record_of(cls)
            if (root := get_kind(record.kind).root_field(cls)) is not None:
                yield from inside(fields[root], step)
            for name, field in record.shape.fields.items():
                if step == name or step in aliases_of(field):
                    yield fields[name]
        case nodes.TypedDictNode(items=items):
            if (item := items.get(step, node.extra)) is not None:
                yield item
        case nodes.CollectionNode() | nodes.MappingNode() | nodes.TupleNode():
            yield from node.children()


def _fields(node: nodes.ModelNode) -> Mapping[str, nodes.Node]:
    shape = record_of(node.cls).shape
    if not node.arguments:
        return {name: field.node for name, field in shape.fields.items()}
    return {name: parse(field.annotation, dict(node.arguments), shape.kind) for name, field in shape.fields.items()}


def aliases_of(field: Field) -> list[Any]:
    found: list[Any] = []
    for alias in (field.options.get("alias"), field.options.get("validation_alias")):
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        found += [item.path[0] if isinstance(item, AliasPath) else item for item in choices]
    return found
