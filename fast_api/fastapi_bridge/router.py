"""Routers whose routes speak Type_Safe: `Type_Safe_Router`, and `fastapi.APIRouter` once it was taught.

FastAPI reads a handler where it is decorated, which for a plain router is before any application of ours has seen it.
Only a handler that names a Type_Safe class or primitive, or that FastAPI refuses and we can adapt, gets a route of
ours there; every other handler of a plain router stays FastAPI's own.
"""

import functools
import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from fastapi.routing import APIRoute, APIRouter
from starlette.routing import BaseRoute

from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.route import Type_Safe_Route
from fast_api.models.handlers import Function, adapt_depends, adapt_handler, adapt_responses, names_type_safe
from fast_api.models.marks import Depends


class Type_Safe_Router(APIRouter):
    """A router whose routes speak Type_Safe."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"route_class": Type_Safe_Route, **options})

    def add_api_route(self, path: str, endpoint: Function, **options: Any) -> None:
        route_class = type_safe_route_class(options.pop("route_class_override", None) or self.route_class)
        super().add_api_route(path, endpoint, route_class_override=route_class, **options)

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: Function,
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> None:
        with _for_fastapi(self):
            super().add_api_websocket_route(
                path, adapt_handler(endpoint), name, dependencies=list(map(adapt_depends, dependencies or ()))
            )


def type_safe_route_class(route_class: Any) -> Any:
    """Returns a class of routes that speak Type_Safe, with the methods of `route_class` before ours.

    Where the two cannot have a common child, it is `route_class` itself.
    """
    if issubclass(route_class, Type_Safe_Route):
        return route_class
    return Type_Safe_Route if route_class is APIRoute else _type_safe_child(route_class)


@functools.cache
def _type_safe_child(route_class: Any) -> Any:
    try:
        return type(route_class.__name__, (route_class, Type_Safe_Route), {"__module__": route_class.__module__})
    except TypeError:
        return route_class


def add_detached(router: APIRouter, path: str, function: Function, **options: Any) -> list[BaseRoute]:
    """Makes routes with all that a router says, which are not in it: another group may share the router."""
    options = {**options, "route_class_override": type_safe_route_class(router.route_class)}
    if not internals.IN_USE:
        part = _empty_twin(router)
        part.add_api_route(path, function, **options)
        made = list(part.routes)
        for route in made:
            route.__dict__[_PART] = part
            if isinstance(route, Type_Safe_Route):
                route.group_router = router
        return made
    count = len(router.routes)
    router.add_api_route(path, function, **options)
    made = router.routes[count:]
    del router.routes[count:]
    return made


def parts_of(router: APIRouter, routes: Sequence[BaseRoute]) -> list[APIRouter]:
    """Routers to include that hold `routes`, which `add_detached` made."""
    if not internals.IN_USE:
        return [route.__dict__[_PART] for route in routes]
    part = _empty_twin(router)
    part.routes = list(routes)
    return [part]


def _empty_twin(router: APIRouter) -> APIRouter:
    """A router that says the same about its routes, and has none; nor a lifespan or frontends."""
    names = inspect.signature(APIRouter).parameters.keys() - _OF_ONE_ROUTER
    settings = {name: getattr(router, name) for name in names if hasattr(router, name)}
    try:
        return type(router)(**settings)
    except TypeError:  # a class with a constructor of its own
        return APIRouter(**settings)


_PART = "__fast_api_part__"
_OF_ONE_ROUTER = {"routes", "lifespan", "on_startup", "on_shutdown"}


def has_lifespan(router: APIRouter) -> bool:
    """Whether a user gave the router a lifespan; FastAPI gives it one that runs its handlers of events."""
    return type(router.lifespan_context) is not type(APIRouter().lifespan_context)


@contextmanager
def _for_fastapi(router: APIRouter) -> Iterator[None]:
    """Adapts the dependencies and responses of a router for FastAPI inside of the block."""
    dependencies, responses = router.dependencies, router.responses
    router.dependencies = list(map(adapt_depends, dependencies))
    router.responses = adapt_responses(responses)
    try:
        yield
    finally:
        router.dependencies, router.responses = dependencies, responses


def teach_plain_routers() -> None:
    """Lets `APIRouter` take handlers, dependencies and responses that FastAPI could not read."""
    if hasattr(APIRouter.add_api_route, "__wrapped__"):
        return
    for name, teach in (
        ("add_api_route", _taught),
        ("add_api_websocket_route", _taught_websocket),
        ("include_router", _taught_inclusion),
    ):
        setattr(APIRouter, name, teach(getattr(APIRouter, name)))


def _taught(add_api_route: Any) -> Any:
    @functools.wraps(add_api_route)
    def add(self: APIRouter, path: str, endpoint: Function, **options: Any) -> None:
        route_class = options.get("route_class_override") or self.route_class
        if isinstance(route_class, type) and issubclass(route_class, Type_Safe_Route):
            add_api_route(self, path, endpoint, **options)
            return
        dependencies = [*self.dependencies, *(options.get("dependencies") or ())]
        ours = {**options, "route_class_override": type_safe_route_class(route_class)}
        functions = [endpoint, *(depends.dependency for depends in dependencies)]
        if any(map(names_type_safe, functions)):
            add_api_route(self, path, endpoint, **ours)
            return
        try:
            add_api_route(self, path, endpoint, **options)
        except Exception:
            responses = {**self.responses, **(options.get("responses") or {})}
            if not _can_be_adapted(endpoint, dependencies, responses, options.get("response_model")):
                raise
            add_api_route(self, path, endpoint, **ours)

    return add


def _taught_websocket(add_api_websocket_route: Any) -> Any:
    @functools.wraps(add_api_websocket_route)
    def add(
        self: APIRouter, path: str, endpoint: Function, name: str | None = None, *, dependencies: Any = None
    ) -> None:
        functions = [endpoint, *(depends.dependency for depends in [*self.dependencies, *(dependencies or ())])]
        if not any(map(names_type_safe, functions)):
            add_api_websocket_route(self, path, endpoint, name, dependencies=dependencies)
            return
        with _for_fastapi(self):
            adapted = list(map(adapt_depends, dependencies or ()))
            add_api_websocket_route(self, path, adapt_handler(endpoint), name, dependencies=adapted)

    return add


def _taught_inclusion(include_router: Any) -> Any:
    @functools.wraps(include_router)
    def include(self: APIRouter, router: APIRouter, **options: Any) -> None:
        if options.get("dependencies"):
            options["dependencies"] = list(map(adapt_depends, options["dependencies"]))
        if options.get("responses"):
            options["responses"] = adapt_responses(options["responses"])
        with _for_fastapi(self):
            include_router(self, router, **options)

    return include


def _can_be_adapted(
    endpoint: Function, dependencies: Sequence[Depends], responses: dict[Any, Any], response_model: Any
) -> bool:
    """Whether a route of ours would show FastAPI something else than what it refused."""
    try:
        return (
            adapt_handler(endpoint, with_return=True) is not endpoint
            or any(adapt_depends(depends) is not depends for depends in dependencies)
            or adapt_responses(responses) != responses
            or names_type_safe(cast(Any, _returning(response_model)))
        )
    except Exception:
        return False


def _returning(annotation: Any) -> Function:
    def function() -> Any: ...

    function.__annotations__["return"] = annotation
    return function
