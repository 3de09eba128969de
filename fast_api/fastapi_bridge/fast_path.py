"""Fast path: calls handlers that need only parsed arguments, without what FastAPI prepares for the others.

FastAPI prepares exit stacks, forms, background tasks and a response to change for each request. A route that asks for
none of these is served here in half the time (measured in docs/design.md). Every unusual request (invalid JSON,
arguments that do not fit, an overridden dependency, FastAPI's telemetry) falls back to FastAPI before anything was
called.
"""

from __future__ import annotations

import email.message
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

import pydantic_core
from fastapi import routing
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import ImmutableMultiDict, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fast_api.fastapi_bridge.internals import (
    TELEMETRY,
    DefaultPlaceholder,
    is_async_gen_callable,
    is_body_allowed_for_status_code,
    is_coroutine_callable,
    is_gen_callable,
    keep_query,
    request_body_to_args,
    request_params_to_args,
    wrap_app_handling_exceptions,
)
from fast_api.fastapi_bridge.response_field import handler_context
from fast_api.models.marks import Form

_MAX_CONTENT_TYPE = 128
# Other fields that a handler or a dependency may use. The scopes of OAuth 2 decide which dependency is called once.
_SPECIAL = (
    "http_connection_param_name",
    "websocket_param_name",
    "background_tasks_param_name",
    "response_param_name",
    "security_scopes_param_name",
    "own_oauth_scopes",
    "parent_oauth_scopes",
    "concurrency",
)
_OPTIONS = ("include", "exclude", "by_alias", "exclude_unset", "exclude_defaults", "exclude_none")


def with_fast_path(route: APIRoute, fallback: ASGIApp, response_field: Any) -> ASGIApp:
    """Returns the fast path before `fallback`, FastAPI's application of the route, or `fallback` itself."""
    return Fast_Path(route, fallback, response_field) if _is_plain(route) else fallback


def _is_plain(route: APIRoute) -> bool:
    body_info = None if route.body_field is None else route.body_field.field_info
    return not (
        # Sentry, say, has wrapped what makes FastAPI's handlers, to see requests.
        getattr(routing.get_request_handler, "__module__", "") != routing.__name__
        or not _is_plain_call(route.dependant)
        or any(dependant.body_params for dependant in _below(route.dependant))
        or (body_info is not None and (isinstance(body_info, Form) or route.dependant.request_param_name))
        or not isinstance(route.response_class, DefaultPlaceholder)
        or route.stream_item_field is not None
        or route.is_json_stream
        or route.is_sse_stream
        or getattr(route, "max_body_size", None) is not None
        or not is_body_allowed_for_status_code(route.status_code)
    )


def _is_plain_call(dependant: Any) -> bool:
    call = dependant.call
    return not (
        call is None
        or any(getattr(dependant, name, None) for name in _SPECIAL)
        or is_gen_callable(call)
        or is_async_gen_callable(call)
        or not all(map(_is_plain_call, dependant.dependencies))
    )


def _below(dependant: Any) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency
        yield from _below(dependency)


class Planned_Call:
    """A handler or a dependency, with the parameters and the dependencies that it takes."""

    def __init__(self, dependant: Any) -> None:
        self.dependant = dependant  # whose `call` may change
        self.is_async: bool = is_coroutine_callable(dependant.call)
        self.parameters: list[tuple[Any, str]] = [
            (fields, attribute)
            for fields, attribute in (
                (dependant.path_params, "path_params"),
                (dependant.query_params, "query_params"),
                (dependant.header_params, "headers"),
                (dependant.cookie_params, "cookies"),
            )
            if fields
        ]
        self.request_parameter: str | None = dependant.request_param_name
        self.dependencies: list[Planned_Call] = [Planned_Call(dependency) for dependency in dependant.dependencies]
        self.reads_request: bool = bool(self.parameters or self.request_parameter) or any(
            dependency.reads_request for dependency in self.dependencies
        )

    def parse(self, request: Request, arguments: Arguments) -> bool:
        """Parses the parameters of this call and its dependencies into `arguments`; returns whether all are valid."""
        values = arguments[self] = {}
        if self.dependant.query_params:
            keep_query(request, query_params)
        for fields, attribute in self.parameters:
            found, errors = request_params_to_args(fields, getattr(request, attribute))
            if errors:
                return False
            values.update(found)
        if self.request_parameter:
            values[self.request_parameter] = request
        return all(dependency.parse(request, arguments) for dependency in self.dependencies)

    async def resolve_dependencies(self, arguments: Arguments, known: dict[Any, Any]) -> None:
        """Calls the dependencies and puts their results into the arguments; `known` holds results by dependency."""
        for dependency in self.dependencies:
            dependant = dependency.dependant
            key = dependant.call, dependant.scope
            if dependency.dependencies:
                await dependency.resolve_dependencies(arguments, known)
            if dependant.use_cache and key in known:
                result = known[key]
            else:
                result = await dependency.invoke(arguments.get(dependency, {}))
                known.setdefault(key, result)
            if dependant.name is not None:
                arguments.setdefault(self, {})[dependant.name] = result

    async def invoke(self, values: dict[str, Any]) -> Any:
        call: Any = self.dependant.call
        return await call(**values) if self.is_async else await run_in_threadpool(call, **values)


Arguments = dict[Planned_Call, dict[str, Any]]


class Fast_Path:
    """Reads the arguments, calls the handler and sends what it returns."""

    def __init__(self, route: APIRoute, fallback: ASGIApp, response_field: Any) -> None:
        self.fallback = fallback
        self.handler: Planned_Call = Planned_Call(route.dependant)
        self.overrides: Any = route.dependency_overrides_provider
        self.body_params: list[Any] = route.dependant.body_params
        self.embed_body_fields: bool = route._embed_body_fields
        self.field = response_field
        self.options: dict[str, Any] = {name: getattr(route, f"response_model_{name}") for name in _OPTIONS}
        self.status_code: int = route.status_code or 200
        self.route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self.handler
        arguments: Arguments = {}
        incoming = Replayable_Body(receive) if self.body_params else None
        # One object for all who ask, as in FastAPI: the body was read, and a second object would wait for it endlessly.
        request = Request(scope, receive, send)
        if (
            TELEMETRY in scope
            or (handler.dependencies and getattr(self.overrides, "dependency_overrides", None))
            or (handler.reads_request and not handler.parse(request, arguments))
        ):
            await self.fallback(scope, receive, send)
            return
        if incoming is not None:
            if not await self.read_body(request, incoming, arguments):
                await self.fallback(scope, incoming.replay, send)
                return
            incoming.messages.clear()
        try:
            if handler.dependencies:
                await handler.resolve_dependencies(arguments, {})
            values = arguments.get(handler, {})
            call: Any = handler.dependant.call
            if handler.is_async:
                result = await call(**values)
                content = None if isinstance(result, Response) else self.render(result)
            else:
                result, content = await run_in_threadpool(self.run, call, values)
        except Exception as error:
            root = scope.get("root_path", "").rstrip("/")
            if root and isinstance(error, ResponseValidationError) and error.endpoint_path:
                error.endpoint_path = error.endpoint_path.replace(" ", f" {root}", 1)  # below a mount
            await wrap_app_handling_exceptions(_raising(error), request)(scope, receive, send)
            return
        if content is None:
            await wrap_app_handling_exceptions(result, request)(scope, receive, send)
            return
        headers = [(b"content-length", b"%d" % len(content)), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def read_body(self, request: Request, incoming: Replayable_Body, arguments: Arguments) -> bool:
        """Parses a body of JSON into `arguments`; returns whether there is a valid one."""
        body = await incoming.read()
        if not body or not has_json(request.scope):
            return False
        request._body = body  # where `request.body()` keeps it; to call that costs a tenth of the whole way
        try:
            received = pydantic_core.from_json(body, cache_strings="keys")
        except ValueError:
            return False
        values, errors = await request_body_to_args(self.body_params, received, self.embed_body_fields)
        arguments.setdefault(self.handler, {}).update(values)
        return not errors

    def run(self, call: Callable[..., Any], arguments: dict[str, Any]) -> tuple[Any, bytes | None]:
        """The result of a plain handler, and its JSON unless it is a response; in a worker thread."""
        result = call(**arguments)
        return result, None if isinstance(result, Response) else self.render(result)

    def render(self, result: Any) -> bytes:
        """Raises ResponseValidationError."""
        value, errors = self.field.validate(result, {}, loc=("response",))
        if errors:
            raise ResponseValidationError(errors=errors, body=result, endpoint_ctx=handler_context(self.route))
        content: bytes = self.field.serialize_json(value, **self.options)
        return content


class Replayable_Body:
    """The messages of a request's body, to be read, and read once more by another reader."""

    __slots__ = ("failure", "messages", "receive")

    def __init__(self, receive: Receive) -> None:
        self.receive: Receive = receive
        self.messages: list[Message] = []
        self.failure: Exception | None = None

    async def read(self) -> bytes | None:
        """The whole body; None when the client left, or reading it failed."""
        while True:
            try:
                message = await self.receive()
            except Exception as failure:  # a limit on bodies, say: whoever reads again meets it there
                self.failure = failure
                return None
            self.messages.append(message)
            if message["type"] != "http.request":
                return None
            if not message.get("more_body", False):
                return b"".join(message.get("body", b"") for message in self.messages)

    async def replay(self) -> Message:
        """A `receive` that begins from the start."""
        if self.messages:
            return self.messages.pop(0)
        if self.failure is not None:
            raise self.failure
        return await self.receive()


def query_params(query: bytes) -> QueryParams:
    """Parses a query as Starlette does, in a fifth of the time: a client may send thousands of parameters."""
    found = QueryParams.__new__(QueryParams)
    # Not its own constructor, which copies everything twice more.
    ImmutableMultiDict.__init__(found, [_parameter(part) for part in query.decode("latin-1").split("&") if part])
    return found


def _parameter(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return (unquote_plus(name), unquote_plus(value)) if "%" in part or "+" in part else (name, value)


def _raising(error: Exception) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return app


def has_json(scope: Scope) -> bool:
    """Whether the request says that its body is JSON."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            return len(value) <= _MAX_CONTENT_TYPE and _is_json(value)
    return False


@lru_cache(maxsize=256)
def _is_json(content_type: bytes) -> bool:
    message = email.message.Message()
    message["content-type"] = content_type.decode("latin-1")
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))
