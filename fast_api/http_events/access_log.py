"""One line of JSON a request, on the logger `fast_api.access`: made of what its record holds, which is clean."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

from fast_api.http_events.record import HOST, Request_Record

logger = logging.getLogger("fast_api.access")

_encode = json.JSONEncoder(separators=(",", ":")).encode


def write(record: Request_Record) -> None:
    """Logs the line of a request that ended. Without handlers of its own, the logger writes to the standard output."""
    if not logger.handlers:
        _print_lines()
    if logger.isEnabledFor(logging.INFO):
        # Not `info`, which looks for the line of code that called: a third of the cost, and it is always this one.
        logger.handle(logger.makeRecord(logger.name, logging.INFO, __file__, 0, _encode(line_of(record)), (), None))


def line_of(record: Request_Record) -> dict[str, Any]:
    """What the line says. `duration` is in seconds, `size` in bytes of the body that were sent, `status` 0 is none.

    `query`, `cause`, `error` and `trace_id` are there only where there is one.
    """
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.started / 1e6, UTC).isoformat(timespec="microseconds"),
        "request_id": record.event_id,
        "method": record.method,
        "path": record.path,
        "route": record.route,
        "status": record.status,
        "duration": record.duration / 1e6,
        "size": record.sent,
        "client": record.client_ip(),
        "outcome": record.outcome,
        "pid": os.getpid(),
        "host": HOST,
    }
    for name in ("query", "cause", "error", "trace_id"):
        if value := getattr(record, name):
            line[name] = value
    return line


def _print_lines() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.propagate = False
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
