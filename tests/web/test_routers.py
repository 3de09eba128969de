"""What a router says is honoured: one that an application includes, one inside of another, and that of a group."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, List

import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response, WebSocket
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api import Fast_API, Fast_API__Routes
from fast_api.fastapi_bridge.router import Type_Safe_Router
from type_safe_convert import Pydantic


class Name(Safe_Str):
    max_length = 8


DEFAULT = Name("x")


class User(Type_Safe):
    name: Name
    age: int = 1


class Refusal(Type_Safe):
    reason: str


@dataclasses.dataclass
class Point:
    x: int = 0


calls: list[str] = []


def guard(x_name: Annotated[Name, Header()]) -> Name:
    calls.append("guard")
    if x_name == "evil":
        raise HTTPException(403, "no")
    return x_name


def user_of_body(user: User) -> User:
    return user


def served(*routers: Any, **options: Any) -> TestClient:
    service = Fast_API(default_routes=False).setup()
    for router in routers:
        service.app().include_router(router, **options)
    return service.client()


HEADERS = {"x-name": "good"}


# Routers that an application includes


@pytest.mark.parametrize("make", [Type_Safe_Router, APIRouter])
def test_dependencies_and_responses_of_an_inclusion_speak_type_safe(make: Callable[..., APIRouter]) -> None:
    router = make()

    @router.get("/plain")
    def plain() -> dict[str, int]:
        return {"a": 1}

    @router.post("/users")
    def users(user: User) -> User:
        assert type(user) is User
        return user

    client = served(
        router, prefix="/p", dependencies=[Depends(guard)], responses={404: {"model": Refusal}, 409: {"model": Point}}
    )
    assert client.get("/p/plain", headers=HEADERS).json() == {"a": 1}
    assert client.get("/p/plain").status_code == 422
    assert client.get("/p/plain", headers={"x-name": "evil"}).status_code == 403
    assert client.get("/nowhere").status_code == 404
    assert client.post("/p/users", json={"name": "Ann"}, headers=HEADERS).json() == {"name": "Ann", "age": 1}
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/p/users"]["post"]
    assert operation["parameters"][0]["schema"]["maxLength"] == 8
    assert operation["responses"]["404"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Refusal"
    }
    assert {"User", "Refusal", "Point"} <= set(document["components"]["schemas"])
    assert "__BaseModel" not in str(document)


@pytest.mark.parametrize("inner_make", [Type_Safe_Router, APIRouter])
@pytest.mark.parametrize("outer_make", [Type_Safe_Router, APIRouter])
def test_a_router_in_a_router_in_a_router(outer_make: Any, inner_make: Any) -> None:
    inner = inner_make(dependencies=[Depends(guard)], responses={410: {"model": Refusal}})
    middle = Type_Safe_Router(prefix="/middle", tags=["middle"])
    outer = outer_make(dependencies=[Depends(user_of_body)])

    @inner.post("/users/{name}")
    def users(name: Name, user: Annotated[User, Depends(user_of_body)]) -> List[User]:
        assert type(name) is Name
        assert type(user) is User
        return [user]

    middle.include_router(inner, prefix="/inner", dependencies=[Depends(guard)], responses={411: {"model": User}})
    outer.include_router(middle, dependencies=[Depends(guard)], responses={412: {"model": List[Refusal]}})
    client = served(outer, prefix="/outer", dependencies=[Depends(guard)])
    calls.clear()
    answer = client.post("/outer/middle/inner/users/Ann", json={"name": "Bob"}, headers=HEADERS)
    assert (answer.status_code, answer.json()) == (200, [{"name": "Bob", "age": 1}])
    assert calls == ["guard"]  # once a request, however many inclusions ask for it
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/outer/middle/inner/users/{name}"]["post"]
    assert {"410", "411", "412"} <= set(operation["responses"])
    assert operation["tags"] == ["middle"]
    assert "__BaseModel" not in str(document)


def test_routes_added_to_a_router_after_it_was_included() -> None:
    outer, inner, late = APIRouter(), APIRouter(), APIRouter()
    client = served(outer, dependencies=[Depends(guard)])
    outer.include_router(inner, prefix="/inner", dependencies=[Depends(user_of_body)])
    inner.include_router(late, prefix="/late", responses={409: {"model": Refusal}})

    @late.put("/users")
    def users(user: User) -> User:
        return user

    assert client.put("/inner/late/users", json={"name": "Ann"}, headers=HEADERS).json() == {"name": "Ann", "age": 1}
    assert client.put("/inner/late/users", json={"name": "Ann"}).status_code == 422


def test_a_plain_router_takes_type_safe_handlers() -> None:
    router = APIRouter(prefix="/r", dependencies=[Depends(guard)], responses={404: {"model": Refusal}})

    @router.post("/list")
    async def of_list(users: List[User], limit: Name = DEFAULT) -> List[User]:
        assert type(users[0]) is User
        assert type(limit) is Name
        return users

    @router.get("/name/{name}", response_model=User)
    def of_name(name: Name) -> Any:
        return User(name=name)

    @router.websocket("/ws/{name}")
    async def socket(websocket: WebSocket, name: Name) -> None:
        await websocket.accept()
        await websocket.send_text(f"{type(name).__name__} {name}")
        await websocket.close()

    class Controller:
        def show(self, user: User) -> User:
            return user

    router.add_api_route("/controller", Controller().show, methods=["PUT"])
    client = served(router)
    client.headers = HEADERS
    assert client.post("/r/list", json=[{"name": "Ann", "age": 2}]).json() == [{"name": "Ann", "age": 2}]
    assert client.post("/r/list", json=[{"name": "Ann", "age": "x"}]).json()["detail"][0]["loc"] == ["body", 0, "age"]
    assert client.get("/r/name/Ann").json() == {"name": "Ann", "age": 1}
    assert client.put("/r/controller", json={"name": "Ann"}).json() == {"name": "Ann", "age": 1}
    with client.websocket_connect("/r/ws/Ann", headers=HEADERS) as websocket:
        assert websocket.receive_text() == "Name Ann"


def test_a_plain_router_is_left_alone_where_fastapi_reads_it() -> None:
    router = APIRouter()

    @router.post("/points")
    def points(point: Point) -> Point:
        return point

    class Broken:
        pass

    @router.post("/users")
    def users(users: Pydantic[list[User]]) -> Pydantic[dict[str, User]]:
        return {user.name: user for user in users}

    @router.post("/pairs")
    def pairs(left: Pydantic[User], right: User) -> list[str]:
        return [left.name, right.name]

    with pytest.raises(Exception, match="Invalid args for response field"):
        router.add_api_route("/broken", _takes(Broken))
    assert [type(route) is APIRoute for route in router.routes] == [True, True, False]
    app = FastAPI()
    app.include_router(router)
    client = TestClient(app)
    assert client.post("/points", json={"x": 3}).json() == {"x": 3}
    assert client.post("/users", json=[{"name": "a"}]).json() == {"a": {"name": "a", "age": 1}}
    assert client.post("/pairs", json={"left": {"name": "a"}, "right": {"name": "b"}}).json() == ["a", "b"]
    assert "User" in app.openapi()["components"]["schemas"]


def _takes(cls: type) -> Any:
    def handler(value: cls) -> None: ...  # type: ignore[valid-type]

    return handler


# Routers of groups


def add_group(router: APIRouter | None = None, **options: Any) -> Callable[..., tuple[Any, TestClient]]:
    """Decorates a function `(group)` that is the `setup_routes` of a group."""

    def decorate(setup: Any) -> tuple[Any, TestClient]:
        class Group(Fast_API__Routes):
            def setup_routes(self) -> None:
                setup(self)

        service = Fast_API(default_routes=False).setup()
        given = {} if router is None else {"router": router}
        service.add_routes(Group, **given, **options)
        return service, service.client()

    return decorate


def get_user(request: Request) -> User:
    return User(name="Ann")


def refuse() -> None:
    raise HTTPException(403, "no")


@pytest.mark.parametrize("before", [True, False])
def test_dependencies_that_a_group_gives_its_router(before: bool) -> None:
    @add_group(tag="users")
    def made(group: Any) -> None:
        if before:
            group.router.dependencies.append(Depends(refuse))
        group.add_route_get(get_user)
        group.router.add_api_route("/direct", get_user)
        if not before:
            group.router.dependencies.append(Depends(refuse))

    client = made[1]
    assert client.get("/users/get-user").status_code == 403
    assert client.get("/users/direct").status_code == 403


class Upper_Response(PlainTextResponse):
    def render(self, content: Any) -> bytes:
        return str(content).upper().encode()


@pytest.mark.parametrize("make", [Type_Safe_Router, APIRouter])
def test_everything_that_a_groups_router_says(make: Callable[..., APIRouter]) -> None:
    callbacks = Type_Safe_Router()

    @callbacks.post("{$callback_url}/users")
    def called(user: User) -> None: ...

    router = make(
        prefix="/router",
        tags=["of-router"],
        dependencies=[Depends(guard)],
        responses={418: {"model": Refusal}},
        callbacks=callbacks.routes,
        default_response_class=Upper_Response,
        deprecated=True,
        generate_unique_id_function=lambda route: f"id-of-{route.name}",
    )

    @add_group(router, tag="group")
    def made(group: Any) -> None:
        def shout() -> str:
            return "aaa"

        group.add_route_get(shout)

    client = made[1]
    assert client.get("/group/router/shout").status_code == 422
    assert client.get("/group/router/shout", headers=HEADERS).text == "AAA"
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/group/router/shout"]["get"]
    assert operation["tags"] == ["group", "of-router"]
    assert operation["deprecated"] is True
    assert operation["operationId"] == "id-of-shout"
    assert "418" in operation["responses"]
    assert list(operation["callbacks"]) == ["called"]


def test_a_groups_router_may_leave_the_schema() -> None:
    @add_group(APIRouter(include_in_schema=False))
    def made(group: Any) -> None:
        group.add_route_get(get_user)

    assert made[1].get("/get-user").json() == {"name": "Ann", "age": 1}
    assert made[1].get("/openapi.json").json()["paths"] == {}


def test_the_lifespan_of_a_group_on_a_plain_application_runs_once() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        seen.append("started")
        yield
        seen.append("ended")

    class Group(Fast_API__Routes):
        tag: str = "group"

        def early(self) -> User:
            return User()

        def late(self) -> User:
            return User()

        def direct(self) -> int:
            return 1

        def setup_routes(self) -> None:
            self.add_route_get(self.early)
            self.router.add_api_route("/direct", self.direct)

    app = FastAPI()
    group = Group(app=app, router=APIRouter(lifespan=lifespan)).setup()
    group.add_route_get(group.late)
    with TestClient(app) as client:
        assert [client.get(f"/group/{name}").status_code for name in ("early", "direct", "late")] == [200] * 3
    assert seen == ["started", "ended"]


@pytest.mark.parametrize("make", [Type_Safe_Router, APIRouter])
def test_lifespan_and_events_of_a_groups_router_run(make: Callable[..., APIRouter]) -> None:
    happened: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        happened.append("started")
        yield {"of": "lifespan"}
        happened.append("stopped")

    @add_group(make(lifespan=lifespan))
    def made(group: Any) -> None:
        def state(request: Request) -> str:
            return request.state.of

        group.add_route_get(state)

    with made[1] as client:
        assert client.get("/state").json() == "lifespan"
    assert happened == ["started", "stopped"]


class Loud_Route(APIRoute):
    def get_route_handler(self) -> Any:
        handler = super().get_route_handler()

        async def loud(request: Request) -> Response:
            response = await handler(request)
            response.headers["x-loud"] = self.path
            return response

        return loud


@pytest.mark.parametrize("make", [Type_Safe_Router, APIRouter])
def test_route_class_of_a_groups_router(make: Callable[..., APIRouter]) -> None:
    @add_group(make(route_class=Loud_Route), tag="loud")
    def made(group: Any) -> None:
        def user(user: User) -> User:
            assert type(user) is User
            return user

        group.add_route_post(user)

        @group.router.put("/direct")
        def direct(user: User) -> User:
            return user

    for answer in (
        made[1].post("/loud/user", json={"name": "Ann"}),
        made[1].put("/loud/direct", json={"name": "Ann"}),
    ):
        assert answer.json() == {"name": "Ann", "age": 1}
        assert answer.headers["x-loud"] == answer.request.url.path


def test_a_router_with_a_method_of_its_own_sees_the_groups_routes() -> None:
    class Shouting(APIRouter):
        def add_api_route(self, path: str, endpoint: Any, **options: Any) -> None:
            super().add_api_route(path.upper(), endpoint, **options)

    @add_group(Shouting())
    def made(group: Any) -> None:
        group.add_route_get(get_user)

    assert made[1].get("/GET-USER").status_code == 200


def test_frontend_and_included_routers_of_a_groups_router(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>front</h1>")
    inner = APIRouter()
    inner.add_api_route("/user", get_user)

    @add_group(tag="g")
    def made(group: Any) -> None:
        group.router.frontend("/site", directory=tmp_path)
        group.router.include_router(inner, prefix="/inner", dependencies=[Depends(guard)])

    client = made[1]
    assert client.get("/g/site/").text == "<h1>front</h1>"
    assert client.get("/g/inner/user", headers=HEADERS).json() == {"name": "Ann", "age": 1}
    assert client.get("/g/inner/user").status_code == 422


def test_two_groups_may_share_a_router() -> None:
    class One(Fast_API__Routes):
        def setup_routes(self) -> None:
            self.add_route_get(get_user)

    class Two(Fast_API__Routes):
        def setup_routes(self) -> None:
            self.add_route_post(get_user)

    service = Fast_API(default_routes=False).setup()
    router = APIRouter(dependencies=[Depends(guard)])
    service.add_routes(One, router=router, tag="one").add_routes(Two, router=router, tag="two")
    assert [route["path"] for route in service.routes()] == ["/one/get-user", "/two/get-user"]
    assert service.client().post("/two/get-user").status_code == 422
    assert service.client().post("/two/get-user", headers=HEADERS).status_code == 200


def test_websockets_of_routers_and_inclusions() -> None:
    router = Type_Safe_Router(dependencies=[Depends(guard)])

    @router.websocket("/ws")
    async def socket(websocket: WebSocket, name: Name = DEFAULT) -> None:
        await websocket.accept()
        await websocket.send_json(type(name).__name__)
        await websocket.close()

    client = served(router, prefix="/p", dependencies=[Depends(guard)])
    calls.clear()
    with client.websocket_connect("/p/ws", headers=HEADERS) as websocket:
        assert websocket.receive_json() == "Name"
    assert calls == ["guard"]


def test_the_endpoint_in_the_scope_is_the_function_that_was_written() -> None:
    seen: list[Any] = []

    def remember(request: Request) -> None:
        seen.append(request.scope["endpoint"])

    def user(user: User) -> User:
        return user

    router = APIRouter(dependencies=[Depends(remember)])
    router.add_api_route("/included", user, methods=["POST"])
    service = Fast_API(default_routes=False).setup()
    service.add_route_post(user, dependencies=[Depends(remember)])
    service.app().include_router(router)
    for path in ("/user", "/included"):
        assert service.client().post(path, json={"name": "Ann"}).status_code == 200
    assert seen == [user, user]
