"""The middleware pipeline: its order, request ids, disconnects, CORS and errors."""

import asyncio
import logging
import socket
import threading
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request, WebSocket
from fastapi.responses import JSONResponse, StreamingResponse
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fast_api import Fast_API, Fast_API__Http_Events, Fast_API_Server, RouteError
from fast_api.middlewares.detect_disconnect import Detect_Disconnect

from .conftest import KEY_NAME

ORIGIN = {"origin": "https://site.example"}


def hello() -> dict[str, str]:
    return {"hello": "world"}


def fail() -> None:
    raise RuntimeError("the secret of the database")


class Recorder(Fast_API__Http_Events):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seen: list[Any] = []

    def request_started(self, scope: Scope, request_id: str) -> Any:
        event = {"path": scope["path"], "request_id": request_id, "status": None, "body": 0, "error": None}
        self.seen.append(event)
        return event

    def message_sent(self, event: Any, message: Any) -> None:
        event["status"] = message.get("status", event["status"])
        event["body"] += len(message.get("body", b""))

    def request_ended(self, event: Any, error: BaseException | None) -> None:
        event["error"] = error
        event["ended"] = True


def test_pipeline_order() -> None:
    app = Fast_API(enable_cors=True, enable_api_key=True).setup().app()
    assert [middleware.cls.__name__ for middleware in app.user_middleware] == [
        "Detect_Disconnect", "Http_Request", "CORSMiddleware", "Server_Errors", "API_Key_Check", "Body_Limit",
    ]  # fmt: skip


def test_detect_disconnect_and_http_request_are_always_on() -> None:
    app = Fast_API().setup().app()
    names = [middleware.cls.__name__ for middleware in app.user_middleware]
    assert names == ["Detect_Disconnect", "Http_Request", "Server_Errors", "Body_Limit"]


def test_a_refused_request_carries_cors_headers_and_is_recorded(api_key: str) -> None:
    recorder = Recorder()
    fast_api = Fast_API(enable_cors=True, enable_api_key=True, http_events=recorder).setup().add_route_get(hello)
    response = fast_api.client().get("/hello", headers=ORIGIN)
    assert response.status_code == 401
    assert response.headers["access-control-allow-origin"] == "*"
    (event,) = recorder.seen
    assert event["status"] == 401
    assert event["request_id"] == response.headers["fast-api-request-id"]
    assert event["ended"]


def test_an_application_that_nobody_set_up_has_its_key_check(api_key: str) -> None:
    client = Fast_API(enable_api_key=True).add_route_get(hello).client()
    assert client.get("/hello").status_code == 401
    assert client.get("/hello", headers={KEY_NAME: api_key}).status_code == 200


class Custom_Middleware:
    def __init__(self, app: ASGIApp, name: str, log: list[str]) -> None:
        self.app, self.name, self.log = app, name, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.log.append(f"{self.name} {'request_id' in scope.get('state', {})}")
            if scope["path"] == "/broken-middleware":
                raise RuntimeError("in the middleware")
        await self.app(scope, receive, send)


def test_middlewares_of_a_subclass_run_where_they_were_added(api_key: str) -> None:
    log: list[str] = []

    class Custom(Fast_API):
        def setup_middlewares(self) -> None:
            self.app().add_middleware(Custom_Middleware, name="outside", log=log)
            super().setup_middlewares()
            self.app().add_middleware(Custom_Middleware, name="first inside", log=log)
            self.app().add_middleware(Custom_Middleware, name="last inside", log=log)

    custom = Custom(enable_cors=True, enable_api_key=True).setup().add_route_get(hello)
    client = custom.client()
    assert client.get("/hello", headers={KEY_NAME: api_key}).status_code == 200
    assert log == ["outside False", "last inside True", "first inside True"]
    log.clear()
    assert client.get("/hello").status_code == 401
    assert log == ["outside False"]


def test_an_error_in_a_custom_middleware_is_a_500_like_any_other() -> None:
    class Custom(Fast_API):
        def setup_middlewares(self) -> None:
            super().setup_middlewares()
            self.app().add_middleware(Custom_Middleware, name="m", log=[])

    client = Custom(enable_cors=True).setup().client(raise_server_exceptions=False)
    response = client.get("/broken-middleware", headers=ORIGIN)
    assert response.status_code == 500
    assert response.json()["request_id"] == response.headers["fast-api-request-id"]
    assert response.headers["access-control-allow-origin"] == "*"


def test_events_may_be_async_and_share_the_handlers_context() -> None:
    current: ContextVar[str] = ContextVar("current", default="")
    seen: list[str] = []

    class Async_Events(Fast_API__Http_Events):
        async def request_started(self, scope: Scope, request_id: str) -> Any:
            await asyncio.sleep(0)
            current.set(request_id)
            return request_id

        def message_sent(self, event: Any, message: Message) -> None:
            pass

        async def request_ended(self, event: Any, error: BaseException | None) -> None:
            await asyncio.sleep(0)
            seen.append(event)

    def context() -> str:
        return current.get()

    response = Fast_API(http_events=Async_Events()).setup().add_route_get(context).client().get("/context")
    assert response.json() == response.headers["fast-api-request-id"] == seen[0]


# request ids


def test_each_request_has_its_own_id() -> None:
    def my_id(request: Request) -> str:
        return str(request.state.request_id)

    client = Fast_API().setup().add_route_get(my_id).client()
    first, second = client.get("/my-id"), client.get("/my-id")
    assert first.json() == first.headers["fast-api-request-id"]
    assert first.json() != second.json()


@pytest.mark.parametrize(
    ("trusted", "sent", "taken"),
    [
        (False, "abc", False),
        (True, "abc-1.2_X", True),
        (True, "a b", False),
        (True, "x" * 129, False),
        (True, "", False),
    ],
)
def test_an_incoming_id_is_taken_only_when_configured(trusted: bool, sent: str, taken: bool) -> None:
    client = Fast_API(trust_request_id=trusted).setup().add_route_get(hello).client()
    answered = client.get("/hello", headers={"fast-api-request-id": sent}).headers["fast-api-request-id"]
    assert (answered == sent) is taken
    assert answered


def test_an_id_is_a_guid() -> None:
    client = Fast_API().setup().add_route_get(hello).client()
    for _ in range(100):
        request_id = client.get("/hello").headers["fast-api-request-id"]
        assert str(Random_Guid(request_id)) == request_id
        assert uuid.UUID(request_id).version == 4


def test_an_id_of_a_gateway_is_taken_too() -> None:
    client = Fast_API(trust_request_id=True).setup().add_route_get(hello).client()
    both = {"x-request-id": "gateway", "fast-api-request-id": "own"}
    for sent, taken in (({"x-request-id": "gateway"}, "gateway"), (both, "own")):
        assert client.get("/hello", headers=sent).headers["fast-api-request-id"] == taken
    broken = {**both, "fast-api-request-id": "not so good"}
    assert client.get("/hello", headers=broken).headers["fast-api-request-id"] == "gateway"
    untrusting = Fast_API().setup().add_route_get(hello).client()
    assert untrusting.get("/hello", headers=both).headers["fast-api-request-id"] not in both.values()


# CORS


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
@pytest.mark.parametrize("origins", [[], ["https://site.example"]])
def test_preflight_passes_for_every_method_and_header(method: str, origins: list[str], api_key: str) -> None:
    client = Fast_API(enable_cors=True, enable_api_key=True, cors_origins=origins).setup().client()
    response = client.options(
        "/anything",
        headers={
            **ORIGIN,
            "access-control-request-method": method,
            "access-control-request-headers": "x-api-key, x-strange, content-type",
        },
    )
    assert response.status_code == 200
    assert method in response.headers["access-control-allow-methods"]
    assert "x-strange" in response.headers["access-control-allow-headers"]
    assert response.headers["access-control-allow-origin"] == (origins[0] if origins else "*")
    assert response.headers.get("access-control-allow-credentials") == ("true" if origins else None)


def test_every_origin_means_no_credentials() -> None:
    client = Fast_API(enable_cors=True).setup().add_route_get(hello).client()
    response = client.get("/hello", headers={**ORIGIN, "cookie": "a=1"})
    assert "access-control-allow-credentials" not in response.headers
    assert response.headers["access-control-expose-headers"] == "fast-api-request-id"


def test_listed_origins_only() -> None:
    client = Fast_API(enable_cors=True, cors_origins=["https://site.example"]).setup().add_route_get(hello).client()
    assert client.get("/hello", headers=ORIGIN).headers["access-control-allow-credentials"] == "true"
    other = client.get("/hello", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_every_origin_with_credentials_is_refused_at_set_up() -> None:
    with pytest.raises(ValueError, match="cors_origins"):
        Fast_API(enable_cors=True, cors_origins=["*"]).setup()


@pytest.mark.parametrize("origin", ["null", "NULL", " null"])
def test_the_origin_null_with_credentials_is_refused_at_set_up(origin: str) -> None:
    """A sandboxed frame of any site has it."""
    with pytest.raises(ValueError, match=r"(?i)null"):
        Fast_API(enable_cors=True, cors_origins=["https://a.example", origin]).setup()


@pytest.mark.parametrize(
    "origin", ["https://site.example/", "site.example", "https://site.example/page", "https://*.example", ""]
)
def test_an_origin_that_no_browser_sends_is_refused_at_set_up(origin: str) -> None:
    with pytest.raises(ValueError, match="an origin is a scheme and a host"):
        Fast_API(enable_cors=True, cors_origins=["http://localhost:8000", origin]).setup()


def test_without_cors_there_are_no_headers() -> None:
    response = Fast_API().setup().add_route_get(hello).client().get("/hello", headers=ORIGIN)
    assert not [name for name in response.headers if name.startswith("access-control")]


# errors


def test_500_has_the_request_id_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()
    settings: dict[str, Any] = {"enable_cors": True, "propagate_errors": False}
    fast_api = Fast_API(**settings, http_events=recorder).setup().add_route_get(fail)
    with caplog.at_level(logging.ERROR, logger="fast_api"):
        response = fast_api.client().get("/fail", headers=ORIGIN)
    assert response.status_code == 500
    request_id = response.headers["fast-api-request-id"]
    assert response.json() == {"detail": "Internal Server Error", "request_id": request_id}
    assert response.headers["access-control-allow-origin"] == "*"
    assert recorder.seen[0]["status"] == 500
    (record,) = caplog.records
    assert request_id in record.getMessage()
    assert record.exc_info is not None
    assert "the secret of the database" in str(record.exc_info[1])


def test_debug_shows_the_exception() -> None:
    client = Fast_API(debug=True).setup().add_route_get(fail).client(raise_server_exceptions=False)
    content = client.get("/fail").json()
    assert content["detail"] == "RuntimeError: the secret of the database"
    assert "test_pipeline" in "".join(content["traceback"])


def test_http_exceptions_and_registered_handlers() -> None:
    class Mine(Exception): ...

    def teapot() -> None:
        raise HTTPException(418, "short and stout", headers={"x-tea": "yes"})

    def mine() -> None:
        raise Mine

    fast_api = Fast_API().setup().add_route_get(teapot).add_route_get(mine).add_route_get(fail)
    fast_api.app().add_exception_handler(Mine, lambda request, error: JSONResponse({"mine": True}, 409))
    client = fast_api.client()
    response = client.get("/teapot")
    assert (response.status_code, response.json()) == (418, {"detail": "short and stout"})
    assert response.headers["x-tea"] == "yes"
    assert (client.get("/mine").status_code, client.get("/mine").json()) == (409, {"mine": True})
    assert client.get("/nowhere").json() == {"detail": "Not Found"}


def test_allow_lists_the_methods_of_every_kind_of_route() -> None:
    class Endpoint(HTTPEndpoint):
        async def get(self, request: Request) -> JSONResponse:
            return JSONResponse("read")

        async def put(self, request: Request) -> JSONResponse:
            return JSONResponse("put")

    def refuse() -> None:
        raise HTTPException(405, headers={"Allow": "PATCH"})

    router, outer = APIRouter(), APIRouter()
    router.get("/a/{x}")(hello)
    router.delete("/a/{y}")(hello)
    outer.include_router(router, prefix="/outer")
    service = Fast_API().setup().add_route_get(refuse)
    app = service.app()
    app.include_router(router)
    app.include_router(outer, prefix="/more")
    app.add_route("/endpoint", Endpoint)
    app.get("/both")(hello)
    app.include_router(APIRouter(routes=[Route("/both", hello, methods=["PUT"])]))
    client = service.client()
    for path, methods in (
        ("/a/1", "DELETE, GET"),
        ("/more/outer/a/1", "DELETE, GET"),
        ("/endpoint", "GET, HEAD, PUT"),
        ("/both", "GET, PUT"),
    ):
        response = client.post(path)
        assert (response.status_code, response.headers["allow"]) == (405, methods)
    assert client.get("/refuse").headers["allow"] == "PATCH"


@pytest.mark.parametrize("is_async", [True, False])
def test_a_handler_for_http_exceptions_decides_about_405_too(is_async: bool) -> None:
    def handle(request: Request, error: Any) -> JSONResponse:
        return JSONResponse({"mine": error.status_code}, error.status_code, error.headers)

    async def handle_async(request: Request, error: Any) -> JSONResponse:
        return handle(request, error)

    assert Fast_API().setup().add_route_get(hello).client().post("/hello").json() == {"detail": "Method Not Allowed"}
    fast_api = Fast_API().setup().add_route_get(hello)
    fast_api.app().add_exception_handler(StarletteHTTPException, handle_async if is_async else handle)
    response = fast_api.client().post("/hello")
    assert (response.json(), response.headers["allow"]) == ({"mine": 405}, "GET")


@pytest.mark.parametrize("is_async", [True, False])
def test_a_handler_for_exception_decides_and_keeps_cors(is_async: bool) -> None:
    def handle(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"sorry": type(error).__name__}, 503)

    async def handle_async(request: Request, error: Exception) -> JSONResponse:
        return handle(request, error)

    fast_api = Fast_API(enable_cors=True).setup().add_route_get(fail)
    fast_api.app().add_exception_handler(Exception, handle_async if is_async else handle)
    response = fast_api.client(raise_server_exceptions=False).get("/fail", headers=ORIGIN)
    assert (response.status_code, response.json()) == (503, {"sorry": "RuntimeError"})
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_handler_for_exception_that_fails_itself_leaves_a_plain_500(caplog: pytest.LogCaptureFixture) -> None:
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse(await request.json())  # the body is not there any more, as in Starlette

    fast_api = Fast_API(enable_cors=True).setup().add_route_post(fail)
    fast_api.app().add_exception_handler(Exception, handle)
    with Fast_API_Server(app=fast_api) as server, caplog.at_level(logging.WARNING, logger="fast_api"):
        response = server.requests_post("/fail", json={}, headers=ORIGIN)
    assert response.json() == {
        "detail": "Internal Server Error", "request_id": response.headers["fast-api-request-id"],
    }  # fmt: skip
    assert response.headers["access-control-allow-origin"] == "*"
    assert len([record for record in caplog.records if record.name == "fast_api"]) == 2


def test_an_error_after_the_response_started_cuts_it_off(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()

    def stream() -> StreamingResponse:
        def parts() -> Iterator[bytes]:
            yield b"some"
            raise RuntimeError("half way")

        return StreamingResponse(parts())

    fast_api = Fast_API(http_events=recorder).setup().add_route_get(stream)
    with pytest.raises(RuntimeError, match="half way"), caplog.at_level(logging.WARNING, logger="fast_api"):
        fast_api.client().get("/stream")
    assert isinstance(recorder.seen[0]["error"], RuntimeError)
    assert len(caplog.records) == 1


# WebSockets, lifespan, mounts


def test_websockets_and_lifespan_pass_through() -> None:
    fast_api = Fast_API(enable_cors=True).setup()
    app = fast_api.app()

    @app.websocket("/ws")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        assert websocket.state.request_id
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    with fast_api.client() as client, client.websocket_connect("/ws") as websocket:
        websocket.send_text("hi")
        assert websocket.receive_text() == "hi"


def test_mounted_application_is_part_of_its_parents_request(api_key: str) -> None:
    recorder, inner_recorder = Recorder(), Recorder()

    def whose(request: Request) -> str:
        return str(request.state.request_id)

    class Child(Fast_API):
        def setup_routes(self) -> None:
            self.add_route_get(whose)

    parent = Fast_API(http_events=recorder, name="parent").setup()
    child = parent.mount_fast_api(Child, base_path="/child", http_events=inner_recorder, enable_api_key=True)
    client = parent.client()
    assert client.get("/child/whose").status_code == 401
    response = client.get("/child/whose", headers={KEY_NAME: api_key})
    assert response.json() == response.headers["fast-api-request-id"]
    assert [event["status"] for event in recorder.seen] == [401, 200]
    assert not inner_recorder.seen
    assert "/child/whose" in parent.routes_paths()
    assert "/whose" in child.routes_paths()
    assert "/child/docs-files/swagger-ui.css" in client.get("/child/docs", headers={KEY_NAME: api_key}).text


def test_mount_in_a_plain_fastapi() -> None:
    parent = FastAPI()
    fast_api = Fast_API(base_path="api").setup().add_route_get(hello).mount(parent)
    from starlette.testclient import TestClient

    assert fast_api.base_path == "/api"
    assert TestClient(parent).get("/api/hello").json() == {"hello": "world"}
    assert TestClient(parent).get("/api/", follow_redirects=False).headers["location"] == "/api/docs"


def test_two_applications_at_one_path_are_refused() -> None:
    parent = Fast_API().setup()
    parent.mount_fast_api(Fast_API, base_path="/child")
    with pytest.raises(RouteError, match="mounted at /child"):
        parent.mount_fast_api(Fast_API, base_path="/child/")


def test_wsgi_application() -> None:
    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("content-type", "text/plain")])
        return [environ["PATH_INFO"].encode()]

    response = Fast_API().setup().add_wsgi_app("/old", wsgi).client().get("/old/page")
    assert response.text == "/page"
    assert "fast-api-request-id" in response.headers


def test_static_folder(tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_text("content")

    class With_Files(Fast_API):
        def path_static_folder(self) -> Any:
            return tmp_path

    assert With_Files().setup().client().get("/static/a.txt").text == "content"
    assert Fast_API().setup().client().get("/static/a.txt").status_code == 404


# disconnects, with a real server


class Hang_Up:
    """A client that sends a request and goes away."""

    def __init__(self, server: Fast_API_Server, path: str, body: bytes = b"") -> None:
        self.socket = socket.create_connection((server.host, server.port))
        method = "POST" if body else "GET"
        self.socket.sendall(
            f"{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
        )

    def after(self, seconds: float) -> None:
        time.sleep(seconds)
        self.socket.close()


def wait_for(condition: Callable[[], bool], seconds: float = 180) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_handlers_learn_that_the_client_went_away() -> None:
    seen: dict[str, Any] = {}
    gone = threading.Event()  # all of the clients

    async def slow(request: Request) -> None:
        for step in range(3000):
            await asyncio.sleep(0.01)
            if request.state.is_disconnected:
                seen["async"] = step
                return

    def slow_in_a_thread(request: Request) -> None:
        for step in range(3000):
            time.sleep(0.01)
            if request.state.is_disconnected:
                seen["thread"] = step
                return

    async def once(request: Request) -> None:
        await asyncio.to_thread(gone.wait)
        while not request.state.is_disconnected:
            await asyncio.sleep(0.01)
        seen["asked"] = await request.is_disconnected()
        seen["once"] = request.state.is_disconnected

    async def with_body(request: Request, data: dict[str, int]) -> None:
        await asyncio.to_thread(gone.wait)
        while not request.state.is_disconnected:
            await asyncio.sleep(0.01)
        seen["body"] = request.state.is_disconnected

    fast_api = Fast_API(default_routes=False)
    for function in (slow, slow_in_a_thread, once):
        fast_api.add_route_get(function)
    fast_api.app().add_function("/with-body", with_body, ["POST"], strict_content_type=False)
    with Fast_API_Server(app=fast_api) as server:
        for path in ("/slow", "/slow-in-a-thread", "/once"):
            Hang_Up(server, path).after(0.15)
        Hang_Up(server, "/with-body", b'{"a": 1}').after(0.15)
        gone.set()
        assert wait_for(lambda: len(seen) == 5)
    assert seen["asked"] is True
    assert seen["once"] is True
    assert seen["body"] is True


def test_a_streaming_generator_can_stop() -> None:
    sent: list[int] = []
    stopped = threading.Event()

    async def stream(request: Request) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            try:
                for n in range(1000):
                    if request.state.is_disconnected:
                        break
                    sent.append(n)
                    yield b"x" * 1000
                    await asyncio.sleep(0.01)
            finally:
                stopped.set()

        return StreamingResponse(parts())

    with Fast_API_Server(app=Fast_API(default_routes=False).add_route_get(stream)) as server:
        client = Hang_Up(server, "/stream")
        assert wait_for(lambda: len(sent) > 1)
        client.after(0)
        assert stopped.wait(180)
    assert 1 < len(sent) < 500


def test_a_client_that_stays_is_not_called_gone() -> None:
    async def slow(request: Request) -> list[bool]:
        before = request.state.is_disconnected
        await asyncio.sleep(0.3)
        return [before, request.state.is_disconnected]

    async def late_body(request: Request) -> int:
        await asyncio.sleep(0.2)  # the watcher has started; the body must still arrive whole
        return len(await request.body())

    fast_api = Fast_API(default_routes=False).add_route_get(slow).add_route_post(late_body)
    with Fast_API_Server(app=fast_api) as server:
        assert server.requests_get("/slow").json() == [False, False]
        assert server.requests_post("/late-body", content=b"z" * 3_000_000).json() == 3_000_000


def test_a_message_that_arrives_slowly_is_read_once() -> None:
    async def upload(request: Request) -> list[int]:
        return [len(chunk) async for chunk in request.stream() if chunk]

    with Fast_API_Server(app=Fast_API(default_routes=False).add_route_post(upload)) as server:
        connection = socket.create_connection((server.host, server.port))
        connection.sendall(b"POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\nconnection: close\r\n\r\n")
        for part in (b"ab", b"cd", b"ef"):
            time.sleep(0.15)
            connection.sendall(part)
        answer = b""
        while data := connection.recv(4096):
            answer += data
    assert answer.endswith(b"[2,2,2]")


def test_disconnect_responder_gives_every_message_once() -> None:
    """Under any interleaving of slow reading and slow arrival, the application gets what the server gave, in order."""

    async def scenario(arrival: float, reading: float) -> tuple[list[bytes], bool]:
        sent = [b"a", b"b", b"c"]
        pending = list(sent)
        got: list[bytes] = []
        states: list[bool] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(arrival)
            if pending:
                body = pending.pop(0)
                return {"type": "http.request", "body": body, "more_body": bool(pending)}
            return {"type": "http.disconnect"}

        async def app(scope: Scope, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
            more = True
            while more:
                await asyncio.sleep(reading)
                message = await receive()
                got.append(message["body"])
                more = message["more_body"]
            assert (await receive())["type"] == "http.disconnect"
            states.append(scope["state"]["is_disconnected"])

        async def send(message: Any) -> None: ...

        await Detect_Disconnect(app)({"type": "http"}, receive, send)
        return got, states[0]

    for arrival in (0, 0.02, 0.06):
        for reading in (0, 0.02, 0.06):
            assert asyncio.run(scenario(arrival, reading)) == ([b"a", b"b", b"c"], True)


def test_a_receive_that_repeats_itself_does_not_stop_the_event_loop() -> None:
    """A test double or a proxying layer may answer at once, for ever, once the body is complete."""
    times: list[int] = []

    async def receive() -> dict[str, Any]:
        times.append(1)
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def app(scope: Scope, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        assert (await receive())["body"] == b"x"
        await asyncio.sleep(0.2)
        assert scope["state"]["is_disconnected"] is False
        assert (await receive())["type"] == "http.request"  # as it was without the watcher

    async def send(message: Any) -> None: ...

    async def unread(scope: Scope, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await asyncio.sleep(0.2)
        assert (await receive())["body"] == b"x"

    async def main() -> None:
        await Detect_Disconnect(app)({"type": "http"}, receive, send)
        await Detect_Disconnect(unread)({"type": "http"}, receive, send)

    asyncio.run(main())
    assert len(times) <= 6
