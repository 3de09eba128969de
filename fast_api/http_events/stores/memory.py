"""`Memory_Event_Store`: the newest events in the memory of this process."""

import threading
from collections import OrderedDict

from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.record import Request_Record


class Memory_Event_Store:
    """The newest `size` events in memory; every operation on one event is O(1)."""

    def __init__(self, size: int = 50) -> None:
        self.size = size
        self._records: OrderedDict[str, Request_Record] = OrderedDict()
        self._lock = threading.Lock()
        self._appended = 0
        self._evicted = 0
        self._dropped = 0

    def append(self, record: Request_Record) -> None:
        with self._lock:
            if self.size <= 0 or record.event_id in self._records:
                self._dropped += 1
                return
            self._records[record.event_id] = record
            self._appended += 1
            while len(self._records) > self.size:
                self._records.popitem(last=False)
                self._evicted += 1

    def recent(self, limit: int | None = None) -> list[Fast_API__Http_Event]:
        with self._lock:
            records = list(self._records.values())
        return [record.event for record in (records if limit is None else records[max(0, len(records) - limit) :])]

    def get(self, event_id: str) -> Fast_API__Http_Event | None:
        with self._lock:
            record = self._records.get(event_id)
        return None if record is None else record.event

    def clear(self) -> None:
        with self._lock:
            self._records.clear()

    def counts(self) -> dict[str, int]:
        with self._lock:
            return {
                "stored": len(self._records),
                "appended": self._appended,
                "evicted": self._evicted,
                "dropped": self._dropped,
            }
