"""The common part of all generated classes: each knows its origin."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

# The key of carried values in the `__dict__` of an instance of a generated class: extra values, which fields were set,
# private and undeclared attributes. No field has this name: `==`, `repr`, `.json()` and dumps do not
# look at it.
CARRIED = "__type_safe_convert_memory__"

# Set in a class's own `__dict__`, never looked up by inheritance: a subclass that a user wrote is an origin itself.
ORIGIN = "__type_safe_convert_origin__"


class _Signature:
    """The parameters of a class's constructor; without it `inspect` shows those of the metaclass's `__call__`."""

    def __get__(self, cls: Any, metaclass: type) -> Any:
        if cls is None:
            return self
        signature = inspect.signature(cls.__init__)
        return signature.replace(parameters=list(signature.parameters.values())[1:], return_annotation=inspect._empty)


class GeneratedClass(type):
    """The metaclass of generated classes (and of subclasses that a user derives from them)."""

    __signature__: _Signature = _Signature()

    def __call__(cls, /, *args: Any, **values: Any) -> Any:
        """Makes an instance, also from all attributes of another one: `type(made)(**vars(made))`."""
        carried = values.pop(CARRIED, None)
        instance = super().__call__(*args, **values)
        if carried is not None:
            object.__getattribute__(instance, "__dict__")[CARRIED] = dict(carried)
        return instance


def origin_in(cls: type) -> type | None:
    """The class that `cls` was made from; None for a class that a user wrote."""
    return cls.__dict__.get(ORIGIN)


def hash_of(cls: type, values: Iterable[Any]) -> int:
    """A hash for an instance whose class has one while its fields need not have any: what hashes of them counts.

    So it fits equality by value, whatever the origin hashes by.
    """
    return hash((cls, *map(_hash_if_any, values)))


def _hash_if_any(value: Any) -> int:
    try:
        return hash(value)
    except TypeError:
        return 0
