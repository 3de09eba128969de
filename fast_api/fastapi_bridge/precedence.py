"""Decides between a route of the user and a default one at the same path."""

import copy
import functools
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from fast_api.fastapi_bridge.internals import Match, get_route_path, is_specific_frontend
from fast_api.fastapi_bridge.path_matching import first_segment, is_answered_at, takes_every_path
from fast_api.fastapi_bridge.router import Type_Safe_Router


class Route_List(list[BaseRoute]):
    """Routes in FastAPI's order: its documents, the routes of the user, those that come last, the other default ones.

    Whoever appends a route to it, the route becomes one of the user's.
    """

    def __init__(self, routes: Iterable[BaseRoute] = ()) -> None:
        super().__init__(routes)
        self._newest = -1
        self._last: dict[int, BaseRoute] = {}
        self._defaults: dict[int, BaseRoute] = {}
        self._tail: dict[int, BaseRoute] = {}  # the default routes behind those of the user
        self._users: list[BaseRoute] | None = None
        self._changes = 0
        # The first segments of the default routes' paths: a request to another one costs no more than to ask for it.
        self.first_segments: set[str] = set()

    def append(self, route: BaseRoute) -> None:
        self._newest = self._end(self._last, self._end(self._tail, len(self)))
        self.insert(self._newest, route)

    def newest(self) -> BaseRoute:
        """The route that was appended last."""
        return self[self._newest]

    def move_newest_to_last(self) -> None:
        """Makes the route that was appended last one of the second group."""
        route = self.pop(self._newest)
        self._last[id(route)] = route
        self._newest = self._end(self._tail, len(self))
        self.insert(self._newest, route)

    def extend(self, routes: Iterable[BaseRoute]) -> None:
        for route in routes:
            self.append(route)

    def __iadd__(self, routes: Iterable[BaseRoute]) -> "Route_List":  # type: ignore[override, misc]  # list's is wider
        self.extend(routes)
        return self

    def append_default(self, route: BaseRoute) -> None:
        """Adds a default route: in front if it is no part of the OpenAPI document, as FastAPI's documents are."""
        self.first_segments.add(first_segment(getattr(route, "path", "/")))
        if getattr(route, "include_in_schema", False):
            self._tail[id(route)] = route
            self.insert(len(self), route)
        else:
            in_front = self._defaults.keys() - self._tail.keys()
            self.insert(next((i for i, known in enumerate(self) if id(known) not in in_front), len(self)), route)
        self._defaults[id(route)] = route

    def is_default(self, route: BaseRoute) -> bool:
        return id(route) in self._defaults

    def defaults(self) -> Iterator[BaseRoute]:
        return (route for route in self if id(route) in self._defaults)

    def users(self) -> list[BaseRoute]:
        """The routes of the user, found once for each state of the list."""
        found = self._users
        if found is None:
            changes = self._changes
            found = self._users = [route for route in self if id(route) not in self._defaults]
            if self._changes != changes:  # another thread has added one meanwhile
                self._users = None
        return found

    def _end(self, group: dict[int, BaseRoute], end: int) -> int:
        """Returns where a group that ends at `end` begins; some of its routes may have been removed."""
        start = end - len(group)
        if (
            start >= 0
            and (start == end or id(self[start]) in group)
            and (not start or id(self[start - 1]) not in group)
        ):
            return start
        while end and id(self[end - 1]) in group:
            end -= 1
        return end


def _forgetting(method: Any) -> Any:
    @functools.wraps(method)
    def change(self: Route_List, *args: Any, **kwargs: Any) -> Any:
        self._users = None
        try:
            return method(self, *args, **kwargs)
        finally:
            self._changes += 1
            self._users = None

    return change


for _name in ("insert", "pop", "remove", "clear", "sort", "reverse", "__setitem__", "__delitem__"):
    setattr(Route_List, _name, _forgetting(getattr(list, _name)))


class Application_Router(Type_Safe_Router):
    """The router of an application that has default routes.

    Every route of the user comes before them, but for those that take all paths (`/{path:path}`, a mount or a frontend
    at `/`): these get `/`, and leave the documentation and `/config/health` what they are.
    """

    routes: Route_List

    def app(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:  # type: ignore[override]
        if scope["type"] == "http":
            if self.concerns_no_default(scope):
                scope.setdefault("router", self)
                return _Without_Defaults.of(self)._app(scope, receive, send)
            taken = self.is_taken_by_default(scope)
            if taken is None and self._redirects_to_shadowed(scope):
                taken = False
            if taken is not None:
                scope.setdefault("router", self)
                return self._restricted(defaults=taken)._app(scope, receive, send)
        return self._app(scope, receive, send)

    def _app(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return super().app(scope, receive, send)

    def _redirects_to_shadowed(self, scope: Scope) -> bool:
        """Whether the path, without its slash at the end, is that of a default route that is not reached."""
        path = scope["path"]
        return path.endswith("/") and self.is_taken_by_default({**scope, "path": path.rstrip("/")}) is False

    def _restricted(self, defaults: bool) -> "Application_Router":
        """This router with its default routes only, or with the others only."""
        router = copy.copy(self)
        router.routes = Route_List(self.routes.defaults() if defaults else self.routes.users())
        return router

    def is_taken_by_default(self, scope: Scope) -> bool | None:
        """Whether a default route answers this request; None where none has its path and method."""
        routes = self.routes
        path = get_route_path(scope)
        if not isinstance(routes, Route_List) or first_segment(path) not in routes.first_segments:
            return None
        if not any(route.matches(scope)[0] is Match.FULL for route in routes.defaults()):
            return None
        if any(self._takes(route, scope, path) for route in routes.users()):
            return False
        match, child_scope, *_ = self._match_low_priority(scope)
        return match is not Match.FULL or (path != "/" and not is_specific_frontend(child_scope))

    def concerns_no_default(self, scope: Scope) -> bool:
        """Whether no default route can have the path, nor redirect from it."""
        routes = self.routes
        return isinstance(routes, Route_List) and first_segment(get_route_path(scope)) not in routes.first_segments

    def _takes(self, route: BaseRoute, scope: Scope, path: str) -> bool:
        """Whether a route of the user answers; one that takes every path does so only at `/`."""
        if isinstance(route, Mount) and route.path == path:
            return True  # by a redirect to the path with a slash
        pattern = getattr(route, "path_regex", None)
        if pattern is not None and not pattern.match(path):  # quicker than to ask each of a thousand routes
            return False
        if route.matches(scope)[0] is not Match.FULL:
            return False
        if path in ("", "/"):
            return True
        if not hasattr(route, "original_router"):
            return not takes_every_path(getattr(route, "path", ""))
        return any(is_answered_at(context, scope["method"], path) for context in iter_route_contexts([route]))

    def is_shadowed(self, route: BaseRoute) -> bool:
        """Whether a route of the user answers all that a default route would."""
        path = getattr(route, "path_format", None) or getattr(route, "path", "/")
        methods = getattr(route, "methods", None) or ("GET",)
        scopes: Iterable[Scope] = (
            {"type": "http", "method": m, "path": path, "root_path": "", "headers": []} for m in methods
        )
        return self.routes.is_default(route) and all(self.is_taken_by_default(scope) is False for scope in scopes)


class _Without_Defaults(Application_Router):
    """A router with the state of another one, that tries the routes of the user only."""

    @classmethod
    def of(cls, router: Application_Router) -> "_Without_Defaults":
        view = object.__new__(cls)
        view.__dict__ = router.__dict__
        return view

    @property
    def routes(self) -> list[BaseRoute]:  # type: ignore[override]  # to be read only
        routes = self.__dict__["routes"]
        return routes.users() if isinstance(routes, Route_List) else routes


class Shared_Default_Routes:
    """The default routes of an application, in its own router, behind those of the user.

    FastAPI makes the router, with the OpenAPI document as its only route; that is a default route here.
    """

    def __init__(self, app: FastAPI, routes: Sequence[BaseRoute]) -> None:
        router: Any = app.router
        documents = list(router.routes)
        router.__class__ = Application_Router
        router.routes = Route_List(routes)
        for route in documents:
            router.routes.append_default(route)
        if getattr(router.middleware_stack, "__func__", None) is APIRouter.app:
            router.middleware_stack = router.app
        self.app = app
        self.router: Application_Router = router

    def maker(self) -> APIRouter:
        return Type_Safe_Router(dependency_overrides_provider=self.app)

    def take_from(self, maker: APIRouter) -> None:
        self.add(maker.routes[-1])

    def add(self, route: BaseRoute) -> None:
        self.router.routes.append_default(route)
        self.router._mark_routes_changed()

    def place_newest(self, path: str) -> None:
        if takes_every_path(path):
            self.router.routes.move_newest_to_last()

    def routes(self) -> list[BaseRoute]:
        return list(self.router.routes.defaults())

    def users_routes(self) -> list[BaseRoute]:
        return self.router.routes.users()

    def all_routes(self) -> list[BaseRoute]:
        return self.router.routes

    def is_taken_by_default(self, scope: Scope) -> bool | None:
        return self.router.is_taken_by_default(scope)

    def is_shadowed(self, route: BaseRoute) -> bool:
        return self.router.is_shadowed(route)

    def add_frontend(self, path: str) -> None:
        """Does nothing: FastAPI says for each request whether it is a frontend's."""

    def innermost(self) -> list[Middleware]:
        return []
