"""A real Redis of one's own, on a free port of the loopback, in a folder of its own; and what can befall it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from ..ports import free_port

PROGRAM = "redis-server"
STREAM = "fast-api:events"


def skip_if_missing() -> None:
    """Skips the test that calls it where there is no redis-server, and says so."""
    if shutil.which(PROGRAM) is None:
        pytest.skip("redis-server is not installed (apt-get install redis-server)")


class Redis_Server:
    """What it acknowledged is in its append-only file, so that it survives being killed; `persistent=False` forgets."""

    def __init__(self, folder: Path, persistent: bool = True, password: str = "") -> None:
        self.port: int = free_port()
        self.folder = folder
        self.persistent = persistent
        self.password = password
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self.folder, "save": ""}
        options |= {"appendonly": "yes" if self.persistent else "no", "logfile": self.folder / "redis.log"}
        # With `no` it writes before it acknowledges, and waits for no disk; with `everysec` it may write later.
        options |= {"appendfsync": "no", "enable-protected-configs": "yes"}
        if self.password:
            options["requirepass"] = self.password
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        self.process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.client().ping()
                return
            except redis.RedisError:
                assert self.process.poll() is None, "redis-server ended by itself"
                assert time.monotonic() < deadline, "redis-server does not answer"
                time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)  # a forked process may send one too; `Popen` would refuse

    def pause(self) -> None:
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """Ends it at once, without a chance to save anything."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(60)
            self.process = None

    def client(self, **options: Any) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=60, **options)

    def entries(self, stream: str = STREAM) -> list[str]:
        """The ids of the events that are there, oldest first."""
        return [fields[b"id"].decode() for _, fields in self.client().xrange(stream)]

    def everything(self) -> bytes:
        """All that is stored, keys and values."""
        client, found = self.client(), []
        for key in client.scan_iter():
            kind = client.type(key)
            found += [key, repr(READERS[kind](client, key)).encode()]
        return b"\n".join(found)


READERS: dict[bytes, Any] = {
    b"stream": lambda client, key: client.xrange(key),
    b"set": lambda client, key: client.smembers(key),
    b"hash": lambda client, key: client.hgetall(key),
    b"zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
    b"string": lambda client, key: client.get(key),
}


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Redis_Server]:
    server = Redis_Server(folder, **options)
    server.start()
    try:
        yield server
    finally:
        server.kill()
