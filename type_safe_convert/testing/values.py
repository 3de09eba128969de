"""Random values of what holds no models: scalars, and candidates for what a validator may want of them."""

from __future__ import annotations

import datetime
import decimal
import fractions
import ipaddress
import pathlib
import random
import re
import uuid
from collections.abc import Callable
from typing import Any

WORDS = ("alpha", "beta", "gamma", "delta", "x", "some words", "Zoë", "A_b-1", "", "true", "0", "None")

# What validators of strings ask for, most often asked first; tried in turn until one is accepted.
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
    "ab", "abcd", "ABC", "ABCD-1234", "snake_case", "CamelCase", "x" * 255, "é", "\u2603",
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
