"""Detects classes whose own code refuses or changes their values, so that `check` does not blame a conversion."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

from type_safe_convert.cli.loading import first_line
from type_safe_convert.model.family import shape_of
from type_safe_convert.model.kind import ModelKind, get_kind, unwrapped
from type_safe_convert.model.state import object_state, read_into
from type_safe_convert.registry import kind_of_class
from type_safe_convert.testing.equality import differences
from type_safe_convert.types.containers import items_of

Path = tuple[Any, ...]


def refusals(instance: Any, twin: Any) -> dict[Path, str]:
    """Returns the paths at which models in an instance refuse or change their own values, each with the reason.

    Args:
        instance: is spoilt by this, since constructors may change what they are given.
        twin: another like it, to see that by.
    """
    found: dict[Path, str] = {}
    models = list(_walk(instance))
    before = {difference.path for difference in differences(instance, twin)}
    for path, value in models:
        try:
            again = _again(value)
        except Exception as error:  # its own validator's
            found[path] = f"{type(value).__name__} refuses its own values: {first_line(error)}"
            continue
        if again is not value:
            for change in differences(_given(value), _given(again)):
                found[(*path, *change.path)] = f"{type(value).__name__} changes its own values: {change.reason}"
    for difference in differences(instance, twin):
        if difference.path in before:  # a random default
            continue
        found.setdefault(difference.path, f"constructing it again changes its own values: {difference.reason}")
    return found


def _kind_of(value: Any) -> ModelKind | None:
    name = kind_of_class(type(value))
    return None if name is None else get_kind(name)


def _given(value: Any) -> Any:
    kind = _kind_of(value)
    return value if kind is None else kind.given(value)


def _walk(root: Any) -> Iterator[tuple[Path, Any]]:
    """Every model and value of a refined type in a value, outermost last, each once."""
    seen: dict[int, Any] = {}  # which keeps each: a property gives a new value every time
    order: list[tuple[Path, Any]] = []
    stack: list[tuple[Path, Any]] = [((), root)]
    while stack:
        path, value = stack.pop()
        if id(value) in seen:
            continue
        if unwrapped(value) is not value:
            order.append((path, value))
            continue
        state = _fields(value)
        if state is not None:
            seen[id(value)] = value
            order.append((path, value))
            stack.extend(((*path, name), item) for name, item in state.items())
        elif isinstance(value, dict):
            seen[id(value)] = value
            stack.extend(((*path, key), item) for key, item in dict.items(value))
        elif isinstance(value, list | tuple | collections.deque):
            seen[id(value)] = value
            stack.extend(((*path, index), item) for index, item in enumerate(items_of(value)))
        elif isinstance(value, set | frozenset):  # members have no place of their own
            seen[id(value)] = value
            stack.extend((path, item) for item in value)
    yield from reversed(order)


def _fields(value: Any) -> dict[str, Any] | None:
    if _kind_of(value) is None:
        return None
    state = object_state(value)
    for name in shape_of(type(value)).fields:  # one may be a property
        read_into(state, name, getattr, value, name)
    return state


def _again(value: Any) -> Any:
    """The value made anew by its own class from its own values; itself where nothing of the class's own would run."""
    plain = unwrapped(value)
    if plain is not value:
        return type(value)(plain)
    kind = _kind_of(value)
    return value if kind is None else kind.reconstruct(value)
