"""The FastAPI application inside a `Fast_API`."""

import copy
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from fast_api.errors import request_validation_error
from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.arguments import check_route_options
from fast_api.fastapi_bridge.document import Documented_FastAPI
from fast_api.fastapi_bridge.early_refusal import as_route_errors
from fast_api.fastapi_bridge.exception_handlers import method_not_allowed
from fast_api.fastapi_bridge.middleware_stack import Pipelined_FastAPI
from fast_api.fastapi_bridge.precedence import Shared_Default_Routes
from fast_api.fastapi_bridge.route import Type_Safe_Route, routes_made
from fast_api.fastapi_bridge.router import has_lifespan, teach_plain_routers
from fast_api.fastapi_bridge.separate_defaults import Separate_Default_Routes
from fast_api.lifecycle import Lifecycle
from fast_api.models.handlers import adapt_handler
from fast_api.models.signatures import original_of
from fast_api.paths import (
    Function,
    RouteError,
    RouteTable,
    check_return_annotation,
    is_same_function,
    normal_path,
    report_unread_parameters,
)

teach_plain_routers()


class Dependency_Overrides(dict[Any, Any]):
    """FastAPI's `dependency_overrides`, by the functions that the user wrote."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(original_of(key))

    def __getitem__(self, key: Any) -> Any:
        return adapt_handler(super().__getitem__(original_of(key)))

    def get(self, key: Any, default: Any = None) -> Any:
        original = original_of(key)
        return adapt_handler(found) if (found := super().get(original)) is not None else default


class Type_Safe_FastAPI(Documented_FastAPI, Pipelined_FastAPI):
    """FastAPI whose routes speak Type_Safe: a pipeline, default routes, groups of routes, and the source's names.

    Attributes:
        polymorphic_responses: whether the runtime type of a returned value says which fields go out.
    """

    def __init__(
        self,
        *,
        polymorphic_responses: bool = False,
        routes: Sequence[BaseRoute] | None = None,
        docs_url: str | None = "/docs",
        redoc_url: str | None = "/redoc",
        exception_handlers: Mapping[Any, Any] | None = None,
        **options: Any,
    ) -> None:
        self._overrides = Dependency_Overrides()
        handlers: dict[Any, Any] = {RequestValidationError: request_validation_error, 405: method_not_allowed(self)}
        # FastAPI's own documentation pages load their scripts from another host: see `fast_api.builtin.docs`.
        openapi_url = options.get("openapi_url", "/openapi.json")
        if not internals.IN_USE:
            options["openapi_url"] = None  # FastAPI would answer it before the routes of the user
        super().__init__(
            **options,
            docs_url=None,
            redoc_url=None,
            exception_handlers={**handlers, **(exception_handlers or {})},
            routes=None if internals.IN_USE else [*(routes or ())],
        )
        self.docs_url = docs_url
        self.redoc_url = redoc_url
        self.polymorphic_responses = polymorphic_responses
        self.route_table: RouteTable = RouteTable()
        self.lifecycle: Lifecycle = Lifecycle()
        self._shown_in_schema: dict[int, bool] = {}
        self.default_routes: Shared_Default_Routes | Separate_Default_Routes
        if internals.IN_USE:
            self.default_routes = Shared_Default_Routes(self, routes or ())
        else:
            telemetry = {name: options[name] for name in ("telemetry",) if name in options}
            separate = Separate_Default_Routes(self, **telemetry)
            self.default_routes = separate
            self.openapi_url = openapi_url
            if openapi_url:
                separate.add_document(openapi_url)
        self.router.route_class = self.webhooks.route_class = Type_Safe_Route

    @property
    def dependency_overrides(self) -> dict[Any, Any]:
        return self._overrides

    @dependency_overrides.setter
    def dependency_overrides(self, overrides: dict[Any, Any] | None) -> None:
        self._overrides = Dependency_Overrides(overrides or {})

    def add_function(
        self,
        path: str,
        function: Function,
        methods: Sequence[str],
        *,
        polymorphic_responses: bool | None = None,
        is_default: bool = False,
        group_router: APIRouter | None = None,
        **options: Any,
    ) -> None:
        """Registers `function`; `options` are FastAPI's. A default route is tried after those of the user.

        `group_router` is the router whose dependencies hold for the route, also those that it gets later.

        Raises RouteError for a clash, and for an annotation that names nothing.
        """
        methods = [method.upper() for method in ([methods] if isinstance(methods, str) else methods)]
        routers = [self.router, *([group_router] if group_router is not None else [])]
        known = [depends for router in routers for depends in router.dependencies]
        report_unread_parameters(path, function, [*known, *(options.get("dependencies") or ())])
        if "response_model" not in options:
            check_return_annotation(function)
        # A default route may be replaced, and what FastAPI was told about the user's routes is not about it.
        router: APIRouter = self.router
        if is_default:
            router = self.default_routes.maker()
        else:
            methods = self.route_table.add(path, methods, function, self._is_registered)
        for method in dict.fromkeys(methods):  # one operation each: a shared one would have one id for all methods
            with routes_made() as made, as_route_errors(function):
                check_route_options(options)
                router.add_api_route(path, function, methods=[method], **options)
            for route in made:
                route.group_router = group_router
                if polymorphic_responses is not None:
                    route.polymorphic_responses = polymorphic_responses
            if is_default:
                self.default_routes.take_from(router)
            else:
                self.default_routes.place_newest(path)

    @property
    def routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = self.router.routes
        return self.default_routes.all_routes() if "default_routes" in self.__dict__ else routes

    def users_routes(self) -> list[BaseRoute]:
        """Returns the routes without the default ones."""
        return self.default_routes.users_routes()

    def is_taken_by_default(self, scope: Scope) -> bool | None:
        """Whether a default route answers this request; None where none has its path and method."""
        return self.default_routes.is_taken_by_default(scope)

    def add_router(self, router: APIRouter, prefix: str, tags: Sequence[str | Enum]) -> None:
        """Adds what a group's router has, its Type_Safe routes as if they had been added here. Raises RouteError."""
        if not internals.IN_USE:
            for route in router.routes:
                if isinstance(route, Type_Safe_Route):
                    route.group_router = router
            self.include_router(router, prefix=prefix, tags=list(tags))
            return
        others = self.take_routes(router.routes, router, prefix, tags)
        if others or router.on_startup or router.on_shutdown or router._low_priority_routes or has_lifespan(router):
            rest = copy.copy(router)
            rest.routes = others
            self.include_router(rest, prefix=prefix, tags=list(tags))

    def take_routes(
        self, routes: Sequence[BaseRoute], router: APIRouter, prefix: str, tags: Sequence[str | Enum]
    ) -> list[BaseRoute]:
        """Adds the Type_Safe routes among those that a group's router made, and returns the others."""
        others = []
        for route in routes:
            if not isinstance(route, Type_Safe_Route):
                others.append(route)
                continue
            function, options = route.declaration()
            options["tags"] = [*tags, *(tag for tag in options.get("tags") or () if tag not in tags)]
            options["methods"] = sorted(route.methods or ())
            options.pop("dependency_overrides_provider", None)
            self.add_function(
                prefix + route.path,
                function,
                polymorphic_responses=route.polymorphic_responses,
                group_router=router,
                route_class_override=type(route),
                **options,
            )
        return others

    def _is_registered(self, path: str, function: Function) -> bool:
        """Whether a route of the function is still there: the user may have removed it."""
        return any(
            isinstance(route, Type_Safe_Route)
            and normal_path(route.path) == normal_path(path)
            and is_same_function(route.declaration()[0], function)
            for route in self.router.routes
        )

    def include_part(self, part: APIRouter, prefix: str, tags: Sequence[str | Enum]) -> None:
        """Includes routes of a group, each with a path of its own. Raises RouteError for a clash."""
        is_new = False
        for context in iter_route_contexts(part.routes):
            path, original = prefix + (context.path or ""), context.original_route
            if not isinstance(original, Type_Safe_Route):
                is_new = True
                continue
            function, options = original.declaration()
            report_unread_parameters(path, function, options.get("dependencies") or ())
            added = self.route_table.add(path, sorted(context.methods or ()), function, lambda *known: True)
            is_new = is_new or bool(added)
        if is_new:
            self.include_router(part, prefix=prefix, tags=list(tags))

    def remove_routes(self, path: str) -> bool:
        """Removes the routes and mounts at `path`; returns whether there was one."""
        if not internals.IN_USE and not isinstance(self.router.routes, list):
            raise RouteError(f"no route can be removed: {internals.DIFFERENCE}")
        found = [route for route in self.router.routes if getattr(route, "path", None) == path]
        for route in found:
            self.router.routes.remove(route)
        if internals.IN_USE:
            self.router._mark_routes_changed()
        self.openapi_schema: dict[str, Any] | None = None
        return bool(found)

    def mount(self, path: str, app: ASGIApp, name: str | None = None) -> None:
        """As Starlette's. Raises RouteError where another application, which is tried first, has the path already."""
        known = self._mounted_at(path)
        if known is not None and known is not app:
            raise RouteError(f"two applications are mounted at {path}")
        if known is None:
            super().mount(path, app, name)

    if not internals.IN_USE:

        def frontend(self, path: str, **options: Any) -> None:
            """As FastAPI's; a default route at its very path, or below a path that is not the root, makes way."""
            super().frontend(path, **options)
            self.default_routes.add_frontend(path)

    def mount_static(self, path: str, files: StaticFiles, name: str) -> None:
        """Mounts a folder, once. Raises RouteError where something else is mounted at `path`."""
        known = self._mounted_at(path)
        if not isinstance(known, StaticFiles) or known.directory != files.directory:
            self.mount(path, files, name)

    def _mounted_at(self, path: str) -> ASGIApp | None:
        mounts = (route for route in self.users_routes() if isinstance(route, Mount))
        return next((mount.app for mount in mounts if mount.path == path.rstrip("/")), None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._started:
            self._start()
        if scope["type"] == "lifespan":
            receive, send = self.lifecycle.watched(receive, send)
        elif self.root_path:
            _put_below(scope, self.root_path)
        await super().__call__(scope, receive, send)


def _put_below(scope: Scope, root_path: str) -> None:
    """Completes the path of a request whose beginning a proxy took away: ASGI has the root in both, or mounts fail."""
    path, root = scope["path"], root_path.rstrip("/")
    if path != root and not path.startswith(f"{root}/"):
        scope["path"] = root + path
        if scope.get("raw_path") is not None:
            scope["raw_path"] = quote(root).encode("ascii") + scope["raw_path"]
