"""The queue between the requests and Redis, and the thread that empties it."""

import logging
import os
import random
import threading
import time
from collections import deque

from fast_api.http_events.record import Request_Record
from fast_api.http_events.recorded import HOST
from fast_api.http_events.stores.redis_scripts import Report, Scripts, problem_of
from type_safe_convert import to_json

logger: logging.Logger = logging.getLogger("fast_api.http_events")

INTERVAL = 0.05  # seconds in which a batch gathers
MAX_BATCH = 200
MAX_BATCH_SIZE = 1 << 20  # bytes: over a slow line all of a batch must arrive within the time limit, or it never does
PAUSE = 0.0002  # seconds between two events: some 3,000 a second; more when the queue is half full
HEARTBEAT = 2.0  # seconds between reports when there is nothing to write
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between tries


class Redis_Writer:
    """Takes records at once, and writes them in batches from a thread of its own, which starts with the first one.

    Past `queue_size` waiting records the new ones are dropped, and counted. What waits, waits until Redis takes it.
    """

    def __init__(self, scripts: Scripts, queue_size: int) -> None:
        self.scripts = scripts
        self.queue_size = queue_size
        self.worker: str = f"{HOST}:{os.getpid()}:{os.urandom(4).hex()}"
        self.problem: str = ""
        self.answered_at: float = 0.0  # the time of Redis's newest answer, of `time.monotonic`
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None
        self._asleep = False
        self.closing: bool = False
        self._queue: deque[Request_Record] = deque()
        self._sending: list[Request_Record] = []
        self._dropped = 0
        self._accepted = 0
        self._done = 0  # of the accepted ones: written, or given up
        self._acknowledged = 0  # the number of the newest event that Redis has
        self._forgotten = 0  # the number of the newest event that Redis has lost

    # for requests

    def put(self, record: Request_Record) -> None:
        with self._lock:
            if self._accepted - self._done >= self.queue_size:
                self._dropped += 1
                return
            self._accepted += 1
            self._queue.append(record)
            wake, self._asleep = self._asleep, False
        if wake:
            self._wake.set()
        elif self._thread is None:
            self.start()

    # for the others

    def start(self) -> None:
        """Starts the thread, if it does not run."""
        with self._lock:
            if self._thread is not None:
                return
            self.closing = False
            self._thread = threading.Thread(target=self._run, name="fast-api-events-to-redis", daemon=True)
            try:
                self._thread.start()
            except RuntimeError as error:  # no thread can be started: the next event or reader tries again
                self._thread = None
                self._failed("no thread could be started for Redis", error)

    def abandon_after_fork(self) -> None:
        """Empties the queue of the copy in a forked process: its records, its thread and its locks are the parent's."""
        self._queue.clear()

    def pending(self) -> list[Request_Record]:
        """The records that wait, oldest first."""
        with self._lock:
            return [*self._sending, *self._queue]

    def counts(self) -> dict[str, int]:
        """The counts of this process alone."""
        with self._lock:
            return {
                "appended": self._acknowledged,
                "dropped": self._dropped,
                "queued": self._accepted - self._done,
            }

    def flush(self, timeout: float) -> bool:
        """Waits until what was put before is written; False when that took longer than `timeout` seconds."""
        with self._lock:
            goal = self._accepted
            if self._done >= goal:
                return True
            if self._thread is None:  # none could be started
                return False
            self._hurry.set()
            return self._changed.wait_for(lambda: self._done >= goal, timeout)

    def close(self, timeout: float) -> int:
        """Flushes and ends the thread; returns the number of records that still wait after `timeout` seconds.

        A record that is put later starts it again.
        """
        deadline = time.monotonic() + timeout
        with self._lock:
            thread = self._thread
            self.closing = True
        self._hurry.set()
        self._wake.set()
        flushed = self.flush(timeout)
        if thread is not None and flushed and not self.problem:  # its last report is on the way
            thread.join(max(0.0, deadline - time.monotonic()))
        return len(self.pending())

    # the thread

    def _run(self) -> None:
        pause = FIRST_PAUSE
        batch: list[tuple[str, bytes]] = []
        while True:
            if not batch:
                self._wait()
                batch = self._take()
            try:
                self._send(batch)
            except Exception as error:
                self._failed(problem_of(error), error)
                time.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST_PAUSE)
                if self.closing and not batch:
                    batch = self._take()
            else:
                pause, batch = FIRST_PAUSE, []
            if self._ended(batch):
                return

    def _wait(self) -> None:
        with self._lock:
            self._asleep = not self._queue and not self.closing
            self._wake.clear()
        if self._asleep:
            self._wake.wait(HEARTBEAT)
            with self._lock:
                self._asleep = False
        if 0 < len(self._queue) < MAX_BATCH:
            self._hurry.wait(INTERVAL)

    def _take(self) -> list[tuple[str, bytes]]:
        batch: list[tuple[str, bytes]] = []
        size = failed = 0
        with self._lock:
            self._sending = []
        while len(batch) < MAX_BATCH and size < MAX_BATCH_SIZE:
            with self._lock:
                if not self._queue:
                    self._hurry.clear()
                    break
                record = self._queue.popleft()
                self._sending.append(record)
            try:
                text = to_json(record.event)
            except Exception:
                failed += 1
                logger.exception("an event has no form in JSON")
            else:
                batch.append((record.event_id, text))
                size += len(text)
            self._yield_gil()
        self._settle(failed, dropped=failed)
        return batch

    def _yield_gil(self) -> None:
        """Sleeps between two events: a thread that computes without a pause holds the GIL for 5 ms at a time, and
        `sleep(0)` mostly gives it back to the same thread."""
        if not self.closing:
            time.sleep(PAUSE if len(self._queue) < self.queue_size // 2 else 0)

    def _send(self, batch: list[tuple[str, bytes]]) -> None:
        with self._lock:
            waiting = self._accepted - self._done - len(batch)
            report = Report(dropped=self._dropped, queued=waiting)
        before = self.scripts.write(self.worker, report, self._acknowledged + 1, batch)
        self.answered_at = time.monotonic()
        if self.problem:
            logger.warning("Redis takes events again")
        self.problem = ""
        # Redis restarted without them. It answers so until it has a newer event of this worker.
        forgotten = max(0, self._acknowledged - max(before, self._forgotten))
        if forgotten:
            self._forgotten = self._acknowledged
            logger.warning("Redis lost %d events of this process", forgotten)
        with self._lock:
            self._acknowledged += len(batch)
            self._sending = []
        self._settle(len(batch), dropped=forgotten)

    def _settle(self, count: int, dropped: int) -> None:
        with self._lock:
            self._done += count
            self._dropped += dropped
            self._changed.notify_all()

    def _failed(self, problem: str, error: Exception) -> None:
        if problem != self.problem:
            logger.warning("%s; events are queued: %s", problem, error)
        self.problem = problem

    def _ended(self, batch: list[tuple[str, bytes]]) -> bool:
        with self._lock:
            if not self.closing or batch or self._queue:
                return False
            self._thread = None
            return True
