"""Spans that hold no secrets: what is put into them is cleaned on the way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor
from opentelemetry.trace import Status

from fast_api.http_events.context import redact_text
from fast_api.redaction.redactor import Redactor
from fast_api.redaction.text import MAX_RAW, MAX_VALUE, bounded, redacted, replace_surrogates, shortened
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

    def __init__(self, tracer: trace.Tracer, redactor: Callable[[], Redactor]) -> None:
        self.tracer = tracer
        self.redactor = redactor

    def start_span(self, name: str, context: Context | None = None, *args: Any, **options: Any) -> trace.Span:
        attributes = options.get("attributes")
        initial_attributes = attributes if isinstance(attributes, dict) else {}
        address, port = initial_attributes.get(_ADDRESS), initial_attributes.get(_PORT)
        if address is not None and port != 80:  # the instrumentation adds the port, the conventions have it apart
            initial_attributes[_ADDRESS] = address.removesuffix(f":{port}")
        return Clean_Span(self.tracer.start_span(name, context, *args, **options), initial_attributes, self.redactor())

    def start_as_current_span(self, name: str, *args: Any, **options: Any) -> Any:
        return self.tracer.start_as_current_span(name, *args, **options)


class Clean_Span(trace.Span):
    """The span of a request; whatever the instrumentation or a handler adds goes through the request's redactor.

    Attributes:
        initial_attributes: the clean attributes that it began with, in the dict from which the instrumentation takes
            those of the metrics when the request ends.
        error_type: the class of the exception that no handler caught.
    """

    def __init__(self, span: trace.Span, initial_attributes: dict[str, Any], redactor: Redactor) -> None:
        self.span = span
        self.initial_attributes = initial_attributes
        self.redactor = redactor
        self.error_type: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.span, name)

    def end(self, end_time: int | None = None) -> None:
        self.span.end(end_time)

    def get_span_context(self) -> trace.SpanContext:
        return self.span.get_span_context()

    def is_recording(self) -> bool:
        return self.span.is_recording()

    def set_attribute(self, key: str, value: Any) -> None:
        if self.initial_attributes.get(key) is value:
            return  # the instrumentation sets them a second time
        if key == "error.type" and self.error_type:
            value = self.error_type
        self.span.set_attribute(key, clean_value(key, value, self.redactor))

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def set_clean(self, key: str, value: Any) -> None:
        """Sets what is known to be clean, for the metrics as well."""
        self.initial_attributes[key] = value
        self.span.set_attribute(key, value)

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
        self.span.add_event(redact_text(name), clean_values(attributes, self.redactor), timestamp)

    def add_link(self, context: trace.SpanContext, attributes: Any = None) -> None:
        self.span.add_link(context, clean_values(attributes, self.redactor))

    def update_name(self, name: str) -> None:
        self.span.update_name(redact_text(name))

    def set_status(self, status: Any, description: str | None = None) -> None:
        if isinstance(status, Status):
            status, description = status.status_code, status.description
        self.span.set_status(Status(status, redact_text(description) if description else None))

    def record_exception(
        self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
    ) -> None:
        """Records an exception once: several middlewares see one that leaves the application."""
        error_type = type_name(exception)
        if self.error_type == error_type:
            return
        self.error_type = error_type
        texts = {
            "exception.message": replace_surrogates(shortened(redact_text(str(exception)))),
            "exception.stacktrace": stacktrace_of(exception),
        }
        given = clean_values(attributes, self.redactor) or {}
        self.span.record_exception(exception, {**texts, **given}, timestamp, escaped)


class Clean_Spans(SpanProcessor):
    """Hands spans on to `processor`, those of others cleaned: an exception that crosses them left its text there.

    It is called where the span ends, so the secrets of the running request are known.
    """

    def __init__(self, processor: SpanProcessor, redactor: Callable[[], Redactor]) -> None:
        self.processor = processor
        self.redactor = redactor

    def on_start(self, span: Any, parent_context: Context | None = None) -> None:
        self.processor.on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        scope = span.instrumentation_scope
        if scope is None or scope.name != SCOPE:
            span = clean_copy(span, self.redactor())
        self.processor.on_end(span)

    def shutdown(self) -> None:
        self.processor.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self.processor.force_flush(timeout_millis)


def clean_copy(span: ReadableSpan, redactor: Redactor) -> ReadableSpan:
    """The same span without secrets."""
    status = span.status
    events = [Event(redact_text(e.name), clean_values(e.attributes, redactor), e.timestamp) for e in span.events]
    return ReadableSpan(
        name=redact_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=clean_values(span.attributes, redactor),
        events=events,
        links=[trace.Link(link.context, clean_values(link.attributes, redactor)) for link in span.links],
        kind=span.kind,
        status=Status(status.status_code, redact_text(status.description)) if status.description else status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def clean_values(attributes: Mapping[str, Any] | None, redactor: Redactor) -> dict[str, Any] | None:
    return {key: clean_value(key, value, redactor) for key, value in attributes.items()} if attributes else None


def clean_value(key: str, value: Any, redactor: Redactor) -> Any:
    """An attribute's value; numbers and truth values stay."""
    if isinstance(value, str):
        return clean_attribute(key, value, redactor)
    if isinstance(value, (bytes, bytearray)):
        return clean_attribute(key, bytes(value[:MAX_RAW]).decode("latin-1"), redactor)
    if isinstance(value, Mapping):
        return {str(name): clean_value(str(name), inner, redactor) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [clean_value(key, item, redactor) for item in value]
    return value


def clean_attribute(key: str, value: str, redactor: Redactor) -> str:
    """The text of one attribute: by its name, by what a URL's parts mean, and as free text."""
    name = next((key.removeprefix(prefix) for prefix in _HEADERS if key.startswith(prefix)), key)
    if redactor.is_secret(name) or redactor.is_secret(name.replace("_", "-")):
        return value if value.startswith("cleaned (") else redacted(value)
    if key == _QUERY or key in _URLS:
        path, question_mark, query = ("", "", value) if key == _QUERY else value.partition("?")
        value = path + question_mark + redactor.query(query.encode("latin-1", "replace"))
    return shortened(replace_surrogates(redact_text(value)), MAX_TEXT)


def type_name(exception: BaseException) -> str:
    cls = type(exception)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def stacktrace_of(exception: BaseException) -> str:
    text = trace_of(exception)
    return replace_surrogates(bounded(redact_text(text), MAX_STACKTRACE))
