"""`type-safe-convert json MODULE:CLASS [FILE...] --to MODULE:CLASS`: JSON lines of one class in, of another out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

from type_safe_convert.api import convert_class, converter
from type_safe_convert.cli.loading import load_model, load_target
from type_safe_convert.cli.output import Output, Progress
from type_safe_convert.errors import ConversionError
from type_safe_convert.json.codec import to_json
from type_safe_convert.json.lines import LineError, iter_json_lines, replacing

# The number of lines between two reports of the progress.
_STEP = 1000
# The name of standard input, among files.
STANDARD_INPUT = "-"


def json(
    source: str,
    messages: Output,
    *,
    files: Sequence[str] = (),
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
        messages: where bad lines and the progress go: standard error.
        files: the files to read, one after the other; '-' and none are standard input.
        to: 'package.module:Class', or the name of a kind for the class's own counterpart; None writes what was read.
        output: a file that is replaced at the end, when all lines are there; None writes to `out`.
        strict: stop at the first bad line; `output` then stays as it was.
        subclasses: read subclasses too, as `from_json` does.
        lines, out: standard input and output, unless given.

    Returns:
        The exit status: 0 when every line was converted, 1 when some were not.

    Raises:
        UsageError: a class cannot be found.
        ConversionError: the classes cannot be converted into each other.
        OSError: a file cannot be read or written.
    """
    cls = load_model(source)
    function = _function(cls, to)
    standard = lines if lines is not None else sys.stdin.buffer
    bad = 0

    def report(place: str, message: str) -> None:
        nonlocal bad
        bad += 1
        messages.words(f"{place}: {message}", style="red")
        if strict:
            raise _Stop

    try:
        with (
            replacing(output) if output is not None else nullcontext(out or sys.stdout.buffer) as writer,
            Progress(messages) as progress,
        ):
            for name in files or (STANDARD_INPUT,):
                with nullcontext(standard) if name == STANDARD_INPUT else open(name, "rb") as file:
                    numbered = _Numbered(file, progress, "" if name == STANDARD_INPUT else name)
                    _convert(cls, function, numbered, writer.write, report, subclasses)
            writer.flush()
    except _Stop:
        pass
    return 1 if bad else 0


class _Stop(Exception):
    """Ends a strict run."""


def _function(cls: type, to: str | None) -> Callable[[Any], Any] | None:
    if to is None:
        return None
    target: Any = load_target(to)
    if not isinstance(target, type):
        target = convert_class(cls, target)
    return None if target is cls else converter(cls, target)


def _convert(
    cls: type,
    function: Callable[[Any], Any] | None,
    lines: _Numbered,
    write: Callable[[bytes], Any],
    report: Callable[[str, str], None],
    subclasses: bool,
) -> None:
    def report_unread(error: LineError) -> None:
        report(lines.place, error.unplaced())

    instances: Iterator[Any] = iter_json_lines(cls, lines, on_error=report_unread, subclasses=subclasses)
    for instance in instances:
        try:
            text = to_json(instance if function is None else function(instance))
        except ConversionError as error:
            report(lines.place, str(error))
        else:
            write(text + b"\n")


class _Numbered:
    """Iterates over the lines of a file, and knows the number of the last one."""

    def __init__(self, lines: Iterable[bytes], progress: Progress, name: str) -> None:
        self.lines = lines
        self.progress = progress
        self.name = name
        self.number = 0

    @property
    def place(self) -> str:
        """Returns the place of the last line: 'orders.jsonl:7', or 'line 7' of standard input."""
        return f"{self.name}:{self.number}" if self.name else f"line {self.number}"

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.number += 1
            yield line
            if self.number % _STEP == 0:
                self.progress.update(f"{self.name or 'standard input'}: {self.number} lines")
