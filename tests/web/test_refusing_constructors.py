"""What a constructor raises about a request: ValueError and AssertionError are a 422, as in pydantic's validators; an
HTTPException keeps its status, and all else is a 500 without its text."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Union

import pytest
from fastapi import FastAPI, HTTPException
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError
from starlette.testclient import TestClient

from fast_api import Fast_API

SECRET = "dsn=postgres://user:secret@db"

RAISED: dict[str, tuple[Exception, int]] = {
    "value": (ValueError("not so"), 422),
    "unicode": (UnicodeDecodeError("utf-8", b"x", 0, 1, "not so"), 422),
    "assertion": (AssertionError("not so"), 422),
    "custom": (PydanticCustomError("mine", "not so"), 422),
    "http": (HTTPException(418, "not so"), 418),
    "runtime": (RuntimeError(SECRET), 500),
    "type": (TypeError(SECRET), 500),
    "key": (KeyError(SECRET), 500),
    "attribute": (AttributeError(SECRET), 500),
    "zero": (ZeroDivisionError(SECRET), 500),
    "os": (ConnectionError(SECRET), 500),
}


def judge(name: str) -> None:
    if name in RAISED:
        raise RAISED[name][0]


class Typed(Type_Safe):
    x: str

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        judge(self.x)


@dataclass
class Data:
    x: str

    def __post_init__(self) -> None:
        judge(self.x)


@dataclass
class Mixed:
    x: str
    typed: Optional[Typed] = None

    def __post_init__(self) -> None:
        judge(self.x)


class Model(BaseModel):
    x: str

    @model_validator(mode="after")
    def check(self) -> "Model":
        judge(self.x)
        return self


class Holder(Type_Safe):
    typed: List[Typed]
    data: List[Data]
    models: List[Model]


BODIES: list[tuple[Any, Any, list[Any]]] = [
    (Typed, lambda x: x, []),
    (Data, lambda x: x, []),
    (Mixed, lambda x: x, []),
    (Model, lambda x: x, []),
    (List[Typed], lambda x: [x], [0]),
    (List[Data], lambda x: [{"x": "fine"}, x], [1]),
    (Dict[str, Typed], lambda x: {"k": x}, ["k"]),
    (Optional[Typed], lambda x: x, []),
    (Union[Typed, int], lambda x: x, None),
    (Holder, lambda x: {"typed": [x]}, ["typed", 0]),
    (Holder, lambda x: {"data": [x]}, ["data", 0]),
    (Holder, lambda x: {"models": [x]}, ["models", 0]),
]  # type: ignore[list-item]


@pytest.mark.parametrize(("annotation", "wrap", "place"), BODIES)
def test_status_and_text_of_what_a_constructor_raises(annotation: Any, wrap: Any, place: Any) -> None:
    def take(body: annotation) -> str:  # type: ignore[valid-type]
        return "taken"

    client = TestClient(Fast_API().add_route_post(take), raise_server_exceptions=False)
    assert client.post("/take", json=wrap({"x": "fine"})).json() == "taken"
    for name, (_, status) in RAISED.items():
        response = client.post("/take", json=wrap({"x": name}))
        assert response.status_code == status, (name, response.text)
        assert "secret" not in response.text
        if status != 500:
            assert "not so" in response.text
        if status == 422 and place is not None:
            assert response.json()["detail"][0]["loc"] == ["body", *place]


def test_the_words_are_those_of_the_equivalent_basemodel_application() -> None:
    def take(body: Typed) -> str:
        return "taken"

    def take_model(body: Model) -> str:
        return "taken"

    plain = FastAPI()
    plain.post("/take")(take_model)
    ours = TestClient(Fast_API().add_route_post(take))
    for name in ("value", "assertion", "custom"):
        expected = TestClient(plain).post("/take", json={"x": name})
        assert ours.post("/take", json={"x": name}).json() == expected.json()


def test_the_exception_itself_goes_on_to_what_stands_outside() -> None:
    def take(body: List[Typed]) -> str:
        return "taken"

    with pytest.raises(RuntimeError, match="secret"):
        TestClient(Fast_API().add_route_post(take)).post("/take", json=[{"x": "runtime"}])
