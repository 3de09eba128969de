"""Server-sent events for the page: what is stored, and what arrives."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from fast_api.builtin.events_page.filters import summary_of
from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.http_events import Fast_API__Http_Events
from fast_api.lifecycle import server_is_stopping

# A stream that never ends would keep a server from stopping, unless it is one that says so; EventSource comes back at
# once and says what it saw last.
STREAM_SECONDS = 5.0
RETRY_MILLISECONDS = 250
LOOK_SECONDS = 0.2  # between two looks at what is stored: it may be stored anywhere


async def live_lines(events: Fast_API__Http_Events, last: str, duration: float = STREAM_SECONDS) -> AsyncIterator[str]:
    """The lines of a stream that begins after the event `last`: those still stored, then what arrives.

    A `status` message says what is wrong with the store, or is empty; it comes first, and when that changes. `missed`
    comes when more events arrived at once than are stored.
    """
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    deadline = time.monotonic() + duration
    seen: set[str] | None = None
    status = None
    while True:
        stored, now = await run_in_threadpool(_look, events)
        ids = [event.event_id for event in stored]
        if now != status:
            status = now
            yield f"event: status\ndata: {json.dumps(status)}\n\n"
        if seen is None:
            seen = set(ids[: ids.index(last) + 1] if last in ids else [] if last else ids)
        elif seen and ids and seen.isdisjoint(ids):
            yield "event: missed\ndata: \n\n"
        for event in stored:
            if event.event_id not in seen:
                yield message_of(event)
        seen.update(ids)  # for the few seconds of a stream: what is known to Redis goes and comes back with it
        left = deadline - time.monotonic()
        if left <= 0 or server_is_stopping():
            return
        await asyncio.sleep(min(LOOK_SECONDS, left))


def _look(events: Fast_API__Http_Events) -> tuple[list[Fast_API__Http_Event], str]:
    return events.store.recent(), events.degraded()


def message_of(event: Fast_API__Http_Event) -> str:
    return f"event: event\nid: {event.event_id}\ndata: {json.dumps(summary_of(event).json())}\n\n"
