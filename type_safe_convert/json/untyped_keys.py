"""Tells of keys that are no text where no annotation declares their type: they come back from JSON as text."""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticSerializationError, core_schema

from type_safe_convert.errors import UntypedKeyWarning
from type_safe_convert.model.family import record_of
from type_safe_convert.model.unresolved import level_of_caller
from type_safe_convert.types import nodes

# Among the plans of a class: that the warning was given.
TOLD = "untyped keys told"

_CONTAINERS = (dict, list, tuple, set, frozenset, collections.deque)
_SCALARS = frozenset({str, int, float, bool, type(None)})

# Whether all of some types are text, or scalars, found out in C.
_are_text = frozenset({str}).issuperset
_are_scalars = _SCALARS.issuperset
_NOTHING = object()


class Place:
    """A field, for the warning, which names the class that the user wrote."""

    __slots__ = ("cls", "field", "has_discriminator", "is_told")

    def __init__(self, cls: type, field: str, has_discriminator: bool = False) -> None:
        self.has_discriminator: bool = has_discriminator
        self.cls: type = record_of(cls).origin
        self.field: str = field
        self.is_told: bool = False

    @property
    def name(self) -> str:
        return f"{self.cls.__module__}.{self.cls.__qualname__}: {self.field}"


class RootPlace:
    """In place of a field, a type that is no single class; the filters of Python tell of it once a line."""

    __slots__ = ("name",)

    is_told = False

    def __init__(self, name: str) -> None:
        self.name: str = name


class UntypedKeysSchema:
    """A value that may hold dicts of undeclared keys; it is written as the annotation says.

    Attributes:
        keys: whether the keys of the value itself are undeclared.
        inside: whether those of any dict in it are.
    """

    __slots__ = ("inside", "keys", "place")

    def __init__(self, place: Place | RootPlace, keys: bool, inside: bool) -> None:
        self.place: Place | RootPlace = place
        self.keys: bool = keys
        self.inside: bool = inside

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        return {
            **schema,
            "serialization": core_schema.plain_serializer_function_ser_schema(
                self.looking(), return_schema=schema, when_used="json-unless-none"
            ),
        }

    def looking(self) -> Callable[[Any], Any]:
        """A function that takes a value before it is written and gives it back; it runs for every value."""
        place, keys, inside = self.place, self.keys, self.inside

        def look(value: Any) -> Any:
            kind = type(value)
            if kind in _SCALARS or place.is_told:
                return value
            if kind is dict:  # the usual case, without more calls
                if (not keys or _are_text(map(type, value))) and (
                    not inside or _are_scalars(map(type, value.values()))
                ):
                    return value
            elif kind is list and _are_scalars(map(type, value)):
                return value
            key = _key_that_is_no_text(value, keys, inside)
            if key is not _NOTHING:
                self.tell(key)
            return value

        return look

    def tell(self, key: Any) -> None:
        place, found = self.place, type(key).__name__
        plans = record_of(place.cls).plans if isinstance(place, Place) else {}
        if isinstance(place, Place) and TOLD in plans:
            place.is_told = True
            return
        message = (
            f"{place.name}: holds a dict with keys of {found}, which "
            f"come back from JSON as text, since no annotation declares their type; declare it as in dict[{found}, ...]"
        )
        try:
            warnings.warn(message, UntypedKeyWarning, stacklevel=level_of_caller())
        except UntypedKeyWarning:
            raise PydanticSerializationError(message) from None
        if isinstance(place, Place):
            place.is_told = plans[TOLD] = True


def untyped_keys(node: nodes.Node, place: Place | RootPlace) -> UntypedKeysSchema | None:
    """The metadata for an annotation that declares no type of keys, by itself or for what is directly in it."""
    match node:
        case nodes.RecursionNode():
            return None
        case nodes.AnyNode() if not isinstance(node, nodes.ValidatedNode):
            return UntypedKeysSchema(place, keys=True, inside=True)
        case nodes.MappingNode(origin=collections.Counter, key=key):
            return UntypedKeysSchema(place, keys=True, inside=False) if is_anything(key) else None
        case nodes.MappingNode(key=key, value=value) if is_anything(key) or is_anything(value):
            return UntypedKeysSchema(place, keys=is_anything(key), inside=is_anything(value))
        case nodes.CollectionNode(item=item) if is_anything(item):
            return UntypedKeysSchema(place, keys=False, inside=True)
        case nodes.TupleNode(items=(item,), variadic=True) if is_anything(item):
            return UntypedKeysSchema(place, keys=False, inside=True)
    return None


def is_anything(node: nodes.Node) -> bool:
    return isinstance(node, nodes.AnyNode) and not isinstance(node, nodes.RecursionNode)


def _key_that_is_no_text(value: Any, keys: bool, inside: bool) -> Any:
    """One of the keys that are no text in a value; a container that is in it several times is looked at once."""
    containers = [value]
    seen = {id(value)}
    for item in containers:  # which grows meanwhile
        held: Any = item
        if isinstance(item, dict):
            if (keys or item is not value) and not _are_text(map(type, dict.keys(item))):
                for key in dict.keys(item):
                    if not isinstance(key, str):
                        return key
            held = dict.values(item)
        elif not isinstance(item, _CONTAINERS):
            continue
        if not inside or _are_scalars(map(type, held)):
            continue
        for each in held:
            if type(each) not in _SCALARS and id(each) not in seen:
                seen.add(id(each))
                containers.append(each)
    return _NOTHING
