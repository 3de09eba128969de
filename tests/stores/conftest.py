"""A Redis for each test that asks for one; such tests are skipped where there is none to start."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fast_api.http_events import Redis_Event_Store
from fast_api.http_events.stores import redis as redis_store

from .redis_server import Redis_Server, running, skip_if_missing

Make_Store = Callable[..., Redis_Event_Store]


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis_Server]:
    skip_if_missing()
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def make_store(redis_server: Redis_Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make_Store]:
    """Stores of the test's Redis, closed at its end; each is a worker of its own.

    Where Redis is stopped, and not killed, a test needs a shorter `timeout` to notice.
    """
    monkeypatch.setattr(redis_store, "READ_OWN_WRITES_TIMEOUT", 60.0)  # however busy the machine is
    made: list[Redis_Event_Store] = []

    def make(**options: Any) -> Redis_Event_Store:
        store = Redis_Event_Store(redis_server.url, **{"timeout": 60, **options})
        made.append(store)
        return store

    yield make
    for store in made:
        store.close(0)


def eventually(check: Callable[[], Any], seconds: float = 60.0) -> Any:
    """What `check` returns, once it is true; the time is for a busy machine."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.02)
    return found
