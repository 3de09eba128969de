"""The service whose spans the tests look at: `python -m tests.telemetry.service PORT`."""

import asyncio
import json
import os
import sys
import urllib.request
from collections.abc import AsyncIterator
from typing import Any

from opentelemetry import propagate, trace
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fast_api import Fast_API
from fast_api.builtin.events_page import stream
from fast_api.telemetry import providers


def users__id(id: int) -> int:
    return id


def reset__token(token: str) -> Response:
    """Everything that a handler may put into its span."""
    secret = os.environ["PLANTED_EXCEPTION"]
    span = trace.get_current_span()
    span.set_attribute("note", f"asked for {token}, password={secret}")
    span.set_attribute("user.password", secret)
    span.set_attributes({"url.full": f"http://host/?token={secret}", "notes": [f"secret={secret}"]})
    span.add_event(f"token={secret}", {"api_key": secret, "count": 1})
    span.set_status(trace.StatusCode.ERROR, f"token={secret} and {token}")
    return Response("ok", headers={"x-next-token": secret})


async def boom(request: Request) -> None:
    with trace.get_tracer("service").start_as_current_span(f"work token={os.environ['PLANTED_EXCEPTION']}"):
        raise ValueError(f"refused: secret={os.environ['PLANTED_EXCEPTION']}, {request.headers.get('authorization')}")


async def late() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError(f"too late: password={os.environ['PLANTED_EXCEPTION']}")

    return StreamingResponse(parts())


async def ticks() -> StreamingResponse:
    """Server-sent events for three tenths of a second."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(0.1)
            yield b"data: tick\n\n"

    return StreamingResponse(parts(), media_type="text/event-stream")


async def endless() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0.01)

    return StreamingResponse(parts())


async def tagged(request: Request) -> StreamingResponse:
    """Tags before the response starts, and while it is sent."""
    tags = request.state.http_event.tags
    tags["tenant"], tags["password"] = "acme", os.environ["PLANTED_EXCEPTION"]

    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        tags["late"] = 1

    return StreamingResponse(parts())


def calls_on(url: str) -> dict[str, Any]:
    """Calls another service, as an instrumented HTTP client would."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return {"sent": headers["traceparent"], "answer": json.loads(response.read())}


class Inner(Fast_API):
    base_path: str = "/inner"
    telemetry: bool = True

    def setup_routes(self) -> None:
        self.add_route_get(users__id).add_route_get(boom)


def make() -> Fast_API:
    if "STREAM_SECONDS" in os.environ:
        stream.STREAM_SECONDS = float(os.environ["STREAM_SECONDS"])
    if "SHUTDOWN_SECONDS" in os.environ:
        providers.SHUTDOWN_SECONDS = float(os.environ["SHUTDOWN_SECONDS"])
    fast_api = Fast_API(
        name="Telemetry test",
        telemetry=True,
        enable_cors=True,
        enable_api_key="FAST_API__AUTH__API_KEY__NAME" in os.environ,
        events_page="open",
    ).setup()
    for function in (users__id, reset__token, boom, late, ticks, endless, tagged, calls_on):
        fast_api.add_route_get(function)
    fast_api.mount_fast_api(Inner)
    return fast_api


if __name__ == "__main__":
    make().serve(port=int(sys.argv[1]), log_level="critical")
