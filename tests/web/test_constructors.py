"""A ValueError of a constructor is a 422 with its path, wherever its class stands in a body; other errors are not."""

import dataclasses
from typing import Annotated, Any, Dict, List, Optional, Tuple, Union

import pytest
from fastapi import Body, HTTPException
from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api import Fast_API


class Positive(Type_Safe):
    n: int

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if self.n < 0:
            raise ValueError("n is negative")
        if self.n == 7:
            raise HTTPException(409, "seven")
        if self.n == 8:
            raise RuntimeError("dsn=postgres://u:secret@db")
        assert self.n != 9, "not nine"


class Named(Type_Safe):
    name: str


@dataclasses.dataclass
class Mixed:
    named: Named
    n: int
    double: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError("n is negative")
        if self.n == 7:
            raise HTTPException(409, "seven")
        if self.n == 8:
            raise KeyError("secret")
        assert self.n != 9, "not nine"
        self.double = 2 * self.n


class Holder(Type_Safe):
    items: List[Positive]
    by_name: Dict[str, Mixed]
    one: Positive = None  # type: ignore[assignment]


def positive(n: int) -> dict[str, Any]:
    return {"n": n}


def mixed(n: int) -> dict[str, Any]:
    return {"named": {"name": "x"}, "n": n}


SHAPES: list[tuple[Any, Any, tuple[Any, ...]]] = [
    (lambda cls: cls, lambda item: item, ()),
    (lambda cls: List[cls], lambda item: [item], (0,)),
    (lambda cls: Dict[str, cls], lambda item: {"k": item}, ("k",)),
    (lambda cls: Tuple[int, cls], lambda item: [1, item], (1,)),
    (lambda cls: Tuple[cls, ...], lambda item: [item], (0,)),
    (lambda cls: Optional[cls], lambda item: item, ()),
    (lambda cls: List[Dict[str, cls]], lambda item: [{"k": item}], (0, "k")),
    (lambda cls: List[Union[cls, int]], lambda item: [3, item], (1,)),
]


@pytest.mark.parametrize("embed", [False, True])
@pytest.mark.parametrize(("cls", "make"), [(Positive, positive), (Mixed, mixed)])
@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_a_refusal_is_a_422_with_its_path(shape: Any, cls: Any, make: Any, embed: bool) -> None:
    annotate, wrap, path = shape

    def handler(value: Annotated[annotate(cls), Body(embed=embed)]) -> str:  # type: ignore[valid-type]
        return "taken"

    client = Fast_API(default_routes=False).add_route_post(handler).client(raise_server_exceptions=False)

    def post(n: int) -> Any:
        body = wrap(make(n))
        return client.post("/handler", json={"value": body} if embed else body)

    assert post(1).json() == "taken"
    for n, kind, words in ((-1, "value_error", "n is negative"), (9, "assertion_error", "not nine")):
        answer = post(n)
        assert answer.status_code == 422
        problem = answer.json()["detail"][0]
        assert problem["type"] == kind
        assert words in problem["msg"]
        assert problem["loc"] == ["body", *(["value"] if embed else []), *path]
    assert post(7).status_code == 409
    assert post(7).json() == {"detail": "seven"}
    assert post(8).status_code == 500
    assert "secret" not in post(8).text


def test_paths_below_a_class_without_a_constructor() -> None:
    def handler(holder: Holder) -> List[int]:
        return [mixed.double for mixed in holder.by_name.values()]

    client = Fast_API(default_routes=False).add_route_post(handler).client()
    body = {"items": [positive(1)], "by_name": {"a": mixed(2)}, "one": positive(3)}
    assert client.post("/handler", json=body).json() == [4]
    for changed, path in (
        ({"items": [positive(1), positive(-1)]}, ["items", 1]),
        ({"by_name": {"a": mixed(1), "b": mixed(-1)}}, ["by_name", "b"]),
        ({"one": positive(-1)}, ["one"]),
    ):
        answer = client.post("/handler", json={**body, **changed})
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body", *path]


def test_a_field_that_the_constructor_computes_is_not_taken_from_the_body() -> None:
    def handler(mixed: Mixed) -> Mixed:
        return mixed

    client = Fast_API(default_routes=False).add_route_post(handler).client()
    assert client.post("/handler", json={**mixed(2), "double": 7}).json() == {**mixed(2), "double": 4}
    assert client.post("/handler", json=mixed(2)).json() == {**mixed(2), "double": 4}
