"""Errors of data whose tag tells which member of a union is meant, or names none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from type_safe_convert.errors import ConversionError, Path
from type_safe_convert.json.hidden import aliases_of, expanded, inside, node_of
from type_safe_convert.model.family import record_of
from type_safe_convert.types import nodes
from type_safe_convert.values.members import Tags, tags_of_union


def problems_by_tag(cls: Any, content: Any, paths: Iterable[Path]) -> tuple[dict[Path, ConversionError], set[Path]]:
    """Finds the wrong tags on the ways to the places where data was refused.

    Returns:
        By the place of a union: the error that takes the place of those of all its members.
        The places of tags that name a member, where the other members refuse them.
    """
    problems: dict[Path, ConversionError] = {}
    known: set[Path] = set()
    # Once a union, not once a path. Each node is kept: nodes are made on the way, and the next could get its number.
    tags_of: dict[int, tuple[nodes.Node, Tags | None, tuple[nodes.Node, ...]]] = {}
    for path in paths:
        current, here = [node_of(cls)], content
        for number in range(len(path) + 1):
            for node in current:
                if id(node) not in tags_of:
                    tags_of[id(node)] = node, *_tags_of(node)
                _, tags, members = tags_of[id(node)]
                if tags is None or not isinstance(here, dict):
                    continue
                key = next((key for key in keys_of(tags.name, members) if key in here), None)
                if key is None:
                    if _is_required(tags.name, members):
                        problems[path[:number]] = tags.missing(here)
                elif tags.find(here[key]) is None:
                    problems[path[:number]] = error = tags.unknown(here[key])
                    error.path = (key,)
                else:
                    known.add((*path[:number], key))
                    current = [members[tags.find(here[key])]]
            if number == len(path):
                break
            step = path[number]
            try:
                here = here[step]
            except (LookupError, TypeError):  # a key of one of many members: only what is there is followed
                break
            current = [found for node in current for item in expanded(node) for found in inside(item, step)]
    return problems, known


def _tags_of(node: nodes.Node) -> tuple[Tags | None, tuple[nodes.Node, ...]]:
    node = nodes.alone(node)
    while isinstance(node, nodes.AnnotatedNode):
        node = node.inner
    if not isinstance(node, nodes.UnionNode):
        return None, ()
    members = tuple(member for member in node.members if not nodes.is_none(member))
    return tags_of_union(members), members


def _models(members: Iterable[nodes.Node]) -> Iterable[nodes.ModelNode]:
    return (item for member in members for item in expanded(member) if isinstance(item, nodes.ModelNode))


def keys_of(name: str, members: Iterable[nodes.Node]) -> list[Any]:
    """The keys under which data may have the tag."""
    keys = [name]
    for model in _models(members):
        field = record_of(model.cls).shape.fields.get(name)
        keys += aliases_of(field) if field is not None else []
    return keys


def _is_required(name: str, members: Iterable[nodes.Node]) -> bool:
    fields = (record_of(model.cls).shape.fields.get(name) for model in _models(members))
    return all(field is not None and field.required for field in fields)
