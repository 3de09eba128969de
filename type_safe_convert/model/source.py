"""Collects the lines of a generated function and the namespace that they refer to."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Callable
from typing import Any, Protocol


class Callee(Protocol):
    """A conversion of models whose function the lines of another function call.

    Attributes:
        by_class: the compiled function for a class of instances, or the default, as `dict.get`.
        has_subclasses: whether an instance is often of a subclass of the class that the conversion is for.
    """

    by_class: Callable[..., Any]

    @property
    def has_subclasses(self) -> bool: ...

    def link_into(self, user: Any, name: str) -> None:
        """Puts the function into the namespace of a generated one, now, and again once it is compiled."""


class SourceWriter:
    """Collects lines and the namespace that they refer to.

    Attributes:
        cyclic: whether the instances that the function converts may refer to themselves.
        callees: the conversions whose functions the lines call, by name.
        fills_gaps: whether an attribute that an instance lacks counts as None, as within a family.
        offset: how much further in than usual the lines are that are added next.
    """

    def __init__(self, cyclic: bool = False, fills_gaps: bool = False) -> None:
        self.cyclic = cyclic
        self.fills_gaps = fills_gaps
        self.lines: list[str] = []
        self.namespace: dict[str, Any] = {}
        self.names: dict[int, str] = {}
        self.callees: list[tuple[Callee, str]] = []
        self.offset = 0

    def name(self, value: Any, hint: str) -> str:
        """A name for a value, one for each object."""
        known = self.names.get(id(value))
        if known is None:
            known = f"{hint}{len(self.names)}"
            self.names[id(value)] = known
            self.namespace[known] = value
        return known

    def callee(self, conversion: Callee) -> str:
        """The name of the function of a conversion."""
        known = self.names.get(id(conversion))
        if known is None:
            known = f"convert{len(self.names)}"
            self.names[id(conversion)] = known
            self.callees.append((conversion, known))
        return known

    def add(self, indent: int, *lines: str) -> None:
        self.lines.extend("    " * (indent + self.offset) + line for line in lines)

    def key(self, name: str) -> str:
        return repr(name) if name.isidentifier() else self.name(name, "key")


class ByIdentity:
    """Holds an annotation under a name of its own: `typing` may give one object for many annotations."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def can_be_spelled(name: str) -> bool:
    """Whether the name can stand in source, where Python reads each name as its NFKC form."""
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and not name.startswith("__")
        and unicodedata.is_normalized("NFKC", name)
    )
