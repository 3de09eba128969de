"""Several workers of a real server, under load, on one Redis."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from ..telemetry.processes import serving
from .conftest import eventually
from .load import Seen, connect_to_each, load, until_all_answer
from .redis_server import Redis_Server

TARGET = "tests.stores.service:make"

PLANTED = {
    "api key": "planted-key-0000",
    "cookie": "planted-cookie-1111",
    "authorization": "planted.bearer.2222",
    "header": "planted-header-3333",
    "query": "planted-query-4444",
    "path": "planted-path-5555",
    "password": "planted-password-6666",
    "wrong key": "planted-wrong-7777",
}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


def test_four_workers_lose_none_and_write_none_twice(redis_server: Redis_Server, output: Path) -> None:
    seen = Seen()
    with serving(TARGET, output, "--workers", "4", REDIS_URL=redis_server.url) as server:
        asyncio.run(until_all_answer(server.port, 4, seen))
        asyncio.run(load(server.port, connections=32, requests=3000, seen=seen))
        entries = eventually(lambda: len(e := redis_server.entries()) >= len(seen.completed) and e)
        _, _, text = server.get("/events/api/counts")
        counts = json.loads(text)
        _, _, text = server.get("/events/api/events?limit=10000")
        events = json.loads(text)
    assert seen.cut_off == 0
    assert sorted(entries) == sorted(seen.completed)
    known = len(seen.completed)
    assert (counts["stored"], counts["appended"], counts["dropped"]) == (known, known, 0)
    assert {str(event["worker_pid"]) for event in events} == seen.pids
    assert len(seen.pids) == 4
    assert {event["event_id"] for event in events} == set(seen.completed)


def test_redis_killed_and_restarted_under_load(redis_server: Redis_Server, output: Path) -> None:
    seen = Seen()

    async def run(port: int) -> None:
        loading = asyncio.create_task(load(port, connections=16, requests=2000, seen=seen, pause=0.005))
        while len(seen.completed) < 600:
            await asyncio.sleep(0.01)
        redis_server.kill()
        while len(seen.completed) < 1200:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(redis_server.start)
        await loading

    with serving(TARGET, output, "--workers", "2", REDIS_URL=redis_server.url) as server:
        asyncio.run(run(server.port))
    assert len(seen.completed) == 2000
    assert sorted(redis_server.entries()) == sorted(seen.completed)


def test_sigterm_writes_what_is_queued(redis_server: Redis_Server, output: Path) -> None:
    seen = Seen()
    with serving(TARGET, output, REDIS_URL=redis_server.url) as server:
        redis_server.pause()
        asyncio.run(load(server.port, connections=8, requests=300, seen=seen))
        server.terminate()
        eventually(lambda: "Waiting for application shutdown" in output.read_text())
        assert server.popen.poll() is None
        redis_server.resume()
        server.popen.wait(180)
    assert len(seen.completed) == 300
    assert sorted(redis_server.entries()) == sorted(seen.completed)


def test_sigterm_gives_up_at_the_deadline(redis_server: Redis_Server, output: Path) -> None:
    seen = Seen()
    with serving(TARGET, output, REDIS_URL=redis_server.url, CLOSE_TIMEOUT="3") as server:
        redis_server.pause()
        asyncio.run(load(server.port, connections=8, requests=50, seen=seen))
        assert server.seconds_to_stop() > 3
        redis_server.resume()
    assert "the process ends with 50 events queued" in output.read_text()


def test_a_killed_worker_loses_no_more_than_it_had_queued(redis_server: Redis_Server, output: Path) -> None:
    seen = Seen()
    stay_open = ("--timeout-keep-alive", "600")
    with serving(TARGET, output, "--workers", "2", *stay_open, REDIS_URL=redis_server.url, TIMEOUT="2") as server:
        victim, other = connect_to_each(server.port, 2, seen)
        before = eventually(lambda: len(e := redis_server.entries()) == len(seen.completed) and e)
        redis_server.pause()
        for _ in range(31):
            victim.order()
        eventually(lambda: "31 events queued" in victim.get("/config/ready")[1]["checks"]["event_store"])
        os.kill(victim.pid, signal.SIGKILL)
        redis_server.resume()
        for _ in range(5):
            other.order()
        eventually(lambda: seen.completed[-1] in redis_server.entries())
        counts = eventually(lambda: (c := other.get("/events/api/counts")[1])["stored"] and c)
    entries = redis_server.entries()
    assert len(set(entries)) == len(entries) == counts["stored"] == counts["appended"]
    assert {*before, *seen.completed[-5:]} <= set(entries) <= set(seen.completed)


def test_no_secret_is_in_redis(redis_server: Redis_Server, output: Path) -> None:
    environment = {
        "REDIS_URL": redis_server.url,
        "API_KEY": "on",
        "FAST_API__AUTH__API_KEY__NAME": "x-service-key",
        "FAST_API__AUTH__API_KEY__VALUE": PLANTED["api key"],
    }
    headers = {
        "x_service_key": PLANTED["api key"],
        "cookie": f"session={PLANTED['cookie']}",
        "authorization": f"Bearer {PLANTED['authorization']}",
        "x_csrf_token": PLANTED["header"],
        "x_plain": "seen by everybody",
    }
    query = f"token={PLANTED['query']}&password={PLANTED['password']}"
    with serving(TARGET, output, **environment) as server:
        answers = [
            server.get(f"/reset/{PLANTED['path']}?{query}", **headers),
            server.get(f"/login?{query}", **headers),
            server.get(f"/orders/x?{query}", **headers),
            server.get(f"/orders/1?{query}", **{**headers, "x_service_key": PLANTED["wrong key"]}),
        ]
        assert [status for status, _, _ in answers] == [200, 200, 422, 401]
    everything = redis_server.everything().decode()
    for _, found, _ in answers:
        assert found["fast-api-request-id"] in everything
    assert "seen by everybody" in everything
    assert "logging in" in everything
    for name, secret in PLANTED.items():
        assert secret not in everything, name
        assert secret not in output.read_text(), name
