"""A plain tree of all that a value is, to compare by: an oracle that knows nothing of the converters."""

import dataclasses
import enum
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from pydantic import BaseModel


def facts(value: Any, seen: dict[int, int] | None = None) -> Any:
    seen = {} if seen is None else seen
    cls = type(value)
    if isinstance(value, Type_Safe | BaseModel) or dataclasses.is_dataclass(value):
        if id(value) in seen:
            return ("seen", seen[id(value)])
        seen[id(value)] = len(seen)
        state = dict(object.__getattribute__(value, "__dict__")) if hasattr(value, "__dict__") else {}
        if dataclasses.is_dataclass(value):
            state.update({item.name: getattr(value, item.name, "<unset>") for item in dataclasses.fields(value)})
        tree: list[Any] = [cls, [(key, facts(state[key], seen)) for key in sorted(state) if not key.startswith("__")]]
        if isinstance(value, BaseModel):
            tree += [sorted(value.model_fields_set), facts(value.__pydantic_extra__), facts(value.__pydantic_private__)]
        return tree
    if isinstance(value, dict):
        items = [(facts(key, seen), facts(item, seen)) for key, item in dict.items(value)]
        return (cls, _expected(value), items)
    if isinstance(value, list | tuple):
        return (cls, _expected(value), [facts(item, seen) for item in value])
    if isinstance(value, set | frozenset):
        return (cls, _expected(value), sorted(repr(facts(item, seen)) for item in value))
    if isinstance(value, Type_Safe__Primitive):
        return (cls, value.__to_primitive__())
    if isinstance(value, enum.Enum):
        return value
    return (cls, repr(value))


def _expected(value: Any) -> Any:
    return [
        str(getattr(value, name, None))
        for name in ("expected_type", "expected_types", "expected_key_type", "expected_value_type")
    ]
