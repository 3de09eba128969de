"""Loads a real server with requests of every sort, and checks that its events add up; then with hostile ones, and
checks that `/config/health` is answered throughout.

`python -m tests.reliability.soak` sends 50,000 requests over 64 connections, and 20,000 hostile ones (`make soak`); the
test suite sends fewer.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..ports import free_port

ROOT = Path(__file__).parents[2]
KINDS = (["ordinary"] * 60 + ["threaded"] * 10 + ["slow"] * 6 + ["streaming"] * 6 + ["huge"] * 4 + ["malformed"] * 4
         + ["aborted"] * 4 + ["failing"] * 6)  # fmt: skip


@dataclass
class Result:
    """What the clients saw, and what the server says about it."""

    statuses: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    seconds: float = 0.0
    report: dict[str, Any] = field(default_factory=dict)

    def completed(self) -> int:
        """Requests that reached the application: all but the malformed ones, which the server refuses before it."""
        return sum(count for kind, count in self.sent.items() if kind != "malformed")


def request(kind: str, number: int) -> bytes:
    paths = {"malformed": "/ordinary", "huge": "/ordinary", "aborted": "/endless"}
    head = f"GET {paths.get(kind, '/' + kind)} HTTP/1.1\r\nHost: soak\r\nx-number: {number}\r\n"
    if kind == "huge":
        head += f"x-huge: {'h' * 30_000}\r\n"
    if kind == "malformed":
        return b"NOT HTTP AT ALL\r\n\r\n" if number % 2 else b"GET /ordinary HTTP/1.1\r\nbad header line\r\n\r\n"
    return head.encode() + b"\r\n"


async def read_response(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    length = re.search(r"content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    elif "transfer-encoding: chunked" in head:
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    return status


async def client(port: int, numbers: Any, result: Result, rng: random.Random) -> None:
    """One connection, opened again whenever it was closed."""
    streams: Any = None
    for number in numbers:
        kind = rng.choice(KINDS)
        result.sent[kind] = result.sent.get(kind, 0) + 1
        expected = {"failing": 500, "malformed": 400}.get(kind, 200)
        try:
            if streams is None:
                streams = await asyncio.open_connection("127.0.0.1", port)
            reader, writer = streams
            writer.write(request(kind, number))
            await writer.drain()
            async with asyncio.timeout(180):
                if kind == "aborted":
                    await reader.readexactly(600)
                    status = 200
                else:
                    status = await read_response(reader)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            result.unexpected.append(f"{kind}: {type(error).__name__} {error}")
            status = 0
        result.statuses[str(status)] = result.statuses.get(str(status), 0) + 1
        if status != expected:
            result.unexpected.append(f"{kind}: {status}")
        if kind in ("aborted", "malformed", "failing") or status == 0:  # a server closes after an exception
            if streams is not None:
                streams[1].transport.abort()
            streams = None
    if streams is not None:
        streams[1].close()


async def get(port: int, path: str, method: str = "GET") -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: soak\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has taken so far."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def start_server() -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.reliability.service", str(port)], cwd=ROOT, env=os.environ)
    for _ in range(1800):
        try:
            socket.create_connection(("127.0.0.1", port), 10).close()
            return server, port
        except OSError:
            time.sleep(0.1)
    server.kill()
    raise RuntimeError("the service did not start")


async def load(port: int, pid: int, requests: int, connections: int, seed: int = 7) -> Result:
    """A warm-up of a tenth, then `requests`; memory is taken before and after each fifth of them."""
    await run(port, max(requests // 10, connections), connections, seed + 1, Result())
    await settle(port)
    await get(port, "/forget", "POST")
    result = Result(memory_mib=[resident_mib(pid)])
    started = time.monotonic()
    for part in range(5):
        await run(port, requests // 5, connections, seed + 10 * part, result, first=part * (requests // 5))
        result.memory_mib.append(resident_mib(pid))
    result.seconds = time.monotonic() - started
    result.report = await settle(port)
    return result


async def run(port: int, requests: int, connections: int, seed: int, result: Result, first: int = 0) -> None:
    numbers = iter(range(first, first + requests))
    await asyncio.gather(*(client(port, numbers, result, random.Random(seed + n)) for n in range(connections)))


async def settle(port: int) -> Any:
    """The server's report once only the request for it is in flight; aborted ones end a bit later."""
    for _ in range(600):
        report = await get(port, "/report")
        if report["counts"]["in_flight"] <= 1:
            break
        await asyncio.sleep(0.1)
    return report


# hostile traffic

HEALTH_SECONDS = 0.25


def hostile_requests() -> dict[str, bytes]:
    """By name, requests of which each is made to take long, or to leave something behind."""

    def request(
        path: str = "/ordinary", query: str = "", body: bytes = b"", method: str = "GET", **headers: str
    ) -> bytes:
        head = f"{method} {path}{query} HTTP/1.1\r\nHost: soak\r\n"
        head += "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        if body:
            head += f"Content-Length: {len(body)}\r\n"
        return head.encode("latin-1") + b"\r\n" + body

    json_type = {"content_type": "application/json"}
    colours, quotes = "%1b[m" * 6000, '\\"' * 4000
    return {
        "colours in a header": request(a="token" + colours),
        "colours in four headers": request(**{f"x_{n}": "token" + "%1b[m" * 1600 for n in range(4)}),
        "open quotes": request(a="token=x(" + quotes),
        "names in a header": request(a="token" * 12_000),
        "encoded names": request(a="%74oken=" * 4000),
        "many headers": request(**{f"x_{n}": "token=a b " * 20 for n in range(200)}),
        "many cookies": request(cookie="; ".join(f"a{n}=secret-{n}" for n in range(2000))),
        "a path that fails": request("/failing/" + "%1b%5bm" * 4000 + "token=x"),
        "a path that fails and names": request("/failing/" + "token%3d" * 4000),
        "a forged line": request("/failing/a%0aCRITICAL%20forged%1b%5b31m"),
        "a path of no route": request("/" + "token" * 6000),
        "a query": request(query="?" + "token=a&" * 4000),
        "an encoded query": request(query="?a=" + "%2574oken%253D" * 2000),
        "log text": request("/threaded", query="?text=" + "token%1b[m" * 3000),
        "a large key": request("/auth/set-cookie", body=b'{"key": "' + b"x" * 200_000, method="POST", **json_type),
        "deep JSON": request("/typed", body=b"[" * 100_000, method="POST", **json_type),
        "a JSON of 11 MB": request("/typed", body=b'"' + b"x" * (11 << 20) + b'"', method="POST", **json_type),
        "a preflight": request(method="OPTIONS", origin="https://a.b", access_control_request_method="GET"),
        "a WebSocket": request("/none", upgrade="websocket", connection="Upgrade", sec_websocket_version="13",
                               sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ=="),
    }  # fmt: skip


@dataclass
class Hostile_Result:
    """What clients and the poll of the health saw. `health` is in seconds, of each poll; 60 where none was answered.

    `cpu` is the processor time of the server, in seconds.
    """

    statuses: dict[str, dict[str, int]] = field(default_factory=dict)
    health: list[float] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0


async def load_hostile(port: int, pid: int, requests: int, connections: int, seed: int = 7) -> Hostile_Result:
    """A warm-up of a tenth, then `requests` over `connections`; memory is taken before and after each fifth of them."""
    result, stop = Hostile_Result(), asyncio.Event()
    await run_hostile(port, max(requests // 10, 3 * connections), connections, seed + 1, Hostile_Result())
    polling = asyncio.create_task(asyncio.to_thread(asyncio.run, poll_health(port, stop, result.health)))
    started, cpu = time.monotonic(), cpu_seconds(pid)
    result.memory_mib.append(resident_mib(pid))
    for part in range(5):
        await run_hostile(port, requests // 5, connections, seed + 10 * part, result)
        result.memory_mib.append(resident_mib(pid))
    result.seconds, result.cpu = time.monotonic() - started, cpu_seconds(pid) - cpu
    stop.set()
    await polling
    return result


async def poll_health(port: int, stop: asyncio.Event, seen: list[float]) -> None:
    """Asks every 20 ms, in a thread of its own, so that the clients' work delays no answer."""
    while not stop.is_set():
        started = time.monotonic()
        try:
            async with asyncio.timeout(60):
                assert await get(port, "/config/health") == {"status": "ok"}
            seen.append(time.monotonic() - started)
        except (OSError, ValueError, AssertionError, TimeoutError):
            seen.append(60.0)
        await asyncio.sleep(0.02)


async def run_hostile(port: int, requests: int, connections: int, seed: int, result: Hostile_Result) -> None:
    kinds = hostile_requests()
    numbers = iter(range(requests))

    async def client(rng: random.Random) -> None:
        for _ in numbers:
            kind = rng.choice(list(kinds))
            status = await send_hostile(port, kinds[kind])
            counted = result.statuses.setdefault(kind, {})
            counted[status] = counted.get(status, 0) + 1

    await asyncio.gather(*(client(random.Random(seed + n)) for n in range(connections)))


async def send_hostile(port: int, content: bytes) -> str:
    """The status; `closed` where the server closed the connection while it got the rest."""
    try:
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(content)
                with contextlib.suppress(OSError):
                    await writer.drain()
                return str(await read_response(reader))
            finally:
                writer.transport.abort()
    except (OSError, asyncio.IncompleteReadError):
        return "closed"
    except TimeoutError:
        return "none"


def problems_of_hostile(result: Hostile_Result, growth_mib: float) -> list[str]:
    found = []
    slow = [seconds for seconds in result.health if seconds > HEALTH_SECONDS]
    if slow or not result.health:
        found.append(
            f"{len(slow)} of {len(result.health)} health checks took more than 250 ms: {max(slow, default=0):.2f} s"
        )
    if result.memory_mib[-1] - result.memory_mib[1] > growth_mib:
        found.append(f"memory grew: {result.memory_mib}")
    for kind, statuses in result.statuses.items():
        expected = "500" if "fails" in kind or "forged" in kind else "2|4|closed"
        if odd := {status: n for status, n in statuses.items() if not re.match(expected, status)}:
            found.append(f"{kind}: {odd}")
    return found


def problems_of(result: Result, growth_mib: float) -> list[str]:
    """What is wrong, in words; nothing when all is well."""
    found = list(dict.fromkeys(result.unexpected))[:20]
    numbered, completed = result.report["numbered"], result.completed()
    if result.report["twice"]:
        found.append(f"events that came twice: {result.report['twice']}")
    if numbered + result.report["counts"]["dropped"] != completed:
        found.append(f"{completed} requests reached the application, {numbered} events, {result.report['counts']}")
    if result.statuses.get("500", 0) != result.sent.get("failing", 0):
        found.append(f"{result.statuses.get('500')} times 500, {result.sent.get('failing')} asked for")
    growth = result.memory_mib[-1] - result.memory_mib[1]
    if growth > growth_mib:
        found.append(f"memory grew by {growth:.1f} MiB: {result.memory_mib}")
    if result.report["outcomes"].get("cut off disconnected", 0) != result.sent.get("aborted", 0):
        found.append(f"{result.sent.get('aborted')} clients hung up, recorded: {result.report['outcomes']}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--hostile", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=64)
    arguments = parser.parse_args()
    server, port = start_server()
    try:
        result = asyncio.run(load(port, server.pid, arguments.requests, arguments.connections))
        hostile = asyncio.run(load_hostile(port, server.pid, arguments.hostile, arguments.connections))
        alive = server.poll() is None
    finally:
        server.terminate()
        server.wait(60)
    print(f"{sum(result.sent.values())} requests in {result.seconds:.0f} s: {dict(sorted(result.sent.items()))}")
    print(f"statuses {dict(sorted(result.statuses.items()))}; memory MiB {[round(m, 1) for m in result.memory_mib]}")
    print(f"server: {result.report}")
    health = sorted(hostile.health)
    print(
        f"{arguments.hostile} hostile requests in {hostile.seconds:.0f} s, of the server's processor time "
        f"{hostile.cpu / arguments.hostile * 1000:.1f} ms each; {len(health)} health checks, half within "
        f"{health[len(health) // 2] * 1000:.0f} ms, all within {health[-1] * 1000:.0f} ms; memory MiB "
        f"{[round(m, 1) for m in hostile.memory_mib]}"
    )
    problems = [
        *problems_of(result, growth_mib=8),
        *problems_of_hostile(hostile, growth_mib=8),
        *([] if alive else ["the server died"]),
    ]
    print("\n".join(problems) or "all requests accounted for")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
