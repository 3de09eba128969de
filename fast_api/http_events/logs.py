"""Log records find the event of their request, and log lines carry its id and no secrets."""

import logging
import sys
from typing import Any

from fast_api.http_events.context import current_request, redact_text, request_of
from fast_api.redaction.text import MAX_VALUE, escaped
from fast_api.redaction.traces import trace_of

NO_REQUEST = "-"
MAX_MESSAGE = 4 * MAX_VALUE  # characters of a message of this package or its server
FORMAT = "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s"

# Loggers whose records this package or its server causes: cleaned at the source, whoever formats them.
_OWN_LOGGERS = (
    "fast_api", "fast_api.http_events", "uvicorn.access", "uvicorn.error", "hypercorn.access", "hypercorn.error",
    "gunicorn.access", "gunicorn.error",
)  # fmt: skip

IN_EVENT = "is_in_http_event"  # an attribute of a record whose text the event has already


class Event_Log_Handler(logging.Handler):
    """Attaches each record to the event of the request that it was made in, by the context; cleaned."""

    def handle(self, record: logging.LogRecord) -> bool:
        """As any handler, but without a lock: a thread that waits for an event must hold up no line of another one,
        which the garbage collector may log while that one assembles the event."""
        found: Any = self.filter(record)
        if found:
            self.emit(found if isinstance(found, logging.LogRecord) else record)
        return bool(found)

    def emit(self, record: logging.LogRecord) -> None:
        request = current_request.get()
        if request is None or getattr(record, IN_EVENT, False):
            return
        try:
            request.add_log_message(_plain.format(record), record.levelname, record.name)
        except Exception:
            self.handleError(record)


class Correlation_Formatter(logging.Formatter):
    """A formatter whose lines are cleaned; `%(request_id)s` is the id of the request, `-` outside of one.

    No text of a client can look like a record of its own: the further lines of a message are indented, and control
    characters are written as Python does.
    """

    def __init__(self, format: str = FORMAT, **options: Any) -> None:
        super().__init__(format, **options)

    def format(self, record: logging.LogRecord) -> str:
        return escaped(redact_text(super().format(record)), lines=True)

    def formatMessage(self, record: logging.LogRecord) -> str:  # the base class names it so
        if "\n" in record.message or "\r" in record.message:
            record.message = "\n    ".join(record.message.splitlines())
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return _trace(ei)


class _Plain(logging.Formatter):
    """The message, the trace and the stack; leaves nothing on the record, so that others format it afresh."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + (record.exc_text or _trace(record.exc_info))
        if record.stack_info:
            text += "\n" + record.stack_info
        return text


class _Clean_Records(logging.Filter):
    """Cleans the message, its arguments and the trace of a record before any handler sees it, and escapes what is no
    text in them: a client's line break begins no record of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if record.name == "uvicorn.access" and isinstance(record.args, tuple):  # its formatter needs the five arguments
            record.args = tuple(_in_one_line(arg, error) if isinstance(arg, str) else arg for arg in record.args)
        else:
            record.msg, record.args = _in_one_line(record.getMessage(), error), ()
            vars(record).pop("color_message", None)  # uvicorn's, for the arguments
        if record.exc_info:  # formatters prefer the text when it is set
            record.exc_text = escaped(redact_text(_trace(record.exc_info), error), lines=True)
        return True


def _in_one_line(text: str, error: BaseException | None) -> str:
    return escaped(redact_text(text, error, MAX_MESSAGE).rstrip("\r\n"))


def _trace(exc_info: Any) -> str:
    error = sys.exc_info()[1] if exc_info is True else exc_info[1]
    return "" if error is None else trace_of(error).rstrip("\n")


_plain = _Plain()
_handler = Event_Log_Handler()
_filter = _Clean_Records()
_installed = False


def install() -> None:
    """Attaches records to events from now on; cheap when it was called before.

    The handler goes to the root logger. Where that had none, Python would no longer print warnings on its own
    (`logging.lastResort`), so one that prints them with the request's id comes with it.
    """
    root = logging.getLogger()
    if _handler in root.handlers:
        return
    if not root.handlers:
        printing = logging.StreamHandler()
        printing.setLevel(logging.WARNING)
        printing.setFormatter(Correlation_Formatter())
        root.addHandler(printing)
    root.addHandler(_handler)
    global _installed
    if _installed:
        return
    _installed = True
    for name in _OWN_LOGGERS:
        logging.getLogger(name).addFilter(_filter)
    make_record = logging.getLogRecordFactory()

    def record_with_id(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make_record(*args, **kwargs)
        request = request_of(record.exc_info[1] if record.exc_info else None)
        record.request_id = NO_REQUEST if request is None else request.event_id
        return record

    logging.setLogRecordFactory(record_with_id)
