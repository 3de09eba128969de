"""A strategy for the values of each annotation node."""

from __future__ import annotations

import collections
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

import annotated_types
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, ResolutionFailed
from hypothesis.strategies import SearchStrategy
from osbot_utils.type_safe.validators.Type_Safe__Validator import Type_Safe__Validator
from pydantic import AnyUrl, Secret, SecretBytes, SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse
from type_safe_convert.types.render import annotated
from type_safe_convert.values.constraints import encoder

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

# What no annotation describes, nested: the values that JSON has, and a few that it has not.
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

# What a type that only pydantic knows may want: values of one form each, and one of them that tells whether it does.
_FORMS: list[tuple[Any, SearchStrategy[Any]]] = [
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
]

# Among these are plain values that each primitive of osbot-utils accepts.
_CANDIDATES: dict[type, list[Any]] = {
    str: [
        "", "a", "A b", "x-1", "abc1234", "0" * 10, "a" * 10, "0" * 40, "a" * 64, "a/b", "owner/repo", "a.b", "Name",
        "https://example.com/x?y=1", "https://example.com", "/x/y", "x=1&y=2", "a@example.com", "example.com",
        "127.0.0.1", "v1.2.3", "12:30:00", "no-cache", "text/html", "Bearer abc", "GET", "main", "refs/heads/main",
        "12345678-1234-4234-8234-123456789012", "Wed, 21 Oct 2015 07:28:00 GMT", '"abc"', "name", "{}", "<p>", "sk-1",
    ],
    int: [0, 1, -1, 5, 100, 255, 8080, 10**6],
    float: [0.0, 0.5, 1.0, -1.0, 1.25, 100.0],
}  # fmt: skip


class Values:
    """Strategies for nodes. Immutable; `depth` counts how many models may still stand inside of each other, and
    `turns` how often an alias may still stand in itself.

    Where no model may any more, they are avoided where the annotation allows something else.
    """

    def __init__(self, instances: Instances, depth: int, turns: int = 2) -> None:
        self.instances = instances
        self.depth = depth
        self.turns = turns

    def of(self, node: nodes.Node) -> SearchStrategy[Any]:
        match node:
            case nodes.RecursionNode(target=target):
                return Values(self.instances, self.depth, self.turns - 1).of(target()) if self.turns else st.nothing()
            case nodes.AnyNode(annotation=annotation):
                return by_pydantic(annotation) if nodes.is_pydantic_type(annotation) else ANYTHING
            case nodes.ScalarNode(cls=cls):
                return scalar(cls)
            case nodes.EnumNode(cls=cls):
                return st.sampled_from(list(cls)) if list(cls) else st.nothing()
            case nodes.LiteralNode(values=values):
                return st.sampled_from(values)
            case nodes.RefinedNode(cls=cls, base=base):
                return primitives(cls, base)
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
                # `typing` gives one object for unions that differ in order only: which one came first is no input.
                members = tuple(sorted(members, key=lambda member: str(member.annotation)))
                if self.depth <= 0:
                    members = tuple(member for member in members if not _holds_model(member)) or members
                found = [self.of(member) for member in members]
                return st.one_of([strategy for strategy in found if not strategy.is_empty])
            case nodes.AnnotatedNode():
                return self.constrained(node)
            case nodes.ModelNode():
                return self.instances(node, self.depth - 1)
            case nodes.OpaqueNode():
                return objects(node)
        raise AssertionError(node)

    def items(self, node: nodes.Node, shortest: int) -> SearchStrategy[Any]:
        """What stands in a container: nothing, where that is a model, and the container may be empty."""
        return st.nothing() if self.depth <= 0 and shortest == 0 and _holds_model(node) else self.of(node)

    def collections(self, node: nodes.CollectionNode, shortest: int, longest: int) -> SearchStrategy[Any]:
        item = self.items(node.item, shortest)
        if item.is_empty:
            longest = 0
        longest = max(shortest, longest)
        if node.origin in (set, frozenset, collections.abc.Set, collections.abc.MutableSet):
            made = st.lists(item, min_size=shortest, max_size=longest).filter(_all_hashable)
            if _has_types(node.declared):
                return _made_of(made, node.declared)
            return made.map(frozenset if node.origin is frozenset else set).filter(lambda items: len(items) >= shortest)
        lists = st.lists(item, min_size=shortest, max_size=longest)
        if _has_types(node.declared):
            return _made_of(lists, node.declared)
        return lists.map(collections.deque) if node.origin is collections.deque else lists

    def mappings(self, node: nodes.MappingNode, shortest: int, longest: int) -> SearchStrategy[Any]:
        key, value = self.items(node.key, shortest), self.items(node.value, shortest)
        longest = 0 if key.is_empty or value.is_empty else max(shortest, longest)
        pairs = st.lists(st.tuples(key, value), min_size=min(shortest, longest), max_size=longest)
        made = pairs.filter(lambda items: _all_hashable([key for key, _ in items])).map(dict)
        if _has_types(node.declared):
            return _made_of(made, node.declared)
        match node.origin:
            case collections.OrderedDict | collections.Counter:
                return made.map(node.origin)
            case collections.defaultdict:
                return made.map(lambda items: collections.defaultdict(None, items))
        return made

    def tuples(self, node: nodes.TupleNode, shortest: int, longest: int) -> SearchStrategy[Any]:
        cls: Any = node.cls
        if node.variadic:
            item = self.items(node.items[0], shortest)
            longest = 0 if item.is_empty else longest
            return st.lists(item, min_size=min(shortest, longest), max_size=longest).map(tuple)
        made = st.tuples(*map(self.of, node.items))
        return made if cls is tuple else made.map(lambda items: cls(*items))

    def constrained(self, node: nodes.AnnotatedNode) -> SearchStrategy[Any]:
        limits = Limits(node.metadata)
        inner = node.inner
        match inner:
            case nodes.ScalarNode(cls=cls):
                made = limits.scalars(cls)
            case nodes.CollectionNode():
                made = self.collections(inner, limits.shortest, min(limits.longest, limits.shortest + LONGEST))
            case nodes.MappingNode():
                made = self.mappings(inner, limits.shortest, min(limits.longest, limits.shortest + LONGEST))
            case _:
                made = self.of(inner)
        encode = encoder(node.metadata)
        if encode is not None:
            made = made.map(encode)
        return made.filter(functools.partial(_accepts, _checker(node)))


@functools.cache
def scalar(cls: Any) -> SearchStrategy[Any]:
    if cls in SCALARS:
        return SCALARS[cls]
    if issubclass(cls, pathlib.PurePath):
        return st.sampled_from(["", "a", "a/b", "/x.y"]).map(cls)
    return st.from_type(cls)


@functools.cache
def primitives(cls: Any, base: Any) -> SearchStrategy[Any]:
    """Values of a self-validating primitive: those plain ones that it accepts, and what it made of them."""
    candidates = [value for value in _CANDIDATES[base] if _accepts(cls, value)]
    plain: SearchStrategy[Any] = st.sampled_from(candidates) if candidates else st.nothing()
    if base is int:
        low, high = getattr(cls, "min_value", None), getattr(cls, "max_value", None)
        plain |= st.integers(low, high)
    if base is str and cls.__name__ == "Safe_Str":
        plain |= TEXT
    with contextlib.suppress(Exception):
        cls()
        plain |= st.builds(cls)
    return plain.filter(functools.partial(_accepts, cls)).map(cls)


def by_pydantic(annotation: Any) -> SearchStrategy[Any]:
    """Values of a type that only pydantic can judge, in the form that its validation gives them."""
    try:
        validate = TypeAdapter(annotation).validate_python
    except Exception:  # a type that is no field by itself
        return ANYTHING
    made = [values for example, values in _FORMS if _accepts(validate, example)]
    texts = [text for text in (*_CANDIDATES[str], "math.pi", "#fff", "+49 30 123456") if _accepts(validate, text)]
    if texts:
        made = [st.sampled_from(texts)] if made else [st.sampled_from(texts), TEXT]

    def validated(value: Any) -> Any:
        found = validate(value)
        return found if _accepts(validate, found) else value

    return st.one_of(made).filter(functools.partial(_accepts, validate)).map(validated)


def objects(node: nodes.OpaqueNode) -> SearchStrategy[Any]:
    """Values that only their own class can judge."""
    annotation = node.annotation
    origin = typing.get_origin(annotation)
    if annotation is type or origin is type:
        args = [arg for arg in typing.get_args(annotation) if isinstance(arg, type)]
        return st.sampled_from(args or [int, str])
    if origin is collections.abc.Callable or annotation in (typing.Callable, collections.abc.Callable):
        return st.sampled_from([len, str, abs])
    if annotation in (SecretStr, SecretBytes):
        return (TEXT if annotation is SecretStr else st.binary(max_size=4)).map(annotation)
    if origin is Secret:
        content = Values(lambda node, depth: st.nothing(), 0).of(parse(typing.get_args(annotation)[0]))
        return content.map(annotation)
    if isinstance(annotation, type) and issubclass(annotation, AnyUrl):
        return st.sampled_from(["https://example.com/", "http://a.example/x?y=1"]).map(annotation)
    try:
        return st.from_type(annotation).filter(node.accepts)
    except (InvalidArgument, ResolutionFailed, TypeError):
        return st.nothing()


class Limits:
    """The bounds in the metadata of an `Annotated`, as arguments of strategies."""

    def __init__(self, metadata: tuple[Any, ...]) -> None:
        self.low: Any = None
        self.high: Any = None
        self.shortest, self.longest = 0, 10**6
        self.pattern: str | None = None
        self.step: Any = None
        self.places: int | None = None
        for item in _flat(metadata):
            self.take(item)

    def take(self, item: Any) -> None:
        match item:
            case annotated_types.Ge(ge=bound) | annotated_types.Gt(gt=bound):
                self.low = bound
            case annotated_types.Le(le=bound) | annotated_types.Lt(lt=bound):
                self.high = bound
            case annotated_types.MinLen(min_length=bound):
                self.shortest = bound
            case annotated_types.MaxLen(max_length=bound):
                self.longest = bound
            case annotated_types.MultipleOf(multiple_of=step):
                self.step = step
            case Type_Safe__Validator():
                self.low = getattr(item, "min_value", self.low)
                self.high = getattr(item, "max_value", self.high)
                self.pattern = getattr(item, "pattern", self.pattern)
            case _:
                self.pattern = getattr(item, "pattern", self.pattern)
                self.places = getattr(item, "decimal_places", self.places)

    def scalars(self, cls: Any) -> SearchStrategy[Any]:
        """Values of a scalar class that are likely to fit; a filter has the last word."""
        if cls is str:
            if self.pattern is not None:
                return st.from_regex(self.pattern)
            shortest = self.low if isinstance(self.low, int) else self.shortest
            longest = self.high if isinstance(self.high, int) else self.longest
            return st.text(min_size=shortest, max_size=min(longest, shortest + 8))
        if cls is int and self.step:
            step = int(self.step)
            return st.integers(-100, 100).map(lambda number: number * step)
        if cls is int:
            return st.integers(self.low, self.high)
        if cls is float:
            return st.floats(self.low, self.high, allow_nan=False)
        if cls is decimal.Decimal:
            return st.decimals(self.low, self.high, allow_nan=False, allow_infinity=False, places=self.places or 0)
        if cls is bytes:
            return st.binary(min_size=self.shortest, max_size=min(self.longest, self.shortest + 8))
        return scalar(cls)


def _flat(metadata: typing.Iterable[Any]) -> typing.Iterator[Any]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _flat(item.metadata)
        elif isinstance(item, annotated_types.GroupedMetadata):
            yield from _flat(item)
        else:
            yield item


def _checker(node: nodes.AnnotatedNode) -> Callable[[Any], Any]:
    """Raises for a value that the metadata refuses: pydantic judges its own, osbot-utils' validators theirs."""
    validators = [item for item in node.metadata if isinstance(item, Type_Safe__Validator)]
    rest = [item for item in node.metadata if not isinstance(item, Type_Safe__Validator)]
    adapter: Any = None
    with contextlib.suppress(Exception):
        adapter = TypeAdapter(annotated(node.inner.annotation, *rest)) if rest else None

    def check(value: Any) -> None:
        if adapter is not None:
            adapter.validate_python(value)
        for validator in validators:
            validator.validate(value=value, field_name="value", target_type=node.inner.annotation)

    return check


def _holds_model(node: nodes.Node) -> bool:
    return any(isinstance(item, nodes.ModelNode) for item in nodes.walk(node))


def _accepts(function: Callable[[Any], Any], value: Any) -> bool:
    try:
        function(value)
    except Exception:
        return False
    return True


def _has_types(declared: Any) -> bool:
    """Whether it is a typed collection class that says what it holds; the bare ones are told by each instance."""
    return (getattr(declared, "expected_type", None) or getattr(declared, "expected_key_type", None)) is not None


def _made_of(values: SearchStrategy[Any], declared: Any) -> SearchStrategy[Any]:
    return values.filter(functools.partial(_accepts, declared)).map(declared)


def _all_hashable(values: list[Any]) -> bool:
    try:
        hash(tuple(values))
    except TypeError:
        return False
    return True
