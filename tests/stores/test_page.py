"""The page of one worker shows the events of all, and says when Redis is away."""

import asyncio
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from fast_api import Fast_API, Fast_API_Server
from fast_api.builtin.events_page import stream
from fast_api.http_events import Fast_API__Http_Event, Fast_API__Http_Events, Memory_Event_Store

from ..events.browser import chromium, paths, wait
from .conftest import Make_Store, eventually
from .records import ids, records
from .redis_server import Redis_Server


def orders__order_id(order_id: int) -> int:
    return order_id


@pytest.fixture
def pair(make_store: Make_Store) -> Iterator[tuple[Fast_API_Server, Fast_API_Server]]:
    """Two servers that know nothing of each other but the same Redis."""

    def service() -> Fast_API:
        events = Fast_API__Http_Events()
        events.store = make_store(queue_size=5)
        return Fast_API(http_events=events, events_page="open").setup().add_route_get(orders__order_id)

    with Fast_API_Server(app=service()) as one, Fast_API_Server(app=service()) as other:
        yield one, other


def test_the_api_and_the_stream_show_all_workers(
    pair: tuple[Fast_API_Server, Fast_API_Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STREAM_SECONDS", 0.5)
    one, other = pair
    ids = [server.requests_get(f"/orders/{n}").headers["fast-api-request-id"] for n, server in enumerate(pair)]
    eventually(lambda: one.requests_get("/events/api/counts").json()["stored"] == 2)
    for server in pair:
        listed = server.requests_get("/events/api/events").json()
        assert {event["event_id"] for event in listed} == set(ids)
        assert all(event["worker_host"] and event["worker_pid"] for event in listed)
        assert server.requests_get(f"/events/api/events/{ids[0]}").json()["event_id"] == ids[0]
    first = one.requests_get("/events/api/events").json()[-1]["event_id"]
    lines = other.requests_get("/events/api/stream", headers={"last-event-id": first}).text.splitlines()
    assert [line[4:] for line in lines if line.startswith("id: ")] == [each for each in ids if each != first]
    assert "event: status" in lines
    other.app.http_events.store.clear()
    assert one.requests_get("/events/api/events").json() == []


def test_redis_away_is_said_by_ready_and_stream(
    redis_server: Redis_Server, pair: tuple[Fast_API_Server, Fast_API_Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STREAM_SECONDS", 0.1)
    one, _ = pair
    one.requests_get("/orders/1")
    assert one.app.http_events.store.flush(60)
    redis_server.kill()
    for n in range(9):
        assert one.requests_get(f"/orders/{n}").status_code == 200
    said = "Redis is away; 5 events queued, 4 dropped"
    eventually(lambda: one.requests_get("/config/ready").json()["checks"]["event_store"] == said)
    assert f'data: "{said}"' in one.requests_get("/events/api/stream").text
    assert len(one.requests_get("/events/api/events").json()) == 5
    redis_server.start()
    eventually(lambda: one.requests_get("/config/ready").json()["status"] == "ready")
    assert 'data: ""' in one.requests_get("/events/api/stream").text


class Away_At_The_Third_Look(Memory_Event_Store):
    looks = 0

    def recent(self, limit: int | None = None) -> list[Fast_API__Http_Event]:
        self.looks += 1
        return [] if self.looks == 3 else super().recent(limit)


def test_what_comes_back_with_redis_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    events, store, made = Fast_API__Http_Events(), Away_At_The_Third_Look(), records(3)
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(stream, "STREAM_SECONDS", 1000.0)
    monkeypatch.setattr(stream, "server_is_stopping", lambda: store.looks > 5)
    events.store = store
    for record in made:
        store.append(record)

    async def body() -> bytes:
        return b"".join([message async for message in stream.live_events(events, "before all of them")])

    told = [line[4:] for line in asyncio.run(body()).decode().splitlines() if line.startswith("id: ")]
    assert told == ids(record.event for record in made)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_in_a_browser(redis_server: Redis_Server, pair: tuple[Fast_API_Server, Fast_API_Server], tmp_path: Any) -> None:
    one, other = pair
    with chromium(tmp_path) as driver:
        driver.get(one.url("/events"))
        wait(driver, "#connection", "live")
        other.requests_get("/orders/7")
        wait(driver, "#rows .open", "/orders/7")
        headings = [heading.text for heading in driver.find_elements(By.CSS_SELECTOR, "#table th")]
        assert headings[-2:] == ["Process", "Host"]
        cells = [cell.text for cell in driver.find_elements(By.CSS_SELECTOR, "#rows tr:first-child td")]
        event = one.requests_get("/events/api/events").json()[0]
        assert cells[-2:] == [str(event["worker_pid"]), event["worker_host"]]
        assert not driver.find_element(By.ID, "degraded").is_displayed()

        redis_server.kill()
        for n in range(10, 18):
            assert one.requests_get(f"/orders/{n}").status_code == 200
        wait(driver, "#degraded", "Redis is away; 5 events queued, 3 dropped")
        wait(driver, "#rows .open", "/orders/14")
        assert "/orders/15" not in paths(driver)
        redis_server.start()
        eventually(lambda: not driver.find_element(By.ID, "degraded").is_displayed())
        eventually(lambda: set(paths(driver)) == {f"/orders/{n}" for n in (7, 10, 11, 12, 13, 14)})
