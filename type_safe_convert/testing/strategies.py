"""Strategies for the values of each annotation, by its node."""

from __future__ import annotations

import collections.abc
import contextlib
import datetime
import decimal
import fractions
import functools
import ipaddress
import pathlib
import re
import typing
import uuid
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, ResolutionFailed
from hypothesis.strategies import SearchStrategy

from type_safe_convert.testing.objects import classes_for
from type_safe_convert.testing.values import (
    STRINGS,
    Limits,
    check_of,
    checks_items,
    is_accepted,
    is_hashable,
    is_set,
    make_collection,
    make_mapping,
    make_tuple,
    plain_values_of,
    validator_of,
)
from type_safe_convert.types import nodes

Instances = Callable[[nodes.ModelNode, int], SearchStrategy[Any]]

# Containers in random values are short: what matters is none, one, and two that may be equal or not.
LONGEST = 2

TEXT = st.text(max_size=8)

SCALARS: dict[Any, SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=8),
    complex: st.complex_numbers(allow_nan=False),
    type(None): st.none(),
    decimal.Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    fractions.Fraction: st.fractions(),
    datetime.date: st.dates(),
    datetime.time: st.times(),
    datetime.datetime: st.datetimes(),
    datetime.timedelta: st.timedeltas(),
    datetime.timezone: st.timedeltas(datetime.timedelta(-1), datetime.timedelta(1)).map(
        lambda delta: datetime.timezone(datetime.timedelta(minutes=delta // datetime.timedelta(minutes=2)))
    ),
    uuid.UUID: st.uuids(),
    re.Pattern: st.sampled_from(["", "a+", r"^\d*$"]).map(re.compile),
    range: st.integers(0, 9).map(range),
    type(Ellipsis): st.just(Ellipsis),
    ipaddress.IPv4Address: st.ip_addresses(v=4),
    ipaddress.IPv6Address: st.ip_addresses(v=6),
    ipaddress.IPv4Network: st.ip_addresses(v=4).map(ipaddress.IPv4Network),
    ipaddress.IPv6Network: st.ip_addresses(v=6).map(ipaddress.IPv6Network),
    ipaddress.IPv4Interface: st.ip_addresses(v=4).map(ipaddress.IPv4Interface),
    ipaddress.IPv6Interface: st.ip_addresses(v=6).map(ipaddress.IPv6Interface),
}

# Values that no annotation describes, nested: those of JSON, and a few more.
ANYTHING: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=LONGEST)
        | st.dictionaries(TEXT, inner, max_size=LONGEST)
        | st.tuples(inner)
        | st.frozensets(st.integers(), max_size=LONGEST)
        | st.sets(TEXT, max_size=LONGEST)
    ),
    max_leaves=4,
)

# Values that a type which only its library knows may accept, each with an example that tells whether it does.
_EXAMPLES: list[tuple[Any, SearchStrategy[Any]]] = [
    (datetime.date(1999, 1, 1), st.dates(max_value=datetime.date(2020, 1, 1))),
    (datetime.date(2999, 1, 1), st.dates(min_value=datetime.date(2900, 1, 1))),
    (datetime.datetime(1999, 1, 1), st.datetimes(max_value=datetime.datetime(2020, 1, 1))),
    (datetime.datetime(2999, 1, 1), st.datetimes(min_value=datetime.datetime(2900, 1, 1))),
    (
        datetime.datetime(1999, 1, 1, tzinfo=datetime.UTC),
        st.datetimes(max_value=datetime.datetime(2020, 1, 1), timezones=st.just(datetime.UTC)),
    ),
    (uuid.UUID(int=1), st.uuids()),
    (ipaddress.IPv4Address(1), st.ip_addresses()),
    (ipaddress.IPv4Network(1), st.ip_addresses(v=4).map(ipaddress.IPv4Network)),
    (1, st.integers(0, 1000)),
    (0.5, st.floats(0, 1)),
    (b"b", st.binary(max_size=4)),
]


class ValueStrategies:
    """Strategies by node. Immutable; `depth` counts how many models may still stand inside of each other, and
    `recursions` how often an alias may still stand in itself.

    If no further model may, they are avoided if the annotation allows something else. `decoded`: for values that a
    validator would make from text (`Json`), these themselves.
    """

    def __init__(self, instances: Instances, depth: int, recursions: int = 2, decoded: bool = False) -> None:
        self.instances = instances
        self.depth = depth
        self.recursions = recursions
        self.decoded = decoded

    def of(self, node: nodes.Node) -> SearchStrategy[Any]:
        match node:
            case nodes.RecursionNode(target=target):
                if not self.recursions:
                    return st.nothing()
                return ValueStrategies(self.instances, self.depth, self.recursions - 1, self.decoded).of(target())
            case nodes.ValidatedNode():
                return validated(node)
            case nodes.AnyNode():
                return ANYTHING
            case nodes.ScalarNode(cls=cls):
                return scalar(cls)
            case nodes.EnumNode(cls=cls):
                return st.sampled_from(list(cls)) if list(cls) else st.nothing()
            case nodes.LiteralNode(values=values):
                return st.sampled_from(values)
            case nodes.RefinedNode():
                return refined(node)
            case nodes.CollectionNode():
                return self.collections(node, 0, LONGEST)
            case nodes.MappingNode():
                return self.mappings(node, 0, LONGEST)
            case nodes.TupleNode():
                return self.tuples(node, 0, LONGEST)
            case nodes.TypedDictNode(items=items, required=required):
                optional = {key: self.of(item) for key, item in items.items() if key not in required}
                optional = {key: strategy for key, strategy in optional.items() if not strategy.is_empty}
                return st.fixed_dictionaries({key: self.of(items[key]) for key in required}, optional=optional)
            case nodes.UnionNode(members=members):
                return self.unions(members)
            case nodes.AnnotatedNode():
                return self.constrained(node)
            case nodes.ModelNode():
                return self.instances(node, self.depth - 1)
            case nodes.SentinelNode(value=value):
                return st.just(value)
            case nodes.OpaqueNode():
                return objects(node)
        raise AssertionError(node)

    def items(self, node: nodes.Node, shortest: int) -> SearchStrategy[Any]:
        """The items of a container: none, if these are too deep models, and the container may be empty."""
        return st.nothing() if self.depth <= 0 and shortest == 0 and _holds_model(node) else self.of(node)

    def collections(self, node: nodes.CollectionNode, shortest: int, longest: int) -> SearchStrategy[Any]:
        item = self.items(node.item, shortest)
        lists = st.lists(item, min_size=shortest, max_size=shortest if item.is_empty else max(shortest, longest))
        if is_set(node):
            lists = lists.filter(_all_hashable).filter(lambda items: len({*items}) >= shortest)
        return _contained(lists, node, functools.partial(make_collection, node))

    def mappings(self, node: nodes.MappingNode, shortest: int, longest: int) -> SearchStrategy[Any]:
        key, value = self.items(node.key, shortest), self.items(node.value, shortest)
        longest = 0 if key.is_empty or value.is_empty else max(shortest, longest)
        pairs = st.lists(st.tuples(key, value), min_size=min(shortest, longest), max_size=longest)
        dicts = pairs.filter(lambda items: _all_hashable([key for key, _ in items])).map(dict)
        return _contained(dicts, node, functools.partial(make_mapping, node))

    def tuples(self, node: nodes.TupleNode, shortest: int, longest: int) -> SearchStrategy[Any]:
        if node.variadic:
            item = self.items(node.items[0], shortest)
            longest = 0 if item.is_empty else longest
            return st.lists(item, min_size=min(shortest, longest), max_size=longest).map(tuple)
        return st.tuples(*map(self.of, node.items)).map(lambda items: make_tuple(node, list(items)))

    def unions(self, members: tuple[nodes.Node, ...]) -> SearchStrategy[Any]:
        # `typing` gives one object for unions that differ in order only: the order must not count.
        members = tuple(sorted(members, key=lambda member: str(member.annotation)))
        if self.depth <= 0:
            members = tuple(member for member in members if not _holds_model(member)) or members
        found = [self.of(member) for member in members]
        return st.one_of([strategy for strategy in found if not strategy.is_empty])

    def constrained(self, node: nodes.AnnotatedNode) -> SearchStrategy[Any]:
        limits = Limits(node.constraints)
        inner = node.inner
        match inner:
            case nodes.ScalarNode(cls=cls):
                found = within(limits, cls)
            case nodes.CollectionNode():
                found = self.collections(inner, limits.shortest, limits.most(LONGEST))
            case nodes.MappingNode():
                found = self.mappings(inner, limits.shortest, limits.most(LONGEST))
            case _:
                found = self.of(inner)
        if node.encode is not None:
            if self.decoded:
                return found
            found = found.map(node.encode)
        return found.filter(functools.partial(is_accepted, check_of(node)))


@functools.cache
def scalar(cls: Any) -> SearchStrategy[Any]:
    if cls in SCALARS:
        return SCALARS[cls]
    if issubclass(cls, pathlib.PurePath):
        return st.sampled_from(["", "a", "a/b", "/x.y"]).map(cls)
    return st.from_type(cls)


def within(limits: Limits, cls: type) -> SearchStrategy[Any]:
    """Values of a scalar class that are likely to keep the limits; a filter has the last word."""
    if limits.allowed:
        return st.sampled_from(limits.allowed)
    if cls is str:
        if limits.pattern is not None:
            return st.from_regex(limits.pattern)
        return st.text(min_size=limits.shortest, max_size=limits.most(8))
    if cls is int and limits.step:
        step = int(limits.step)
        return st.integers(-100, 100).map(lambda number: number * step)
    if cls is int:
        return st.integers(*limits.integers())
    if cls is float:
        return st.floats(limits.low, limits.high, allow_nan=False)
    if cls is decimal.Decimal:
        places = limits.places or 0
        return st.decimals(limits.low, limits.high, allow_nan=False, allow_infinity=False, places=places)
    if cls is bytes:
        return st.binary(min_size=limits.shortest, max_size=limits.most(8))
    return scalar(cls)


# types that judge by themselves


def refined(node: nodes.RefinedNode) -> SearchStrategy[Any]:
    """Values of a refined type: what it makes of plain values that it accepts, and its own default."""
    cls: Any = node.cls
    candidates = sorted(plain_values_of(node), key=lambda value: (len(str(value)), str(value)))
    plain: SearchStrategy[Any] = st.sampled_from(candidates) if candidates else st.nothing()
    if node.base is int:
        rules = node.json_rules()
        plain |= st.integers(rules.get("minimum"), rules.get("maximum"))
    if node.base is str and is_accepted(cls, "\u2603"):  # it accepts any text
        plain |= TEXT
    with contextlib.suppress(Exception):
        cls()
        plain |= st.builds(cls)
    return plain.filter(functools.partial(is_accepted, cls)).map(cls)


def validated(node: nodes.ValidatedNode) -> SearchStrategy[Any]:
    """Values of a type that only its library can judge, as its validation returns them."""
    validate = validator_of(node.annotation)
    return ANYTHING if validate is None else _validated_by(validate)


def _validated_by(validate: Callable[[Any], Any]) -> SearchStrategy[Any]:
    found = [values for example, values in _EXAMPLES if is_accepted(validate, example)]
    texts = [text for text in STRINGS if is_accepted(validate, text)]
    if texts:
        found = [st.sampled_from(texts)] if found else [st.sampled_from(texts), TEXT]

    def validate_again(value: Any) -> Any:
        result = validate(value)
        return result if is_accepted(validate, result) else value

    return st.one_of(found).filter(functools.partial(is_accepted, validate)).map(validate_again)


def objects(node: nodes.OpaqueNode) -> SearchStrategy[Any]:
    """Values that only their own class can judge."""
    annotation = node.annotation
    origin = typing.get_origin(annotation)
    if annotation is type or origin is type:
        return st.sampled_from([cls for cls in classes_for(annotation) if node.accepts(cls)])
    if origin is collections.abc.Callable or annotation in (typing.Callable, collections.abc.Callable):
        return st.sampled_from([len, str, abs])
    if node.validate is not None:
        return _validated_by(node.validate)
    try:
        return st.from_type(annotation).filter(node.accepts)
    except (InvalidArgument, ResolutionFailed, TypeError):
        return st.nothing()


def _holds_model(node: nodes.Node) -> bool:
    return any(isinstance(item, nodes.ModelNode) for item in nodes.walk(node))


def _contained(
    items: SearchStrategy[Any], node: nodes.CollectionNode | nodes.MappingNode, make: Callable[[Any], Any]
) -> SearchStrategy[Any]:
    """Containers of drawn items; the class of some refuses items."""
    if checks_items(node.container_class):
        items = items.filter(functools.partial(is_accepted, make))
    return items.map(make)


def _all_hashable(values: list[Any]) -> bool:
    return all(map(is_hashable, values))
