"""Spans that hold no secrets: what is put into them is cleaned on the way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor
from opentelemetry.trace import Status

from fast_api.http_events.context import clean_text
from fast_api.redaction.redactor import Cleaner
from fast_api.redaction.text import MAX_RAW, MAX_VALUE, bounded, cleaned, encodable, shortened
from fast_api.redaction.traces import trace_of

SCOPE = "fast_api"
MAX_STACKTRACE = 8000
MAX_TEXT = 8 * MAX_VALUE

_ADDRESS, _PORT = "server.address", "server.port"
_QUERY = "url.query"
_URLS = ("url.full", "http.url", "http.target")  # the last two are of the old conventions, which may be opted in
_HEADERS = ("http.request.header.", "http.response.header.")


class Clean_Tracer(trace.Tracer):
    """Starts `Clean_Span`s by another tracer, for an instrumentation that is shown clean requests only."""

    def __init__(self, tracer: trace.Tracer, cleaner: Callable[[], Cleaner]) -> None:
        self.tracer = tracer
        self.cleaner = cleaner

    def start_span(self, name: str, context: Context | None = None, *args: Any, **options: Any) -> trace.Span:
        attributes = options.get("attributes")
        started_with = attributes if isinstance(attributes, dict) else {}
        address, port = started_with.get(_ADDRESS), started_with.get(_PORT)
        if address is not None and port != 80:  # the instrumentation adds the port, the conventions have it apart
            started_with[_ADDRESS] = address.removesuffix(f":{port}")
        return Clean_Span(self.tracer.start_span(name, context, *args, **options), started_with, self.cleaner())

    def start_as_current_span(self, name: str, *args: Any, **options: Any) -> Any:
        return self.tracer.start_as_current_span(name, *args, **options)


class Clean_Span(trace.Span):
    """The span of a request; whatever the instrumentation or a handler adds goes through the request's cleaner.

    Attributes:
        started_with: the attributes that it began with, which are clean. The very dict from which the instrumentation
            takes those of the metrics when the request ends.
        error_type: the class of the exception that no handler caught.
    """

    def __init__(self, span: trace.Span, started_with: dict[str, Any], cleaner: Cleaner) -> None:
        self.span = span
        self.started_with = started_with
        self.cleaner = cleaner
        self.error_type = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.span, name)

    def end(self, end_time: int | None = None) -> None:
        self.span.end(end_time)

    def get_span_context(self) -> trace.SpanContext:
        return self.span.get_span_context()

    def is_recording(self) -> bool:
        return self.span.is_recording()

    def set_attribute(self, key: str, value: Any) -> None:
        if self.started_with.get(key) is value:
            return  # the instrumentation sets them a second time
        if key == "error.type" and self.error_type:
            value = self.error_type
        self.span.set_attribute(key, clean_value(key, value, self.cleaner))

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def set_clean(self, key: str, value: Any) -> None:
        """Sets what is known to be clean, for the metrics as well."""
        self.started_with[key] = value
        self.span.set_attribute(key, value)

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
        self.span.add_event(clean_text(name), clean_values(attributes, self.cleaner), timestamp)

    def add_link(self, context: trace.SpanContext, attributes: Any = None) -> None:
        self.span.add_link(context, clean_values(attributes, self.cleaner))

    def update_name(self, name: str) -> None:
        self.span.update_name(clean_text(name))

    def set_status(self, status: Any, description: str | None = None) -> None:
        if isinstance(status, Status):
            status, description = status.status_code, status.description
        self.span.set_status(Status(status, clean_text(description) if description else None))

    def record_exception(
        self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
    ) -> None:
        """Once for each exception: one that leaves the application is seen on several floors."""
        error_type = type_name(exception)
        if self.error_type == error_type:
            return
        self.error_type = error_type
        texts = {
            "exception.message": encodable(shortened(clean_text(str(exception)))),
            "exception.stacktrace": stacktrace_of(exception),
        }
        given = clean_values(attributes, self.cleaner) or {}
        self.span.record_exception(exception, {**texts, **given}, timestamp, escaped)


class Clean_Spans(SpanProcessor):
    """Hands spans on to `processor`, those of others cleaned: an exception that crosses them left its text there.

    It is called where the span ends, so the secrets of the running request are known.
    """

    def __init__(self, processor: SpanProcessor, cleaner: Callable[[], Cleaner]) -> None:
        self.processor = processor
        self.cleaner = cleaner

    def on_start(self, span: Any, parent_context: Context | None = None) -> None:
        self.processor.on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        scope = span.instrumentation_scope
        if scope is None or scope.name != SCOPE:
            span = clean_copy(span, self.cleaner())
        self.processor.on_end(span)

    def shutdown(self) -> None:
        self.processor.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self.processor.force_flush(timeout_millis)


def clean_copy(span: ReadableSpan, cleaner: Cleaner) -> ReadableSpan:
    """The same span without secrets."""
    status = span.status
    events = [Event(clean_text(e.name), clean_values(e.attributes, cleaner), e.timestamp) for e in span.events]
    return ReadableSpan(
        name=clean_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=clean_values(span.attributes, cleaner),
        events=events,
        links=[trace.Link(link.context, clean_values(link.attributes, cleaner)) for link in span.links],
        kind=span.kind,
        status=Status(status.status_code, clean_text(status.description)) if status.description else status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def clean_values(attributes: Mapping[str, Any] | None, cleaner: Cleaner) -> dict[str, Any] | None:
    return {key: clean_value(key, value, cleaner) for key, value in attributes.items()} if attributes else None


def clean_value(key: str, value: Any, cleaner: Cleaner) -> Any:
    """An attribute's value; numbers and truth values stay."""
    if isinstance(value, str):
        return clean_attribute(key, value, cleaner)
    if isinstance(value, (bytes, bytearray)):
        return clean_attribute(key, bytes(value[:MAX_RAW]).decode("latin-1"), cleaner)
    if isinstance(value, Mapping):
        return {str(name): clean_value(str(name), inner, cleaner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [clean_value(key, item, cleaner) for item in value]
    return value


def clean_attribute(key: str, value: str, cleaner: Cleaner) -> str:
    """The text of one attribute: by its name, by what a URL's parts mean, and as free text."""
    name = next((key.removeprefix(prefix) for prefix in _HEADERS if key.startswith(prefix)), key)
    if cleaner.is_secret(name) or cleaner.is_secret(name.replace("_", "-")):
        return value if value.startswith("cleaned (") else cleaned(value)
    if key == _QUERY or key in _URLS:
        path, question_mark, query = ("", "", value) if key == _QUERY else value.partition("?")
        value = path + question_mark + cleaner.query(query.encode("latin-1", "replace"))
    return shortened(encodable(clean_text(value)), MAX_TEXT)


def type_name(exception: BaseException) -> str:
    cls = type(exception)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def stacktrace_of(exception: BaseException) -> str:
    text = trace_of(exception)
    return encodable(bounded(clean_text(text), MAX_STACKTRACE))
