"""The fast path to a handler answers as FastAPI's own way does, whatever comes."""

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import BackgroundTasks, Cookie, Depends, Form, Header, HTTPException, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.security import SecurityScopes
from hypothesis import given
from hypothesis import strategies as st
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field
from starlette.datastructures import QueryParams

from fast_api import Fast_API, Fast_API_Server
from fast_api.fastapi_bridge.fast_path import Fast_Path, query_params


class Item(Type_Safe):
    name: Safe_Str
    count: int


class Bounded(BaseModel):
    size: int = Field(ge=0)


def save(item: Item) -> Item:
    return item


async def save_later(item: Item) -> Item:
    return item


async def save_two(item: Item, bounded: Bounded, n: int = 1) -> dict[str, Any]:
    return {"item": item, "bounded": bounded, "n": n}


async def save_anything(body: Any = None) -> Any:
    return body


def find__key(
    key: int, q: list[str], limit: int = 5, x: Annotated[str, Header()] = "", c: Annotated[str, Cookie()] = ""
):
    return {"key": key, "q": q, "limit": limit, "x": x, "c": c}


async def asks(request: Request) -> dict[str, str]:
    return {"path": request.url.path, "agent": request.headers["user-agent"]}


async def answers() -> Response:
    return PlainTextResponse("as it is", 202, {"x-own": "1"})


def refuses(item: Item) -> Item:
    raise HTTPException(418, f"not {item.count}", {"x-why": "tea"})


async def promises() -> Bounded:
    return {"size": "many"}  # type: ignore[return-value]  # the broken promise is the point


calls: list[str] = []


def user(token: Annotated[str, Header()]) -> str:
    calls.append("user")
    if token == "none":
        raise HTTPException(401, "who?")
    return token.upper()


async def page(limit: int = 10, offset: int = 0) -> list[int]:
    calls.append("page")
    return [offset, offset + limit]


async def account(user: Annotated[str, Depends(user)], request: Request) -> str:
    calls.append("account")
    return f"{user} at {request.url.path}"


async def pays(
    item: Item,
    account: Annotated[str, Depends(account)],
    user: Annotated[str, Depends(user)],
    again: Annotated[str, Depends(user, use_cache=False)],
    page: Annotated[list[int], Depends(page)],
) -> list[Any]:
    return [item, account, user, again, page, calls.copy()]


PLAIN = (pays, save, save_later, save_two, save_anything, find__key, asks, answers, refuses, promises)

ITEM = b'{"name": "a b", "count": 3}'
JSON = {"content-type": "application/json"}
SCOPE: dict[str, Any] = {
    "type": "http", "method": "POST", "path": "/save", "raw_path": b"/save", "query_string": b"", "root_path": "",
    "scheme": "http", "http_version": "1.1", "headers": [(b"content-type", b"application/json")],
    "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
}  # fmt: skip
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    *(("POST", path, {"content": content, "headers": headers})
      for path in ("/save", "/save-later", "/save-two?n=2", "/save-two?n=x", "/save-anything", "/refuses")
      for content in (ITEM, b'{"item": %s, "bounded": {"size": 1}}' % ITEM,
                      b'{"item": %s, "bounded": {"size": -1}}' % ITEM,
                      b"", b"null", b"[]", b'{"name": 1', b'{"name": "a", "count": NaN}', b'"\xff"', b"{}" * 2)
      for headers in (JSON, {}, {"content-type": "application/vnd.api+json; charset=utf-8"},
                      {"content-type": "text/plain"}, {"content-type": "application/" + "x" * 200})),
    *(("POST", "/pays" + query, {"content": content, "headers": {**JSON, **headers}})
      for query in ("", "?limit=3", "?offset=x") for content in (ITEM, b"{}", b"")
      for headers in ({"token": "ab"}, {"token": "none"}, {})),
    ("GET", "/find/7?q=a&q=b", {}),
    ("GET", "/find/7?q=a&limit=9", {"headers": {"x": "h", "cookie": "c=1"}}),
    ("GET", "/find/seven?limit=many", {}),
    ("GET", "/asks", {}),
    ("GET", "/answers", {}),
    ("GET", "/promises", {}),
    ("DELETE", "/asks", {}),
]  # fmt: skip


def service(functions: Any) -> Fast_API:
    fast_api = Fast_API(default_routes=False, docs_url=None, redoc_url=None).setup()
    for function in functions:
        takes_body = function.__name__ in {"save", "save_later", "save_two", "save_anything", "refuses", "pays"}
        (fast_api.add_route_post if takes_body else fast_api.add_route_get)(function)
    return fast_api


def short_ways(fast_api: Fast_API) -> list[Any]:
    routes = fast_api.app().routes
    return [route for route in routes if isinstance(getattr(route, "app", None), Fast_Path)]


def test_every_request_is_answered_as_on_the_ordinary_way() -> None:
    direct, ordinary = service(PLAIN), service(PLAIN)
    assert len(short_ways(direct)) == len(PLAIN)
    for route in short_ways(ordinary):
        route.app = route.app.fallback
    direct_client, ordinary_client = (each.client(raise_server_exceptions=False) for each in (direct, ordinary))
    for method, url, options in REQUESTS:
        found, expected = (ask(client, method, url, options) for client in (direct_client, ordinary_client))
        assert found.status_code == expected.status_code, (method, url, options, found.text, expected.text)
        assert without_id(found.headers) == without_id(expected.headers), (method, url, options)
        if expected.status_code < 500:
            assert found.content == expected.content, (method, url, options)


@given(st.lists(st.sampled_from("ab=&+%;4126é\x00/?"), max_size=40).map("".join))
def test_a_query_is_read_as_starlette_reads_it(query: str) -> None:
    raw = query.encode("latin-1")
    found, expected = query_params(raw), QueryParams(raw)
    assert found.multi_items() == expected.multi_items()
    assert dict(found) == dict(expected)
    assert str(found) == str(expected)


def ask(client: Any, method: str, url: str, options: dict[str, Any]) -> Any:
    calls.clear()
    return client.request(method, url, **options)


def without_id(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name != "fast-api-request-id"]


class Broken(Exception): ...


def breaks(item: Item) -> Item:
    raise Broken


async def breaks_later(item: Item) -> Item:
    raise Broken


def breaks_in_response(item: Item) -> Response:
    class Breaking(Response):
        async def __call__(self, *args: Any) -> None:
            raise Broken

    return Breaking()


async def signed(request: Request) -> list[Any]:
    parts = [part async for part in request.stream()]
    return [b"".join(parts).decode(), await request.json()]


async def takes_signed(item: Item, found: Annotated[list[Any], Depends(signed)]) -> list[Any]:
    return [item, found]


async def streamed(item: Item, request: Request) -> list[Any]:
    return [item, await signed(request)]


@pytest.mark.parametrize("function", [takes_signed, streamed])
def test_who_asks_for_the_request_gets_the_body_that_was_read_already(function: Any) -> None:
    with Fast_API_Server(app=service([]).add_route_post(function)) as server:
        response = server.requests_post("/" + function.__name__.replace("_", "-"), content=ITEM, headers=JSON)
    assert response.json() == [{"name": "a_b", "count": 3}, [ITEM.decode(), json.loads(ITEM)]]


@pytest.mark.parametrize("content", [ITEM, b'{"count": "x"}', b'{"count": '])
@pytest.mark.parametrize("function", [breaks, breaks_later, breaks_in_response])
def test_an_exception_handler_gets_the_body_that_was_read_already(function: Any, content: bytes) -> None:
    async def echo(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(f"{type(error).__name__} {(await request.body()).decode()}", 418)

    fast_api = service([]).add_route_post(function)
    for kind in (Broken, RequestValidationError):
        fast_api.app().add_exception_handler(kind, echo)
    with Fast_API_Server(app=fast_api) as server:
        response = server.requests_post("/" + function.__name__.replace("_", "-"), content=content, headers=JSON)
    expected = "Broken" if content == ITEM else "RequestValidationError"
    assert (response.status_code, response.text) == (418, f"{expected} {content.decode()}")


def number() -> Iterator[int]:
    yield 4


def scopes(scopes: SecurityScopes) -> list[str]:
    return scopes.scopes


async def depends(n: Annotated[int, Depends(number)]) -> int:
    return n


async def secured(n: Annotated[list[str], Security(scopes, scopes=["a"])]) -> list[str]:
    return n


async def later(tasks: BackgroundTasks) -> int:
    return 1


async def changes(response: Response) -> int:
    response.headers["x-changed"] = "1"
    return 1


def form(name: Annotated[str, Form()]) -> str:
    return name


def streams():
    yield b"1"


@pytest.mark.parametrize("function", [depends, secured, later, changes, form, streams])
def test_a_handler_that_asks_for_more_goes_the_ordinary_way(function: Any) -> None:
    assert short_ways(service([function])) == []


def test_an_overridden_dependency_is_called_instead() -> None:
    fast_api = service([pays])
    assert len(short_ways(fast_api)) == 1
    client, options = fast_api.client(), {"content": ITEM, "headers": {**JSON, "token": "ab"}}
    assert ask(client, "POST", "/pays", options).json()[2:4] == ["AB", "AB"]
    fast_api.app().dependency_overrides[user] = lambda: "somebody else"
    assert ask(client, "POST", "/pays", options).json()[1:4] == ["somebody else at /pays"] + 2 * ["somebody else"]


@pytest.mark.parametrize("pieces", [(ITEM[:5], ITEM[5:], b""), (b"{", b'"name"'), (b"", b"")])
def test_a_body_in_pieces_is_read_whole_and_once_more_when_it_is_invalid(pieces: tuple[bytes, ...]) -> None:
    client = service([save]).client()
    response = client.post("/save", content=iter(pieces), headers=JSON)
    whole = client.post("/save", content=b"".join(pieces), headers=JSON)
    assert (response.status_code, response.json()) == (whole.status_code, whole.json())
    assert response.status_code in (200, 422)


def test_a_client_that_leaves_before_its_body_ends_meets_what_fastapi_does() -> None:
    app = service([save]).app()
    sent: list[Any] = []
    incoming = [{"type": "http.request", "body": b'{"na', "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(dict(SCOPE), receive, send))
    assert sent[0]["status"] == 400
    assert json.loads(sent[1]["body"])["detail"] == "There was an error parsing the body"
