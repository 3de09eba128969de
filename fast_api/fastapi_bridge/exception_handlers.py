"""The application's own handlers for `Exception` and 500, each called once for an exception."""

from collections.abc import Awaitable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from fast_api.fastapi_bridge.internals import is_async_callable

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
