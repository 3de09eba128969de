"""Gives every request and WebSocket its id, and tells the HTTP events what happens to requests."""

import os
import re
from types import CoroutineType
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fast_api.http_events.http_events import Fast_API__Http_Events
from fast_api.http_events.recorded import REQUEST_ID_HEADER

_HEADER = REQUEST_ID_HEADER.encode()
_HEADERS = (_HEADER, b"x-request-id")  # gateways send the second; the first one that can be trusted wins
# Request ids that are accepted from outside. They go into logs and response headers.
_TRUSTWORTHY = re.compile(rb"[A-Za-z0-9._-]{1,128}")


class Http_Request:
    """Puts the request id into `request.state.request_id` and the `fast-api-request-id` response header.

    An id that comes with the request, in the same header or in `x-request-id`, is taken over only with
    `trust_request_id`, and only where it is 1 to 128 letters, digits, dots, dashes and underscores.
    """

    def __init__(self, app: ASGIApp, http_events: Fast_API__Http_Events, trust_request_id: bool = False) -> None:
        self.app = app
        self.http_events = http_events
        self.trust_request_id = trust_request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket" and "request_id" not in scope.setdefault("state", {}):
                await self.websocket(scope, receive, send)
            else:
                await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        if "request_id" in state:  # an enclosing application records this request already
            self.http_events.request_passed_on(scope)
            await self.app(scope, receive, send)
            return
        request_id = self.request_id(scope)
        state["request_id"] = request_id
        event = self.http_events.request_started(scope, request_id)
        if isinstance(event, CoroutineType):
            event = await event
        responder = Http_Request_Responder(request_id, self.http_events, event, send)
        if event is None:
            await self.app(scope, receive, responder.send)
            return
        try:
            await self.app(scope, receive, responder.send)
        except BaseException as error:
            await self.end(event, error)
            raise
        await self.end(event, None)

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["request_id"] = request_id = self.request_id(scope)
        live = self.http_events.websocket_started(scope, request_id)
        try:
            await self.app(scope, receive, WebSocket_Responder(self, scope, request_id, send).send)
        except BaseException as error:
            self.http_events.websocket_ended(live, error)
            raise
        self.http_events.websocket_ended(live, None)

    async def end(self, event: Any, error: BaseException | None) -> None:
        ended = self.http_events.request_ended(event, error)
        if isinstance(ended, CoroutineType):
            await ended

    def request_id(self, scope: Scope) -> str:
        if self.trust_request_id:
            sent = {name: value for name, value in reversed(scope["headers"]) if name in _HEADERS}
            for header in _HEADERS:
                if _TRUSTWORTHY.fullmatch(sent.get(header, b"")):
                    return str(sent[header].decode("ascii"))
        return new_guid()


class WebSocket_Responder:
    """Records a WebSocket that is refused before it is accepted: to its client that is a GET with a 403."""

    def __init__(self, http_request: Http_Request, scope: Scope, request_id: str, send: Send) -> None:
        self.http_request = http_request
        self.scope = scope
        self.request_id = request_id
        self.next_send = send
        self.is_new: bool = True

    async def send(self, message: Message) -> None:
        is_new, self.is_new = self.is_new, False
        await self.next_send(message)
        if is_new and message["type"] == "websocket.close":
            await self.record()

    async def record(self) -> None:
        events, scope = self.http_request.http_events, {**self.scope, "method": "GET"}
        event = events.request_started(scope, self.request_id)
        if isinstance(event, CoroutineType):
            event = await event
        if event is not None:
            events.message_sent(event, {"type": "http.response.start", "status": 403, "headers": [(_HEADER, b"")]})
            events.message_sent(event, {"type": "http.response.body"})
            await self.http_request.end(event, None)


class Http_Request_Responder:
    """Sees the messages of one response."""

    __slots__ = ("event", "http_events", "next_send", "request_id")

    def __init__(self, request_id: str, http_events: Fast_API__Http_Events, event: Any, send: Send) -> None:
        self.request_id: str = request_id
        self.http_events: Fast_API__Http_Events = http_events
        self.event: Any = event
        self.next_send: Send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (_HEADER, self.request_id.encode())]
        await self.next_send(message)
        if self.event is not None:
            self.http_events.message_sent(self.event, message)


def new_guid() -> str:
    """A random GUID, as `str(uuid.uuid4())` makes it in four times the time."""
    number = int.from_bytes(os.urandom(16), "big") & ~(0xF000 << 64 | 0xC000 << 48) | (0x4000 << 64 | 0x8000 << 48)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
