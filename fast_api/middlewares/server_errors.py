"""Turns what no handler caught into a 500 response, inside CORS and the request's record.

Starlette's own handler for `Exception` runs outside of every middleware: its response has no CORS header, so that a
browser shows a network error instead, and no request id.
"""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fast_api.errors import custom_error_response, log_error, server_error_response
from fast_api.http_events.running import ERROR_CLASS


class Server_Errors:
    """The log gets the trace with the request id; the client gets the request id, and more only with `debug`."""

    def __init__(self, app: ASGIApp, debug: bool = False) -> None:
        self.app = app
        self.debug = debug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        responder = Start_Responder(send)
        try:
            await self.app(scope, receive, responder.send)
        except Exception as error:
            request_id = scope.get("state", {}).get("request_id", "")
            scope.setdefault("state", {})[ERROR_CLASS] = type(error)
            log_error(scope, request_id, error)
            if responder.started:  # too late for another status: the server cuts the connection
                raise
            try:
                # Without a `receive`, as in Starlette: the body was read, and to wait for it again would be for ever.
                response = await custom_error_response(Request(scope), error)
            except Exception as second:  # the handler of errors has one itself
                error = second
                log_error(scope, request_id, error)
                response = None
            if response is None:
                response = server_error_response(request_id, error, self.debug)
            await response(scope, receive, send)


class Start_Responder:
    """Knows whether the response has started."""

    __slots__ = ("next_send", "started")

    def __init__(self, send: Send) -> None:
        self.next_send = send
        self.started = False

    async def send(self, message: Message) -> None:
        self.started = True
        await self.next_send(message)
