"""Abstract collections and TypedDicts of `typing` in bodies: what pydantic reads lazily or not at all is validated."""

import dataclasses
import typing
from collections.abc import Callable
from typing import Any, Collection, Container, Dict, Generic, Iterable, List, Optional, Reversible, TypeVar

import pytest
import typing_extensions
from fastapi import FastAPI
from fastapi.testclient import TestClient
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, create_model

from fast_api import Fast_API

T = TypeVar("T")


class User(Type_Safe):
    name: str


class UserModel(BaseModel):
    name: str = ""


class Entry(typing.TypedDict, total=False):
    """An entry."""

    id: typing.Required[int]
    tags: List[str]


class EntryModel(typing_extensions.TypedDict, total=False):
    """An entry."""

    id: typing.Required[int]
    tags: List[str]


class Tree(typing.TypedDict):
    n: int
    kids: List["Tree"]


class TreeModel(typing_extensions.TypedDict):
    n: int
    kids: List["TreeModel"]


class Pair(typing.TypedDict, Generic[T]):
    first: T
    user: User


class PairModel(typing_extensions.TypedDict, Generic[T]):
    first: T
    user: UserModel


class Newer(typing_extensions.TypedDict):
    user: User


class NewerModel(typing_extensions.TypedDict):
    user: UserModel


def of_dataclass(annotation: Any) -> Any:
    return dataclasses.make_dataclass("Body", [("value", annotation), ("user", User, User(name="n"))])


def of_type_safe(annotation: Any) -> Any:
    return type("Body", (Type_Safe,), {"__annotations__": {"value": annotation, "user": User}})


HOLDERS = [of_dataclass, of_type_safe]


def service(body: Any) -> Fast_API:
    def echo(body: Any) -> Any:
        assert type(body.user) is User
        return body

    echo.__annotations__ = {"body": body, "return": body}
    return Fast_API(default_routes=False).add_route_post(echo)


def plain_client(annotation: Any) -> TestClient:
    body: Any = create_model("Body", value=annotation)

    def echo(body: Any) -> Any:
        return body

    echo.__annotations__ = {"body": body, "return": body}
    app = FastAPI()
    app.post("/echo")(echo)
    return TestClient(app, raise_server_exceptions=False)


UNSIZED = [Iterable[int], Collection[int], Container[int], Reversible[int]]


@pytest.mark.parametrize("annotation", UNSIZED, ids=str)
@pytest.mark.parametrize("holder", HOLDERS)
def test_items_of_an_abstract_collection_are_validated(holder: Callable[[Any], Any], annotation: Any) -> None:
    ours, plain = service(holder(annotation)).client(raise_server_exceptions=False), plain_client(List[int])
    for value in ([1, 2], ["3"], [], ["a"], [{"name": "a"}], "12", {"a": 1}):
        body = {"value": value, "user": {"name": "n"}}
        expected, found = plain.post("/echo", json=body), ours.post("/echo", json=body)
        assert found.status_code == expected.status_code, value
        assert found.json() == ({**expected.json(), "user": {"name": "n"}} if found.is_success else expected.json())
    found, expected = (client.post("/echo", json={"value": 5}) for client in (ours, plain_client(Iterable[int])))
    assert (found.status_code, found.json()) == (422, expected.json())
    schema = ours.get("/openapi.json").json()["components"]["schemas"]["Body"]["properties"]["value"]
    assert {"type": "array", "items": {"type": "integer"}} in (
        {key: schema.get(key) for key in ("type", "items")},
        schema.get("anyOf", [None])[0],  # a Type_Safe class takes null there
    )


@pytest.mark.parametrize(
    ("annotation", "value", "wrong"),
    [
        (Iterable[User], [{"name": "a"}], [{"name": 1}]),
        (Optional[Iterable[int]], None, ["a"]),
        (List[Iterable[int]], [[1]], [["a"]]),
        (Dict[str, Collection[int]], {"a": [1]}, {"a": ["x"]}),
    ],
    ids=str,
)
@pytest.mark.parametrize("holder", HOLDERS)
def test_abstract_collections_in_others(holder: Callable[[Any], Any], annotation: Any, value: Any, wrong: Any) -> None:
    client = service(holder(annotation)).client(raise_server_exceptions=False)
    body = {"value": value, "user": {"name": "n"}}
    assert client.post("/echo", json=body).json() == body
    assert client.post("/echo", json={**body, "value": wrong}).status_code == 422


TYPED_DICTS: list[tuple[Any, Any, list[Any]]] = [
    (Entry, EntryModel, [{"id": 1}, {"id": "x"}, {}, 5, {"id": 1, "tags": [1]}, {"id": "7", "more": 1}]),
    (List[Entry], List[EntryModel], [[{"id": 1}], [{"id": "x"}]]),
    (Dict[str, Entry], Dict[str, EntryModel], [{"a": {"id": 1}}, {"a": {"id": "x"}}]),
    (Optional[Entry], Optional[EntryModel], [None, {"id": 1}, {"id": "x"}]),
    (Tree, TreeModel, [{"n": 1, "kids": [{"n": 2, "kids": []}]}, {"n": 1, "kids": [{"n": "x", "kids": []}]}]),
    (
        Pair[int],
        PairModel[int],
        [{"first": 1, "user": {"name": "a"}}, {"first": "x", "user": {}}, {"first": 1, "user": {"name": 1}}],
    ),
    (Newer, NewerModel, [{"user": {"name": "a"}}, {"user": 5}]),
]


@pytest.mark.parametrize(("annotation", "model", "values"), TYPED_DICTS, ids=lambda item: str(item)[:40])
@pytest.mark.parametrize("holder", HOLDERS)
def test_typed_dicts_are_validated(
    holder: Callable[[Any], Any], annotation: Any, model: Any, values: list[Any]
) -> None:
    ours, plain = service(holder(annotation)).client(raise_server_exceptions=False), plain_client(model)
    for value in values:
        body = {"value": value, "user": {"name": "n"}}
        expected, found = plain.post("/echo", json=body), ours.post("/echo", json=body)
        if holder is of_type_safe and value is None:
            expected = found  # every such field of a Type_Safe class takes None
        assert found.status_code == expected.status_code, value
        if found.is_success:
            assert found.json()["value"] == expected.json()["value"]
        elif "model_type" not in expected.text:  # in other words where a class has counterparts
            assert found.json() == expected.json()


def test_a_typed_dict_in_two_fields_is_described_once() -> None:
    body = dataclasses.make_dataclass("Body", [("value", Entry), ("others", List[Entry]), ("user", User)])
    schemas = service(body).client().get("/openapi.json").json()["components"]["schemas"]
    assert schemas["Entry"]["description"] == "An entry."
    assert not [name for name in schemas if "Entry" in name and name != "Entry"]
