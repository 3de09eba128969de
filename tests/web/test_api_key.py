"""The API key: nobody passes without it, whatever the spelling of the request."""

import contextlib
import copy
import operator
import os
import pickle
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import websocket
from fastapi import Request, Response, WebSocket
from starlette.websockets import WebSocketDisconnect

from fast_api import Fast_API, Fast_API__Http_Events, Fast_API_Server
from fast_api.redaction.text import redacted
from fast_api.security.api_key import (
    ENV_VAR__MORE_VALUES,
    ENV_VAR__NAME,
    ENV_VAR__VALUE,
    Api_Key,
    Path_Set,
    decode_cookie,
    encode_cookie,
)

from .conftest import KEY_NAME, KEY_VALUE


def private() -> str:
    return "private"


def client_of(**options: object):  # type: ignore[no-untyped-def]  # TestClient, of whichever httpx
    return Fast_API(enable_api_key=True, **options).setup().add_route_get(private).client()


def test_missing_wrong_and_right(api_key: str) -> None:
    client = client_of()
    missing, wrong = client.get("/private"), client.get("/private", headers={KEY_NAME: "no"})
    assert (missing.status_code, wrong.status_code) == (401, 401)
    assert missing.headers["content-type"] == "application/json"
    assert "missing" in missing.json()["detail"]
    assert "not valid" in wrong.json()["detail"]
    assert client.get("/private", headers={KEY_NAME: api_key}).json() == "private"
    assert client.get("/private", headers={KEY_NAME.upper(): api_key}).json() == "private"
    assert client.get("/private", headers={"cookie": f"a=b; {KEY_NAME}={api_key}; c=d"}).json() == "private"


def test_a_key_that_is_taken_out_of_the_environment_is_valid_no_longer(
    api_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of()
    for more, expected in (("old-key", 200), ("", 401), ("old-key", 200), (None, 401)):
        if more is None:
            monkeypatch.delenv(ENV_VAR__MORE_VALUES)
        else:
            monkeypatch.setenv(ENV_VAR__MORE_VALUES, more)
        assert client.get("/private", headers={KEY_NAME: "old-key"}).status_code == expected
        assert client.get("/private", headers={KEY_NAME: api_key}).status_code == 200


def test_an_environment_that_was_replaced_is_read(no_api_key: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {ENV_VAR__NAME: KEY_NAME, ENV_VAR__VALUE: "another-key"})
    client = client_of()
    assert client.get("/private", headers={KEY_NAME: "another-key"}).status_code == 200
    assert client.get("/private", headers={KEY_NAME: "no"}).status_code == 401


@pytest.mark.parametrize(
    ("name", "value"), [(None, None), ("", ""), (KEY_NAME, None), (KEY_NAME, ""), ("", "v"), (KEY_NAME, "  ")]
)
def test_a_server_without_a_key_lets_nobody_in(
    name: str | None, value: str | None, no_api_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, content in ((ENV_VAR__NAME, name), (ENV_VAR__VALUE, value)):
        if content is not None:
            monkeypatch.setenv(variable, content)
    client = client_of()
    for sent in ("", " ", "v", "None"):
        response = client.get("/private", headers={KEY_NAME: sent})
        assert response.status_code == 401
        assert "not configured" in response.json()["detail"]


def test_a_header_that_is_present_decides(api_key: str) -> None:
    client = client_of()
    cookie = {"cookie": f"{KEY_NAME}={api_key}"}
    assert client.get("/private", headers={KEY_NAME: "wrong", **cookie}).status_code == 401
    assert client.get("/private", headers={KEY_NAME: "", **cookie}).status_code == 401
    assert client.get("/private", headers={KEY_NAME: api_key, "cookie": f"{KEY_NAME}=wrong"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [(KEY_NAME, KEY_VALUE), (KEY_NAME, KEY_VALUE)],
        [(KEY_NAME, KEY_VALUE), (KEY_NAME, "wrong")],
        [(KEY_NAME, "wrong"), (KEY_NAME, KEY_VALUE)],
        [(KEY_NAME, f"{KEY_VALUE}, wrong")],
        [("cookie", f"{KEY_NAME}={KEY_VALUE}; {KEY_NAME}=wrong")],
        [("cookie", f"{KEY_NAME}=wrong"), ("cookie", f"{KEY_NAME}={KEY_VALUE}")],
        [("cookie", f"{KEY_NAME}=")],
        [("cookie", KEY_NAME)],
        [(KEY_NAME, KEY_VALUE + "\x00")],
        [(KEY_NAME, KEY_VALUE[:-1])],
        [(KEY_NAME, KEY_VALUE + "x")],
        [(KEY_NAME, KEY_VALUE.upper())],
    ],
)
def test_duplicates_and_near_misses_are_refused(headers: list[tuple[str, str]], api_key: str) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    assert Api_Key(KEY_NAME, [api_key]).refusal(raw) is not None


@pytest.mark.parametrize("key", ["schlüssel", "ключ", "a=b", "with space", 'quo"te;semi', "utf8-hex.00", "comma,comma"])
def test_keys_of_any_characters(key: str, no_api_key: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_VAR__NAME, KEY_NAME)
    monkeypatch.setenv(ENV_VAR__VALUE, key)
    client = client_of()
    assert client.get("/private", headers={KEY_NAME: key.encode()}).status_code == 200
    if key == "schlüssel":
        assert client.get("/private", headers={KEY_NAME: key.encode("latin-1")}).status_code == 200
    assert client.post("/auth/set-cookie", json={"key": key}).status_code == 200
    assert client.get("/private").status_code == 200, client.cookies
    assert decode_cookie(encode_cookie(key)).encode("latin-1") == key.encode()


def test_latin_1_question_marks_are_no_wildcard() -> None:
    key = Api_Key(KEY_NAME, ["ключ"])
    assert not key.accepts(b"????")


def test_several_keys_for_rotation(api_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_VAR__MORE_VALUES, "old-key, older-key\nnext-key")
    client = client_of()
    for key in (api_key, "old-key", "older-key", "next-key"):
        assert client.get("/private", headers={KEY_NAME: key}).status_code == 200
    for key in ("old-key, older-key", "", ",", "none-of-them"):
        assert client.get("/private", headers={KEY_NAME: key}).status_code == 401


def test_every_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import hmac

    compared: list[bytes] = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(a) or real(a, b))
    assert Api_Key(KEY_NAME, ["one", "two", "three"]).accepts(b"one")
    assert compared == [b"one", b"two", b"three"]


def test_public_paths_are_a_setting(api_key: str) -> None:
    client = client_of(public_paths=["/config/status", "/docs", "/docs-files/*"])
    assert client.get("/config/status").status_code == 200
    assert client.get("/docs").status_code == 200
    assert client.get("/docs-files/swagger-ui.css").status_code == 200
    for path in (
        "/config/info",
        "/config/status/",
        "/openapi.json",
        "/docs-files",
        "/private",
        "/docs/oauth2-redirect",
    ):
        assert client.get(path, follow_redirects=False).status_code == 401, path


@pytest.mark.parametrize("path", ["/public/../private", "/public/..", "/Public/x", "//public/x", "/publicx"])
def test_public_folders_cannot_be_left(path: str) -> None:
    public = Path_Set(["/public/*"])
    assert path not in public
    assert "/public/x/y" in public


def everything(called: list[str], **options: Any) -> Fast_API:
    """A service with a way in of every sort; each notes in `called` that it was reached."""

    def noted(environ: Any, start_response: Any) -> list[bytes]:
        called.append(f"wsgi {environ['REQUEST_METHOD']}")
        start_response("200 OK", [])
        return [b"wsgi"]

    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        called.append(f"asgi {scope['type']}")
        await Response("asgi")(scope, receive, send)

    async def route(request: Request) -> str:
        called.append(f"route {request.method}")
        return "route"

    async def talk(websocket: WebSocket) -> None:
        called.append("websocket")
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    fast_api = Fast_API(enable_api_key=True, **options).setup()
    app = fast_api.app()
    app.api_route("/route", methods=["GET", "OPTIONS"])(route)
    app.mount("/asgi", mounted)
    app.websocket("/ws/{token}")(talk)
    return fast_api.add_wsgi_app("/wsgi", noted)


PREFLIGHT = {"origin": "https://x.example", "access-control-request-method": "GET"}


def test_an_options_request_needs_the_key_and_then_reaches_its_route(api_key: str) -> None:
    called: list[str] = []
    client = everything(called).client()
    for path in ("/route", "/asgi/x", "/wsgi/x", "/private", "/docs", "/events", "/openapi.json", "/nothing"):
        for headers in (PREFLIGHT, {}, {**PREFLIGHT, KEY_NAME: "wrong"}):
            answer = client.options(path, headers=headers)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"] == "APIKey"
    assert called == []
    for path in ("/route", "/asgi/x", "/wsgi/x"):
        assert client.options(path, headers={**PREFLIGHT, KEY_NAME: api_key}).status_code == 200
    assert called == ["route OPTIONS", "asgi http", "wsgi OPTIONS"]


def test_with_cors_the_cors_middleware_answers_preflights(api_key: str) -> None:
    called: list[str] = []
    client = everything(called, enable_cors=True).client()
    for path in ("/route", "/asgi/x", "/wsgi/x"):
        answer = client.options(path, headers=PREFLIGHT)
        assert (answer.status_code, answer.text) == (200, "OK")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert client.options(path, headers={"origin": "https://x.example"}).status_code == 401
        assert client.options(path).status_code == 401
    assert called == []


def test_a_websocket_without_a_valid_key_is_refused_before_it_is_accepted(api_key: str) -> None:
    called: list[str] = []
    fast_api = everything(called)
    client = fast_api.client()
    for headers in ({}, {KEY_NAME: "wrong"}, {KEY_NAME: ""}, {"cookie": f"{KEY_NAME}=wrong"}, PREFLIGHT):
        for path in ("/ws/planted-secret", "/nothing", "/asgi/x"):
            with pytest.raises(WebSocketDisconnect) as caught, client.websocket_connect(path, headers=headers):
                pass
            assert caught.value.code == 1008
    assert called == []
    for headers in ({KEY_NAME: api_key}, {"cookie": f"{KEY_NAME}={api_key}"}):
        with client.websocket_connect("/ws/x", headers=headers) as connected:
            assert connected.receive_text() == "hello"
    assert called == ["websocket", "websocket"]


def test_a_refused_websocket_leaves_an_event(api_key: str) -> None:
    seen: list[str] = []

    async def callback(response: Any, event: Any) -> None:
        seen.append(event.event_id)

    fast_api = everything([], http_events=Fast_API__Http_Events(callback_on_response=callback))
    with pytest.raises(WebSocketDisconnect), fast_api.client().websocket_connect("/ws/planted-secret?x=1"):
        pass
    (event,) = fast_api.http_events.requests_data.values()
    assert seen == [event.event_id]
    assert (event.http_event_request.method, event.http_event_response.status_code) == ("GET", 403)
    assert event.http_event_request.path == f"/ws/{redacted('planted-secret')}"
    assert event.http_event_response.outcome == "completed"
    assert event.http_event_request.headers["sec-websocket-version"] == "13"
    assert fast_api.http_events.counts()["in_flight"] == 0


def test_a_public_path_is_the_way_out_for_a_websocket(api_key: str) -> None:
    client = everything([], public_paths=["/ws/*"]).client()
    with client.websocket_connect("/ws/x") as connected:
        assert connected.receive_text() == "hello"


def test_a_mounted_application_with_a_key_refuses_websockets(api_key: str) -> None:
    called: list[str] = []
    parent = Fast_API().setup()
    everything(called, base_path="/child").mount(parent)
    client = parent.client()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/child/ws/x"):
        pass
    with client.websocket_connect("/child/ws/x", headers={KEY_NAME: api_key}) as connected:
        assert connected.receive_text() == "hello"
    assert called == ["websocket"]
    assert len(parent.http_events.requests_data) == 1


def test_real_clients_without_a_key_get_403_for_a_websocket_and_401_for_a_preflight(api_key: str) -> None:
    called: list[str] = []
    with Fast_API_Server(app=everything(called)) as server:
        url = server.url("/ws/x").replace("http", "ws", 1)
        with pytest.raises(websocket.WebSocketBadStatusException) as caught:
            websocket.create_connection(url, timeout=60)
        assert caught.value.status_code == 403
        connection = websocket.create_connection(url, timeout=60, header={KEY_NAME: api_key})
        assert connection.recv() == "hello"
        connection.close()
        assert server.requests_options("/wsgi/x", headers=PREFLIGHT).status_code == 401
        assert server.requests_options("/asgi/x", headers=PREFLIGHT).status_code == 401
    assert called == ["websocket"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("enable_api_key", True), ("public_paths", ["/*"]), ("enable_cors", True), ("max_body_size", 1), ("debug", True)],
)
def test_a_setting_that_comes_after_setup_raises(name: str, value: Any) -> None:
    fast_api = Fast_API().setup()
    with pytest.raises(RuntimeError, match=rf"{name} .*setup\(\)"):
        setattr(fast_api, name, value)
    setattr(fast_api, name, getattr(fast_api, name))  # changes nothing


CHANGES: dict[str, Callable[[Any], object]] = {
    "append": lambda paths: paths.append("/private"),
    "extend": lambda paths: paths.extend(["/private"]),
    "insert": lambda paths: paths.insert(0, "/private"),
    "+=": lambda paths: operator.iadd(paths, ["/private"]),
    "*=": lambda paths: operator.imul(paths, 2),
    "[0]=": lambda paths: operator.setitem(paths, 0, "/private"),
    "del": lambda paths: operator.delitem(paths, 0),
    "remove": lambda paths: paths.remove("/open"),
    "pop": lambda paths: paths.pop(),
    "clear": lambda paths: paths.clear(),
    "sort": lambda paths: paths.sort(),
    "reverse": lambda paths: paths.reverse(),
}


@pytest.mark.parametrize("name", ["public_paths", "cors_origins"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_list_of_settings_that_changes_after_setup_raises(change: str, name: str, api_key: str) -> None:
    value = "/open" if name == "public_paths" else "https://open.example"
    fast_api = Fast_API(enable_api_key=True, enable_cors=True, **{name: [value]})
    held = getattr(fast_api, name)
    held.append(value + "-too")
    client = fast_api.setup().add_route_get(private).client()
    for paths in (held, getattr(fast_api, name)):
        with pytest.raises(RuntimeError, match=rf"{name} .*setup\(\)"):
            CHANGES[change](paths)
    assert list(getattr(fast_api, name)) == [value, value + "-too"]
    assert client.get("/private").status_code == 401


def test_a_list_of_settings_that_is_set_again_after_setup_takes_no_changes_either() -> None:
    fast_api = Fast_API(public_paths=["/open"]).setup()
    fast_api.public_paths = ["/open"]
    with pytest.raises(RuntimeError, match="public_paths"):
        fast_api.public_paths.append("/private")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda paths: pickle.loads(pickle.dumps(paths))])
def test_the_copy_of_a_service_takes_other_settings(copied: Callable[[Any], Any], api_key: str) -> None:
    fast_api = Fast_API(enable_api_key=True, public_paths=["/open"]).setup()
    paths = copied(fast_api.public_paths)
    paths.append("/private")
    assert paths == ["/open", "/private"]
    twin = copy.deepcopy(fast_api)
    twin.public_paths.append("/private")
    assert twin.setup().add_route_get(private).client().get("/private").status_code == 200
    assert fast_api.public_paths == ["/open"] == fast_api.json()["public_paths"]


def test_a_setting_that_comes_before_the_pipeline_counts(api_key: str) -> None:
    class Late(Fast_API):
        def setup_middlewares(self) -> None:
            self.enable_api_key = True
            super().setup_middlewares()

    assert Late().setup().add_route_get(private).client().get("/private").status_code == 401


def test_set_cookie_page_and_cookie(api_key: str) -> None:
    client = client_of()
    page = client.get("/auth/set-cookie")
    assert page.status_code == 200
    assert "<form" in page.text
    assert api_key not in page.text
    response = client.post("/auth/set-cookie", json={"key": api_key})
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert client.get("/private").json() == "private"
    assert client.delete("/auth/set-cookie").status_code == 200
    assert client.get("/private").status_code == 401


def test_the_cookie_is_secure_on_https(api_key: str) -> None:
    fast_api = Fast_API(enable_api_key=True).setup()
    response = fast_api.client(base_url="https://testserver").post("/auth/set-cookie", json={"key": api_key})
    assert "secure" in response.headers["set-cookie"].lower()


def test_the_cookie_can_be_secure_behind_a_proxy_that_speaks_http(api_key: str) -> None:
    response = client_of(secure_cookie=True).post("/auth/set-cookie", json={"key": api_key})
    assert "secure" in response.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff", b'{"key": 1}', b'{"keys": "planted"}', b'"planted"', b"[" * 5000,
     b'{"key": "' + b"planted" * 400 + b'"}', b'{"key": null, "planted": "planted"}'],
)  # fmt: skip
def test_a_body_that_is_no_key_is_refused_and_not_repeated(body: bytes, api_key: str) -> None:
    answer = client_of().post("/auth/set-cookie", content=body)
    assert answer.status_code == 422
    assert "planted" not in answer.text
    assert len(answer.text) < 200


def test_a_large_body_for_the_cookie_is_not_read(api_key: str) -> None:
    """By a real server, which gets 30 MB, once with its length and once in parts."""
    import psutil

    process = psutil.Process()
    with Fast_API_Server(app=Fast_API(enable_api_key=True).setup()) as server:
        server.requests_get("/auth/set-cookie")
        before = process.memory_info().rss
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
                connection.sendall(b"POST /auth/set-cookie HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                answer = b""
                try:
                    for _ in range(480):
                        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                except OSError:  # the server has answered and closed
                    pass
                with contextlib.suppress(OSError):
                    answer = connection.recv(4096)
                assert not answer or b" 413 " in answer.split(b"\r\n")[0]
        assert process.memory_info().rss - before < 25 << 20
        assert server.requests_post("/auth/set-cookie", json={"key": "x" * 9000}).status_code == 413


def test_wrong_keys_are_slowed_down(api_key: str) -> None:
    with Fast_API_Server(app=Fast_API(enable_api_key=True).setup()) as server:
        started = time.monotonic()
        assert server.requests_post("/auth/set-cookie", json={"key": "wrong"}).status_code == 401
        assert time.monotonic() - started >= 0.5
        started = time.monotonic()
        with ThreadPoolExecutor(20) as pool:
            sent = [
                pool.submit(server.requests_post, "/auth/set-cookie", json={"key": f"wrong-{n}"}) for n in range(60)
            ]
            answers = [each.result() for each in sent]
        rounds = (time.monotonic() - started) / 0.5 + 1
        assert {answer.status_code for answer in answers} == {401, 429}
        assert len([answer for answer in answers if answer.status_code == 401]) <= 4 * rounds
        assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 429)
        assert server.requests_post("/auth/set-cookie", json={"key": api_key}).status_code == 200


def test_a_wrong_key_is_not_set(api_key: str) -> None:
    client = client_of()
    response = client.post("/auth/set-cookie", json={"key": "wrong"})
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert client.post("/auth/set-cookie", json={"key": "x\x00"}).status_code == 401


def test_set_cookie_on_a_server_without_a_key(no_api_key: None) -> None:
    client = client_of()
    assert client.post("/auth/set-cookie", json={"key": ""}).status_code == 401
    assert client.get("/auth/set-cookie").status_code == 200


def test_the_key_of_a_mounted_application_is_checked_on_its_own_paths(api_key: str) -> None:
    def who(request: Request) -> str:
        return str(request.scope["root_path"])

    parent = Fast_API().setup()
    child = Fast_API(base_path="/child", enable_api_key=True, public_paths=["/who"]).setup().add_route_get(who)
    child.add_route_get(private).mount(parent)
    client = parent.client()
    assert client.get("/child/who").json() == "/child"
    assert client.get("/child/private").status_code == 401


def test_the_page_is_there_without_default_routes(api_key: str) -> None:
    client = client_of(default_routes=False)
    assert client.get("/auth/set-cookie").status_code == 200
    assert Fast_API(default_routes=False).setup().client().get("/auth/set-cookie").status_code == 404
