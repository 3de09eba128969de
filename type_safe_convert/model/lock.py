"""The lock of everything that makes classes or functions."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from type_safe_convert.registry import library_locks


class _Lock:
    """One lock, which a thread may take several times: what it guards is rare, and a class may need many others.

    A library that asks for classes of this package while it holds a lock of its own has that lock taken first. So no
    thread waits for the library while another one, in the library, waits for this lock.
    """

    def __init__(self) -> None:
        self._own = threading.RLock()
        self._taken: list[list[Any]] = []  # for each time that the lock was taken, the locks of libraries

    def __enter__(self) -> None:
        found = (getattr(sys.modules.get(module), name, None) for module, name in library_locks())
        before = [lock for lock in found if lock is not None]
        for lock in before:
            lock.acquire()
        self._own.acquire()
        self._taken.append(before)

    def __exit__(self, *error: object) -> None:
        before = self._taken.pop()
        self._own.release()
        for lock in before:
            lock.release()


LOCK = _Lock()

if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    # A forked process has no thread that would release the lock, nor one that would finish a class.
    os.register_at_fork(before=LOCK.__enter__, after_in_parent=LOCK.__exit__, after_in_child=LOCK.__exit__)
