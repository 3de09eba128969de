"""The cost of telemetry and the access log for a request: `python -m benchmarks.telemetry`.

A GET in process over ASGI, all middlewares on, each case in a process of its own. "on its path": processor time of the
thread that answers, the best of the rounds; "in all": of the process, with the thread that exports, over all rounds.
"""

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from benchmarks.events import scopes
from fast_api import Fast_API
from fast_api.redaction.redactor import Redactor

ROOT = Path(__file__).parent.parent
ROUNDS, REQUESTS = 20, 1000

CASES = ("off", "access log", "not sampled", "receiver there", "receiver slow", "receiver away", "receiver silent")
# The same endpoint in a plain FastAPI, without and with the telemetry that FastAPI itself has, which cleans nothing.
PLAIN, PLAIN_WITH = "plain FastAPI", "with its own telemetry"


async def receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message: Any) -> None:
    pass


async def user__id(id: int) -> dict[str, int]:
    return {"id": id}


def application(case: str) -> Any:
    if case in (PLAIN, PLAIN_WITH):
        app = FastAPI()
        app.add_middleware(CORSMiddleware, allow_origins=["*"])
        app.get("/user/{id}")(user__id)
        if case == PLAIN_WITH:
            from fast_api.telemetry import providers

            providers.set_up("plain", Redactor)
        return app
    fast_api = Fast_API(enable_cors=True, telemetry=case.startswith(("receiver", "not")))
    fast_api.setup().add_route_get(user__id)
    if case == "access log":
        fast_api.http_events.access_log = True
        # Without the cost of a terminal or a pipe.
        logging.getLogger("fast_api.access").addHandler(logging.StreamHandler(open(os.devnull, "w")))  # noqa: SIM115
        logging.getLogger("fast_api.access").setLevel(logging.INFO)
        logging.getLogger("fast_api.access").propagate = False
    return fast_api.app()


async def measure(case: str) -> dict[str, float]:
    """Microseconds a request."""
    app = application(case)
    best = float("inf")
    at_all, answered = 0.0, 0
    for number in range(ROUNDS + 1):
        made = [{**scope, "path": "/user/7", "raw_path": b"/user/7", "http_version": "1.1", "scheme": "http"}
                for scope in scopes(REQUESTS)]  # fmt: skip
        process, thread = time.process_time(), time.thread_time()
        for scope in made:
            await app(scope, receive, send)
        thread, process = time.thread_time() - thread, time.process_time() - process
        if number:  # the first one warms up
            best = min(best, thread)
            at_all, answered = at_all + process, answered + REQUESTS
        await asyncio.sleep(0.05)
    return {"path": best / REQUESTS * 1e6, "all": at_all / answered * 1e6}


@contextmanager
def endpoint(case: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        port = silent.getsockname()[1]
        if case == "receiver silent":
            yield f"http://127.0.0.1:{port}"
            return
    if case not in ("receiver there", "receiver slow", PLAIN_WITH):
        yield f"http://127.0.0.1:{port}"
        return
    delay = "3" if case == "receiver slow" else "0"
    command = [sys.executable, "-m", "tests.telemetry.receiver", str(port), "--delay", delay]
    receiver = subprocess.Popen(command, cwd=ROOT)
    try:
        time.sleep(2)
        yield f"http://127.0.0.1:{port}"
    finally:
        receiver.terminate()
        receiver.wait()


def run(case: str) -> dict[str, float]:
    with endpoint(case) as url:
        environment = {
            **os.environ,
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "OTEL_TRACES_SAMPLER": "always_off" if case == "not sampled" else "always_on",
        }
        command = [sys.executable, "-m", "benchmarks.telemetry", case]
        found = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(found.stdout)
    return result


if __name__ == "__main__":
    if len(sys.argv) > 1:
        logging.disable(logging.WARNING) if sys.argv[1] != "access log" else None
        print(json.dumps(asyncio.run(measure(sys.argv[1]))))
    else:
        print(f"{'':24}{'on its path':>14}{'in all':>14}")
        for case in (*CASES, PLAIN, PLAIN_WITH):
            figures = run(case)
            print(f"{case:24}{figures['path']:>11.1f} µs{figures['all']:>11.1f} µs")
