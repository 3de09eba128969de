"""The request that runs in the present context, and what its secrets are taken out of."""

from contextvars import ContextVar
from typing import Protocol

from fast_api.http_events.cleaning import SECRET_NAMES, Cleaner_Of_Environment, api_keys


class Current_Request(Protocol):
    """What log records need to know about the request that they are made in."""

    event_id: str

    def clean(self, text: str) -> str:
        """`text` without the secrets of this request."""

    def add_log_message(self, message: str, level: str, logger: str) -> None:
        """Attaches a line to the event, cleaned."""

    def after(self) -> int:
        """Microseconds since the request's start."""


current_request: ContextVar[Current_Request | None] = ContextVar("current_request", default=None)

_default_cleaner = Cleaner_Of_Environment(SECRET_NAMES)


def clean_text(text: str) -> str:
    """`text` as a log line may show it, in the request that runs or outside of any."""
    request = current_request.get()
    return _default_cleaner.get().text(text, api_keys()) if request is None else request.clean(text)
