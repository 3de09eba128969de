"""Finds the classes whose instances a conversion must remember, by the graph of classes, once for each class."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes

# A collection counts as so many of its items. Converting an instance again for each of its places costs at most
# `_LIMIT` times as much as remembering it would; below that it is the faster way.
_COLLECTION = 8
_LIMIT = 9


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """The facts that the class graph tells of a class.

    Attributes:
        anything: whether something in an instance takes any value, an instance of the class itself among these.
        cyclic: whether an instance may refer to itself.
        shared: whether an instance of the class may stand in several places, and has to be one in all.
        holds_shared: whether an instance may hold one of such a class.
        remembers: whether conversions must remember what became of an instance: it is shared, may be cyclic, hold one
            that is remembered, or hold so many others that shared ones could be converted exponentially often.
        holds_remembered: whether an instance may hold one that is remembered, itself among these; one that does not is
            remembered only where something else holds it.
        weight: how many conversions one of an instance may stand for, before the first that is remembered.
    """

    anything: bool
    cyclic: bool
    shared: bool
    holds_shared: bool
    remembers: bool
    holds_remembered: bool
    weight: int


def facts_of(cls: type) -> Facts:
    """The facts about a class that a user wrote."""
    known: Facts | None = record_of(cls).plans.get(_FACTS)
    if known is None:
        _Search().run(_Class(cls))
        known = record_of(cls).plans[_FACTS]
    return known


_FACTS = "class graph"


@dataclasses.dataclass(frozen=True, slots=True)
class _Class:
    """In the graph: a class, which leads to the places that its fields are."""

    cls: type

    def next(self) -> Iterator[tuple[_Place, int]]:
        for field in record_of(self.cls).shape.fields.values():
            for cls, times in _models(field.node, {}).items():
                yield _Place(cls), times


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """In the graph: where a class is declared, which leads to it and to the places of its subclasses."""

    cls: type

    def next(self) -> Iterator[tuple[_Class | _Place, int]]:
        yield _Class(self.cls), 1
        subclasses: list[type] = type.__subclasses__(self.cls)
        for item in subclasses:
            if origin_in(item) is None and kind_of_class(item) is not None:
                yield _Place(item), 1


def _models(node: nodes.Node, known: dict[nodes.Node, dict[type, int]]) -> dict[type, int]:
    """The model classes in an annotation, and how often an instance may be there, as far as that matters."""
    if isinstance(node, nodes.ModelNode):
        return {record_of(node.cls).origin: 1} if kind_of_base(node.cls) is None else {}
    children = node.children()
    if not children:
        return {}
    if node in known:
        return known[node]
    found: dict[type, int] = {}
    is_many = isinstance(node, nodes.CollectionNode | nodes.MappingNode) or (
        isinstance(node, nodes.TupleNode) and node.variadic
    )
    for child in children:
        for cls, times in _models(child, known).items():
            found[cls] = min(found.get(cls, 0) + times * (_COLLECTION if is_many else 1), _LIMIT)
    known[node] = found
    return found


def _takes_anything(cls: type) -> bool:
    return any(
        isinstance(node, nodes.AnyNode) or (isinstance(node, nodes.ModelNode) and kind_of_base(node.cls) is not None)
        for field in record_of(cls).shape.fields.values()
        for node in nodes.walk(field.node)
    )


def _is_shared(cls: type) -> bool:
    return get_kind(record_of(cls).kind).traits.keeps_sharing


class _Search:
    """Tarjan's search for strongly connected components, with a stack of its own, so that depth is no limit."""

    def __init__(self) -> None:
        self.number: dict[Any, int] = {}
        self.low: dict[Any, int] = {}
        self.open: list[Any] = []
        self.facts: dict[Any, Facts] = {}
        # As they were met: another thread may define a subclass meanwhile.
        self.edges: dict[Any, list[tuple[Any, int]]] = {}

    def run(self, start: _Class) -> None:
        stack: list[tuple[Any, list[tuple[Any, int]], Iterator[tuple[Any, int]]]] = []

        def enter(node: Any) -> None:
            self.number[node] = self.low[node] = len(self.number)
            self.open.append(node)
            found = self.edges[node] = list(node.next())
            stack.append((node, found, iter(found)))

        enter(start)
        while stack:
            node, edges, rest = stack[-1]
            following = next(rest, None)
            if following is not None:
                other = following[0]
                if other in self.facts or self.known(other):
                    continue
                if other not in self.number:
                    enter(other)
                else:
                    self.low[node] = min(self.low[node], self.number[other])
                continue
            stack.pop()
            if stack:
                above = stack[-1][0]
                self.low[above] = min(self.low[above], self.low[node])
            if self.low[node] == self.number[node]:
                self.close(node, edges)

    def known(self, node: Any) -> bool:
        """Whether an earlier search has been here."""
        found = record_of(node.cls).plans.get(_FACTS) if isinstance(node, _Class) else None
        if found is not None:
            self.facts[node] = found
        return found is not None

    def close(self, first: Any, edges: list[tuple[Any, int]]) -> None:
        """Notes what is known of a component, of which `first` was met first."""
        members: set[Any] = set()
        while first not in members:
            members.add(self.open.pop())
        if len(members) > 1:
            edges = [edge for member in members for edge in self.edges[member]]
        below = [(self.facts[node], times) for node, times in edges if node not in members]
        anything = any(facts.anything for facts, _ in below)
        anything = anything or any(_takes_anything(node.cls) for node in members if isinstance(node, _Class))
        cyclic = anything or len(members) > 1
        if isinstance(first, _Class):
            weight = 1 + sum(facts.weight * times for facts, times in below)
        else:
            weight = max((facts.weight for facts, _ in below), default=1)
        holds_remembered = cyclic or any(facts.remembers for facts, _ in below)
        shared = any(_is_shared(node.cls) for node in members)
        holds_shared = (shared and cyclic) or any(facts.shared or facts.holds_shared for facts, _ in below)
        remembers = holds_remembered or shared or weight >= _LIMIT
        weight = 1 if remembers else weight
        found = Facts(anything, cyclic, shared, holds_shared, remembers, holds_remembered, weight)
        for member in members:
            self.facts[member] = found
            if isinstance(member, _Class):
                record_of(member.cls).plans[_FACTS] = found
