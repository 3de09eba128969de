"""Error responses: FastAPI's shapes for what the client did wrong, and as little as possible for what we did."""

import json
import logging
import traceback
from collections.abc import Awaitable
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette._utils import is_async_callable
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from fast_api.http_events.cleaning import trace_of
from fast_api.http_events.context import REQUEST_OF_ERROR, current_request
from fast_api.http_events.logs import IN_EVENT

logger = logging.getLogger("fast_api")


class Safe_JSON_Response(JSONResponse):
    """JSON of anything that a client may have sent: NaN and infinities as null, lone surrogates escaped.

    The plain JSONResponse raises for both, which would turn a 422 that echoes them into a 500.
    """

    def render(self, content: Any) -> bytes:
        try:
            return super().render(content)
        except ValueError:  # UnicodeEncodeError is one
            finite = json.loads(json.dumps(content), parse_constant=lambda name: None)
            return json.dumps(finite, separators=(",", ":")).encode("ascii")


async def request_validation_error(request: Request, error: Exception) -> Response:
    """422 in FastAPI's shape; FastAPI's own handler cannot echo every input (see `Safe_JSON_Response`)."""
    assert isinstance(error, RequestValidationError)
    try:
        detail = jsonable_encoder(error.errors())
    except ValueError:  # an exception that a constructor or a validator raised may carry what has no JSON
        detail = jsonable_encoder(error.errors(), custom_encoder={Exception: lambda error: {}})
    return Safe_JSON_Response({"detail": detail}, status_code=422)


def server_error_response(request_id: str, error: Exception, debug: bool) -> Response:
    """500 with the request id; the exception's text and trace only with `debug`."""
    content: dict[str, Any] = {"detail": "Internal Server Error", "request_id": request_id}
    if debug:
        content["detail"] = f"{type(error).__name__}: {_text_of(error)}"
        content["traceback"] = traceback.format_exception(error)
    return Safe_JSON_Response(content, status_code=500)


def _text_of(error: Exception) -> str:
    try:
        return str(error)
    except Exception:
        return "an exception without a text"


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


_ANSWERED = "__fast_api_answered__"


def log_error(scope: Scope, request_id: str, error: Exception) -> None:
    """Logs the exception with its trace."""
    logger.error("%s %s failed, request %s", scope["method"], scope["path"], request_id, exc_info=error)


def log_error_of_server(scope: Scope, request_id: str, error: Exception) -> None:
    """Logs one line for an exception whose trace the server is going to log; the event gets the trace.

    A warning, since an error would be reported a second time by what collects errors from logs.
    """
    request = current_request.get()
    message = f"{scope['method']} {scope['path']} failed, request {request_id}"
    if request is not None:
        error.__dict__[REQUEST_OF_ERROR] = request  # an exception may be a frozen dataclass
        trace = trace_of(error).rstrip()
        request.add_log_message(f"{message}\n{trace}", "ERROR", logger.name)
    name = type(error).__name__
    logger.warning("%s: %s", message, name, extra={IN_EVENT: True})


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
