"""A body is read as its OpenAPI schema says: a string for a `Safe_Str`, in fields, lists, dicts, as the body itself."""

from typing import Any, Dict, List

import pytest
from fastapi import Body
from fastapi.testclient import TestClient
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api import Fast_API


class Token(Type_Safe):
    name: Safe_Str
    others: List[Safe_Str]
    by_key: Dict[str, Safe_Str]
    limit: Safe_Int = 10


def create(token: Token) -> str:
    return str(token.name)


def many(tokens: List[Token]) -> int:
    return len(tokens)


def alone(name: Safe_Str = Body(embed=True)) -> str:  # noqa: B008
    return str(name)


@pytest.fixture(scope="module")
def client() -> TestClient:
    api = Fast_API()
    for handler in (create, many, alone):
        api.add_route_post(handler)
    api.setup()
    return TestClient(api.app())


@pytest.mark.parametrize("value", [3.7, 3, True, False, -1, ["a"], {"a": 1}])
def test_text_is_no_number_and_no_boolean(client: TestClient, value: Any) -> None:
    for path, body in (
        ("/create", {"name": value}),
        ("/create", {"others": ["a", value]}),
        ("/create", {"by_key": {"a": value}}),
        ("/many", [{"name": "a"}, {"name": value}]),
        ("/alone", {"name": value}),
    ):
        answer = client.post(path, json=body)
        assert answer.status_code == 422, (path, body, answer.text)


def test_text_is_repaired_as_before(client: TestClient) -> None:
    assert client.post("/create", json={"name": "a b", "others": ["c"]}).json() == "a_b"
    assert client.post("/alone", json={"name": "a b"}).json() == "a_b"


@pytest.mark.parametrize("value", [True, 1.5, "x", [1]])
def test_a_number_is_no_boolean(client: TestClient, value: Any) -> None:
    assert client.post("/create", json={"limit": value}).status_code == 422


def test_openapi_shows_the_default(client: TestClient) -> None:
    shown = client.get("/openapi.json").json()["components"]["schemas"]["Token"]["properties"]

    assert shown["limit"]["default"] == 10
    assert shown["name"]["type"] == "string"
