"""`Fast_API` takes FastAPI's own arguments, hands them on, and says which it does not know."""

import inspect
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.testclient import TestClient

from fast_api import Fast_API


def hello(n: int = 1) -> dict[str, int]:
    return {"hello": n}


def test_every_argument_of_fastapi_is_taken() -> None:
    names = set(inspect.signature(FastAPI).parameters)
    given = {"telemetry": {}, "webhooks": APIRouter(), "responses": {}, "default_response_class": JSONResponse}
    defaults = {name: parameter.default for name, parameter in inspect.signature(FastAPI).parameters.items()}
    for name in names:
        Fast_API(**{name: given.get(name, defaults[name])}).setup().app()


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("titel", "'title'"), ("lifespam", "'lifespan'"), ("enable_cros", "'enable_cors'"), ("root_pth", "'root_path'")],
)
def test_an_unknown_argument_is_named_with_near_names(wrong: str, near: str) -> None:
    with pytest.raises(
        TypeError, match=rf"Fast_API and FastAPI [0-9.]+ have no argument '{wrong}'; did you mean .*{near}"
    ):
        Fast_API(**{wrong: 1})


def test_methods_are_no_arguments() -> None:
    for name in ("setup", "app", "client", "add_route", "json"):
        with pytest.raises(TypeError, match=f"no argument '{name}'"):
            Fast_API(**{name: 1})


def test_keywords_become_no_attributes() -> None:
    routes = [Route("/given", lambda request: PlainTextResponse("given"))]
    service = Fast_API(routes=routes, title="T", responses={404: {"description": "none"}}).setup()
    assert callable(service.routes)
    assert "/given" in service.routes_paths()
    assert service.client().get("/given").text == "given"
    assert not hasattr(service, "responses")
    assert "title" not in service.json()


@pytest.mark.parametrize("name", ["get", "include_router", "add_middleware", "exception_handler", "websocket"])
def test_a_method_of_fastapi_is_hinted_at(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"no attribute '{name}'; FastAPI's is `app\(\).{name}`"):
        getattr(Fast_API(), name)
    assert not hasattr(Fast_API(), name)
    with pytest.raises(AttributeError, match=r"no attribute 'nothing'$"):
        Fast_API().nothing


def test_title_wins_over_name() -> None:
    assert Fast_API(name="n", title="t").app().title == "t"
    assert Fast_API(name="n", title="t").name == "n"
    assert Fast_API(title="t").name == "t"
    assert Fast_API(name="n").app().title == "n"


def test_the_name_of_the_class_is_the_name_of_the_application() -> None:
    class My(Fast_API): ...

    class Named(Fast_API):
        name: str = "A name"

    class Child(Named): ...

    assert [cls().app().title for cls in (Fast_API, My, Named, Child)] == ["Fast_API", "My", "A name", "A name"]
    assert My().setup().client().get("/config/info").json()["name"] == "My"


def test_settings_of_fastapi_that_a_subclass_declares() -> None:
    class My(Fast_API):
        title: str = "Declared"
        docs_url: str = "/manual"

    service = My().setup()
    assert service.app().title == "Declared"
    assert service.client().get("/manual").status_code == 200
    assert My(title="Given").app().title == "Given"


def test_lifespan_runs_and_its_state_arrives() -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        seen.append(("start", isinstance(app, FastAPI)))
        yield {"pool": "a pool"}
        seen.append(("end", True))

    def pool(request: Request) -> str:
        return str(request.state.pool)

    with TestClient(Fast_API(lifespan=lifespan).add_route_get(pool)) as client:
        assert client.get("/pool").json() == "a pool"
    assert seen == [("start", True), ("end", True)]


def test_dependencies_guard_what_tells_about_the_service() -> None:
    def guard(request: Request) -> None:
        if "x-pass" not in request.headers:
            raise HTTPException(403, "no pass")

    client = Fast_API(dependencies=[Depends(guard)]).setup().add_route_get(hello).client()
    assert [client.get(path).status_code for path in ("/hello", "/config/info", "/config/routes")] == [403] * 3
    assert client.get("/hello", headers={"x-pass": "1"}).json() == {"hello": 1}
    assert [client.get(path).status_code for path in ("/config/health", "/docs", "/openapi.json")] == [200] * 3


def test_what_is_said_about_the_users_routes_leaves_the_default_ones_alone() -> None:
    options: Any = {
        "default_response_class": HTMLResponse,
        "generate_unique_id_function": lambda route: f"{route.tags[0]}-{route.name}",
        "include_in_schema": False,
        "deprecated": True,
    }
    service = Fast_API(**options).setup()
    service.app().add_api_route("/page", lambda: "<b>x</b>", tags=["mine"])
    client = service.client()
    assert client.get("/page").headers["content-type"].startswith("text/html")
    for path in ("/config/info", "/config/health", "/config/routes"):
        assert client.get(path).headers["content-type"] == "application/json"


def test_exception_handlers_come_before_ours() -> None:
    def invalid(request: Request, error: Exception) -> Response:
        return JSONResponse({"mine": True}, 400)

    def refused(request: Request, error: Exception) -> Response:
        return PlainTextResponse("not so", 405)

    service = Fast_API(exception_handlers={RequestValidationError: invalid, 405: refused}).setup().add_route_get(hello)
    client = service.client()
    assert client.get("/hello?n=x").json() == {"mine": True}
    assert client.post("/hello").text == "not so"


def test_middlewares_given_run() -> None:
    service = Fast_API(middleware=[Middleware(GZipMiddleware, minimum_size=1)]).add_route_get(hello)
    response = service.client().get("/hello", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["fast-api-request-id"]


def test_servers_summary_and_the_rest_are_in_the_document() -> None:
    service = Fast_API(servers=[{"url": "https://api.example"}], summary="short", contact={"name": "me"}).setup()
    document = service.app().openapi()
    assert document["servers"] == [{"url": "https://api.example"}]
    assert document["info"]["summary"] == "short"
    assert document["info"]["contact"] == {"name": "me"}


def test_telemetry_takes_fastapis_settings() -> None:
    service = Fast_API(telemetry={"tracing": False, "exclude": "health"})
    assert service.telemetry is False
    assert service.app()._telemetry["exclude"] == "health"
    assert service.app()._telemetry["metrics"] is True
    assert Fast_API().app()._telemetry["metrics"] is False


@pytest.mark.parametrize("path", ["/docs", "/docs-files/swagger-ui.css", "/static/a.txt", "/child/hello", "/hello"])
@pytest.mark.filterwarnings("ignore:The `root_path` parameter:fastapi.exceptions.FastAPIDeprecationWarning")
def test_root_path_behind_a_proxy_that_strips_it(path: str, tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_text("content")

    class With_Files(Fast_API):
        def path_static_folder(self) -> Any:
            return str(tmp_path)

    service = With_Files(root_path="/api/v1").setup().add_route_get(hello)
    service.mount_fast_api(Fast_API, base_path="/child").add_route_get(hello)
    client = service.client()
    for whole in (path, f"/api/v1{path}"):
        assert client.get(whole).status_code == 200
    assert "/api/v1/docs-files/" in client.get("/docs").text
    assert client.get("/hello/", follow_redirects=False).headers["location"] == "http://testserver/api/v1/hello"


def test_dependency_overrides_may_be_taken_back() -> None:
    def number() -> int:
        return 1

    def read(n: int = Depends(number)) -> int:
        return n

    service = Fast_API().add_route_get(read)
    service.app().dependency_overrides = {number: lambda: 2}
    assert service.client().get("/read").json() == 2
    service.app().dependency_overrides = None
    assert service.client().get("/read").json() == 1


def test_a_folder_without_a_name_is_none() -> None:
    class Without(Fast_API):
        def path_static_folder(self) -> str:
            return ""

    assert "/static" not in Without().setup().routes_paths()


def test_what_set_up_refused_stays_refused(caplog: pytest.LogCaptureFixture) -> None:
    service = Fast_API(enable_cors=True, enable_api_key=True, cors_origins=["*"]).add_route_get(hello)
    client = TestClient(service, raise_server_exceptions=False)
    with caplog.at_level(logging.CRITICAL):
        assert [client.get("/hello").status_code for _ in range(3)] == [500] * 3
        plain = TestClient(service.app(), raise_server_exceptions=False)
        assert [plain.get("/hello").status_code for _ in range(3)] == [500] * 3
    with pytest.raises(ValueError, match="cors_origins"), TestClient(service):
        ...
