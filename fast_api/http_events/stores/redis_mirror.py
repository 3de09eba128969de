"""The events that a process has read of the stream, so that it reads each one once."""

import logging
import threading
from collections import OrderedDict

from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.stores.redis_scripts import Entry, Scripts
from type_safe_convert import ConversionError, from_json

logger: logging.Logger = logging.getLogger("fast_api.http_events")


class Redis_Mirror:
    """The events of a stream, by the ids of their entries.

    A stream only grows at its end and shrinks at its start; when the numbers do not add up, all is read again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: OrderedDict[bytes, Fast_API__Http_Event | None] = OrderedDict()

    def read(self, scripts: Scripts) -> list[Fast_API__Http_Event]:
        """All events, oldest first. Raises what the client of Redis raises."""
        with self._lock:
            size, oldest, entries = scripts.newer(next(reversed(self._events), b""))
            while self._events and _place(next(iter(self._events))) < _place(oldest):
                self._events.popitem(last=False)
            self._add(entries)
            if len(self._events) != size:
                self._events.clear()
                self._add(scripts.newer(b"")[2])
            return [event for event in self._events.values() if event is not None]

    def _add(self, entries: list[Entry]) -> None:
        for entry_id, fields in entries:
            try:
                event = from_json(Fast_API__Http_Event, fields[b"event"])
            except (ConversionError, KeyError):  # of another version of this package
                logger.warning("an event in Redis cannot be read")
                event = None
            self._events[entry_id] = event


def _place(entry_id: bytes) -> tuple[int, int]:
    """The place of an entry in the stream: milliseconds, and a number among those of the same millisecond."""
    time, _, number = entry_id.partition(b"-")
    return int(time or 0), int(number or 0)
