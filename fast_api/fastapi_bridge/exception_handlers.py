"""Handlers of exceptions: the application's own for `Exception` and 500, each called once, and the one for 405."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from fast_api.fastapi_bridge.internals import effective_route, get_route_path, is_async_callable

_ANSWERED = "__fast_api_answered__"


async def custom_error_response(request: Request, error: Exception) -> Response | None:
    """The response of a handler that the application registered for `Exception` or 500; None where there is none."""
    handlers = getattr(request.scope.get("app"), "exception_handlers", {})
    handler = handlers.get(500) or handlers.get(Exception)
    if handler is None:
        return None
    if is_async_callable(handler):
        response: Awaitable[Response] = handler(request, error)
        return await response
    return await run_in_threadpool(handler, request, error)


def mark_answered(scope: Scope, error: Exception) -> None:
    error.__dict__[_ANSWERED] = scope["state"].get("request_id")


def is_answered(scope: Scope, error: Exception) -> bool:
    """Whether the exception was answered with a response in this very request; the same object may be raised again."""
    answered = getattr(error, _ANSWERED, None)
    return answered is not None and answered == scope.get("state", {}).get("request_id")


def unless_answered(handler: Any) -> Any:
    """A handler for `Exception` as Starlette calls it outside of all middlewares: not a second time."""

    async def handle(request: Request, error: Exception) -> Response:
        if is_answered(request.scope, error):
            return Response(status_code=500)  # never sent
        if is_async_callable(handler):
            response: Response = await handler(request, error)
            return response
        return await run_in_threadpool(handler, request, error)

    return handle


def method_not_allowed(app: FastAPI) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Returns a handler as the one for `HTTPException`, but `Allow` lists the methods of all routes at the path."""

    async def handle(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.headers and "Allow" in error.headers and not _reached_its_handler(request.scope):
            methods = {method.strip() for method in error.headers["Allow"].split(",")} | _methods_at(app, request.scope)
            error.headers = {**error.headers, "Allow": ", ".join(sorted(methods - {""}))}
        handlers = app.exception_handlers
        handler: Any = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
        if is_async_callable(handler):
            response: Response = await handler(request, error)
            return response
        return await run_in_threadpool(handler, request, error)

    return handle


def _methods_at(app: FastAPI, scope: Scope) -> set[str]:
    path = get_route_path(scope)
    routes = iter_route_contexts(app.routes)
    at_path = (route for route in routes if (pattern := getattr(route, "path_regex", None)) and pattern.match(path))
    return {method for route in at_path for method in getattr(route, "methods", None) or ()}


def _reached_its_handler(scope: Scope) -> bool:
    """Whether the route that was found takes the method: what refused it then was the handler, or a dependency."""
    methods = getattr(effective_route(scope), "methods", ())
    return methods is None or scope["method"] in methods
