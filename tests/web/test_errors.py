"""What no handler caught: a 500 for the client, then the exception for whatever stands outside."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.testclient import TestClient

from fast_api import Fast_API, Fast_API_Server

ORIGIN = {"origin": "https://site.example"}


class Body(Type_Safe):
    name: str


def fail(token: str = "") -> None:
    raise RuntimeError(f"the database said no to {token}")


async def fail_async() -> None:
    raise RuntimeError("no")


def fail_with_body(body: Body) -> None:
    raise RuntimeError(f"no {body.name}")


def broken() -> Iterator[int]:
    yield 1
    raise RuntimeError("at the end")


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "fast_api"]


def last_event(service: Fast_API) -> Any:
    return list(service.http_events.requests_data.values())[-1]


@pytest.mark.parametrize("function", [fail, fail_async])
def test_a_test_client_raises_the_exception(function: Any) -> None:
    service = Fast_API().setup().add_route_get(function)
    path = service.routes_paths()[[p.startswith("/fail") for p in service.routes_paths()].index(True)]
    for client in (service.client(), TestClient(service)):
        with pytest.raises(RuntimeError, match="no"):
            client.get(path)


def test_the_answer_comes_first(caplog: pytest.LogCaptureFixture) -> None:
    service = Fast_API(enable_cors=True).setup().add_route_get(fail)
    response = service.client(raise_server_exceptions=False).get("/fail?token=abcdefgh", headers=ORIGIN)
    request_id = response.headers["fast-api-request-id"]
    assert response.status_code == 500
    assert response.json() == {"detail": "Internal Server Error", "request_id": request_id}
    assert response.headers["access-control-allow-origin"] == "*"
    (record,) = ours(caplog)
    assert record.exc_info is None
    assert "\n" not in record.getMessage()
    assert f"GET /fail failed, request {request_id}: RuntimeError" in record.getMessage()
    event = last_event(service)
    assert (event.http_event_response.status_code, event.http_event_response.cause) == (500, "exception")
    (line,) = event.http_event_info.log_messages
    assert line.level == "ERROR"
    assert "Traceback" in line.text
    assert "abcdefgh" not in line.text


def test_without_propagation_nothing_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    service = Fast_API(propagate_errors=False).setup().add_route_get(fail)
    response = service.client().get("/fail?token=abcdefgh")
    assert response.json()["request_id"] == response.headers["fast-api-request-id"]
    (record,) = ours(caplog)
    assert record.levelname == "ERROR"
    assert "Traceback" in str(record.exc_text)
    assert "abcdefgh" not in str(record.exc_text)


def test_the_servers_log_has_the_request_id_and_no_secrets(caplog: pytest.LogCaptureFixture) -> None:
    with Fast_API_Server(app=Fast_API().add_route_get(fail)) as server:
        logging.getLogger("uvicorn.error").addHandler(caplog.handler)
        response = server.requests_get("/fail", params={"token": "abcdefgh"})
        assert response.status_code == 500
        assert response.headers["connection"] == "close"
        assert server.requests_get("/config/health").status_code == 200
    logging.getLogger("uvicorn.error").removeHandler(caplog.handler)
    (record,) = (record for record in caplog.records if record.name == "uvicorn.error" and record.exc_info)
    assert record.request_id == response.headers["fast-api-request-id"]  # type: ignore[attr-defined]
    text = logging.Formatter().format(record)
    assert "RuntimeError: the database said no to" in text
    assert "abcdefgh" not in text


@pytest.mark.parametrize("is_async", [True, False])
def test_a_handler_for_exception_is_called_once(is_async: bool) -> None:
    calls = []

    def handle(request: Request, error: Exception) -> Response:
        calls.append(error)
        return JSONResponse({"sorry": True}, 503)

    async def handle_async(request: Request, error: Exception) -> Response:
        return handle(request, error)

    for kind in (Exception, 500):
        calls.clear()
        service = Fast_API(exception_handlers={kind: handle_async if is_async else handle}).add_route_get(fail)
        response = TestClient(service, raise_server_exceptions=False).get("/fail")
        assert (response.status_code, response.json()) == (503, {"sorry": True})
        with pytest.raises(RuntimeError):
            TestClient(service).get("/fail")
        assert len(calls) == 2


def test_a_middleware_outside_of_the_pipeline_that_fails() -> None:
    handled = []

    def handle(request: Request, error: Exception) -> Response:
        handled.append(error)
        return JSONResponse({"sorry": True}, 503)

    class Custom(Fast_API):
        def setup_middlewares(self) -> None:
            self.app().middleware("http")(broken_middleware)
            super().setup_middlewares()

    async def broken_middleware(request: Request, call_next: Any) -> Response:
        raise RuntimeError("outside")

    service = Custom(exception_handlers={Exception: handle})
    assert TestClient(service, raise_server_exceptions=False).get("/config/info").json() == {"sorry": True}
    assert len(handled) == 1


def test_one_exception_object_raised_again_and_again_is_answered_each_time() -> None:
    error = RuntimeError("always the same")

    def raise_it() -> None:
        raise error

    client = Fast_API().setup().add_route_get(raise_it).client(raise_server_exceptions=False)
    answers = [client.get("/raise-it").json() for _ in range(3)]
    assert len({answer["request_id"] for answer in answers}) == 3


@dataclass(frozen=True)
class Frozen(Exception):
    code: int


class Silent(Exception):
    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(name)

    def __str__(self) -> str:
        raise RuntimeError("no text")


class Slotted(Exception):
    __slots__ = ("code",)


@pytest.mark.parametrize("error", [Frozen(1), Silent(1), Slotted(1), ExceptionGroup("both", [ValueError("a")])])
def test_an_odd_exception_is_answered_like_any_other(error: Exception) -> None:
    async def raise_it() -> None:
        raise error

    for settings in ({}, {"debug": True}, {"propagate_errors": False}):
        service = Fast_API(**settings).add_route_get(raise_it)
        response = service.client(raise_server_exceptions=False).get("/raise-it")
        assert response.status_code == 500
        assert response.json()["request_id"] == response.headers["fast-api-request-id"]
        assert last_event(service).http_event_response.error == type(error).__name__


def test_mounted_applications_answer_once_and_log_once(caplog: pytest.LogCaptureFixture) -> None:
    for outer in (True, False):
        for inner in (True, False):
            caplog.clear()
            parent = Fast_API(propagate_errors=outer).setup()
            parent.mount_fast_api(Fast_API, base_path="/child", propagate_errors=inner).add_route_get(fail)
            response = parent.client(raise_server_exceptions=False).get("/child/fail")
            assert response.json()["request_id"] == response.headers["fast-api-request-id"]
            assert len(ours(caplog)) == 1
            if inner and outer:
                with pytest.raises(RuntimeError):
                    parent.client().get("/child/fail")
            else:
                assert parent.client().get("/child/fail").status_code == 500


def test_an_application_mounted_in_plain_fastapi() -> None:
    plain = FastAPI()
    plain.mount("/ours", Fast_API().add_route_get(fail))
    response = TestClient(plain, raise_server_exceptions=False).get("/ours/fail")
    assert response.json()["detail"] == "Internal Server Error"
    with pytest.raises(RuntimeError):
        TestClient(plain).get("/ours/fail")


def test_streams_background_tasks_and_dependencies_raise_too() -> None:
    def stream() -> StreamingResponse:
        return StreamingResponse(str(n) for n in broken())

    def later(tasks: BackgroundTasks) -> str:
        tasks.add_task(fail)
        return "done"

    def guarded(value: Annotated[Any, Depends(fail)]) -> None: ...

    service = Fast_API().setup().add_route_get(stream).add_route_get(later).add_route_get(guarded)
    for path in ("/stream", "/later", "/guarded"):
        with pytest.raises(RuntimeError):
            service.client().get(path)
    assert service.client(raise_server_exceptions=False).get("/later").json() == "done"
    assert service.client(raise_server_exceptions=False).get("/guarded").status_code == 500


def test_a_broken_promise_names_the_handler() -> None:
    def promise() -> int:
        return "many"  # type: ignore[return-value]

    def promise_with_more(later: Annotated[int, Depends(lambda: (yield 1))], tasks: BackgroundTasks) -> int:
        return "many"  # type: ignore[return-value]

    async def promise_async(tasks: BackgroundTasks) -> int:
        return "many"  # type: ignore[return-value]

    def ask(n: int) -> int:
        return n

    service = Fast_API()
    for function in (promise, promise_with_more, promise_async):
        service.add_route_get(function)
    for function in (promise, promise_with_more, promise_async):
        path = "/" + function.__name__.replace("_", "-")
        with pytest.raises(ResponseValidationError) as caught:
            service.client().get(path)
        place = f'File "{__file__}", line {function.__code__.co_firstlineno}, in {function.__name__}\n    GET {path}'
        assert place in str(caught.value)
    parent = Fast_API().setup()
    parent.mount_fast_api(Fast_API, base_path="/child").add_route_get(promise)
    with pytest.raises(ResponseValidationError, match="GET /child/promise"):
        parent.client().get("/child/promise")
    told: list[str] = []

    def tell(request: Request, error: Exception) -> Response:
        told.append(str(error))
        return Response(status_code=422)

    service = Fast_API(exception_handlers={RequestValidationError: tell}).add_route_get(ask)
    service.client().get("/ask")
    assert f'File "{__file__}", line {ask.__code__.co_firstlineno}, in ask\n    GET /ask' in told[0]


SENTRY = """
import json, sys
import sentry_sdk
from sentry_sdk.transport import Transport

events = []

class Keep(Transport):
    def capture_envelope(self, envelope):
        for item in envelope.items:
            if item.headers.get("type") == "event":
                events.append(item.payload.json)

sentry_sdk.init(dsn="http://key@127.0.0.1:9/1", transport=Keep, max_request_body_size="always", send_default_pii=True)
from fast_api import Fast_API
from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.testclient import TestClient

class Body(Type_Safe):
    name: str

def fail(body: Body) -> Body:
    raise RuntimeError("no")

async def fail_async(body: Body) -> Body:
    raise RuntimeError("no")

def create(body: Body) -> Body:
    return body

service = Fast_API(propagate_errors=PROPAGATE)
for function in (fail, fail_async, create):
    service.add_route_post(function)
client = TestClient(service, raise_server_exceptions=False)
assert client.post("/create", json={"name": "Ada"}).json() == {"name": "Ada"}
for path in ("/fail", "/fail-async"):
    response = client.post(path, json={"name": "Ada"})
    assert response.json()["request_id"] == response.headers["fast-api-request-id"]
sentry_sdk.flush()
print(json.dumps([
    {
        "handled": event["exception"]["values"][-1]["mechanism"]["handled"],
        "type": event["exception"]["values"][-1]["type"],
        "body": event["request"].get("data"),
        "transaction": event.get("transaction"),
    }
    for event in events
]))
"""


def test_sentry_sees_an_exception_that_nobody_handled(tmp_path: Path) -> None:
    def seen(propagate: bool) -> Any:
        code = SENTRY.replace("PROPAGATE", str(propagate))
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout.splitlines()[-1])

    events = seen(propagate=True)
    assert [(event["handled"], event["type"], event["body"]) for event in events] == [
        (False, "RuntimeError", {"name": "Ada"})
    ] * 2
    assert [event["transaction"] for event in events] == ["/fail", "/fail-async"]
    assert all(event["handled"] for event in seen(propagate=False))
