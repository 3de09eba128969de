"""The uses of classes of one kind in files: each place with the counterpart of the other kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from type_safe_convert.migration.project import SourceFile, dotted_name
from type_safe_convert.migration.request import CallSite
from type_safe_convert.writing.statements import Statements, Use


def call_sites(
    file: SourceFile, old: Statements, new: Statements, moved: set[type], takes_positions: bool
) -> list[CallSite]:
    """The call sites of a file.

    Args:
        moved: the classes that are migrated.
        takes_positions: whether the new classes take values by position.
    """
    finder = _Finder(file, old, moved)
    finder.visit(file.tree)
    sites = {
        CallSite(str(file.path), node.lineno, _short(node), use.value, new.way(use))
        for node, use in finder.found
        if use is not Use.POSITIONS or not takes_positions
    }
    return sorted(sites)


class _Finder(ast.NodeVisitor):
    def __init__(self, file: SourceFile, old: Statements, moved: set[type]) -> None:
        self.file, self.old, self.moved = file, old, moved
        self.found: list[tuple[Any, Use]] = []
        self.outer = ""
        # The first argument of a method of a class that is migrated, and whether it is the class.
        self.first: tuple[str, bool] = "", False

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Class statements are rewritten, but for the values of fields and what the methods do."""
        outer, first = self.outer, self.first
        is_moved = self.is_moved(self.file.resolve(f"{outer}{node.name}"))
        self.outer = f"{outer}{node.name}."
        for item in node.body:
            if isinstance(item, ast.AnnAssign | ast.Assign):
                if item.value is not None:
                    self.visit(item.value)
                continue
            self.first = _first_argument(item) if is_moved else first
            self.visit(item)
        self.outer, self.first = outer, first

    def visit_Import(self, node: ast.Import) -> None:
        return

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        mentioned = [function, *node.args] if _is_check(function) else [function]
        uses = [use for each in mentioned for use in self.uses_of(each)]
        if isinstance(function, ast.Attribute) and not uses:
            keywords = {item.arg for item in node.keywords}
            uses += self.uses_of_method(function.attr, keywords)
        if node.args and self.makes_instance(function):
            uses.append(Use.POSITIONS)
        self.found += [(node, use) for use in dict.fromkeys(uses)]
        inner = [function.value] if isinstance(function, ast.Attribute) else [] if uses else [function]
        for each in (*inner, *node.args, *node.keywords):
            if each not in mentioned or not uses:
                self.visit(each)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        uses = [*self.uses_of(node)] or [
            use for use, way in self.old.ways.items() if node.attr in way.methods and node.attr not in _CALLED
        ]
        self.found += [(node, use) for use in uses]
        if not uses:
            self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        self.found += [(node, use) for use in self.uses_of(node)]

    def makes_instance(self, function: ast.AST) -> bool:
        """Whether the call of a function is that of a class that is migrated."""
        name, is_class = self.first
        if name and ast.unparse(function) in ([name] if is_class else [f"type({name})", f"{name}.__class__"]):
            return True
        return self.is_moved(self.resolve(function))

    def is_moved(self, found: Any) -> bool:
        return isinstance(found, type) and found in self.moved

    def resolve(self, node: ast.AST) -> Any:
        name = dotted_name(node)
        return self.file.resolve(name) if name else None

    def uses_of(self, node: ast.AST) -> Iterator[Use]:
        found = self.resolve(node)
        if found is not None and not isinstance(found, str | int | tuple):
            for use, way in self.old.ways.items():
                if any(found is known for known in way.objects):
                    yield use

    def uses_of_method(self, name: str, keywords: set[str | None]) -> list[Use]:
        found = [
            use
            for use, way in self.old.ways.items()
            if name in way.methods and (not way.keywords or way.keywords & keywords)
        ]
        if len(found) > 1:  # the one that these keywords tell
            found = [use for use in found if self.old.ways[use].keywords & keywords] or found
        return found[:1]


# Names that many other objects have as well: only calls of them are listed.
_CALLED = frozenset({"dict", "json", "copy", "schema", "construct", "clone"})


def _is_check(function: ast.AST) -> bool:
    return isinstance(function, ast.Name) and function.id in ("isinstance", "issubclass")


def _first_argument(node: ast.stmt) -> tuple[str, bool]:
    """The name of the first argument of a method, and whether the method is given the class for it."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return "", False
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    decorators = {dotted_name(item) for item in node.decorator_list}
    return "" if "staticmethod" in decorators or not names else names[0], "classmethod" in decorators


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
