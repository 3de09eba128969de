"""Limits the size of request bodies: by default of those that are read into memory whole."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fast_api.fastapi_bridge.arguments import check_max_body_size
from fast_api.fastapi_bridge.internals import BODY_LIMIT_RESPONDER, BODY_TOO_LARGE, MAX_BODY_SIZE
from fast_api.models.marks import File

DEFAULT_MAX_BODY_SIZE = 10 * 1024 * 1024
TOO_LARGE = "Content Too Large"

_WHOLE_TYPES = (b"application/x-www-form-urlencoded", b"application/json")


class Body_Too_Large(HTTPException):
    """Raised where a body is read that is too large."""


# An application's own 413 is none of these.
_REFUSALS: tuple[type[Exception], ...] = (Body_Too_Large, *BODY_TOO_LARGE)


class Body_Limit:
    """Answers 413 with `{"detail"}` to a request whose body is too large, whether it says its length or comes in parts.

    Without `max_body_size` the limit is 10 MB for a body that is read into memory whole: JSON, a form without files,
    whatever a route declares as its body. Uploads and streams have no limit then. With `max_body_size` every body has
    it. The `max_body_size` of a route, a router or a mounted application wins for what is inside of it.
    """

    def __init__(self, app: ASGIApp, max_body_size: int | None = None) -> None:
        check_max_body_size(max_body_size)
        self.app = app
        self.max_body_size = max_body_size
        self.nested: ASGIApp | RequestBodyLimitMiddleware = (
            app if max_body_size is None else RequestBodyLimitMiddleware(app, max_body_size)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif BODY_LIMIT_RESPONDER in scope:  # an enclosing application counts the bytes
            await self.inside_of_another(scope, receive, send)
        else:
            await Body_Limit_Responder(self.app, self.max_body_size, scope, receive, send).run()

    async def inside_of_another(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.nested(scope, receive, noting_send)
        except Exception as error:
            if started or not is_refusal(error):
                raise
            await JSONResponse({"detail": TOO_LARGE}, 413)(scope, receive, send)


def is_refusal(error: BaseException) -> bool:
    """Whether an exception says nothing but that a body is too large."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_refusal, error.exceptions))
    if isinstance(error, RuntimeError) and error.__cause__ is not None:  # Starlette's, after a response has begun
        return is_refusal(error.__cause__)
    return isinstance(error, _REFUSALS)


class Body_Limit_Responder:
    """Counts the body of one request.

    Attributes:
        max_body_size: None for the default.
        total_size: bytes so far.
    """

    def __init__(self, app: ASGIApp, size: int | None, scope: Scope, receive: Receive, send: Send) -> None:
        self.app = app
        self.max_body_size = size
        self.scope = scope
        self.next_receive = receive
        self.next_send = send
        self.total_size: int = 0
        self.refused: bool = False
        self.started: bool = False
        self.answered: bool = False

    async def run(self) -> None:
        self.scope[BODY_LIMIT_RESPONDER] = self
        try:
            await self.app(self.scope, self.receive, self.send)
        except Exception as error:
            if not self.refused or not is_refusal(error) or (self.started and not self.answered):
                raise
            if not self.answered:
                await self.answer()
        finally:
            self.scope.pop(BODY_LIMIT_RESPONDER, None)

    async def receive(self) -> Message:
        if self.answered:  # a reader now only waits for the client to disconnect
            return await self.next_receive()
        if self.is_too_large(content_length(self.scope)):
            raise self.refusal()
        message = await self.next_receive()
        if message["type"] == "http.request":
            self.total_size += len(message.get("body", b""))
            if self.is_too_large(self.total_size):
                raise self.refusal()
        return message

    def is_too_large(self, size: int) -> bool:
        """Whether this body may not have that size. Asked when it is read, since the route is known by then."""
        limit: int | None = self.max_body_size
        if limit is None:
            limit = self.scope.get(MAX_BODY_SIZE)  # where Starlette has not told this responder
        if limit is None:
            return size > DEFAULT_MAX_BODY_SIZE and is_read_whole(self.scope)
        return size > limit

    def refusal(self) -> HTTPException:
        self.refused = True
        return Body_Too_Large(413, TOO_LARGE)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self.started:
            # The application may have swallowed the refusal, or never have read a body that is too large.
            unread = self.max_body_size is not None and content_length(self.scope) > self.max_body_size
            if (self.refused or unread) and message["status"] != 413:
                await self.answer()
            self.started = True
        if not self.answered:
            await self.next_send(message)

    async def answer(self) -> None:
        self.answered = True
        await JSONResponse({"detail": TOO_LARGE}, 413)(self.scope, self.next_receive, self.next_send)


def content_length(scope: Scope) -> int:
    """Returns the size that the request states, 0 where it states none."""
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


def is_read_whole(scope: Scope) -> bool:
    """Whether the body will be in memory as a whole: by what its route declares, else by what the request says."""
    content_type = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    media_type = content_type[:128].partition(b";")[0].strip().lower()
    body_field: Any = getattr(scope.get("route"), "body_field", None)
    if body_field is not None and not isinstance(body_field.field_info, File):
        return True
    return media_type in _WHOLE_TYPES or media_type.endswith(b"+json")
