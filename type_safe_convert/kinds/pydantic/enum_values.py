"""Enum members in models whose configuration says `use_enum_values`.

Pydantic makes the value of a member where it validates one, and leaves defaults and later assignments as they are: an
instance may hold either. Its counterparts hold members, and carry which of them the instance held.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.dataclasses import is_pydantic_dataclass

from type_safe_convert.conversion.unchanged import Container, snapshot
from type_safe_convert.model.carried import Carried
from type_safe_convert.types.enum_members import holds_member


def makes_enum_values(cls: Any) -> bool:
    """Whether instances hold the values of enum members: those of a model or a pydantic dataclass whose configuration
    says `use_enum_values`."""
    config = cls.__dict__.get("__pydantic_config__") if is_pydantic_dataclass(cls) else None
    if config is None and issubclass(cls, BaseModel):
        config = cls.model_config
    return bool((config or {}).get("use_enum_values"))


def note_members(carried: Carried, values: Mapping[str, Any]) -> None:
    """Notes the fields whose value is a member, or has members in containers."""
    members = {name: snapshot(value) for name, value in values.items() if holds_member(value)}
    if members:
        carried.marks["members"] = members


def restore_members(instance: Any, carried: Carried) -> None:
    """Puts members that an instance held in the place of their values, unless these were changed meanwhile."""
    for name, noted in carried.marks.get("members", {}).items():
        if hasattr(instance, name):
            object.__setattr__(instance, name, with_members(getattr(instance, name), noted))


def with_members(found: Any, noted: Any) -> Any:
    """A value with the members of a snapshot in the places where it has their values."""
    if isinstance(noted, enum.Enum):
        return noted if type(found) is type(noted.value) and found == noted.value else found
    cls: Any = type(found)
    if not isinstance(noted, Container) or cls is not noted.cls or len(found) != len(noted.items):
        return found
    if cls is dict:
        keys = map(with_members, found, noted.keys)
        return dict(zip(keys, map(with_members, found.values(), noted.items), strict=True))
    if cls in (list, tuple):
        return cls(map(with_members, found, noted.items))
    if cls in (set, frozenset):
        members = {repr(item.value): item for item in noted.items if isinstance(item, enum.Enum)}
        return cls(with_members(item, members.get(repr(item))) for item in found)
    return found
