"""Migrates files, in the process that imports them: which classes of which files, and what becomes of them."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from type_safe_convert.migration.call_sites import call_sites
from type_safe_convert.migration.files import add_to_path, find_files, place_of_file, read_text, top_of
from type_safe_convert.migration.project import SourceFile, dotted_name, imports_of, load_file, resolve
from type_safe_convert.migration.request import CallSite, MigratedFile, Request, Result
from type_safe_convert.migration.rewriting import Migration
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.writing.statements import load_statements

# Importing these runs a program, or wants one that runs them.
_PROGRAMS = {"__main__.py", "setup.py", "conftest.py"}


def migrate_here(request: Request) -> Result:
    """As `request.migrate`, in this process."""
    paths = find_files(request.paths)
    add_to_path(paths)
    files, broken = _load(paths)
    chosen = {each for file in files for each in file.classes.values() if _is_asked_for(each.path, each.kind, request)}
    subclasses = _subclasses_outside(paths, [each.cls for each in chosen])
    migration = Migration(files, request.target, chosen.__contains__, subclasses)
    results = migration.run()
    found = [*broken]
    for result in results:
        file = result.file
        classes = tuple(path for path, each in file.classes.items() if each in chosen)
        if classes:
            new = None if result.reasons else result.text
            found.append(
                MigratedFile(
                    file.path, file.module.__name__, file.text, new, classes, result.reasons, tuple(result.notes)
                )
            )
    known = {name for each in chosen for name in (each.path, each.path.rpartition(".")[2])}
    unknown = sorted((request.only | request.skip) - known - request.skip)
    return Result(tuple(found), tuple(_sites(files, migration, request.target)), tuple(unknown))


def _load(paths: Sequence[Path]) -> tuple[list[SourceFile], list[MigratedFile]]:
    """The files that can be imported, and those with class statements that cannot."""
    files, broken = [], []
    for path in paths:
        text = ""
        try:
            text = read_text(path)
            if path.name in _PROGRAMS:
                continue
            with contextlib.redirect_stdout(io.StringIO()):
                files.append(load_file(path))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a module may raise anything
            if re.search(r"^\s*class ", text, re.MULTILINE):
                reason = f"it cannot be imported: {type(error).__name__}: {error}"
                broken.append(MigratedFile(path, place_of_file(path)[1], text, None, (), {"": reason}, ()))
    return files, broken


def _is_asked_for(path: str, kind: str, request: Request) -> bool:
    names = {path, path.rpartition(".")[2]}
    if names & request.skip or (request.only and not names & request.only):
        return False
    return kind == request.source if request.source else kind != request.target and load_statements(kind) is not None


def _sites(files: Sequence[SourceFile], migration: Migration, target: str) -> Iterator[CallSite]:
    """The call sites of all kinds of which a class is migrated."""
    new, takes_positions = load_statements(target), get_kind(target).traits.takes_positions
    moved = {cls: statement for cls, (_, statement) in migration.chosen.items() if migration.moves(cls)}
    for kind in made_kinds():
        old = load_statements(kind)
        classes = {cls for cls, statement in moved.items() if statement.kind == kind}
        if old is not None and new is not None and classes:
            for file in files:
                yield from call_sites(file, old, new, classes, takes_positions)


def _subclasses_outside(paths: Sequence[Path], classes: Collection[type]) -> dict[type, list[str]]:
    """The subclasses in other files of the same packages: by class, where these are."""
    known, names = {*paths}, {cls.__name__ for cls in classes}
    found: dict[type, list[str]] = {}
    if not names:
        return found
    mentioned = re.compile(rf"^\s*class \w+\(.*\b(?:{'|'.join(map(re.escape, sorted(names)))})\b", re.MULTILINE)
    for top in dict.fromkeys(top_of(path) for path in paths):
        for path in top.rglob("*.py") if top.is_dir() else ():
            if path.resolve() in known:
                continue
            with contextlib.suppress(OSError, SyntaxError, UnicodeDecodeError):
                text = read_text(path)
                if mentioned.search(text):
                    _add_subclasses(path, ast.parse(text), {*classes}, found)
    return found


def _add_subclasses(path: Path, tree: ast.Module, classes: set[type], found: dict[type, list[str]]) -> None:
    module, imported = place_of_file(path)[1], imports_of(tree, path)
    for node in [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef)]:
        for base in node.bases:
            cls = resolve(dotted_name(base), {}, imported)
            if isinstance(cls, type) and cls in classes:
                found.setdefault(cls, []).append(f"{module}.{node.name}")
