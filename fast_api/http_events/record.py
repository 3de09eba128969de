"""What is kept of a request: plain values, from which its event is made when somebody asks for it.

Requests are many and those that somebody looks at are few: keeping these values costs a third of making the event
(measured in docs/events.md).
"""

import os
import socket
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List

from fast_api.http_events.event import (
    Fast_API__Http_Event,
    Fast_API__Http_Event__Call,
    Fast_API__Http_Event__Info,
    Fast_API__Http_Event__Log,
    Fast_API__Http_Event__Request,
    Fast_API__Http_Event__Response,
    Fast_API__Http_Event__Traces,
    assemble,
    seconds,
    state_of,
    typed_headers,
    typed_list,
)

REQUEST_ID_HEADER = "fast-api-request-id"

HOST = socket.gethostname()

_lock = threading.Lock()

_COUNTRY = ("cf-ipcountry", "cloudfront-viewer-country", "x-vercel-ip-country", "x-country-code")
_CITY = ("cf-ipcity", "cloudfront-viewer-city", "x-vercel-ip-city")
_CLIENT_IP = ("cf-connecting-ip", "true-client-ip")
_CLIENT_ADDRESS = ("cloudfront-viewer-address",)


@dataclass(slots=True, init=False, eq=False, repr=False)  # each request sets all of them, without a call
class Request_Record:
    """One request, cleaned. Times are in microseconds, `started` since 1970; see `Fast_API__Http_Event` for the rest.

    Attributes:
        made: the event, once somebody asked for it.
        trusts_cdn: client, country and city are those that the headers of a CDN say.
        log_messages: None until there is one.
        calls: of the trace, in preorder; None when there is none.
    """

    made: Fast_API__Http_Event | None
    calls: list[Fast_API__Http_Event__Call] | None
    calls_dropped: int
    cause: str
    client: tuple[str, int] | None
    duration: int
    error: str
    event_id: str
    headers: dict[str, str]
    log_messages: Type_Safe__List | None
    log_messages_dropped: int
    method: str
    outcome: str
    path: str
    query: str
    response_headers: dict[str, str]
    route: str
    sent: int
    server: tuple[str, int | None] | None
    started: int
    status: int
    task_name: str
    thread_id: int
    trace_id: str
    trusts_cdn: bool

    @property
    def event(self) -> Fast_API__Http_Event:
        """The event, the same one each time."""
        return self.made or self.adopt(object.__new__(Fast_API__Http_Event))

    def adopt(self, event: Fast_API__Http_Event) -> Fast_API__Http_Event:
        """Completes `event`, which is the record's own from now on."""
        self.write(event)
        self.made = event
        return event

    def client_ip(self) -> str:
        if self.trusts_cdn:
            # CloudFront sends address:port, with the colons of IPv6 as they are.
            address = _first(self.headers, _CLIENT_ADDRESS).rpartition(":")[0].strip("[]")
            if found := _first(self.headers, _CLIENT_IP) or address:
                return found
        return self.client[0] if self.client else ""

    def keep_calls(self, calls: list[Fast_API__Http_Event__Call], dropped: int) -> None:
        """Adds the execution tree."""
        self.calls, self.calls_dropped = calls, dropped
        if self.made is not None:
            self.write(self.made)

    def logs(self) -> Type_Safe__List:
        """The log messages, the same list each time."""
        with _lock:
            if self.log_messages is None:
                self.log_messages = typed_list(Fast_API__Http_Event__Log)
            return self.log_messages

    def write(self, event: Fast_API__Http_Event) -> None:
        """Puts the parts into an event that has none, or brings them up to date."""
        state = state_of(event)
        parts = (
            ("http_event_info", Fast_API__Http_Event__Info, self._info()),
            ("http_event_request", Fast_API__Http_Event__Request, self._request()),
            ("http_event_response", Fast_API__Http_Event__Response, self._response()),
            ("http_event_traces", Fast_API__Http_Event__Traces, self._traces()),
        )
        if state:
            for name, _, values in parts:
                state[name].__dict__.update(values)
        else:
            state.update(event_id=self.event_id, **{name: assemble(cls, values) for name, cls, values in parts})

    def _info(self) -> dict[str, Any]:
        country = city = ""
        if self.trusts_cdn:
            country, city = _first(self.headers, _COUNTRY), _city(_first(self.headers, _CITY))
        return {
            "event_id": self.event_id,
            "timestamp": self.started // 1000,
            "client_ip": self.client_ip(),
            "client_country": country,
            "client_city": city,
            "thread_id": self.thread_id,
            "task_name": self.task_name,
            "worker_pid": os.getpid(),
            "worker_host": HOST,
            "trace_id": self.trace_id,
            "log_messages": self.logs(),
            "log_messages_dropped": self.log_messages_dropped,
        }

    def _request(self) -> dict[str, Any]:
        name, port = self.server or ("", None)
        return {
            "method": self.method,
            "path": self.path,
            "route": self.route,
            "query": self.query,
            "host": self.headers.get("host", name or ""),
            "port": port or 0,
            "headers": typed_headers(self.headers),
            "start": seconds(self.started),
            "duration": seconds(self.duration),
        }

    def _response(self) -> dict[str, Any]:
        headers = typed_headers(self.response_headers)
        if self.status:
            dict.__setitem__(headers, REQUEST_ID_HEADER, self.event_id)
        return {
            "status_code": self.status,
            "headers": headers,
            "content_type": self.response_headers.get("content-type", ""),
            "content_length": self.sent,
            "end": seconds(self.started + self.duration if self.outcome != "running" else 0),
            "outcome": self.outcome,
            "cause": self.cause,
            "error": self.error,
        }

    def _traces(self) -> dict[str, Any]:
        calls = typed_list(Fast_API__Http_Event__Call, self.calls or ())
        return {"calls": calls, "calls_dropped": self.calls_dropped}


def _first(headers: dict[str, str], names: tuple[str, ...]) -> str:
    return next((headers[name] for name in names if name in headers), "")


def _city(value: str) -> str:
    """Cloudflare sends it in UTF-8, which headers are not read as; Vercel percent-encoded."""
    try:
        return unquote(value.encode("latin-1").decode())
    except UnicodeError:
        return value
