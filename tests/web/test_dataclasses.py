"""Dataclasses in handlers: an application here answers as a plain FastAPI application does."""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import InitVar
from typing import Annotated, Any, Generic, List, Optional, TypeVar, Union

import pytest
from fastapi import Body, Depends, FastAPI, Form, Query
from fastapi.testclient import TestClient
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, Field

from fast_api import Fast_API

T = TypeVar("T")


@dataclasses.dataclass
class Line:
    name: str
    price: float = 1.0


@dataclasses.dataclass
class Full:
    first: str
    full: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.full = f"{self.first}!"


@dataclasses.dataclass
class Scaled:
    value: int
    factor: InitVar[int]
    offset: InitVar[int] = 1

    def __post_init__(self, factor: int, offset: int) -> None:
        self.value = self.value * factor + offset


@dataclasses.dataclass
class Strict:
    __pydantic_config__ = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str
    age: int = Field(2, ge=1)
    tags: List[str] = Field(default_factory=list, max_length=2)  # noqa: RUF009  # as pydantic reads it


@dataclasses.dataclass
class Refusing:
    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError("n is negative")


@dataclasses.dataclass
class Holder:
    refusing: List[Refusing]
    full: Optional[Full] = None


class Order(BaseModel):
    lines: List[Line]
    best: Optional[Line] = None


@dataclasses.dataclass
class Page(Generic[T]):
    items: List[T]


def full(full: Full) -> Full:
    return full


def scaled(scaled: Scaled) -> int:
    return scaled.value


def scaled_out(scaled: Scaled) -> Scaled:
    return scaled


def strict(strict: Strict) -> Strict:
    assert type(strict.age) is int
    return strict


def embedded(refusing: Annotated[Refusing, Body(embed=True)]) -> int:
    return refusing.n


def two(refusing: Refusing, strict: Strict) -> int:
    return refusing.n


def in_list(refusing: List[Refusing]) -> int:
    return len(refusing)


def in_dict(refusing: dict[str, Refusing]) -> int:
    return len(refusing)


def in_tuple(refusing: tuple[int, Refusing]) -> int:
    return len(refusing)


def held(holder: Holder) -> Holder:
    return holder


def of_union(value: Union[Full, Line]) -> Union[Full, Line]:
    return value


def order(order: Order) -> Order:
    return {"lines": [Line("x"), *order.lines], "best": Line("y")}  # type: ignore[return-value]


def orders(order: Order) -> List[Order]:
    return [{"lines": order.lines}, order]  # type: ignore[list-item]


def orders_by_name(order: Order) -> dict[str, Optional[Order]]:
    return {"a": {"lines": [Line("x")]}, "b": None}  # type: ignore[dict-item]


def wrong_order(order: Order) -> Order:
    return {"lines": ["no"]}  # type: ignore[return-value]


def iterable(x: Annotated[Iterable[int], Body()]) -> List[int]:
    return list(x)


def page(page: Page[Line]) -> Page[int]:
    assert type(page.items[0]) is Line
    return Page([1])


def line_of_query(name: str, price: float = 2.0) -> Line:
    return Line(name, price)


def depends(line: Annotated[Line, Depends(line_of_query)], strict: Strict) -> Line:
    return line


def line_class(line: Annotated[Line, Depends(Line)]) -> Line:
    return line


def line_of_form(name: Annotated[str, Form()]) -> Line:
    return Line(name)


def subclass(order: Order) -> Line:
    @dataclasses.dataclass
    class Special(Line):
        secret: str = "s"

    return Special("x")


FUNCTIONS = [
    full, scaled, scaled_out, strict, embedded, two, in_list, in_dict, in_tuple, held, of_union, order, orders,
    orders_by_name, wrong_order, iterable, page, depends, line_class, line_of_form, subclass,
]  # fmt: skip
LINES = {"lines": [{"name": "z"}]}
REQUESTS: list[tuple[Callable[..., Any], Any]] = [
    (full, {"first": "a", "full": "b"}),
    (full, {"first": "a"}),
    (full, {"first": 1}),
    (scaled, {"value": 2, "factor": 3}),
    (scaled, {"value": 2, "factor": 3, "offset": 5}),
    (scaled, {"value": 2}),
    (scaled, {"value": 2, "factor": "x"}),
    (strict, {"name": " a "}),
    (strict, {"name": "a", "age": 0}),
    (strict, {"name": "a", "more": 1}),
    (strict, {"name": "a", "tags": ["a", "b", "c"]}),
    (embedded, {"refusing": {"n": -1}}),
    (embedded, {"refusing": {"n": 1}}),
    (two, {"refusing": {"n": -1}, "strict": {"name": "a", "x": 1}}),
    (in_list, [{"n": 1}, {"n": -1}]),
    (in_dict, {"a": {"n": -1}}),
    (in_tuple, [1, {"n": -1}]),
    (held, {"refusing": [{"n": 1}, {"n": -1}]}),
    (held, {"refusing": [], "full": {"first": "x"}}),
    (of_union, {"first": "a"}),
    (of_union, {"name": "a"}),
    (of_union, {}),
    (order, LINES),
    (orders, LINES),
    (orders_by_name, LINES),
    (iterable, 5),
    (iterable, [1, 2]),
    (page, {"items": [{"name": "a"}]}),
    (page, {"items": [{"price": 1}]}),
    (depends, {"name": "a"}),
    (subclass, LINES),
]


def clients() -> tuple[TestClient, TestClient]:
    plain = FastAPI(title="Fast_API")
    ours = Fast_API(default_routes=False).setup()
    for function in FUNCTIONS:
        path = f"/{function.__name__.replace('_', '-')}"
        plain.add_api_route(path, function, methods=["POST"])
        ours.add_route_post(function)
    return TestClient(plain, raise_server_exceptions=False), ours.client(raise_server_exceptions=False)


PLAIN, OURS = clients()


@pytest.mark.parametrize(("function", "body"), REQUESTS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_the_answer_is_that_of_plain_fastapi(function: Callable[..., Any], body: Any) -> None:
    path = f"/{function.__name__.replace('_', '-')}"
    plain, ours = PLAIN.post(f"{path}?name=q", json=body), OURS.post(f"{path}?name=q", json=body)
    assert (ours.status_code, ours.json()) == (plain.status_code, plain.json())


def test_a_wrong_value_of_the_handler_is_a_500() -> None:
    assert OURS.post("/wrong-order", json=LINES).status_code == 500


def test_the_document_is_that_of_plain_fastapi() -> None:
    plain, ours = PLAIN.get("/openapi.json").json(), OURS.get("/openapi.json").json()
    assert ours["components"] == plain["components"]
    for path, operations in plain["paths"].items():
        assert ours["paths"][path]["post"]["responses"] == operations["post"]["responses"], path
        assert ours["paths"][path]["post"].get("requestBody") == operations["post"].get("requestBody"), path


def test_fields_of_a_dataclass_may_be_parameters() -> None:
    def find(line: Annotated[Line, Query()]) -> Line:
        assert type(line) is Line
        return line

    service = Fast_API(default_routes=False).add_route_get(find)
    assert service.client().get("/find?name=a&price=2").json() == {"name": "a", "price": 2.0}


def test_a_dataclass_that_holds_a_type_safe_class() -> None:
    class User(Type_Safe):
        name: str

    @dataclasses.dataclass
    class Team:
        user: User
        lines: List[Line]

    def team(team: Team) -> Team:
        assert type(team.user) is User
        assert type(team.lines[0]) is Line
        return team

    body = {"user": {"name": "a"}, "lines": [{"name": "x", "price": 2.0}]}
    service = Fast_API(default_routes=False).add_route_post(team)
    assert service.client().post("/team", json=body).json() == body


class User(Type_Safe):
    name: str


class UserModel(BaseModel):
    name: str = ""


def _strict_with(user_class: Any) -> Any:
    @dataclasses.dataclass
    class Settings:
        __pydantic_config__ = ConfigDict(str_strip_whitespace=True, str_max_length=5, str_to_upper=True)

        name: str
        user: user_class
        age: int = Field(2, ge=1)
        tags: List[str] = Field(default_factory=list, max_length=2)  # noqa: RUF009  # as pydantic reads it

    return Settings


def _client_of(app: Any, body: Any, function: Callable[[Any], Any]) -> TestClient:
    function.__annotations__ = {"body": body, "return": body}
    app.add_api_route("/echo", function, methods=["POST"])
    return TestClient(app, raise_server_exceptions=False)


SETTINGS: list[dict[str, Any]] = [
    {"name": " a "},
    {"name": "abcdefg"},
    {"name": "   abc   "},
    {"name": "a", "age": 0},
    {"name": "a", "tags": [" b "]},
    {"name": "a", "tags": ["a", "b", "c"]},
    {"name": "a", "user": {"name": "  a longer name "}},
]


@pytest.mark.parametrize("body", SETTINGS, ids=str)
def test_settings_of_a_dataclass_that_holds_a_type_safe_class(body: Any) -> None:
    ours = _client_of(Fast_API(default_routes=False).app(), _strict_with(User), lambda body: body)
    plain = _client_of(FastAPI(), _strict_with(UserModel), lambda body: body)
    body = {"user": {"name": "n"}, **body}
    expected, found = plain.post("/echo", json=body), ours.post("/echo", json=body)
    assert (found.status_code, found.json()) == (expected.status_code, expected.json())
    shown, schema = (
        client.get("/openapi.json").json()["components"]["schemas"]["Settings"]["properties"]
        for client in (ours, plain)
    )
    assert {**shown, "user": None} == {**schema, "user": None}


def _scaled_with(user_class: Any) -> Any:
    @dataclasses.dataclass
    class Growing:
        value: int
        factor: InitVar[int]
        user: user_class
        offset: InitVar[int] = 1
        users: InitVar[Optional[List[user_class]]] = None

        def __post_init__(self, factor: int, offset: int, users: Any) -> None:
            if factor < 0:
                raise ValueError("factor is negative")
            assert type(self.user) is user_class
            assert all(type(user) is user_class for user in users or ())
            self.value = self.value * factor + offset + len(users or ())

    return Growing


class HoldsScaled(Type_Safe):
    scaled: Scaled = None
    many: List[Scaled]


class HoldsScaledModel(BaseModel):
    scaled: Optional[Scaled] = None
    many: List[Scaled] = []


TWICE = {"value": 2, "factor": 3}
USER = {"user": {"name": "n"}}
GROWING = [
    {**USER, **TWICE},
    {**USER, **TWICE, "offset": 5},
    {**USER, "value": 2},
    {**USER, **TWICE, "factor": "x"},
    {**USER, **TWICE, "factor": -1},
    {**USER, **TWICE, "users": [USER["user"]]},
    {**USER, **TWICE, "users": [{"name": 1}]},
    {**USER, **TWICE, "more": 1},
]
IN_OTHERS: list[tuple[Any, Any, list[Any]]] = [
    (_scaled_with(User), _scaled_with(UserModel), GROWING),
    (HoldsScaled, HoldsScaledModel, [{"scaled": TWICE}, {"many": [TWICE, {**TWICE, "offset": 2}]}, {"scaled": {}}, {}]),
]
IN_OTHERS += [
    (List[ours], List[plain], [[body] for body in bodies])  # type: ignore[valid-type]
    for ours, plain, bodies in IN_OTHERS[:2]
]
IN_OTHERS += [
    (dict[str, ours], dict[str, plain], [{"a": body} for body in bodies])  # type: ignore[valid-type]
    for ours, plain, bodies in IN_OTHERS[:2]
]


@pytest.mark.parametrize(("cls", "model", "bodies"), IN_OTHERS, ids=lambda value: str(value)[:40])
def test_init_vars_beside_type_safe_classes(cls: Any, model: Any, bodies: list[Any]) -> None:
    ours = _client_of(Fast_API(default_routes=False).app(), cls, lambda body: body)
    plain = _client_of(FastAPI(), model, lambda body: body)
    for body in bodies:
        expected, found = plain.post("/echo", json=body), ours.post("/echo", json=body)
        assert (found.status_code, found.json()) == (expected.status_code, expected.json()), body
    assert _init_vars_shown(ours) == _init_vars_shown(plain)


def _init_vars_shown(client: TestClient) -> list[tuple[Any, ...]]:
    """The request's class with InitVars in the document: its keys, those that are required, and the InitVars."""
    schemas = client.get("/openapi.json").json()["components"]["schemas"].values()
    return [
        (
            sorted(schema["properties"]),
            sorted(schema["required"]),
            schema["properties"]["factor"],
            schema["properties"]["offset"],
        )
        for schema in schemas
        if "factor" in schema.get("properties", ())
    ]


def test_other_keys_are_refused_where_a_dataclass_forbids_them() -> None:
    @dataclasses.dataclass
    class Closed:
        __pydantic_config__ = ConfigDict(extra="forbid")

        user: User

    ours = _client_of(Fast_API(default_routes=False).app(), Closed, lambda body: body)
    assert ours.post("/echo", json=USER).status_code == 200
    assert ours.post("/echo", json={**USER, "more": 1}).json()["detail"][0]["type"] == "extra_forbidden"
