"""What a worker has counted, where it can be read when the worker is dead.

A process that is killed says nothing any more. What it had been given is in a file that it maps into its memory, so
that counting costs no call of the system; it holds a lock on the file for as long as it lives. The others on its
machine find the file without a lock, and report for it. The events themselves die with the process.
"""

import contextlib
import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: there the counters die with the process
    fcntl = None  # type: ignore[assignment]  # a module or None

_FIELDS = ("offered", "dropped")
_SIZE = 8 * len(_FIELDS)


class Tally:
    """The counters of the worker `name` of a group: `values[0]` is `offered`, `values[1]` is `dropped`.

    Where there can be no file, they are only in memory.
    """

    def __init__(self, group: str, name: str) -> None:
        self.values = memoryview(bytearray(_SIZE)).cast("q")
        self._file: int | None = None
        if fcntl is None:
            return
        with contextlib.suppress(OSError):  # also where no folder takes a file
            folder = _folder()
            _make_private(folder)
            self._path = folder / f"{group}-{name}"
            unfinished = folder / f".{self._path.name}"  # under its own name once it has its lock
            file = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                # Written, not only made as long: who maps a file without room on the disk is killed when it is full.
                os.write(file, bytes(_SIZE))
                self.values = memoryview(mmap.mmap(file, _SIZE)).cast("q")
                unfinished.rename(self._path)
            except OSError:
                os.close(file)
                unfinished.unlink()
                raise
            self._file = file

    def __del__(self) -> None:
        self._close()

    def touch(self) -> None:
        """The worker lives; writing into the map tells no time."""
        if self._file is not None:
            os.utime(self._file)

    def remove(self) -> None:
        """All is reported: nobody needs the file. The counters go on in memory."""
        values = memoryview(bytearray(_SIZE)).cast("q")
        values[:] = self.values
        self.values = values
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._close()

    def leave(self) -> None:
        """In a forked process: the file is its parent's, and its lock shall end with the parent."""
        self.values = memoryview(bytearray(_SIZE)).cast("q")  # the map holds the file open too
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def group_of(*parts: object) -> str:
    """A name for the workers that have these in common."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def of_the_dead(group: str, youngest: float) -> Iterator[tuple[str, int, int]]:
    """Name, `offered` and `dropped` of each worker that ended without having reported all, once: the file is removed
    when the caller asks for the next one. Those that were last touched before the time `youngest` are only removed."""
    if fcntl is None:
        return
    try:
        paths = list(_folder().glob(f"{group}-*"))
    except OSError:  # there is none
        return
    for path in paths:
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while the worker lives
                status = os.fstat(file)
                if status.st_nlink == 0:  # its worker, or another one that looks for the dead, removed it meanwhile
                    continue
                content = os.read(file, _SIZE)
                if len(content) == _SIZE and status.st_mtime >= youngest:
                    offered, dropped = memoryview(content).cast("q")
                    yield path.name.removeprefix(f"{group}-"), offered, dropped
                path.unlink()
            finally:
                os.close(file)


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"fast-api-events-{os.getuid() if fcntl is not None else 0}"


def _make_private(folder: Path) -> None:
    """Raises OSError where somebody else was first."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(f"{folder} is not private")
