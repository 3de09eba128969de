"""An event takes at most 10 KB with ordinary headers. What it costs in time: `python -m benchmarks.events`."""

import asyncio
import gc
import tracemalloc
from typing import Any

from benchmarks.events import app, microseconds_a_request, scopes, send
from fast_api.http_events import Fast_API__Http_Events
from fast_api.middlewares.http_request import Http_Request
from fast_api.redaction.redactor import MAX_HEADERS, Redactor


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


def test_headers_beyond_those_that_are_kept_cost_nothing_but_repeated_ones_are_joined() -> None:
    class Counting_Redactor(Redactor):
        def text(self, text: str, secrets: Any = ()) -> str:
            redacted.append(text)
            return super().text(text, secrets)

    redacted: list[str] = []
    raw = [(f"x-{n}".encode(), b"token=a b") for n in range(2 * MAX_HEADERS)]
    headers = Counting_Redactor().headers([*raw, (b"x-0", b"token=c d")])
    assert len(headers) == MAX_HEADERS
    assert len(redacted) == MAX_HEADERS + 1
    assert headers["x-0"].startswith(headers["x-1"] + ", token=cleaned (1, ")
