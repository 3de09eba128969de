"""A line to a server on the loopback that carries only so many bytes a second towards it."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PART = 1 << 14


@contextmanager
def slow_line(port: int, bytes_per_second: int) -> Iterator[int]:
    """The port to connect to instead of `port`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # What the system buffers would be there at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * PART)
        threading.Thread(target=_accept, args=(listening, port, bytes_per_second), daemon=True).start()
        yield listening.getsockname()[1]


def _accept(listening: socket.socket, port: int, bytes_per_second: int) -> None:
    with contextlib.suppress(OSError):  # the end of the test
        while True:
            client, _ = listening.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for source, target, seconds in ((client, server, 1 / bytes_per_second), (server, client, 0.0)):
                threading.Thread(target=_carry, args=(source, target, seconds), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket, seconds: float) -> None:
    """Each byte takes so many seconds. What a busy machine delays catches up, for at most half a second."""
    due = 0.0
    with contextlib.suppress(OSError):
        while part := source.recv(PART):
            due = max(due, time.monotonic() - 0.5) + seconds * len(part)
            time.sleep(max(0.0, due - time.monotonic()))
            target.sendall(part)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
