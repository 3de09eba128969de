"""`fastapi.APIRouter` takes handlers that speak Type_Safe, so that a router need not know who will include it.

FastAPI reads a handler where it is decorated, which for a plain router is before any application of ours has seen it.
Only a handler that names a Type_Safe class or primitive, or that FastAPI refuses and we can spell, gets a route of
ours; every other handler of a plain router stays FastAPI's own.
"""

import functools
from collections.abc import Sequence
from typing import Any, cast

from fastapi import params
from fastapi.routing import APIRouter

from fast_api.fastapi_bridge.route import Type_Safe_Route, add_websocket_route, type_safe_route_class
from fast_api.models.handlers import Function, names_type_safe, respell, respell_depends, respell_responses


def teach_plain_routers() -> None:
    """Lets `APIRouter` add routes of ours where FastAPI could not read the handler."""
    if not hasattr(APIRouter.add_api_route, "__wrapped__"):
        setattr(APIRouter, "add_api_route", _taught(APIRouter.add_api_route))  # noqa: B010  # mypy forbids the plain way
        setattr(APIRouter, "add_api_websocket_route", _taught_websocket(APIRouter.add_api_websocket_route))  # noqa: B010


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
            if not _is_spelled_by_us(endpoint, dependencies, responses, options.get("response_model")):
                raise
            add_api_route(self, path, endpoint, **ours)

    return add


def _taught_websocket(add_api_websocket_route: Any) -> Any:
    @functools.wraps(add_api_websocket_route)
    def add(
        self: APIRouter, path: str, endpoint: Function, name: str | None = None, *, dependencies: Any = None
    ) -> None:
        functions = [endpoint, *(depends.dependency for depends in [*self.dependencies, *(dependencies or ())])]
        if any(map(names_type_safe, functions)):
            add_websocket_route(self, path, endpoint, name, dependencies)
        else:
            add_api_websocket_route(self, path, endpoint, name, dependencies=dependencies)

    return add


def _is_spelled_by_us(
    endpoint: Function, dependencies: Sequence[params.Depends], responses: dict[Any, Any], response_model: Any
) -> bool:
    """Whether a route of ours would show FastAPI something else than what it refused."""
    try:
        return (
            respell(endpoint, with_return=True) is not endpoint
            or any(respell_depends(depends) is not depends for depends in dependencies)
            or respell_responses(responses) != responses
            or names_type_safe(cast(Any, _returning(response_model)))
        )
    except Exception:
        return False


def _returning(annotation: Any) -> Function:
    def function() -> Any: ...

    function.__annotations__["return"] = annotation
    return function
