"""Containers that check what is put into them, as one kind of model has them, in words of none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any


def items_of(value: Collection[Any]) -> Iterator[Any]:
    """The items of a container. A NamedTuple may have an `__iter__` of its own, which refuses."""
    return tuple.__iter__(value) if isinstance(value, tuple) else iter(value)


class ContainerType:
    """A class of containers that check what is put into them, and what those in one place may hold.

    Attributes:
        cls: the class.
        base: the builtin container class that it extends: list, set, dict or tuple.
        expected: the attributes of an instance that say what it may hold.
    """

    __slots__ = ("base", "cls", "expected")

    def __init__(self, cls: type, expected: Mapping[str, Any]) -> None:
        self.cls: type = cls
        self.base: type = next(base for base in (list, set, dict, tuple) if issubclass(cls, base))
        self.expected: Mapping[str, Any] = expected

    def make(self, items: Any) -> Any:
        """A container of items that were checked already; those of a dict are a dict."""
        base: Any = self.base
        if base is tuple:
            made: Any = tuple.__new__(self.cls, items)
        else:
            made = base.__new__(self.cls)
            fill = list.extend if base is list else base.update
            fill(made, items)
        for name, value in self.expected.items():
            setattr(made, name, value)
        return made

    def like(self, value: Any) -> ContainerType:
        """The type of a container that takes the place of `value`: of its class, with what that says it may hold."""
        cls = type(value) if isinstance(value, self.cls) else self.cls
        return ContainerType(
            cls, {name: getattr(value, name, None) or default for name, default in self.expected.items()}
        )
