"""Redis away, slow, restarted or full: no request waits, no event is lost below the bound, and none is there twice."""

import gc
import logging
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fast_api.http_events import Redis_Event_Store
from fast_api.http_events.stores import redis as redis_store
from fast_api.http_events.stores import redis_writer
from fast_api.http_events.stores.redis_mirror import Redis_Mirror
from fast_api.http_events.stores.redis_scripts import Scripts

from .conftest import Make_Store, eventually
from .records import ids, records
from .redis_server import Redis_Server, skip_if_missing
from .slow_line import slow_line


def test_workers_see_each_other_and_each_event_its_worker(make_store: Make_Store) -> None:
    one, other = make_store(), make_store()
    first, second = records(2)
    one.append(first)
    assert one.flush(60)
    other.append(second)
    assert other.flush(60)
    assert ids(one.recent()) == ids(other.recent()) == ids([first, second])
    assert one.counts() == other.counts()
    assert one.counts()["appended"] == 2


def test_away_from_the_start(redis_server: Redis_Server, make_store: Make_Store) -> None:
    redis_server.kill()
    store = make_store()
    made = records(30)
    for record in made:
        store.append(record)
    text = eventually(store.problem)
    assert text == "Redis is away; 30 events queued, 0 dropped"
    assert ids(store.recent()) == ids(made)
    assert store.get(made[7].event_id) is made[7].event
    assert store.counts() == {"stored": 0, "appended": 0, "evicted": 0, "dropped": 0, "queued": 30}
    store.clear()
    assert not store.flush(0.1)
    redis_server.start()
    assert store.flush(60)
    assert redis_server.entries() == ids(made)
    eventually(lambda: store.problem() == "")
    eventually(lambda: ids(store.recent()) == ids(made))


def test_past_the_bound_the_new_ones_are_dropped_and_counted(
    redis_server: Redis_Server, make_store: Make_Store
) -> None:
    redis_server.kill()
    store = make_store(queue_size=20)
    made = records(50)
    for record in made:
        store.append(record)
    assert eventually(store.problem) == "Redis is away; 20 events queued, 30 dropped"
    redis_server.start()
    assert store.flush(60)
    assert redis_server.entries() == ids(made[:20])
    counts = eventually(lambda: (c := store.counts())["stored"] and c)
    assert counts == {"stored": 20, "appended": 20, "evicted": 0, "dropped": 30, "queued": 0}


def test_killed_and_restarted_half_way(redis_server: Redis_Server, make_store: Make_Store) -> None:
    store = make_store()
    made = records(600)
    for n, record in enumerate(made):
        store.append(record)
        time.sleep(0.001)
        if n == 200:
            redis_server.kill()
        elif n == 400:
            redis_server.start()
    assert store.flush(60)
    assert redis_server.entries() == ids(made)
    counts = eventually(lambda: (c := store.counts())["stored"] and c)
    assert (counts["appended"], counts["dropped"]) == (600, 0)


def test_what_a_redis_without_persistence_forgets_is_counted(
    redis_server: Redis_Server, make_store: Make_Store, caplog: pytest.LogCaptureFixture
) -> None:
    redis_server.kill()
    redis_server.persistent = False
    redis_server.start()
    store = make_store()
    made = records(50)
    for record in made[:40]:
        store.append(record)
    assert store.flush(60)
    redis_server.kill()
    redis_server.start()
    for record in made[40:]:
        store.append(record)
    assert store.flush(60)
    assert redis_server.entries() == ids(made[40:])
    counts = eventually(lambda: (c := store.counts())["dropped"] and c)
    assert (counts["appended"], counts["dropped"], counts["queued"]) == (10, 40, 0)
    assert "Redis lost 40 events of this process" in caplog.text


def test_what_redis_forgets_while_nothing_is_written_is_counted_once(
    redis_server: Redis_Server, make_store: Make_Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_writer, "HEARTBEAT", 0.05)
    store, client = make_store(), redis_server.client()
    for written, forgotten in ((40, 40), (0, 40), (5, 45)):
        for record in records(written):
            store.append(record)
        assert store.flush(60)
        client.flushall()
        client.config_resetstat()
        eventually(lambda: client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"] > 10)
        counts = store.counts()
        assert (counts["appended"], counts["dropped"]) == (0, forgotten)


def test_stopped_for_longer_than_the_time_limit(redis_server: Redis_Server, make_store: Make_Store) -> None:
    """Redis finds the same batch in several connections when it goes on; it takes one."""
    store = make_store(timeout=1.0)
    made = records(300)
    for record in made[:100]:
        store.append(record)
    assert store.flush(60)
    redis_server.pause()
    try:
        took = []
        for record in made[100:]:
            started = time.perf_counter()
            store.append(record)
            took.append(time.perf_counter() - started)
        assert sorted(took)[150] < 0.5  # half the time limit: they did not wait for it
        eventually(store.problem)
        time.sleep(4)  # for several tries
        assert "Redis is away; 200 events queued" in store.problem()
    finally:
        redis_server.resume()
    assert store.flush(60)
    assert redis_server.entries() == ids(made)
    time.sleep(0.5)  # the abandoned connections are read by now
    assert redis_server.entries() == ids(made)
    assert store.counts()["appended"] == 300


def test_out_of_memory(redis_server: Redis_Server, make_store: Make_Store) -> None:
    redis_server.client().config_set("maxmemory", 1)
    store = make_store()
    made = records(10)
    for record in made:
        store.append(record)
    assert eventually(store.problem) == "Redis takes no events (OutOfMemoryError); 10 events queued, 0 dropped"
    assert ids(store.recent()) == ids(made)  # it still answers, but has none
    redis_server.client().config_set("maxmemory", 0)
    assert store.flush(60)
    assert redis_server.entries() == ids(made)


def test_disk_full(redis_server: Redis_Server, make_store: Make_Store) -> None:
    """Redis refuses to write once it could not save: here since the folder is gone, which it tells like a full disk."""
    client = redis_server.client()
    store = make_store()
    made = records(20)
    for record in made[:10]:
        store.append(record)
    assert store.flush(60)
    client.config_set("appendonly", "no")
    client.config_set("dir", "/proc")
    client.config_set("save", "3600 1")
    client.bgsave()
    eventually(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")
    for record in made[10:]:
        store.append(record)
    text = eventually(store.problem)
    assert text == "Redis takes no events (MISCONF); 10 events queued, 0 dropped"
    assert ids(store.recent()) == ids(made)  # what it has, and what waits
    client.config_set("stop-writes-on-bgsave-error", "no")
    assert store.flush(60)
    assert redis_server.entries() == ids(made)


def test_what_redis_refuses_half_way_is_not_lost(redis_server: Redis_Server, make_store: Make_Store) -> None:
    """A user who may do all but add to streams: each try gets as far as that."""
    client = redis_server.client()
    client.execute_command("ACL", "SETUSER", "default", "-xadd")
    store = make_store()
    made = records(10)
    for record in made:
        store.append(record)
    tried = "cmdstat_evalsha"
    eventually(lambda: client.info("commandstats").get(tried, {"failed_calls": 0})["failed_calls"] >= 4)
    assert store.problem().startswith("Redis takes no events (")
    assert store.problem().endswith("; 10 events queued, 0 dropped")
    client.execute_command("ACL", "SETUSER", "default", "+xadd")
    assert store.flush(60)
    assert redis_server.entries() == ids(made)
    assert store.counts()["dropped"] == 0


def test_over_a_slow_line_a_batch_is_no_larger_than_it_can_carry(
    redis_server: Redis_Server, make_store: Make_Store
) -> None:
    """Eight megabytes wait, and two arrive within the time limit: all of it in one batch would never do."""
    with slow_line(redis_server.port, most=2 << 20) as port:
        store = Redis_Event_Store(f"redis://127.0.0.1:{port}/0", timeout=5.0)
        made = records(80)
        for record in made:
            for _ in range(50):
                record.event.add_log_message("x" * 2000)
        for record in made:
            store.append(record)
        assert store.flush(60)
        store.close()
    assert redis_server.entries() == ids(made)


def test_who_reads_while_redis_is_stopped_waits_for_one_try(
    redis_server: Redis_Server, make_store: Make_Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_writer, "HEARTBEAT", 1000.0)
    store = make_store(timeout=1.0)
    (record,) = records(1)
    store.append(record)
    assert store.flush(60)
    monkeypatch.setattr(redis_store, "READ_OWN_WRITES_TIMEOUT", 0.0)
    monkeypatch.setattr(redis_store, "RETRY_AFTER", 1000.0)
    tries: list[Scripts] = []
    read = Redis_Mirror.read
    monkeypatch.setattr(Redis_Mirror, "read", lambda mirror, scripts: tries.append(scripts) or read(mirror, scripts))
    redis_server.pause()
    with ThreadPoolExecutor(30) as pool:
        assert list(pool.map(lambda _: store.recent(), range(30))) == [[]] * 30
    assert len(tries) == 1
    redis_server.resume()


def test_a_reader_is_answered_as_soon_as_the_writer_has_reached_redis_again(
    redis_server: Redis_Server, make_store: Make_Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_store, "RETRY_AFTER", 1000.0)
    monkeypatch.setattr(redis_writer, "HEARTBEAT", 1000.0)
    store = make_store()
    made = records(2)
    store.append(made[0])
    assert store.flush(60)
    redis_server.kill()
    assert store.recent() == []
    redis_server.start()
    assert store.recent() == []  # no reader tries again before that
    store.append(made[1])
    assert store.flush(60)
    assert ids(store.recent()) == ids(made)


def test_only_as_many_events_are_made_of_what_waits_as_are_asked_for(
    redis_server: Redis_Server, make_store: Make_Store
) -> None:
    redis_server.kill()
    store = make_store(max_events=5)
    made = records(40)
    for record in made:
        record.cached_event = None
        store.append(record)
    eventually(store.problem)
    before = [record for record in made if record.cached_event is not None]  # those that the thread has tried to send
    assert ids(store.recent()) == ids(made[-5:])
    assert [record for record in made if record.cached_event is not None] == list(dict.fromkeys([*before, *made[-5:]]))


def test_closing_gives_up_at_its_deadline_and_says_how_many(
    redis_server: Redis_Server, make_store: Make_Store, caplog: pytest.LogCaptureFixture
) -> None:
    redis_server.pause()
    store = make_store()
    for record in records(5):
        store.append(record)
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        store.close(0.7)
    assert 0.6 < time.monotonic() - started < 20
    assert "the process ends with 5 events queued" in caplog.text
    redis_server.resume()
    assert store.flush(60)
    assert len(redis_server.entries()) == 5


def test_a_closed_store_writes_what_is_in_it_and_begins_again(
    redis_server: Redis_Server, make_store: Make_Store
) -> None:
    store = make_store()
    made = records(500)
    for record in made[:400]:
        store.append(record)
    store.close(60)
    assert redis_server.entries() == ids(made[:400])
    for record in made[400:]:
        store.append(record)
    store.close(60)
    assert redis_server.entries() == ids(made)


def test_a_forked_process_leaves_the_queue_to_its_parent(redis_server: Redis_Server, make_store: Make_Store) -> None:
    redis_server.pause()
    store = make_store()
    made = records(6)
    for record in made[:3]:
        store.append(record)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            redis_server.resume()
            for record in made[3:]:
                store.append(record)
            status = 0 if store.flush(60) else 2
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert store.flush(60)
    assert sorted(redis_server.entries()) == sorted(ids(made))
    assert redis_server.client().zcard("{fast-api:events}:workers") == 2
    assert store.counts()["appended"] == 6


def test_a_store_that_nobody_has_any_more_ends_its_thread(redis_server: Redis_Server) -> None:
    before = threading.enumerate()
    store = Redis_Event_Store(redis_server.url, timeout=60)
    made = records(20)
    for record in made:
        store.append(record)
    new = [each for each in threading.enumerate() if each not in before]
    (thread,) = [each for each in new if each.name == "fast-api-events-to-redis"]
    del new
    del store
    gc.collect()
    thread.join(60)
    assert not thread.is_alive()
    assert redis_server.entries() == ids(made)


NO_THREAD = """
import sys, threading
from fast_api.http_events import Redis_Event_Store
from tests.stores.records import records
store = Redis_Event_Store(sys.argv[1], timeout=60)
usual = threading.stack_size(1 << 60)  # more than can be addressed: no thread starts
first, second = records(2)
store.append(first)
print(store.problem())
print(store.flush(60))
threading.stack_size(usual)
store.append(second)
print(store.flush(60), store.problem(), store.counts()["stored"])
"""


def test_where_no_thread_can_be_started_the_next_event_tries_again(redis_server: Redis_Server) -> None:
    found = subprocess.run([sys.executable, "-c", NO_THREAD, redis_server.url], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == [
        "no thread could be started for Redis; 1 events queued, 0 dropped",
        "False",
        "True  2",
    ]


def test_an_event_of_another_version_hides_no_other(redis_server: Redis_Server, make_store: Make_Store) -> None:
    store = make_store()
    first, second = records(2)
    store.append(first)
    assert store.flush(60)
    redis_server.client().xadd("fast-api:events", {"id": "new", "event": '{"event_id": "new", "since": "tomorrow"}'})
    store.append(second)
    assert ids(store.recent()) == ids([first, second])


def test_the_password_of_redis_is_shown_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    skip_if_missing()
    server = Redis_Server(tmp_path, password="pw-of-redis-91")
    server.start()
    try:
        store = Redis_Event_Store(server.url, timeout=60)
        store.append(records(1)[0])
        assert store.flush(60)
        server.client().config_set("requirepass", "another-one")
        server.kill()
        wrong = Redis_Event_Store(server.url.replace("redis-91", "redis-92"), timeout=60)
        server.start()
        for each in (store, wrong):
            each.append(records(1)[0])
        refused = eventually(wrong.problem)
        assert store.flush(60)
        for each in (store, wrong):
            each.close(0.1)
        assert refused == "Redis takes no events (AuthenticationError); 1 events queued, 0 dropped"
        shown = f"{refused} {store!r} {wrong!r} {caplog.text}"
        assert "pw-of-redis" not in shown
    finally:
        server.kill()


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without_redis(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "redis":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_redis)
    with pytest.raises(ImportError, match="pip install"):
        Redis_Event_Store()
