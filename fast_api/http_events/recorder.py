"""Makes an event from what the pipeline tells about a request."""

import asyncio
import os
import threading
from typing import TYPE_CHECKING, Any

from starlette._utils import get_route_path
from starlette.types import Message, Scope

from fast_api.http_events.cleaning import MAX_VALUE, cleaned, shortened
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
    typed_headers,
    typed_list,
)
from fast_api.http_events.live import LIVE, Live_Request

if TYPE_CHECKING:
    from fast_api.http_events.http_events import Fast_API__Http_Events

_ZERO = seconds(0)

REQUEST_ID_HEADER = "fast-api-request-id"
ERROR_CLASS = "error_class"  # in a request's state: the class of an exception that was answered with a 500

_COUNTRY = ("cf-ipcountry", "cloudfront-viewer-country", "x-vercel-ip-country", "x-country-code")
_CITY = ("cf-ipcity", "cloudfront-viewer-city", "x-vercel-ip-city")
_CLIENT_IP = ("cf-connecting-ip", "true-client-ip", "cloudfront-viewer-address")


def begin(events: "Fast_API__Http_Events", scope: Scope, request_id: str) -> Live_Request:
    """A running request and its event, cleaned."""
    cleaner = events.cleaner()
    live = Live_Request(scope, cleaner, events.is_own_path(scope))
    headers = cleaner.headers(live.raw_headers)
    client = scope.get("client")
    server = scope.get("server") or ("", None)
    info: dict[str, Any] = {
        "event_id": request_id,
        "timestamp": live.started_us // 1000,
        "client_ip": client[0] if client else "",
        "client_country": "",
        "client_city": "",
        "thread_id": threading.get_ident(),
        "task_name": _task_name(),
        "worker_pid": os.getpid(),
        "log_messages": typed_list(Fast_API__Http_Event__Log),
        "log_messages_dropped": 0,
    }
    if events.trust_cdn_headers:
        info["client_country"] = _first(headers, _COUNTRY)
        info["client_city"] = _first(headers, _CITY)
        address = _first(headers, _CLIENT_IP)
        if address:
            # CloudFront sends address:port, with the colons of IPv6 as they are.
            info["client_ip"] = address.rpartition(":")[0] if "cloudfront-viewer-address" in headers else address
    live.event = assemble(
        Fast_API__Http_Event,
        {
            "event_id": request_id,
            "http_event_info": assemble(Fast_API__Http_Event__Info, info),
            "http_event_request": assemble(
                Fast_API__Http_Event__Request,
                {
                    "method": scope["method"],
                    "path": shortened(cleaner.text(scope["path"][: 8 * MAX_VALUE])),
                    "route": "",
                    "query": cleaner.query(scope.get("query_string", b"")[: 8 * MAX_VALUE]),
                    "host": headers.get("host", server[0] or ""),
                    "port": server[1] or 0,
                    "headers": typed_headers(headers),
                    "start": seconds(live.started_us),
                    "duration": _ZERO,
                },
            ),
            "http_event_response": assemble(
                Fast_API__Http_Event__Response,
                {
                    "status_code": 0,
                    "headers": typed_headers({}),
                    "content_type": "",
                    "content_length": 0,
                    "end": _ZERO,
                    "outcome": "running",
                    "cause": "",
                    "error": "",
                },
            ),
            "http_event_traces": assemble(
                Fast_API__Http_Event__Traces,
                {"calls": typed_list(Fast_API__Http_Event__Call), "calls_dropped": 0},
            ),
            LIVE: live,
        },
    )
    return live


def note(live: Live_Request, message: Message, now: int) -> None:
    """One message of the response went out at `now` (of `time.perf_counter_ns`)."""
    if message["type"] == "http.response.start":
        live.status = message["status"]
        live.response_headers = message.get("headers", ())[:-1]  # the last one is the request id, which we know
    elif message["type"] == "http.response.body":
        live.sent += len(message.get("body", b""))
        if not message.get("more_body", False):
            live.finished = now
            # Afterwards every client goes away.
            live.disconnected = live.scope["state"].get("is_disconnected", False)


def finish(live: Live_Request, error: BaseException | None, now: int) -> None:
    """Completes the event; a request without a last byte ends at `now`."""
    scope, event = live.scope, live.event
    microseconds = ((live.finished or now) - live.started) // 1000
    request, response = event.http_event_request.__dict__, event.http_event_response.__dict__
    request["duration"] = seconds(microseconds)
    if (route := route_template(scope)) is not None:
        request["route"] = route
        if scope.get("path_params"):
            for value in live.path_secrets():
                request["path"] = request["path"].replace(value, cleaned(value))
    headers = live.cleaner.headers(live.response_headers)
    if live.status:
        headers[REQUEST_ID_HEADER] = event.event_id
    dict.update(response["headers"], headers)
    outcome, cause, error_name = _outcome(live, error)
    response.update(
        status_code=live.status,
        content_type=headers.get("content-type", ""),
        content_length=live.sent,
        end=seconds(live.started_us + microseconds),
        outcome=outcome,
        cause=cause,
        error=error_name,
    )
    event.__dict__.pop(LIVE, None)


def _outcome(live: Live_Request, error: BaseException | None) -> tuple[str, str, str]:
    state = live.scope["state"]
    kind = type(error) if error is not None else state.get(ERROR_CLASS)
    gone = live.disconnected if live.finished else state.get("is_disconnected", False)
    outcome = "completed" if live.finished and not gone else "cut off"
    name = kind.__name__ if kind is not None else ""
    if gone or name == "ClientDisconnect":
        return outcome, "disconnected", name
    if kind is None:
        return outcome, "" if live.finished else "incomplete", ""
    if issubclass(kind, asyncio.CancelledError):
        return outcome, "cancelled", name
    return outcome, "timeout" if issubclass(kind, TimeoutError) else "exception", name


def route_template(scope: Scope) -> str | None:
    """The path of the route as it was declared, below its mounts; None when no route was found."""
    route = scope.get("route")
    path: str | None = getattr(route, "path_format", None) or getattr(route, "path", None)
    return None if path is None else scope.get("root_path", "").rstrip("/") + path


def route_path(scope: Scope) -> str:
    return get_route_path(scope) if scope.get("root_path") else scope["path"]


def _first(headers: dict[str, str], names: tuple[str, ...]) -> str:
    return next((headers[name] for name in names if name in headers), "")


def _task_name() -> str:
    try:
        task = asyncio.current_task()
    except RuntimeError:  # trio
        return ""
    return "" if task is None else task.get_name()
