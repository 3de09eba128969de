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
    report = Report(offered=3, dropped=0, queued=0)
    assert scripts.write("one", report, 1, events("a", "b", "c")) == 0
    assert scripts.write("one", report, 1, events("a", "b", "c")) == 3
    assert scripts.write("one", Report(5, 0, 0), 3, events("c", "d", "e")) == 3
    assert redis_server.entries() == ["a", "b", "c", "d", "e"]
    scripts.clear()
    assert scripts.write("one", Report(5, 0, 0), 3, events("c", "d", "e")) == 5
    assert redis_server.entries() == []
    counts = scripts.counts()
    assert (counts["appended"], counts["dropped"], counts["evicted"]) == (5, 0, 0)


def test_a_report_that_comes_late_takes_nothing_back(scripts: Scripts) -> None:
    scripts.write("one", Report(offered=8, dropped=5, queued=0), 1, events("a", "b", "c"))
    scripts.write("one", Report(offered=4, dropped=1, queued=0), 1, events("a", "b", "c"))
    counts = scripts.counts()
    assert (counts["appended"], counts["dropped"], counts["lost"]) == (3, 5, 0)


def test_what_a_dead_worker_had_sent_may_come_after_the_report_of_its_death(scripts: Scripts) -> None:
    """Redis reads a connection late, whose worker had events queued then."""
    scripts.write("one", Report(offered=2, dropped=0, queued=0), 1, events("a", "b"))
    scripts.write_dead("one", 9, 1)
    assert (scripts.counts()["queued"], scripts.counts()["lost"]) == (0, 6)
    assert scripts.write("one", Report(offered=9, dropped=1, queued=5), 3, events("c")) == 2
    counts = scripts.counts()
    assert (counts["appended"], counts["dropped"], counts["queued"], counts["lost"]) == (3, 1, 0, 5)


def test_what_a_silent_worker_had_queued_is_lost(scripts: Scripts, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts.write("one", Report(offered=7, dropped=1, queued=4), 1, events("a", "b"))
    assert (scripts.counts()["queued"], scripts.counts()["lost"]) == (4, 0)
    monkeypatch.setattr(redis_scripts, "WORKER_DEAD", -1)
    assert (scripts.counts()["queued"], scripts.counts()["lost"]) == (0, 4)


def test_everything_has_the_name_of_the_stream_and_workers_expire(redis_server: Redis_Server, scripts: Scripts) -> None:
    scripts.write("one", Report(1, 0, 0), 1, events("a"))
    client = redis_server.client()
    keys = {key.decode() for key in client.scan_iter()}
    names = ("ids", "totals", "workers", "worker:one")
    assert keys == {"fast-api:events", *(f"{{fast-api:events}}:{name}" for name in names)}
    assert 0 < client.ttl("{fast-api:events}:worker:one") <= redis_scripts.WORKER_EXPIRES
