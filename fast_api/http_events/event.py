"""`Fast_API__Http_Event` and its parts, each with the function that computes the values of its fields.

The values are kept until the event is read; then it is assembled without its constructor, which costs about 200 µs
(measured in docs/events.md).
"""

import logging
import threading
import traceback
from asyncio import current_task
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Dict, List, Protocol  # noqa: UP035  # Type_Safe fields are declared with typing's names

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict

from fast_api.http_events.assembly import assemble, seconds
from fast_api.http_events.client import client_city, client_country, client_ip
from fast_api.http_events.context import current_request, redact_text
from fast_api.http_events.recorded import HOST, PIDS, REQUEST_ID_HEADER, TRACE_ID, Recorded_Request, Redacted_Texts
from fast_api.redaction.text import bounded, replace_surrogates

MAX_LOG_MESSAGES = 50
MAX_LOG_TEXT = 2000


class Event_Part(Type_Safe):
    """Base class of an event and its parts."""

    def json(self) -> Any:
        """Returns JSON that `from_json` reads: as of any Type_Safe class, with Decimals as text."""
        return _decimals_as_text(super().json())


def _decimals_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _decimals_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_decimals_as_text(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


class Fast_API__Http_Event__Log(Event_Part):
    """One log record of a request: `after` is in seconds since the request's start, `text` is cleaned."""

    after: Decimal
    level: str
    logger: str
    text: str


class Fast_API__Http_Event__Info(Event_Part):
    """Client, worker and log. `timestamp` is in milliseconds since 1970; country and city are empty unless trusted.

    Beyond MAX_LOG_MESSAGES log records are counted in `log_messages_dropped`. `trace_id` is OpenTelemetry's, in
    hexadecimal; empty without telemetry.
    """

    event_id: str
    timestamp: int
    client_ip: str
    client_country: str
    client_city: str
    thread_id: int
    task_name: str
    worker_pid: int
    worker_host: str
    trace_id: str
    log_messages: List[Fast_API__Http_Event__Log]  # noqa: UP006
    log_messages_dropped: int


def info_values(request: Recorded_Request, texts: Redacted_Texts) -> dict[str, Any]:
    """The values of `Fast_API__Http_Event__Info`."""
    client, from_cdn = request.scope.get("client"), request.trusts_cdn
    return {
        "event_id": request.event_id,
        "timestamp": request.started_us // 1000,
        "client_ip": client_ip(client, texts.headers) if from_cdn else client[0] if client else "",
        "client_country": client_country(texts.headers) if from_cdn else "",
        "client_city": client_city(texts.headers) if from_cdn else "",
        "thread_id": threading.get_ident(),
        "task_name": _task_name(),
        "worker_pid": PIDS[0],
        "worker_host": HOST,
        "trace_id": request.scope["state"].get(TRACE_ID, ""),
        "log_messages": request.log_messages,
        "log_messages_dropped": request.log_messages_dropped,
    }


def _task_name() -> str:
    try:
        task = current_task()
    except RuntimeError:  # trio
        return ""
    return "" if task is None else task.get_name()


class Fast_API__Http_Event__Request(Event_Part):
    """The request. `start` is in seconds since 1970, `duration` in seconds up to the last byte of the body."""

    method: str
    path: str
    route: str
    query: str
    host: str
    port: int
    headers: Dict[str, str]  # noqa: UP006
    start: Decimal
    duration: Decimal


def request_values(request: Recorded_Request, texts: Redacted_Texts) -> dict[str, Any]:
    """The values of `Fast_API__Http_Event__Request`."""
    name, port = request.scope.get("server") or ("", None)
    return {
        "method": request.scope["method"],
        "path": texts.path,
        "route": texts.route,
        "query": texts.query,
        "host": texts.headers.get("host", name or ""),
        "port": port or 0,
        "headers": texts.headers,
        "start": request.started_us,
        "duration": request.duration,
    }


class Fast_API__Http_Event__Response(Event_Part):
    """The response. `status_code` 0: there was none. `end` is in seconds since 1970, `content_length` in bytes sent.

    `outcome` is `running`, `completed` or `cut off`. `cause` says what went wrong: `disconnected` (the client hung up),
    `timeout`, `exception`, `cancelled` or `incomplete`; `error` is the class of the exception. A request that failed
    and was answered with a whole 500 is `completed`, with its cause.
    """

    status_code: int
    headers: Dict[str, str]  # noqa: UP006
    content_type: str
    content_length: int
    end: Decimal
    outcome: str
    cause: str
    error: str


def response_values(request: Recorded_Request, texts: Redacted_Texts) -> dict[str, Any]:
    """The values of `Fast_API__Http_Event__Response`."""
    headers = texts.response_headers
    if request.status:
        headers[REQUEST_ID_HEADER] = request.event_id
    return {
        "status_code": request.status,
        "headers": headers,
        "content_type": headers.get("content-type", ""),
        "content_length": 0 if request.scope["method"] == "HEAD" else request.sent,  # servers send none of it
        "end": request.started_us + request.duration if request.outcome != "running" else 0,
        "outcome": request.outcome,
        "cause": request.cause,
        "error": request.error,
    }


class Sent_Headers(Type_Safe__Dict):
    """Headers that were sent: they refuse changes, which could not reach the client any more."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("the response was sent already: change it in the handler, or in a middleware")

    __setitem__: Any = _refuse
    __delitem__: Any = _refuse
    __ior__: Any = _refuse
    update: Any = _refuse
    setdefault: Any = _refuse
    pop: Any = _refuse
    popitem: Any = _refuse
    clear: Any = _refuse


class Sent_Response(Fast_API__Http_Event__Response):
    """The class of the response part while a callback has it: it refuses changes, which could not reach the client."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError("the response was sent already: change it in the handler, or in a middleware")


def hold(response: Fast_API__Http_Event__Response) -> None:
    """Lets the response part refuse changes until it is released as often as it was held."""
    if isinstance(response, Sent_Response):
        response.__dict__["__holders__"] += 1
        return
    headers = Sent_Headers.__new__(Sent_Headers)
    dict.update(headers, response.headers)
    headers.__dict__.update(response.headers.__dict__)
    response.__dict__.update({"__holders__": 1, "__headers__": response.headers, "headers": headers})
    object.__setattr__(response, "__class__", Sent_Response)


def release(response: Fast_API__Http_Event__Response) -> None:
    state = response.__dict__
    state["__holders__"] -= 1
    if not state["__holders__"]:
        state["headers"] = state.pop("__headers__")
        del state["__holders__"]
        object.__setattr__(response, "__class__", Fast_API__Http_Event__Response)


class Fast_API__Http_Event__Call(Event_Part):
    """A function in the tree: times in seconds. `depth` 0 is a root, as the handler is; callees follow their caller.

    `is_library`: it is Python's own, or of an installed package.
    """

    depth: int
    name: str
    location: str
    is_library: bool
    start: float
    duration: float


class Fast_API__Http_Event__Traces(Event_Part):
    """The execution tree of the handler, in preorder; empty unless the request was traced."""

    calls: List[Fast_API__Http_Event__Call]  # noqa: UP006
    calls_dropped: int


class Event_Source(Protocol):
    """The request that an event tells about, while it runs."""

    def tags(self) -> Type_Safe__Dict: ...

    def add_log_message(self, message: str, level: str, logger: str) -> None: ...

    def fill_event(self, event: "Fast_API__Http_Event") -> None:
        """Puts the event's id and its parts into it, as they are now."""


class Fast_API__Http_Event(Event_Part):
    """One request and its response. `tags` are the application's own: see `fast_api.http_events.tags`.

    `request.state.http_event` has no parts until it is read: `__dict__` and the attributes assemble them then.
    """

    __slots__ = ("__live_request__",)

    event_id: str
    http_event_info: Fast_API__Http_Event__Info
    http_event_request: Fast_API__Http_Event__Request
    http_event_response: Fast_API__Http_Event__Response
    http_event_traces: Fast_API__Http_Event__Traces
    tags: Dict[str, str]  # noqa: UP006

    @property
    def __dict__(self) -> dict[str, Any]:
        state = state_of(self)
        if not state and (live := live_request_of(self)) is not None:
            live.fill_event(self)
        return state

    @__dict__.setter
    def __dict__(self, values: dict[str, Any]) -> None:
        _state.__set__(self, values)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "tags" or (live_request_of(self) is None and "tags" not in state_of(self)):
            super().__setattr__(name, value)
        elif value is not (tags := self.tags):  # it is after `event.tags |= {...}`
            found = dict(value)
            tags.clear()
            tags.update(found)

    def __getattr__(self, name: str) -> Any:
        if name == "tags" and not state_of(self) and (live := live_request_of(self)) is not None:
            return live.tags()  # without assembling the event
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def add_log_message(self, message: Any, level: str | int = "INFO", logger: str = "") -> None:
        """Attaches a line to this event, cleaned. May be called from any thread.

        `message` is a text, an exception, or anything that has one; `level` a name or one of `logging`'s numbers.
        """
        message, level, logger = _text_of(message), _level_name(level), getattr(logger, "name", str(logger))
        live = live_request_of(self)
        if live is not None:
            live.add_log_message(message, level, logger)
            return
        request = current_request.get()
        after = 0 if request is None or request.event_id != self.event_id else request.after()
        append_log(self.http_event_info, log_line(redact_text(message, limit=2 * MAX_LOG_TEXT), level, logger, after))


def _text_of(message: Any) -> str:
    if isinstance(message, BaseException):
        return "".join(traceback.format_exception_only(message)).strip()
    if isinstance(message, bytes | bytearray):
        return message.decode("utf-8", "backslashreplace")
    try:
        return str.__str__(message) if isinstance(message, str) else str(message)
    except Exception as error:
        return f"{type(message).__name__} without a text: {type(error).__name__}"


def _level_name(level: Any) -> str:
    return logging.getLevelName(level) if type(level) is int else str(level)


_live_request = vars(Fast_API__Http_Event)["__live_request__"]
_state = vars(Type_Safe)["__dict__"]
state_of: Callable[[Any], dict[str, Any]] = _state.__get__  # the attributes of an event, as they are


def event_on_demand(live: Event_Source) -> Fast_API__Http_Event:
    """An event that gets its parts from `live` when it is read."""
    event = object.__new__(Fast_API__Http_Event)
    _live_request.__set__(event, live)
    return event


def live_request_of(event: Fast_API__Http_Event) -> Event_Source | None:
    try:
        live: Event_Source = _live_request.__get__(event)
    except AttributeError:
        return None
    return live


def release_request(event: Fast_API__Http_Event) -> None:
    """The event is complete, and no longer holds what its request held."""
    _live_request.__delete__(event)


def log_line(text: str, level: str, logger: str, after: int) -> Fast_API__Http_Event__Log:
    """A line whose text is clean; `after` in microseconds."""
    text = bounded(replace_surrogates(text), MAX_LOG_TEXT)
    values = {"after": seconds(after), "level": level, "logger": logger, "text": text}
    return assemble(Fast_API__Http_Event__Log, values)


def append_log(info: Fast_API__Http_Event__Info, line: Fast_API__Http_Event__Log) -> None:
    if len(info.log_messages) >= MAX_LOG_MESSAGES:
        info.__dict__["log_messages_dropped"] += 1
    else:
        list.append(info.log_messages, line)
