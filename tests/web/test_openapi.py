"""The OpenAPI document is that of the equivalent BaseModel application, in the source's names."""

import warnings
from dataclasses import dataclass
from typing import Annotated, Any, Dict, List, Optional, Union

from fastapi import Body, Cookie, Depends, FastAPI, Form, Header, Query
from openapi_spec_validator import validate
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, computed_field

from fast_api import Fast_API
from fast_api.fastapi_bridge.application import Type_Safe_FastAPI
from fast_api.fastapi_bridge.router import Type_Safe_Router
from type_safe_convert import convert_class

from .models import Address, Cat, Dog, Order, Point, Quantity


def both_kinds() -> tuple[Any, Any]:
    """The same classes as Type_Safe and as BaseModel, with the same names in the same module."""
    return of_type_safe(), of_pydantic()


def of_type_safe() -> tuple[Any, Any]:
    class Tag(Type_Safe):
        """A label."""

        label: str
        weight: float = 1.0

    class Thing(Type_Safe):
        name: str = "thing"
        tags: List[Tag]
        by_name: Dict[str, Tag]
        parent: Optional[Tag] = None

    return Tag, Thing


def of_pydantic() -> tuple[Any, Any]:
    class Tag(BaseModel):
        """A label."""

        label: str = ""
        weight: float = 1.0

    class Thing(BaseModel):
        name: str = "thing"
        tags: list[Tag] = Field(default_factory=list)
        by_name: dict[str, Tag] = Field(default_factory=dict)
        parent: Tag | None = None

    return Tag, Thing


def add_routes(app: FastAPI, tag: Any, thing: Any) -> None:
    @app.post("/things", status_code=201, tags=["things"])
    def create(thing: thing) -> thing:
        """Creates one."""

    @app.get("/things")
    def search(tag: Annotated[tag, Query()], limit: int = 3) -> list[thing]: ...

    @app.get("/things/{name}", responses={404: {"model": tag}})
    def one(name: str, token: Annotated[str, Header()], session: Annotated[str | None, Cookie()] = None) -> thing: ...

    @app.put("/several")
    def several(thing: thing, other: tag | None = None, n: Annotated[int, Body()] = 1) -> Union[thing, tag]: ...

    @app.post("/form")
    def form(tag: Annotated[tag, Form()]) -> None: ...

    @app.post("/default")
    def default(tag: tag = tag(label="x")) -> dict[str, tag]: ...  # noqa: B008

    def dependency(q: str, body: tag) -> None: ...

    @app.patch("/dependent")
    def dependent(found: Annotated[None, Depends(dependency)]) -> Optional[tag]: ...


def test_equal_to_the_base_model_application() -> None:
    type_safe, models = both_kinds()
    ours, plain = Type_Safe_FastAPI(title="t"), FastAPI(title="t")
    add_routes(ours, *type_safe)
    add_routes(plain, *models)
    assert ours.openapi() == plain.openapi()
    assert set(ours.openapi()["components"]["schemas"]) == {
        "Body_several_several_put", "HTTPValidationError", "Tag", "Thing", "ValidationError",
    }  # fmt: skip


def test_plain_base_models_are_left_alone() -> None:
    class Out(BaseModel):
        a: int = 1

        @computed_field
        def b(self) -> int:
            return self.a

    def routes(app: FastAPI) -> None:
        @app.post("/")
        def both(out: Out) -> Out: ...

    ours, plain = Type_Safe_FastAPI(title="t"), FastAPI(title="t")
    routes(ours)
    routes(plain)
    assert ours.openapi() == plain.openapi()
    assert {"Out-Input", "Out-Output"} <= set(ours.openapi()["components"]["schemas"])


def test_input_and_output_split_where_fastapi_splits() -> None:
    class Outer(BaseModel):
        name: str = "x"

        @computed_field
        def size(self) -> int:
            return len(self.name)

    def handler(outer: Outer) -> Outer: ...

    made = convert_class(convert_class(Outer, "type_safe"), "basemodel")
    assert made is Outer
    schemas = Fast_API(default_routes=False).add_route_post(handler).app().openapi()["components"]["schemas"]
    assert {"Outer-Input", "Outer-Output"} <= set(schemas)


def test_a_type_safe_class_splits_where_its_base_model_would() -> None:
    class Inner(BaseModel):
        name: str = "x"

        @computed_field
        def size(self) -> int:
            return len(self.name)

    class Holder(Type_Safe):
        inner: Inner
        note: str

    def handler(holder: Holder) -> Holder:
        assert type(holder) is Holder
        return holder

    fast_api = Fast_API(default_routes=False).add_route_post(handler)
    document = fast_api.app().openapi()
    assert {"Holder-Input", "Holder-Output", "Inner-Input", "Inner-Output"} <= set(document["components"]["schemas"])
    validate(document)
    answer = fast_api.client().post("/handler", json={"inner": {"name": "abc"}, "note": "n"})
    assert answer.json() == {"inner": {"name": "abc", "size": 3}, "note": "n"}


def test_two_classes_of_one_name_keep_both_names_apart() -> None:
    def make() -> tuple[type, type]:
        class Same(Type_Safe):
            a: int

        first = Same

        class Same(Type_Safe):  # type: ignore[no-redef]
            b: str

        return first, Same

    first, second = make()
    second.__module__ = "somewhere.else"

    class User(BaseModel):
        c: int

    def handler(one: first, two: second, user: User) -> first: ...  # type: ignore[valid-type]

    document = Fast_API(default_routes=False).add_route_post(handler).app().openapi()
    schemas = document["components"]["schemas"]
    names = sorted(name for name in schemas if name.endswith("Same"))
    assert len(names) == 2
    assert all("__" in name for name in names)
    assert "User" in schemas
    validate(document)
    body = schemas["Body_handler_handler_post"]["properties"]
    assert schemas[body["one"]["$ref"].rsplit("/", 1)[1]]["properties"].keys() == {"a"}
    assert schemas[body["two"]["$ref"].rsplit("/", 1)[1]]["properties"].keys() == {"b"}


def test_a_written_model_of_the_same_name_keeps_them_apart() -> None:
    def make() -> type:
        class Address(Type_Safe):
            street: str

        return Address

    ours = make()
    ours.__module__ = "mine"

    def handler(one: Address, two: ours) -> None: ...  # type: ignore[valid-type]

    document = Fast_API(default_routes=False).add_route_post(handler).app().openapi()
    validate(document)
    schemas = document["components"]["schemas"]
    body = schemas["Body_handler_handler_post"]["properties"]
    properties = [set(schemas[body[n]["$ref"].rsplit("/", 1)[1]]["properties"]) for n in ("one", "two")]
    assert properties == [{"city", "zip"}, {"street"}]


def test_discriminator_mapping_has_the_source_names() -> None:
    from typing import Literal

    class Circle(Type_Safe):
        kind: Literal["circle"] = "circle"

    class Square(Type_Safe):
        kind: Literal["square"] = "square"

    def draw(shape: Annotated[Union[Circle, Square], Body(discriminator="kind")]) -> None: ...

    document = Fast_API(default_routes=False).add_route_post(draw).app().openapi()
    schema = document["paths"]["/draw"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["discriminator"]["mapping"] == {
        "circle": "#/components/schemas/Circle",
        "square": "#/components/schemas/Square",
    }
    validate(document)


def test_no_made_name_is_left_and_the_whole_document_validates() -> None:
    def everything(order: Order, pet: Union[Cat, Dog], point: Point, address: Address) -> dict[str, Order]: ...
    def query(amount: Quantity, point: Annotated[Point, Query()]) -> list[Quantity]: ...

    fast_api = Fast_API(enable_api_key=True).setup().add_route_post(everything).add_route_get(query)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = fast_api.app().openapi()
    assert "__BaseModel" not in str(document)
    validate(document)
    (amount, *_) = document["paths"]["/query"]["get"]["parameters"]
    assert (amount["schema"]["minimum"], amount["schema"]["maximum"]) == (1, 99)


def test_webhooks_and_callbacks_have_the_source_names() -> None:
    app, callbacks = Type_Safe_FastAPI(title="t"), Type_Safe_Router()

    @callbacks.post("{$request.query.url}/paid")
    def paid(order: Order) -> Address: ...

    @app.webhooks.post("order-moved")
    def moved(point: Point) -> None: ...

    @app.post("/start", callbacks=callbacks.routes)
    def start() -> None: ...

    document = app.openapi()
    validate(document)
    assert {"Order", "Customer", "Point", "Address"} <= set(document["components"]["schemas"])
    assert "__BaseModel" not in str(document)
    body = document["webhooks"]["order-moved"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Point"}


def test_what_dataclass_writes_for_itself_is_no_description() -> None:
    @dataclass
    class Silent:
        point: Point

    @dataclass
    class Spoken:
        """Somewhere."""

        points: List[Point]

    def save(silent: Silent) -> Optional[Silent]: ...
    def search(spoken: Dict[str, Spoken]) -> List[Silent]: ...

    fast_api = Fast_API(default_routes=False).setup().add_route_post(save).add_route_post(search)
    schemas = fast_api.app().openapi()["components"]["schemas"]
    assert "description" not in schemas["Silent"]
    assert schemas["Spoken"]["description"] == "Somewhere."
    assert convert_class(Silent, "basemodel").__doc__ is None


def test_routes_added_later_appear() -> None:
    def first(point: Point) -> None: ...
    def second(order: Order) -> None: ...

    fast_api = Fast_API(default_routes=False).setup().add_route_post(first)
    before = fast_api.app().openapi()
    assert fast_api.app().openapi() is before
    fast_api.add_route_post(second)
    assert {"Order", "Point"} <= set(fast_api.app().openapi()["components"]["schemas"])


def test_the_api_key_is_documented(api_key: str) -> None:
    def private() -> int: ...
    def public() -> int: ...

    fast_api = Fast_API(enable_api_key=True, public_paths=["/public"]).setup()
    document = fast_api.add_route_get(private).add_route_get(public).app().openapi()
    assert document["components"]["securitySchemes"]["APIKeyHeader"]["name"] == "x-api-key"
    assert "401" in document["paths"]["/private"]["get"]["responses"]
    assert "401" not in document["paths"]["/public"]["get"]["responses"]
    validate(document)
