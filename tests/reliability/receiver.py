"""What befalls the receiver of spans must not befall the requests: `python -m tests.reliability.receiver`.

The same load runs with the receiver there, killed and started again half-way, stopped half-way, and away. Every request
is answered and has its event, and the 99th percentile of the latency stays within twice that without faults.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ..ports import free_port
from ..stores.load import Seen, load
from ..telemetry.processes import Process, Received, eventually, running
from .soak import resident_mib

Fault = Callable[[Process], Awaitable[None]]


@dataclass
class Outcome:
    """`spans` is how many the receiver has at the end; what it lost with its process is not among them."""

    seen: Seen = field(default_factory=Seen)
    events: int = 0
    spans: int = 0
    grown_mib: float = 0.0
    seconds_to_stop: float = 0.0

    def problems(self, requests: int) -> list[str]:
        """What is wrong, in words; the latency is compared by the caller."""
        found = []
        if self.seen.cut_off or len(self.seen.completed) != requests:
            found.append(f"{len(self.seen.completed)} of {requests} requests completed, {self.seen.cut_off} cut off")
        if self.events != requests:
            found.append(f"{self.events} events of {requests} requests")
        if self.seconds_to_stop > 25:  # three are ours, the rest is for a busy machine
            found.append(f"the server took {self.seconds_to_stop:.1f} s to stop")
        return found


async def nothing(receiver: Process) -> None:
    """It stays."""


async def killed_and_started_again(receiver: Process) -> None:
    receiver.popen.kill()
    receiver.popen.wait()
    await asyncio.sleep(1)
    receiver.popen = receiver.start()
    await asyncio.to_thread(receiver.wait_until_it_listens)


async def stopped_for_a_while(receiver: Process) -> None:
    receiver.popen.send_signal(signal.SIGSTOP)
    await asyncio.sleep(4)
    receiver.popen.send_signal(signal.SIGCONT)


async def killed(receiver: Process) -> None:
    receiver.popen.kill()
    receiver.popen.wait()


FAULTS: dict[str, Fault] = {
    "there": nothing,
    "killed and started again": killed_and_started_again,
    "stopped for 4 s": stopped_for_a_while,
    "away": killed,
    "there again": nothing,  # what else this machine does is in the figures too: the worse of both is the measure
}


def run(fault: Fault, requests: int, connections: int = 16) -> Outcome:
    """The fault comes when a third of the requests are answered."""
    outcome = Outcome()
    with running("tests.telemetry.receiver", port=free_port()) as receiver:
        # Often enough that the fault meets exports, seldom enough for the batches of 512 that a busy server sends.
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(), "PLANTED_EXCEPTION": "x"}
        environment |= {"OTEL_BSP_SCHEDULE_DELAY": "1000", "OTEL_METRIC_EXPORT_INTERVAL": "1000"}
        with running("tests.telemetry.service", **environment) as service:
            asyncio.run(load(service.port, connections, 500, Seen()))  # warm
            before = resident_mib(service.popen.pid)

            async def under_load() -> None:
                loading = asyncio.create_task(load(service.port, connections, requests, outcome.seen, pause=0.01))
                while len(outcome.seen.completed) < requests // 3:
                    await asyncio.sleep(0.01)
                await fault(receiver)
                await loading

            asyncio.run(under_load())
            if receiver.popen.poll() is None:
                eventually(lambda: bool(Received(receiver).spans))
            outcome.grown_mib = resident_mib(service.popen.pid) - before
            outcome.events = json.loads(service.get("/events/api/counts")[2])["appended"] - 500
            outcome.seconds_to_stop = service.seconds_to_stop()
        if receiver.popen.poll() is None:
            outcome.spans = len(Received(receiver).spans)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=8000)
    requests = parser.parse_args().requests
    problems, latencies = [], {}
    for name, fault in FAULTS.items():
        outcome = run(fault, requests)
        p99 = latencies[name] = outcome.seen.percentile(0.99)
        print(
            f"receiver {name}: p50 {outcome.seen.percentile(0.5):.1f} ms, p99 {p99:.1f} ms, {outcome.events} events, "
            f"{outcome.spans} spans received, memory +{outcome.grown_mib:.1f} MiB, "
            f"stopped in {outcome.seconds_to_stop:.1f} s",
            flush=True,
        )
        problems += [f"receiver {name}: {problem}" for problem in outcome.problems(requests)]
    without_fault = max(latencies["there"], latencies["there again"])
    for name, p99 in latencies.items():
        if p99 > 2 * without_fault:
            problems.append(f"receiver {name}: p99 {p99:.1f} ms, more than twice {without_fault:.1f} ms")
    print("\n".join(problems) or "no request noticed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
