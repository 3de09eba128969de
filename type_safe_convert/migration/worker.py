"""The processes of a migration: each imports one version of the modules, answers one request and ends.

The modules of users run there, so that neither they nor two versions of them meet in the process that asks.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class WorkerError(ValueError):
    """A process of the migration ended without an answer; the message is the end of what it printed."""


def ask(function: str, request: Any, folders: Sequence[str] = ()) -> Any:
    """The answer of `module:function` to a request, from a process of its own.

    Args:
        folders: where it imports from before all other places.

    Raises:
        WorkerError: the process ended otherwise.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "request"), Path(folder, "answer")
        asked.write_bytes(pickle.dumps((function, request, [*folders])))
        command = [sys.executable, "-m", __name__, str(asked), str(answered)]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        read, write = os.pipe()  # closed when this process ends, however it does
        try:
            run = subprocess.run(command, capture_output=True, text=True, env=environment, stdin=read)
        finally:
            os.close(read)
            os.close(write)
        if not answered.exists():
            lines = (run.stderr or run.stdout).strip().splitlines()
            raise WorkerError(lines[-1] if lines else f"a process ended with status {run.returncode}")
        return pickle.loads(answered.read_bytes())


def main(asked: str, answered: str) -> None:
    """Answers a request that stands in a file, in another one."""
    _end_with_the_parent()
    function, request, folders = pickle.loads(Path(asked).read_bytes())
    sys.path[:0] = folders
    module, _, name = function.partition(":")
    answer = getattr(importlib.import_module(module), name)(request)
    Path(answered).write_bytes(pickle.dumps(answer))


def _end_with_the_parent() -> None:
    """Ends this process when the one that asks is gone, which holds the other end of standard input."""
    parent = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)  # for modules that read
    os.dup2(nothing, 0)
    os.close(nothing)

    def wait() -> None:
        os.read(parent, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
