"""Registering a route costs the same at 10 and at 1,000 routes, and makes nothing that only a request needs."""

import gc
import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import fastapi
import pytest
from fastapi import FastAPI
from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api import Fast_API, Fast_API__Routes, RouteError, route_path
from fast_api.builtin.server_info import fast_api__server_info
from fast_api.fastapi_bridge import building, internals
from fast_api.fastapi_bridge.route import Type_Safe_Route

from .models import Order


def handler(number: int) -> Any:
    def save(order: Order, n: int) -> Order:
        return order

    save.__name__ = f"save_{number}__n"
    return save


def seconds_for(fast_api: Fast_API, numbers: range) -> float:
    functions = [handler(number) for number in numbers]
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()  # whatever else the machine does
        for function in functions:
            fast_api.add_route_post(function)
        return time.process_time() - start
    finally:
        gc.enable()


def test_cost_of_a_route_does_not_grow() -> None:
    ratios: list[float] = []
    while len(ratios) < 3 and min(ratios, default=math.inf) >= 4:  # a busy machine only ever adds to a time
        fast_api = Fast_API(default_routes=False).setup()
        seconds_for(fast_api, range(10))
        early = seconds_for(fast_api, range(10, 60))
        seconds_for(fast_api, range(60, 500))
        late = seconds_for(fast_api, range(500, 550))
        ratios.append(late / early)
    assert len(fast_api.routes_paths()) == 550
    # The figure is that of `python -m benchmarks.web`; a cost that grew with the routes would be ten times as high.
    assert min(ratios) < 4


def test_siblings_and_schema_are_made_at_first_use() -> None:
    class Late(Type_Safe):
        name: str

    class Never(Type_Safe):
        name: str

    def late(value: Late) -> Late:
        return value

    def never(value: Never) -> Never:
        return value

    fast_api = Fast_API().setup().add_route_post(late).add_route_post(never)
    assert "/late" in fast_api.routes_paths()
    assert "__type_safe_convert__" not in vars(Late)
    client = fast_api.client()
    assert client.get("/config/status").status_code == 200
    assert "__type_safe_convert__" not in vars(Late)
    assert client.post("/late", json={"name": "x"}).json() == {"name": "x"}
    assert "__type_safe_convert__" in vars(Late)
    assert "__type_safe_convert__" not in vars(Never)
    fast_api.app().openapi()
    assert "__type_safe_convert__" in vars(Never)


@pytest.mark.usefixtures("threads_meet_everywhere")
def test_first_use_by_many_threads_at_once() -> None:
    for _ in range(10):

        class Shared(Type_Safe):
            name: str

        def share(value: Shared) -> Shared:
            return value

        def untyped(value: Shared):  # type: ignore[no-untyped-def]  # the case in question
            return value

        fast_api = Fast_API(default_routes=False)
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(lambda _, fast_api=fast_api: fast_api.app(), range(8)))) == 1
        fast_api.setup().add_route_post(share).add_route_post(untyped)
        client = fast_api.client()

        def use(number: int, client: Any = client, fast_api: Fast_API = fast_api) -> Any:
            if number % 2:
                return fast_api.app().openapi()["paths"]
            return client.post("/share", json={"name": "x"}).json()

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(use, range(8)))
        assert results[0::2] == [{"name": "x"}] * 4
        assert all(paths == results[1] for paths in results[1::2])
        content = results[1]["/untyped"]["post"]["responses"]["200"]["content"]
        assert content == {"application/json": {"schema": {}}}


@pytest.mark.skipif(not internals.ROUTES_MAY_WAIT, reason="this FastAPI makes routes when they are registered")
def test_no_thread_sees_a_route_before_all_of_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def half_made(route: Any) -> None:
        assert {"dependant", "body_field", "app"} <= set(vars(route)["_unfinished"])
        assert not {"dependant", "body_field", "app"} & set(vars(route))
        read = reader.submit(lambda: route.app)
        with pytest.raises(TimeoutError):
            read.result(0.05)
        reads.append(read)
        build_validators(route)

    reads: list[Future[Any]] = []
    build_validators = building.build_validators
    monkeypatch.setattr(building, "build_validators", half_made)
    with ThreadPoolExecutor(1) as reader:
        fast_api = Fast_API(default_routes=False).setup().add_route_post(handler(1))
        (route,) = (route for route in fast_api.app().routes if isinstance(route, Type_Safe_Route))
        route.complete()
        assert reads.pop().result(60) is route.app
        assert route.__getattr__("app") is route.app  # as where another thread made it after this one looked


def test_routes_may_be_added_while_serving() -> None:
    class Group(Fast_API__Routes):
        tag = "group"

        def setup_routes(self) -> None:
            self.add_route_get(self.hello)

        def hello(self) -> str:
            return "hello"

    fast_api = Fast_API().setup()
    client = fast_api.client()
    assert client.get("/group/hello").status_code == 404
    fast_api.add_routes(Group)
    assert client.get("/group/hello").json() == "hello"


def test_default_routes_are_tried_after_those_of_the_user_and_before_catch_alls() -> None:
    def first() -> str:
        return "first"

    @route_path("/{anything}")
    def any_page(anything: str) -> str:
        return anything

    @route_path("/{path:path}")
    def catch_all(path: str) -> str:
        return f"all {path}"

    before = Fast_API().add_route_get(any_page).add_route_get(catch_all).add_route_get(first).setup()
    after = Fast_API().setup().add_route_get(any_page).add_route_get(catch_all).add_route_get(first)
    for fast_api in (before, after):
        client = fast_api.client()
        assert client.get("/first").json() == "first"
        assert "swagger" in client.get("/docs").text
        assert client.get("/docs-files/swagger-ui.css").headers["content-type"].startswith("text/css")
        assert client.get("/openapi.json").json()["openapi"]
        assert client.get("/page").json() == "page"
        assert client.get("/a/b").json() == "all a/b"
        paths = [route.path for route in fast_api.app().router.routes]
    assert paths.index("/first") < paths.index("/config/info")  # FastAPI's documents stand in front, as in FastAPI


def test_default_routes() -> None:
    fast_api = Fast_API(name="Service", version="1.2.3", description="What it does").setup()
    client = fast_api.client()
    assert client.get("/", follow_redirects=False).headers["location"] == "/docs"
    info = client.get("/config/info").json()
    process = fast_api__server_info
    assert info == {
        "name": "Service", "version": "1.2.3", "description": "What it does", "server_id": str(fast_api.server_id),
        "server_name": None, "server_instance_id": str(process.server_instance_id),
        "server_boot_time": int(process.server_boot_time),
    }  # fmt: skip
    assert 0 < client.get("/config/status").json()["started"] - info["server_boot_time"] / 1000 < 3600
    assert client.get("/config/status").json()["status"] == "ok"
    assert client.get("/config/version").json() == {"version": "1.2.3"}
    routes = client.get("/config/routes").json()
    assert {"path": "/config/info", "methods": ["GET"], "name": "config_info"} in routes
    assert str(fast_api.server_id) != str(Fast_API().server_id)


def test_without_default_routes() -> None:
    fast_api = Fast_API(default_routes=False).setup()
    assert fast_api.routes_paths() == []
    client = fast_api.client()
    assert [client.get(path).status_code for path in ("/", "/config/info")] == [404, 404]
    assert "swagger" in client.get("/docs").text


def test_without_documentation() -> None:
    for options in ({"docs_url": None, "redoc_url": None}, {"openapi_url": None}):
        client = Fast_API(**options).setup().client()
        assert [client.get(path).status_code for path in ("/", "/docs", "/redoc")] == [404] * 3
        assert client.get("/openapi.json").status_code == (404 if "openapi_url" in options else 200)
        assert client.get("/config/info").status_code == 200


def test_documentation_at_other_paths() -> None:
    options = {"docs_url": "/swagger", "redoc_url": "/manual", "openapi_url": "/api.json"}
    oauth = {"swagger_ui_init_oauth": {"clientId": "me"}, "swagger_ui_oauth2_redirect_url": "/swagger/back"}
    client = Fast_API(**options, **oauth).setup().client()
    assert client.get("/", follow_redirects=False).headers["location"] == "/swagger"
    page = client.get("/swagger").text
    assert "/api.json" in page
    assert "/swagger/back" in page
    assert '{"clientId": "me"}' in page
    assert "/api.json" in client.get("/manual").text
    assert client.get("/swagger/back").status_code == client.get("/api.json").status_code == 200
    assert client.get("/docs").status_code == 404


def test_setup_twice_is_once() -> None:
    fast_api = Fast_API().setup()
    middlewares, routes = len(fast_api.app().user_middleware), len(fast_api.app().routes)
    assert fast_api.setup() is fast_api
    assert (len(fast_api.app().user_middleware), len(fast_api.app().routes)) == (middlewares, routes)


def test_fields_convert_like_any_other() -> None:
    data = Fast_API(name="x", cors_origins=["https://a.example"]).json()
    assert data["base_path"] == "/"
    assert (data["enable_cors"], data["enable_api_key"], data["default_routes"]) == (False, False, True)
    assert not [key for key in data if key.startswith("_")]


def test_client_passes_its_arguments_on() -> None:
    client = Fast_API().setup().client(base_url="http://other.example", headers={"x-a": "b"})
    assert client.get("/config/version").request.url.host == "other.example"
    assert client.headers["x-a"] == "b"


def test_an_option_that_this_fastapi_does_not_have_is_an_error_that_names_its_version() -> None:
    def handler() -> None: ...

    class Group(Fast_API__Routes):
        tag = "group"

        def setup_routes(self) -> None:
            self.add_route_get(handler, deprecatet=True)

    text = (
        f"cannot be a route: FastAPI {fastapi.__version__} has no route option 'deprecatet'; did you mean 'deprecated'"
    )
    adding: tuple[Callable[[], Any], ...] = (
        lambda: Fast_API().add_route_get(handler, deprecatet=True),
        lambda: Fast_API().add_routes(Group),
        lambda: Fast_API__Routes(app=FastAPI()).add_route_get(handler, deprecatet=True),
    )
    for add in adding:
        with pytest.raises(RouteError, match=text) as found:
            add()
        assert isinstance(found.value, TypeError)


@pytest.mark.parametrize("group", [Order, Fast_API__Routes(tag="orders"), "orders"])
def test_what_is_no_class_of_a_group_is_refused_with_what_to_pass(group: Any) -> None:
    with pytest.raises(TypeError, match="takes a class derived from Fast_API__Routes"):
        Fast_API().add_routes(group)
