"""The names of a written module: what it imports, and under which name."""

from __future__ import annotations

import builtins
import sys
import typing
from collections.abc import Collection, Iterable
from typing import Any

from type_safe_convert.words import with_article
from type_safe_convert.writing.layout import WIDTH


class Unwritable(Exception):
    """A value or a type has no source text; the message says why."""


class Names:
    """The imports of a module that is being written.

    A name that a field of a class has as well is imported under another one: in the body of that class it would be the
    field.
    """

    def __init__(self, reserved: Iterable[str]) -> None:
        self.taken: dict[str, Any] = dict.fromkeys(reserved)
        self.fields: frozenset[str] = frozenset(self.taken)
        self.imports: dict[str, dict[str, str]] = {}

    def use(self, module: str, name: str) -> str:
        """The name by which something of another module is known here."""
        if module == "builtins" and name not in self.fields:
            return name
        known = self.imports.setdefault(module, {})
        if name not in known:
            known[name] = self.free(name)
        return known[name]

    def free(self, name: str) -> str:
        """A name that nothing else has, for a definition or an import."""
        found = name
        while found in self.taken or (found != name and hasattr(builtins, found)):
            found += "_"
        self.taken[found] = None
        return found

    def reference(self, value: Any) -> str:
        """The name of a class or function where it is imported from. Raises Unwritable."""
        place = place_of(value)
        if place is None:
            raise Unwritable(f"{describe(value)} cannot be imported by its name")
        module, path = place
        first, dot, rest = path.partition(".")
        return self.use(module, first) + dot + rest

    def lines(self, used: Collection[str]) -> str:
        """The import statements for the names that are used, in the order of isort."""
        groups: dict[int, list[tuple[str, tuple[int, str], str]]] = {}
        for module, names in self.imports.items():
            lines = groups.setdefault(_group(module), [])
            names = {name: known for name, known in names.items() if known in used}
            plain = sorted((name for name, known in names.items() if name == known), key=_by_name)
            if plain:
                line = f"from {module} import {', '.join(plain)}"
                if len(line) > WIDTH:
                    line = f"from {module} import (\n" + "".join(f"    {item},\n" for item in plain) + ")"
                lines.append((module.lower(), _by_name(plain[0]), line))
            for name, known in names.items():
                if name != known:
                    lines.append((module.lower(), _by_name(name), f"from {module} import {name} as {known}"))
        return "\n\n".join("\n".join(line for *_, line in sorted(groups[key])) for key in sorted(groups) if groups[key])


def _by_name(name: str) -> tuple[int, str]:
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _group(module: str) -> int:
    first = module.split(".")[0]
    return 0 if first == "__future__" else 1 if first in sys.stdlib_module_names else 2


def describe(value: Any) -> str:
    """The name of a class or function; "a Stock" for any other value."""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    return name if isinstance(name, str) else with_article(type(value).__name__)


def place_of(value: Any) -> tuple[str, str] | None:
    """The module and the dotted name by which a class or function is found; None where it is not."""
    owner = getattr(value, "__self__", None)
    if isinstance(owner, type) and (place := place_of(owner)) is not None:  # a class method: each access makes another
        name = value.__name__
        return (place[0], f"{place[1]}.{name}") if getattr(owner, name, None) == value else None
    module, path = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if path is None or isinstance(value, typing.TypeVar):
        path = getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(path, str) or module == "__main__":
        return None
    parts = module.split(".")
    private = any(part.startswith("_") for part in parts)
    candidates = [".".join(parts[: length + 1]) for length in range(len(parts))] if private else []
    for candidate in (*candidates, module):
        if _found(candidate, path) is value and all(part.isidentifier() for part in candidate.split(".")):
            return candidate, path
    return None


def _found(module: str, path: str) -> Any:
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    return found
