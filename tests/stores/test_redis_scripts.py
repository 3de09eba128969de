"""What Redis does with what workers say, also when they say it twice, late, or for the last time."""

import pytest

from fast_api.http_events.stores import redis_scripts
from fast_api.http_events.stores.redis_scripts import Report, Scripts

from .redis_server import Redis_Server


@pytest.fixture
def scripts(redis_server: Redis_Server) -> Scripts:
    return Scripts(redis_server.client(), "fast-api:events", 10)


def events(*ids: str) -> list[tuple[str, bytes]]:
    return [(event_id, b"{}") for event_id in ids]


def test_a_batch_that_comes_again_is_there_once(redis_server: Redis_Server, scripts: Scripts) -> None:
    report = Report(dropped=0, queued=0)
    assert scripts.write("one", report, 1, events("a", "b", "c")) == 0
    assert scripts.write("one", report, 1, events("a", "b", "c")) == 3
    assert scripts.write("one", report, 3, events("c", "d", "e")) == 3
    assert redis_server.entries() == ["a", "b", "c", "d", "e"]
    scripts.clear()
    assert scripts.write("one", report, 3, events("c", "d", "e")) == 5
    assert redis_server.entries() == []
    counts = scripts.counts()
    assert (counts["appended"], counts["dropped"], counts["evicted"]) == (5, 0, 0)


def test_a_report_that_comes_late_takes_nothing_back(scripts: Scripts) -> None:
    scripts.write("one", Report(dropped=5, queued=0), 1, events("a", "b", "c"))
    scripts.write("one", Report(dropped=1, queued=0), 1, events("a", "b", "c"))
    counts = scripts.counts()
    assert (counts["appended"], counts["dropped"]) == (3, 5)


def test_the_queue_of_a_silent_worker_is_no_longer_counted(scripts: Scripts, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts.write("one", Report(dropped=1, queued=4), 1, events("a", "b"))
    assert (scripts.counts()["queued"], scripts.counts()["dropped"]) == (4, 1)
    monkeypatch.setattr(redis_scripts, "WORKER_DEAD", -1)
    assert (scripts.counts()["queued"], scripts.counts()["dropped"]) == (0, 1)


def test_everything_has_the_name_of_the_stream_and_workers_expire(redis_server: Redis_Server, scripts: Scripts) -> None:
    scripts.write("one", Report(0, 0), 1, events("a"))
    client = redis_server.client()
    keys = {key.decode() for key in client.scan_iter()}
    names = ("ids", "totals", "workers", "worker:one")
    assert keys == {"fast-api:events", *(f"{{fast-api:events}}:{name}" for name in names)}
    assert 0 < client.ttl("{fast-api:events}:worker:one") <= redis_scripts.WORKER_EXPIRES
