"""Collects the lines of a generated function and the namespace that they refer to."""

from __future__ import annotations

import contextlib
import keyword
import unicodedata
from collections.abc import Callable, Iterator
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
        functions: the lines of further functions, which stand before.
        callees: the conversions whose functions the lines call, by name.
        fills_gaps: whether an attribute that an instance lacks counts as None, as within a family.
        gaps: the attributes that read as MISSING where an instance lacks them.
        may_be_missing: the variables that may hold MISSING when the instance is made.
        looks_at_values: whether the lines call a function that chooses a member of a union by the value, each time.
        made: the variable of what is made.
        no_none: whether the lines that are added stand behind a test that the value is not None.
        offset: how much further in than usual the lines are that are added next.
    """

    def __init__(self, cyclic: bool = False, fills_gaps: bool = False) -> None:
        self.cyclic = cyclic
        self.fills_gaps = fills_gaps
        self.gaps: frozenset[str] = frozenset()
        self.may_be_missing: set[str] = set()
        self.made = "made"
        self.lines: list[str] = []
        self.functions: list[str] = []
        self.namespace: dict[str, Any] = {}
        self.names: dict[int, str] = {}
        self.callees: list[tuple[Callee, str]] = []
        self.offset: int = 0
        self.no_none: bool = False
        self.looks_at_values: bool = False

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

    @property
    def text(self) -> str:
        return "\n".join([*self.functions, *self.lines]) + "\n"

    def function(self, convert: Callable[..., Any], write: Callable[[SourceWriter, str, str], None]) -> str | None:
        """The name of a function of its own for the lines that `write` adds; None where these only call `convert`."""
        otherwise = f"{self.name(convert, 'value')}(v, memo)"
        before = self.lines, self.offset, self.no_none
        self.lines, self.offset, self.no_none = [], -1, False
        write(self, "v", otherwise)
        lines = self.lines
        self.lines, self.offset, self.no_none = before
        if lines == [f"    v = {otherwise}"]:
            return None
        name = f"convert_item{len(self.functions)}"
        self.functions += [f"def {name}(v, memo):", *lines, "    return v", ""]
        return name

    def add(self, indent: int, *lines: str) -> None:
        self.lines.extend("    " * (indent + self.offset) + line for line in lines)

    @contextlib.contextmanager
    def behind(self, test: str) -> Iterator[None]:
        """Puts the lines that are added behind a test."""
        self.add(2, f"if {test}:")
        self.offset += 1
        yield
        self.offset -= 1

    @contextlib.contextmanager
    def unless_none(self, var: str) -> Iterator[None]:
        """Puts the lines that are added behind a test that the value is not None."""
        before, self.no_none = self.no_none, True
        with self.behind(f"{var} is not None"):
            yield
        self.no_none = before

    def key(self, name: str) -> str:
        return repr(name) if name.isidentifier() else self.name(name, "key")


class ByIdentity:
    """Wraps a constant, so that equal `typing` objects get separate names in the generated namespace."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: Any = value


def can_be_spelled(name: str) -> bool:
    """Whether the name can stand in source, where Python reads each name as its NFKC form."""
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and not name.startswith("__")
        and unicodedata.is_normalized("NFKC", name)
    )
