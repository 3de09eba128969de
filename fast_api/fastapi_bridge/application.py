"""The FastAPI application inside a `Fast_API`."""

import copy
import functools
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, cast
from urllib.parse import quote

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from fast_api.errors import request_validation_error
from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.default_routes import Default_Routes, Default_Routes_Middleware
from fast_api.fastapi_bridge.early_refusal import as_route_error
from fast_api.fastapi_bridge.exception_handlers import unless_answered
from fast_api.fastapi_bridge.internals import effective_route, get_route_path, is_async_callable
from fast_api.fastapi_bridge.openapi import use_source_names
from fast_api.fastapi_bridge.precedence import Application_Router, Route_List, takes_every_path
from fast_api.fastapi_bridge.route import Type_Safe_Route, models_of_route, routes_made
from fast_api.fastapi_bridge.router import Type_Safe_Router, has_lifespan, teach_plain_routers
from fast_api.lifecycle import Lifecycle
from fast_api.models.handlers import adapt_handler, original_of
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


class Application(FastAPI):
    """FastAPI whose routes speak Type_Safe, whose pipeline has its place, and whose schema has the source's names.

    Attributes:
        polymorphic_responses: whether the runtime type of a returned value says which fields go out.
        before_start: called once, before the first request builds the middleware stack.
        extend_openapi: completes a new OpenAPI document in place.
    """

    default_routes: Default_Routes | None = None
    _started = False

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
        handlers: dict[Any, Any] = {RequestValidationError: request_validation_error, 405: self._method_not_allowed}
        # FastAPI's own documentation pages load their scripts from another host: see `fast_api.offline_docs`.
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
        self.docs_url, self.redoc_url = docs_url, redoc_url
        self.polymorphic_responses = polymorphic_responses
        self.before_start: Callable[[], object] | None = None
        self.extend_openapi: Callable[[dict[str, Any]], None] | None = None
        self.route_table = RouteTable()
        self.pipeline_end: int | None = None
        self._collected: list[Middleware] | None = None
        self.lifecycle = Lifecycle()
        self.renamed_openapi: dict[str, Any] | None = None
        self._shown_defaults: dict[int, bool] = {}
        if internals.IN_USE:
            self._use_own_router(routes or ())
        else:
            telemetry = {name: options[name] for name in ("telemetry",) if name in options}
            self.default_routes = Default_Routes(self, **telemetry)
            self.openapi_url = openapi_url
            if openapi_url:
                self.default_routes.add_document(openapi_url)
        self.router.route_class = self.webhooks.route_class = Type_Safe_Route

    def _use_own_router(self, routes: Sequence[BaseRoute]) -> None:
        """FastAPI makes its router by itself, with the OpenAPI document as its only route."""
        router: Any = self.router
        documents = list(router.routes)
        router.__class__ = Application_Router
        router.routes = Route_List(routes)
        for route in documents:
            router.routes.append_default(route)
        if getattr(router.middleware_stack, "__func__", None) is APIRouter.app:
            router.middleware_stack = router.app

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
            router = (
                Type_Safe_Router(dependency_overrides_provider=self)
                if self.default_routes is None
                else self.default_routes.app.router
            )
        else:
            methods = self.route_table.add(path, methods, function, self._is_registered)
        for method in dict.fromkeys(methods):  # one operation each: a shared one would have one id for all methods
            with routes_made() as made:
                try:
                    router.add_api_route(path, function, methods=[method], **options)
                except RouteError:
                    raise
                except Exception as error:
                    raise as_route_error(function, error) from error
            for route in made:
                route.group_router = group_router
                if polymorphic_responses is not None:
                    route.polymorphic_responses = polymorphic_responses
            if self.default_routes is None:
                if is_default:
                    self.add_default(router.routes[-1])
                elif takes_every_path(path):
                    self.routes_in_order.move_newest_to_last()

    @property
    def routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = self.router.routes
        return routes if self.default_routes is None else [*routes, *self.default_routes.routes()]

    @property
    def routes_in_order(self) -> Route_List:
        return cast(Route_List, self.router.routes)

    def add_default(self, route: BaseRoute) -> None:
        """Adds a route that every route of the user comes before; see `Application_Router`."""
        if self.default_routes is not None:
            self.default_routes.add(route)
            return
        self.routes_in_order.append_default(route)
        self.router._mark_routes_changed()

    def users_routes(self) -> list[BaseRoute]:
        return list(self.router.routes) if self.default_routes is not None else self.routes_in_order.users()

    def routes_by_default(self) -> list[BaseRoute]:
        if self.default_routes is not None:
            return self.default_routes.routes()
        return list(self.routes_in_order.defaults())

    def is_taken_by_default(self, scope: Scope) -> bool | None:
        """Whether a default route answers this request; None where none has its path and method."""
        if self.default_routes is not None:
            return self.default_routes.is_taken_by_default(scope)
        return cast(Application_Router, self.router).is_taken_by_default(scope)

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
        self.openapi_schema = None
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
            if self.default_routes is not None:
                self.default_routes.frontends.append(path.rstrip("/"))

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

    # the pipeline

    def add_pipeline(self, pipeline: Sequence[Middleware]) -> None:
        """Adds our middlewares, outermost first, inside of what was added before."""
        if not internals.HAS_USER_MIDDLEWARE:  # then outside of what was added before
            for middleware in reversed([*pipeline, *self._innermost()]):
                super().add_middleware(middleware.cls, *middleware.args, **middleware.kwargs)
            self.pipeline_end = 0
            return
        self.user_middleware.extend(pipeline)
        self.pipeline_end = len(self.user_middleware)

    def _innermost(self) -> list[Middleware]:
        if self.default_routes is None:
            return []
        return [Middleware(Default_Routes_Middleware, default_routes=self.default_routes)]

    def middlewares_added_by(self, hook: Callable[[], object]) -> list[Middleware]:
        """What `hook` adds by `add_middleware`, outermost first, for a place in the pipeline."""
        self._collected = []
        try:
            hook()
            return self._collected
        finally:
            self._collected = None

    def add_middleware(self, middleware_class: Any, *args: Any, **kwargs: Any) -> None:
        """As Starlette's: the last one added runs first; but once the pipeline is there, inside of it.

        So its errors and refusals have a request id, CORS headers and a record like those of a handler.
        """
        if self._collected is not None:
            self._collected.insert(0, Middleware(middleware_class, *args, **kwargs))
            return
        super().add_middleware(middleware_class, *args, **kwargs)
        if self.pipeline_end is not None and internals.HAS_USER_MIDDLEWARE:
            self.user_middleware.insert(self.pipeline_end, self.user_middleware.pop(0))

    def _start(self) -> None:
        """Before the first request: an application that nobody set up must not be without its key check."""
        if self._started:
            return
        if self.before_start is not None:
            self.before_start()
        if not internals.ROUTES_MAY_WAIT:
            for context in iter_route_contexts(self.router.routes):
                if isinstance(context.original_route, Type_Safe_Route):
                    context.original_route.complete_again()
        if internals.HAS_USER_MIDDLEWARE:
            self.user_middleware.extend(self._innermost())
        self._started = True

    def build_middleware_stack(self) -> ASGIApp:
        self._start()
        handlers = self.exception_handlers
        own = {kind: unless_answered(handlers[kind]) for kind in (500, Exception) if kind in handlers}
        self.exception_handlers = {**handlers, **own}
        try:
            return super().build_middleware_stack()
        finally:
            self.exception_handlers = handlers

    async def _method_not_allowed(self, request: Request, error: Exception) -> Response:
        """As the handler for `HTTPException` has it, but `Allow` lists the methods of all routes at the path."""
        assert isinstance(error, HTTPException)
        if error.headers and "Allow" in error.headers and not _reached_its_handler(request.scope):
            methods = {method.strip() for method in error.headers["Allow"].split(",")} | self._methods_at(request.scope)
            error.headers = {**error.headers, "Allow": ", ".join(sorted(methods - {""}))}
        handler: Any = next(
            self.exception_handlers[kind] for kind in type(error).__mro__ if kind in self.exception_handlers
        )
        if is_async_callable(handler):
            return await handler(request, error)
        return await run_in_threadpool(handler, request, error)

    def _methods_at(self, scope: Scope) -> set[str]:
        path = get_route_path(scope)
        routes = iter_route_contexts(self.routes)
        at_path = (route for route in routes if (pattern := getattr(route, "path_regex", None)) and pattern.match(path))
        return {method for route in at_path for method in getattr(route, "methods", None) or ()}

    # the schema

    def __setattr__(self, name: str, value: Any) -> None:
        """A function of the user's in the place of `openapi` makes a document in the words of the source, too."""
        if name == "openapi" and callable(value):
            value = self._with_source_names(value)
        super().__setattr__(name, value)

    def _with_source_names(self, make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        known: list[tuple[Any, dict[str, Any]]] = []  # the last document, and what became of it

        @functools.wraps(make)
        def openapi() -> dict[str, Any]:
            document = make()
            if not known or known[0][0] is not document:
                known[:] = [(document, use_source_names(document, self.models()))]
            return known[0][1]

        return openapi

    def openapi(self) -> dict[str, Any]:
        self._hide_shadowed()
        for route in self.router.routes:
            if isinstance(route, Type_Safe_Route):
                route.complete()  # nobody may read a route while its handler is being made
        document = super().openapi()
        if document is not self.renamed_openapi:
            document = use_source_names(document, self.models())
            if self.extend_openapi is not None:
                self.extend_openapi(document)
            self.renamed_openapi = self.openapi_schema = document
        return document

    def _hide_shadowed(self) -> None:
        """Keeps the default routes that a route of the user takes the place of out of the document."""
        for route in self.routes_by_default():
            shown = self._shown_defaults.setdefault(id(route), bool(getattr(route, "include_in_schema", False)))
            if shown:
                route.include_in_schema = not self.is_shadowed(route)  # type: ignore[attr-defined]

    def is_shadowed(self, route: BaseRoute) -> bool:
        """Whether a route of the user answers all that a default route would."""
        if self.default_routes is not None:
            return self.default_routes.is_shadowed(route)
        return cast(Application_Router, self.router).is_shadowed(route)

    def models(self) -> list[type[BaseModel]]:
        """The BaseModel classes that the OpenAPI document can name."""
        known: set[type[BaseModel]] = set()
        found: list[type[BaseModel]] = []
        routes: list[Any] = list(iter_route_contexts([*self.routes, *self.webhooks.routes]))
        for route in routes:
            found.extend(models_of_route(route, known))
            routes.extend(getattr(route, "callbacks", None) or ())
        return found


def _reached_its_handler(scope: Scope) -> bool:
    """Whether the route that was found takes the method: what refused it then was the handler, or a dependency."""
    methods = getattr(effective_route(scope), "methods", ())
    return methods is None or scope["method"] in methods


def _put_below(scope: Scope, root_path: str) -> None:
    """Completes the path of a request whose beginning a proxy took away: ASGI has the root in both, or mounts fail."""
    path, root = scope["path"], root_path.rstrip("/")
    if path != root and not path.startswith(f"{root}/"):
        scope["path"] = root + path
        if scope.get("raw_path") is not None:
            scope["raw_path"] = quote(root).encode("ascii") + scope["raw_path"]
