"""`/events` and `/events/api/...`, or below another path: the recorded requests, for people and for programs."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query
from fastapi.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from fast_api.builtin.application_context import Application_Context
from fast_api.builtin.events_page.filters import Event_Filter, Event_Summary, summary_of
from fast_api.builtin.events_page.statistics import Statistics, statistics_of
from fast_api.builtin.events_page.stream import live_events
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


def page_is_served(fast_api: Application_Context) -> bool:
    """Whether the page is served: behind the API key, or where it is `open`. Raises ValueError for other words."""
    if fast_api.events_page not in ("", "open", "off"):
        raise ValueError(f"events_page is 'open', 'off' or empty, found {fast_api.events_page!r}")
    return fast_api.events_page == "open" or (fast_api.enable_api_key and fast_api.events_page == "")


def check_same_origin(request: Request) -> None:
    """Refuses requests of pages of other sites: with CORS on, their scripts could read the answer.

    Goes by the browser's headers: `Sec-Fetch-Site`, or `Origin` and the host. Following a link is allowed.
    """
    headers = request.headers
    if headers.get("sec-fetch-mode") == "navigate":
        return
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") or (
        origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()
    ):
        raise HTTPException(403, "the events are for the same origin only")


class Events_API:
    """The handlers of the API. Those that read the store are plain functions, which run in threads: it may be slow."""

    def __init__(self, events: Fast_API__Http_Events) -> None:
        self.events = events

    def list_events(
        self, wanted: Annotated[Event_Filter, Query()], limit: Annotated[int, Query(ge=1, le=10_000)] = 1000
    ) -> list[Event_Summary]:
        """The events that pass the filter, newest first."""
        return [summary_of(event) for event in self._matching(wanted)[-limit:][::-1]]

    def event_statistics(self, wanted: Annotated[Event_Filter, Query()]) -> Statistics:
        """Percentiles a route, a histogram of durations and a timeline of the events that pass the filter."""
        return statistics_of(self._matching(wanted))

    def event_counts(self) -> dict[str, int]:
        """Returns the numbers of events stored, evicted and dropped, and of requests in flight."""
        return self.events.counts()

    def get_event(self, event_id: str) -> Fast_API__Http_Event:
        """All of one event."""
        event = self.events.store.get(event_id)
        if event is None:
            raise HTTPException(404, "no such event, or no longer")
        return event

    def clear_events(self) -> dict[str, int]:
        """Deletes all events."""
        self.events.store.clear()
        return self.events.counts()

    async def stream_events(self, request: Request, last_event_id: str = "") -> EventSourceResponse:
        """Server-sent events: an `event` message for each event that arrives, its data a row of the table.

        The stream ends after some seconds; a client that reconnects with `Last-Event-ID` gets every event that is still
        stored.
        """
        messages = live_events(self.events, request.headers.get("last-event-id", last_event_id))
        return EventSourceResponse(messages, headers={"cache-control": "no-store", "x-accel-buffering": "no"})

    def _matching(self, wanted: Event_Filter) -> list[Fast_API__Http_Event]:
        return [event for event in self.events.store.recent() if wanted.accepts(event)]


def add_events_page(fast_api: Application_Context) -> None:
    """Adds the page, its files and its API. Where it is open to everybody, events can be read but not deleted."""
    app, events, page_path = fast_api.app(), fast_api.http_events, fast_api.events_path
    is_open = fast_api.events_page == "open"
    api_path, files_path = f"{page_path.rstrip('/')}/api", f"{page_path.rstrip('/')}/files"
    events.add_unrecorded_paths(page_path, f"{api_path}/*", f"{files_path}/*")
    page, api = _page_at(page_path, is_open), Events_API(events)

    async def events_page() -> HTMLResponse:
        return HTMLResponse(page, headers=_HEADERS)

    guards = [Depends(check_same_origin)] if is_open else []
    options: dict[str, Any] = {
        "tags": ["events"], "dependencies": [*app.router.dependencies, *guards], "is_default": True,
    }  # fmt: skip
    message = {"type": "object", "properties": {name: {"type": "string"} for name in ("event", "id", "data")}}
    stream: Any = {200: {"content": {"text/event-stream": {"schema": message}}, "description": "Events"}}
    not_found: Any = {404: {"model": dict[str, str], "description": "No such event"}}
    app.add_function(page_path, events_page, ["GET"], include_in_schema=False, is_default=True)
    app.add_function(f"{api_path}/events", api.list_events, ["GET"], **options)
    if not is_open:
        app.add_function(f"{api_path}/events", api.clear_events, ["DELETE"], **options)
    app.add_function(f"{api_path}/events/{{event_id}}", api.get_event, ["GET"], responses=not_found, **options)
    app.add_function(f"{api_path}/statistics", api.event_statistics, ["GET"], **options)
    app.add_function(f"{api_path}/counts", api.event_counts, ["GET"], **options)
    # Not `response_class=EventSourceResponse`: FastAPI describes it with a keyword that OpenAPI 3.1 does not have.
    options["response_class"] = StreamingResponse
    app.add_function(f"{api_path}/stream", api.stream_events, ["GET"], responses=stream, **options)
    app.default_routes.add(Mount(files_path, StaticFiles(directory=_FOLDER), name="events-files"))


def _page_at(path: str, is_open: bool) -> str:
    """The HTML of the page, whose links are relative to `path`; without the button that deletes where it is open."""
    page = (_FOLDER / "events.html").read_text(encoding="utf-8").replace(_CLEAR, "" if is_open else _CLEAR)
    return page.replace('"events/', f'"{path.rpartition("/")[2] or "."}/')
