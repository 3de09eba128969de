"""Serves one service on FastAPIs of which a private part is missing or changed, each in a process of its own.

    python -m tests.web.changed_fastapi

prints, as JSON by the name of each change, what the service answered and what was logged.
"""

import json
import logging
import os
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio._backends._asyncio  # noqa: F401  # as others below, imported once for all processes
import fastapi
import pydantic.v1  # noqa: F401  # likewise, FastAPI imports it
from fastapi import APIRouter, FastAPI, routing
from fastapi.dependencies import models, utils
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.testclient import TestClient  # noqa: F401  # likewise

from type_safe_convert import convert_class, from_json

CHANGES: dict[str, Callable[[], None]] = {}


def change(name: str) -> Callable[[Callable[[], None]], None]:
    def remember(function: Callable[[], None]) -> None:
        CHANGES[name] = function

    return remember


def hide(module_name: str, name: str) -> None:
    """Lets nobody outside find a name of a module, which itself goes on using it."""
    module = sys.modules[module_name]

    class Hiding(types.ModuleType):
        def __getattribute__(self, asked: str) -> Any:
            if asked == name:
                raise AttributeError(asked)
            return super().__getattribute__(asked)

    module.__class__ = Hiding


def is_asked_by_fastapi() -> bool:
    return sys._getframe(2).f_globals["__name__"].partition(".")[0] in ("fastapi", "starlette")


for _module, _name in (
    ("fastapi.dependencies.utils", "request_params_to_args"),
    ("fastapi.dependencies.utils", "request_body_to_args"),
    ("fastapi.routing", "_is_coroutine_callable"),
    ("fastapi.routing", "_is_gen_callable"),
    ("fastapi.routing", "_is_async_gen_callable"),
    ("fastapi.routing", "_effective_route_context_var"),
    ("fastapi.routing", "_extract_endpoint_context"),
    ("fastapi.routing", "_endpoint_context_cache"),
    ("fastapi._compat", "ModelField"),
    ("fastapi.datastructures", "DefaultPlaceholder"),
    ("fastapi.utils", "is_body_allowed_for_status_code"),
    ("starlette._exception_handler", "wrap_app_handling_exceptions"),
    ("starlette._utils", "is_async_callable"),
    ("starlette._utils", "get_route_path"),
    ("starlette.requests", "cookie_parser"),
    ("starlette.routing", "compile_path"),
    ("starlette.routing", "get_name"),
    ("starlette.routing", "Match"),
    ("starlette.middleware.body_limit", "_RequestBodyTooLarge"),
):
    CHANGES[_name] = lambda module=_module, name=_name: hide(module, name)  # type: ignore[misc]


@change("another version of FastAPI")
def _() -> None:
    fastapi.__version__ = "0.200.0"


@change("fields of Dependant")
def _() -> None:
    @dataclass(slots=True)
    class Dependant(models.Dependant):
        retries_param_name: str | None = None

    Dependant.__module__ = "fastapi.dependencies.models"
    models.Dependant = utils.Dependant = Dependant  # type: ignore[misc]


@change("ModelField._type_adapter")
def _() -> None:
    field_class: Any = utils.ModelField
    make = field_class.__post_init__

    def post_init(self: Any) -> None:
        make(self)
        self.adapter = self.__dict__.pop("_type_adapter")

    def getattr_(self: Any, name: str) -> Any:
        if name == "_type_adapter" and is_asked_by_fastapi():
            return self.adapter
        raise AttributeError(name)

    field_class.__post_init__ = post_init
    field_class.__getattr__ = getattr_


@change("attributes of APIRoute")
def _() -> None:
    def set_(self: Any, value: bool) -> None:
        self.is_event_stream = value

    APIRoute.is_sse_stream = property(lambda self: self.is_event_stream, set_)  # type: ignore[assignment]


@change("class attributes of APIRoute")
def _() -> None:
    for name in ("dependant", "body_field", "response_field", "app", "dependencies", "unique_id"):
        setattr(APIRoute, name, None)


@change("APIRoute.get_route_handler")
def _() -> None:
    make = APIRoute.get_route_handler
    APIRoute.get_route_handler = lambda self: make(self)  # type: ignore[method-assign]


@change("endpoint_ctx of ResponseValidationError")
def _() -> None:
    make = ResponseValidationError.__init__
    ResponseValidationError.__init__ = lambda self, *args, **options: make(self, *args, **options)  # type: ignore[method-assign]


@change("fastapi.telemetry")
def _() -> None:
    call = FastAPI.__call__
    FastAPI.__call__ = lambda self, scope, receive, send: call(self, scope, receive, send)  # type: ignore[method-assign]


@change("Request._body")
def _() -> None:
    async def body(self: Any) -> bytes:
        if "all" not in self.__dict__:
            self.all = b"".join([chunk async for chunk in self.stream()])
        whole: bytes = self.all
        return whole

    Request.body = body  # type: ignore[method-assign]


class Other_Routes:
    """Routes that are no list: they can be looked at in their order, and added to."""

    def __init__(self, routes: Any) -> None:
        self._routes = list(routes)

    def __iter__(self) -> Any:
        return iter(self._routes)

    def __len__(self) -> int:
        return len(self._routes)

    def append(self, route: Any) -> None:
        self._routes.append(route)


@change("Request._query_params")
def _() -> None:
    def query_params(self: Any) -> QueryParams:
        return QueryParams(self.scope["query_string"])

    Request.query_params = property(query_params)  # type: ignore[assignment, method-assign]


@change("starlette._body_limit_responder")
def _() -> None:
    sys.modules["starlette.middleware.body_limit"]._BODY_LIMIT_RESPONDER_SCOPE_KEY = "starlette.body_limit"  # type: ignore[attr-defined]


@change("effective_route_context")
def _() -> None:
    routing._FASTAPI_EFFECTIVE_ROUTE_CONTEXT_KEY = "inclusion"


@change("frontend_specificity")
def _() -> None:
    routing._FASTAPI_FRONTEND_SPECIFICITY_KEY = "frontend"


def is_asked_by(module: str) -> bool:
    return sys._getframe(2).f_globals["__name__"] == module


@change("FieldInfo._attributes_set")
def _() -> None:
    def getattribute(self: Any, name: str) -> Any:
        if name == "_attributes_set" and is_asked_by("fast_api.models.annotations"):
            raise AttributeError(name)
        return object.__getattribute__(self, name)

    FieldInfo.__getattribute__ = getattribute  # type: ignore[method-assign, assignment]


def with_other_keys(schema: Any) -> Any:
    """A core schema in which the fields of models are under another key."""
    if isinstance(schema, list):
        return [with_other_keys(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {"members" if key == "fields" else key: with_other_keys(value) for key, value in schema.items()}


@change("core schemas")
def _() -> None:
    def getattribute(self: Any, name: str) -> Any:
        found = object.__getattribute__(self, name)
        if name == "core_schema" and is_asked_by("fast_api.models.serialization"):
            return with_other_keys(found)
        return found

    TypeAdapter.__getattribute__ = getattribute  # type: ignore[method-assign, assignment]


@change("router.routes")
def _() -> None:
    make = APIRouter.__init__

    def init(self: Any, *args: Any, **options: Any) -> None:
        make(self, *args, **options)
        self.routes = Other_Routes(self.routes)

    init.__signature__ = __import__("inspect").signature(make)  # type: ignore[attr-defined]
    APIRouter.__init__ = init  # type: ignore[method-assign]


@change("APIRouter._mark_routes_changed")
def _() -> None:
    mark = APIRouter._mark_routes_changed
    APIRouter._mark_routes_changed = lambda self, why=None: mark(self)  # type: ignore[method-assign, misc]


@change("APIRouter._match_low_priority")
def _() -> None:
    match = APIRouter._match_low_priority
    APIRouter._match_low_priority = lambda self, scope, why=None: match(self, scope)  # type: ignore[method-assign, misc]


@change("APIRouter._low_priority_routes")
def _() -> None:
    make = APIRouter.__init__

    def init(self: Any, *args: Any, **options: Any) -> None:
        make(self, *args, **options)
        self._low_priority_routes = tuple(self._low_priority_routes)

    init.__signature__ = __import__("inspect").signature(make)  # type: ignore[attr-defined]
    APIRouter.__init__ = init  # type: ignore[method-assign]


@change("class of the router")
def _() -> None:
    APIRouter.__init_subclass__ = classmethod(lambda cls, **options: None)  # type: ignore[assignment]


@change("user_middleware")
def _() -> None:
    def get(self: Any) -> Any:
        if is_asked_by_fastapi():
            return self.__dict__["middlewares"]
        raise AttributeError("user_middleware")

    def set_(self: Any, value: Any) -> None:
        self.__dict__["middlewares"] = value

    build = FastAPI.build_middleware_stack
    Starlette.user_middleware = property(get, set_)  # type: ignore[attr-defined]
    FastAPI.build_middleware_stack = lambda self: build(self)  # type: ignore[method-assign]


@change("build_middleware_stack")
def _() -> None:
    build = FastAPI.build_middleware_stack

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        scope["app"] = self
        if self.middleware_stack is None:
            self.middleware_stack = build(self)
        await self.middleware_stack(scope, receive, send)

    Starlette.__call__ = call  # type: ignore[method-assign]


@change("metadata of annotations")
def _() -> None:
    make = utils.create_model_field

    def without_metadata(*args: Any, field_info: Any, **options: Any) -> Any:
        field_info.metadata = []
        return make(*args, field_info=field_info, **options)

    utils.create_model_field = without_metadata


@change("dependency_overrides.get")
def _() -> None:
    source = utils.solve_dependencies.__globals__

    class By_Item:
        """Looks an override up by `in` and `[]`, as FastAPI might."""

        def __init__(self, provider: Any) -> None:
            self.overrides = provider.dependency_overrides

        def get(self, key: Any, default: Any) -> Any:
            has_one = key in self.overrides
            return self.overrides[key] if has_one else default

    def getattr_(found: Any, name: str, *default: Any) -> Any:
        return By_Item(found) if name == "dependency_overrides" else getattr(found, name, *default)

    source["getattr"] = getattr_


def serve() -> dict[str, Any]:
    """What a service with all kinds of parameters answers, and the types that its handlers got."""
    from typing import Annotated, List, Literal

    from fastapi import Body, Cookie, Depends, Header, Query

    from fast_api import Fast_API, Fast_API__Routes
    from fast_api.fastapi_bridge.arguments import ROUTE_OPTIONS
    from fast_api.middlewares import body_limit

    body_limit.DEFAULT_MAX_BODY_SIZE = 10_000

    class Quantity(Safe_Int):
        min_value = 1

    class Item(Type_Safe):
        sku: str
        quantity: Quantity

    class Special(Item):
        secret: str = "hidden"

    class Order(Type_Safe):
        items: List[Item]

    class Cat(Type_Safe):
        kind: Literal["cat"] = "cat"

    class Dog(Type_Safe):
        kind: Literal["dog"] = "dog"
        barks: Quantity = Quantity(1)

    got: list[str] = []

    def note(*values: Any) -> None:
        got.append(" ".join(type(value).__name__ for value in values))

    def limit(most: Quantity = Quantity(5)) -> Quantity:
        return most

    def refuse() -> Quantity:
        raise fastapi.HTTPException(403)

    def create(
        order: Order,
        n: Quantity,
        q: Annotated[Quantity, Query()] = Quantity(3),
        h: Annotated[Quantity, Header()] = Quantity(4),
        c: Annotated[Quantity, Cookie()] = Quantity(4),
        most: Quantity = Depends(limit),
    ) -> Order:
        note(order, order.items[0], order.items[0].quantity, n, q, h, c, most)
        return order

    async def two(order: Order, n: Annotated[Quantity, Body()]) -> List[Item]:
        note(order, n)
        return [Special(sku="s", quantity=n)]

    def bare(n: Quantity, request: Request, response: fastapi.Response):  # type: ignore[no-untyped-def]  # as users write
        note(n, request)
        response.headers["x-bare"] = "yes"
        return {"order": Order(), "n": n}

    def guarded(user: Quantity = Depends(refuse)) -> str:
        note(user)
        return "in"

    async def walk(pet: Annotated[Cat | Dog, Body(discriminator="kind")]) -> str:
        note(pet)
        return pet.kind

    async def measure(request: Request) -> int:
        return len(await request.json())

    class Group(Fast_API__Routes):
        tag = "group"

        def lines(self, item: Item) -> Item:
            note(item)
            return item

        def setup_routes(self) -> None:
            self.add_route_post(self.lines)

    os.environ["FAST_API__AUTH__API_KEY__NAME"] = "x-key"
    os.environ["FAST_API__AUTH__API_KEY__VALUE"] = "secret-key"
    service = Fast_API(enable_api_key=True, enable_cors=True)
    service.app().dependency_overrides[limit] = lambda: Quantity(7)
    service.add_route_post(create, path="/create/{n}").add_route_post(two).add_route_get(bare).add_route_get(guarded)
    service.add_route_post(walk)
    if "max_body_size" in ROUTE_OPTIONS:  # since FastAPI 0.165
        service.add_route_post(measure, path="/small", max_body_size=10)
        service.add_route_post(measure, path="/large", max_body_size=12_000)
    service.add_route_post(measure, path="/default")
    service.add_routes(Group).setup()
    inner = APIRouter(prefix="/inner", dependencies=[Depends(limit)])

    @inner.post("/echo")
    def echo(item: Item) -> Item:
        note(item)
        return Special(sku=item.sku, quantity=item.quantity)

    service.app().include_router(inner, prefix="/v1")
    client = service.client()
    key = {"x-key": "secret-key"}
    item = {"sku": "a", "quantity": 2}
    answers: dict[str, Any] = {}
    for name, method, path, options in (
        ("without a key", "GET", "/bare?n=1", {"headers": {}}),
        ("with the key in a cookie", "GET", "/bare?n=1", {"headers": {"cookie": "x-key=secret-key"}}),
        (
            "created",
            "POST",
            "/create/2?q=6",
            {"json": {"items": [item]}, "headers": {**key, "h": "8", "cookie": "c=9"}},
        ),
        ("refused in the path", "POST", "/create/0", {"json": {"items": [item]}}),
        ("refused in the body", "POST", "/create/1", {"json": {"items": [{"sku": "a", "quantity": 0}]}}),
        ("no JSON", "POST", "/create/1", {"content": b"{", "headers": {**key, "content-type": "application/json"}}),
        ("two bodies", "POST", "/two", {"json": {"order": {"items": []}, "n": 3}}),
        ("anything", "GET", "/bare?n=1", {}),
        ("a dependency refuses", "GET", "/guarded", {}),
        ("of a group", "POST", "/group/lines", {"json": item}),
        ("of a router", "POST", "/v1/inner/echo", {"json": item}),
        ("a member of a union", "POST", "/walk", {"json": {"kind": "dog"}}),
        ("no member of a union", "POST", "/walk", {"json": {"kind": "bird"}}),
        ("a large body", "POST", "/large", {"json": "x" * 10_500}),
        ("too large a body", "POST", "/default", {"json": "x" * 10_500}),
        ("too large a body for its route", "POST", "/small", {"json": "x" * 20}),
        ("health", "GET", "/config/health", {}),
        ("docs", "GET", "/docs", {}),
        ("another method", "DELETE", "/bare", {}),
        ("nowhere", "GET", "/nowhere", {}),
    ):
        answer = client.request(method, path, **{"headers": key, **options})  # type: ignore[arg-type]
        is_json = answer.headers.get("content-type") == "application/json"
        content = answer.json() if is_json else answer.text[:30].strip()
        if isinstance(content, dict) and isinstance(content.get("detail"), list):
            content = [problem["loc"] for problem in content["detail"]]
        if answer.status_code == 413:
            content = "too large"  # as JSON or as text
        answers[name] = [answer.status_code, content]
    paths = client.get("/openapi.json", headers=key).json()
    answers["documented"] = sorted(paths["paths"])
    answers["schemas"] = sorted(name for name in paths["components"]["schemas"] if not name.startswith("Body_"))
    answers["types"] = got
    answers["routes"] = [event.http_event_request.route for event in service.http_events.requests_data.values()]
    return answers


def run(make_change: Callable[[], None]) -> dict[str, Any]:
    """What `serve` gives in a copy of this process, after a change."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        lines: list[str] = []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
        logger = logging.getLogger("fast_api")
        logger.addHandler(handler)
        logger.propagate = False
        try:
            make_change()
            result: dict[str, Any] = {"answers": serve()}
        except BaseException as error:
            import traceback

            result = {"error": repr(error), "trace": traceback.format_exc()[-3000:]}
        result["log"] = [line for line in lines if "fast path" in line]
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        found: dict[str, Any] = json.loads(pipe.read() or '{"error": "the process ended"}')
    os.waitpid(child, 0)
    return found


class Number(Type_Safe):
    value: Safe_Int


if __name__ == "__main__":
    from_json(convert_class(Number, "basemodel"), '{"value": 1}')  # imports what converts and reads
    CHANGES["nothing"] = lambda: None
    names = sys.argv[1:] or list(CHANGES)
    json.dump({name: run(CHANGES[name]) for name in names}, sys.stdout)
