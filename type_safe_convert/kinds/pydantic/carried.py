"""Carries what only a model can express beside its fields: which are set, extra and private values."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from type_safe_convert.conversion.unchanged import is_same, snapshot
from type_safe_convert.kinds.pydantic.enum_values import note_members, restore_members
from type_safe_convert.model.carried import Carried
from type_safe_convert.types import nodes
from type_safe_convert.values.base import mismatch
from type_safe_convert.words import with_article

set_fields_set = BaseModel.__dict__["__pydantic_fields_set__"].__set__

set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__

set_private = BaseModel.__dict__["__pydantic_private__"].__set__

IMMUTABLE = frozenset(nodes.IMMUTABLE_SCALARS)

PLAIN_CONTAINERS = frozenset({list, set, frozenset, dict})


def carried_by(model: Any) -> Carried:
    fields_set = set(model.__pydantic_fields_set__)
    carried = Carried(marks={"fields_set": fields_set})
    unset = unset_values(model, fields_set, type(model).__pydantic_fields__)
    if unset:
        carried.marks["unset"] = unset
    if type(model).model_config.get("use_enum_values"):
        note_members(carried, {name: value for name, value in model.__dict__.items() if name in fields_set})
    if model.__pydantic_extra__:
        carried.values["extra"] = dict(model.__pydantic_extra__)
    if model.__pydantic_private__:
        carried.values["private"] = dict(model.__pydantic_private__)
    return carried


def become(model: Any, found: Any) -> None:
    """Makes a model what a validator of its class returned: itself, a copy, or an instance of a class below it."""
    if found is model:
        return
    if not isinstance(found, type(model)):
        raise mismatch(found, with_article(type(model).__name__))
    if type(found) is not type(model):
        object.__setattr__(model, "__class__", type(found))
    object.__setattr__(model, "__dict__", {**found.__dict__})
    set_fields_set(model, {*found.__pydantic_fields_set__})
    set_extra(model, found.__pydantic_extra__)
    # Not through the slot: a RootModel has an attribute in its place.
    object.__setattr__(model, "__pydantic_private__", found.__pydantic_private__)


def changing_defaults(cls: Any) -> dict[str, FieldInfo]:
    """The fields whose default is made for each instance, validated, or can be changed in place."""
    validated = cls.model_config.get("validate_default")
    return {
        name: info
        for name, info in cls.__pydantic_fields__.items()
        if info.default_factory is not None
        or not (info.is_required() or is_immutable(info.default))
        or (info.validate_default if info.validate_default is not None else validated)
    }


def is_immutable(value: Any) -> bool:
    return type(value) in IMMUTABLE or isinstance(value, (enum.Enum, type))  # a union is slower


def unset_values(model: Any, fields_set: set[str], fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Snapshots of the values of unset fields, but for those that every instance has by default."""
    state = model.__dict__
    return {
        name: snapshot(state[name])
        for name, info in fields.items()
        if name not in fields_set and name in state and not _is_usual_default(info, state[name])
    }


def restore(model: Any, carried: Carried) -> None:
    for name in carried.marks.get("absent", ()):
        info = type(model).__pydantic_fields__.get(name)
        if info is not None and name in model.__dict__ and _is_default(name, info, model.__dict__):
            del model.__dict__[name]
    if "members" in carried.marks:
        restore_members(model, carried)
    if "fields_set" in carried.marks:
        values, unset = model.__dict__, carried.marks.get("unset", {})
        fields_set = set(carried.marks["fields_set"])
        for name, info in type(model).__pydantic_fields__.items():
            if name in fields_set or name not in values:
                continue
            value = values[name]
            if value is None and info.default is None and name not in unset and info.default_factory is None:
                continue  # as most of the fields that are not set, in models with many
            # A value that was changed after the conversion counts as set, or a dump without unset fields would lose it.
            if not is_still_unset(name, info, values, carried):
                fields_set.add(name)
        set_fields_set(model, fields_set)
    if carried.values.get("extra"):
        set_extra(model, dict(carried.values["extra"]))
    if private := carried.values.get("private"):
        # Not through the slot: a RootModel has an attribute in its place.
        object.__setattr__(model, "__pydantic_private__", {**(model.__pydantic_private__ or {}), **private})


def restorer(cls: Any) -> Callable[[Any, Mapping[str, Any] | None], bool]:
    """A function that restores a model from marks which only tell what fields were set, if the others have their usual
    defaults still; it returns whether it could."""
    infos: dict[str, FieldInfo] = cls.__pydantic_fields__
    names = frozenset(infos)
    constants = {name: info.get_default() for name, info in infos.items() if info.default_factory is None}

    def restore_set(model: Any, marks: Mapping[str, Any] | None) -> bool:
        if marks is None or len(marks) != 1 or "fields_set" not in marks:
            return False
        values, fields_set = model.__dict__, marks["fields_set"]
        for name in names - fields_set:
            value = values[name]
            if value is not constants.get(name, model) and not _is_usual_default(infos[name], value):
                return False
        set_fields_set(model, {*fields_set})
        return True

    return restore_set


def _is_usual_default(info: FieldInfo, value: Any) -> bool:
    """Whether the value is a default that is the same for every instance: a constant, or an empty container."""
    default = info.default_factory or info.default
    if default in PLAIN_CONTAINERS if isinstance(default, type) else False:
        return type(value) is default and not value
    if info.default_factory is not None:
        return False
    if is_immutable(default):
        return bool(default is value or (type(default) is type(value) and default == value))
    return type(value) is type(default) and type(default) in PLAIN_CONTAINERS and not value and not default


def is_still_unset(name: str, info: FieldInfo, values: Mapping[str, Any], carried: Carried) -> bool:
    """Whether an unset field still has the value with which its instance left, whatever a fresh default would be.

    Where nothing could be carried, a fresh default tells; it need not fit the annotation.
    """
    value, unset = values.get(name), carried.marks.get("unset", {})
    if name in unset:
        return is_same(value, unset[name])
    if _is_usual_default(info, value):
        return True
    return "by_default" in carried.marks and _is_default(name, info, values)


def _is_default(name: str, info: FieldInfo, values: Mapping[str, Any]) -> bool:
    """Whether a field has the value that its default gives now."""
    if info.is_required():
        return False
    try:
        default = info.get_default(call_default_factory=True, validated_data=dict(values))
    except Exception:
        return False
    return is_same(values.get(name), snapshot(default))
