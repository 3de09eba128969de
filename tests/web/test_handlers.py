"""The handler gets real instances of the classes that it names, and may return any counterpart."""

import dataclasses
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Dict, Generic, List, Literal, Optional, TypeVar, Union

import pytest
from fastapi import (
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    UploadFile,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
)
from fastapi import Response as FastAPI_Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import AfterValidator, BaseModel, Field

from fast_api import Fast_API, Fast_API__Routes, route_path
from type_safe_convert import convert_class, converter

from .models import ORDER, Address, Cat, Customer, Dog, Item, Order, Pet, Point, Quantity, Vip_Customer


def client_of(*functions: Any, method: str = "POST", **options: Any) -> Any:
    fast_api = Fast_API(default_routes=False).setup()
    for function in functions:
        fast_api.add_route(function, [method], **options)
    return fast_api.client()


# bodies


@pytest.mark.parametrize("is_async", [True, False])
def test_body_is_a_real_instance_at_every_level(is_async: bool) -> None:
    seen: list[Any] = []

    def sync_order(order: Order) -> Order:
        seen.append(order)
        return order

    async def async_order(order: Order) -> Order:
        seen.append(order)
        return order

    client = client_of(async_order if is_async else sync_order)
    response = client.post("/async-order" if is_async else "/sync-order", json=ORDER)
    assert response.json() == ORDER
    (order,) = seen
    assert type(order) is Order
    assert type(order.customer) is Customer
    assert type(order.items) is Type_Safe__List
    assert type(order.items[0]) is Item
    assert type(order.items[0].sku) is Safe_Str
    with pytest.raises(ValueError, match="customer"):
        order.customer = "no customer"


def test_class_method_static_method_and_callable_object_as_handlers() -> None:
    class Service:
        def __init__(self) -> None:
            self.got: list[Customer] = []

        def save(self, customer: Customer) -> Customer:
            self.got.append(customer)
            return customer

        @staticmethod
        def save_statically(customer: Customer) -> Customer:
            return customer

        @classmethod
        def save_in_class(cls, customer: Customer) -> str:
            return f"{cls.__name__} {type(customer).__name__}"

        async def __call__(self, customer: Customer) -> Customer:
            return customer

    service = Service()
    client = client_of(service.save, Service.save_statically, Service.save_in_class)
    assert client.post("/save", json={"name": "Ada"}).json() == {"name": "Ada", "email": "", "tier": 0}
    assert type(service.got[0]) is Customer
    assert client.post("/save-statically", json={"tier": 1}).json()["tier"] == 1
    assert client.post("/save-in-class", json={}).json() == "Service Customer"
    fast_api = Fast_API(default_routes=False)
    fast_api.app().add_function("/object", service, ["POST"])
    assert fast_api.client().post("/object", json={"name": "Ada"}).json()["name"] == "Ada"


def test_several_bodies() -> None:
    def both(order: Order, point: Point, note: Annotated[str, Body()], n: Annotated[Quantity, Body()] = 2) -> list[str]:  # type: ignore[assignment]  # a plain default, as people write it
        return [type(order).__name__, type(point).__name__, note, f"{type(n).__name__} {n}"]

    client = client_of(both)
    assert client.post("/both", json={"order": ORDER, "point": {"x": 1}, "note": "hi"}).json() == [
        "Order", "Point", "hi", "Quantity 2",
    ]  # fmt: skip
    errors = client.post("/both", json={"order": {"items": [{"quantity": "x"}]}, "point": {}, "n": 100}).json()[
        "detail"
    ]
    assert [error["loc"] for error in errors] == [
        ["body", "order", "items", 0, "quantity"], ["body", "point", "x"], ["body", "note"], ["body", "n"],
    ]  # fmt: skip


def test_embedded_body_and_default_body() -> None:
    def embedded(customer: Annotated[Customer, Body(embed=True)]) -> str:
        return type(customer).__name__

    def with_default(customer: Customer = Customer(name="default")) -> str:  # noqa: B008  # what is tested
        customer.tier += 1
        return f"{type(customer).__name__} {customer.name} {customer.tier}"

    def with_field_default(customer: Customer = Body(Customer(name="field"))) -> str:  # noqa: B008
        return f"{type(customer).__name__} {customer.name}"

    def optional(customer: Customer | None = None) -> str:
        return type(customer).__name__

    client = client_of(embedded, with_default, with_field_default, optional)
    assert client.post("/embedded", json={"customer": {"name": "x"}}).json() == "Customer"
    assert client.post("/with-default").json() == "Customer default 1"
    assert client.post("/with-default").json() == "Customer default 1"  # fresh each time
    assert client.post("/with-default", json={"name": "y", "tier": 4}).json() == "Customer y 5"
    assert client.post("/with-field-default").json() == "Customer field"
    assert client.post("/with-field-default", json={"name": "z"}).json() == "Customer z"
    assert client.post("/optional").json() == "NoneType"
    assert client.post("/optional", json={}).json() == "Customer"


def test_containers_and_unions_of_models() -> None:
    def lists(items: List[Customer]) -> list[str]:
        return [type(item).__name__ for item in items]

    def dicts(items: Dict[str, Point]) -> dict[str, str]:
        return {key: type(item).__name__ for key, item in items.items()}

    def unions(pet: Union[Cat, Dog]) -> str:
        return type(pet).__name__

    class Circle(Type_Safe):
        kind: Literal["circle"] = "circle"
        radius: float

    class Square(Type_Safe):
        kind: Literal["square"] = "square"
        side: float

    def discriminated(shape: Annotated[Union[Circle, Square], Body(discriminator="kind")]) -> str:
        return type(shape).__name__

    def mixed(value: list[Customer | Address | None]) -> list[str]:
        return [type(item).__name__ for item in value]

    client = client_of(lists, dicts, unions, discriminated, mixed)
    assert client.post("/lists", json=[{}, {"name": "x"}]).json() == ["Customer", "Customer"]
    assert client.post("/dicts", json={"a": {"x": 1}}).json() == {"a": "Point"}
    assert client.post("/unions", json={"name": "Rex", "breed": "pug"}).json() == "Dog"
    assert client.post("/unions", json={"name": "Tom", "lives": 8}).json() == "Cat"
    assert client.post("/discriminated", json={"kind": "square", "side": 2}).json() == "Square"
    assert client.post("/mixed", json=[{"city": "Rome"}, None, {"tier": 3}]).json() == [
        "Address",
        "NoneType",
        "Customer",
    ]


# parameters


def test_query_path_header_and_cookie_primitives() -> None:
    def things__thing_id(
        thing_id: Safe_Str,
        amount: Quantity = 5,  # type: ignore[assignment]  # a plain default, as people write it
        names: Annotated[list[Safe_Str], Query()] = [],  # noqa: B006
        x_token: Annotated[Safe_Str | None, Header()] = None,
        session: Annotated[Safe_Str | None, Cookie()] = None,
    ) -> list[Any]:
        kinds = [type(value).__name__ for value in (thing_id, amount, x_token, session, *names)]
        return [*kinds, thing_id, amount, x_token, session, *names]

    client = client_of(things__thing_id, method="GET")
    assert client.get("/things/a b").json() == ["Safe_Str", "Quantity", "NoneType", "NoneType", "a_b", 5, None, None]
    client.cookies.set("session", "s1")
    response = client.get("/things/a", params={"amount": "7", "names": ["x", "y!"]}, headers={"x-token": "t"})
    assert response.json() == [
        "Safe_Str", "Quantity", "Safe_Str", "Safe_Str", "Safe_Str", "Safe_Str", "a", 7, "t", "s1", "x", "y_",
    ]  # fmt: skip
    refused = client.get("/things/a", params={"amount": "100"})
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["query", "amount"]
    assert "99" in refused.json()["detail"][0]["msg"]


class Filter(Type_Safe):
    q: str
    limit: Quantity = Quantity(10)
    tags: List[str]


def test_parameter_models() -> None:
    def by_query(filter: Annotated[Filter, Query()]) -> list[Any]:
        return [type(filter).__name__, filter.q, filter.limit, filter.tags]

    def by_header(filter: Annotated[Filter, Header()]) -> list[Any]:
        return [type(filter).__name__, filter.q]

    def by_cookie(filter: Annotated[Filter, Cookie()]) -> list[Any]:
        return [type(filter).__name__, filter.q]

    def by_query_dataclass(point: Annotated[Point, Query()]) -> list[Any]:
        return [type(point).__name__, point.x, point.y]

    client = client_of(by_query, by_header, by_cookie, by_query_dataclass, method="GET")
    assert client.get("/by-query?q=a&tags=1&tags=2").json() == ["Filter", "a", 10, ["1", "2"]]
    assert client.get("/by-query?limit=0").json()["detail"][0]["loc"] == ["query", "limit"]
    assert client.get("/by-header", headers={"q": "h"}).json() == ["Filter", "h"]
    assert client.get("/by-cookie", headers={"cookie": "q=c"}).json() == ["Filter", "c"]
    assert client.get("/by-query-dataclass?x=1").json() == ["Point", 1, 0]


def test_forms_and_files() -> None:
    def form_model(customer: Annotated[Customer, Form()]) -> list[Any]:
        return [type(customer).__name__, customer.name, customer.tier]

    def form_fields(name: Annotated[Safe_Str, Form()], amount: Annotated[Quantity, Form()] = 3) -> list[Any]:  # type: ignore[assignment]
        return [type(name).__name__, name, type(amount).__name__, amount]

    async def upload(file: UploadFile, name: Annotated[Safe_Str, Form()]) -> list[Any]:
        return [file.filename, len(await file.read()), name]

    async def contents(file: Annotated[bytes, File()]) -> int:
        return len(file)

    client = client_of(form_model, form_fields, upload, contents)
    assert client.post("/form-model", data={"name": "Ada", "tier": "2"}).json() == ["Customer", "Ada", 2]
    assert client.post("/form-fields", data={"name": "a b"}).json() == ["Safe_Str", "a_b", "Quantity", 3]
    assert client.post("/form-fields", data={"name": "a", "amount": "0"}).status_code == 422
    assert client.post("/upload", files={"file": ("f.txt", b"12345")}, data={"name": "n"}).json() == ["f.txt", 5, "n"]
    assert client.post("/contents", files={"file": b"123"}).json() == 3


def test_field_constraints_stay_beside_the_primitive() -> None:
    def search(q: Annotated[Safe_Str, Query(max_length=3, description="what")] = Safe_Str("abc")) -> str:  # noqa: B008
        return f"{type(q).__name__} {q}"

    def old_style(q: Safe_Str = Query("abc", max_length=3)) -> str:  # noqa: B008
        return f"{type(q).__name__} {q}"

    client = client_of(search, old_style, method="GET")
    for path in ("/search", "/old-style"):
        assert client.get(path).json() == "Safe_Str abc"
        assert client.get(path, params={"q": "xyz"}).json() == "Safe_Str xyz"
        assert client.get(path, params={"q": "long"}).json()["detail"][0]["type"].endswith("too_long")
    (parameter,) = client.app.openapi()["paths"]["/search"]["get"]["parameters"]
    assert parameter["description"] == "what"
    assert parameter["schema"]["default"] == "abc"


# dependencies


def test_dependencies_speak_type_safe() -> None:
    events: list[str] = []

    def filter_of(q: Safe_Str, limit: Quantity = 3) -> Filter:  # type: ignore[assignment]
        assert type(q) is Safe_Str
        assert type(limit) is Quantity
        return Filter(q=str(q), limit=limit)

    async def inner(filter: Annotated[Filter, Depends(filter_of)]) -> AsyncIterator[str]:
        events.append("open")
        yield f"inner {filter.q}"
        events.append("close")

    def get_it(filter: Filter = Depends(filter_of), text: str = Depends(inner)) -> list[Any]:  # noqa: B008
        return [type(filter).__name__, filter.q, filter.limit, text]

    def check(token: Annotated[Safe_Str, Header()]) -> None:
        if token != "good":
            raise HTTPException(403, "bad token")

    client = client_of(get_it, method="GET", dependencies=[Depends(check)])
    assert client.get("/get-it?q=x", headers={"token": "good"}).json() == ["Filter", "x", 3, "inner x"]
    assert events == ["open", "close"]
    assert client.get("/get-it?q=x", headers={"token": "no"}).status_code == 403
    assert client.get("/get-it", headers={"token": "good"}).json()["detail"][0]["loc"] == ["query", "q"]


def test_a_dependency_is_called_once_a_request() -> None:
    calls: list[str] = []

    def shared(name: Safe_Str) -> Customer:
        calls.append(name)
        return Customer(name=str(name))

    def other(customer: Annotated[Customer, Depends(shared)]) -> str:
        return customer.name

    class Service:
        def bound(self, name: Safe_Str) -> str:
            calls.append("bound")
            return f"bound {name}"

    service = Service()

    def twice(
        one: Annotated[Customer, Depends(shared)],
        two: Annotated[str, Depends(other)],
        three: Annotated[str, Depends(service.bound)],
        four: Annotated[str, Depends(service.bound)],
        fresh: Annotated[Customer, Depends(shared, use_cache=False)],
    ) -> list[str]:
        return [one.name, two, three, four, fresh.name]

    client = client_of(twice, method="GET", dependencies=[Depends(shared)])
    assert client.get("/twice?name=x").json() == ["x", "x", "bound x", "bound x", "x"]
    assert sorted(calls) == ["bound", "x", "x"]


def test_class_as_dependency() -> None:
    def with_type_safe(filter: Annotated[Filter, Depends()]) -> list[Any]:
        return [type(filter).__name__, filter.q, type(filter.limit).__name__]

    def with_dataclass(point: Point = Depends()) -> list[Any]:  # noqa: B008
        return [type(point).__name__, point.x]

    client = client_of(with_type_safe, with_dataclass, method="GET")
    assert client.get("/with-type-safe?q=a&limit=4").json() == ["Filter", "a", "Quantity"]
    assert client.get("/with-dataclass?x=3").json() == ["Point", 3]


def test_dependency_overrides_name_the_functions_that_were_written() -> None:
    def current_customer(name: Safe_Str) -> Customer:
        return Customer(name=str(name))

    def plain() -> str:
        return "plain"

    def whoami(customer: Annotated[Customer, Depends(current_customer)], text: Annotated[str, Depends(plain)]) -> str:
        return f"{customer.name} {text}"

    def fake(tier: Quantity = 4) -> Customer:  # type: ignore[assignment]
        assert type(tier) is Quantity
        return Customer(name=f"fake {tier}")

    client = client_of(whoami, method="GET")
    assert client.get("/whoami?name=x").json() == "x plain"
    client.app.dependency_overrides[current_customer] = fake
    client.app.dependency_overrides[plain] = lambda: "other"
    assert client.get("/whoami").json() == "fake 4 other"
    client.app.dependency_overrides = {}
    assert client.get("/whoami?name=x").json() == "x plain"


T = TypeVar("T")


@dataclasses.dataclass
class Page(Generic[T]):
    """A part of a list."""

    items: list[T]
    first: T | None = None
    total: int = 0


def test_parametrised_classes_are_validated_and_filtered_by_their_arguments() -> None:
    def save(page: Page[Customer]) -> Page[Customer]:
        assert isinstance(page, Page)
        assert [type(item) for item in page.items] == [Customer]
        return page

    def many(pages: dict[str, Page[Quantity] | None]) -> list[Page[Page[Quantity]]]:
        return [Page([page]) for page in pages.values() if page]

    def found() -> Page[Customer]:
        return Page([Vip_Customer(name="Ada")], Vip_Customer())

    def found_many() -> Optional[List[Page[Customer]]]:
        return [Page([Vip_Customer(name="Ada")], Vip_Customer())]

    client = client_of(save, many)
    ada = {"name": "Ada", "email": "", "tier": 0}
    response = client.post("/save", json={"items": [{"name": "Ada"}]})
    assert response.json() == {"items": [ada], "first": None, "total": 0}
    response = client.post("/save", json={"items": [{"tier": "x"}]})
    assert response.json()["detail"][0]["loc"] == ["body", "items", 0, "tier"]
    inner = {"items": [3], "first": None, "total": 0}
    response = client.post("/many", json={"a": {"items": [3]}, "b": None})
    assert response.json() == [{"items": [inner], "first": None, "total": 0}]
    assert client.post("/many", json={"a": {"items": [300]}}).status_code == 422
    schemas = client.app.openapi()["components"]["schemas"]
    assert schemas["Page_Customer_"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Customer"}
    assert {"Page_Quantity_", "Page_Page_Quantity__"} <= set(schemas)
    client = client_of(found, found_many, method="GET")
    expected = {"items": [ada], "first": {**ada, "name": ""}, "total": 0}
    assert client.get("/found").json() == expected
    assert client.get("/found-many").json() == [expected]


# WebSockets


def test_websockets_speak_type_safe_too() -> None:
    def whose(name: Safe_Str, tier: Quantity = 2) -> Customer:  # type: ignore[assignment]
        return Customer(name=str(name), tier=int(tier))

    def check(token: Annotated[Safe_Str, Query()]) -> None:
        if token != "good":
            raise WebSocketException(1008)

    async def talk(websocket: WebSocket, customer: Annotated[Customer, Depends(whose)], n: Quantity = 1) -> None:  # type: ignore[assignment]
        await websocket.accept()
        await websocket.send_json([type(customer).__name__, customer.name, customer.tier, type(n).__name__])
        await websocket.close()

    class Live(Fast_API__Routes):
        tag: str = "live"

        def setup_routes(self) -> None:
            self.router.add_api_websocket_route("/{name}", talk)

    fast_api = Fast_API(default_routes=False).setup().add_routes(Live)
    fast_api.app().websocket("/talk", dependencies=[Depends(check)])(talk)
    client = fast_api.client()
    with client.websocket_connect("/talk?name=a b&token=good") as websocket:
        assert websocket.receive_json() == ["Customer", "a_b", 2, "Quantity"]
    with client.websocket_connect("/live/a b?tier=3&n=4") as websocket:
        assert websocket.receive_json() == ["Customer", "a_b", 3, "Quantity"]
    for refused in ("/talk?name=a&token=bad", "/live/a?tier=100"):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(refused):
            pass
    fast_api.app().dependency_overrides[whose] = lambda: Customer(name="other")
    with client.websocket_connect("/live/a") as websocket:
        assert websocket.receive_json() == ["Customer", "other", 0, "Quantity"]


# responses


def test_the_bare_base_promises_no_fields_as_base_model_does() -> None:
    class Holder(Type_Safe):
        inner: Type_Safe
        inners: List[Type_Safe]

    def one() -> Type_Safe:
        return Customer(name="Ada")

    def held() -> Holder:
        return Holder(inner=Customer(name="Ada"), inners=[Cat(name="Tom")])

    client = client_of(one, held, method="GET")
    assert client.get("/one").json() == {}
    assert client.get("/held").json() == {"inner": {}, "inners": [{}]}
    assert client.app.openapi()["paths"].keys() == {"/one", "/held"}
    client = client_of(one, held, method="GET", polymorphic_responses=True)
    assert client.get("/one").json()["name"] == "Ada"
    assert client.get("/held").json()["inners"] == [{"name": "Tom", "lives": 9}]


def test_any_sibling_may_be_returned() -> None:
    model, as_dataclass = convert_class(Customer, "basemodel"), convert_class(Customer, "dataclass")
    values = {
        "type-safe": Customer(name="Ada"),
        "model": model(name="Ada"),
        "dataclass": as_dataclass(name="Ada"),
        "dict": {"name": "Ada"},
    }

    def customers__kind(kind: str) -> Customer:
        return values[kind]  # type: ignore[return-value]  # that is what is tested

    def lists__kind(kind: str) -> List[Customer]:
        return [values[kind], values["model"]]  # type: ignore[list-item]

    def points__kind(kind: str) -> Point:
        return {"type-safe": convert_class(Point, "type_safe")(x=1), "dict": {"x": 1}, "own": Point(1)}[kind]

    client = client_of(customers__kind, lists__kind, points__kind, method="GET")
    expected = {"name": "Ada", "email": "", "tier": 0}
    for kind in values:
        assert client.get(f"/customers/{kind}").json() == expected
        assert client.get(f"/lists/{kind}").json() == [expected, expected]
    for kind in ("type-safe", "dict", "own"):
        assert client.get(f"/points/{kind}").json() == {"x": 1, "y": 0, "label": None}


def test_base_model_handler_may_return_its_type_safe_sibling() -> None:
    class Aliased(BaseModel):
        user_name: str = Field(alias="userName")

    counterpart = convert_class(Aliased, "type_safe")

    def aliased() -> Aliased:
        return converter(Aliased, counterpart)(Aliased(userName="Ada"))  # type: ignore[no-any-return]

    assert client_of(aliased, method="GET").get("/aliased").json() == {"userName": "Ada"}


def test_type_safe_inside_a_bare_dict_and_without_annotation() -> None:
    def bare() -> dict:  # type: ignore[type-arg]
        return {"customer": Customer(name="Ada"), "n": Quantity(3), "list": [Point(1)]}

    def untyped():  # type: ignore[no-untyped-def]
        return {"customer": Customer(name="Ada"), "n": Quantity(3), "list": [Point(1)]}

    client = client_of(bare, untyped, method="GET")
    expected = {
        "customer": {"name": "Ada", "email": "", "tier": 0},
        "n": 3,
        "list": [{"x": 1, "y": 0, "label": None}],
    }
    assert client.get("/bare").json() == expected
    assert client.get("/untyped").json() == expected


@pytest.mark.parametrize("declared", [List[Customer], Optional[List[Customer]], Any, list, None])
@pytest.mark.parametrize("is_async", [True, False])
def test_what_a_handler_returns_lazily_arrives_whole(declared: Any, is_async: bool) -> None:
    customers = [Customer(name="Ada"), Vip_Customer(name="Bob")]
    lazy = {
        "filter": lambda: filter(None, customers),
        "generator": lambda: (customer for customer in customers),
        "dicts": lambda: ({"name": customer.name} for customer in customers),
        "reversed": lambda: reversed([customers[1], customers[0]]),
        "deque": lambda: deque(customers),
        "values": lambda: dict(enumerate(customers)).values(),
    }

    def lists__kind(kind: str) -> Any:
        return lazy[kind]()

    async def lists_later__kind(kind: str) -> Any:
        return lazy[kind]()

    function = lists_later__kind if is_async else lists__kind
    if declared is None:
        del function.__annotations__["return"]
    else:
        function.__annotations__["return"] = declared
    client = client_of(function, method="GET")
    for kind in lazy:
        response = client.get(f"/lists{'-later' * is_async}/{kind}")
        assert [customer["name"] for customer in response.json()] == ["Ada", "Bob"], kind
        if declared not in (Any, list, None):
            assert "secret" not in response.text


def test_a_lazy_collection_inside_of_what_is_returned_arrives_whole() -> None:
    def nested() -> Dict[str, List[Customer]]:
        return {"all": iter([Vip_Customer(name="Ada")])}  # type: ignore[dict-item]  # that is what is tested

    client = client_of(nested, method="GET")
    assert client.get("/nested").json() == {"all": [{"name": "Ada", "email": "", "tier": 0}]}


def vip_order() -> Any:
    customer = Vip_Customer(name="Ada")
    return Order(id="1", customer=customer), customer


@pytest.mark.parametrize("form", ["type_safe", "basemodel", "dataclass"])
def test_declared_type_filters_at_every_level(form: str) -> None:
    order, customer = vip_order()
    make = {"type_safe": lambda value: value}.get(form, lambda value: converter(type(value), form)(value))

    def top() -> Customer:
        return make(customer)  # type: ignore[no-any-return]

    def nested() -> Order:
        return make(order)  # type: ignore[no-any-return]

    def listed() -> list[Customer]:
        return [make(customer)]

    def optional() -> Optional[Customer]:
        return make(customer)  # type: ignore[no-any-return]

    def mapped() -> dict[str, Order]:
        return {"a": make(order)}

    def streamed() -> Iterator[Customer]:
        yield make(customer)

    client = client_of(top, nested, listed, optional, mapped, streamed, method="GET")
    for path in ("top", "nested", "listed", "optional", "mapped", "streamed"):
        response = client.get(f"/{path}")
        assert response.status_code == 200
        assert "Ada" in response.text
        assert "secret" not in response.text, path


def test_polymorphic_responses_by_application_and_by_route() -> None:
    order, customer = vip_order()

    def top() -> Customer:
        return customer  # type: ignore[no-any-return]

    def nested() -> Order:
        return order  # type: ignore[no-any-return]

    for client in (
        Fast_API(polymorphic_responses=True).add_route_get(top).add_route_get(nested).client(),
        client_of(top, nested, method="GET", polymorphic_responses=True),
    ):
        assert client.get("/top").json()["password_hash"] == "secret"
        assert client.get("/nested").json()["customer"]["password_hash"] == "secret"
    one = Fast_API(polymorphic_responses=True).add_route_get(top, polymorphic_responses=False).client()
    assert "password_hash" not in one.get("/top").json()


def test_a_value_that_does_not_fit_the_return_type_is_a_500() -> None:
    def wrong() -> Customer:
        return {"tier": "many"}  # type: ignore[return-value]

    def broken() -> Customer:
        customer = Customer()
        customer.__dict__["tier"] = object()
        return customer

    service = Fast_API(default_routes=False).add_route_get(wrong).add_route_get(broken)
    client = service.client(raise_server_exceptions=False)
    for path in ("/wrong", "/broken"):
        response = client.get(path)
        assert response.status_code == 500
        assert response.json()["detail"] == "Internal Server Error"


def test_route_options() -> None:
    def unset() -> Order:
        return Order(id="1")

    def exclude() -> Order:
        return Order(id="1")

    model = convert_class(Order, "basemodel")

    def only_set() -> Order:
        return model(id="1")  # type: ignore[no-any-return]

    def by_model() -> Any:
        return Vip_Customer(name="Ada")

    def failing() -> Customer:
        return Customer()

    fast_api = Fast_API(default_routes=False)
    fast_api.add_route_get(unset, response_model_exclude_none=True, status_code=202, summary="Sum", deprecated=True)
    fast_api.add_route_get(exclude, response_model_include={"id", "customer"}, tags=["x"])
    fast_api.add_route_get(only_set, response_model_exclude_unset=True)
    fast_api.add_route_get(by_model, response_model=Customer, responses={404: {"model": Point}})
    client = fast_api.client()
    assert "comment" not in client.get("/unset").json()
    assert client.get("/unset").status_code == 202
    assert set(client.get("/exclude").json()) == {"id", "customer"}
    assert client.get("/only-set").json() == {"id": "1"}
    assert client.get("/by-model").json() == {"name": "Ada", "email": "", "tier": 0}
    paths = fast_api.app().openapi()["paths"]
    assert paths["/unset"]["get"]["deprecated"] is True
    assert paths["/unset"]["get"]["summary"] == "Sum"
    assert paths["/exclude"]["get"]["tags"] == ["x"]
    schema = paths["/by-model"]["get"]["responses"]["404"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Point"}


def test_what_fastapi_gives_still_works() -> None:
    ran: list[str] = []

    def everything(
        request: Request, response: FastAPI_Response, tasks: BackgroundTasks, customer: Customer
    ) -> Customer:
        tasks.add_task(ran.append, customer.name)
        response.headers["x-method"] = request.method
        response.set_cookie("c", "1")
        response.status_code = 201
        return customer

    def text(customer: Customer) -> PlainTextResponse:
        return PlainTextResponse(customer.name)

    def raw(customer: Customer) -> StreamingResponse:
        return StreamingResponse(iter([b"a", customer.name.encode()]))

    async def lines(customer: Customer) -> AsyncIterator[Customer]:
        for tier in range(3):
            yield Customer(name=customer.name, tier=tier)

    def nothing(customer: Customer) -> None: ...

    client = client_of(everything, text, raw, lines)
    response = client.post("/everything", json={"name": "Ada"})
    assert response.status_code == 201
    assert response.headers["x-method"] == "POST"
    assert response.cookies["c"] == "1"
    assert ran == ["Ada"]
    assert client.post("/text", json={"name": "Ada"}).text == "Ada"
    assert client.post("/raw", json={"name": "Ada"}).text == "aAda"
    streamed = client.post("/lines", json={"name": "Ada"}).text.splitlines()
    assert [json.loads(line)["tier"] for line in streamed] == [0, 1, 2]
    empty = client_of(nothing, status_code=204).post("/nothing", json={})
    assert (empty.status_code, empty.content) == (204, b"")


def test_validation_errors_have_fastapis_shape() -> None:
    def save(order: Order) -> Order:
        return order

    client = client_of(save)
    bad = {**ORDER, "items": [{"quantity": "many"}, {"tags": "x"}]}
    response = client.post("/save", json=bad)
    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["detail"]] == [
        ["body", "items", 0, "quantity"],
        ["body", "items", 1, "tags"],
    ]
    headers = {"content-type": "application/json"}
    assert client.post("/save", content=b'{"id": ', headers=headers).json()["detail"][0]["type"] == "json_invalid"
    assert client.post("/save", content=b"[NaN]", headers=headers).status_code == 422
    assert client.post("/save", content=b'["\\ud800"]', headers=headers).status_code == 422
    assert client.post("/save", content=b"{}", headers={"content-type": "text/plain"}).status_code == 422
    deep, long = b"[" * 100_000, b"1" * 5_000
    for content in (b"\xff\xfe\xff", deep, long, b'"\\ud8', b"1e999"):
        assert client.post("/save", content=content, headers=headers).status_code == 422
    for content in (b'{"id": "\\ud800"}', b'{"id": "\\udc00"}', b'{"notes": {"\\ud800": ""}}'):
        assert client.post("/save", content=content, headers=headers).json()["detail"][0]["type"] == "json_invalid"
    assert client.post("/save", content=b'{"id": "\\ud83d\\ude00"}', headers=headers).json()["id"] == "😀"
    # what pydantic's parser refuses and the standard library reads
    wide = json.dumps({"id": "ü"}).encode("utf-16")
    assert client.post("/save", content=wide, headers=headers).json()["id"] == "ü"


def test_what_a_constructor_refuses_is_a_422_in_its_words_and_place() -> None:
    @dataclasses.dataclass
    class Even:
        number: int

        def __post_init__(self) -> None:
            if self.number % 2:
                raise ValueError("odd")

    class Numbers(Type_Safe):
        evens: List[Even]

    def save(even: Even) -> int:
        return even.number

    def save_many(numbers: Numbers) -> int:
        return len(numbers.evens)

    client = client_of(save, save_many)
    assert client.post("/save", json={"number": 2}).json() == 2
    (problem,) = client.post("/save", json={"number": 3}).json()["detail"]
    assert (problem["loc"], problem["msg"], problem["ctx"]) == (["body"], "Value error, odd", {"error": {}})
    (problem,) = client.post("/save-many", json={"evens": [{"number": 2}, {"number": 3}]}).json()["detail"]
    assert (problem["loc"], problem["msg"]) == (["body", "evens", 1], "Value error, odd")
    assert problem["input"] == {"number": 3}


def test_a_refusal_that_carries_what_has_no_json_is_a_422_too() -> None:
    class Refusal(ValueError):
        cause: object

    def refuse(value: int) -> int:
        refusal = Refusal("odd")
        refusal.cause = object()
        raise refusal

    def save(number: Annotated[int, AfterValidator(refuse)]) -> int:
        return number

    (problem,) = client_of(save).post("/save?number=3").json()["detail"]
    assert (problem["msg"], problem["ctx"]) == ("Value error, odd", {"error": {}})


def test_errors_in_a_union_name_the_classes_of_the_source() -> None:
    def save(value: Union[Cat, List[Dog], int]) -> None: ...

    locs = [error["loc"] for error in client_of(save).post("/save", json="x").json()["detail"]]
    assert locs == [["body", "Cat"], ["body", "list[Dog]"], ["body", "int"]]


def test_annotations_as_strings(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "future_handlers.py").write_text(
        "from __future__ import annotations\n"
        "from typing import TYPE_CHECKING\n"
        "from tests.web.models import Customer\n"
        "if TYPE_CHECKING:\n    from nowhere import Unknown\n"
        "def save(customer: Customer) -> Customer:\n"
        "    assert type(customer) is Customer\n    return customer\n"
        "def other(customer: Customer) -> Unknown:\n    return customer.name\n"
        "from fast_api import Fast_API, Fast_API__Routes\n"
        "class Group(Fast_API__Routes):\n    tag: str = 'group'\n    count: int = 3\n"
        "    def setup_routes(self) -> None:\n        self.add_route_post(self.save)\n"
        "    def save(self, customer: Customer) -> list[Customer]:\n        return [customer] * self.count\n"
        "class Service(Fast_API):\n    name: str = 'The service'\n    groups: list[type[Group]]\n"
        "    def setup_routes(self) -> None:\n        self.add_routes(Group)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import future_handlers

    client = client_of(future_handlers.save)
    assert client.post("/save", json={"name": "Ada"}).json()["name"] == "Ada"
    service = future_handlers.Service().setup()
    assert len(service.client().post("/group/save", json={"name": "Ada"}).json()) == 3
    assert service.client().get("/config/info").json()["name"] == "The service"


def test_the_functions_themselves_are_left_alone() -> None:
    def save(customer: Customer, n: Quantity = 1) -> Customer:  # type: ignore[assignment]
        return customer

    before = dict(vars(save))
    client_of(save).post("/save", json={})
    assert vars(save) == before
    assert save(Customer(name="x")).name == "x"


def test_generated_classes_and_foreign_models_in_signatures() -> None:
    model, as_dataclass = convert_class(Customer, "basemodel"), convert_class(Customer, "dataclass")

    def takes_model(customer: model) -> as_dataclass:  # type: ignore[valid-type]
        return as_dataclass(name=f"{type(customer).__name__} {customer.name}")

    def takes_dataclass(customer: as_dataclass) -> model:  # type: ignore[valid-type]
        return model(name=f"{type(customer).__name__} {customer.name}")

    client = client_of(takes_model, takes_dataclass)
    assert client.post("/takes-model", json={"name": "A"}).json()["name"] == "Customer__BaseModel A"
    assert client.post("/takes-dataclass", json={"name": "A"}).json()["name"] == "Customer__Dataclass A"


def test_dataclass_post_init_runs() -> None:
    @dataclasses.dataclass
    class Range:
        low: int
        high: int

        def __post_init__(self) -> None:
            if self.low > self.high:
                self.low, self.high = self.high, self.low

    def ordered(range: Range) -> Range:
        return range

    assert client_of(ordered).post("/ordered", json={"low": 5, "high": 1}).json() == {"low": 1, "high": 5}


def test_group_method_with_pets() -> None:
    class Pets(Fast_API__Routes):
        tag = "pets"

        def setup_routes(self) -> None:
            self.add_route_post(self.adopt)

        @route_path("/adopt/{kind}")
        def adopt(self, kind: Annotated[Safe_Str, Path()], pet: Pet) -> Pet:
            return Cat(name=f"{kind} {pet.name}", lives=1)

    client = Fast_API(default_routes=False).add_routes(Pets).client()
    assert client.post("/pets/adopt/cat", json={"name": "Tom"}).json() == {"name": "cat Tom"}
