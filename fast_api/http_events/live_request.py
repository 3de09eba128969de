"""A request while it runs, and its end: the texts are redacted and the record is made."""

import asyncio
import time
from collections.abc import Sequence
from contextvars import Token
from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from starlette.routing import Mount
from starlette.types import Message, Scope

from fast_api.fastapi_bridge.internals import get_route_path
from fast_api.http_events.assembly import typed_list
from fast_api.http_events.event import (
    MAX_LOG_MESSAGES,
    MAX_LOG_TEXT,
    Fast_API__Http_Event,
    Fast_API__Http_Event__Log,
    log_line,
    release_request,
    state_of,
)
from fast_api.http_events.profiling import Trace
from fast_api.http_events.record import ASSEMBLING, Request_Record
from fast_api.http_events.recorded import REQUEST_ID_HEADER, Recorded_Request, Redacted_Texts
from fast_api.http_events.route_lookup import WEBSOCKET, route_template, secrets_in_path
from fast_api.http_events.tags import Event_Tags
from fast_api.redaction.environment import api_keys
from fast_api.redaction.redactor import MAX_HEADERS, Redactor
from fast_api.redaction.secrets import may_hold, secret_values, secrets_of_request, values_of_secrets
from fast_api.redaction.text import (
    MAX_RAW,
    MAX_TEXT,
    MAX_VALUE,
    WINDOW,
    bounded,
    decoded,
    redact_values,
    redact_values_of,
    replace_surrogates,
    shortened_to,
    usable_secrets,
)

ERROR_CLASS = "error_class"  # in a request's state: the class of an exception that was answered with a 500

_REQUEST_ID = REQUEST_ID_HEADER.encode()


class Live_Request(Recorded_Request):
    """One running request. The raw headers are kept for as long as it runs, to find their secrets in log lines.

    Attributes:
        scope: None when the request has ended.
        started: of `time.perf_counter_ns`; `finished` too, 0 until the last byte of the body was sent.
        is_unrecorded: it watches the service, and leaves no event when it succeeds.
        is_counted: it counts as one in flight.
        event: the event, if it was read while the request ran.
        record: the values that the store keeps, once the request has ended.
    """

    token: Token[Any]

    # Most requests end with most of these.
    raw_response_headers: Any = ()
    is_counted = False
    log_messages: Type_Safe__List | None = None
    log_messages_dropped: int = 0
    finished: int = 0
    path_params: Any = None
    values: list[str] | None = None
    secrets: list[str] | None = None
    secrets_by_routes: list[str] | None = None
    _of_long_headers: list[str] | None = None
    trace: Trace | None = None
    _tags: Event_Tags | None = None
    event: Fast_API__Http_Event | None = None
    record: Request_Record | None = None

    def __init__(self, scope: Scope, event_id: str, redactor: Redactor, is_unrecorded: bool, trusts_cdn: bool) -> None:
        self.started: int = time.perf_counter_ns()
        self.started_us: int = time.time_ns() // 1000
        self.scope: Any = scope
        self.event_id = event_id
        self.redactor = redactor
        self.is_unrecorded = is_unrecorded
        self.trusts_cdn = trusts_cdn
        self.app: Any = scope.get("app")  # below a mount the scope names another one, and another root
        self.root_path: str = scope.get("root_path", "")
        self.raw_headers: Any = scope["headers"]
        self.raw_query: bytes = scope.get("query_string", b"")

    def on_message(self, message: Message) -> None:
        """Notes a message of the response that was just sent."""
        kind = message["type"]
        if kind == "http.response.body":
            self.sent += len(message.get("body", b""))
            if not message.get("more_body", False):
                self.finished = time.perf_counter_ns()
        elif kind == "http.response.start":
            self.status: int = message["status"]
            headers = message["headers"]
            # The last one is the request id, which we know, unless a middleware outside of us has added others.
            is_last = headers[-1][0] == _REQUEST_ID
            others = headers[:-1] if is_last else [pair for pair in headers if pair[0] != _REQUEST_ID]
            self.raw_response_headers = others
        elif kind == "http.response.pathsend":  # the server sends a whole file by itself
            lengths = (value for name, value in self.raw_response_headers if name.lower() == b"content-length")
            self.sent: int = int(next(lengths, 0))
            self.finished = time.perf_counter_ns()

    def end(self, error: BaseException | None) -> Request_Record:
        """Returns the record of the request. One without a last byte ends now."""
        assert self.scope is not None
        end = self.finished or time.perf_counter_ns()
        outcome, cause, error_name = self._outcome(self.scope["state"], error)
        with ASSEMBLING:  # a thread may read the event meanwhile
            record = self._record(self.scope, end, outcome, cause, error_name)
            self.record = record
            self.scope = None  # its state holds the event, which holds this
            if self.event is not None:
                release_request(record.bind_event(self.event))
        return record

    def _record(self, scope: Scope, end: int, outcome: str, cause: str, error: str) -> Request_Record:
        self.duration: int = (end - self.started) // 1000
        self.outcome = outcome
        self.cause = cause
        self.error = error
        if self._tags:
            self.current_tags()
        return Request_Record.of(self, self._redacted_texts(scope), self._tags)

    def _redacted_texts(self, scope: Scope) -> Redacted_Texts:
        redactor, query, path, in_path = self.redactor, self.raw_query, scope["path"], self.path_secrets()
        secrets: Sequence[str] = [*usable_secrets(in_path), *redactor.api_keys] if in_path else redactor.api_keys
        # Most requests name their secrets only where they belong. A text that will be cut may hold a part of one.
        is_long = len(query) > MAX_VALUE or len(path) > MAX_VALUE
        if is_long:
            secrets = self.known_secrets()
        self._of_long_headers = None
        texts, route = Redacted_Texts(), route_template(scope) or ""
        texts.route = redact_values(route, in_path) if in_path else route
        brought: list[tuple[bytes, bytes]] = []
        sent: list[tuple[bytes, bytes]] = []
        headers, sent_headers = (redactor.known_headers(raw) for raw in (self.raw_headers, self.raw_response_headers))
        are_known = headers is not None and sent_headers is not None
        if headers is None:
            headers = redactor.headers(self.raw_headers, self.secrets_of_long_headers, brought)
        if sent_headers is None:
            sent_headers = redactor.headers(self.raw_response_headers, self.secrets_of_long_headers, sent)
        texts.headers, texts.response_headers = headers, sent_headers
        texts.path = self._clean_path(path, secrets, in_path)
        texts.query = redactor.query(query, secrets)
        if self.values is None and len(self.raw_headers) <= 4 * MAX_HEADERS:
            self.values = values_of_secrets(brought, query, redactor) if brought or query else []
        values = self.secret_values()
        if len(self.raw_response_headers) > 4 * MAX_HEADERS:
            values = values + secret_values(self.raw_response_headers, b"", redactor)
        elif sent:
            values = values + values_of_secrets(sent, b"", redactor)
        if not values and (not secrets or (are_known and not in_path and not is_long)):
            return texts
        in_query = decoded(texts.query) if "%" in texts.query or "+" in texts.query else texts.query
        shown = "\n".join((texts.path, in_query, *texts.headers.values(), *texts.response_headers.values()))
        if not is_long and may_hold(shown, values):
            secrets = self.known_secrets()
            texts.path = self._clean_path(path, secrets, in_path)
            texts.query = redactor.query(query, secrets)
        for secret in secrets:
            if secret in shown:
                redact_values_of(texts.headers, secrets)
                redact_values_of(texts.response_headers, secrets)
                break
        return texts

    def secrets_of_long_headers(self) -> list[str]:
        """As `known_secrets`, computed once: few requests have such headers, and these many."""
        if self._of_long_headers is None:
            self._of_long_headers = self.known_secrets()
        return self._of_long_headers

    def _outcome(self, state: Any, error: BaseException | None) -> tuple[str, str, str]:
        kind = type(error) if error is not None else state.get(ERROR_CLASS)
        gone = state.get("is_disconnected", False)
        outcome = "completed" if self.finished and not gone else "cut off"
        name = kind.__name__ if kind is not None else ""
        if gone or name == "ClientDisconnect":
            return outcome, "disconnected", name
        if kind is None:
            return outcome, "" if self.finished else "incomplete", ""
        if issubclass(kind, asyncio.CancelledError):
            return outcome, "cancelled", name
        return outcome, "timeout" if issubclass(kind, TimeoutError) else "exception", name

    # for the event

    def fill_event(self, event: Fast_API__Http_Event) -> None:
        """Puts the parts into the event as they are now; the end of the request brings them up to date."""
        with ASSEMBLING:
            if state_of(event):  # another thread has read it meanwhile
                return
            record = self.record
            if record is None:
                assert self.scope is not None
                record = self._record(self.scope, self.started, "running", "", "")
                self.event = event
                record.fill_event(event)
            else:
                release_request(record.bind_event(event))
            self.log_messages, self._tags = record.logs(), record.tags

    def tags(self) -> Event_Tags:
        """The tags of the application, the same object each time."""
        if self._tags is None:
            with ASSEMBLING:
                if self._tags is None:
                    tags = Event_Tags()
                    if self.record is not None:
                        tags = self.record.tags = self.record.tags or tags
                    self._tags = tags
        return self._tags

    def current_tags(self) -> dict[str, str]:
        """The tags so far, without the secrets that became known after they were set."""
        if not self._tags:
            return {}
        self._tags.clean(self.known_secrets())
        return {**self._tags}

    def add_log_message(self, message: str, level: str, logger: str) -> None:
        """Attaches a line, cleaned. May be called from any thread."""
        line = log_line(self.clean(message, 2 * MAX_LOG_TEXT), level, logger, self.after())
        with ASSEMBLING:
            record = self.record
            if record is not None:
                self.log_messages = record.logs()
            elif self.log_messages is None:
                self.log_messages = typed_list(Fast_API__Http_Event__Log)
            if len(self.log_messages) < MAX_LOG_MESSAGES:
                list.append(self.log_messages, line)
                return
            self.log_messages_dropped += 1
            event = self.event if record is None else record.cached_event
            if record is not None:
                record.info["log_messages_dropped"] = self.log_messages_dropped
            if event is not None:
                event.http_event_info.__dict__["log_messages_dropped"] = self.log_messages_dropped

    # for log records

    def after(self) -> int:
        """Microseconds since the request's start."""
        return (time.perf_counter_ns() - self.started) // 1000

    def clean(self, text: str, limit: int = MAX_TEXT) -> str:
        """`text` without what this request, its response or the API key hold of secrets; the middle of what is longer
        than `limit` is left out."""
        text = redact_values(bounded(text, MAX_RAW), self.known_secrets())
        return self.redactor.text(bounded(text, limit))

    def secret_values(self) -> list[str]:
        """The secret values that the request brought."""
        if self.values is None:
            self.values = secret_values(self.raw_headers, self.raw_query, self.redactor)
        return self.values

    def api_keys(self) -> list[str]:
        """The configured API keys, those of when the request began and those of now, in every spelling."""
        now, before = api_keys(), self.redactor.api_keys
        return now if now is before else [*now, *before]

    def known_secrets(self) -> list[str]:
        """Every known secret of this request, in every spelling, longest first."""
        if self.secrets is None:
            self.secrets = usable_secrets(self.secret_values())
        found = [*self.api_keys(), *self.secrets, *self.path_secrets()]
        if self.raw_response_headers:
            found += secrets_of_request(self.raw_response_headers, b"", self.redactor)
        return sorted(found, key=len, reverse=True)

    def clean_path(self, scope: Scope, secrets: Sequence[str] | None = None) -> str:
        """The path without `secrets`, by default all that are known before routing, and what its parameters hold."""
        if secrets is None:
            return self._clean_path(scope["path"], [*self.api_keys(), *usable_secrets(self.secret_values())], ())
        return self._clean_path(scope["path"], secrets, self.path_secrets())

    def _clean_path(self, path: str, secrets: Sequence[str], in_path: Sequence[str]) -> str:
        text = redact_values(path, secrets) if secrets else path
        text = redact_values(text, in_path) if in_path else text
        shown = text[:WINDOW]
        if "%" in shown or not self.redactor.is_harmless(shown):
            shown = self.redactor.text(shown)
        return shortened_to(replace_surrogates(shown), len(text))

    def clean_query(self) -> str:
        return self.redactor.query(self.raw_query, [*self.api_keys(), *usable_secrets(self.secret_values())])

    def without_path_secrets(self, text: str) -> str:
        return redact_values(text, self.path_secrets())

    def path_secrets(self) -> list[str]:
        """The values in the path of parameters with secret names, longest first."""
        scope, found = self.scope, []
        if scope is not None:
            self._learn_path_params(scope)
        if self.path_params:
            found = [str(value) for name, value in self.path_params.items() if self.redactor.is_secret(name)]
        if scope is not None and self.secrets_by_routes is None and (found or not self._is_routed(scope)):
            # Looked for once: before routing, texts are redacted often.
            self.secrets_by_routes = secrets_in_path(
                self.app, self._path(scope), scope.get("method", WEBSOCKET), self.redactor.is_secret
            )
        found += self.secrets_by_routes or ()
        return usable_secrets(found, at_least=1) if found else []

    def _path(self, scope: Scope) -> str:
        return get_route_path({"path": scope["path"], "root_path": self.root_path})

    def _is_routed(self, scope: Scope) -> bool:
        """Whether a route took the request; a mount alone says nothing about the rest of the path."""
        return "route" in scope and not isinstance(scope["route"], Mount)

    def _learn_path_params(self, scope: Scope) -> None:
        """From the route, once there is one."""
        if "path_params" in scope:
            self.path_params = scope["path_params"]


class Live_WebSocket(Live_Request):
    """A WebSocket, which has no event: log records in its context lose its secrets."""

    def add_log_message(self, message: str, level: str, logger: str) -> None:
        pass

    def forget_scope(self) -> None:
        """Lets the scope go at the end, but keeps the secrets of its path for the trace that the server logs."""
        if self.scope is not None:
            self.path_secrets()
            self.scope: Any = None
