"""The protocol of a store of events."""

from typing import Protocol, runtime_checkable

from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.record import Request_Record


@runtime_checkable
class Event_Store(Protocol):
    """Keeps the newest events. Its methods may be called from any thread, and `append` must not block a request.

    One that keeps them elsewhere may also have `problem() -> str`, which says what is wrong in words that may be
    public, empty when all is well, and `close()`, which is called when the application ends.
    """

    def append(self, record: Request_Record) -> None:
        """Keeps a request that has ended; the oldest may go for it. Every request waits for this."""

    def recent(self, limit: int | None = None) -> list[Fast_API__Http_Event]:
        """The newest `limit` events, or all, oldest first."""

    def get(self, event_id: str) -> Fast_API__Http_Event | None: ...

    def clear(self) -> None: ...

    def counts(self) -> dict[str, int]:
        """`stored` now, and since the start: `appended`, `evicted` (for newer ones), `dropped` (never kept)."""


def store_problem(store: Event_Store) -> str:
    """The `problem()` of a store, empty where it has none."""
    ask = getattr(store, "problem", None)
    if ask is None:
        return ""
    try:
        return str(ask())
    except Exception as error:
        return f"the event store does not answer: {type(error).__name__}"
