"""`Fast_API__Http_Events`: what the pipeline tells about each request, and who listens."""

from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.types import Message, Scope


class Fast_API__Http_Events(Type_Safe):
    """Receives the life of every request from the `Http_Request` middleware; this base keeps nothing.

    The methods are called in the event loop, in this order, and must not block; the first and the last may be `async`.
    All of them and the handler share one context, so that a contextvar set by the first is seen by the others.
    """

    def request_started(self, scope: Scope, request_id: str) -> Any:
        """A request arrived. What this returns is handed to the other methods; None: nothing else is called."""
        return None

    def message_sent(self, event: Any, message: Message) -> None:
        """One ASGI message of the response went out: its start, or a part of its body."""

    def request_ended(self, event: Any, error: BaseException | None) -> Any:
        """The response is complete, or was cut off by `error`; cancellation is one."""
