"""A line to a server on the loopback that carries only so many bytes towards it between two of its answers.

That is what a slow line does to a client with a time limit, however slow the machine is.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def slow_line(port: int, most: int) -> Iterator[int]:
    """The port to connect to instead of `port`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, port, most), daemon=True).start()
        yield listening.getsockname()[1]


def _accept(listening: socket.socket, port: int, most: int) -> None:
    with contextlib.suppress(OSError):  # the end of the test
        while True:
            client, _ = listening.accept()
            server = socket.create_connection(("127.0.0.1", port))
            line = _Line(client, server, most)
            for carry in (line.there, line.back):
                threading.Thread(target=carry, daemon=True).start()


class _Line:
    def __init__(self, client: socket.socket, server: socket.socket, most: int) -> None:
        self.client = client
        self.server = server
        self.most = most
        self.carried = 0  # since the last answer

    def there(self) -> None:
        with contextlib.suppress(OSError):
            while part := self.client.recv(1 << 16):
                self.carried += len(part)
                if self.carried <= self.most:
                    self.server.sendall(part)
        self.close()

    def back(self) -> None:
        with contextlib.suppress(OSError):
            while part := self.server.recv(1 << 16):
                self.carried = 0
                self.client.sendall(part)
        self.close()

    def close(self) -> None:
        for each in (self.client, self.server):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
