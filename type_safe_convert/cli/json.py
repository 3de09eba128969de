"""`type-safe-convert json MODULE:CLASS --to MODULE:CLASS`: JSON lines of one class in, of another out."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from type_safe_convert.api import convert_class, converter
from type_safe_convert.errors import ConversionError
from type_safe_convert.json.codec import to_json
from type_safe_convert.json.lines import LineError, iter_json_lines, replacing
from type_safe_convert.registry import kind_names
from type_safe_convert.testing.sampler import load

# How many lines pass between two looks at the progress bar.
_STEP = 1000


def json(
    source: str,
    console: Console,
    *,
    to: str | None = None,
    output: Path | None = None,
    strict: bool = False,
    subclasses: bool = False,
    lines: IO[bytes] | None = None,
    out: IO[bytes] | None = None,
) -> int:
    """Read JSON lines as `source`, convert each instance, write JSON lines; in constant memory.

    Args:
        source: 'package.module:Class', of any kind.
        console: where bad lines and the progress go: standard error.
        to: 'package.module:Class', or the name of a kind for the class's own counterpart; None writes what was read.
        output: a file that is replaced at the end, when all lines are there; None writes to `out`.
        strict: stop at the first bad line; `output` then stays as it was.
        subclasses: read subclasses too, as `from_json` does.
        lines, out: standard input and output, unless given.

    Returns:
        The exit status: 0 when every line was converted, 1 when some were not.

    Raises:
        ValueError: a class cannot be found.
        ConversionError: the classes cannot be converted into each other.
    """
    cls = load(source)
    function = _function(cls, to)
    reader = lines if lines is not None else sys.stdin.buffer
    bad = 0

    def report(error: LineError) -> None:
        nonlocal bad
        bad += 1
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        if strict:
            raise _Stop

    try:
        with (
            replacing(output) if output is not None else nullcontext(out or sys.stdout.buffer) as writer,
            _Progress(reader, console) as watched,
        ):
            _convert(cls, function, watched, writer.write, report, subclasses)
            writer.flush()
    except _Stop:
        pass
    except BrokenPipeError:
        # Whoever read our output has gone; what Python would flush at exit must not raise once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 1 if bad else 0


class _Stop(Exception):
    """Ends a strict run."""


def _function(cls: type, to: Any) -> Callable[[Any], Any] | None:
    if to is None:
        return None
    target = convert_class(cls, to) if to in kind_names() else load(to)
    return None if target is cls else converter(cls, target)


def _convert(
    cls: type,
    function: Callable[[Any], Any] | None,
    lines: Iterable[bytes],
    write: Callable[[bytes], Any],
    report: Callable[[LineError], None],
    subclasses: bool,
) -> None:
    numbered = _Numbered(lines)
    instances: Iterator[Any] = iter_json_lines(cls, numbered, on_error=report, subclasses=subclasses)
    for instance in instances:
        try:
            text = to_json(instance if function is None else function(instance))
        except ConversionError as error:
            report(LineError.at(numbered.line, error))
        else:
            write(text + b"\n")


class _Numbered:
    """Iterates over lines and knows the number of the last one."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.lines = lines
        self.line = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.line += 1
            yield line


class _Progress:
    """The lines of a file, with a progress bar on a terminal while they are read."""

    def __init__(self, file: IO[bytes], console: Console) -> None:
        self.file = file
        self.bar = Progress(
            TextColumn("{task.fields[lines]} lines"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Iterator[bytes]:
        self.bar.start()
        return self._watch()

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()

    def _watch(self) -> Iterator[bytes]:
        task = self.bar.add_task("", total=_size(self.file), lines=0)
        read = number = 0
        for number, line in enumerate(self.file, 1):
            read += len(line)
            yield line
            if number % _STEP == 0:
                self.bar.update(task, completed=read, lines=number)
        self.bar.update(task, completed=read, lines=number)


def _size(file: IO[bytes]) -> int | None:
    """The bytes of a regular file; None for a pipe, whose end nobody knows."""
    try:
        found = os.fstat(file.fileno())
    except (OSError, AttributeError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
