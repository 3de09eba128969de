"""Settings of a TypedDict's keys beyond their annotations."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import typing_extensions
from typing_extensions import is_typeddict
from typing_inspection import typing_objects

from type_safe_convert.registry import kinds_of_values


def other_keys(cls: Any) -> tuple[Any, bool]:
    """The annotation of what a TypedDict has under keys that it does not declare, or None; whether it has no such keys.

    By PEP 728, and by a setting of a kind, in the order that pydantic has.
    """
    told, extra, closed = None, typing_extensions.NoExtraItems, None
    for base in _typed_dicts(cls):
        names = base.__dict__
        told = _told_by_kinds(base) if told is None else told
        if closed is None and extra is typing_extensions.NoExtraItems:
            closed, extra = names.get("__closed__"), names.get("__extra_items__", extra)
    if closed or typing_objects.is_never(extra):
        return None, True
    if extra is not typing_extensions.NoExtraItems and closed is None:
        return (typing.get_args(extra)[0] if typing_objects.is_readonly(typing.get_origin(extra)) else extra), False
    return Any if told == "allow" else None, told == "forbid"


def _told_by_kinds(cls: Any) -> str | None:
    return next((told for kind in kinds_of_values(cls) if (told := kind.other_keys(cls)) is not None), None)


def _typed_dicts(cls: Any) -> Iterator[Any]:
    """A TypedDict and those that it extends: its `__mro__` has only `dict`."""
    yield cls
    for base in getattr(cls, "__orig_bases__", ()):
        origin = typing.get_origin(base) or base
        if is_typeddict(origin):
            yield from _typed_dicts(origin)


def required_keys(cls: Any, hints: dict[str, Any]) -> frozenset[str]:
    """The keys that a TypedDict requires; it does not see for itself what is said in text."""
    required = set(cls.__required_keys__)
    for name, hint in hints.items():
        origin = typing.get_origin(hint)
        while typing_objects.is_annotated(origin) or typing_objects.is_readonly(origin):
            hint = typing.get_args(hint)[0]
            origin = typing.get_origin(hint)
        if typing_objects.is_required(origin):
            required.add(name)
        elif typing_objects.is_notrequired(origin):
            required.discard(name)
    return frozenset(required)


def bare_item(hint: Any) -> tuple[Any, bool]:
    """The annotation of a key without what it says of the key: whether it must be there, and whether it is read only,
    which is returned, too."""
    is_read_only = False
    origin = typing.get_origin(hint)
    while _is_qualifier(origin):
        is_read_only = is_read_only or typing_objects.is_readonly(origin)
        hint = typing.get_args(hint)[0]
        origin = typing.get_origin(hint)
    if typing_objects.is_annotated(origin) and _is_qualifier(typing.get_origin(hint.__origin__)):
        inner, is_inside = bare_item(hint.__origin__)
        return typing.Annotated[(inner, *hint.__metadata__)], is_read_only or is_inside
    return hint, is_read_only


def _is_qualifier(origin: Any) -> bool:
    tests = (typing_objects.is_required, typing_objects.is_notrequired, typing_objects.is_readonly)
    return any(test(origin) for test in tests)


def bases_of(cls: Any) -> tuple[type, ...]:
    """The TypedDicts that one extends, as far as it tells: before Python 3.12, one of `typing` does not."""
    found = (typing.get_origin(base) or base for base in cls.__dict__.get("__orig_bases__", ()))
    return tuple(base for base in found if is_typeddict(base))
