"""`Recorded_Request` and `Redacted_Texts`, from which the fields of an event are computed."""

import os
import socket
from dataclasses import dataclass
from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List

HOST = socket.gethostname()
PIDS = [os.getpid()]  # of this process: asking the system for each request costs more than the rest of the snapshot
REQUEST_ID_HEADER = "fast-api-request-id"
TRACE_ID = "trace_id"  # in a request's state: OpenTelemetry's, in hexadecimal


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=lambda: PIDS.__setitem__(0, os.getpid()))


class Recorded_Request:
    """A request when it ends, or when its running event is read: the fields of the event are computed from it.

    Attributes:
        scope: as it came; redact what is taken from it.
        started_us: in microseconds since 1970; `duration` in microseconds too.
        trusts_cdn: client, country and city are those in the headers of a CDN.
        sent: bytes of the body so far.
        log_messages: None until there is one.
    """

    event_id: str
    scope: Any
    started_us: int
    duration: int
    trusts_cdn: bool
    status: int = 0
    sent: int = 0
    outcome: str
    cause: str
    error: str
    log_messages: Type_Safe__List | None = None
    log_messages_dropped: int = 0


@dataclass(slots=True, init=False, eq=False, repr=False)  # set attribute by attribute: a call costs twice as much
class Redacted_Texts:
    """The texts of the request and of the response, redacted."""

    route: str
    path: str
    query: str
    headers: dict[str, str]
    response_headers: dict[str, str]
