"""The span and the metrics of a request, by OpenTelemetry's own ASGI instrumentation, which is shown clean requests."""

from typing import Any

from opentelemetry import metrics, propagate, trace
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.util.http import (
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST,
    get_custom_headers,
    get_excluded_urls,
    sanitize_method,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fast_api.http_events.context import current_request
from fast_api.http_events.http_events import Fast_API__Http_Events
from fast_api.http_events.live_request import Live_Request
from fast_api.http_events.recorded import TRACE_ID
from fast_api.http_events.route_lookup import route_template
from fast_api.redaction.text import shortened
from fast_api.telemetry import providers
from fast_api.telemetry.clean_spans import SCOPE, Clean_Span, Clean_Tracer

EVENT_ID = "fast_api.event_id"
OUTCOME = "fast_api.outcome"
TAG = "fast_api.tag."

_SCOPE = "fast_api.scope"
_SHOWN = ("type", "http_version", "method", "scheme", "client", "server", "root_path")


class Telemetry:
    """One server span a request, named `METHOD /route/{template}`, and its metrics.

    It stands inside of `Http_Request`, where the event and its redactor are known, and outside of everything that may
    refuse or fail. A mounted application is part of its parent's span; WebSockets have none, as they have no event.
    """

    def __init__(self, app: ASGIApp, http_events: Fast_API__Http_Events, service_name: str) -> None:
        providers.set_up(service_name, http_events.redactor)
        self.app = app
        self.visible_headers: frozenset[bytes] | None = headers_to_show()
        self.instrumented: Instrumentation = Instrumentation(
            self.call_app,
            tracer=Clean_Tracer(trace.get_tracer(SCOPE), http_events.redactor),
            meter=metrics.get_meter(SCOPE),
            exclude_spans=["receive", "send"],
            excluded_urls=get_excluded_urls("FASTAPI"),
            default_span_details=lambda scope: (method_of(scope), {EVENT_ID: scope[EVENT_ID]}),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        live = current_request.get()
        if (
            scope["type"] != "http"
            or TRACE_ID in scope["state"]  # an enclosing application has the span
            or not isinstance(live, Live_Request)
            or live.is_unrecorded
        ):
            await self.app(scope, receive, send)
            return
        scope["state"][TRACE_ID] = ""
        await self.instrumented(self.redacted_scope(scope, live), receive, send)

    def redacted_scope(self, scope: Scope, live: Live_Request) -> dict[str, Any]:
        """The scope for the instrumentation: redacted, and without text that it cannot decode."""
        wanted = self.visible_headers
        clean: dict[str, Any] = {key: scope[key] for key in _SHOWN if key in scope}
        clean["path"] = live.clean_path(scope)
        clean["query_string"] = live.clean_query().encode()
        clean["headers"] = [
            (name, shown_header(name, value, live))
            for name, value in scope["headers"]
            if wanted is None or name in wanted
        ]
        clean[_SCOPE] = scope
        clean[EVENT_ID] = live.event_id
        return clean

    async def call_app(self, redacted_scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the application with the scope as it came; the instrumentation calls this."""
        scope = redacted_scope[_SCOPE]
        span = trace.get_current_span()
        live = current_request.get()
        if not isinstance(span, Clean_Span) or not isinstance(live, Live_Request):  # an excluded URL
            await self.app(scope, receive, send)
            return
        context = span.get_span_context()
        if context.is_valid:
            scope["state"][TRACE_ID] = trace.format_trace_id(context.trace_id)
        responder = Responder(span, scope, live, redacted_scope["path"], send)
        try:
            await self.app(scope, receive, responder.send)
        finally:
            if not responder.complete:
                responder.set_route()
                responder.set_tags()
                span.set_clean(OUTCOME, "cut off")
                if span.error_type:
                    span.set_clean("error.type", span.error_type)


class Responder:
    """Gives the span, while it may still be changed, what is known only after routing."""

    __slots__ = ("complete", "live", "next_send", "path", "scope", "span")

    def __init__(self, span: Clean_Span, scope: Scope, live: Live_Request, path: str, send: Send) -> None:
        self.span: Clean_Span = span
        self.scope: Scope = scope
        self.live: Live_Request = live
        self.path: str = path
        self.next_send: Send = send
        self.complete: bool = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.set_route()
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            self.complete = True  # the instrumentation ends the span when this one went out
            self.set_tags()
        await self.next_send(message)

    def set_route(self) -> None:
        """The route, and the path without what its parameters hold: those of the route it has, or would have had."""
        live, span = self.live, self.span
        route = route_template(self.scope)
        if route is not None:
            route = live.without_path_secrets(route)
            span.span.update_name(f"{method_of(self.scope)} {route}")
            span.set_clean("http.route", route)
        if live.path_secrets():
            path = live.clean_path(self.scope, live.known_secrets())
            for key in span.initial_attributes.keys() & {"url.path", "http.target", "http.url", "url.full"}:
                text = span.initial_attributes[key]
                span.set_clean(key, live.without_path_secrets(text.replace(self.path, path)))

    def set_tags(self) -> None:
        """Sets the tags of the event on the span alone: metrics may not have as many different attributes."""
        for name, value in self.live.current_tags().items():
            self.span.span.set_attribute(TAG + name, value)


class Instrumentation(OpenTelemetryMiddleware):
    """Fixes a race: OpenTelemetryMiddleware keeps the last response's size on itself; take the current one's."""

    @property  # type: ignore[override]  # an attribute there
    def content_length_header(self) -> int | None:
        live = current_request.get()
        return live.sent if isinstance(live, Live_Request) else None

    @content_length_header.setter
    def content_length_header(self, value: int | None) -> None:
        """Not kept."""


class Record_Exceptions:
    """Puts the exception that no handler caught into the span, before it becomes a response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            span = trace.get_current_span()
            if isinstance(span, Clean_Span) and span.is_recording():
                span.record_exception(error)
            raise


def headers_to_show() -> frozenset[bytes] | None:
    """The headers that the instrumentation reads; it decodes all that it gets nine times a request. None for all, where
    headers are captured: `Clean_Span` redacts these by their names."""
    if get_custom_headers(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST):
        return None
    fields = propagate.get_global_textmap().fields
    return frozenset(name.lower().encode() for name in ("host", "user-agent", "content-length", *fields))


def shown_header(name: bytes, value: bytes, live: Live_Request) -> bytes:
    if name in (b"user-agent", b"host"):
        return shortened(live.clean(value.decode("latin-1"))).encode()
    return value if value.isascii() else value.decode("latin-1").encode()


def method_of(scope: Scope) -> str:
    """The method as the name of a span has it: `HTTP` for one that no RFC knows."""
    method = sanitize_method(scope["method"])
    return "HTTP" if method is None or method == "_OTHER" else method
