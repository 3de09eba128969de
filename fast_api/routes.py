"""`Fast_API__Routes`, routes that belong together, and `add_route_get` and its family, which `Fast_API` has too."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any, Self

from fastapi import APIRouter, FastAPI
from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.routing import BaseRoute

from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.application import Type_Safe_FastAPI
from fast_api.fastapi_bridge.arguments import check_route_options
from fast_api.fastapi_bridge.early_refusal import as_route_errors
from fast_api.fastapi_bridge.listing import routes_of
from fast_api.fastapi_bridge.route import Type_Safe_Route
from fast_api.fastapi_bridge.router import Type_Safe_Router, add_detached, parts_of
from fast_api.paths import METHODS, Function, RouteError, describe, parse_function_name, path_of_function
from type_safe_convert.types.lazy_annotations import own_annotations
from type_safe_convert.types.names import names_for, resolve

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_ADDED = "__added__"
_INCLUDED = "__included__"


class Route_Methods:
    """Registers functions as routes; `options` are FastAPI's route options, and `polymorphic_responses`."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # In a module with `from __future__ import annotations` these are strings, which Type_Safe does not read.
        annotations = own_annotations(cls)
        annotations.update(
            {name: resolve(hint, names_for(cls)) for name, hint in annotations.items() if isinstance(hint, str)}
        )
        cls.__annotations__ = annotations

    def add_route(self, function: Function, methods: Sequence[str], **options: Any) -> Self:
        """Registers `function` for `methods` at the path of its name or its `@route_path`. Raises RouteError."""
        raise NotImplementedError

    def add_route_with_body(self, function: Function, methods: Sequence[str] = ("POST",), **options: Any) -> Self:
        """As `add_route`, for methods that carry a body; RouteError for one that does not."""
        for method in methods:
            if method.upper() not in _WITH_BODY:
                raise RouteError(f"a {method.upper()} request has no body: {describe(function)}")
        return self.add_route(function, methods, **options)

    def add_route_get(self, function: Function, **options: Any) -> Self:
        """Registers `function` for GET; see `add_route`."""
        return self.add_route(function, ["GET"], **options)

    def add_route_post(self, function: Function, **options: Any) -> Self:
        """Registers `function` for POST; see `add_route`."""
        return self.add_route(function, ["POST"], **options)

    def add_route_put(self, function: Function, **options: Any) -> Self:
        """Registers `function` for PUT; see `add_route`."""
        return self.add_route(function, ["PUT"], **options)

    def add_route_patch(self, function: Function, **options: Any) -> Self:
        """Registers `function` for PATCH; see `add_route`."""
        return self.add_route(function, ["PATCH"], **options)

    def add_route_delete(self, function: Function, **options: Any) -> Self:
        """Registers `function` for DELETE; see `add_route`."""
        return self.add_route(function, ["DELETE"], **options)

    def add_route_any(self, function: Function, path: str | None = None, **options: Any) -> Self:
        """Registers `function` for every method, at `path` where one is given."""
        if path is not None:
            options["path"] = path
        return self.add_route(function, METHODS, **options)

    def add_routes_get(self, *functions: Function) -> Self:
        """Registers several functions for GET."""
        return self._add_each(functions, "GET")

    def add_routes_post(self, *functions: Function) -> Self:
        """Registers several functions for POST."""
        return self._add_each(functions, "POST")

    def add_routes_put(self, *functions: Function) -> Self:
        """Registers several functions for PUT."""
        return self._add_each(functions, "PUT")

    def add_routes_patch(self, *functions: Function) -> Self:
        """Registers several functions for PATCH."""
        return self._add_each(functions, "PATCH")

    def add_routes_delete(self, *functions: Function) -> Self:
        """Registers several functions for DELETE."""
        return self._add_each(functions, "DELETE")

    def _add_each(self, functions: Sequence[Function], method: str) -> Self:
        for function in functions:
            self.add_route(function, [method])
        return self


class Fast_API__Routes(Route_Methods, Type_Safe):
    """Base class of a group of routes: override `setup_routes` and add the group with `Fast_API.add_routes`.

    `prefix` comes from `tag` when it is not given; no prefix without either. What is added to `router` directly is
    included under the same prefix and tag after `setup_routes`. Everything else that `router` says (dependencies,
    responses, callbacks, `route_class`, lifespan, ...) holds for all routes of the group.
    """

    router: APIRouter = None  # type: ignore[assignment]  # __init__ makes it
    app: FastAPI = None  # type: ignore[assignment]  # given by Fast_API.add_routes
    prefix: str = ""
    tag: str = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.prefix = _normal_prefix(self.prefix or self.tag or "")
        if self.router is None:
            self.router = Type_Safe_Router()
        object.__setattr__(self, _ADDED, [])
        object.__setattr__(self, _INCLUDED, False)

    def add_route(self, function: Function, methods: Sequence[str], **options: Any) -> Self:
        """Registers `function`, which the application gets in `setup()`, or at once after that. Raises RouteError."""
        polymorphic = options.pop("polymorphic_responses", None)
        path = options.pop("path", None) or path_of_function(function)
        with as_route_errors(function):
            check_route_options(options)
            made = add_detached(self.router, path, function, methods=list(methods), **options)
        self.__dict__[_ADDED].extend(made)
        for route in made:
            if polymorphic is not None and isinstance(route, Type_Safe_Route):
                route.polymorphic_responses = polymorphic
        if self.__dict__[_INCLUDED]:
            self._include(made)
        return self

    def _tags(self) -> list[str | Enum]:
        return [self.tag] if self.tag else []

    def _include(self, routes: list[BaseRoute]) -> None:
        if isinstance(self.app, Type_Safe_FastAPI) and internals.IN_USE:
            self.app.take_routes(routes, self.router, self.prefix, self._tags())
            return
        for part in parts_of(self.router, routes):
            if isinstance(self.app, Type_Safe_FastAPI):
                self.app.include_part(part, self.prefix, self._tags())
            else:
                self.app.include_router(part, prefix=self.prefix, tags=self._tags())

    # what there is

    def routes(self) -> list[dict[str, Any]]:
        """The routes as `{"path", "methods", "name"}`, in the order in which they were added; the paths are
        those below its prefix."""
        return [
            {"path": path, "methods": sorted(methods), "name": name}
            for path, methods, name in routes_of([*self.__dict__[_ADDED], *self.router.routes])
        ]

    def routes_paths(self) -> list[str]:
        """The paths of the group's routes below its prefix, sorted, each once."""
        return sorted({route["path"] for route in self.routes()})

    def routes_methods(self) -> list[str]:
        """The names of the group's functions, sorted, each once."""
        return sorted({route["name"] for route in self.routes()})

    def parse_function_name(self, function_name: str) -> str:
        """The path of a function by its name alone."""
        return parse_function_name(function_name)

    def setup_routes(self) -> None:
        """Adds the routes of a group; for subclasses."""

    def setup(self) -> Self:
        """Calls `setup_routes` and includes the routes in `app`, as `Fast_API.add_routes` does. Raises RouteError."""
        if self.app is None:
            raise RouteError(
                f"{type(self).__name__} has no application: add it with Fast_API.add_routes, or give `app`"
            )
        self.setup_routes()
        self._include(self.__dict__[_ADDED])
        if isinstance(self.app, Type_Safe_FastAPI):
            self.app.add_router(self.router, self.prefix, self._tags())
        else:
            self.app.include_router(self.router, prefix=self.prefix, tags=self._tags())
        object.__setattr__(self, _INCLUDED, True)
        return self


# Characters that a client would have to escape, such as %23. Letters of any script stay: clients encode them.
_NOT_IN_A_PREFIX = re.compile(r"[^\w\-./{}:~!$&'()*+,;=@]+")


def _normal_prefix(prefix: str) -> str:
    """A prefix with one `/` in front, none behind, and a `-` for white space and what an address cannot hold."""
    words = _NOT_IN_A_PREFIX.sub("-", re.sub("/{2,}", "/", prefix).strip(" /")).strip("-")
    return f"/{words}" if words else ""
