"""Metadata for `Annotated`: what Python's own classes can hold in JSON beyond what pydantic reads."""

from __future__ import annotations

import collections
import datetime
import decimal
import json
import pathlib
import re
import typing
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert.json.unions import FALLBACK_TAG, other_value
from type_safe_convert.types import nodes

JsonSchema = dict[str, Any]


def is_no_text(node: nodes.Node) -> bool:
    """Whether keys of that annotation must be told apart from text, or have no text of their own."""
    match node:
        case nodes.UnionNode() | nodes.TupleNode() | nodes.ModelNode() | nodes.TypedDictNode():
            return True
        case nodes.CollectionNode(origin=origin):
            return origin is frozenset
        case nodes.ScalarNode(cls=cls):
            return cls is type(None)
        case nodes.EnumNode(cls=cls):
            return not all(isinstance(member.value, str) for member in cls.__members__.values())
        case nodes.LiteralNode(values=values):
            return not all(isinstance(value, str) for value in values)
        case nodes.AnnotatedNode(inner=inner):
            return is_no_text(inner)
    return False


class KeySchema:
    """The key of an object that stands for something else than text: the JSON of the value, as text."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=core_schema.union_schema(
                [(core_schema.json_schema(handler(source)), FALLBACK_TAG), handler(source)], mode="left_to_right"
            ),
            python_schema=handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(
                _key_text, schema=handler(source), when_used="json"
            ),
            metadata={"pydantic_js_functions": [lambda schema, handler: {"type": "string"}]},
        )


def _key_text(key: Any, handler: Callable[[Any], Any]) -> str:
    written = handler(key)
    if not isinstance(written, str):
        return json.dumps(written, separators=(",", ":"))
    try:
        json.loads(written)
    except ValueError:
        return written
    return json.dumps(written)


class RemadeSchema:
    """A value that is read as the annotation says, and then made of that; `to_plain` says what of it is written."""

    __slots__ = ("cls", "make", "to_plain")

    def __init__(self, cls: Any, make: Callable[[Any], Any], to_plain: Callable[[Any], Any]) -> None:
        self.cls: Any = cls
        self.make: Callable[[Any], Any] = make
        self.to_plain: Callable[[Any], Any] = to_plain

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        plain = handler(source)
        made = core_schema.no_info_after_validator_function(self.made, plain)
        return core_schema.json_or_python_schema(
            json_schema=made,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(self.cls), made], mode="left_to_right"
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.written, return_schema=plain, when_used="json-unless-none"
            ),
        )

    def made(self, value: Any) -> Any:
        try:
            return self.make(value)
        except ValueError:
            raise
        except Exception as error:
            raise ValueError(f"{type(error).__name__}: {error}") from None

    def written(self, value: Any) -> Any:
        if isinstance(value, self.cls):
            return self.to_plain(value)
        raise other_value(value, self.cls.__name__)


def remade(cls: Any) -> tuple[Any, RemadeSchema] | None:
    """For a class that extends one of Python's: the annotation by which its values are read, and how one is made of
    that; None where the class constructs itself in a way of its own, or is no such class."""
    if cls is zoneinfo.ZoneInfo:
        return str, RemadeSchema(cls, _zone, _key_of_zone)
    if cls is bytearray:
        return bytes, RemadeSchema(cls, bytearray, bytes)
    base = next((base for base in _MAKERS if isinstance(cls, type) and issubclass(cls, base)), None)
    if base is None or cls.__new__ is not base.__new__ or cls.__init__ is not base.__init__:
        return None
    make, to_plain = _MAKERS[base]
    annotation = next((item for item in getattr(cls, "__orig_bases__", ()) if typing.get_origin(item) is base), base)
    return annotation, RemadeSchema(cls, lambda value: make(cls, value), to_plain)


def _same(cls: Any, value: Any) -> Any:
    return cls(value)


_MAKERS: dict[Any, tuple[Callable[[Any, Any], Any], Callable[[Any], Any]]] = {
    str: (_same, lambda value: str.__str__(value)),
    int: (_same, int.__int__),
    float: (_same, float.__float__),
    bytes: (_same, bytes),
    decimal.Decimal: (_same, decimal.Decimal),
    datetime.datetime: (
        lambda cls, value: cls(*value.timetuple()[:6], value.microsecond, tzinfo=value.tzinfo, fold=value.fold),
        lambda value: datetime.datetime.combine(value.date(), value.timetz()),
    ),
    datetime.date: (
        lambda cls, value: cls(value.year, value.month, value.day),
        lambda value: datetime.date(value.year, value.month, value.day),
    ),
    datetime.timedelta: (
        lambda cls, value: cls(value.days, value.seconds, value.microseconds),
        lambda value: datetime.timedelta(value.days, value.seconds, value.microseconds),
    ),
    uuid.UUID: (lambda cls, value: cls(int=value.int), lambda value: uuid.UUID(int=value.int)),
    list: (_same, lambda value: [*value]),
    tuple: (_same, lambda value: (*value,)),
    set: (_same, lambda value: {*value}),
    frozenset: (_same, lambda value: frozenset([*value])),
    dict: (_same, lambda value: dict(dict.items(value))),
    collections.deque: (_same, lambda value: collections.deque(value)),
}


def _zone(key: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(key)
    except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no time zone {key!r}: {error}") from None


def _key_of_zone(value: zoneinfo.ZoneInfo) -> str:
    if value.key is None:
        raise ValueError("a time zone without a key has no form in JSON")
    return value.key


class CheckedSchema:
    """A value of which only some have a form in JSON: those that come back from their text."""

    __slots__ = ("reads_back", "why")

    def __init__(self, reads_back: Callable[[Any], bool], why: str) -> None:
        self.reads_back: Callable[[Any], bool] = reads_back
        self.why: str = why

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def write(value: Any, write_on: Callable[[Any], Any]) -> Any:
            if not self.reads_back(value):
                raise ValueError(f"{self.why}: found {value!r}")
            return write_on(value)

        schema: Any = handler(source)
        inner = {key: value for key, value in schema.items() if key != "ref"}
        schema["serialization"] = core_schema.wrap_serializer_function_ser_schema(
            write, schema=inner, when_used="json-unless-none"
        )
        return schema


PATTERN = CheckedSchema(
    lambda value: (
        not isinstance(value, re.Pattern) or (isinstance(value.pattern, str) and re.compile(value.pattern) == value)
    ),
    "a pattern of bytes, or with flags, has no form in JSON",
)
PURE_PATH = CheckedSchema(
    lambda value: not isinstance(value, pathlib.PurePath) or pathlib.PurePath(str(value)) == value,
    "a path of another system has no form in JSON",
)


class OffsetSchema:
    """A datetime or time; JSON tells its offset from UTC in hours and minutes, so one with seconds is refused."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        plain = core_schema.datetime_schema() if source is datetime.datetime else core_schema.time_schema()
        return {
            **schema,
            "serialization": core_schema.plain_serializer_function_ser_schema(
                _with_whole_minutes, return_schema=plain, when_used="json-unless-none"
            ),
        }


def _with_whole_minutes(value: Any) -> Any:
    zone = getattr(value, "tzinfo", None)
    if zone is not None and zone is not datetime.UTC:
        offset = value.utcoffset()
        if offset is not None and (offset.seconds % 60 or offset.microseconds):
            raise ValueError(f"an offset from UTC with seconds has no form in JSON: found {value!r}")
    return value


class NumberKeySchema:
    """The key of an object that is a number; pydantic writes the name of an enum's member, or of a bool."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        return {
            **schema,
            "serialization": core_schema.plain_serializer_function_ser_schema(
                lambda key: int.__repr__(key) if isinstance(key, int) else key, when_used="json"
            ),
        }


class NumberKeysSchema:
    """A dict of numbers, as `NumberKeySchema` has its keys; one look at the types of all keys is cheaper than a call
    for each."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        return {
            **schema,
            "serialization": core_schema.plain_serializer_function_ser_schema(
                _with_plain_keys, return_schema=schema, when_used="json"
            ),
        }


def _with_plain_keys(value: Any) -> Any:
    if not isinstance(value, dict) or {*map(type, value)} <= {int}:
        return value
    return {int(key) if isinstance(key, int) else key: item for key, item in value.items()}
