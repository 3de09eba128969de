"""`Redis_Event_Store`: the events of all workers and hosts, in one stream."""

import atexit
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.record import Request_Record
from fast_api.http_events.stores.redis_mirror import Redis_Mirror
from fast_api.http_events.stores.redis_scripts import AWAY, Scripts
from fast_api.http_events.stores.redis_writer import Redis_Writer

if TYPE_CHECKING:
    import redis

T = TypeVar("T")

logger: logging.Logger = logging.getLogger("fast_api.http_events")

# Seconds that a reader waits for the queue of its own process, so that it sees its own events.
READ_OWN_WRITES_TIMEOUT = 0.2
# After a failed read, skip Redis for this long, so that readers do not exhaust the threads that answer requests.
RETRY_AFTER = 1.0


class Redis_Event_Store:
    """An `Event_Store` that all workers and hosts share: the newest `max_events` of a Redis Stream.

    No request waits for Redis. Its record is put on a queue, and a thread of each process writes what is there. While
    Redis is away, slow, or takes nothing, up to `queue_size` records wait; the new ones past it are dropped, and
    counted. Reading asks Redis and belongs into a thread; while Redis is away, it gives what waits in this process.

    Needs `redis` (the extra `redis`) and a server of version 6.2 or newer. The connection is made by the first event.

    Args:
        url: as of `redis.Redis.from_url`; with password and TLS where needed.
        stream: the key of the stream; the others begin with it too.
        max_events: how many the stream holds; the oldest go first. Who reads holds as many in memory.
        queue_size: how many records of this process may wait.
        timeout: seconds to wait for an answer of Redis.
        close_timeout: seconds in which the end of the process waits for the queue to be written.

    Raises:
        ImportError: `redis` is not installed.
        ValueError: the url is none of Redis.
    """

    def __init__(
        self,
        url: str = "redis://127.0.0.1:6379/0",
        stream: str = "fast-api:events",
        max_events: int = 1000,
        queue_size: int = 10_000,
        timeout: float = 2.0,
        close_timeout: float = 5.0,
    ) -> None:
        self.url = url
        self.stream = stream
        self.max_events = max_events
        self.queue_size = queue_size
        self.timeout = timeout
        self.close_timeout = close_timeout
        self._begin()
        _stores.add(self)

    def _begin(self) -> None:
        """Called in a forked process too, where queue, threads and connections are the parent's."""
        self._scripts = Scripts(self._client(), self.stream, self.max_events)
        self._writer = Redis_Writer(self._scripts, self.queue_size)
        self._mirror = Redis_Mirror()
        self._asking = threading.Lock()
        self._failed_at = float("-inf")

    def __del__(self) -> None:
        writer = self.__dict__.get("_writer")
        if writer is not None:
            writer.closing = True  # only a signal: `__del__` may run on the writer's thread, which it cannot join

    def __repr__(self) -> str:
        return f"{type(self).__name__}(stream={self.stream!r})"  # the url may hold a password

    def append(self, record: Request_Record) -> None:
        self._writer.put(record)

    def recent(self, limit: int | None = None) -> list[Fast_API__Http_Event]:
        events = self._known()[-self.max_events :]
        return events if limit is None else events[max(0, len(events) - limit) :]

    def get(self, event_id: str) -> Fast_API__Http_Event | None:
        return next((event for event in reversed(self._known()) if event.event_id == event_id), None)

    def clear(self) -> None:
        """Forgets what is in Redis; what workers have queued arrives afterwards."""
        self._wait_for_own()
        self._ask(Scripts.clear, None)

    def counts(self) -> dict[str, int]:
        """The counts of all workers, since the stream began: `stored`, `appended` (written to Redis), `evicted`,
        `dropped` (past the bound, forgotten by Redis, or of an id that was there) and `queued`.

        Of this process alone while Redis is away.
        """
        self._wait_for_own()
        own = {"stored": 0, "evicted": 0, **self._writer.counts()}
        return self._ask(Scripts.counts, own)

    def problem(self) -> str:
        """Says in words that may be public what is wrong; empty when all is well."""
        self._writer.start()
        if not self._writer.problem:
            return ""
        counts = self._writer.counts()
        return f"{self._writer.problem}; {counts['queued']} events queued, {counts['dropped']} dropped"

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until what was appended before is in Redis; False when that took more than `timeout` seconds
        (`close_timeout`)."""
        return self._writer.flush(self.close_timeout if timeout is None else timeout)

    def close(self, timeout: float | None = None) -> None:
        """Flushes and ends the thread; the log says how many events could not be written."""
        left = self._writer.close(self.close_timeout if timeout is None else timeout)
        if left:
            logger.warning("%s: the process ends with %d events queued", self._writer.problem or "Redis is slow", left)

    # reading

    def _known(self) -> list[Fast_API__Http_Event]:
        self._wait_for_own()
        # First, since it may be written meanwhile.
        pending = self._writer.pending()[-self.max_events :] if self._writer.problem else []
        events: list[Fast_API__Http_Event] = self._ask(self._mirror.read, [])
        if pending:
            known = {event.event_id for event in events}
            events = [*events, *(record.event for record in pending if record.event_id not in known)]
        return events

    def _wait_for_own(self) -> None:
        if not self._writer.problem:
            self._writer.flush(READ_OWN_WRITES_TIMEOUT)

    def _ask(self, read: Callable[[Scripts], T], otherwise: T) -> T:
        self._writer.start()
        with self._asking:  # who waits meanwhile need not try as well
            if self._writer.problem == AWAY or self._failed_lately():
                return otherwise
            try:
                return read(self._scripts)
            except (_redis().RedisError, OSError):
                self._failed_at = time.monotonic()
                return otherwise

    def _failed_lately(self) -> bool:
        return self._writer.answered_at < self._failed_at and time.monotonic() < self._failed_at + RETRY_AFTER

    def _client(self) -> "redis.Redis":
        redis = _redis()
        # No retries by the client: the writer has its own, and a reader has a request waiting.
        retry = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
        return redis.Redis.from_url(
            self.url, socket_timeout=self.timeout, socket_connect_timeout=self.timeout, retry=retry, protocol=2
        )


def _redis() -> Any:
    try:
        import redis.backoff
        import redis.retry
    except ImportError:
        raise ImportError("Redis_Event_Store needs redis: pip install 'type-safe-convert[redis]'") from None
    return redis


_stores: "weakref.WeakSet[Redis_Event_Store]" = weakref.WeakSet()


def _begin_in_forked_process() -> None:
    for store in list(_stores):
        store._writer.abandon_after_fork()
        store._begin()


@atexit.register
def _close_all() -> None:
    """For servers that do not say that they end."""
    for store in list(_stores):
        if not store._writer.closing:
            store.close()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_begin_in_forked_process)
