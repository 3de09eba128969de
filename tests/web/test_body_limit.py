"""The size of request bodies: 10 MB where they are read into memory whole, and what `max_body_size` says."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI, Form, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fast_api import Fast_API
from fast_api.middlewares.body_limit import DEFAULT_MAX_BODY_SIZE

from .models import Customer

MIB = 1 << 20


def service(**settings: Any) -> Fast_API:
    def typed(customer: Customer) -> int:
        return 1

    async def raw(request: Request) -> int:
        return len(await request.body())

    async def streamed(request: Request) -> int:
        size = 0
        async for part in request.stream():
            size += len(part)
        return size

    def text(body: Annotated[bytes, Body()]) -> int:
        return len(body)

    def form(name: Annotated[str, Form()]) -> int:
        return len(name)

    async def upload(file: UploadFile) -> int:
        return len(await file.read())

    async def unread(request: Request) -> str:
        return "unread"

    async def swallowed(request: Request) -> str:
        with contextlib.suppress(HTTPException):
            await request.body()
        return "swallowed"

    fast_api = Fast_API(**settings).setup()
    for function in (typed, raw, streamed, text, form, upload, unread, swallowed):
        fast_api.add_route_post(function)
    return fast_api


def in_parts(content: bytes) -> Iterator[bytes]:
    yield from (content[at : at + 500_000] for at in range(0, len(content), 500_000))


def whole(content: bytes) -> bytes:
    return content


JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
LARGE = b'{"name": "' + b"x" * (11 * MIB) + b'"}'


@pytest.mark.parametrize("sent", [whole, in_parts])
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/typed", JSON),
        ("/typed", {"content-type": "application/vnd.x+json; charset=utf-8"}),
        ("/typed", {}),
        ("/typed", {"content-type": "multipart/form-data; boundary=x"}),
        ("/raw", JSON),
        ("/raw", {"content-type": "Application/JSON"}),
        ("/text", {"content-type": "application/octet-stream"}),
        ("/form", FORM),
        ("/form", {"content-type": "multipart/form-data; boundary=x"}),
        ("/swallowed", JSON),
    ],
)
def test_a_body_that_is_read_whole_has_10_mb(sent: Callable[[bytes], Any], path: str, headers: dict[str, str]) -> None:
    fast_api = service(enable_cors=True)
    answer = fast_api.client().post(path, content=sent(LARGE), headers={**headers, "origin": "https://a.example"})
    assert (answer.status_code, answer.json()) == (413, {"detail": "Content Too Large"})
    assert answer.headers["access-control-allow-origin"] == "*"
    (event,) = fast_api.http_events.requests_data.values()
    assert event.http_event_response.status_code == 413


@pytest.mark.parametrize("sent", [whole, in_parts])
def test_uploads_and_streams_have_no_limit(sent: Callable[[bytes], Any]) -> None:
    client = service().client()
    assert client.post("/streamed", content=sent(LARGE)).json() == len(LARGE)
    assert client.post("/raw", content=sent(LARGE), headers={"content-type": "text/csv"}).json() == len(LARGE)
    assert client.post("/upload", files={"file": LARGE}).json() == len(LARGE)
    assert client.post("/unread", content=sent(LARGE), headers=JSON).json() == "unread"


def test_exactly_10_mb_pass() -> None:
    client = service().client()
    content = json.dumps("x" * (DEFAULT_MAX_BODY_SIZE - 2)).encode()
    assert client.post("/raw", content=content, headers=JSON).json() == DEFAULT_MAX_BODY_SIZE
    assert client.post("/raw", content=content + b" ", headers=JSON).status_code == 413


@pytest.mark.parametrize("sent", [whole, in_parts])
def test_the_setting_is_for_every_body(sent: Callable[[bytes], Any]) -> None:
    client = service(max_body_size=1000).client()
    for path in ("/typed", "/raw", "/streamed", "/text", "/swallowed"):
        assert client.post(path, content=sent(b"1" * 1001), headers=JSON).status_code == 413, path
        assert client.post(path, content=sent(b"1" * 1000), headers=JSON).status_code != 413, path
    assert client.post("/upload", files={"file": b"x" * 1000}).status_code == 413
    assert service(max_body_size=20 * MIB).client().post("/raw", content=sent(LARGE), headers=JSON).status_code == 200
    assert service(max_body_size=0).client().post("/raw", content=b"").status_code == 200


def test_a_route_and_a_router_have_the_last_word() -> None:
    async def size(request: Request) -> int:
        return len(await request.body())

    fast_api = service()
    fast_api.app().post("/large", max_body_size=12 * MIB)(size)
    fast_api.app().post("/small", max_body_size=10)(size)
    client = fast_api.client()
    assert client.post("/large", content=LARGE, headers=JSON).status_code == 200
    assert client.post("/large", content=LARGE + LARGE, headers=JSON).status_code == 413
    assert client.post("/small", content=b"x" * 11).status_code == 413
    assert client.post("/small", content=in_parts(b"x" * 11)).status_code == 413


def test_mounted_applications_are_limited_too() -> None:
    inner = FastAPI()

    @inner.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        content = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [str(len(content)).encode()]

    fast_api = service()
    fast_api.app().mount("/inner", inner)
    fast_api.add_wsgi_app("/wsgi", wsgi)
    child = service(max_body_size=12 * MIB, base_path="/child")
    child.mount(fast_api)
    client = fast_api.client(raise_server_exceptions=False)
    for path in ("/inner/size", "/wsgi/x"):
        assert client.post(path, content=LARGE, headers=JSON).status_code == 413, path
        assert client.post(path, content=in_parts(LARGE), headers=JSON).status_code == 413, path
        assert client.post(path, content=b"x", headers=JSON).text == "1"
    assert client.post("/child/raw", content=LARGE, headers=JSON).status_code == 200
    assert client.post("/child/raw", content=LARGE + LARGE, headers=JSON).status_code == 413


@pytest.mark.parametrize("size", [-1, True])
def test_what_is_no_size_is_refused_at_setup(size: Any) -> None:
    with pytest.raises(ValueError, match=r"max_body_size|bool"):
        Fast_API(max_body_size=size).setup()


def test_no_more_is_read_than_the_limit() -> None:
    """Of a body that comes in parts, and says no length."""
    read = []

    async def receive() -> dict[str, Any]:
        read.append(MIB)
        return {"type": "http.request", "body": b"x" * MIB, "more_body": True}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/typed", "raw_path": b"/typed",
             "query_string": b"", "headers": [(b"content-type", b"application/json")], "root_path": "",
             "scheme": "http", "server": ("x", 80), "client": ("y", 1)}  # fmt: skip
    asyncio.run(service().app()(scope, receive, send))
    assert sent[0]["status"] == 413
    assert len(read) <= 12
