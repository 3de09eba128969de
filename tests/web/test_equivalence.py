"""An application of Type_Safe classes answers as the equivalent application of BaseModels, with the same document."""

import dataclasses
from typing import Annotated, Any, Dict, List, Optional, Tuple, Type

import fastapi.routing
import pytest
from fastapi import Body, FastAPI, Form, Header, Path, Query
from fastapi.openapi.utils import get_openapi
from fastapi.testclient import TestClient
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import AliasChoices, BaseModel, Field

from fast_api import Fast_API, route_path
from type_safe_convert import from_json, to_json


def classes(base: Type[Any]) -> Dict[str, Any]:
    class Blob(base):  # type: ignore[misc, valid-type]
        data: bytes = b""
        parts: List[bytes]
        by_name: Dict[str, bytes]
        maybe: Optional[bytes] = None

        if base is BaseModel:  # where Type_Safe has a default by itself
            parts = Field(default_factory=list)
            by_name = Field(default_factory=dict)

    class Holder(base):  # type: ignore[misc, valid-type]
        blob: Blob
        blobs: List[Blob]

    return {"Blob": Blob, "Holder": Holder}


def application(base: Type[Any], app: Any) -> TestClient:
    named = classes(base)
    Blob, Holder = named["Blob"], named["Holder"]

    def blob(blob: Blob) -> Blob:  # type: ignore[valid-type]
        assert type(blob) is Blob
        return blob

    def raw(blob: Blob) -> List[Any]:  # type: ignore[valid-type]
        return [blob.data.hex()]

    def untyped(holder: Holder):  # type: ignore[no-untyped-def, valid-type]
        return {"holder": holder, "data": holder.blob.data}

    def holder(holder: Annotated[Holder, Body(embed=True)]) -> Holder:  # type: ignore[valid-type]
        return holder

    def blobs(blobs: List[Blob]) -> Dict[str, Blob]:  # type: ignore[valid-type]
        return {str(index): blob for index, blob in enumerate(blobs)}

    def pair(pair: Tuple[bytes, Blob]) -> Tuple[bytes, Blob]:  # type: ignore[valid-type]
        return pair

    def binary(blob: Blob) -> Blob:  # type: ignore[valid-type]
        return Blob(data=b"\xff")

    def binary_text(blob: Blob) -> Blob:  # type: ignore[valid-type]
        return Blob(data=b"text")

    for function in (blob, raw, untyped, holder, blobs, pair, binary, binary_text):
        app.post(f"/{function.__name__.replace('_', '-')}")(function)
    return TestClient(app, raise_server_exceptions=False)


MODELS = application(BaseModel, FastAPI(title="Fast_API"))
OURS = application(Type_Safe, Fast_API(default_routes=False).setup().app())
BLOB = {"data": "hé?", "parts": ["a", "aGk="], "by_name": {"a": "é"}}
HOLDER = {"blob": BLOB, "blobs": [BLOB, {}]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/blob", BLOB),
        ("/blob", {"data": "aGk="}),
        ("/blob", {"data": 5}),
        ("/blob", {"data": None}),
        ("/blob", {"parts": ["a", 5]}),
        ("/blob", {"maybe": "x"}),
        ("/raw", {"data": "aGk="}),
        ("/untyped", HOLDER),
        ("/holder", {"holder": HOLDER}),
        ("/blobs", [BLOB, {}]),
        ("/pair", ["aGk=", BLOB]),
    ],
)
def test_bytes_are_text_in_and_out(path: str, body: Any) -> None:
    models, ours = MODELS.post(path, json=body), OURS.post(path, json=body)
    assert ours.status_code == models.status_code
    assert ours.json() == models.json()


def test_bytes_that_are_no_text_cannot_be_answered() -> None:
    assert OURS.post("/binary", json={}).status_code == MODELS.post("/binary", json={}).status_code == 500

    assert OURS.post("/binary-text", json={}).json() == MODELS.post("/binary-text", json={}).json()


def test_the_documents_are_equal() -> None:
    models, ours = MODELS.get("/openapi.json").json(), OURS.get("/openapi.json").json()
    _without_defaults(models)
    _without_defaults(ours)
    assert ours["components"] == models["components"]
    assert ours["paths"] == models["paths"]


def _without_defaults(node: Any) -> None:
    """A Type_Safe field always has a default, the fields of the models here have not all one."""
    if isinstance(node, dict):
        for name in ("default", "required"):
            node.pop(name, None)
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _without_defaults(item)


def test_json_of_the_core_has_all_bytes() -> None:
    Blob = classes(Type_Safe)["Blob"]
    blob = Blob(data=b"\xff\x00", parts=[b"\xfe"])
    again = from_json(Blob, to_json(blob))
    assert (again.data, list(again.parts)) == (b"\xff\x00", [b"\xfe"])


def test_paths_name_validation_aliases() -> None:
    @route_path("/a/{wire}")
    def a(x: Annotated[int, Path(validation_alias="wire")]) -> int:
        return x

    @route_path("/b/{second}")
    def b(x: Annotated[Safe_Str, Path(validation_alias=AliasChoices("first", "second"))]) -> str:
        return type(x).__name__

    @route_path("/c/{wire}")
    def c(x: Safe_Str = Path(validation_alias="wire")) -> str:  # noqa: B008  # as FastAPI is used
        return x

    service = Fast_API(default_routes=False)
    for function in (a, b, c):
        service.add_route_get(function)
    client = service.client()
    assert [client.get(path).json() for path in ("/a/1", "/b/x", "/c/y")] == [1, "Safe_Str", "y"]


def test_a_function_in_the_place_of_openapi_has_the_source_names() -> None:
    class User(Type_Safe):
        name: str

    def user(user: User) -> User:
        return user

    service = Fast_API(default_routes=False).add_route_post(user)
    app = service.app()

    def custom() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = get_openapi(title="Mine", version="1", routes=app.routes)
        return app.openapi_schema

    app.openapi = custom  # type: ignore[method-assign]
    for document in (service.client().get("/openapi.json").json(), app.openapi()):
        assert document["info"]["title"] == "Mine"
        assert "User" in document["components"]["schemas"]
        assert "__BaseModel" not in str(document)


def test_a_wrong_response_names_the_place_of_its_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    class User(Type_Safe):
        age: int

    @dataclasses.dataclass
    class Point:
        x: int

    def user() -> User:
        return {"age": "x"}  # type: ignore[return-value]

    def point() -> Point:
        return {"x": "x"}  # type: ignore[return-value]

    async def users() -> List[User]:
        return [{"age": "x"}]  # type: ignore[list-item]

    # FastAPI remembers places by the `id` of functions, also of those that are gone.
    monkeypatch.setattr(fastapi.routing, "_endpoint_context_cache", {}, raising=False)
    service = Fast_API(default_routes=False)
    messages: list[str] = []
    for function in (user, point, users):
        service.add_route_get(function)

    @service.app().exception_handler(Exception)
    async def keep(request: Any, error: Exception) -> Any:
        messages.append(str(error))
        raise error

    for function in (user, point, users):
        service.client(raise_server_exceptions=False).get(f"/{function.__name__}")
        line = function.__code__.co_firstlineno
        assert f'File "{__file__}", line {line}, in {function.__name__}' in messages[-1]
        assert f"GET /{function.__name__}" in messages[-1]


def test_headers_forms_and_queries_as_models() -> None:
    class Filter(Type_Safe):
        name: Safe_Str
        limit: int = 3

    def header(filter: Annotated[Filter, Header()]) -> Filter:
        return filter

    def query(filter: Annotated[Filter, Query()]) -> Filter:
        return filter

    def form(filter: Annotated[Filter, Form()]) -> Filter:
        return filter

    service = Fast_API(default_routes=False).add_route_get(header).add_route_get(query).add_route_post(form)
    client = service.client()
    expected = {"name": "a_b", "limit": 4}
    assert client.get("/header", headers={"name": "a b", "limit": "4"}).json() == expected
    assert client.get("/query?name=a b&limit=4").json() == expected
    assert client.post("/form", data={"name": "a b", "limit": 4}).json() == expected
    assert client.post("/form", data={"name": "a b", "limit": "x"}).json()["detail"][0]["loc"] == ["body", "limit"]
