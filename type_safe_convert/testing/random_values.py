"""Random values for one field: by its annotation, within its constraints."""

from __future__ import annotations

import collections.abc
import copy
import dataclasses
import random
from collections.abc import Callable, Iterator
from typing import Any

from type_safe_convert.testing.depths import NestingDepths, any_models
from type_safe_convert.testing.objects import arbitrary
from type_safe_convert.testing.values import (
    FLOATS,
    NUMBERS,
    STRINGS,
    Limits,
    candidates,
    check_of,
    is_accepted,
    is_hashable,
    is_set,
    make_collection,
    make_mapping,
    make_tuple,
    plain_values_of,
    scalar,
    text,
)
from type_safe_convert.types import nodes


class NoValueError(Exception):
    """No value for an annotation was found."""


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """The sort of value that is wanted.

    Attributes:
        depth: how many models it is inside of.
        minimal: only what is required: None where it may be, empty collections, models that nest least.
        attempt: how often the class refused such values before; strings and numbers are then candidates, one by one.
    """

    rng: random.Random
    depth: int = 0
    minimal: bool = False
    attempt: int = 0


class RandomValues:
    """Values by annotation. `model(node, request)` makes an instance of its class or of a subclass."""

    def __init__(self, depths: NestingDepths, model: Callable[[nodes.ModelNode, Request], Any]) -> None:
        self.depths = depths
        self.model = model
        self.checks: dict[nodes.Node, Callable[[Any], Any]] = {}
        self.refined: dict[type, list[Any]] = {}
        self.validated_values: dict[nodes.Node, list[Any]] = {}  # that the library of a type accepts
        self.objects: dict[Any, Any] = {}

    def value(self, node: nodes.Node, request: Request) -> Any:
        """A value that fits the annotation. Raises NoValueError, or what `model` raises."""
        match node:
            case nodes.RecursionNode(target=target):
                return self.value(target(), dataclasses.replace(request, minimal=True, attempt=0))
            case nodes.ValidatedNode():
                return self.validated(node, request)
            case nodes.AnyNode(annotation=annotation):
                if getattr(annotation, "_is_protocol", False) and "__call__" in vars(annotation):
                    return len
                return self.anything(request)
            case nodes.ScalarNode(cls=cls):
                return self.scalar(cls, request)
            case nodes.EnumNode(cls=cls):
                return request.rng.choice(self.some(list(cls), node))
            case nodes.LiteralNode(values=values):
                return request.rng.choice(values)
            case nodes.RefinedNode():
                return self.refined_value(node, request)
            case nodes.CollectionNode():
                return self.collection(node, request)
            case nodes.MappingNode():
                return self.mapping(node, request)
            case nodes.TupleNode():
                return self.tuple(node, request)
            case nodes.TypedDictNode(items=items, required=required):
                names = [
                    name for name in items if name in required or (not request.minimal and request.rng.random() < 0.6)
                ]
                return {name: self.value(items[name], request) for name in names}
            case nodes.UnionNode():
                return self.union(node, request)
            case nodes.AnnotatedNode():
                return self.constrained(node, request)
            case nodes.ModelNode():
                return self.model(node, request)
            case nodes.SentinelNode(value=value):
                return value
            case nodes.OpaqueNode():
                return self.instance(node, request)
        raise NoValueError(f"nothing is known of {node}")

    def some(self, values: list[Any], node: nodes.Node) -> list[Any]:
        if not values:
            raise NoValueError(f"{node.annotation!r} has no members")
        return values

    def scalar(self, cls: type, request: Request) -> Any:
        if request.attempt:
            pool = STRINGS if cls is str else NUMBERS if cls is int else FLOATS if cls is float else None
            if pool is not None:
                # One after another, so that none is missed; then at random, for several fields that are picky together.
                return pool[request.attempt - 1] if request.attempt <= len(pool) else request.rng.choice(pool)
        return scalar(cls, request.rng)

    def anything(self, request: Request) -> Any:
        rng = request.rng
        if request.minimal or rng.random() < 0.6:
            return rng.choice((None, True, rng.randint(-9, 99), 1.5, text(rng), text(rng)))
        if rng.random() < 0.5:
            return [rng.randint(0, 9), text(rng), {"k": [None, 2.5]}]
        return {text(rng): rng.randint(0, 9), "nested": {"a": [text(rng)]}}

    # collections

    def count(self, request: Request, least: int = 0, most: int | None = None) -> int:
        """Draws a number of items: a small one, and zero only if there is no room for more."""
        few = (request.attempt % 2) if request.minimal else request.rng.randint(1, 3 if request.depth < 1 else 2)
        return max(least, few if most is None else min(few, most))

    def collection(self, node: nodes.CollectionNode, request: Request, least: int = 0, most: int | None = None) -> Any:
        items = [self.value(node.item, request) for _ in range(self.count(request, least, most))]
        if is_set(node):
            found = set(filter(is_hashable, items))
            for _ in range(20):
                if len(found) >= least:
                    break
                found |= set(filter(is_hashable, [self.value(node.item, request)]))
            items = list(found)
        if node.origin is collections.abc.Sequence and request.rng.random() < 0.4:
            return tuple(items)
        return make_collection(node, items)

    def mapping(self, node: nodes.MappingNode, request: Request, least: int = 0, most: int | None = None) -> Any:
        found: dict[Any, Any] = {}
        for _ in range(self.count(request, least, most) + least):
            key = self.value(node.key, request)
            if is_hashable(key):
                found[key] = self.value(node.value, request)
        return make_mapping(node, found if most is None else dict(list(found.items())[:most]))

    def tuple(self, node: nodes.TupleNode, request: Request, least: int = 0, most: int | None = None) -> Any:
        if node.variadic:
            return tuple(self.value(node.items[0], request) for _ in range(self.count(request, least, most)))
        return make_tuple(node, [self.value(item, request) for item in node.items])

    # choices

    def union(self, node: nodes.UnionNode, request: Request) -> Any:
        members = [member for member in node.members if not _is_none(member)]
        none_share = 0.9 if request.minimal and request.attempt < 2 else 0.1
        if len(members) < len(node.members) and request.rng.random() < none_share:
            return None
        request.rng.shuffle(members)
        if request.minimal:
            members.sort(key=self.depths.of_node)
        for member in members:
            try:
                return self.value(member, request)
            except Exception as error:  # the next member may do
                last = error
        if len(members) < len(node.members):
            return None
        raise last

    def constrained(self, node: nodes.AnnotatedNode, request: Request) -> Any:
        for found in self.attempts(node.inner, request, Limits(node.constraints)):
            value = found if node.encode is None else node.encode(found)
            if self.accepts(node, value):
                return value
        raise NoValueError(f"no value was found that {node.annotation!r} accepts")

    def attempts(self, node: nodes.Node, request: Request, limits: Limits) -> Iterator[Any]:
        if isinstance(node, nodes.UnionNode):
            yield self.value(node, request)
            for member in request.rng.sample(node.members, len(node.members)):
                yield from self.attempts(member, request, limits)
            return
        for _ in range(3):
            match node:
                case nodes.CollectionNode():
                    yield self.collection(node, request, limits.shortest, limits.longest)
                case nodes.MappingNode():
                    yield self.mapping(node, request, limits.shortest, limits.longest)
                case nodes.TupleNode():
                    yield self.tuple(node, request, limits.shortest, limits.longest)
                case nodes.ScalarNode(cls=cls) if cls in (int, float, str, bytes) and limits:
                    yield limits.scalar(cls, request.rng)
                case _:
                    yield self.value(node, request)
        if isinstance(node, nodes.ScalarNode):
            yield from (limits.fit(value) for value in candidates(node.cls, request.rng))
            if node.cls is str and limits.pattern is not None:
                from type_safe_convert.testing.patterns import matching

                yield from (matching(limits.pattern, request.rng) for _ in range(10))

    # types that judge by themselves

    def accepts(self, node: nodes.Node, value: Any) -> bool:
        if node not in self.checks:
            self.checks[node] = check_of(node)
        return is_accepted(self.checks[node], value)

    def validated(self, node: nodes.Node, request: Request) -> Any:
        """A plain value that pydantic accepts for a type of its own."""
        if node not in self.validated_values:
            others: tuple[Any, ...] = (*NUMBERS, *FLOATS, {}, [], None, b"a")
            texts = [text for text in STRINGS if self.accepts(node, text)]
            self.validated_values[node] = texts or [value for value in others if self.accepts(node, value)][:1]
        accepted = self.validated_values[node]
        if not accepted:
            raise NoValueError(f"no value was found that {node.annotation!r} accepts")
        return copy.copy(request.rng.choice(accepted))

    def refined_value(self, node: nodes.RefinedNode, request: Request) -> Any:
        cls: Any = node.cls
        if cls not in self.refined:
            self.refined[cls] = plain_values_of(node)
        accepted = self.refined[cls]
        try:
            return cls(request.rng.choice(accepted)) if accepted else cls()
        except (ValueError, TypeError) as error:
            raise NoValueError(f"{cls.__name__} refused every value: {error}") from error

    def instance(self, node: nodes.OpaqueNode, request: Request) -> Any:
        key: Any = node.annotation
        if key is type:  # a field may accept only some classes without saying so
            return request.rng.choice((int, str, *any_models()))
        if key not in self.objects:
            minimal = Request(random.Random(node.name), request.depth, minimal=True)
            try:
                self.objects[key] = arbitrary(node, lambda inner: self.value(inner, minimal))
            except (TypeError, LookupError) as error:
                self.objects[key] = NoValueError(f"no {node.name} could be made: {error}")
        found = self.objects[key]
        if isinstance(found, NoValueError):
            raise NoValueError(str(found))
        return found


def _is_none(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode) and node.cls is type(None)
