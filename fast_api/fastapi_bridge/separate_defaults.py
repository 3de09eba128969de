"""Default routes in an application of their own, where FastAPI's router cannot hold them behind those of the user.

A middleware inside of all others asks for each request which application answers, by the rules of `Application_Router`.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from fast_api.fastapi_bridge.internals import Match, get_route_path
from fast_api.fastapi_bridge.path_matching import first_segment, is_answered_at, takes_every_path
from fast_api.fastapi_bridge.route import Type_Safe_Route

_ERROR = "fast_api.error_of_default_route"


class Separate_Default_Routes:
    """The default routes of `owner`, in an application beside it; the interface of `Shared_Default_Routes`."""

    def __init__(self, owner: FastAPI, **options: Any) -> None:
        self.owner = owner
        self._counted = 0
        self._first_segments: set[str] = set()
        self.frontends: list[str] = []  # the paths of the user's frontends, without a slash at the end
        self.app: FastAPI = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, **options)
        self.app.router.route_class = Type_Safe_Route
        self.app.add_middleware(_Carry_Errors)

    def add_document(self, path: str) -> None:
        """Adds the OpenAPI document of the owner, as FastAPI does it."""

        async def openapi(request: Request) -> JSONResponse:
            document = self.owner.openapi()
            root = request.scope.get("root_path", "").rstrip("/")
            if root and self.owner.root_path_in_servers:
                servers = document.get("servers", [])
                if root not in {server.get("url") for server in servers}:
                    document = {**document, "servers": [{"url": root}, *servers]}
            return JSONResponse(document)

        self.app.add_route(path, openapi, include_in_schema=False)

    def add(self, route: Any) -> None:
        if isinstance(route, Mount):
            self.app.mount(route.path, route.app, route.name)
        else:
            self.app.add_route(
                route.path, route.endpoint, sorted(route.methods), route.name, include_in_schema=route.include_in_schema
            )

    def maker(self) -> APIRouter:
        return self.app.router

    def take_from(self, maker: APIRouter) -> None:
        """Does nothing: `maker` has the route already."""

    def place_newest(self, path: str) -> None:
        """Does nothing: FastAPI's order is that in which the user adds routes."""

    def routes(self) -> list[BaseRoute]:
        return list(self.app.routes)

    def users_routes(self) -> list[BaseRoute]:
        return list(self.owner.router.routes)

    def all_routes(self) -> list[BaseRoute]:
        return [*self.owner.router.routes, *self.app.routes]

    def add_frontend(self, path: str) -> None:
        self.frontends.append(path.rstrip("/"))

    def innermost(self) -> list[Middleware]:
        return [Middleware(Default_Routes_Middleware, default_routes=self)]

    def is_taken_by_default(self, scope: Scope) -> bool | None:
        if _best_match(self.app.routes, scope) is not Match.FULL:
            return None
        if self._is_in_frontend(scope):
            return False
        return not any(self._takes(route, scope) for route in self.owner.router.routes)

    def answers(self, scope: Scope) -> bool:
        """As `is_taken_by_default`; also for another method or a slash too many where no route of the user matches."""
        if not self._has_first_segment(get_route_path(scope)):
            return False
        taken = self.is_taken_by_default(scope)
        if taken is not None or self._is_in_frontend(scope):
            return bool(taken)
        path = scope["path"]
        other = {**scope, "path": path.rstrip("/") if path.endswith("/") else f"{path}/"}
        is_near = any(_best_match(self.app.routes, tried) is not Match.NONE for tried in (scope, other))
        return is_near and all(_best_match(self.owner.router.routes, tried) is Match.NONE for tried in (scope, other))

    def is_shadowed(self, route: BaseRoute) -> bool:
        path = getattr(route, "path_format", None) or getattr(route, "path", "/")
        methods = getattr(route, "methods", None) or ("GET",)
        scope: Scope = {"type": "http", "path": path, "root_path": "", "headers": []}
        return any(route is known for known in self.app.routes) and all(
            self.is_taken_by_default({**scope, "method": method}) is False for method in methods
        )

    def _has_first_segment(self, path: str) -> bool:
        """Whether the path of a default route begins as `path` does: most requests are told by that."""
        routes = self.app.routes
        if len(routes) != self._counted:
            self._first_segments = {first_segment(getattr(route, "path", "/")) for route in routes}
            self._counted = len(routes)
        return first_segment(path) in self._first_segments

    def _is_in_frontend(self, scope: Scope) -> bool:
        path = get_route_path(scope)
        return any(path.rstrip("/") == front or (front and path.startswith(f"{front}/")) for front in self.frontends)

    def _takes(self, route: BaseRoute, scope: Scope) -> bool:
        """Whether a route of the user answers; one that takes every path does so only at `/`."""
        path = get_route_path(scope)
        if isinstance(route, Mount) and route.path == path:
            return True  # by a redirect to the path with a slash
        if route.matches(dict(scope))[0] is not Match.FULL:
            return False
        if path in ("", "/"):
            return True
        if getattr(route, "path", None) is not None:
            return not takes_every_path(getattr(route, "path", ""))
        return any(is_answered_at(context, scope["method"], path) for context in iter_route_contexts([route]))


class Default_Routes_Middleware:
    """Sends a request to the application of the default routes where one of them answers it."""

    def __init__(self, app: ASGIApp, default_routes: Separate_Default_Routes) -> None:
        self.app = app
        self.default_routes = default_routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        default_routes = self.default_routes
        if scope["type"] != "http" or not default_routes.answers(scope):
            await self.app(scope, receive, send)
            return
        app, owner = default_routes.app, default_routes.owner
        app.dependency_overrides = owner.dependency_overrides
        app.exception_handlers = {
            kind: handler for kind, handler in owner.exception_handlers.items() if kind not in (500, Exception)
        }
        await app(scope, receive, send)
        error = scope.pop(_ERROR, None)
        if error is not None:
            raise error


class _Carry_Errors:
    """Hands an exception to what stands outside, before the application answers it by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            scope[_ERROR] = error


def _best_match(routes: Any, scope: Scope) -> Any:
    found: Iterator[Any] = (route.matches(dict(scope))[0] for route in routes)
    return max(found, key=lambda match: match.value, default=Match.NONE)
