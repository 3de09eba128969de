"""Whether a value that comes back to its origin is the one that left it.

A snapshot is taken where an instance leaves a class that has a constructor or validators of its own, in the terms of
that class: only what was changed meanwhile is judged again, and only a field that was changed counts as set.
"""

from __future__ import annotations

import collections
import dataclasses
import enum
from typing import Any

from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types.containers import items_of
from type_safe_convert.values.base import ATOMIC, Memo

# The key of a memo for the snapshots and comparisons of a whole conversion; every other key is an `id`.
_TAKEN, _COMPARED = -1, -2


@dataclasses.dataclass(slots=True, eq=False)  # not frozen, which doubles the time of making one
class Model:
    """A model as it left: its class, and snapshots of its fields' values by attribute."""

    cls: type
    values: dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Container:
    """A container as it left: its class, and snapshots of its items; `keys` are those of a dict."""

    cls: type
    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()


def snapshot_of(instance: Any, memo: Memo = None) -> Model | None:
    """A snapshot of a model; None where it nests too deep for one."""
    try:
        return _take(instance, {} if memo is None else memo.setdefault(_TAKEN, {}))
    except RecursionError:
        return None


def snapshot(value: Any) -> Any:
    """A snapshot of any value."""
    return _take(value, {})


def _take(value: Any, taken: dict[int, tuple[Any, Any]]) -> Any:
    cls = type(value)
    if cls in ATOMIC:
        return value
    if id(value) in taken:
        return taken[id(value)][1]
    noted: Model | Container
    if kind_of_class(cls) is not None:
        noted = Model(cls, {})
        taken[id(value)] = value, noted
        found = fields_of(value).items()
        noted.values.update((name, _take(item, taken)) for name, item in found if item is not MISSING)
        return noted
    items = _items_in(value)
    if items is None:
        return value
    keys = tuple(dict.keys(value)) if isinstance(value, dict) else ()
    # A container that holds itself is not compared further than to here.
    taken[id(value)] = value, value
    noted = Container(cls, tuple(_take(item, taken) for item in items), tuple(_take(key, taken) for key in keys))
    taken[id(value)] = value, noted
    return noted


def _items_in(value: Any) -> list[Any] | None:
    if isinstance(value, enum.Enum):  # a member that is a tuple, too
        return None
    if isinstance(value, dict):
        return [*dict.values(value)]
    if isinstance(value, list | tuple | set | frozenset | collections.deque):
        return [*items_of(value)]
    return None


def fields_of(instance: Any) -> dict[str, Any]:
    """The values of a model's fields by attribute; MISSING where the instance has none."""
    record = record_of(type(instance))
    names = record.shape.fields.keys()
    if record.origin is not record.cls:
        names = {get_kind(record.kind).attribute(name, record.shape): None for name in names}.keys()
    try:
        state = object.__getattribute__(instance, "__dict__")
    except AttributeError:
        state = {}
    kind = get_kind(record.kind)
    return {name: state[name] if name in state else kind.value_of(instance, name) for name in names}


def is_same(value: Any, noted: Any, memo: Memo = None) -> bool:
    """Whether `value` is what a snapshot was taken of, or equal to it in every part."""
    try:
        return _compare(value, noted, {} if memo is None else memo.setdefault(_COMPARED, {}))
    except RecursionError:
        return False


def _compare(value: Any, noted: Any, compared: dict[int, tuple[Any, Any, bool]]) -> bool:
    if value is noted:
        return True
    cls = type(value)
    if isinstance(noted, Model | Container):
        if cls is not noted.cls:
            return False
        known = compared.get(id(value))
        if known is not None and known[1] is noted:
            return known[2]
        compared[id(value)] = value, noted, True  # until the end of a cycle is reached
        same = (_compare_fields if isinstance(noted, Model) else _compare_items)(value, noted, compared)
        compared[id(value)] = value, noted, same
        return same
    if cls is not type(noted):
        return False
    try:
        return bool(value == noted)
    except Exception:  # a class whose `==` takes no others, or gives no truth value
        return False


def _compare_fields(value: Any, noted: Any, compared: dict[int, tuple[Any, Any, bool]]) -> bool:
    found = fields_of(value)
    if all(item is MISSING for item in found.values()):
        return True  # in a cycle, and not filled yet; it is compared by itself
    return all(_compare(item, noted.values.get(name, MISSING), compared) for name, item in found.items())


def are_same(values: dict[str, Any], noted: Model, memo: Memo = None) -> bool:
    """Whether the values of a model, by attribute, are those of a snapshot."""
    return all(
        is_same(value, noted.values[name], memo) if name in noted.values else value is None
        for name, value in values.items()
    )


def _compare_items(value: Any, noted: Any, compared: dict[int, tuple[Any, Any, bool]]) -> bool:
    items = _items_in(value) or []
    if len(items) != len(noted.items):
        return False
    if isinstance(value, set | frozenset):
        return _compare_sets(value, noted)
    keys = dict.keys(value) if isinstance(value, dict) else ()
    return all(_compare(item, before, compared) for item, before in zip(items, noted.items, strict=True)) and all(
        _compare(key, before, compared) for key, before in zip(keys, noted.keys, strict=True)
    )


def _compare_sets(value: Any, noted: Any) -> bool:
    try:
        return {(type(item), item) for item in value} == {(type(item), item) for item in noted.items}
    except TypeError:
        return False


def plain_values(noted: Model) -> dict[str, Any]:
    """The values of a snapshot by attribute, with models assembled anew and containers of the builtin classes."""
    made: dict[int, Any] = {}
    return {name: _plain(item, made) for name, item in noted.values.items()}


def _plain(noted: Any, made: dict[int, Any]) -> Any:
    if id(noted) in made:
        return made[id(noted)]
    if isinstance(noted, Model):
        builder = get_kind(record_of(noted.cls).kind).builder(noted.cls, record_of(noted.cls).shape)
        instance = made[id(noted)] = None if builder.at_once else builder.new(noted.cls)
        recall = builder.recall or builder.build
        filled = recall(instance, {name: _plain(item, made) for name, item in noted.values.items()}, True)
        if builder.at_once:
            made[id(noted)] = filled
        return made[id(noted)]
    if not isinstance(noted, Container):
        return noted
    items = [_plain(item, made) for item in noted.items]
    if issubclass(noted.cls, dict):
        return dict(zip((_plain(key, made) for key in noted.keys), items, strict=True))
    for base in (list, tuple, set, frozenset):
        if issubclass(noted.cls, base):
            return base(items)
    return collections.deque(items)
