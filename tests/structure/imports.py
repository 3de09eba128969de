"""The import graph of a package, with the imports inside functions and without those for type checkers only."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import grimp


@dataclass(frozen=True)
class Imports:
    """What each module of a package imports of it.

    Attributes:
        of: by module, the modules that it imports.
        level: by module, 0 for one that imports nothing of the package, else one more than the highest that it imports;
            the modules of a circle share one.
        circles: the sets of modules that import each other.
    """

    of: dict[str, frozenset[str]]
    level: dict[str, int]
    circles: tuple[frozenset[str], ...]


@functools.cache
def imports_of(package: str) -> Imports:
    graph = grimp.build_graph(package, exclude_type_checking_imports=True)
    of = {module: frozenset(graph.find_modules_directly_imported_by(module)) for module in sorted(graph.modules)}
    reached = {module: _reached(module, of) for module in of}
    together = {module: frozenset({module, *(x for x in reached[module] if module in reached[x])}) for module in of}
    level: dict[str, int] = {}
    for module in sorted(of, key=lambda module: len(reached[module] | together[module])):
        below = {other for member in together[module] for other in of[member]} - together[module]
        level[module] = 1 + max((level[other] for other in below), default=-1)
    circles = {found for found in together.values() if len(found) > 1}
    return Imports(of, level, tuple(sorted(circles, key=sorted)))


def _reached(module: str, of: dict[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for other in of[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found
