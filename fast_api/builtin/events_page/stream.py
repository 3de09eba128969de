"""Server-sent events for the page: what is stored, and what arrives."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool

from fast_api.builtin.events_page.filters import summary_of
from fast_api.fastapi_bridge.internals import server_is_stopping
from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.http_events import Fast_API__Http_Events

# Not every server says that it stops, and an endless stream would hold it up. EventSource reconnects at once, with the
# id of the last event that it saw.
STREAM_SECONDS = 5.0
RETRY_MILLISECONDS = 250
LOOK_SECONDS = 0.2  # between two reads of the store, which may be in another process


async def live_events(events: Fast_API__Http_Events, last: str) -> AsyncIterator[bytes]:
    """The messages of a stream that begins after the event `last`: those still stored, then those that arrive.

    A `status` message says what is wrong with the store, or is empty; it comes first, and when that changes. `missed`
    comes when more events arrived at once than are stored.
    """
    yield format_sse_event(retry=RETRY_MILLISECONDS)
    deadline = time.monotonic() + STREAM_SECONDS
    seen: set[str] | None = None
    status = None
    while True:
        stored, now = await run_in_threadpool(_look, events)
        ids = [event.event_id for event in stored]
        if now != status:
            status = now
            yield format_sse_event(event="status", data_str=json.dumps(status))
        if seen is None:
            seen = set(ids[: ids.index(last) + 1] if last in ids else [] if last else ids)
        elif seen and ids and seen.isdisjoint(ids):
            yield format_sse_event(event="missed", data_str="")
        for event in stored:
            if event.event_id not in seen:
                row = json.dumps(summary_of(event).json())
                yield format_sse_event(event="event", id=event.event_id, data_str=row)
        seen.update(ids)  # for the few seconds of a stream: events in Redis go and come back with it
        left = deadline - time.monotonic()
        if left <= 0 or server_is_stopping():
            return
        await asyncio.sleep(min(LOOK_SECONDS, left))


def _look(events: Fast_API__Http_Events) -> tuple[list[Fast_API__Http_Event], str]:
    return events.store.recent(), events.problem()
