"""`type-safe-convert migrate PATH... --to KIND`: class statements rewritten in files, and the proof that they mean the
same."""

from __future__ import annotations

import difflib
import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from type_safe_convert.advice import no_such_kind
from type_safe_convert.cli.loading import UsageError
from type_safe_convert.cli.output import Output
from type_safe_convert.json.lines import replacing
from type_safe_convert.migration.proof import Verdict, prove
from type_safe_convert.migration.request import MigratedFile, Request, Result, migrate
from type_safe_convert.registry import kind_names, label_of
from type_safe_convert.writing.statements import load_statements

# The number of lines of a list that the proof shows.
_SHOWN = 40


def run(request: Request, write: bool, force: bool, check: bool, out: Output, messages: Output) -> int:
    """The exit status: 1 where a file stays as it is or, with `check`, anything differs.

    Raises:
        UsageError: there is no such path, class or kind, or the work tree has uncommitted changes.
    """
    for kind in filter(None, (request.target, request.source)):
        if kind not in kind_names():
            raise no_such_kind(kind)
        if load_statements(kind) is None:
            possible = ", ".join(name for name in kind_names() if load_statements(name) is not None)
            raise UsageError(f"no class statement is migrated from or to {label_of(kind)}; the kinds are {possible}")
    if missing := [path for path in request.paths if not path.exists()]:
        raise UsageError(f"there is no file or folder {missing[0]}")
    if write and not force:
        _refuse_changed_trees(request.paths)
    result = migrate(request)
    if result.unknown:
        raise UsageError(f"there is no class {', '.join(result.unknown)} to migrate in these files")
    moved = [file for file in result.files if file.new is not None]
    verdicts = prove(moved) if check and moved else []
    for file in moved:
        if write:
            with replacing(file.path) as stream:
                stream.write(str(file.new).encode())
        elif not check:
            _show_diff(file, out)
    _report(result, messages)
    if check:
        show_proof(verdicts, out)
    stays = any(file.new is None for file in result.files)
    return int(stays or not all(verdict.well for verdict in verdicts))


def _refuse_changed_trees(paths: Sequence[Path]) -> None:
    for folder in dict.fromkeys(path if path.is_dir() else path.parent for path in paths):
        command = ["git", "-C", str(folder), "status", "--porcelain"]
        try:
            status = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise UsageError(
                "git was not found, so nothing tells what is not committed; --force writes anyway"
            ) from None
        if status.returncode:
            raise UsageError(f"{_short(folder)} is in no work tree of git; --force writes anyway")
        if status.stdout.strip():
            raise UsageError(f"the work tree of {_short(folder)} has uncommitted changes; --force writes anyway")


def _show_diff(file: MigratedFile, out: Output) -> None:
    name = _short(file.path)
    lines = difflib.unified_diff(
        file.old.splitlines(), str(file.new).splitlines(), f"a/{name}", f"b/{name}", lineterm=""
    )
    for line in lines:
        out.line(line)


def _report(result: Result, messages: Output) -> None:
    moved = [file for file in result.files if file.new is not None]
    count = sum(len(file.classes) for file in moved)
    messages.words(f"{_counted(count, 'class', 'classes')} in {_counted(len(moved), 'file', 'files')} migrated")
    stays = [
        f"{_short(file.path)}: {f'{cls}: ' if cls else ''}{reason}"
        for file in result.files
        for cls, reason in file.reasons.items()
    ]
    _section(messages, "Files that stay as they are", stays, "yellow", len(stays))
    notes = [
        f"{_short(file.path)}:{note.line}: {note.cls}{f'.{note.field}' if note.field else ''}: {note.text}"
        for file in moved
        for note in file.notes
    ]
    _section(messages, "What the new classes do not say or do", notes, "yellow", len(notes))
    sites = [
        f"{_short(Path(site.path))}:{site.line}: {site.text}: {site.use}" + (f", {site.says}" if site.says else "")
        for site in result.sites
    ]
    _section(messages, "Call sites to change by hand", sites, "yellow", len(sites))


def show_proof(verdicts: Iterable[Verdict], out: Output) -> None:
    """A table with a row for each module, then what differs."""
    by_module: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_module.setdefault(verdict.module, []).append(verdict)
    rows = [
        (
            module,
            str(len(found)),
            str(sum(not (each.different or each.noted) for each in found)),
            str(sum(bool(each.sampled) for each in found)),
            str(sum(bool(each.sampled) and not each.unequal for each in found)),
        )
        for module, found in by_module.items()
    ]
    if rows:
        out.table(("module", "classes", "same shape", "sampled", "came back equal"), rows, right=4)
    everything = [each for found in by_module.values() for each in found]
    _section(out, "Differs", [f"{_name(each)}: {text}" for each in everything for text in each.different], "red")
    _section(
        out, "Came back otherwise", [f"{_name(each)}: {text}" for each in everything for text in each.unequal], "red"
    )
    _section(out, "Differs, as noted", [f"{_name(each)}: {text}" for each in everything for text in each.noted])
    unsampled = [f"{_name(each)}: {each.unsampled}" for each in everything if each.unsampled and not each.sampled]
    _section(out, "Without samples", unsampled)


def _name(verdict: Verdict) -> str:
    return f"{verdict.module}.{verdict.cls}"


def _section(output: Output, heading: str, lines: Sequence[str], style: str = "", shown: int = _SHOWN) -> None:
    if lines:
        output.line()
        output.words(f"{heading}:", style=style or "bold")
    for line in lines[:shown]:
        output.words(line, indent=2)
    if len(lines) > shown:
        output.words(f"and {len(lines) - shown} more", indent=2)


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _short(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
