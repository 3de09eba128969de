"""The files that are migrated: their modules and the class statements in them."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from type_safe_convert.migration.files import place_of_file, read_text
from type_safe_convert.registry import kind_of_class


@dataclasses.dataclass(frozen=True)
class ClassStatement:
    """A class statement of a file, and the class that it makes."""

    path: str
    line: int
    cls: type
    kind: str


@dataclasses.dataclass
class SourceFile:
    """A file that is migrated.

    Attributes:
        imported: what the names of import statements stand for, wherever these are: a module, and a name in it.
        classes: the class statements of models, by their paths (`Outer.Inner`).
        untold: the models that no class statement of the file tells apart, with the reason.
    """

    path: Path
    module: ModuleType
    text: str
    tree: ast.Module
    imported: Mapping[str, tuple[str, str]]
    classes: dict[str, ClassStatement]
    untold: dict[str, str]

    def resolve(self, dotted: str) -> Any:
        """Returns the object of a dotted name in the module; None where it is not known."""
        return resolve(dotted, vars(self.module), self.imported)


def resolve(dotted: str, known: Mapping[str, Any], imported: Mapping[str, tuple[str, str]]) -> Any:
    """Returns the object of a dotted name, by what its first part is or was imported from; None where that is not
    known, or not imported in this process."""
    first, *rest = dotted.split(".")
    found = known.get(first)
    if found is None and first in imported:
        module, name = imported[first]
        found = sys.modules.get(module)
        rest = [name, *rest] if name else rest
    for part in rest:
        below = sys.modules.get(f"{found.__name__}.{part}") if isinstance(found, ModuleType) else None
        found = getattr(found, part, below)
    return found


def load_file(path: Path) -> SourceFile:
    """A file with its module. Raises whatever importing it raises."""
    text = read_text(path)
    tree = ast.parse(text, str(path))
    name = place_of_file(path)[1]
    module = importlib.import_module(name)
    if Path(module.__file__ or "").resolve() != path:
        raise ImportError(f"another module is called {name} ({module.__file__})")
    file = SourceFile(path, module, text, tree, imports_of(tree, path), {}, {})
    for qualified, node, local in _class_statements(tree.body, ""):
        _add(file, qualified, node, local)
    return file


def _add(file: SourceFile, qualified: str, node: ast.ClassDef, local: bool) -> None:
    found: Any = None if local else file.module
    for part in qualified.split(".") if not local else ():
        found = vars(found).get(part) if hasattr(found, "__dict__") else None
    kind = kind_of_class(found)
    if local or kind is None or (found.__module__, found.__qualname__) != (file.module.__name__, qualified):
        return
    if qualified in file.classes:
        file.untold[qualified] = "the file has two class statements of this name"
    file.classes[qualified] = ClassStatement(qualified, node.lineno, found, kind)


def _class_statements(body: Sequence[ast.stmt], above: str, local: bool = False) -> Iterator[Any]:
    """All class statements: the path of each, itself, and whether it is inside of a function."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            path = f"{above}{node.name}"
            yield path, node, local
            yield from _class_statements(node.body, f"{path}.", local)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _class_statements(node.body, above, local=True)
        else:
            for name in ("body", "orelse", "finalbody"):
                yield from _class_statements(getattr(node, name, []), above, local)
            for handler in getattr(node, "handlers", ()):
                yield from _class_statements(handler.body, above, local)


def imports_of(tree: ast.Module, path: Path) -> dict[str, tuple[str, str]]:
    """Returns, for each name that a file imports, a module and a name in it."""
    found: dict[str, tuple[str, str]] = {}
    name = place_of_file(path)[1]
    package = (name if path.name == "__init__.py" else name.rpartition(".")[0]).split(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                whole = item.name if item.asname else item.name.partition(".")[0]
                found[item.asname or whole] = (whole, "")
        elif isinstance(node, ast.ImportFrom):
            parts = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*parts, *([node.module] if node.module else [])])
            for item in node.names:
                found[item.asname or item.name] = (module, item.name)
    return found


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` as text; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
