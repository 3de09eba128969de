"""What FastAPI refuses where a route is added is refused there, with FastAPI's error, and what it takes is taken."""

import datetime
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Dict, List, Literal, Optional, Union

import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    Path,
    Query,
    Request,
    Response,
    UploadFile,
)  # fmt: skip
from fastapi.exceptions import FastAPIError
from fastapi.responses import JSONResponse, StreamingResponse
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from fast_api import Fast_API, Fast_API__Routes, RouteError


class NotPydantic:
    x: int


class Model(BaseModel):
    x: int


class Typed(Type_Safe):
    x: int


@dataclass
class Odd:
    value: NotPydantic


def ending() -> Iterator[int]:
    yield 1


def request_scoped(value: Annotated[int, Depends(ending, scope="function")]) -> int:
    return value


def returns_odd() -> NotPydantic: ...
def takes_odd(item: NotPydantic) -> None: ...
def takes_odd_list(item: List[NotPydantic]) -> None: ...
def takes_odd_dataclass(item: Odd) -> None: ...
def returns_response_or_none() -> Union[Response, None]: ...
def default_in_path(item_id: Annotated[int, Path()] = 1) -> None: ...
def two_marks(n: Annotated[int, Query(), Depends(ending)] = Depends(ending)) -> None: ...  # type: ignore[assignment]
def model_in_query(item: Annotated[Model, Query()]) -> None: ...
def dict_in_query(item: Annotated[Dict[str, NotPydantic], Query()]) -> None: ...
def narrow_scope(value: Annotated[int, Depends(request_scoped, scope="request")]) -> Iterator[int]: ...
def model_in_path(item_id: Model) -> None: ...
def typed_and_odd(item: Typed, other: NotPydantic) -> None: ...
def header_of_odd(item: Annotated[NotPydantic, Header()]) -> None: ...
def nothing() -> None: ...
def number() -> int: ...


REFUSED: list[tuple[Callable[..., Any], str, dict[str, Any]]] = [
    (returns_odd, "/x", {}),
    (takes_odd, "/x", {}),
    (takes_odd_list, "/x", {}),
    (takes_odd_dataclass, "/x", {}),
    (returns_response_or_none, "/x", {}),
    (default_in_path, "/x/{item_id}", {}),
    (two_marks, "/x", {}),
    (dict_in_query, "/x", {}),
    (narrow_scope, "/x", {}),
    (model_in_path, "/x/{item_id}", {}),
    (typed_and_odd, "/x", {}),
    (header_of_odd, "/x", {}),
    (number, "/x", {"status_code": 204}),
    (nothing, "/x", {"response_model": NotPydantic}),
    (nothing, "/x", {"responses": {404: "not a dict"}}),
    (nothing, "/x", {"responses": {204: {"model": Model}}}),
    (nothing, "/x", {"dependencies": [Depends(takes_odd)]}),
]


def refusal(add: Callable[[], Any]) -> type[BaseException] | None:
    try:
        add()
    except Exception as error:
        return type(error)
    return None


@pytest.mark.parametrize(("function", "path", "options"), REFUSED)
def test_what_fastapi_refuses_is_refused_where_it_is_added(
    function: Callable[..., Any], path: str, options: dict[str, Any]
) -> None:
    expected = refusal(lambda: FastAPI().post(path, **options)(function))
    app, router = Fast_API().app(), APIRouter()
    assert refusal(lambda: app.post(path, **options)(function)) is expected
    assert refusal(lambda: router.post(path, **options)(function)) is expected
    if expected is None:
        return

    class Group(Fast_API__Routes):
        def setup_routes(self) -> None:
            self.router.post(path, **options)(function)

    with pytest.raises(expected):
        Fast_API().add_routes(Group)
    with pytest.raises(expected) as caught:
        app.add_function(path, function, ["POST"], **options)
    assert isinstance(caught.value, RouteError)
    assert function.__name__ in str(caught.value)
    assert not [route for route in app.routes if getattr(route, "path", "") == path]


def test_most_of_these_are_refused() -> None:
    refused = 0
    for function, path, options in REFUSED:
        try:
            FastAPI().add_api_route(path, function, methods=["POST"], **options)
        except Exception:
            refused += 1
    assert refused > 12


def test_an_error_of_fastapi_is_one_of_this_package_too() -> None:
    with pytest.raises(RouteError, match=r"takes_odd cannot be a route: Invalid args for response field"):
        Fast_API().add_route_post(takes_odd)
    with pytest.raises(FastAPIError):
        Fast_API().add_route_post(takes_odd)


NAME = Safe_Str("n")


async def everything(
    request: Request, response: Response, tasks: BackgroundTasks, item_id: int, model: Model, typed: Typed,
    q: Annotated[List[str], Query()], h: Annotated[Optional[str], Header()] = None, c: str = Cookie(""),
    when: datetime.date = datetime.date(2026, 1, 1), kind: Literal["a", "b"] = "a", name: Safe_Str = NAME,
    guard: int = Depends(ending),
) -> Union[Model, Typed, None]: ...  # fmt: skip


def form(name: Annotated[str, Form()], file: UploadFile, more: bytes = File(b"")) -> dict[str, Any]: ...
def untyped(a, b=1, *, c=None): ...  # type: ignore[no-untyped-def]
def streams() -> Iterator[Model]:
    yield Model(x=1)


async def streams_async() -> AsyncIterator[Typed]:
    yield Typed()


def returns_response() -> JSONResponse: ...
def returns_stream() -> StreamingResponse: ...
def bodies(a: Typed, b: Model, c: int = Body(1)) -> List[Typed]: ...


class Handler:
    def method(self, item: Typed) -> Typed: ...
    def __call__(self, item: Typed) -> Typed: ...


@pytest.mark.parametrize(
    ("function", "path"),
    [
        (everything, "/x/{item_id}"), (form, "/x"), (untyped, "/x"), (streams, "/x"), (streams_async, "/x"),
        (returns_response, "/x"), (returns_stream, "/x"), (bodies, "/x"), (Handler().method, "/x"), (Handler(), "/x"),
        (model_in_query, "/x"),
    ],
)  # fmt: skip
def test_what_fastapi_takes_is_taken(function: Callable[..., Any], path: str) -> None:
    service = Fast_API()
    service.app().post(path)(function)
    service.app().openapi()
    Fast_API().app().add_function(path, function, ["POST"])


def test_names_that_come_later_are_waited_for() -> None:
    class Late(BaseModel):
        other: "Other"

    def take(body: Late, q: Annotated[int, Query()] = 1) -> Late:
        return body

    service = Fast_API().add_route_post(take)

    class Other(BaseModel):
        n: int

    Late.model_rebuild(_types_namespace={"Other": Other})
    assert service.client().post("/take", json={"other": {"n": 1}}).json() == {"other": {"n": 1}}
