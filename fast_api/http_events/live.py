"""A request while it runs: what its event does not keep, and how log lines find it."""

import time
from collections.abc import Sequence
from contextvars import ContextVar, Token
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fast_api.http_events.cleaning import (
    SECRET_NAMES,
    Cleaner,
    Cleaner_Of_Environment,
    api_keys,
    secrets_of_request,
    shortened_middle,
)
from fast_api.http_events.event import (
    MAX_LOG_MESSAGES,
    MAX_LOG_TEXT,
    Fast_API__Http_Event,
    Fast_API__Http_Event__Log,
    assemble,
    seconds,
)

if TYPE_CHECKING:
    from fast_api.http_events.tracing import Trace

LIVE = "__live__"

current_request: ContextVar["Live_Request | None"] = ContextVar("current_request", default=None)

_default_cleaner = Cleaner_Of_Environment(SECRET_NAMES)


class Live_Request:
    """One running request. The raw headers are kept for as long as it runs, to find their secrets in log lines.

    Attributes:
        started: of `time.perf_counter_ns`; `finished` too, 0 until the last byte of the body was sent.
        sent: bytes of the body so far.
    """

    __slots__ = (
        "__weakref__",
        "cleaner",
        "disconnected",
        "event",
        "finished",
        "is_own",
        "raw_headers",
        "response_headers",
        "scope",
        "secrets",
        "sent",
        "started",
        "started_us",
        "status",
        "token",
        "trace",
    )

    token: Token[Any]
    event: Fast_API__Http_Event

    def __init__(self, scope: Any, cleaner: Cleaner, is_own: bool) -> None:
        self.started = time.perf_counter_ns()
        self.started_us = time.time_ns() // 1000
        self.scope = scope
        self.cleaner = cleaner
        self.is_own = is_own
        self.raw_headers: Sequence[tuple[bytes, bytes]] = scope["headers"]
        self.response_headers: Sequence[tuple[bytes, bytes]] = ()
        self.status = 0
        self.sent = 0
        self.finished = 0
        self.disconnected = False
        self.secrets: list[str] | None = None
        self.trace: Trace | None = None

    def clean(self, text: str) -> str:
        """`text` without what this request, its response or the API key hold of secrets."""
        if self.secrets is None:
            self.secrets = secrets_of_request(self.raw_headers, self.scope.get("query_string", b""), self.cleaner)
        secrets = self.secrets
        if self.response_headers:
            secrets = secrets + secrets_of_request(self.response_headers, b"", self.cleaner)
        return self.cleaner.text(text, [*api_keys(), *secrets, *self.path_secrets()])

    def path_secrets(self) -> list[str]:
        """The values of path parameters with secret names; known once the route is."""
        found = self.scope.get("path_params") or {}
        return [
            value for name, value in found.items() if isinstance(value, str) and value and self.cleaner.is_secret(name)
        ]


def clean_text(text: str) -> str:
    """`text` as a log line may show it, in the request that runs or outside of any."""
    live = current_request.get()
    if live is not None:
        return live.clean(text)
    return _default_cleaner.get().text(text, api_keys())


def add_log_message(event: Fast_API__Http_Event, message: str, level: str, logger: str) -> None:
    live: Live_Request | None = event.__dict__.get(LIVE) or current_request.get()
    info = event.http_event_info
    if len(info.log_messages) >= MAX_LOG_MESSAGES:
        info.__dict__["log_messages_dropped"] += 1
        return
    after = Decimal(0) if live is None else seconds((time.perf_counter_ns() - live.started) // 1000)
    text = live.clean(message) if live is not None else clean_text(message)
    values = {"after": after, "level": level, "logger": logger, "text": shortened_middle(text, MAX_LOG_TEXT)}
    list.append(info.log_messages, assemble(Fast_API__Http_Event__Log, values))
