"""Turns what no handler caught into a 500 response, inside CORS and the request's record.

Starlette's own handler for `Exception` runs outside of every middleware: its response has no CORS header, so that a
browser shows a network error instead, and no request id.
"""

import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fast_api.errors import server_error_response
from fast_api.fastapi_bridge.exception_handlers import custom_error_response, is_answered, mark_answered
from fast_api.http_events.context import REQUEST_OF_ERROR, current_request
from fast_api.http_events.live_request import ERROR_CLASS
from fast_api.http_events.logs import IN_EVENT
from fast_api.redaction.traces import trace_of

logger: logging.Logger = logging.getLogger("fast_api")


class Server_Errors:
    """The client gets the request id, and more only with `debug`; then the exception goes on to what stands outside.

    There the server logs its trace, a test client raises it, and what watches exceptions sees one that nobody handled.
    With `propagate` off the log of this package gets the trace, and nothing goes on.
    """

    def __init__(self, app: ASGIApp, debug: bool = False, propagate: bool = True) -> None:
        self.app = app
        self.debug = debug
        self.propagate = propagate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        responder = Start_Responder(send)
        try:
            await self.app(scope, receive, responder.send)
        except Exception as error:
            if not is_answered(scope, error):
                error = await self.answer(scope, receive, send, error, responder.started)
            elif not self.propagate:  # by an application that is mounted here
                return
            if self.propagate or responder.started:  # once started, the server must cut the connection
                raise error

    async def answer(self, scope: Scope, receive: Receive, send: Send, error: Exception, started: bool) -> Exception:
        """Sends the response, unless another one has started; the exception that goes on."""
        state = scope.setdefault("state", {})
        request_id = state.get("request_id", "")
        state[ERROR_CLASS] = type(error)
        self.log(scope, request_id, error)
        if started:
            return error
        try:
            # Without a `receive`, as in Starlette: the body was read, and a second reader would wait endlessly.
            response = await custom_error_response(Request(scope), error)
        except Exception as second:  # the handler of errors failed
            error = second
            self.log(scope, request_id, error)
            response = None
        if response is None:
            response = server_error_response(request_id, error, self.debug)
        if self.propagate and scope.get("http_version", "1.1").startswith("1."):
            # A server that an exception reaches closes the connection: the client must not use it again.
            response.headers.setdefault("connection", "close")
        await response(scope, receive, send)
        mark_answered(scope, error)
        return error

    def log(self, scope: Scope, request_id: str, error: Exception) -> None:
        (log_error_of_server if self.propagate else log_error)(scope, request_id, error)


class Start_Responder:
    """Knows whether the response has started."""

    __slots__ = ("next_send", "started")

    def __init__(self, send: Send) -> None:
        self.next_send: Send = send
        self.started: bool = False

    async def send(self, message: Message) -> None:
        self.started = True
        await self.next_send(message)


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
