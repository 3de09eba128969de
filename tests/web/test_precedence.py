"""The user's routes come before the default ones, whichever way and whenever they were added."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse
from starlette.routing import Host, Route
from starlette.staticfiles import StaticFiles

from fast_api import Fast_API, Fast_API__Routes, RouteError, route_path
from fast_api.fastapi_bridge.precedence import Route_List


def mine() -> str:
    return "mine"


async def mine_asgi(request: Any) -> PlainTextResponse:
    return PlainTextResponse('"mine"')


def by_decorator(service: Fast_API, path: str) -> None:
    service.app().get(path)(mine)


def by_add_api_route(service: Fast_API, path: str) -> None:
    service.app().add_api_route(path, mine)


def by_add_route(service: Fast_API, path: str) -> None:
    service.app().add_route(path, mine_asgi)


def by_add_route_get(service: Fast_API, path: str) -> None:
    def function() -> str:
        return mine()

    service.add_route_get(route_path(path)(function))


def by_group(service: Fast_API, path: str) -> None:
    class Group(Fast_API__Routes):
        def setup_routes(self) -> None:
            self.router.get(path)(mine)

    service.add_routes(Group)


def by_router(service: Fast_API, path: str) -> None:
    router = APIRouter()
    router.get(path)(mine)
    service.app().include_router(router)


def by_router_of_a_router(service: Fast_API, path: str) -> None:
    inner, outer = APIRouter(), APIRouter()
    outer.include_router(inner)
    service.app().include_router(outer)
    inner.get(path)(mine)


def by_list(service: Fast_API, path: str) -> None:
    service.app().router.routes.append(Route(path, mine_asgi))


def by_extended_list(service: Fast_API, path: str) -> None:
    service.app().router.routes += [Route(path, mine_asgi)]


WAYS = [
    by_decorator, by_add_api_route, by_add_route, by_add_route_get, by_group, by_router, by_router_of_a_router, by_list,
    by_extended_list,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/config/info", "/events", "/auth/set-cookie"])
def test_a_route_of_the_user_takes_the_place_of_a_default_one(way: Callable[..., None], path: str) -> None:
    for before in (True, False):
        service = Fast_API(events_page="open")
        if before:
            way(service, path)
        service.setup()
        if not before:
            way(service, path)
        client = service.client()
        assert client.get(path).json() == "mine"
        assert client.get("/config/status").json()["status"] == "ok"
        listed = [route for route in service.routes() if route["path"] == path and "GET" in route["methods"]]
        assert len(listed) == 1
        names = service.app().openapi()["paths"].get(path, {}).get("get", {}).get("operationId", "")
        assert "config_info_config" not in names


@pytest.mark.parametrize("way", [way for way in WAYS if way not in (by_add_route_get, by_group)])
@pytest.mark.parametrize("path", ["/{page}", "/{path:path}", "/{a}/{b}"])
def test_a_catch_all_leaves_the_default_routes_what_they_are(way: Callable[..., None], path: str) -> None:
    for before in (True, False):
        service = Fast_API()
        if before:
            way(service, path)
        service.setup()
        if not before:
            way(service, path)
        client = service.client()
        assert client.get("/any/thing" if "b" in path else "/any").json() == "mine"
        for default, text in (("/docs", "swagger"), ("/config/health", "ok"), ("/openapi.json", "3.1")):
            assert text in client.get(default).text
        assert client.get("/docs-files/swagger-ui.css").headers["content-type"].startswith("text/css")
        if "path:path" in path:
            assert client.get("/").json() == "mine"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<h1>the site</h1>")
    (tmp_path / "about.html").write_text("about")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.html").write_text("my docs")
    return tmp_path


def test_a_site_at_the_root(site: Path) -> None:
    def mount(app: FastAPI) -> None:
        app.mount("/", StaticFiles(directory=site, html=True))

    def frontend(app: FastAPI) -> None:
        app.frontend("/", directory=site)

    def frontend_of_a_router(app: FastAPI) -> None:
        router = APIRouter()
        router.frontend("/", directory=site)
        app.include_router(router)

    for add in (mount, frontend, frontend_of_a_router):
        for before in (True, False):
            service = Fast_API()
            if before:
                add(service.app())
            service.setup()
            if not before:
                add(service.app())
            client = service.client()
            assert client.get("/").text == "<h1>the site</h1>"
            assert client.get("/about.html").text == "about"
            assert client.get("/config/health").json() == {"status": "ok"}
            assert "swagger" in client.get("/docs").text


def test_a_site_at_the_path_of_a_default_route(site: Path) -> None:
    for add in (
        lambda app: app.mount("/docs", StaticFiles(directory=site / "docs", html=True)),
        lambda app: app.frontend("/docs", directory=site / "docs"),
    ):
        service = Fast_API().setup()
        add(service.app())
        assert service.client().get("/docs").text == "my docs"
        assert service.client().get("/", follow_redirects=False).headers["location"] == "/docs"


def test_a_host_is_no_reason_to_lose_the_default_routes() -> None:
    service = Fast_API().setup()
    inner = FastAPI()
    inner.get("/")(mine)
    service.app().router.routes.append(Host("api.example", inner))
    client = service.client(base_url="http://api.example")
    assert client.get("/").json() == "mine"
    assert client.get("/config/health").json() == {"status": "ok"}


def test_another_method_leaves_the_default_route() -> None:
    service = Fast_API().setup()
    service.app().post("/")(mine)
    client = service.client()
    assert client.post("/").json() == "mine"
    assert client.get("/", follow_redirects=False).headers["location"] == "/docs"
    assert client.put("/").headers["allow"] == "GET, POST"


def test_two_functions_of_the_user_still_clash() -> None:
    def other() -> str:
        return "other"

    service = Fast_API().setup().add_route_get(route_path("/docs")(mine))
    with pytest.raises(RouteError, match=r"other and .*mine both answer GET /docs"):
        service.add_route_get(route_path("/docs")(other))


def test_a_route_of_the_user_is_tried_in_the_order_of_adding() -> None:
    service = Fast_API().setup()
    service.app().get("/users/me")(mine)

    def users__id(id: str) -> str:
        return id

    service.add_route_get(users__id)
    assert service.client().get("/users/me").json() == "mine"


def test_removing_a_route_of_the_user_brings_the_default_one_back() -> None:
    service = Fast_API().setup()
    service.app().get("/docs")(mine)
    route = next(route for route in service.app().routes if getattr(route, "endpoint", None) is mine)
    service.app().router.routes.remove(route)
    service.app().get("/after")(mine)
    client = service.client()
    assert "swagger" in client.get("/docs").text
    assert client.get("/after").json() == "mine"


# the events page


def test_the_path_of_the_events_page_is_a_setting() -> None:
    service = Fast_API(events_page="open", events_path="/ops/log").setup()
    client = service.client()
    page = client.get("/ops/log").text
    assert 'src="log/files/events.js"' in page
    assert "swagger" not in page
    assert client.get("/ops/log/files/events.js").status_code == 200
    assert client.get("/ops/log/api/events").json() == []
    assert client.get("/events").status_code == 404
    assert len(service.http_events.requests_data) == 1  # that one only


@pytest.mark.parametrize("path", ["/", "/a", "ops/log/"])
def test_the_events_page_is_whole_wherever_it_is(path: str) -> None:
    service = Fast_API(events_page="open", events_path=path, default_routes=False).setup()
    client = service.client()
    page = client.get(service.events_path)
    script = re.search(r'src="([^"]+events.js)"', page.text)
    assert script is not None
    assert client.get(urljoin(str(page.url), script[1])).status_code == 200
    assert client.get(urljoin(urljoin(str(page.url), script[1]), "../api/counts")).json()["stored"] == 0


def test_many_routes_do_not_slow_a_default_one_down() -> None:
    service = Fast_API().setup()
    for number in range(300):
        service.app().add_api_route(f"/route-{number}", mine)
    asked = []
    for route in service.app().routes:
        if getattr(route, "path", "").startswith("/route-"):
            route.matches = lambda scope: asked.append(scope)  # type: ignore[method-assign, misc, assignment]
    assert service.app().is_taken_by_default({"type": "http", "method": "GET", "path": "/config/health", "headers": []})
    assert not asked


def test_a_users_own_events_leave_events() -> None:
    service = Fast_API(events_page="open").setup()
    service.app().get("/events/{id}")(mine)
    client = service.client()
    assert client.get("/events/7").json() == "mine"
    assert client.get("/events/api").json() == "mine"
    assert client.get("/events").status_code == 200
    paths = [event.http_event_request.path for event in service.http_events.requests_data.values()]
    assert paths == ["/events/7", "/events/api"]
    service.app().get("/events")(mine)
    assert client.get("/events").json() == "mine"
    service.app().get("/config/health")(mine)
    assert client.get("/config/health").json() == "mine"
    assert len(service.http_events.requests_data) == 4


def test_a_route_that_is_added_while_another_thread_looks_through_them_is_found() -> None:
    routes = Route_List()
    first, late, default = (Route(path, mine_asgi) for path in ("/first", "/late", "/default"))
    default.include_in_schema = True
    routes.append(first)
    routes.append_default(default)

    class Defaults(dict[int, Any]):
        """As where the other thread comes to its turn when this one has passed the routes of the user."""

        def __contains__(self, key: Any) -> bool:
            if key == id(default) and late not in routes:
                routes.append(late)
            return super().__contains__(key)

    routes._defaults = Defaults(routes._defaults)
    routes.users()
    assert routes.users() == [first, late]
