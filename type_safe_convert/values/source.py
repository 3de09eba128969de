"""Collects the lines of a generated function and the namespace that they refer to."""

from __future__ import annotations

import keyword
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from type_safe_convert.conversion.steps import Plan


class Writer:
    """Collects lines and the namespace that they refer to.

    Attributes:
        others: the plans whose functions the lines call, by name.
    """

    def __init__(self, pair: Plan) -> None:
        self.pair = pair
        self.lines: list[str] = []
        self.namespace: dict[str, Any] = {}
        self.names: dict[int, str] = {}
        self.others: list[tuple[Plan, str]] = []
        self.offset = 0

    def name(self, value: Any, hint: str) -> str:
        """A name for a value, one for each object."""
        known = self.names.get(id(value))
        if known is None:
            known = f"{hint}{len(self.names)}"
            self.names[id(value)] = known
            self.namespace[known] = value
        return known

    def pair_name(self, other: Plan) -> str:
        known = self.names.get(id(other))
        if known is None:
            known = f"convert{len(self.names)}"
            self.names[id(other)] = known
            self.others.append((other, known))
        return known

    def add(self, indent: int, *lines: str) -> None:
        self.lines.extend("    " * (indent + self.offset) + line for line in lines)

    def key(self, name: str) -> str:
        return repr(name) if name.isidentifier() else self.name(name, "key")


class Held:
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
