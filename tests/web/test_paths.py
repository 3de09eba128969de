"""Paths come from function names, and a set-up that cannot work says so with the functions' names."""

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query, Request, Response
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api import Fast_API, Fast_API__Routes, RouteError, parse_function_name, route_path
from fast_api.paths import path_of_function


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("an_post", "/an-post"),
        ("get_user", "/get-user"),
        ("users__id", "/users/{id}"),
        ("users__id_profile", "/users/{id}/profile"),
        ("users__id_some_profile", "/users/{id}/some-profile"),
        ("users__id__posts__post", "/users/{id}/{posts}/{post}"),
        ("__id", "/{id}"),
        ("plain", "/plain"),
    ],
)
def test_name_alone(name: str, path: str) -> None:
    assert parse_function_name(name) == path
    assert Fast_API__Routes(app=Fast_API().app()).parse_function_name(name) == path


class User(Type_Safe):
    name: str


def find(id: str, request: Request) -> str:
    return id


def user__user_id_posts(user_id: str) -> None: ...
def users__id__posts__post_id(id: int, post_id: int) -> None: ...
def users__active_list() -> None: ...
def users__id_profile(found: Annotated[str, Depends(find)]) -> None: ...
def users__user(user: User) -> None: ...
def users__limit(limit: Annotated[int, Query()]) -> None: ...
def users__request(request: Request) -> None: ...
def users__user_id(user: str, user_id: str) -> None: ...


@pytest.mark.parametrize(
    ("function", "path"),
    [
        (user__user_id_posts, "/user/{user_id}/posts"),
        (users__id__posts__post_id, "/users/{id}/posts/{post_id}"),
        (users__active_list, "/users/active-list"),
        (users__id_profile, "/users/{id}/profile"),
        (users__user, "/users/user"),
        (users__limit, "/users/limit"),
        (users__request, "/users/request"),
        (users__user_id, "/users/{user_id}"),
    ],
)
def test_parameters_decide(function: object, path: str) -> None:
    assert path_of_function(function) == path  # type: ignore[arg-type]  # a function


def test_route_path_overrides_the_name() -> None:
    @route_path("/v1/things/{thing_id}")
    def anything(thing_id: int) -> dict[str, int]:
        return {"id": thing_id}

    fast_api = Fast_API(default_routes=False).setup().add_route_get(anything)
    assert fast_api.routes_paths() == ["/v1/things/{thing_id}"]
    assert fast_api.client().get("/v1/things/7").json() == {"id": 7}


def test_route_path_starts_with_a_slash() -> None:
    with pytest.raises(RouteError, match="'things'"):
        route_path("things")


def test_a_path_parameter_that_nothing_reads_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    @route_path("/things/{thing_id}")
    def missing(other: int) -> int:
        return other

    client = Fast_API().add_route_get(missing).client()
    [message] = [record.getMessage() for record in caplog.records if record.name == "fast_api"]
    assert message.endswith("missing does not take the parameter 'thing_id' of its path /things/{thing_id}")
    assert client.get("/things/1?other=2").json() == 2  # as FastAPI has it


def test_a_path_parameter_that_a_dependency_or_the_request_reads(caplog: pytest.LogCaptureFixture) -> None:
    def check(tenant: int) -> None:
        if tenant > 9:
            raise HTTPException(403)

    @route_path("/files/{path:path}")
    def file(request: Request) -> str:
        return str(request.path_params["path"])

    def items() -> list[int]:
        return [1]

    class Posts(Fast_API__Routes):
        tag = "{tenant}/posts"

        def latest(self) -> str:
            return "post"

        def setup_routes(self) -> None:
            self.router.dependencies.append(Depends(check))
            self.add_route_get(self.latest)

    fast_api = Fast_API(default_routes=False).add_route_get(file).add_routes(Posts)
    fast_api.add_route_get(route_path("/{tenant}/items")(items), dependencies=[Depends(check)])
    client = fast_api.client()
    assert client.get("/files/a/b").json() == "a/b"
    assert [client.get(f"/{tenant}/items").status_code for tenant in (1, 10)] == [200, 403]
    assert [client.get(f"/{tenant}/posts/latest").status_code for tenant in (1, 10)] == [200, 403]
    assert client.get("/x/posts/latest").status_code == 422
    assert not [record for record in caplog.records if record.name == "fast_api"]


def test_a_path_parameter_may_be_taken_under_an_alias() -> None:
    @route_path("/things/{thing_id}/{number}")
    def aliased(thing: Annotated[str, Path(alias="thing_id")], n: Annotated[int, Path(alias="number")]) -> list[object]:
        return [thing, n]

    client = Fast_API().add_route_get(aliased).client()
    assert client.get("/things/a/3").json() == ["a", 3]


def test_clashing_routes_name_both_functions() -> None:
    def users__id(id: int) -> None: ...

    @route_path("/users/{name}")
    def by_name(name: str) -> None: ...

    fast_api = Fast_API().setup().add_route_get(users__id)
    with pytest.raises(RouteError, match=r"by_name and .*users__id both answer GET /users/\{name\}"):
        fast_api.add_route_get(by_name)
    fast_api.add_route_post(by_name)  # another method is another place


def with_unknown_parameter(user: "Unknown") -> int: ...  # type: ignore[name-defined]  # noqa: F821
def with_unknown_return(n: int = 1) -> "Unknown": ...  # type: ignore[name-defined]  # noqa: F821
def with_unknown_in_a_dependency(n: Annotated[int, Depends(with_unknown_parameter)]) -> int: ...


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (with_unknown_parameter, r"with_unknown_parameter: nothing .* 'Unknown' of its parameter 'user'"),
        (with_unknown_return, "with_unknown_return: nothing .* return annotation 'Unknown'"),
        (with_unknown_in_a_dependency, r"with_unknown_parameter: nothing .* 'Unknown' of its parameter 'user'"),
    ],
)
def test_an_annotation_that_names_nothing_is_an_error_at_set_up(function: Any, message: str) -> None:
    with pytest.raises(RouteError, match=message):
        Fast_API().add_route_post(function)


def test_a_response_model_takes_the_place_of_a_return_annotation_that_names_nothing() -> None:
    client = Fast_API().add_route_get(with_unknown_return, response_model=None).client()
    assert client.get("/with-unknown-return").json() is None


def test_an_annotation_that_fastapi_refuses_is_an_error_at_set_up_that_names_the_function() -> None:
    def either() -> Response | User: ...

    with pytest.raises(RouteError, match=r"either cannot be a route: Invalid args for response field"):
        Fast_API().add_route_get(either)


@pytest.mark.parametrize("methods", ["get", ["get", "GET"]])
def test_methods_in_any_spelling_are_one_route(methods: Any) -> None:
    def one() -> int:
        return 1

    routes = Fast_API(default_routes=False).add_route(one, methods).routes()
    assert routes == [{"path": "/one", "methods": ["GET"], "name": "one"}]


def test_a_refused_route_is_not_registered() -> None:
    def one() -> int:
        return 1

    @route_path("/one")
    def two() -> int:
        return 2

    fast_api = Fast_API(default_routes=False).setup().add_route_get(one)
    with pytest.raises(RouteError):
        fast_api.add_route(two, ["POST", "GET"])
    assert fast_api.client().post("/one").status_code == 405
    fast_api.add_route_post(two)
    assert fast_api.client().post("/one").json() == 2


class Custom_Routes(Fast_API__Routes):
    tag = "users"

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.greeting = "hello"

    def get_user(self, name: Safe_Str) -> dict[str, str]:
        return {"greeting": self.greeting, "name": name}

    def users__id(self, id: int) -> int:
        return id

    def an_post(self, user: User) -> User:
        return user

    def setup_routes(self) -> None:
        self.add_route_get(self.get_user)
        self.add_route_get(self.users__id)
        self.add_route_with_body(self.an_post, ["POST", "PUT"])
        self.router.get("/direct/{n}")(self.direct)

    async def direct(self, n: int, user: Annotated[User, Query()]) -> User:
        return User(name=f"{user.name} {n}")


def test_group_of_routes() -> None:
    fast_api = Fast_API(default_routes=False).setup().add_routes(Custom_Routes)
    assert fast_api.routes_paths() == [
        "/users/an-post",
        "/users/direct/{n}",
        "/users/get-user",
        "/users/users/{id}",
    ]
    client = fast_api.client()
    assert client.get("/users/get-user", params={"name": "Ada"}).json() == {"greeting": "hello", "name": "Ada"}
    assert client.get("/users/users/4").json() == 4
    assert client.put("/users/an-post", json={"name": "Ada"}).json() == {"name": "Ada"}
    assert client.get("/users/direct/2?name=Ada").json() == {"name": "Ada 2"}
    operation = fast_api.app().openapi()["paths"]["/users/direct/{n}"]["get"]
    assert operation["tags"] == ["users"]


def test_prefix_instead_of_the_tag() -> None:
    fast_api = Fast_API(default_routes=False).add_routes(Custom_Routes, prefix="v2", tag="people")
    assert "/v2/get-user" in fast_api.routes_paths()
    assert fast_api.app().openapi()["paths"]["/v2/get-user"]["get"]["tags"] == ["people"]


def test_group_without_prefix_and_tag() -> None:
    class Root(Fast_API__Routes):
        def setup_routes(self) -> None:
            self.add_route_get(self.here)

        def here(self) -> str:
            return "here"

    assert Fast_API(default_routes=False).add_routes(Root).client().get("/here").json() == "here"


def test_a_body_needs_a_method_that_carries_one() -> None:
    def save(user: Annotated[User, Body()]) -> None: ...

    with pytest.raises(RouteError, match=r"a GET request has no body: .*save"):
        Fast_API().add_route_with_body(save, ["GET"])


def test_router_of_a_group_takes_other_routes_too() -> None:
    class With_Websocket(Fast_API__Routes):
        tag = "live"

        def setup_routes(self) -> None:
            inner = APIRouter()

            @inner.get("/plain")
            def plain() -> int:
                return 1

            self.router.include_router(inner, prefix="/inner")

    fast_api = Fast_API(default_routes=False).add_routes(With_Websocket)
    assert fast_api.routes_paths() == ["/live/inner/plain"]
    assert fast_api.client().get("/live/inner/plain").json() == 1
