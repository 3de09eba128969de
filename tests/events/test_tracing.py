"""The execution tree of the handler: of whom, and that it is the right one."""

import asyncio
import importlib.metadata
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Depends, HTTPException
from packaging.requirements import Requirement
from starlette.responses import StreamingResponse

from fast_api import Fast_API, Fast_API_Server
from fast_api.http_events import Fast_API__Http_Event, Fast_API__Http_Events
from fast_api.http_events.profiling import _framework_folders


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def work_of_one() -> None:
    busy(0.02)


def work_of_two() -> None:
    busy(0.02)


def plain() -> None:
    work_of_one()
    work_of_two()


async def one() -> None:
    for _ in range(3):
        work_of_one()
        await asyncio.sleep(0.005)


async def two() -> None:
    for _ in range(3):
        work_of_two()
        await asyncio.sleep(0.005)


async def failing() -> None:
    busy(0.01)
    raise HTTPException(503)


def service(**settings: Any) -> Fast_API:
    fast_api = Fast_API(http_events=Fast_API__Http_Events(**settings)).setup()
    for function in (plain, one, two, failing):
        fast_api.add_route_get(function)
    return fast_api


def events_by_path(fast_api: Fast_API) -> dict[str, Fast_API__Http_Event]:
    return {event.http_event_request.path: event for event in fast_api.http_events.requests_data.values()}


def names(event: Fast_API__Http_Event) -> list[str]:
    return [call.name for call in event.http_event_traces.calls]


def test_off_by_default() -> None:
    fast_api = service()
    fast_api.client().get("/plain")
    assert names(events_by_path(fast_api)["/plain"]) == []


def test_a_plain_handler_in_its_worker_thread() -> None:
    fast_api = service(trace_calls="all")
    fast_api.client().get("/plain")
    event = events_by_path(fast_api)["/plain"]
    calls = {call.name: call for call in event.http_event_traces.calls}
    assert calls["work_of_one"].depth == calls["work_of_two"].depth == calls["plain"].depth + 1
    assert 0.01 < calls["work_of_one"].duration < event.http_event_request.duration
    assert calls["work_of_two"].start >= calls["work_of_one"].start + calls["work_of_one"].duration - 1e-6
    assert "test_tracing.py" in calls["plain"].location


def test_concurrent_handlers_do_not_mix() -> None:
    import httpx2 as httpx

    fast_api = service(trace_calls="all")

    async def both() -> None:
        transport = httpx.ASGITransport(app=fast_api.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await asyncio.gather(asyncio.create_task(client.get("/one")), asyncio.create_task(client.get("/two")))

    for _ in range(10):
        asyncio.run(both())
        events = events_by_path(fast_api)
        assert "work_of_one" in names(events["/one"])
        assert "work_of_two" in names(events["/two"])
        # On a busy machine pyinstrument gives a sample to the wrong task, in one of some hundred pairs of requests.
        if "work_of_two" not in names(events["/one"]) and "work_of_one" not in names(events["/two"]):
            return
    raise AssertionError("the traces of concurrent requests mix each time")


async def dependency() -> AsyncIterator[None]:
    work_of_one()
    yield


async def depends(_: None = Depends(dependency)) -> None:
    work_of_two()


async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        for _ in range(3):
            work_of_one()
            yield "x"
            await asyncio.sleep(0.005)

    return StreamingResponse(parts())


async def gather() -> None:
    async def part() -> None:
        work_of_one()
        await asyncio.sleep(0.005)

    await asyncio.gather(part(), part())


@pytest.mark.parametrize(
    ("handler", "roots", "work"),
    [
        (depends, {"dependency", "depends"}, {"work_of_one", "work_of_two"}),
        (stream, {"parts"}, {"work_of_one"}),
        (gather, {"part"}, {"work_of_one"}),
    ],
)
def test_dependencies_and_tasks_that_the_request_started(handler: Any, roots: set[str], work: set[str]) -> None:
    fast_api = service(trace_calls="all").add_route_get(handler)
    with Fast_API_Server(app=fast_api) as server:
        server.requests_get(f"/{handler.__name__}")  # the first request of a route makes it, which is no part of a tree
    calls = events_by_path(fast_api)[f"/{handler.__name__}"].http_event_traces.calls
    assert roots <= {call.name for call in calls if call.depth == 0} <= {*roots, handler.__name__}
    assert work <= {call.name for call in calls}


def test_only_with_the_header() -> None:
    fast_api = service(trace_calls="header")
    client = fast_api.client()
    client.get("/plain")
    client.get("/one", headers={"fast-api-trace": "1"})
    events = events_by_path(fast_api)
    assert not names(events["/plain"])
    assert "work_of_one" in names(events["/one"])


def test_only_slow_and_failing_requests() -> None:
    for slow_seconds, kept in ((60.0, False), (0.04, True)):
        fast_api = service(trace_calls="slow", trace_slow_seconds=slow_seconds)
        client = fast_api.client()
        for path in ("/plain", "/failing"):
            client.get(path)
        events = events_by_path(fast_api)
        assert ("work_of_one" in names(events["/plain"])) is kept
        assert "busy" in names(events["/failing"])


@pytest.mark.parametrize(("rate", "traced"), [(0.0, False), (1.0, True)])
def test_a_sample(rate: float, traced: bool) -> None:
    fast_api = service(trace_calls="sampled", trace_sample_rate=rate)
    fast_api.client().get("/plain")
    assert bool(names(events_by_path(fast_api)["/plain"])) is traced


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="trace_calls is one of off, all"):
        Fast_API__Http_Events(trace_calls="sometimes")
    events = Fast_API__Http_Events()
    with pytest.raises(ValueError, match="trace_calls is one of off, all"):
        events.trace_calls = "sometimes"
    assert events.trace_calls == "off"


def test_what_fastapi_needs_is_framework_too() -> None:
    """A sample in one of these, before the handler is called, is no call of the application."""

    def needed(name: str) -> set[str]:
        requirements = map(Requirement, importlib.metadata.requires(name) or ())
        names = {item.name for item in requirements if item.marker is None or item.marker.evaluate({"extra": ""})}
        return {name, *(each for found in names for each in needed(found))}

    folders = " ".join(_framework_folders())
    packages = {name.replace("-", "_") for name in needed("fastapi")} - {"opentelemetry_api"}
    assert [name for name in sorted(packages) if name not in folders] == []


def test_packages_without_a_file_of_their_own_are_libraries_too() -> None:
    folders = [Path(folder).name for folder in _framework_folders()]
    assert "opentelemetry" in folders
