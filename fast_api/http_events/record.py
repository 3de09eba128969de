"""`Request_Record`: the values of an event's fields, from which the event is assembled when it is read.

Most events are never read: keeping these values costs a third of assembling the event (measured in docs/events.md).
"""

import os
import threading
from dataclasses import dataclass
from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List

from fast_api.http_events.assembly import assemble, field_values, typed_list
from fast_api.http_events.event import (
    Fast_API__Http_Event,
    Fast_API__Http_Event__Call,
    Fast_API__Http_Event__Info,
    Fast_API__Http_Event__Log,
    Fast_API__Http_Event__Request,
    Fast_API__Http_Event__Response,
    Fast_API__Http_Event__Traces,
    info_values,
    request_values,
    response_values,
    state_of,
)
from fast_api.http_events.recorded import Recorded_Request, Redacted_Texts
from fast_api.http_events.tags import Event_Tags

_NO_TRACES: dict[str, Any] = {"calls": (), "calls_dropped": 0}

# Threads that read one event at once get the same one. One lock for all: an event is assembled in some 50 µs.
ASSEMBLING = threading.RLock()
if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(
        before=ASSEMBLING.acquire, after_in_parent=ASSEMBLING.release, after_in_child=ASSEMBLING.release
    )


@dataclass(slots=True, init=False, eq=False, repr=False)
class Request_Record:
    """One request, redacted. The parts hold the event's fields by name; their times are in microseconds.

    Attributes:
        tags: None until there is one, or the event is read.
        cached_event: the event, once it was read.
    """

    event_id: str
    info: dict[str, Any]
    request: dict[str, Any]
    response: dict[str, Any]
    traces: dict[str, Any]
    tags: Event_Tags | None
    cached_event: Fast_API__Http_Event | None

    @classmethod
    def of(cls, request: Recorded_Request, texts: Redacted_Texts, tags: Event_Tags | None) -> "Request_Record":
        record = cls()
        record.event_id = request.event_id
        record.info = info_values(request, texts)
        record.request = request_values(request, texts)
        record.response = response_values(request, texts)
        record.traces = _NO_TRACES
        record.tags = tags
        record.cached_event = None
        return record

    @property
    def event(self) -> Fast_API__Http_Event:
        """The event, the same one each time."""
        if self.cached_event is None:
            with ASSEMBLING:
                return self.cached_event or self.bind_event(object.__new__(Fast_API__Http_Event))
        return self.cached_event

    def bind_event(self, event: Fast_API__Http_Event) -> Fast_API__Http_Event:
        """Completes `event`, which is the record's own from now on."""
        self.fill_event(event)
        self.cached_event = event
        return event

    def keep_calls(self, calls: list[Fast_API__Http_Event__Call], dropped: int) -> None:
        """Adds the execution tree."""
        self.traces = {"calls": calls, "calls_dropped": dropped}
        if self.cached_event is not None:
            self.fill_event(self.cached_event)

    def logs(self) -> Type_Safe__List:
        """The log messages, the same list each time."""
        with ASSEMBLING:
            messages: Type_Safe__List | None = self.info["log_messages"]
            if messages is None:
                messages = self.info["log_messages"] = typed_list(Fast_API__Http_Event__Log)
            return messages

    def fill_event(self, event: Fast_API__Http_Event) -> None:
        """Puts the parts into an event that has none, or brings them up to date."""
        self.logs()
        if self.tags is None:
            self.tags = Event_Tags()
        state = state_of(event)
        parts = (
            ("http_event_info", Fast_API__Http_Event__Info, self.info),
            ("http_event_request", Fast_API__Http_Event__Request, self.request),
            ("http_event_response", Fast_API__Http_Event__Response, self.response),
            ("http_event_traces", Fast_API__Http_Event__Traces, self.traces),
        )
        if state:
            for name, cls, values in parts:
                state[name].__dict__.update(field_values(cls, values))
        else:
            assembled = {name: assemble(cls, field_values(cls, values)) for name, cls, values in parts}
            state.update(event_id=self.event_id, **assembled, tags=self.tags)
