"""The common part of the random values of `sampler` and the strategies of `hypothesis`.

Tables of scalars and of values that validators accept, the limits that constraints set, and how containers are made.
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import datetime
import decimal
import fractions
import ipaddress
import math
import pathlib
import random
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.signatures import accepts_positions
from type_safe_convert.registry import made_kinds
from type_safe_convert.types import nodes
from type_safe_convert.types.rules import Rule
from type_safe_convert.values.constraints import checks_of

WORDS = ("alpha", "beta", "gamma", "delta", "x", "some words", "Zoë", "A_b-1", "", "true", "0", "None")

# Strings that validators accept, most often asked for first, and tried in turn until one is accepted. Among these is
# one for each of pydantic's types and for each primitive of osbot-utils.
STRINGS = (
    "alpha", "a", "A1", "abc_def", "abc-def", "1", "0", "12", "1.5", "true", "", " ", "some words",
    "https://example.com/a", "http://localhost:8080", "user@example.com", "example.com", "127.0.0.1", "/tmp/a", "a/b",
    "a.b", "a.py", "a:b", "#a", "#fff", "# a", "@a", "'a'", '"a"', "b'a'", "1j", "0x1f", "0.5", "-1", "+", "==", ",",
    "\n", "\t", "{}", "[]", '{"a": 1}', "2026-01-02", "2026-01-02T03:04:05Z", "03:04:05", "PT1H", "UTC",
    "12345678-1234-4234-8234-123456789012", "0" * 32, "a" * 32, "a" * 40, "a" * 64, "0" * 64, "a" * 7, "a" * 8,
    "a" * 10, "a" * 12, "a" * 16, "a" * 24, "a" * 128, "1.2.3", "v1.2.3", "2.0", "3.1.0", "3.0.3", "en", "en-GB", "US",
    "USD", "YQ==", "text/plain", "application/json", "application/vnd.a+json", "sha256:" + "a" * 64, "arn:aws:iam::1:a",
    "+441234567890", "4111111111111111", "GET", "get", "200", "2XX", "default", "POST", "utf-8", "redis://localhost:1/0",
    "postgres://a:b@localhost/c", "mongodb://localhost/a", "s3://a/b", "file:///tmp/a", "urn:a:b", "1s", "1h", "10MB",
    "ab", "abcd", "ABC", "ABCD-1234", "snake_case", "CamelCase", "x" * 255, "é", "\u2603", "A b", "x-1", "abc1234",
    "0" * 10, "0" * 40, "owner/repo", "Name", "https://example.com/x?y=1", "https://example.com", "/x/y", "x=1&y=2",
    "a@example.com", "12:30:00", "no-cache", "text/html", "Bearer abc", "main", "refs/heads/main", "name", "<p>",
    "sk-1", "Wed, 21 Oct 2015 07:28:00 GMT", '"abc"', "math.pi", "+49 30 123456",
)  # fmt: skip

NUMBERS = (1, 2, 0, 3, 5, 10, 100, 7, 8, 16, 42, 50, 60, 200, 256, 443, 1000, 1024, 8080, 10**6, 10**9, -1, -5, 10**12)
FLOATS = (0.5, 1.0, 0.0, 2.5, 0.1, 0.25, 0.9, 10.0, 50.5, 100.0, 1e6, -0.5, -1.0, -100.25)

Make = Callable[[random.Random], Any]


def _integer(rng: random.Random) -> int:
    return rng.randint(-1000, 1000) if rng.random() < 0.8 else rng.randint(-(2**40), 2**70)


def _floating(rng: random.Random) -> float:
    return rng.uniform(-1000, 1000) if rng.random() < 0.9 else rng.choice((0.0, -0.0, 1.0, 1e300, 5e-324, 0.1))


def text(rng: random.Random) -> str:
    return (
        rng.choice(WORDS)
        if rng.random() < 0.5
        else "".join(rng.choices("abcdefgh ijkl_MNOP0123-", k=rng.randint(1, 9)))
    )


def _date(rng: random.Random) -> datetime.date:
    return datetime.date(2000, 1, 1) + datetime.timedelta(days=rng.randint(0, 20000))


def _time(rng: random.Random) -> datetime.time:
    return datetime.time(rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59), rng.choice((0, 5, 123456)))


def _zone(rng: random.Random) -> datetime.timezone:
    return rng.choice((datetime.UTC, datetime.timezone(datetime.timedelta(hours=5, minutes=30))))


def _moment(rng: random.Random) -> datetime.datetime:
    return datetime.datetime.combine(_date(rng), _time(rng), rng.choice((None, _zone(rng))))


def _address(cls: Any, bits: int) -> Make:
    return lambda rng: cls(rng.getrandbits(bits))


def _network(cls: Any, bits: int) -> Make:
    return lambda rng: cls((rng.getrandbits(bits - 8) << 8, bits - 8))


SCALARS: dict[type, Make] = {
    str: text,
    int: _integer,
    float: _floating,
    bool: lambda rng: rng.random() < 0.5,
    bytes: lambda rng: text(rng).encode(),
    complex: lambda rng: complex(_floating(rng), _floating(rng)),
    type(None): lambda rng: None,
    type(Ellipsis): lambda rng: ...,
    decimal.Decimal: lambda rng: decimal.Decimal(rng.randint(-(10**6), 10**6)).scaleb(-rng.randint(0, 4)),
    fractions.Fraction: lambda rng: fractions.Fraction(rng.randint(-99, 99), rng.randint(1, 99)),
    datetime.date: _date,
    datetime.time: _time,
    datetime.datetime: _moment,
    datetime.timedelta: lambda rng: datetime.timedelta(0, rng.randint(-(10**6), 10**6), rng.choice((0, 7))),
    datetime.timezone: _zone,
    uuid.UUID: lambda rng: uuid.UUID(int=rng.getrandbits(128), version=4),
    re.Pattern: lambda rng: re.compile(rng.choice((r"a+", r"\d", "")), rng.choice((0, re.IGNORECASE))),
    range: lambda rng: range(rng.randint(0, 5), rng.randint(5, 9)),
    ipaddress.IPv4Address: _address(ipaddress.IPv4Address, 32),
    ipaddress.IPv6Address: _address(ipaddress.IPv6Address, 128),
    ipaddress.IPv4Interface: _address(ipaddress.IPv4Interface, 32),
    ipaddress.IPv6Interface: _address(ipaddress.IPv6Interface, 128),
    ipaddress.IPv4Network: _network(ipaddress.IPv4Network, 32),
    ipaddress.IPv6Network: _network(ipaddress.IPv6Network, 128),
}  # fmt: skip


def scalar(cls: Any, rng: random.Random) -> Any:
    """A random value of exactly that scalar class."""
    if issubclass(cls, pathlib.PurePath):
        concrete = pathlib.PurePosixPath if cls is pathlib.PurePath else cls
        return concrete("/".join(rng.choices(("tmp", "a", "b.txt", "some dir"), k=rng.randint(1, 3))))
    return SCALARS[cls](rng)


def candidates(cls: Any, rng: random.Random) -> list[Any]:
    """Values of a scalar class that a validator may accept, in random order for the most part."""
    if cls is str:
        return [*rng.sample(STRINGS, k=len(STRINGS))]
    if cls is int:
        return [*rng.sample(NUMBERS, k=len(NUMBERS)), *range(130)]
    if cls is float:
        return [*rng.sample(FLOATS, k=len(FLOATS)), *map(float, NUMBERS)]
    if cls is decimal.Decimal:
        return [decimal.Decimal(str(number)) for number in (*FLOATS, *NUMBERS)]
    return [scalar(cls, rng) for _ in range(20)]


def is_accepted(function: Callable[[Any], Any], value: Any) -> bool:
    """Whether a class, a validator or another function takes the value."""
    try:
        function(value)
    except Exception:  # what users wrote may raise anything
        return False
    return True


def is_hashable(value: Any) -> bool:
    return is_accepted(hash, value)


# types that judge by themselves


def plain_values_of(node: nodes.RefinedNode) -> list[Any]:
    """Up to twelve plain values that a refined type accepts, and makes the same of each time."""
    cls: Any = node.cls
    found: dict[str, Any] = {}
    for value in (*candidates(node.base, random.Random(cls.__name__)), *STRINGS, *NUMBERS):
        if type(value) is not node.base and (found or node.base is not str):
            continue
        try:
            made, again = cls(value), cls(value)
        except Exception:  # a refined type refuses in its own words
            continue
        if made == again and type(made) is cls:
            found.setdefault(repr(made), value)
        if len(found) == 12:
            break
    return list(found.values())


def validator_of(annotation: Any) -> Callable[[Any], Any] | None:
    """The lenient validation of a kind's library for an annotation; None if none knows it."""
    found = (get_kind(name).lenient_validator(annotation) for name in made_kinds())
    return next((validate for validate in found if validate is not None), None)


def check_of(node: nodes.Node) -> Callable[[Any], Any]:
    """Raises for a value that an annotation refuses: a library judges its own constraints."""
    validate = validator_of(node.annotation)
    checks = checks_of(node, check_only=True) if isinstance(node, nodes.AnnotatedNode) else []

    def check(value: Any) -> None:
        if validate is not None:
            with contextlib.suppress(NameError):
                validate(value)
        for holds in checks:
            holds(value)

    return check


class Limits:
    """The constraints of an annotation, as far as values can be made to keep them.

    Attributes:
        low, high: the bounds of numbers and dates.
        above, below: whether the bounds are excluded.
        shortest, longest: the bounds of lengths; `longest` is None where there is none.
        step, places: what numbers are multiples of, and how many decimal places they have.
        pattern: a regular expression for strings.
        allowed: the values that are allowed; empty where any are.
    """

    def __init__(self, constraints: Iterable[Any]) -> None:
        self.low: Any = None
        self.high: Any = None
        self.above: bool = False
        self.below: bool = False
        self.shortest: int = 0
        self.longest: int | None = None
        self.step: Any = None
        self.places: int | None = None
        self.pattern: str | None = None
        self.allowed: tuple[Any, ...] = ()
        for item in constraints:
            self._take(item)

    def _take(self, item: Any) -> None:
        if isinstance(item, Rule):
            self.pattern = item.json_rules.get("pattern", self.pattern)
            self.allowed = tuple(item.json_rules.get("enum", self.allowed))
            item = item.equivalent
        for name in ("ge", "gt"):
            if (bound := getattr(item, name, None)) is not None:
                self.low, self.above = bound, name == "gt"
        for name in ("le", "lt"):
            if (bound := getattr(item, name, None)) is not None:
                self.high, self.below = bound, name == "lt"
        self.shortest = max(self.shortest, getattr(item, "min_length", None) or 0)
        if (bound := getattr(item, "max_length", None)) is not None:
            self.longest = bound
        self.step = getattr(item, "multiple_of", None) or self.step
        self.places = getattr(item, "decimal_places", self.places)
        if (pattern := getattr(item, "pattern", None)) is not None:
            self.pattern = pattern if isinstance(pattern, str) else pattern.pattern

    def __bool__(self) -> bool:
        return bool(self.shortest or self.longest is not None or self.step or (self.low, self.high) != (None, None))

    def most(self, more: int) -> int:
        """The greatest length, which is at most `more` above the smallest."""
        most = self.shortest + more
        return most if self.longest is None else max(self.shortest, min(most, self.longest))

    def integers(self) -> tuple[int | None, int | None]:
        """The least and the greatest integer."""
        low = math.floor(self.low) + 1 if self.above and is_number(self.low) else self.low
        high = math.ceil(self.high) - 1 if self.below and is_number(self.high) else self.high
        return (math.ceil(low) if is_number(low) else None, math.floor(high) if is_number(high) else None)

    def fit(self, value: Any) -> Any:
        """A string cut or filled up to the length that is asked for; anything else as it is."""
        if isinstance(value, str):
            value = value[: self.longest] if self.longest is not None else value
            return value.ljust(self.shortest, "a")
        return value

    def scalar(self, cls: type, rng: random.Random) -> Any:
        """A random value that is likely to keep them."""
        if self.allowed:
            return rng.choice(self.allowed)
        if cls is str:
            return self.fit(text(rng))
        if cls is bytes:
            return self.fit(text(rng)).encode()[: self.longest]
        low: Any = self.low
        high: Any = self.high
        if cls is int:
            low, high = self.integers()
        low = low if is_number(low) else (high - 1000 if is_number(high) else -1000)
        high = high if is_number(high) else low + 1000
        if cls is int:
            value: Any = rng.randint(low, max(low, high))
        else:
            value = rng.uniform(low, high) if high > low else low
        if self.step:
            value = cls(value // self.step * self.step)
            value = value + cls(self.step) if value < low else value
        return value


def is_number(value: Any) -> bool:
    return isinstance(value, int | float)


# containers


def is_set(node: nodes.CollectionNode) -> bool:
    return issubclass(node.origin, set | frozenset | collections.abc.Set)


def checks_items(cls: Any) -> bool:
    """Whether it is a class of containers that says what they hold; of the bare ones, each instance says that."""
    return (getattr(cls, "expected_type", None) or getattr(cls, "expected_key_type", None)) is not None


def make_collection(node: nodes.CollectionNode, items: list[Any]) -> Any:
    """The container of an annotation with these items."""
    if checks_items(node.container_class):
        return node.container_class(items)  # type: ignore[misc]
    if node.origin is frozenset:
        return frozenset(items)
    if is_set(node):
        return set(items)
    return collections.deque(items) if node.origin is collections.deque else items


def make_mapping(node: nodes.MappingNode, items: dict[Any, Any]) -> Any:
    """The mapping of an annotation with these items."""
    if checks_items(node.container_class):
        return node.container_class(items)  # type: ignore[misc]
    if node.origin is collections.defaultdict:
        return collections.defaultdict(None, items)
    return (
        node.origin(items)
        if node.origin in (collections.OrderedDict, collections.Counter, nodes.FROZEN_DICT)
        else items
    )


def make_tuple(node: nodes.TupleNode, items: list[Any]) -> Any:
    """The tuple or NamedTuple of an annotation with these items."""
    cls: Any = node.cls
    if cls is tuple:
        return tuple(items)
    if accepts_positions(cls.__new__, 1 + len(items)):
        return cls(*items)
    return cls(**dict(zip(cls._fields, items, strict=True)))
