"""Requests over many connections at once, and what their clients saw."""

import asyncio
import http.client
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

PATHS = ("/orders/1", "/orders/2?page=3", "/orders/x", "/nothing")


@dataclass
class Seen:
    """`completed`: the ids of the requests whose response came to its end; `cut_off`: how many did not."""

    completed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    pids: set[str] = field(default_factory=set)
    cut_off: int = 0

    def percentile(self, share: float) -> float:
        """Of the latencies, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


async def load(
    port: int, connections: int, requests: int, seen: Seen, pause: float = 0.0, stop: asyncio.Event | None = None
) -> None:
    """`requests` in all, or until `stop` is set; each connection waits `pause` seconds between two."""
    numbers = itertools.takewhile(lambda _: stop is None or not stop.is_set(), iter(range(requests)))
    await asyncio.gather(*(_client(port, numbers, seen, pause) for _ in range(connections)))


async def until_all_answer(port: int, workers: int, seen: Seen) -> None:
    """Requests until each of the workers has answered some: they do not start all at once."""
    async with asyncio.timeout(180):
        while len(seen.pids) < workers:
            await load(port, connections=16, requests=64, seen=seen, pause=0.01)


class Worker_Connection:
    """A connection that stays open, so that all of its requests come to the same worker; which one, `pid` tells."""

    def __init__(self, port: int, seen: Seen) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=180)
        self.seen = seen
        self.pid: int = self.order()["pid"]

    def order(self) -> Any:
        """One request that leaves an event."""
        response, body = self.get("/orders/1")
        self.seen.completed.append(response.headers["fast-api-request-id"])
        return body

    def get(self, path: str) -> tuple[http.client.HTTPResponse, Any]:
        """The response, and what its body says. A worker that answers has counted the requests before it."""
        self.http.request("GET", path)
        response = self.http.getresponse()
        return response, json.loads(response.read())


def connect_to_each(port: int, workers: int, seen: Seen) -> list[Worker_Connection]:
    """Connections to as many workers. Which one takes a connection is for the system to say, so some are closed."""
    found: dict[int, Worker_Connection] = {}
    deadline = time.monotonic() + 180
    while len(found) < workers:
        assert time.monotonic() < deadline, f"only {len(found)} of {workers} workers answer"
        connection = Worker_Connection(port, seen)
        if connection.pid in found:
            connection.http.close()
        found.setdefault(connection.pid, connection)
    return list(found.values())


async def _client(port: int, numbers: Any, seen: Seen, pause: float) -> None:
    streams: Any = None
    for number in numbers:
        started = time.perf_counter()
        try:
            if streams is None:
                streams = await asyncio.open_connection("127.0.0.1", port)
            reader, writer = streams
            path = PATHS[number % len(PATHS)]
            writer.write(f"GET {path} HTTP/1.1\r\nHost: load\r\nCookie: session=load-secret-1\r\n\r\n".encode())
            async with asyncio.timeout(180):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
        except (OSError, asyncio.IncompleteReadError):
            seen.cut_off += 1
            streams = None
            await asyncio.sleep(0.05)
            continue
        seen.seconds.append(time.perf_counter() - started)
        seen.completed.append(headers["fast-api-request-id"])
        if body.startswith(b'{"pid":'):
            seen.pids.add(body.decode().split(":")[1].split(",")[0])
        await asyncio.sleep(pause)
    if streams is not None:
        streams[1].close()
