"""Starts the receiver and the service as processes of their own, and asks the receiver what came."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ..ports import free_port

ROOT = Path(__file__).parents[2]

# uvicorn kills a worker that says nothing for five seconds, which happens on a busy machine. It waits as long for a
# worker that dies meanwhile, and stops for no signal: less than the time that a test gives it to stop.
PATIENT = ("--timeout-worker-healthcheck", "60")

# Spans go out at once and metrics twice a second, so that no test has to wait.
QUICK = {"OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_METRIC_EXPORT_INTERVAL": "500"}


@contextmanager
def running(module: str, *arguments: str, port: int = 0, **environment: str) -> Iterator["Process"]:
    """`python -m module PORT ...`, once it listens; ended by SIGTERM."""
    port = port or free_port()
    with until_the_end(Process([module, str(port), *arguments], port, environment)) as process:
        yield process


@contextmanager
def serving(target: str, output: Path, *arguments: str, **environment: str) -> Iterator["Process"]:
    """`python -m fast_api serve target ...`, likewise; what it prints goes into the file `output`."""
    port = free_port()
    command = ["fast_api", "serve", target, "--port", str(port), *PATIENT, *arguments]
    with output.open("wb") as file, until_the_end(Process(command, port, environment, file)) as process:
        yield process


@contextmanager
def until_the_end(process: "Process") -> Iterator["Process"]:
    try:
        process.wait_until_it_listens()
        yield process
    finally:
        process.popen.terminate()
        try:
            process.popen.wait(180)
        except subprocess.TimeoutExpired:
            process.popen.kill()
            process.popen.wait(60)
            raise


class Process:
    def __init__(self, command: list[str], port: int, environment: dict[str, str], output: Any = None) -> None:
        self.port = port
        self.start = partial(
            subprocess.Popen[bytes],
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output and subprocess.STDOUT,
        )
        self.popen = self.start()

    def wait_until_it_listens(self) -> None:
        def listens() -> bool:
            assert self.popen.poll() is None, "it ended by itself"
            try:
                socket.create_connection(("127.0.0.1", self.port), 10).close()
            except OSError:
                return False
            return True

        eventually(listens)

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body, whatever the status."""
        request = urllib.request.Request(self.url(path), headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return response.status, dict(response.headers), response.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def terminate(self) -> None:
        self.popen.send_signal(signal.SIGTERM)

    def seconds_to_stop(self) -> float:
        """How long it takes to end after a SIGTERM; at most 180 s."""
        started = time.monotonic()
        self.terminate()
        self.popen.wait(180)
        return time.monotonic() - started


class Received:
    """What the receiver got so far."""

    def __init__(self, receiver: Process) -> None:
        self.text = receiver.get("/received")[2].decode()
        found = json.loads(self.text)
        self.resources = [resource for batch in found["/v1/traces"] for resource in batch["resourceSpans"]]
        self.spans = [
            {**span, "scope": scope["scope"]["name"], "attributes": attributes_of(span)}
            for resource in self.resources
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]
        self.metrics = [
            metric
            for batch in found["/v1/metrics"]
            for resource in batch["resourceMetrics"]
            for scope in resource["scopeMetrics"]
            for metric in scope["metrics"]
        ]

    def of_event(self, event_id: str) -> list[dict[str, Any]]:
        return [span for span in self.spans if span["attributes"].get("fast_api.event_id") == event_id]


def attributes_of(found: dict[str, Any]) -> dict[str, Any]:
    return {item["key"]: value_of(item["value"]) for item in found.get("attributes", ())}


def value_of(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind == "arrayValue":
        return [value_of(item) for item in content.get("values", ())]
    return int(content) if kind == "intValue" else content


def span_of(receiver: Process, event_id: str) -> dict[str, Any]:
    """The one span of an event, once it is there."""
    eventually(lambda: bool(Received(receiver).of_event(event_id)))
    (span,) = Received(receiver).of_event(event_id)
    return span


def eventually(is_so: Callable[[], bool], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
