"""What can befall Redis and the workers while requests come, and whether each request is accounted for.

`python -m tests.reliability.faults` (part of `make soak`): for each fault four workers and a Redis of their own, half
of the time without the fault and half with it, at the same rate. The test suite does the same in seconds.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fast_api.http_events import Redis_Event_Store

from ..stores.load import Seen, load, until_all_answer
from ..stores.redis_server import Redis_Server, running
from ..telemetry.processes import Process, serving

TARGET = "tests.stores.service:make"
DISK_MIB = 24


@dataclass
class Outcome:
    """`unaccounted`: completed requests with neither an event nor a counted drop. A worker that is killed may leave
    some: those that it had queued."""

    fault: str
    before: Seen = field(default_factory=Seen)
    during: Seen = field(default_factory=Seen)
    counts: dict[str, int] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
    stopped_after: float = 0.0
    said: str = ""  # by `/config/ready` while the fault lasted
    workers: int = 4

    def completed(self) -> list[str]:
        return self.before.completed + self.during.completed

    def unaccounted(self) -> int:
        missing = len(set(self.completed()) - set(self.stored))
        return missing - self.counts["dropped"]

    def problems(self) -> list[str]:
        found = []
        if len(set(self.stored)) != len(self.stored):
            found.append("events that are there twice")
        # A killed worker counts requests whose response did not come to its end.
        in_flight, was_killed = self.during.cut_off, self.fault.startswith("a worker killed")
        if self.unaccounted() < -in_flight or (self.unaccounted() > 0 and not was_killed):
            found.append(f"{self.unaccounted()} requests are not accounted for: {self.counts}")
        strangers = len(set(self.stored) - set(self.completed()))
        if strangers > in_flight:
            found.append(f"{strangers} events of no request")
        if in_flight and not was_killed:
            found.append(f"{in_flight} requests were cut off")
        if "Redis" in self.fault and self.said in ("", "ok"):
            found.append("nothing was said about it")
        return found

    def __str__(self) -> str:
        p99, with_fault = self.before.percentile(0.99), self.during.percentile(0.99)
        return (
            f"{self.fault}: {len(self.completed())} requests, {len(self.stored)} events, "
            f"{self.counts['dropped']} dropped, {self.during.cut_off} cut off, "
            f"{self.unaccounted()} unaccounted for; said: {self.said or 'nothing'!r}; "
            f"p99 {p99:.1f} ms without, {with_fault:.1f} ms with it ({with_fault / p99:.2f} times), longest "
            f"{max(self.during.seconds) * 1000:.0f} ms; stopped after {self.stopped_after:.1f} s"
        )


@dataclass
class Surroundings:
    redis: Redis_Server
    server: Process
    outcome: Outcome

    async def listen(self) -> None:
        """Asks a worker what is wrong. It may have been told of no request, and notice late."""
        while len(self.outcome.during.completed) <= 20:
            await asyncio.sleep(0.05)
        for _ in range(300):
            answer = await asyncio.to_thread(self.server.get, "/config/ready")
            self.outcome.said = json.loads(answer[2])["checks"]["event_store"]
            if self.outcome.said != "ok":
                return
            await asyncio.sleep(0.2)

    async def kill_worker(self, seconds: float) -> None:
        """One that has answered since the fault began, and `seconds` more."""
        while not self.outcome.during.pids:
            await asyncio.sleep(0.05)
        victim = int(min(self.outcome.during.pids))
        await asyncio.sleep(seconds)
        os.kill(victim, signal.SIGKILL)


Fault = Callable[[Surroundings, float], Awaitable[None]]


async def none(around: Surroundings, seconds: float) -> None:
    await asyncio.sleep(seconds)


async def redis_killed(around: Surroundings, seconds: float) -> None:
    around.redis.kill()
    await asyncio.sleep(seconds / 2)
    await around.listen()
    await asyncio.to_thread(around.redis.start)
    await asyncio.sleep(seconds / 2)


async def redis_stopped(around: Surroundings, seconds: float) -> None:
    around.redis.pause()
    await asyncio.sleep(seconds)
    await around.listen()
    around.redis.resume()


async def disk_full(around: Surroundings, seconds: float) -> None:
    ballast = around.redis.folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    await asyncio.sleep(seconds * 0.75)
    await around.listen()
    ballast.unlink()
    await asyncio.sleep(seconds * 0.25)


async def worker_killed(around: Surroundings, seconds: float) -> None:
    await around.kill_worker(seconds / 2)
    await asyncio.sleep(seconds / 2)


async def worker_killed_while_redis_is_stopped(around: Surroundings, seconds: float) -> None:
    around.redis.pause()
    await around.kill_worker(seconds / 2)
    await around.listen()
    around.redis.resume()
    await asyncio.sleep(seconds / 2)


FAULTS: dict[str, Fault] = {
    "no fault": none,
    "Redis killed and restarted": redis_killed,
    "Redis stopped": redis_stopped,
    "the disk of Redis full": disk_full,
    "a worker killed": worker_killed,
    "a worker killed while Redis is stopped": worker_killed_while_redis_is_stopped,
}
DISK_FULL = "the disk of Redis full"


@contextmanager
def folder_of(fault: str) -> Iterator[Path]:
    """A folder for Redis; a small disk of its own where that shall become full. Mounting one takes root."""
    with tempfile.TemporaryDirectory() as folder:
        if fault != DISK_FULL:
            yield Path(folder)
            return
        disk = Path(folder, "disk")
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", disk], check=True)
        try:
            yield disk
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)


def can_mount() -> bool:
    try:
        with folder_of(DISK_FULL):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@asynccontextmanager
async def requests(port: int, connections: int, pause: float, seen: Seen) -> AsyncIterator[None]:
    """Requests at a steady rate for as long as the block runs."""
    stop = asyncio.Event()
    loading = asyncio.create_task(load(port, connections, 10**9, seen, pause, stop))
    yield
    stop.set()
    await loading


async def befall(fault: str, seconds: float, connections: int, pause: float, workers: int = 4) -> Outcome:
    """`seconds` without the fault, and as many with it."""
    outcome = Outcome(fault, workers=workers)
    with folder_of(fault) as folder, running(folder) as redis, tempfile.TemporaryDirectory() as logs:
        with serving(
            TARGET,
            Path(logs, "output"),
            *("--workers", str(workers)),
            REDIS_URL=redis.url,
            MAX_EVENTS="1000000",
            TIMEOUT="1",
        ) as server:
            await until_all_answer(server.port, workers, outcome.before)
            outcome.before.seconds.clear()
            async with requests(server.port, connections, pause, outcome.before):
                await asyncio.sleep(seconds)
            async with requests(server.port, connections, pause, outcome.during):
                await FAULTS[fault](Surroundings(redis, server, outcome), seconds)
            stopping = time.monotonic()
            server.terminate()
            await asyncio.to_thread(server.popen.wait, 180)
            outcome.stopped_after = time.monotonic() - stopping
        outcome.stored = redis.entries()
        # As a process that is started again would see it.
        store = Redis_Event_Store(redis.url, timeout=60)
        outcome.counts = store.counts()
        store.close()
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of each fault, and as many before it")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two requests of a connection")
    parser.add_argument("--only", choices=FAULTS, action="append")
    arguments = parser.parse_args()
    failed = False
    for fault in arguments.only or FAULTS:
        if fault == DISK_FULL and not can_mount():
            print(f"{fault}: not tried, since no disk can be mounted here", flush=True)
            continue
        outcome = asyncio.run(befall(fault, arguments.seconds, arguments.connections, arguments.pause))
        print(outcome, flush=True)
        problems = outcome.problems()
        if outcome.during.percentile(0.99) > 2 * outcome.before.percentile(0.99):
            problems.append("the latency at the 99th percentile is more than twice that without the fault")
        print("".join(f"  {problem}\n" for problem in problems), end="", flush=True)
        failed = failed or bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
