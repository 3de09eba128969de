"""Where events are kept: the protocol, and the ring in memory."""

import threading
from collections import OrderedDict
from typing import Protocol, runtime_checkable

from fast_api.http_events.event import Fast_API__Http_Event


@runtime_checkable
class Event_Store(Protocol):
    """Keeps the newest events. Its methods may be called from any thread and must not block a request."""

    def append(self, event: Fast_API__Http_Event) -> None:
        """Keeps `event`, which is complete; the oldest may go for it."""

    def recent(self, limit: int | None = None) -> list[Fast_API__Http_Event]:
        """The newest `limit` events, or all, oldest first."""

    def get(self, event_id: str) -> Fast_API__Http_Event | None: ...

    def clear(self) -> None: ...

    def counts(self) -> dict[str, int]:
        """`stored` now, and since the start: `appended`, `evicted` (for newer ones), `dropped` (never kept)."""


class Memory_Event_Store:
    """The newest `size` events in memory; every operation on one event is O(1)."""

    def __init__(self, size: int = 50) -> None:
        self.size = size
        self._events: OrderedDict[str, Fast_API__Http_Event] = OrderedDict()
        self._lock = threading.Lock()
        self._appended = 0
        self._evicted = 0
        self._dropped = 0

    def append(self, event: Fast_API__Http_Event) -> None:
        with self._lock:
            if self.size <= 0 or event.event_id in self._events:
                self._dropped += 1
                return
            self._events[event.event_id] = event
            self._appended += 1
            while len(self._events) > self.size:
                self._events.popitem(last=False)
                self._evicted += 1

    def recent(self, limit: int | None = None) -> list[Fast_API__Http_Event]:
        with self._lock:
            events = list(self._events.values())
        return events if limit is None else events[max(0, len(events) - limit) :]

    def get(self, event_id: str) -> Fast_API__Http_Event | None:
        with self._lock:
            return self._events.get(event_id)

    def clear(self) -> None:
        with self._lock:
            self._events.clear()

    def counts(self) -> dict[str, int]:
        with self._lock:
            return {
                "stored": len(self._events),
                "appended": self._appended,
                "evicted": self._evicted,
                "dropped": self._dropped,
            }
