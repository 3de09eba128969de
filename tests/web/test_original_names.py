"""What services written for osbot-fast-api call has its name and its meaning here."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from fast_api import Fast_API, Fast_API__Routes, Fast_API__Server_Info, RouteError, Routes__Info, route_path
from fast_api.builtin.server_info import server_info_from_environment


def ping() -> str:
    return "pong"


class Users(Fast_API__Routes):
    tag = "users"

    def one(self) -> str:
        return "one"

    def two__id(self, id: int) -> int:
        return id

    def save(self) -> str:
        return "saved"

    def setup_routes(self) -> None:
        self.add_routes_get(self.one, self.two__id)
        self.add_routes_post(self.save)


# groups


def test_a_group_without_an_application_lists_its_routes() -> None:
    group = Users()
    group.setup_routes()
    assert group.routes_paths() == ["/one", "/save", "/two/{id}"]
    assert group.routes_methods() == ["one", "save", "two__id"]
    with pytest.raises(RouteError, match="Users has no application"):
        Users().setup()


def test_a_group_on_a_plain_application() -> None:
    app = FastAPI()
    group = Users(app=app).setup()
    group.add_route_get(route_path("/late")(lambda: "pong"))
    client = TestClient(app)
    assert client.get("/users/one").json() == "one"
    assert client.post("/users/save").json() == "saved"
    assert client.get("/users/late").json() == "pong"


def test_a_group_that_gets_routes_before_and_after_its_application() -> None:
    fast_api = Fast_API(default_routes=False)
    group = Users()
    group.add_route_get(ping)
    group.app = fast_api.app()
    group.setup()
    group.add_route_put(route_path("/late")(lambda: "pong"))
    assert fast_api.routes_paths() == ["/users/late", "/users/one", "/users/ping", "/users/save", "/users/two/{id}"]
    assert fast_api.client().put("/users/late").json() == "pong"


@pytest.mark.parametrize("tag", [None, "", "/"])
def test_a_group_without_a_tag_has_no_prefix(tag: str | None) -> None:
    group = type("Root", (Users,), {"__annotations__": {"tag": str}, "tag": tag, "__module__": __name__})
    assert Fast_API(default_routes=False).add_routes(group).client().get("/one").json() == "one"


@pytest.mark.parametrize(
    ("tag", "prefix"),
    [
        ("c#", "/c"), ("a#b", "/a-b"), ("what?", "/what"), ("Admin Area", "/Admin-Area"), ("a//b/", "/a/b"),
        ("größe", "/größe"), ("{tenant}/posts", "/{tenant}/posts"), ("v1.2~x", "/v1.2~x"),
        ("a%20b", "/a-20b"), ('"<>"', ""),
    ],
)  # fmt: skip
def test_a_prefix_is_what_a_client_can_send(tag: str, prefix: str) -> None:
    assert Users(tag=tag).prefix == prefix


def test_any_method() -> None:
    def method(request: Request) -> str:
        return request.method

    class Any_Method(Fast_API__Routes):
        tag = "any"

        def setup_routes(self) -> None:
            self.add_route_any(self.method)
            self.add_route_any(self.method, "/{path:path}")

        def method(self, request: Request) -> str:
            return request.method

    client = Fast_API(default_routes=False).add_route_any(method).add_routes(Any_Method).client()
    for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        for path in ("/method", "/any/method", "/any/some/where"):
            assert client.request(verb, path).json() == verb, path
    assert client.head("/any/x").status_code == 200


def test_several_functions_for_one_method() -> None:
    fast_api = Fast_API(default_routes=False)
    for verb in ("get", "post", "put", "patch", "delete"):
        one, two = (route_path(f"/{verb}/{n}")(lambda: "done") for n in (1, 2))
        getattr(fast_api, f"add_routes_{verb}")(one, two)
    client = fast_api.client()
    for verb in ("get", "post", "put", "patch", "delete"):
        assert [client.request(verb.upper(), f"/{verb}/{n}").status_code for n in (1, 2)] == [200, 200]


# the same again


def test_the_same_function_at_the_same_path_again_changes_nothing() -> None:
    fast_api = Fast_API(default_routes=False).add_route_get(ping).add_route_get(ping)
    fast_api.add_route(ping, ["GET", "POST"]).add_routes(Users).add_routes(Users)
    assert fast_api.routes_paths() == ["/ping", "/users/one", "/users/save", "/users/two/{id}"]
    assert len(fast_api.routes()) == 5
    assert fast_api.client().post("/ping").json() == "pong"


def test_another_function_and_other_settings_at_the_same_path_are_a_conflict() -> None:
    class Told(Fast_API__Routes):
        text: str = ""

        def say(self) -> str:
            return self.text

        def setup_routes(self) -> None:
            self.add_route_get(self.say)

    fast_api = Fast_API(default_routes=False).add_routes(Told, text="a").add_routes(Told, text="a")
    with pytest.raises(RouteError, match="both answer GET /say"):
        fast_api.add_routes(Told, text="b")
    with pytest.raises(RouteError, match="both answer GET /ping"):
        fast_api.add_route_get(ping).add_route_get(route_path("/ping")(lambda: "other"))


def test_static_folder_again(tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_text("a")

    class Service(Fast_API):
        def path_static_folder(self) -> str:
            return str(tmp_path)

    service = Service(default_routes=False).setup()
    service.setup_static_routes()
    assert service.client().get("/static/a.txt").text == "a"


def test_a_route_that_was_removed_can_be_added_again() -> None:
    fast_api = Fast_API(default_routes=False).setup().add_route_get(ping)
    assert fast_api.client().get("/ping").status_code == 200
    assert fast_api.route_remove("/ping") is True
    assert fast_api.route_remove("/ping") is False
    assert fast_api.routes_paths() == []
    assert fast_api.client().get("/ping").status_code == 404
    fast_api.add_route_get(route_path("/ping")(lambda: "new"))
    assert fast_api.client().get("/ping").json() == "new"
    fast_api.app().router.routes.remove(next(route for route in fast_api.app().routes if route.path == "/ping"))
    fast_api.add_route_get(ping)
    assert fast_api.client().get("/ping").json() == "pong"
    assert list(fast_api.open_api_json()["paths"]) == ["/ping"]


# listings


def test_listings() -> None:
    child = Fast_API(default_routes=False, base_path="/child").add_route_get(ping)
    fast_api = Fast_API().setup().add_routes(Users)
    child.mount(fast_api)
    assert fast_api.routes_paths() == ["/child/ping", "/users/one", "/users/save", "/users/two/{id}"]
    assert fast_api.routes_paths(expand_mounts=False) == ["/child", "/users/one", "/users/save", "/users/two/{id}"]
    assert {"/docs", "/config/info", "/child/ping", "/users/one"} <= set(fast_api.routes_paths_all())
    assert "/config/info" in fast_api.routes_paths(include_default=True)
    assert fast_api.routes_methods() == ["one", "ping", "save", "two__id"]
    assert fast_api.open_api_json()["info"]["title"] == "Fast_API"


def test_a_flask_application() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("content-type", "text/plain")])
        return [b"flask"]

    assert Fast_API(default_routes=False).add_flask_app("/flask", application).client().get("/flask/").text == "flask"


# settings


class Settings(Type_Safe):
    name: str = None  # type: ignore[assignment]
    version: str = "1.2"
    enable_cors: bool = True
    default_routes: bool = False
    docs_offline: bool = True
    add_admin_ui: bool = False


def test_settings_in_a_config() -> None:
    for config in (Settings(), Settings().json()):
        fast_api = Fast_API(config=config)
        assert (fast_api.name, fast_api.version, fast_api.enable_cors, fast_api.default_routes) == (
            "Fast_API", "1.2", True, False,
        )  # fmt: skip
    assert Fast_API(config=Settings(), version="2").version == "2"
    assert (
        Fast_API(config=Settings(docs_offline=False, default_routes=True)).setup().client().get("/docs").status_code
        == 404
    )


def test_a_class_of_settings() -> None:
    class Service(Fast_API):
        config: Settings

    service = Service()
    assert (service.version, service.default_routes, service.name) == ("1.2", False, "Service")
    with service.config as config:
        config.name = "Renamed"
    assert service.app().title == "Renamed"
    assert Service(config=Settings(version="3")).config.version == "3"
    assert "config" not in json.loads(json.dumps(service.json()))


def test_a_setting_that_there_is_not_is_an_error() -> None:
    with pytest.raises(TypeError, match="there is no admin UI"):
        Fast_API(config=Settings(add_admin_ui=True))
    with pytest.raises(TypeError, match=r"no argument 'enable_corz'; did you mean .*'enable_cors'"):
        Fast_API(config={"enable_corz": True})


def test_a_method_of_the_original_that_nothing_calls_is_an_error() -> None:
    for name in ("user_middlewares", "config__no_api_key", "fast_api_utils"):
        with pytest.raises(TypeError, match=f"Service.{name}: nothing calls it here; there is "):
            type("Service", (Fast_API,), {name: lambda self: None, "__module__": __name__})


# hooks


class Guard:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await JSONResponse({"detail": "guarded"}, status_code=403)(scope, receive, send)


def test_a_guard_in_place_of_the_api_key_check(no_api_key: None) -> None:
    class Service(Fast_API):
        def setup_middleware__api_key_check(self) -> None:
            self.app().add_middleware(Guard)

    response = Service(enable_cors=True, enable_api_key=True).setup().client().get("/x", headers={"origin": "http://a"})
    assert response.status_code == 403
    assert response.json() == {"detail": "guarded"}
    assert response.headers["fast-api-request-id"]
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_guard_beside_the_api_key_check(api_key: str) -> None:
    class Service(Fast_API):
        def setup_middleware__api_key_check(self) -> None:
            super().setup_middleware__api_key_check()

            @self.app().middleware("http")
            async def mark(request: Request, call_next: Any) -> Response:
                response: Response = await call_next(request)
                response.headers["x-outside"] = "yes"
                return response

    client = Service(enable_api_key=True, default_routes=False).setup().add_route_get(ping).client()
    refused = client.get("/ping")
    assert (refused.status_code, refused.headers["x-outside"]) == (401, "yes")
    assert client.get("/ping", headers={"x-api-key": api_key}).status_code == 200


def test_cors_of_a_service_answers_preflights_before_the_key(api_key: str) -> None:
    from starlette.middleware.cors import CORSMiddleware

    class Service(Fast_API):
        def setup_middleware__cors(self) -> None:
            self.app().add_middleware(CORSMiddleware, allow_origins=["http://a"], allow_methods=["PUT"])

    client = Service(enable_api_key=True, enable_cors=True).setup().client()
    preflight = {"origin": "http://a", "access-control-request-method": "PUT"}
    response = client.options("/x", headers=preflight)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "http://a"
    assert client.get("/x").status_code == 401


def test_the_other_hooks_of_the_set_up_are_called() -> None:
    class Service(Fast_API):
        def app_kwargs(self, **kwargs: Any) -> dict[str, Any]:
            return {**super().app_kwargs(**kwargs), "title": "From app_kwargs"}

        def add_global_exception_handlers(self) -> None:
            @self.app().exception_handler(KeyError)
            async def refuse(request: Request, error: KeyError) -> JSONResponse:
                return JSONResponse({"detail": "handled"}, status_code=418)

        def setup_add_root_route(self) -> None:
            self.app().get("/")(ping)

        def setup_offline_docs(self) -> None:
            self.app().get("/docs")(ping)

        def setup_static_routes_docs(self) -> None:
            self.app().get("/static-docs")(ping)

        def setup_middleware__detect_disconnect(self) -> None:
            self.app().add_middleware(BaseHTTPMiddleware, dispatch=self.mark)

        async def mark(self, request: Request, call_next: Any) -> Response:
            response: Response = await call_next(request)
            response.headers["x-outermost"] = response.headers["fast-api-request-id"]
            return response

        def fails(self) -> None:
            raise KeyError("x")

        def setup_routes(self) -> None:
            self.add_route_get(self.fails)

    client = Service().setup().client()
    assert [client.get(path).json() for path in ("/", "/docs", "/static-docs")] == ["pong"] * 3
    assert client.get("/openapi.json").json()["info"]["title"] == "From app_kwargs"
    assert client.get("/fails").status_code == 418
    assert client.get("/").headers["x-outermost"]


# information


def test_information_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    client = Fast_API(name="Service", version="1.2.3", default_routes=False).add_routes(Routes__Info).client()
    assert client.get("/info/health").json() == {"status": "ok"}
    assert client.get("/info/version").json() == {"version": "1.2.3"}
    assert client.get("/info/status").json() == {
        "name": "Service", "version": "1.2.3", "status": "operational", "environment": "local",
    }  # fmt: skip
    assert {"fastapi", "type-safe-convert"} <= client.get("/info/versions").json().keys()
    server = client.get("/info/server").json()
    assert server.keys() == {"server_id", "server_name", "server_instance_id", "server_boot_time"}
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert client.get("/info/status").json()["environment"] == "aws-lambda"


def test_server_info_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    server_id = "0c9ff6ba-5e4c-4d5e-a0a5-3a1a3a3f6a0d"
    monkeypatch.setenv("FAST_API__SERVER_ID", server_id)
    monkeypatch.setenv("FAST_API__SERVER_NAME", "blue-1")
    info = server_info_from_environment()
    assert type(info) is Fast_API__Server_Info
    assert (str(info.server_id), str(info.server_name)) == (server_id, "blue-1")
    assert str(info.server_instance_id) != server_id
