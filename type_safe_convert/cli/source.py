"""`type-safe-convert source MODULE:CLASS... --to KIND`: the counterparts of classes as source text."""

from __future__ import annotations

import sys
import warnings
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from type_safe_convert.cli.loading import load_model
from type_safe_convert.cli.output import Output
from type_safe_convert.errors import UnresolvedNameWarning
from type_safe_convert.json.lines import replacing
from type_safe_convert.writing.module import write_source


def source(specs: list[str], kind: str, output: Path | None, messages: Output) -> None:
    """Write the module to a file or standard output, and what it cannot say as messages.

    Raises:
        UsageError: there is no such class.
        ConversionError: a class cannot be expressed in that kind, or there is no such kind.
    """
    asked: Any = kind  # a name that a user gave, which may be none
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnresolvedNameWarning)  # the module has a comment for each
        written = write_source([load_model(spec) for spec in specs], asked)
    with replacing(output) if output is not None else nullcontext(sys.stdout.buffer) as out:
        out.write(written.text.encode())
        out.flush()
    for loss in written.losses:
        messages.words(str(loss), style="yellow")
