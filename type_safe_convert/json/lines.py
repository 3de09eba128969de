"""JSON Lines: one instance a line, in constant memory."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, overload

from type_safe_convert.advice import refuse_one_instance, wrong_argument
from type_safe_convert.errors import ConversionError
from type_safe_convert.json.codec import from_json, to_json
from type_safe_convert.json.errors import check_limit

if TYPE_CHECKING:
    from typing_extensions import TypeForm

Model = TypeVar("Model")


class LineError(ConversionError, ValueError):
    """A line that could not be read.

    Attributes:
        line: its number, from 1.
        path, expected, found, errors: as of the error that is its cause.
    """

    line: int

    @classmethod
    def at(cls, line: int, error: ConversionError) -> LineError:
        """The same error, at a line."""
        made = cls(
            error.reason,
            path=error.path,
            expected=error.expected,
            found=error.found,
            source_class=error.source_class,
            target_class=error.target_class,
            errors=error.errors,
            advice=error.advice,
        )
        made.line = line
        return made

    def __str__(self) -> str:
        return f"line {self.line}: {self.unplaced()}"

    def unplaced(self) -> str:
        """The message without the number of the line."""
        return super().__str__()


@overload
def iter_json_lines(
    cls: type[Model],
    file: IO[Any] | Iterable[bytes | str] | str | os.PathLike[str],
    *,
    on_error: Callable[[LineError], None] | None = None,
    strict: bool = True,
    subclasses: bool = False,
    max_bytes: int | None = None,
) -> Iterator[Model]: ...
@overload
def iter_json_lines(
    cls: TypeForm[Model],
    file: IO[Any] | Iterable[bytes | str] | str | os.PathLike[str],
    *,
    on_error: Callable[[LineError], None] | None = None,
    strict: bool = True,
    subclasses: bool = False,
    max_bytes: int | None = None,
) -> Iterator[Model]: ...
def iter_json_lines(
    cls: TypeForm[Model],
    file: IO[Any] | Iterable[bytes | str] | str | os.PathLike[str],
    *,
    on_error: Callable[[LineError], None] | None = None,
    strict: bool = True,
    subclasses: bool = False,
    max_bytes: int | None = None,
) -> Iterator[Model]:
    """Yields an instance of `cls`, a model class or any type, for each line that is not blank; holds one at a time.

    Args:
        file: a path, a file (text or binary) or any iterable of lines.
        on_error: is given each line that cannot be read, and the rest goes on. Without it the first one is raised.
        strict: as of `from_json`.
        subclasses: as of `from_json`.
        max_bytes: a longer line is an error; of a file no more than that is held.

    Raises:
        LineError: a line is no JSON or does not fit, and `on_error` is None.
        NotAModelError: `cls` is no model class and no type.
    """
    options: Any = {"strict": strict, "subclasses": subclasses, "max_bytes": max_bytes}
    if isinstance(file, str | os.PathLike):
        with open(file, "rb") as opened:
            yield from iter_json_lines(cls, opened, on_error=on_error, **options)
        return
    if isinstance(file, bytes) or not (hasattr(file, "readline") or isinstance(file, Iterable)):
        advice = "to read one value: from_json(cls, data)" if isinstance(file, bytes) else ""
        raise wrong_argument("file", "a path, a file or an iterable of lines", file, advice)
    if max_bytes is not None:
        check_limit(max_bytes)
    lines = _bounded(file, max_bytes) if max_bytes is not None and hasattr(file, "readline") else file
    for number, line in enumerate(lines, 1):
        try:
            if not line or line.isspace():
                continue
        except AttributeError:
            raise wrong_argument("file", "lines of text or bytes", line) from None
        try:
            made = from_json(cls, line, **options)
        except ConversionError as error:
            failure = LineError.at(number, error)
            if on_error is None:
                raise failure from error.__cause__
            on_error(failure)
        else:
            yield made


def write_json_lines(
    objects: Iterable[Any],
    file: IO[Any] | str | os.PathLike[str],
    cls: Any = None,
    *,
    include: Any = None,
    exclude: Any = None,
    by_alias: bool | None = None,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    round_trip: bool = False,
) -> int:
    """Writes each instance as one line; returns how many.

    Args:
        file: a file (text or binary), or a path: then the lines are written beside it, and it is replaced once all
            are there. Whoever opens the path finds the old file or the whole new one.

    Raises:
        ValueConversionError, NestingTooDeepError, NotAModelError: as `to_json`; earlier lines are written, unless
            `file` is a path.
    """
    options = {
        "cls": cls,
        "include": include,
        "exclude": exclude,
        "by_alias": by_alias,
        "exclude_unset": exclude_unset,
        "exclude_defaults": exclude_defaults,
        "exclude_none": exclude_none,
        "round_trip": round_trip,
    }
    refuse_one_instance(objects)
    if not isinstance(file, str | os.PathLike) and not hasattr(file, "write"):
        raise wrong_argument("file", "a file that can be written, or a path", file)
    if isinstance(file, str | os.PathLike):
        with replacing(file) as opened:
            return _write(objects, opened.write, options)
    if isinstance(file, io.TextIOBase):
        text = file.write
        return _write(objects, lambda line: text(line.decode()), options)
    return _write(objects, file.write, options)


def _write(objects: Iterable[Any], write: Callable[[bytes], Any], options: dict[str, Any]) -> int:
    count = 0
    for obj in objects:
        write(to_json(obj, **options) + b"\n")
        count += 1
    return count


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place when the block ends, and is removed when the block raises.

    A process that is killed leaves `path` as it was. Errors name `path`.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        with _replacing(target) as opened:
            yield opened
    except OSError as error:
        if Path(str(error.filename)).name.startswith(f".{target.name}."):  # the file beside it
            raise type(error)(error.errno, error.strerror, str(path)) from None
        raise


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    part = _beside(target)
    rights = target.stat().st_mode & 0o777 if target.exists() else None
    # Until it has the rights of the old file only its owner may open it. Without an old one it gets those that the
    # process gives to any new file: nothing needs to know the umask, which cannot be read without being changed.
    mode = 0o666 if rights is None else 0o600
    with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as opened:
        try:
            if rights is not None:
                os.chmod(part, rights)
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
            opened.close()
            os.replace(part, target)
        except BaseException:
            opened.close()
            part.unlink(missing_ok=True)
            raise


def _beside(target: Path) -> Path:
    """A name in the same folder that no file has."""
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")


def _bounded(file: Any, limit: int) -> Iterator[bytes | str]:
    """The lines of a file; of one that is longer than `limit` only so much that the limit refuses it."""
    while line := file.readline(limit + 1):
        yield line
        newline = b"\n" if isinstance(line, bytes) else "\n"
        while len(line) > limit and not line.endswith(newline):
            line = file.readline(limit + 1)


__all__ = ["LineError", "iter_json_lines", "replacing", "write_json_lines"]
