"""The cost of `fast_api`: a request in process over ASGI, beside plain FastAPI, and beside osbot-fast-api.

    python -m benchmarks.web                          # ours beside plain FastAPI + CORS with BaseModel
    python -m benchmarks.web --original PYTHON        # the interpreter of an environment with osbot-fast-api
    python -m benchmarks.web --json FILE              # the figures, to compare runs

The two take turns in many short rounds; a figure is the fastest round in microseconds a request, since what else the
machine does can only add to it, and a ratio is that of two figures. What is compared is checked to answer alike first.
"""

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ORDER = {
    "id": "o-1",
    "customer": {"name": "Ada", "email": "ada@example.org", "tier": 2},
    "items": [
        {"sku": f"sku-{n}", "name": f"item {n}", "quantity": n + 1, "price": n + 0.5, "tags": ["a", "b", "c"]}
        for n in range(20)
    ],
    "notes": {f"key {n}": f"value {n}" for n in range(5)},
}
BODY = json.dumps(ORDER).encode()
KEY_NAME, KEY_VALUE = "x-api-key", "0123456789abcdef0123456789abcdef"
CASES = (
    ("POST", "/post-async", BODY),
    ("POST", "/post-sync", BODY),
    ("GET", "/get-async", b""),
    ("GET", "/get-sync", b""),
)
TARGET = 1.25
_HEADERS = [
    (b"host", b"bench.example"),
    (b"content-type", b"application/json"),
    (b"content-length", str(len(BODY)).encode()),
    (b"origin", b"https://site.example"),
    (KEY_NAME.encode(), KEY_VALUE.encode()),
]


def plain_application() -> Any:
    """FastAPI with Starlette's CORS middleware, speaking BaseModel."""
    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    from benchmarks.web_models import Plain_Order

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])

    async def post_async(order: Plain_Order) -> Plain_Order:
        return order

    def post_sync(order: Plain_Order) -> Plain_Order:
        return order

    app.post("/post-async")(post_async)
    app.post("/post-sync")(post_sync)
    app.get("/get-async")(get_async)
    app.get("/get-sync")(get_sync)
    return app


def our_application(recorded: bool) -> Any:
    """`Fast_API` with all four middlewares, speaking Type_Safe; `recorded`: with an event for every request."""
    from benchmarks.web_models import Order
    from fast_api import Fast_API
    from fast_api.http_events.http_events import Fast_API__Http_Events

    class Unrecorded(Fast_API__Http_Events):
        def request_started(self, scope: Any, request_id: str) -> None:
            return None

    async def post_async(order: Order) -> Order:
        return order

    def post_sync(order: Order) -> Order:
        return order

    os.environ["FAST_API__AUTH__API_KEY__NAME"] = KEY_NAME
    os.environ["FAST_API__AUTH__API_KEY__VALUE"] = KEY_VALUE
    events = Fast_API__Http_Events() if recorded else Unrecorded()
    fast_api = Fast_API(enable_cors=True, enable_api_key=True, http_events=events).setup()
    fast_api.add_route_post(post_async).add_route_post(post_sync)
    return fast_api.add_route_get(get_async).add_route_get(get_sync).app()


async def get_async() -> dict[str, Any]:
    return {"status": "ok", "count": 3}


def get_sync() -> dict[str, Any]:
    return {"status": "ok", "count": 3}


async def request(app: Any, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """One request, without a server and without a client's own cost."""
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": _HEADERS,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return messages[0]["status"], b"".join(message.get("body", b"") for message in messages[1:])


async def microseconds(app: Any, method: str, path: str, body: bytes, count: int) -> float:
    gc.collect()
    start = time.perf_counter()
    for _ in range(count):
        await request(app, method, path, body)
    return (time.perf_counter() - start) / count * 1e6


async def compare(rounds: int, count: int) -> dict[str, dict[str, float]]:
    """The applications, case by case."""
    results: dict[str, dict[str, float]] = {}
    apps = {"plain": plain_application(), "ours": our_application(True), "unrecorded": our_application(False)}
    for method, path, body in CASES:
        answers = [await request(app, method, path, body) for app in apps.values()]
        if any(status != 200 or json.loads(found) != json.loads(answers[0][1]) for status, found in answers):
            raise AssertionError(f"{method} {path}: the applications answer differently: {answers}")
        for app in apps.values():
            await microseconds(app, method, path, body, 5 * count)
        turns = [[await microseconds(app, method, path, body, count) for app in apps.values()] for _ in range(rounds)]
        figures = dict(zip(apps, map(min, zip(*turns, strict=True)), strict=True))
        figures["ratio"] = figures["ours"] / figures["plain"]
        figures["event"] = figures["ours"] - figures["unrecorded"]
        results[f"{method} {path}"] = figures
    return results


def measure_original(python: str, count: int) -> dict[str, float]:
    """osbot-fast-api in its own environment; empty where a case does not work there."""
    command = [python, str(Path(__file__).with_name("web_original.py")), str(count)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        print(result.stderr.splitlines()[-1], file=sys.stderr)
        return {}
    figures: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return figures


def import_seconds(statement: str, runs: int = 5) -> float:
    """The cost of an import in a new interpreter, beyond that of an empty one."""

    def seconds(code: str) -> float:
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - start)
        return min(times)

    return seconds(statement) - seconds("pass")


def registration_microseconds() -> dict[str, float]:
    """The cost of one route, registered after 10 and after 1,000 others."""
    from benchmarks.web_models import Order
    from fast_api import Fast_API

    def handler(number: int) -> Callable[..., Any]:
        def save(order: Order, n: int) -> Order:
            return order

        save.__name__ = f"save_{number}__n"
        return save

    fast_api = Fast_API(default_routes=False).setup()

    def seconds(numbers: range) -> float:
        functions = [handler(number) for number in numbers]
        start = time.perf_counter()
        for function in functions:
            fast_api.add_route_post(function)
        return (time.perf_counter() - start) / len(functions) * 1e6

    seconds(range(10))
    early = seconds(range(10, 110))
    seconds(range(110, 1000))
    return {"after 10": early, "after 1,000": seconds(range(1000, 1100))}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--count", type=int, default=40, help="requests a round")
    parser.add_argument("--original", metavar="PYTHON", help="interpreter of an environment with osbot-fast-api")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    results = asyncio.run(compare(options.rounds, options.count))
    original = measure_original(options.original, options.count) if options.original else {}
    print("| case | FastAPI + CORS, BaseModel | Fast_API, all middlewares, Type_Safe | ratio | its event | original |")
    print("|---|---|---|---|---|---|")
    for case, figures in results.items():
        beside = f"{original[case]:.0f} µs" if case in original else "-"
        costs = (
            f"{figures['plain']:.0f} µs | {figures['ours']:.0f} µs | {figures['ratio']:.2f} | {figures['event']:.0f} µs"
        )
        print(f"| {case} | {costs} | {beside} |")
    registration = registration_microseconds()
    print("registering one route:", ", ".join(f"{text}: {cost:.0f} µs" for text, cost in registration.items()))
    imports = {
        "fastapi": import_seconds("import fastapi"),
        "Lambda handler": import_seconds("from fast_api import Fast_API; Fast_API().lambda_handler()"),
    }
    print("cold start:", ", ".join(f"{name}: {seconds * 1000:.0f} ms" for name, seconds in imports.items()))
    if options.json:
        document = {"requests": results, "original": original, "registration": registration, "imports": imports}
        Path(options.json).write_text(json.dumps(document, indent=1))
    return int(any(figures["ratio"] > TARGET for figures in results.values()))


if __name__ == "__main__":
    sys.exit(main())
