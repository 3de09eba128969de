"""The soak in short, and a SIGTERM under load. `make soak` sends 50,000 requests."""

import asyncio
import json
import signal
from pathlib import Path

from .soak import (
    HEALTH_SECONDS,
    get,
    hostile_requests,
    load,
    load_hostile,
    problems_of,
    problems_of_hostile,
    resident_mib,
    start_server,
)


def test_every_request_has_one_event_and_memory_stays_flat() -> None:
    server, port = start_server()
    try:
        result = asyncio.run(load(port, server.pid, requests=1500, connections=64))
        assert asyncio.run(get(port, "/ordinary")) == {"page": 1}
        assert server.poll() is None
    finally:
        server.terminate()
        server.wait(180)
    assert problems_of(result, growth_mib=8) == []
    assert result.report["counts"]["failed_callbacks"] >= 3 * result.completed()
    assert len(result.sent) == 8


def test_health_is_answered_and_memory_stays_flat_under_hostile_traffic() -> None:
    """How late is the soak's to measure, on a machine that does nothing else; none waits for all the others."""
    server, port = start_server()
    try:
        result = asyncio.run(load_hostile(port, server.pid, requests=400, connections=64))
        assert asyncio.run(get(port, "/ordinary")) == {"page": 1}
        assert server.poll() is None
    finally:
        server.terminate()
        server.wait(180)
    print(f"health: {sorted(result.health)[-5:]}, memory {result.memory_mib}")
    slow = [problem for problem in problems_of_hostile(result, growth_mib=24) if "health" in problem]
    assert [problem for problem in problems_of_hostile(result, growth_mib=24) if problem not in slow] == []
    assert max(result.health) < 60
    assert sorted(result.health)[len(result.health) // 2] < HEALTH_SECONDS
    assert result.statuses.keys() == hostile_requests().keys()


def test_sigterm_under_load_finishes_what_is_in_flight(tmp_path: Path) -> None:
    server, port = start_server()
    flag = tmp_path / "flag"

    async def one() -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        request = f"GET /until-it-is-there?path={flag} HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        answer = await reader.read()
        writer.close()
        return str(json.loads(answer.partition(b"\r\n\r\n")[2]))

    async def load_and_stop() -> list[str]:
        waiting = [asyncio.create_task(one()) for _ in range(64)]
        while (await get(port, "/report"))["counts"]["in_flight"] <= 64:
            await asyncio.sleep(0.05)
        server.send_signal(signal.SIGTERM)
        while await is_open(port):
            await asyncio.sleep(0.05)
        flag.touch()
        return await asyncio.gather(*waiting)

    try:
        answers = asyncio.run(load_and_stop())
        server.wait(180)
    finally:
        server.kill()
    assert answers == ["finished"] * 64
    assert server.returncode in (0, -signal.SIGTERM)


async def is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def test_memory_is_read_from_the_right_place() -> None:
    import os

    held = bytearray(b"x") * (40 << 20)
    with_it = resident_mib(os.getpid())
    del held
    assert with_it - resident_mib(os.getpid()) > 30
