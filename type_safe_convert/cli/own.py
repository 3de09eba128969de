"""Models that refuse or change their own values: no conversion is involved, so none can be blamed."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from pydantic import BaseModel, RootModel

from type_safe_convert.cli.modules import first_line
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.testing.construct import validate
from type_safe_convert.testing.equality import differences

Path = tuple[Any, ...]


def refusals(instance: Any, twin: Any) -> dict[Path, str]:
    """Where in an instance a model does not take its own values again, with what it says or changes.

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


def _given(value: Any) -> Any:
    """What a model was given: defaults may be random, and None is none to Type_Safe's constructors."""
    if isinstance(value, Type_Safe):
        return {name: item for name, item in (_fields(value) or {}).items() if item is not None}
    if isinstance(value, BaseModel) and not isinstance(value, RootModel):
        given = {name: value.__dict__.get(name) for name in type(value).model_fields if name in value.model_fields_set}
        return {**given, "model_fields_set": {*value.model_fields_set}}
    return value


def _walk(root: Any) -> Iterator[tuple[Path, Any]]:
    """Every model and primitive in a value, outermost last, each once."""
    seen: set[int] = set()
    order: list[tuple[Path, Any]] = []
    stack: list[tuple[Path, Any]] = [((), root)]
    while stack:
        path, value = stack.pop()
        if id(value) in seen:
            continue
        if isinstance(value, Type_Safe__Primitive):
            order.append((path, value))
            continue
        state = _fields(value)
        if state is not None:
            seen.add(id(value))
            order.append((path, value))
            stack.extend(((*path, name), item) for name, item in state.items())
        elif isinstance(value, dict):
            seen.add(id(value))
            stack.extend(((*path, key), item) for key, item in dict.items(value))
        elif isinstance(value, list | tuple | collections.deque):
            seen.add(id(value))
            stack.extend(((*path, index), item) for index, item in enumerate(value))
        elif isinstance(value, set | frozenset):  # members have no place of their own
            seen.add(id(value))
            stack.extend((path, item) for item in value)
    yield from reversed(order)


def _fields(value: Any) -> dict[str, Any] | None:
    if isinstance(value, Type_Safe):
        state: dict[str, Any] = object.__getattribute__(value, "__dict__")
        return state
    if isinstance(value, BaseModel):
        return dict(value.__dict__)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
    return None


def _again(value: Any) -> Any:
    """The value made anew by its own class from its own values; itself where nothing of the class's own would run."""
    cls: Any = type(value)
    if isinstance(value, Type_Safe__Primitive):
        return cls(value.__to_primitive__())
    if isinstance(value, BaseModel):
        if isinstance(value, RootModel):
            return cls(value.root) if "root" in value.model_fields_set else value
        given = {name: item for name, item in value.__dict__.items() if name in value.model_fields_set}
        return validate(cls, {**given, **(value.__pydantic_extra__ or {})})
    if isinstance(value, Type_Safe):
        state = _fields(value) or {}
        if cls.__init__ is not Type_Safe.__init__ and accepts_keywords(cls.__init__, tuple(state), by_any_name=True):
            return cls(**state)
        return value
    if hasattr(cls, "__post_init__") or hasattr(cls, "__pydantic_validator__"):
        given = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        if accepts_keywords(cls.__init__, tuple(given)):
            made = cls(**given)
            return made if hasattr(cls, "__pydantic_validator__") else value
    return value
