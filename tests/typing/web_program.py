"""A service and Type_Safe classes for type checkers; each error is one that they must find."""

from typing import Any, assert_type

from fastapi import FastAPI
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from fast_api import Fast_API, Fast_API__Routes, route_path
from type_safe_convert import convert, from_json


class Item(Type_Safe):
    sku: str
    quantity: int = 1


class Line(BaseModel):
    sku: str


class Routes_Items(Fast_API__Routes):
    tag = "items"

    @route_path("/items/{sku}")
    def item(self, sku: str) -> Item:
        return Item(sku=sku)

    def add(self, item: Item) -> Line:
        return convert(item, Line)

    def setup_routes(self) -> Any:
        return self.add_route_get(self.item).add_route_post(self.add)


class Shop(Fast_API):
    region: str = ""


# Type_Safe
assert_type(Item(sku="gear"), Item)
assert_type(Item().quantity, int)
assert_type(Item.from_json({"sku": "gear"}), Item)
assert_type(convert(Line(sku="gear"), Item), Item)
assert_type(convert(Line(sku="gear"), "type_safe"), Type_Safe)
assert_type(from_json(Item, b"{}").sku, str)
Item().skuu  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

# a service and its routes
service = Fast_API(name="shop", enable_cors=True, cors_origins=["https://example.com"], lifespan=None)
assert_type(service.max_body_size, int | None)
assert_type(service.add_routes(Routes_Items), Fast_API)
assert_type(service.setup(), Fast_API)
assert_type(Shop(region="eu", name="shop"), Shop)
assert_type(Shop().add_route_get(Routes_Items().item), Shop)
assert_type(Routes_Items().item("gear"), Item)
assert_type(Routes_Items().add(Item()), Line)
app: FastAPI = service.app()


@service.app().get("/lines")
def lines(first: int) -> list[Line]:
    return []


assert_type(lines(1), list[Line])

# what must be found
Fast_API(name=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Fast_API(enable_cors="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Fast_API("shop")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Routes_Items().item(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
lines("first")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
service.add_routes(Item)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
