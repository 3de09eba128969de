"""A row of the table, and the filter of the rows."""

from typing import Dict, List  # noqa: UP035  # Type_Safe fields are declared with typing's names

from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api.builtin.events_page.statistics import has_failed, milliseconds
from fast_api.http_events.assembly import assemble
from fast_api.http_events.event import Fast_API__Http_Event
from fast_api.http_events.tags import has_tag


class Event_Summary(Type_Safe):
    """`timestamp` in milliseconds since 1970, `duration` in milliseconds, `size` in bytes of the body sent."""

    event_id: str
    timestamp: int
    method: str
    path: str
    route: str
    status_code: int
    duration: float
    client_ip: str
    size: int
    outcome: str
    cause: str
    failed: bool
    traced: bool
    tags: Dict[str, str]  # noqa: UP006
    worker_pid: int
    worker_host: str


class Event_Filter(Type_Safe):
    """The conditions that an event must meet; an empty field is none.

    `status` is a code or a class (`5xx`), `path` a part of path or route, `min_duration` in milliseconds, `client` a
    part of the address. Of `tag`, each is the name of a tag or `name:value`, and the event must have all of them.
    """

    method: str
    status: str
    path: str
    client: str
    min_duration: float
    failed: bool
    tag: List[str]  # noqa: UP006

    def accepts(self, event: Fast_API__Http_Event) -> bool:
        request, response = event.http_event_request, event.http_event_response
        code = str(response.status_code)
        status = self.status.lower()
        path = self.path.lower()
        return (
            (not self.method or request.method == self.method.upper())
            and (not status or code == status or (status.endswith("xx") and code[0] == status[0]))
            and (not path or path in request.path.lower() or path in request.route.lower())
            and (not self.client or self.client in event.http_event_info.client_ip)
            and milliseconds(event) >= self.min_duration
            and (not self.failed or has_failed(event))
            and all(has_tag(event.tags, tag) for tag in self.tag)
        )


def summary_of(event: Fast_API__Http_Event) -> Event_Summary:
    info, request, response = event.http_event_info, event.http_event_request, event.http_event_response
    return assemble(
        Event_Summary,
        {
            "event_id": event.event_id,
            "timestamp": info.timestamp,
            "method": request.method,
            "path": request.path,
            "route": request.route,
            "status_code": response.status_code,
            "duration": milliseconds(event),
            "client_ip": info.client_ip,
            "size": response.content_length,
            "outcome": response.outcome,
            "cause": response.cause,
            "failed": has_failed(event),
            "traced": bool(event.http_event_traces.calls),
            "tags": event.tags,
            "worker_pid": info.worker_pid,
            "worker_host": info.worker_host,
        },
    )
