"""The cost of an event for a request: `python -m benchmarks.events`.

The middleware alone, over an application that does nothing, with and without events; of the process's own time, the
best of several runs. In a whole request it costs more, since more objects live: `python -m benchmarks.web`.
"""

import asyncio
import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from fast_api.http_events import (
    Event_Store,
    Fast_API__Http_Events,
    Memory_Event_Store,
    Redis_Event_Store,
    Request_Record,
)
from fast_api.middlewares.http_request import Http_Request
from tests.stores import redis_server

HEADERS = [
    (b"host", b"api.example.com"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0"),
    (b"accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
    (b"accept-language", b"en-GB,en;q=0.7,de;q=0.3"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"cookie", b"session=4f9ab8c7d6e5f4; theme=dark"),
    (b"authorization", b"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc"),
    (b"referer", b"https://example.com/orders?page=2"),
    (b"sec-fetch-mode", b"cors"),
    (b"x-forwarded-for", b"10.1.2.3"),
    (b"connection", b"keep-alive"),
    (b"content-type", b"application/json"),
]  # fmt: skip
RESPONSE_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", b"100"),
    (b"set-cookie", b"session=abc"),
]


class No_Events(Fast_API__Http_Events):
    def request_started(self, scope: Any, request_id: str) -> None:
        return None


async def app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": RESPONSE_HEADERS})
    await send({"type": "http.response.body", "body": b"x" * 100})


async def send(message: Any) -> None:
    pass


def scopes(count: int) -> list[Any]:
    return [
        {
            "type": "http",
            "method": "GET",
            "path": "/orders/17",
            "query_string": b"page=2&size=50",
            "headers": [(bytes(bytearray(name)), bytes(bytearray(value))) for name, value in HEADERS],  # fresh objects
            "client": ("10.0.0.1", 1234),
            "server": ("10.0.0.2", 80),
            "state": {},
        }
        for _ in range(count)
    ]


async def microseconds_a_request(middleware: Http_Request, count: int = 1000) -> float:
    made = scopes(count)
    started = time.process_time()
    for scope in made:
        await middleware(scope, None, send)  # type: ignore[arg-type]  # nothing receives here
    return (time.process_time() - started) / count * 1e6


class Collecting_Store(Memory_Event_Store):
    def __init__(self) -> None:
        super().__init__()
        self.collected: list[Request_Record] = []

    def append(self, record: Request_Record) -> None:
        self.collected.append(record)


def records(count: int) -> list[Request_Record]:
    events, store = Fast_API__Http_Events(), Collecting_Store()
    events.store = store
    asyncio.run(microseconds_a_request(Http_Request(app, events), count))
    return store.collected


def cost_of_append(store: Event_Store, count: int = 5000) -> float:
    """Microseconds that a request waits for the store, the median of many; a thread of the store may be at work."""
    first, *made = records(count + 1)
    store.append(first)  # starts what there is to start
    times = []
    for part in range(0, count, 50):
        started = time.perf_counter()
        for record in made[part : part + 50]:
            store.append(record)
        times.append((time.perf_counter() - started) / 50 * 1e6)
        time.sleep(0.001)
    return sorted(times)[len(times) // 2]


def cost_of_writing(store: Redis_Event_Store, count: int = 5000) -> float:
    """Microseconds of the process's time an event, in the thread that writes to Redis."""
    first, *made = records(count + 1)
    store.append(first)
    store.flush()
    started = time.process_time()
    for record in made:
        store.append(record)
    store.flush(60)
    return (time.process_time() - started) / count * 1e6


def cost_of_an_event() -> float:
    """Microseconds a request."""

    async def measure() -> float:
        without, recording = Http_Request(app, No_Events()), Http_Request(app, Fast_API__Http_Events())
        rounds = [(await microseconds_a_request(without), await microseconds_a_request(recording)) for _ in range(12)]
        return min(with_events for _, with_events in rounds) - min(bare for bare, _ in rounds)

    return asyncio.run(measure())


if __name__ == "__main__":
    print(f"an event costs {cost_of_an_event():.1f} µs a request, of these")
    print(f"  the ring in memory {cost_of_append(Memory_Event_Store()):.2f} µs")
    logging.disable()
    away = Redis_Event_Store("redis://127.0.0.1:1/0", close_timeout=0)
    print(f"  a Redis that is away {cost_of_append(away):.2f} µs")
    with tempfile.TemporaryDirectory() as folder, redis_server.running(Path(folder)) as server:
        store = Redis_Event_Store(server.url)
        print(f"  a Redis {cost_of_append(store):.2f} µs, and in a thread of its own {cost_of_writing(store):.0f} µs")
        store.close()
