"""The import statements of a file after its classes were rewritten: what they need, without what nothing uses now."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import libcst as cst

from type_safe_convert.migration.fields import dotted

_NAME = re.compile(r"[^\W\d]\w*")


def used_names(text: str) -> set[str]:
    """The names that a module uses beside its import statements; also those in text, where annotations may be."""
    used: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            used.update(_NAME.findall(node.value))
    return used


def change_imports(module: cst.Module, leaving: Collection[str], needed: Mapping[str, Mapping[str, str]]) -> cst.Module:
    """The module with other import statements.

    Args:
        leaving: the names that nothing uses any more.
        needed: by module, its names and what they are called here.
    """
    body = visit_each(module.body, _Remove(leaving))
    for name in sorted(needed):
        names = dict(needed[name])
        body = _added(body, name, names)
    return module.with_changes(body=body)


def visit_each(statements: Sequence[Any], transformer: cst.CSTTransformer) -> list[Any]:
    """The statements as a transformer leaves them; blank lines and comments before one that it removes stay."""
    kept: list[Any] = []
    gone: list[Any] = []
    for line in statements:
        found: Any = line.visit(transformer)
        if not isinstance(found, cst.CSTNode) or not getattr(found, "body", True):
            gone = gone or list(line.leading_lines)
            continue
        if gone and not found.leading_lines:  # type: ignore[attr-defined]
            found = found.with_changes(leading_lines=gone)
        kept.append(found)
        gone = []
    return kept


def with_statements(line: cst.SimpleStatementLine, statements: Sequence[Any]) -> Any:
    """A line with fewer statements; without any, it is removed."""
    if not statements:
        return cst.RemoveFromParent()
    last = statements[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return line.with_changes(body=[*statements[:-1], last])


class _Remove(cst.CSTTransformer):
    def __init__(self, leaving: Collection[str]) -> None:
        self.leaving = leaving

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> Any:
        return self.without(updated_node, lambda alias: alias.asname is None)

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> Any:
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        return self.without(updated_node, lambda alias: False)

    def without(self, node: Any, by_first: Any) -> Any:
        kept = [alias for alias in node.names if self.bound(alias, by_first(alias)) not in self.leaving]
        if len(kept) == len(node.names):
            return node
        if not kept:
            return cst.RemoveFromParent()
        if kept[-1] is not node.names[-1]:
            kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
        return node.with_changes(names=kept)

    @staticmethod
    def bound(alias: cst.ImportAlias, by_first: bool) -> str:
        if alias.asname is not None:
            return dotted(alias.asname.name)
        name = dotted(alias.name)
        return name.partition(".")[0] if by_first else name

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Any:
        shorter = len(updated_node.body) < len(original_node.body)
        return with_statements(updated_node, updated_node.body) if shorter else updated_node

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock) -> Any:
        if original_node.body and not updated_node.body:
            return updated_node.with_changes(body=[cst.SimpleStatementLine([cst.Pass()])])
        return updated_node


def _module_of(statement: Any) -> str:
    if isinstance(statement, cst.ImportFrom):
        return "." * len(statement.relative) + (dotted(statement.module) if statement.module else "")
    return dotted(statement.names[0].name) + " "


def _key(statement: Any) -> tuple[int, int, str]:
    module = _module_of(statement).strip()
    return _group(module), int(isinstance(statement, cst.ImportFrom)), module.lower()


def _group(module: str) -> int:
    first = module.partition(".")[0]
    if module.startswith("."):
        return 3
    return 0 if first == "__future__" else 1 if first in sys.stdlib_module_names else 2


def _added(body: list[Any], module: str, names: dict[str, str]) -> list[Any]:
    """The statements with an import of names from a module."""
    for number, line in enumerate(body):
        statement = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if (
            isinstance(statement, cst.ImportFrom)
            and _module_of(statement) == module
            and not isinstance(statement.names, cst.ImportStar)
        ):
            merged = statement.with_changes(names=_merged(statement.names, names))
            return [*body[:number], line.with_changes(body=[merged, *line.body[1:]]), *body[number + 1 :]]
    text = ", ".join(name if name == known else f"{name} as {known}" for name, known in sorted(names.items()))
    made: Any = cst.parse_statement(f"from {module} import {text}")
    return _inserted(body, made)


def _merged(present: Any, names: dict[str, str]) -> list[cst.ImportAlias]:
    aliases = [
        *present,
        *(
            cst.ImportAlias(cst.Name(name), None if name == known else cst.AsName(cst.Name(known)))
            for name, known in names.items()
        ),
    ]
    by_name = {(dotted(alias.name), _Remove.bound(alias, False)): alias for alias in aliases}
    before = [dotted(alias.name) for alias in present]
    was_sorted = before == sorted(before, key=_by_name)
    order = sorted(by_name, key=lambda names: (_by_name(names[0]), names[1])) if was_sorted else [*by_name]
    comma = next((alias.comma for alias in present if isinstance(alias.comma, cst.Comma)), None)
    separator = comma or cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    last = present[-1].comma
    found = [by_name[name].with_changes(comma=separator) for name in order]
    found[-1] = found[-1].with_changes(comma=last)
    return found


def _by_name(name: str) -> tuple[int, str]:
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _inserted(body: list[Any], made: Any) -> list[Any]:
    imports = [
        number
        for number, line in enumerate(body)
        if isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Import | cst.ImportFrom)
    ]
    blank = [cst.EmptyLine(indent=False)]
    if not imports:
        has_doc = bool(body) and isinstance(body[0], cst.SimpleStatementLine) and isinstance(body[0].body[0], cst.Expr)
        place = int(has_doc)
        return [*body[:place], made.with_changes(leading_lines=blank if has_doc else []), *body[place:]]
    key = _key(made.body[0])
    later = next((number for number in imports if _key(body[number].body[0]) > key), None)
    if later is not None and _key(body[later].body[0])[0] == key[0]:
        made = made.with_changes(leading_lines=body[later].leading_lines)
        return [*body[:later], made, body[later].with_changes(leading_lines=[]), *body[later + 1 :]]
    before = [number for number in imports if later is None or number < later]
    place = before[-1] + 1 if before else imports[0]
    if before and _key(body[before[-1]].body[0])[0] != key[0]:
        made = made.with_changes(leading_lines=blank)
    rest = body[place:]
    if not before and rest and not rest[0].leading_lines:
        rest[0] = rest[0].with_changes(leading_lines=blank)
    return [*body[:place], made, *rest]
