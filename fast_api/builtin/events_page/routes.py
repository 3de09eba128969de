"""`/events` and `/events/api/...`, or below another path: what happened, for people and for programs."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from fast_api.builtin.events_page.filters import Event_Filter, Event_Summary, summary_of
from fast_api.builtin.events_page.statistics import Statistics, statistics_of
from fast_api.builtin.events_page.stream import live_lines
from fast_api.builtin.service import Service
from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.http_events import Fast_API__Http_Events

_FOLDER = Path(__file__).parent / "static"
_CLEAR = '<button type="button" id="clear">Clear</button>'
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def page_is_served(fast_api: Service) -> bool:
    """Behind the API key, or where someone said `open`. Raises ValueError for another word than the three."""
    if fast_api.events_page not in ("", "open", "off"):
        raise ValueError(f"events_page is 'open', 'off' or empty, found {fast_api.events_page!r}")
    return fast_api.events_page == "open" or (fast_api.enable_api_key and fast_api.events_page == "")


def check_same_origin(request: Request) -> None:
    """Refuses what a page of another site asks for: with CORS on, its scripts could read the answer.

    By what browsers say of themselves: `Sec-Fetch-Site`, or `Origin` and the host. Following a link is no such request.
    """
    headers = request.headers
    if headers.get("sec-fetch-mode") == "navigate":
        return
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") or (
        origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()
    ):
        raise HTTPException(403, "the events are for the same origin only")


def add_events_page(fast_api: Service) -> None:
    """Adds the page, its files and its API. Where it is open to everybody, events can be read but not deleted."""
    app, events, page_path = fast_api.app(), fast_api.http_events, fast_api.events_path
    is_open = fast_api.events_page == "open"
    api, files_path = f"{page_path.rstrip('/')}/api", f"{page_path.rstrip('/')}/files"
    events.add_own_paths(page_path, f"{api}/*", f"{files_path}/*")
    page = (_FOLDER / "events.html").read_text(encoding="utf-8").replace(_CLEAR, "" if is_open else _CLEAR)
    page = page.replace('"events/', f'"{page_path.rpartition("/")[2] or "."}/')

    # Plain functions run in threads: a store may have to ask somebody else.

    async def events_page() -> HTMLResponse:
        return HTMLResponse(page, headers=_HEADERS)

    def list_events(
        method: str = "",
        status: str = "",
        path: str = "",
        client: str = "",
        min_duration: float = 0.0,
        failed: bool = False,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    ) -> list[Event_Summary]:
        """The events that pass the filter, newest first."""
        wanted = _filter(method, status, path, client, min_duration, failed)
        return [summary_of(event) for event in _matching(events, wanted)[-limit:][::-1]]

    def event_statistics(
        method: str = "",
        status: str = "",
        path: str = "",
        client: str = "",
        min_duration: float = 0.0,
        failed: bool = False,
    ) -> Statistics:
        """Percentiles a route, a histogram of durations and a timeline of the events that pass the filter."""
        return statistics_of(_matching(events, _filter(method, status, path, client, min_duration, failed)))

    def event_counts() -> dict[str, int]:
        """How many events are stored, evicted, dropped, and requests in flight."""
        return events.counts()

    def get_event(event_id: str) -> Fast_API__Http_Event:
        """All of one event."""
        event = events.store.get(event_id)
        if event is None:
            raise HTTPException(404, "no such event, or no longer")
        return event

    def clear_events() -> dict[str, int]:
        """Forgets all events."""
        events.store.clear()
        return events.counts()

    async def stream_events(request: Request, last_event_id: str = "") -> Response:
        """Server-sent events: an `event` message for each that arrives, its data a line of the table.

        The stream ends after some seconds; whoever comes back with `Last-Event-ID` misses nothing that is still stored.
        """
        last = request.headers.get("last-event-id", last_event_id)
        return StreamingResponse(
            live_lines(events, last), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    guards = [Depends(check_same_origin)] if is_open else []
    options: dict[str, Any] = {
        "tags": ["events"], "dependencies": [*app.router.dependencies, *guards], "is_default": True,
    }  # fmt: skip
    not_found: Any = {404: {"model": dict[str, str], "description": "No such event"}}
    message = {"type": "object", "properties": {name: {"type": "string"} for name in ("event", "id", "data")}}
    stream: Any = {200: {"content": {"text/event-stream": {"schema": message}}, "description": "Events"}}
    app.add_function(page_path, events_page, ["GET"], include_in_schema=False, is_default=True)
    app.add_function(f"{api}/events", list_events, ["GET"], **options)
    if not is_open:
        app.add_function(f"{api}/events", clear_events, ["DELETE"], **options)
    app.add_function(f"{api}/events/{{event_id}}", get_event, ["GET"], responses=not_found, **options)
    app.add_function(f"{api}/statistics", event_statistics, ["GET"], **options)
    app.add_function(f"{api}/counts", event_counts, ["GET"], **options)
    app.add_function(
        f"{api}/stream", stream_events, ["GET"], response_class=StreamingResponse, responses=stream, **options
    )
    app.add_default(Mount(files_path, StaticFiles(directory=_FOLDER), name="events-files"))


def _filter(method: str, status: str, path: str, client: str, min_duration: float, failed: bool) -> Event_Filter:
    return Event_Filter(
        method=method, status=status, path=path, client=client, min_duration=min_duration, failed=failed
    )


def _matching(events: Fast_API__Http_Events, wanted: Event_Filter) -> list[Fast_API__Http_Event]:
    return [event for event in events.store.recent() if wanted.accepts(event)]
