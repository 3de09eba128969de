"""Those who watch events arrive: the page's live streams."""

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.record import Request_Record

MAX_WAITING = 500


class Subscription:
    """Events that arrived and were not taken yet: the newest MAX_WAITING; the count of those beyond is `missed`."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.arrived = asyncio.Event()
        self.waiting: deque[Request_Record] = deque()
        self.missed = 0

    def put(self, record: Request_Record) -> None:
        if len(self.waiting) >= MAX_WAITING:
            self.missed += 1
            return
        self.waiting.append(record)
        self.loop.call_soon_threadsafe(self.arrived.set)

    async def take(self, timeout: float) -> list[Fast_API__Http_Event]:
        """Everything that waits; waits for something up to `timeout` seconds, else an empty list."""
        try:
            async with asyncio.timeout(timeout):
                await self.arrived.wait()
        except TimeoutError:
            return []
        self.arrived.clear()
        taken = [record.event for record in self.waiting]
        self.waiting.clear()
        return taken


class Subscriptions:
    """Who listens now; publishing costs next to nothing while nobody does."""

    def __init__(self) -> None:
        self._all: tuple[Subscription, ...] = ()
        self._lock = threading.Lock()

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        subscription = Subscription()
        with self._lock:
            self._all = (*self._all, subscription)
        try:
            yield subscription
        finally:
            with self._lock:
                self._all = tuple(other for other in self._all if other is not subscription)

    def publish(self, record: Request_Record) -> None:
        for subscription in self._all:
            try:
                subscription.put(record)
            except RuntimeError:  # its event loop ended without it
                subscription.missed += 1
