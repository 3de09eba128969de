"""What every store does, whichever it is."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fast_api.http_events import Event_Store, Memory_Event_Store

from .records import ids, records

Make = Callable[[int], Event_Store]


@pytest.fixture(params=["memory", "redis"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    if request.param == "memory":
        yield Memory_Event_Store
        return
    make_store: Any = request.getfixturevalue("make_store")
    yield lambda size: make_store(max_events=size)


def test_it_is_an_event_store(make: Make) -> None:
    assert isinstance(make(10), Event_Store)


def test_an_event_comes_back_as_it_was(make: Make) -> None:
    store = make(10)
    (record,) = records(1)
    record.event.add_log_message("a line")
    store.append(record)
    (event,) = store.recent()
    assert event.json() == record.event.json()
    assert type(event) is type(record.event)
    found = store.get(record.event_id)
    assert found is not None
    assert found.json() == record.event.json()
    assert found.http_event_info.worker_host
    assert found.http_event_info.worker_pid > 0


def test_the_newest_stay_oldest_first(make: Make) -> None:
    store = make(5)
    made = records(8)
    for record in made:
        store.append(record)
    assert ids(store.recent()) == ids(made[3:])
    assert ids(store.recent(2)) == ids(made[6:])
    assert ids(store.recent(100)) == ids(made[3:])
    assert store.recent(0) == []
    assert store.get(made[0].event_id) is None
    counts = store.counts()
    assert (counts["stored"], counts["appended"], counts["evicted"], counts["dropped"]) == (5, 8, 3, 0)


def test_an_empty_store(make: Make) -> None:
    store = make(5)
    assert store.recent() == []
    assert store.get("none") is None
    store.clear()
    counts = store.counts()
    assert (counts["stored"], counts["appended"], counts["evicted"], counts["dropped"]) == (0, 0, 0, 0)


def test_clearing_forgets_all_and_evicts_none(make: Make) -> None:
    store = make(5)
    first, second = records(3), records(2)
    for record in first:
        store.append(record)
    assert len(store.recent()) == 3
    store.clear()
    assert store.recent() == []
    assert store.get(first[0].event_id) is None
    for record in second:
        store.append(record)
    assert ids(store.recent()) == ids(second)
    counts = store.counts()
    assert (counts["stored"], counts["appended"], counts["evicted"], counts["dropped"]) == (2, 5, 0, 0)


def test_an_id_that_is_there_is_dropped_and_one_that_is_gone_is_not(make: Make) -> None:
    store = make(3)
    first, again = records(2, request_id="chosen-by-a-client")
    store.append(first)
    store.append(again)
    (event,) = store.recent()
    assert event.http_event_request.path == "/orders/0"
    assert store.counts()["dropped"] == 1
    for record in records(3):
        store.append(record)
    assert store.get("chosen-by-a-client") is None
    store.append(again)
    assert ids(store.recent())[-1] == "chosen-by-a-client"


def test_threads_append_while_others_read(make: Make) -> None:
    store = make(1000)
    made = records(800)
    stop = threading.Event()
    sizes: list[int] = []

    def append(part: int) -> None:
        for record in made[part::4]:
            store.append(record)

    def read() -> None:
        while not stop.is_set():
            sizes.append(len(store.recent()))

    reader = threading.Thread(target=read)
    reader.start()
    writers = [threading.Thread(target=append, args=(part,)) for part in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    reader.join()
    assert sorted(ids(store.recent())) == sorted(ids(made))
    assert sizes == sorted(sizes)
    assert store.counts()["appended"] == 800
