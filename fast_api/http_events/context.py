"""The request that runs in the present context, and the redaction of text in it."""

from contextvars import ContextVar
from typing import Protocol

from fast_api.redaction.environment import Environment_Redactor, api_keys
from fast_api.redaction.names import SECRET_NAMES
from fast_api.redaction.redactor import Redactor
from fast_api.redaction.text import MAX_RAW, MAX_TEXT, bounded, redact_values


class Current_Request(Protocol):
    """The parts of a request that log records need."""

    event_id: str
    redactor: Redactor

    def clean(self, text: str, limit: int = MAX_TEXT) -> str:
        """`text` without the secrets of this request."""

    def add_log_message(self, message: str, level: str, logger: str) -> None:
        """Attaches a line to the event, cleaned."""

    def after(self) -> int:
        """Microseconds since the request's start."""


current_request: ContextVar[Current_Request | None] = ContextVar("current_request", default=None)

_default_redactor = Environment_Redactor(SECRET_NAMES)


# On an exception that goes on to the server: the request that it was raised in. It has ended when the server logs it.
REQUEST_OF_ERROR = "__fast_api_request__"


def request_of(error: BaseException | None) -> Current_Request | None:
    """The request that runs, or else the one that `error` was raised in."""
    return current_request.get() or getattr(error, REQUEST_OF_ERROR, None)


def current_redactor() -> Redactor:
    """The redactor of the request that runs, or the default one outside of any."""
    request = current_request.get()
    return _default_redactor.get() if request is None else request.redactor


def redact_text(text: str, error: BaseException | None = None, limit: int = MAX_TEXT) -> str:
    """`text` as a log line about `error` may show it, in the request that runs or outside of any.

    One longer than `limit` loses its middle.
    """
    request = request_of(error)
    if request is not None:
        return request.clean(text, limit)
    return _default_redactor.get().text(bounded(redact_values(bounded(text, MAX_RAW), api_keys()), limit))
