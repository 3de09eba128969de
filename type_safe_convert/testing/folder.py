"""The working directory for building instances of other people's classes."""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from collections.abc import Iterator

from type_safe_convert.errors import UnresolvedNameWarning


@contextlib.contextmanager
def passing_folder() -> Iterator[None]:
    """A working directory that goes away, since some classes make files when they are built, and no warnings of names
    that cannot be resolved: reports list these."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        contextlib.chdir(folder),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", UnresolvedNameWarning)
        yield
