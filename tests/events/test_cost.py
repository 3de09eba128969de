"""An event takes at most 10 KB with ordinary headers. What it costs in time: `python -m benchmarks.events`."""

import asyncio
import gc
import tracemalloc

from benchmarks.events import app, microseconds_a_request, scopes, send
from fast_api.http_events import Fast_API__Http_Events
from fast_api.middlewares.http_request import Http_Request


def test_at_most_10_kilobytes_an_event() -> None:
    recording = Http_Request(app, Fast_API__Http_Events(max_requests_logged=1000))

    async def measure() -> float:
        await microseconds_a_request(recording, 10)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        await microseconds_a_request(recording, 500)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return (after - before) / 500

    size = asyncio.run(measure())
    print(f"{size:.0f} bytes an event")
    assert 1000 < size <= 10_000


def test_huge_headers_are_bounded() -> None:
    events = Fast_API__Http_Events()
    scope = scopes(1)[0]
    scope["headers"] = [(f"x-{n}".encode(), b"v" * 60_000) for n in range(500)]
    scope["path"] = "/" + "p" * 60_000
    scope["query_string"] = b"q=" + b"v" * 60_000
    asyncio.run(Http_Request(app, events)(scope, None, send))  # type: ignore[arg-type]
    (event,) = events.requests_data.values()
    assert len(str(event.json())) < 100_000
    assert "60000 characters" in event.http_event_request.headers["x-0"]
