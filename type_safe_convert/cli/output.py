"""Output of the commands: plain lines whose words stay whole, for any width, encoding and pipe."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from collections.abc import Sequence
from typing import TextIO

_STYLES = {"red": "31", "yellow": "33", "dim": "2", "bold": "1"}
# For an encoding that has no such character; any other it lacks is written as `\u1234`.
_SUBSTITUTES = str.maketrans({"→": "->", "µ": "u"})
# Seconds between two looks at how far it is.
_PAUSE = 0.1


class Output:
    """A stream of text.

    Attributes:
        width: characters a line; None where no line ends before its text: in a file or a pipe.
        colored: whether styles are written: to a terminal, without NO_COLOR.
    """

    def __init__(self, stream: TextIO | None = None, width: int | None = None) -> None:
        self.stream: TextIO = sys.stdout if stream is None else stream
        self.is_terminal: bool = self.stream.isatty()
        self.width: int | None = width or _width_of(self.stream, self.is_terminal)
        self.colored: bool = self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def line(self, text: str = "", style: str = "") -> None:
        """Writes text as it is, whatever the width."""
        self._write(f"{self._styled(encodable(text, self.stream), style)}\n")

    def words(self, text: str, indent: int = 0, style: str = "") -> None:
        """Writes text, broken between words where a line is full."""
        text = encodable(text, self.stream)
        lines = (
            [text]
            if self.width is None
            else textwrap.wrap(
                text,
                max(self.width - indent, 1),
                subsequent_indent="  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
        for line in lines or [""]:
            self.line(" " * indent + line, style)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], indent: int = 0, right: int = 0) -> None:
        """Writes rows below their heads if they fit, else each row as a list of what is in it.

        `right`: how many of the last columns are aligned to the right.
        """
        heads = [encodable(head, self.stream) for head in heads]
        rows = [[encodable(cell, self.stream) for cell in row] for row in rows]
        columns = [[head, *(row[number] for row in rows)] for number, head in enumerate(heads)]
        widths = [max(map(len, column)) for column in columns]
        if self.width is not None and indent + sum(widths) + 2 * (len(widths) - 1) > self.width:
            for row in rows:
                self.words(row[0], indent, "bold")
                for head, cell in zip(heads[1:], row[1:], strict=True):
                    if cell:
                        self.words(f"{head}: {cell}", indent + 2)
            return
        for number, row in enumerate([heads, *rows]):
            cells = [
                cell.rjust(width) if place >= len(heads) - right else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            self.line(" " * indent + "  ".join(cells).rstrip(), "" if number else "bold")

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if style and self.colored and text else text

    def _write(self, text: str) -> None:
        self.stream.write(text)


class Progress:
    """A progress line of a terminal, which is removed at the end; without a terminal nothing is written."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.shown: int = 0
        self.last: float = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        self._show("")

    def update(self, text: str) -> None:
        if self.output.is_terminal and time.monotonic() - self.last >= _PAUSE:
            self.last = time.monotonic()
            self._show(text[: (self.output.width or 80) - 1])

    def _show(self, text: str) -> None:
        if text or self.shown:
            self.output.stream.write(f"\r{text.ljust(self.shown)}" + ("" if text else "\r"))
            self.output.stream.flush()
            self.shown = len(text)


def encodable(text: str, stream: TextIO) -> str:
    """The text with other characters in place of what the stream's encoding does not have; none is lost."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_SUBSTITUTES).encode(encoding, "backslashreplace").decode(encoding)
    return text


def _width_of(stream: TextIO, is_terminal: bool) -> int | None:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns):
        return int(columns)
    if not is_terminal:
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return 80
