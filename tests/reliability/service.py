"""The service that the soak loads: `python -m tests.reliability.service PORT`."""

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.requests import Request
from starlette.responses import StreamingResponse

from fast_api import Fast_API
from fast_api.http_events import Fast_API__Http_Events, Memory_Event_Store, Request_Record

log = logging.getLogger("soak")


class Customer(Type_Safe):
    name: str


class Counting_Store(Memory_Event_Store):
    """The ring of 50, and how often an event came for the requests that carried a number: none twice, none missing."""

    def __init__(self) -> None:
        super().__init__(50)
        # How often each number came. Made once, at its full size: what the counting takes must not look like a leak.
        self.numbered = bytearray(1 << 20)
        self.outcomes: dict[str, int] = {}
        self.unnumbered = 0
        self.counting = threading.Lock()

    def append(self, record: Request_Record) -> None:
        super().append(record)
        number = record.request["headers"].get("x-number")
        kind = f"{record.response['outcome']} {record.response['cause']}".strip()
        with self.counting:
            self.outcomes[kind] = self.outcomes.get(kind, 0) + 1
            if number is None:
                self.unnumbered += 1
            else:
                self.numbered[int(number)] += 1


def raising(*args: Any) -> None:
    raise RuntimeError("a callback that raises")


async def raising_later(*args: Any) -> None:
    await asyncio.sleep(0)
    raise RuntimeError("an async callback that raises")


def make() -> Fast_API:
    events = Fast_API__Http_Events(
        callback_on_request=raising,
        callback_on_response=raising_later,
        background_tasks=[raising],
        trace_calls="sampled",
        trace_sample_rate=0.01,
    )
    store = Counting_Store()
    events.store = store
    # 150,000 callbacks that raise: their traces on a terminal would be the load.
    logging.getLogger("fast_api.http_events").setLevel(logging.CRITICAL)
    logging.getLogger("fast_api").setLevel(logging.CRITICAL)

    async def ordinary(page: int = 1) -> dict[str, int]:
        return {"page": page}

    def threaded(text: str = "") -> dict[str, str]:
        log.warning("from a thread, token=abcdef %s", text)
        return {"in": "a thread"}

    async def slow() -> str:
        await asyncio.sleep(0.05)
        return "slow"

    async def streaming() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(5):
                yield b"x" * 2000
                await asyncio.sleep(0.002)

        return StreamingResponse(parts())

    async def endless() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 500
                await asyncio.sleep(0.005)

        return StreamingResponse(parts())

    async def failing() -> None:
        raise ValueError("asked for")

    async def failing__text(text: str) -> None:
        raise ValueError(f"asked for: {text}")

    async def typed(customer: Customer) -> str:
        return customer.name

    async def echo(request: Request) -> int:
        return len(await request.body())

    async def report() -> dict[str, Any]:
        with store.counting:
            return {
                "counts": events.counts(),
                "outcomes": dict(store.outcomes),
                "numbered": len(store.numbered) - store.numbered.count(0),
                "twice": [number for number, times in enumerate(store.numbered) if times > 1][:10],
            }

    async def forget() -> None:
        with store.counting:
            store.numbered[:] = bytes(len(store.numbered))
            store.outcomes.clear()

    async def until_it_is_there(path: str) -> str:
        while not Path(path).exists():
            await asyncio.sleep(0.02)
        return "finished"

    fast_api = Fast_API(http_events=events).setup()
    for function in (ordinary, threaded, slow, streaming, endless, failing, failing__text, report, until_it_is_there):
        fast_api.add_route_get(function)
    return fast_api.add_route_post(echo).add_route_post(forget).add_route_post(typed)


if __name__ == "__main__":
    logging.getLogger("soak").addHandler(logging.NullHandler())
    logging.getLogger("soak").propagate = True
    logging.getLogger().addHandler(logging.NullHandler())
    make().serve(port=int(sys.argv[1]), log_level="critical", timeout_graceful_shutdown=120)
