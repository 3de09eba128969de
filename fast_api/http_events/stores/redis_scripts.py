"""The keys of the Redis store, and the scripts that change them: each runs as a whole or not at all.

All keys have the stream's name in braces, so that they live on one node of a cluster:

| key | |
|---|---|
| the stream | entries with the fields `id` and `event`, the event's JSON |
| `:ids` | the ids of the events in the stream |
| `:totals` | `dropped`, `written`, `refused`, `cleared`: of all workers, since the stream began |
| `:workers` | the time of each worker's last report |
| `:worker:ID` | the last report of one worker: `dropped`, `queued`; `last` is the number of its newest event |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import redis

# A worker numbers its events. When a reply is lost it sends the batch again, and what has a number that is not above
# the last one is here already; the stream itself could not tell, since it may have been trimmed meanwhile. Nothing is
# undone when a script fails half-way, so each event's number is set with it, and the first change is the one that Redis
# is likeliest to refuse.
_WRITE = """
local stream, ids, totals, workers, worker = unpack(KEYS)
local name, max, expires = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local number = tonumber(ARGV[6])
local before = tonumber(redis.call('HGET', worker, 'last') or '0')
for i = 7, #ARGV, 2 do
  if number > before then
    if redis.call('SISMEMBER', ids, ARGV[i]) == 0 then
      redis.call('XADD', stream, '*', 'id', ARGV[i], 'event', ARGV[i + 1])
      redis.call('SADD', ids, ARGV[i])
      redis.call('HINCRBY', totals, 'written', 1)
    else
      redis.call('HINCRBY', totals, 'refused', 1)
    end
    redis.call('HSET', worker, 'last', number)
  end
  number = number + 1
end
local over = redis.call('XLEN', stream) - max
if over > 0 then
  for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+', 'COUNT', over)) do
    redis.call('SREM', ids, entry[2][2])
  end
  redis.call('XTRIM', stream, 'MAXLEN', max)
end
local more = tonumber(ARGV[4]) - tonumber(redis.call('HGET', worker, 'dropped') or '0')
if more > 0 then -- an abandoned connection may bring an older report
  redis.call('HINCRBY', totals, 'dropped', more)
  redis.call('HSET', worker, 'dropped', ARGV[4])
end
redis.call('HSET', worker, 'queued', ARGV[5])
redis.call('EXPIRE', worker, expires)
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', workers, now, name)
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now - expires)
return before
"""

_CLEAR = """
local stream, ids, totals = unpack(KEYS)
redis.call('HINCRBY', totals, 'cleared', redis.call('XLEN', stream))
if redis.call('EXISTS', stream) == 1 then redis.call('XTRIM', stream, 'MAXLEN', 0) end
redis.call('DEL', ids)
"""

_COUNT = """
local stream, _, totals, workers, worker = unpack(KEYS)
local counts = {redis.call('XLEN', stream)}
for _, field in ipairs({'dropped', 'written', 'refused', 'cleared'}) do
  table.insert(counts, tonumber(redis.call('HGET', totals, field) or '0'))
end
local queued = 0
local now = tonumber(redis.call('TIME')[1])
for _, name in ipairs(redis.call('ZRANGEBYSCORE', workers, now - ARGV[1], '+inf')) do
  queued = queued + tonumber(redis.call('HGET', worker .. name, 'queued') or '0')
end
table.insert(counts, queued)
return counts
"""

Entry = tuple[bytes, dict[bytes, bytes]]

# Longer than Redis may be out of reach of a worker that still lives and remembers what it sent.
WORKER_EXPIRES = 7 * 24 * 3600
# A worker without a report for so many seconds is taken for dead, and its queue is no longer counted.
WORKER_DEAD = 15


AWAY = "Redis is away"


def problem_of(error: Exception) -> str:
    """Says what is wrong in words that may be public: no address and no password."""
    from redis import exceptions

    refused = isinstance(error, (exceptions.AuthenticationError, exceptions.AuthorizationError))
    if not refused and isinstance(error, (exceptions.ConnectionError, exceptions.TimeoutError, OSError)):
        return AWAY
    code = str(error).partition(" ")[0]  # Redis begins with one: MISCONF for a full disk, READONLY, ...
    return f"Redis takes no events ({code if code.isupper() and code.isalpha() else type(error).__name__})"


@dataclass
class Report:
    """The events that a worker has dropped for good, and those that it holds besides the batch that it sends."""

    dropped: int
    queued: int


class Scripts:
    """The scripts, on one stream; `run` and `client` may be of several threads."""

    def __init__(self, client: "redis.Redis", stream: str, max_events: int) -> None:
        self.client = client
        self.stream = stream
        self.max_events = max_events
        prefix = f"{{{stream}}}"
        self._worker = f"{prefix}:worker:"
        self._keys = [stream, f"{prefix}:ids", f"{prefix}:totals", f"{prefix}:workers"]
        self._write = client.register_script(_WRITE)
        self._clear = client.register_script(_CLEAR)
        self._count = client.register_script(_COUNT)

    def write(self, worker: str, report: Report, number: int, events: Sequence[tuple[str, bytes]]) -> int:
        """Adds a worker's events (id and JSON), of which the first has this number; returns the number of the newest
        that was there before, which is less than the worker thinks when Redis forgot some."""
        settings: list[Any] = [
            worker,
            self.max_events,
            WORKER_EXPIRES,
            report.dropped,
            report.queued,
            number,
        ]
        before: Any = self._write([*self._keys, self._worker + worker], [*settings, *(x for e in events for x in e)])
        return int(before)

    def newer(self, after: bytes) -> tuple[int, bytes, list[Entry]]:
        """Returns the number of events, the entry id of the oldest, and the events after the entry `after`."""
        with self.client.pipeline(transaction=True) as pipeline:
            pipeline.xlen(self.stream)
            pipeline.xrange(self.stream, count=1)
            pipeline.xrange(self.stream, min=b"(" + after if after else b"-")
            size, oldest, entries = pipeline.execute()
        return size, oldest[0][0] if oldest else b"", entries

    def clear(self) -> None:
        self._clear(self._keys[:3])

    def counts(self) -> dict[str, int]:
        """The counts as `Redis_Event_Store.counts` returns them."""
        counted: Any = self._count([*self._keys, self._worker], [WORKER_DEAD])
        stored, dropped, written, refused, cleared, queued = map(int, counted)
        return {
            "stored": stored,
            "appended": written,
            "evicted": written - stored - cleared,
            "dropped": dropped + refused,
            "queued": queued,
        }
