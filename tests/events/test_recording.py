"""Every request leaves one event that says what happened."""

import asyncio
import json
import logging
import os
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, StreamingResponse
from starlette.testclient import TestClient

from fast_api import Fast_API, Fast_API_Server
from fast_api.http_events import Fast_API__Http_Event, Fast_API__Http_Events, Memory_Event_Store, Request_Record
from type_safe_convert import convert, to_json

from ..stores.records import records


def hello(request: Request) -> dict[str, str]:
    return {"id": request.state.http_event.event_id}


def user__user_id(user_id: int) -> int:
    return user_id


async def boom() -> None:
    raise ValueError("no")


async def late() -> None:
    async with asyncio.timeout(0.01):
        await asyncio.sleep(1)


async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 1000
            await asyncio.sleep(0.05)

    return StreamingResponse(parts())


async def breaking() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise OSError("the disk is gone")

    return StreamingResponse(parts())


def service(**settings: Any) -> Fast_API:
    fast_api = Fast_API(http_events=Fast_API__Http_Events(**settings)).setup()
    for function in (hello, user__user_id, boom, late, stream, breaking):
        fast_api.add_route_get(function)
    return fast_api


def only(fast_api: Fast_API) -> Fast_API__Http_Event:
    (event,) = fast_api.http_events.requests_data.values()
    return event


def test_the_four_parts() -> None:
    fast_api = service()
    before = time.time()
    response = fast_api.client().get("/user/17?page=2", headers={"x-kind": "test"})
    event = only(fast_api)
    assert event.event_id == event.http_event_info.event_id == response.headers["fast-api-request-id"]
    info, request, answer = event.http_event_info, event.http_event_request, event.http_event_response
    assert before - 1 <= info.timestamp / 1000 <= time.time()
    assert (info.client_ip, request.method, request.path) == ("testclient", "GET", "/user/17")
    assert (request.route, request.query, request.host, request.port) == ("/user/{user_id}", "page=2", "testserver", 80)
    assert request.headers["x-kind"] == "test"
    assert isinstance(request.duration, Decimal)
    assert request.duration.as_tuple().exponent == -6
    assert (answer.status_code, answer.content_type, answer.content_length) == (200, "application/json", 2)
    assert answer.end == request.start + request.duration
    assert (answer.outcome, answer.cause) == ("completed", "")
    assert answer.headers["fast-api-request-id"] == event.event_id


def test_the_route_is_the_whole_template() -> None:
    router, inner = APIRouter(), FastAPI()
    router.get("/item/{item}")(lambda item: item)
    fast_api = service()
    fast_api.app().include_router(router, prefix="/v1")
    fast_api.app().include_router(router, prefix="/v2")
    inner.include_router(router, prefix="/shop")
    fast_api.app().mount("/of/{owner}", inner)
    client = fast_api.client()
    for path in ("/v1/item/1", "/v2/item/1", "/of/alice/shop/item/1"):
        assert client.get(path).status_code == 200
    assert [event.http_event_request.route for event in fast_api.http_events.requests_data.values()] == [
        "/v1/item/{item}",
        "/v2/item/{item}",
        "/of/{owner}/shop/item/{item}",
    ]


def test_the_handler_sees_its_event() -> None:
    fast_api = service()
    assert fast_api.client().get("/hello").json() == {"id": only(fast_api).event_id}


@pytest.mark.parametrize("kind", ["basemodel", "dataclass"])
def test_an_event_converts_like_any_other_class(kind: str) -> None:
    fast_api = service()
    fast_api.client().get("/hello")
    event = only(fast_api)
    back = convert(convert(event, kind), Fast_API__Http_Event)
    assert back.json() == event.json()
    assert type(back.http_event_request.headers) is type(event.http_event_request.headers)


def test_an_assembled_event_has_the_fields_of_a_constructed_one() -> None:
    fast_api = service()
    fast_api.client().get("/hello")
    made, event = Fast_API__Http_Event(), only(fast_api)
    assert event.__dict__.keys() == made.__dict__.keys()
    for name in ("info", "request", "response", "traces"):
        one, other = getattr(event, f"http_event_{name}"), getattr(made, f"http_event_{name}")
        assert {n: type(v) for n, v in one.__dict__.items()} == {n: type(v) for n, v in other.__dict__.items()}


@pytest.mark.parametrize(
    ("path", "cause", "error"), [("/boom", "exception", "ValueError"), ("/late", "timeout", "TimeoutError")]
)
def test_failures_have_their_cause(path: str, cause: str, error: str) -> None:
    fast_api = service()
    assert fast_api.client(raise_server_exceptions=False).get(path).status_code == 500
    answer = only(fast_api).http_event_response
    assert (answer.status_code, answer.outcome, answer.cause, answer.error) == (500, "completed", cause, error)


def test_a_stream_lasts_until_its_last_byte() -> None:
    fast_api = service()
    fast_api.client().get("/stream")
    event = only(fast_api)
    assert event.http_event_request.duration >= Decimal("0.1")
    assert event.http_event_response.content_length == 3000


def test_a_head_request_is_sent_no_body() -> None:
    fast_api = service()
    fast_api.app().api_route("/hello", methods=["HEAD"])(hello)
    response = fast_api.client().head("/hello")
    assert response.headers["content-length"] != "0"
    assert only(fast_api).http_event_response.content_length == 0


def test_a_file_that_the_server_sends_by_itself_is_complete() -> None:
    """Granian and others offer `http.response.pathsend` for files."""
    fast_api = service()
    fast_api.app().get("/file")(lambda: FileResponse(__file__))
    sent: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def noting_send(message: Any) -> None:
            sent.append(message["type"])
            if message["type"] == "http.response.pathsend":
                message = {"type": "http.response.body", "body": Path(message["path"]).read_bytes()}
            await send(message)

        scope["extensions"] = {"http.response.pathsend": {}}
        await fast_api.app()(scope, receive, noting_send)

    content = TestClient(app).get("/file").content
    answer = only(fast_api).http_event_response
    assert sent == ["http.response.start", "http.response.pathsend"]
    assert (answer.outcome, answer.cause, answer.content_length) == ("completed", "", len(content))


def test_a_server_that_says_disconnect_while_it_sends_the_end_has_served_all() -> None:
    """ASGI's http.disconnect also follows a complete response, and a task may see it before `send` returns."""

    async def main() -> None:
        watched, answered = asyncio.Event(), asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not watched.is_set():
                watched.set()
                return {"type": "http.request", "body": b"", "more_body": False}
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                answered.set()
                for _ in range(10):
                    await asyncio.sleep(0)

        async def slow() -> None:
            await watched.wait()

        scope = {"type": "http", "method": "GET", "path": "/slow", "headers": [], "query_string": b""}
        await fast_api.add_route_get(slow).app()(scope, receive, send)

    fast_api = service()
    asyncio.run(main())
    answer = only(fast_api).http_event_response
    assert (answer.outcome, answer.cause) == ("completed", "")


def test_headers_of_a_middleware_outside_of_the_pipeline_are_recorded() -> None:
    class Outside:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def adding_send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(raw=message["headers"])["x-outside"] = "yes"
                await send(message)

            await self.app(scope, receive, adding_send)

    class Wrapped(Fast_API):
        def setup_middlewares(self) -> None:
            self.app().add_middleware(Outside)
            super().setup_middlewares()

    fast_api = Wrapped().setup().add_route_get(hello)
    fast_api.client().get("/hello")
    assert only(fast_api).http_event_response.headers["x-outside"] == "yes"


def test_a_stream_that_breaks_is_cut_off() -> None:
    fast_api = service()
    with pytest.raises(OSError, match="disk"):
        fast_api.client().get("/breaking")
    answer = only(fast_api).http_event_response
    assert (answer.outcome, answer.cause, answer.content_length) == ("cut off", "exception", 1000)


def test_a_client_that_hangs_up_is_recorded_as_such() -> None:
    async def endless() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 100
                await asyncio.sleep(0.01)

        return StreamingResponse(parts())

    fast_api = service().add_route_get(endless)
    with Fast_API_Server(app=fast_api) as server:
        with httpx.stream("GET", server.url("/endless")) as response:
            next(response.iter_bytes())
        deadline = time.monotonic() + 60
        while not fast_api.http_events.requests_data and time.monotonic() < deadline:
            time.sleep(0.01)
    answer = only(fast_api).http_event_response
    assert (answer.outcome, answer.cause) == ("cut off", "disconnected")


def test_the_oldest_go_first() -> None:
    fast_api = service(max_requests_logged=3)
    client = fast_api.client()
    for n in range(5):
        client.get(f"/user/{n}")
    assert [e.http_event_request.path for e in fast_api.http_events.requests_data.values()] == [
        "/user/2",
        "/user/3",
        "/user/4",
    ]
    counts = fast_api.http_events.counts()
    assert (counts["stored"], counts["appended"], counts["evicted"], counts["in_flight"]) == (3, 5, 2, 0)


def test_the_ring_holds_50_by_default() -> None:
    fast_api = service()
    client = fast_api.client()
    for n in range(60):
        client.get(f"/user/{n}")
    assert len(fast_api.http_events.requests_data) == fast_api.http_events.max_requests_logged == 50


def test_threads_lose_no_event_of_the_ring() -> None:
    store = Memory_Event_Store(100)

    def append(thread: int) -> None:
        for n in range(500):
            record = Request_Record()
            record.event_id = f"{thread}-{n}"
            store.append(record)

    threads = [threading.Thread(target=append, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.counts() == {"stored": 100, "appended": 4000, "evicted": 3900, "dropped": 0}


@pytest.mark.usefixtures("threads_meet_everywhere")
def test_threads_that_read_an_event_get_the_same_one() -> None:
    """As a callback and the reader of a store do: what one of them writes into it, the other one finds."""
    for record in records(50):
        record.cached_event = record.tags = None
        start = threading.Barrier(8)

        def read(_: int, record: Request_Record = record, start: threading.Barrier = start) -> Fast_API__Http_Event:
            start.wait(60)
            return record.event

        with ThreadPoolExecutor(8) as pool:
            events = list(pool.map(read, range(8)))
        assert {id(event) for event in events} == {id(record.event)}
        assert record.event.tags is record.tags


@pytest.mark.usefixtures("threads_meet_everywhere")
def test_threads_that_read_a_running_event_get_the_same_parts() -> None:
    found: list[Any] = []

    async def read_by_many(request: Request) -> None:
        event, start = request.state.http_event, threading.Barrier(8)

        def read(_: int) -> Any:
            start.wait(60)
            return event.http_event_request

        with ThreadPoolExecutor(8) as pool:
            found.append(list(pool.map(read, range(8))))

    client = service().add_route_get(read_by_many).client()
    for _ in range(20):
        assert client.get("/read-by-many").status_code == 200
    assert [len(set(map(id, parts))) for parts in found] == [1] * 20


@pytest.mark.usefixtures("threads_meet_everywhere")
def test_tags_of_many_threads_are_all_there() -> None:
    async def tagged_by_many(request: Request) -> None:
        event, start = request.state.http_event, threading.Barrier(8)

        def tag(number: int) -> None:
            start.wait(60)
            event.tags[f"of {number}"] = "there"

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(tag, range(8)))

    fast_api = service().add_route_get(tagged_by_many)
    client = fast_api.client()
    for _ in range(20):
        assert client.get("/tagged-by-many").status_code == 200
    assert [len(event.tags) for event in fast_api.http_events.requests_data.values()] == [8] * 20


def test_a_store_that_fails_breaks_no_request_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    """The log has it once, `/config/ready` for as long as it lasts."""

    class Full(Memory_Event_Store):
        full = True

        def append(self, record: Request_Record) -> None:
            if self.full:
                raise OSError("no space left")
            super().append(record)

    fast_api, store = service(), Full()
    fast_api.http_events.store = store
    client = fast_api.client()
    for _ in range(3):
        assert client.get("/hello").status_code == 200
    assert fast_api.http_events.counts()["dropped"] == 3
    assert [record.getMessage()[:22] for record in caplog.records].count("the event store failed") == 1
    assert "no space left" in caplog.text
    assert client.get("/config/ready").json()["checks"] == {"event_store": "the event store fails: OSError"}
    store.full = False
    client.get("/hello")
    assert client.get("/config/ready").json()["status"] == "ready"
    counts = fast_api.http_events.counts()
    assert (counts["stored"], counts["dropped"]) == (1, 3)


def test_what_utf8_cannot_say_costs_no_event() -> None:
    """A lone surrogate stands for a byte in the names of files, and a server may let one into a path."""
    fast_api = Fast_API(http_events=Fast_API__Http_Events(access_log=True), events_page="open").setup()

    def logging_handler() -> None:
        logging.getLogger("shop").warning("cannot read %s", os.fsdecode(b"caf\xe9.txt"))

    client = fast_api.add_route_get(logging_handler).client()
    client.get("/logging-handler")

    async def ask() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            pass

        scope = {"type": "http", "method": "GET", "path": "/caf\udce9", "query_string": b"", "headers": []}
        await fast_api.app()(scope, receive, send)

    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    access = logging.getLogger("fast_api.access")
    access.addHandler(handler)
    asyncio.run(ask())
    access.removeHandler(handler)
    assert json.loads(lines[0])["path"] == "/caf\\udce9"
    first, second = client.get("/events/api/events").json()
    assert first["path"] == "/caf\\udce9"
    whole = client.get(f"/events/api/events/{second['event_id']}").json()
    assert whole["http_event_info"]["log_messages"][0]["text"] == "cannot read caf\\udce9.txt"
    assert all(to_json(event) for event in fast_api.http_events.store.recent())


def test_country_and_city_only_when_trusted() -> None:
    headers = {"cf-ipcountry": "NZ", "cf-ipcity": "Nelson", "cf-connecting-ip": "203.0.113.9"}
    for trusted, expected in ((False, ("", "", "testclient")), (True, ("NZ", "Nelson", "203.0.113.9"))):
        fast_api = service(trust_cdn_headers=trusted)
        fast_api.client().get("/hello", headers=headers)
        info = only(fast_api).http_event_info
        assert (info.client_country, info.client_city, info.client_ip) == expected


@pytest.mark.parametrize(
    ("headers", "ip", "city"),
    [
        ({"cloudfront-viewer-address": "2001:db8::1:443"}, "2001:db8::1", ""),
        ({"cloudfront-viewer-address": "198.51.100.1:443", "cf-connecting-ip": "203.0.113.9"}, "203.0.113.9", ""),
        ({"cf-ipcity": "São Paulo".encode()}, "testclient", "São Paulo"),
        ({"x-vercel-ip-city": "S%C3%A3o%20Paulo"}, "testclient", "São Paulo"),
    ],
)
def test_as_each_cdn_writes_it(headers: Any, ip: str, city: str) -> None:
    fast_api = service(trust_cdn_headers=True)
    fast_api.client().get("/hello", headers=headers)
    info = only(fast_api).http_event_info
    assert (info.client_ip, info.client_city) == (ip, city)
