"""Everything that an instance holds, in its `__dict__` and in slots: what equality compares and kinds describe."""

from __future__ import annotations

import contextlib
import inspect
import types
from collections.abc import Callable
from typing import Any

from type_safe_convert.generated_class import CARRIED
from type_safe_convert.types.lazy_annotations import own_annotations


def object_state(instance: Any) -> dict[str, Any]:
    """The attributes in slots and in `__dict__`, but for what conversions remember and what descriptors compute."""
    state: dict[str, Any] = {}
    for name, descriptor in _members_of(type(instance)).items():
        read_into(state, name, descriptor.__get__, instance)
    own = getattr(instance, "__dict__", None)
    if isinstance(own, dict):
        state.update({name: item for name, item in own.items() if name in state or not is_kept(instance, name)})
    if isinstance(instance, BaseException):
        state["args"] = instance.args
    state.pop(CARRIED, None)
    return state


def slots_of(cls: type) -> dict[str, types.MemberDescriptorType]:
    """The slots of a class and its bases; a name with two underscores is as Python writes it."""
    return {name: item for name, item in _members_of(cls).items() if "__slots__" in item.__objclass__.__dict__}


def _members_of(cls: type) -> dict[str, types.MemberDescriptorType]:
    """The same, with the attributes in which classes written in C keep their values, but for builtin ones."""
    return {
        name: item
        for base in reversed(cls.__mro__)
        for name, item in base.__dict__.copy().items()  # other threads may set an attribute of the class
        if isinstance(item, types.MemberDescriptorType) and base.__module__ != "builtins"
    }


def read_into(state: dict[str, Any], name: str, read: Callable[..., Any], *arguments: Any) -> None:
    """Adds what `read` returns; nothing where it raises, as a slot that was never filled and some properties do."""
    with contextlib.suppress(Exception):
        state[name] = read(*arguments)


def is_kept(instance: Any, name: str) -> bool:
    """Whether an attribute is what a `cached_property` keeps: computed from the others, or not yet."""
    return name not in own_annotations(type(instance)) and is_computed(type(instance), name)


def is_computed(cls: type, name: str) -> bool:
    """Whether an attribute that is no field is a value which a descriptor of the class keeps (`cached_property`): it
    would be stale where a field was changed."""
    found = inspect.getattr_static(cls, name, None)
    if isinstance(found, property):  # werkzeug's and others' derive from it
        return found.fset is None
    described = type(found)
    return (
        hasattr(described, "__get__")
        and not hasattr(described, "__set__")
        and not isinstance(found, types.FunctionType | types.BuiltinFunctionType | classmethod | staticmethod | type)
    )
