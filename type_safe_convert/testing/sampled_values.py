"""Random values for one field: by its annotation, within its constraints."""

from __future__ import annotations

import collections
import dataclasses
import random
import typing
from collections.abc import Callable, Iterator
from typing import Any

import annotated_types
from pydantic import ConfigDict, PydanticUserError, TypeAdapter
from pydantic.fields import FieldInfo

from type_safe_convert.testing.depths import AnyBaseModel, AnyTypeSafe, Heights
from type_safe_convert.testing.objects import arbitrary, classes
from type_safe_convert.testing.values import FLOATS, NUMBERS, STRINGS, candidates, scalar, text
from type_safe_convert.types import nodes
from type_safe_convert.values.constraints import encoder


class NoValueError(Exception):
    """No value for an annotation was found."""


@dataclasses.dataclass(frozen=True, slots=True)
class Want:
    """What kind of value is asked for.

    Attributes:
        depth: how many models it is inside of.
        low: only what is required: None where it may be, empty collections, the flattest models.
        turn: how often the class refused such values before; strings and numbers are then candidates, one by one.
    """

    rng: random.Random
    depth: int = 0
    low: bool = False
    turn: int = 0


class Values:
    """Values by annotation. `model(node, want)` makes an instance of its class or of one that can stand for it."""

    def __init__(self, heights: Heights, model: Callable[[nodes.ModelNode, Want], Any]) -> None:
        self.heights = heights
        self.model = model
        self.adapters: dict[nodes.Node, TypeAdapter[Any] | None] = {}
        self.primitives: dict[type, list[Any]] = {}
        self.objects: dict[Any, Any] = {}

    def value(self, node: nodes.Node, want: Want) -> Any:
        """A value that fits the annotation. Raises NoValueError, or what `model` raises."""
        match node:
            case nodes.RecursionNode(target=target):
                return self.value(target(), dataclasses.replace(want, low=True, turn=0))
            case nodes.AnyNode(annotation=annotation):
                if getattr(annotation, "_is_protocol", False) and "__call__" in vars(annotation):
                    return len
                if nodes.is_pydantic_type(annotation):
                    return self.by_pydantic(node, want)
                return self.anything(want)
            case nodes.ScalarNode(cls=cls):
                return self.scalar(cls, want)
            case nodes.EnumNode(cls=cls):
                return want.rng.choice(self.some(list(cls), node))
            case nodes.LiteralNode(values=values):
                return want.rng.choice(values)
            case nodes.RefinedNode():
                return self.primitive(node, want)
            case nodes.CollectionNode():
                return self.collection(node, want)
            case nodes.MappingNode():
                return self.mapping(node, want)
            case nodes.TupleNode():
                return self.tuple(node, want)
            case nodes.TypedDictNode(items=items, required=required):
                names = [name for name in items if name in required or (not want.low and want.rng.random() < 0.6)]
                return {name: self.value(items[name], want) for name in names}
            case nodes.UnionNode():
                return self.union(node, want)
            case nodes.AnnotatedNode():
                return self.constrained(node, want)
            case nodes.ModelNode():
                return self.model(node, want)
            case nodes.OpaqueNode():
                return self.instance(node, want)
        raise NoValueError(f"nothing is known of {node}")

    def some(self, values: list[Any], node: nodes.Node) -> list[Any]:
        if not values:
            raise NoValueError(f"{node.annotation!r} has no members")
        return values

    def scalar(self, cls: type, want: Want) -> Any:
        if want.turn:
            pool = STRINGS if cls is str else NUMBERS if cls is int else FLOATS if cls is float else None
            if pool is not None:
                # One after another, so that none is missed; then at random, for several fields that are picky together.
                return pool[want.turn - 1] if want.turn <= len(pool) else want.rng.choice(pool)
        return scalar(cls, want.rng)

    def anything(self, want: Want) -> Any:
        rng = want.rng
        if want.low or rng.random() < 0.6:
            return rng.choice((None, True, rng.randint(-9, 99), 1.5, text(rng), text(rng)))
        if rng.random() < 0.5:
            return [rng.randint(0, 9), text(rng), {"k": [None, 2.5]}]
        return {text(rng): rng.randint(0, 9), "nested": {"a": [text(rng)]}}

    # collections

    def count(self, want: Want, least: int = 0, most: int | None = None) -> int:
        """How many items: few, and none only where that is all there is room for."""
        few = (want.turn % 2) if want.low else want.rng.randint(1, 3 if want.depth < 1 else 2)
        return max(least, few if most is None else min(few, most))

    def collection(self, node: nodes.CollectionNode, want: Want, least: int = 0, most: int | None = None) -> Any:
        items = [self.value(node.item, want) for _ in range(self.count(want, least, most))]
        origin: Any = node.origin
        declared: Any = node.declared
        if declared is not None:
            return declared(items) if declared.expected_type is not None else items
        if issubclass(origin, set | frozenset | collections.abc.Set):
            found = _hashable(items)
            for _ in range(20):
                if len(found) >= least:
                    break
                found |= _hashable([self.value(node.item, want)])
            return frozenset(found) if origin is frozenset else found
        if origin is collections.deque:
            return collections.deque(items)
        if origin is collections.abc.Sequence and want.rng.random() < 0.4:
            return tuple(items)
        return items

    def mapping(self, node: nodes.MappingNode, want: Want, least: int = 0, most: int | None = None) -> Any:
        made: dict[Any, Any] = {}
        for _ in range(self.count(want, least, most) + least):
            key = self.value(node.key, want)
            if _hashable([key]):
                made[key] = self.value(node.value, want)
        if most is not None:
            made = dict(list(made.items())[:most])
        declared: Any = node.declared
        if declared is not None:
            return declared(made) if declared.expected_key_type is not None else made
        if node.origin is collections.defaultdict:
            return collections.defaultdict(None, made)
        return node.origin(made) if node.origin in (collections.OrderedDict, collections.Counter) else made

    def tuple(self, node: nodes.TupleNode, want: Want, least: int = 0, most: int | None = None) -> Any:
        if node.variadic:
            return tuple(self.value(node.items[0], want) for _ in range(self.count(want, least, most)))
        items = [self.value(item, want) for item in node.items]
        return tuple(items) if node.cls is tuple else node.cls(*items)

    # choices

    def union(self, node: nodes.UnionNode, want: Want) -> Any:
        members = [member for member in node.members if not _is_none(member)]
        if len(members) < len(node.members) and want.rng.random() < (0.9 if want.low and want.turn < 2 else 0.1):
            return None
        want.rng.shuffle(members)
        if want.low:
            members.sort(key=self.heights.of_node)
        for member in members:
            try:
                return self.value(member, want)
            except Exception as error:  # the next member may do
                last = error
        if len(members) < len(node.members):
            return None
        raise last

    def constrained(self, node: nodes.AnnotatedNode, want: Want) -> Any:
        limits = Limits(node.metadata)
        encode = encoder(node.metadata)
        for made in self.attempts(node.inner, want, limits):
            value = made if encode is None else encode(made)
            if self.accepts(node, value):
                return value
        raise NoValueError(f"no value was found that {node.annotation!r} accepts")

    def attempts(self, node: nodes.Node, want: Want, limits: Limits) -> Iterator[Any]:
        if isinstance(node, nodes.UnionNode):
            yield self.value(node, want)
            for member in want.rng.sample(node.members, len(node.members)):
                yield from self.attempts(member, want, limits)
            return
        for _ in range(3):
            match node:
                case nodes.CollectionNode():
                    yield self.collection(node, want, limits.shortest, limits.longest)
                case nodes.MappingNode():
                    yield self.mapping(node, want, limits.shortest, limits.longest)
                case nodes.TupleNode():
                    yield self.tuple(node, want, limits.shortest, limits.longest)
                case nodes.ScalarNode(cls=cls) if cls in (int, float, str, bytes) and limits.any:
                    yield limits.scalar(cls, want.rng)
                case _:
                    yield self.value(node, want)
        if isinstance(node, nodes.ScalarNode):
            yield from (limits.fit(value) for value in candidates(node.cls, want.rng))
            if node.cls is str and limits.pattern is not None:
                from type_safe_convert.testing.patterns import matching

                yield from (matching(limits.pattern, want.rng) for _ in range(10))

    # what only the type itself can tell

    def adapter(self, node: nodes.Node) -> TypeAdapter[Any] | None:
        if node not in self.adapters:
            adapter: TypeAdapter[Any] | None = None
            for config in (ConfigDict(arbitrary_types_allowed=True), None):
                try:
                    adapter = TypeAdapter(node.annotation, config=config)
                    break
                except Exception:  # a type that pydantic does not know, or that brings its own configuration
                    continue
            self.adapters[node] = adapter
        return self.adapters[node]

    def accepts(self, node: nodes.Node, value: Any) -> bool:
        adapter = self.adapter(node)
        if adapter is None:
            return True
        try:
            adapter.validate_python(value)
        except PydanticUserError:  # names in it that pydantic cannot resolve
            self.adapters[node] = None
            return True
        except Exception:  # a validator may raise anything
            return False
        return True

    def by_pydantic(self, node: nodes.Node, want: Want) -> Any:
        """A value for a type of pydantic's making: whatever plain value it accepts."""
        plain: tuple[Any, ...] = (*want.rng.sample(STRINGS, len(STRINGS)), *NUMBERS, *FLOATS, {}, [], None, b"a")
        for value in plain:
            if self.accepts(node, value):
                return value
        raise NoValueError(f"no value was found that {node.annotation!r} accepts")

    def primitive(self, node: nodes.RefinedNode, want: Want) -> Any:
        cls: Any = node.cls
        if cls not in self.primitives:
            self.primitives[cls] = list(_accepted(cls, node.base))
        accepted = self.primitives[cls]
        try:
            return cls(want.rng.choice(accepted)) if accepted else cls()
        except (ValueError, TypeError) as error:
            raise NoValueError(f"{cls.__name__} refused every value: {error}") from error

    def class_of(self, annotation: Any) -> Any:
        """A class for `type[X]`; X itself, also where it is a type variable's bound."""
        return next(iter(classes(typing.get_args(annotation))))()

    def instance(self, node: nodes.OpaqueNode, want: Want) -> Any:
        key: Any = node.annotation
        if key is type:  # a field may want a class of its own choosing without saying so
            return want.rng.choice((int, str, AnyBaseModel, AnyTypeSafe))
        if key not in self.objects:
            few = Want(random.Random(node.name), want.depth, low=True)
            try:
                self.objects[key] = arbitrary(node, lambda inner: self.value(inner, few))
            except (TypeError, LookupError) as error:
                self.objects[key] = NoValueError(f"no {node.name} could be made: {error}")
        found = self.objects[key]
        if isinstance(found, NoValueError):
            raise NoValueError(str(found))
        return found


class Limits:
    """What constraints ask for, as far as they can be met on purpose."""

    def __init__(self, metadata: tuple[Any, ...]) -> None:
        self.shortest = 0
        self.longest: int | None = None
        self.low: Any = None
        self.high: Any = None
        self.multiple: Any = None
        self.pattern: str | None = None
        for item in _flat(metadata):
            self.shortest = max(self.shortest, getattr(item, "min_length", None) or 0)
            longest = getattr(item, "max_length", None)
            self.longest = self.longest if longest is None else longest
            for name, step in (("ge", 0), ("gt", 1)):
                if getattr(item, name, None) is not None:
                    self.low = getattr(item, name) + step if _is_number(getattr(item, name)) else None
            for name, step in (("le", 0), ("lt", 1)):
                if getattr(item, name, None) is not None:
                    self.high = getattr(item, name) - step if _is_number(getattr(item, name)) else None
            self.multiple = getattr(item, "multiple_of", None) or self.multiple
            pattern = getattr(item, "pattern", None)
            if pattern is not None:
                self.pattern = pattern if isinstance(pattern, str) else pattern.pattern

    @property
    def any(self) -> bool:
        return bool(self.shortest or self.longest is not None or self.multiple) or (self.low, self.high) != (None, None)

    def scalar(self, cls: type, rng: random.Random) -> Any:
        if cls is str:
            return self.fit(text(rng))
        if cls is bytes:
            return self.fit(text(rng)).encode()[: self.longest]
        low = self.low if self.low is not None else (-1000 if self.high is None else self.high - 1000)
        high = self.high if self.high is not None else low + 1000
        if cls is int:
            value: Any = rng.randint(int(low), max(int(low), int(high)))
        else:
            value = rng.uniform(low, high) if high > low else low + (high - low) / 2
        if self.multiple:
            value = cls(value // self.multiple * self.multiple)
            value = value + cls(self.multiple) if value < low else value
        return value

    def fit(self, value: Any) -> Any:
        """A string cut or filled up to the length that is asked for; anything else as it is."""
        if isinstance(value, str):
            value = value[: self.longest] if self.longest is not None else value
            return value.ljust(self.shortest, "a")
        return value


def _flat(metadata: Any) -> Iterator[Any]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _flat(item.metadata)
        elif isinstance(item, annotated_types.GroupedMetadata):
            yield from _flat(item)
        else:
            yield item


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _is_none(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode) and node.cls is type(None)


def _hashable(values: list[Any]) -> set[Any]:
    found = set()
    for value in values:
        try:
            found.add(value)
        except Exception:  # a hash of somebody's may raise anything
            continue
    return found


def _accepted(cls: Any, base: type) -> Iterator[Any]:
    """Plain values that a primitive accepts, and makes the same of each time."""
    rng = random.Random(cls.__name__)
    found: dict[str, Any] = {}
    for value in (*candidates(base, rng), *STRINGS, *NUMBERS):
        if type(value) is not base and (found or base is not str):
            continue
        try:
            made, again = cls(value), cls(value)
        except Exception:  # a primitive refuses in its own words
            continue
        if made == again and type(made) is cls:
            found.setdefault(repr(made), value)
        if len(found) == 12:
            break
    yield from found.values()
