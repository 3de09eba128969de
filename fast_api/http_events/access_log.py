"""The access log: a line of JSON for each request, of its redacted record, on the logger `fast_api.access`."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from fast_api.http_events.record import Request_Record

logger: logging.Logger = logging.getLogger("fast_api.access")

_encode = json.JSONEncoder(separators=(",", ":")).encode


def write(record: Request_Record) -> None:
    """Logs the line of a request that ended. Without handlers of its own, the logger writes to the standard output."""
    if not logger.handlers:
        _print_lines()
    if logger.isEnabledFor(logging.INFO):
        # Not `info`, which looks for the line of code that called: a third of the cost, and it is always this one.
        logger.handle(logger.makeRecord(logger.name, logging.INFO, __file__, 0, _encode(line_of(record)), (), None))


def line_of(record: Request_Record) -> dict[str, Any]:
    """The line as a dict. `duration` is in seconds, `size` in bytes of the body that were sent, `status` 0 is none.

    `query`, `cause`, `error`, `trace_id` and `tags` are there only where the request has them.
    """
    info, request, response = record.info, record.request, record.response
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(request["start"] / 1e6, UTC).isoformat(timespec="microseconds"),
        "request_id": record.event_id,
        "method": request["method"],
        "path": request["path"],
        "route": request["route"],
        "status": response["status_code"],
        "duration": request["duration"] / 1e6,
        "size": response["content_length"],
        "client": info["client_ip"],
        "outcome": response["outcome"],
        "pid": info["worker_pid"],
        "host": info["worker_host"],
    }
    for part, name in ((request, "query"), (response, "cause"), (response, "error"), (info, "trace_id")):
        if part[name]:
            line[name] = part[name]
    if record.tags:
        line["tags"] = dict(record.tags)
    return line


def _print_lines() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.propagate = False
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
