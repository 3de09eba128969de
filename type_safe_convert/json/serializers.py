"""Serialization of instances: the serializer of their runtime type, and functions that read their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import SchemaSerializer


class RuntimeSerializer:
    """Set as `__pydantic_serializer__` on every class that is written here: pydantic-core asks the instance's own class
    for it when that is a subclass of the declared one, and when nothing is declared."""

    serializer_of: Callable[[type], SchemaSerializer]  # set by `codec`, which compiles what this module describes

    def __get__(self, instance: Any, owner: Any) -> SchemaSerializer:
        return self.serializer_of(owner)


SERIALIZER = "__pydantic_serializer__"

_SERIALIZER = RuntimeSerializer()


def install_serializer(cls: type) -> None:
    if SERIALIZER not in cls.__dict__:
        type.__setattr__(cls, SERIALIZER, _SERIALIZER)


def set_attributes(attribute_of: Mapping[str, str], instance: Any) -> dict[str, Any]:
    """Reads the fields that an instance has by field name; its constructor may leave some unset."""
    return {
        name: getattr(instance, attribute) for name, attribute in attribute_of.items() if hasattr(instance, attribute)
    }


class StateOf:
    """Reads the fields of an instance whose `__dict__` cannot be read plainly.

    Those that are excluded are left out here: pydantic-core writes the dict as it is when a value does not fit.

    Args:
        names: the keys that are written.
        excluded_if: by key: whether a value is not.
    """

    def __init__(
        self,
        cls: type,
        state: Callable[[Any], dict[str, Any]],
        names: tuple[str, ...],
        excluded_if: Mapping[str, Callable[[Any], bool]],
    ) -> None:
        self.cls = cls
        self.state = state
        self.names = names
        self.excluded_if = excluded_if

    def __call__(self, value: Any) -> Any:
        if type(value) is not self.cls:
            return value
        values = self.state(value)
        found = {name: values[name] for name in self.names if name in values}
        for name, is_excluded in self.excluded_if.items():
            if name in found and is_excluded(found[name]):
                del found[name]
        return found
