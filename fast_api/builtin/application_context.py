"""`Application_Context`: the part of `Fast_API` that the built-in routes use, as a protocol."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fast_api.fastapi_bridge.application import Type_Safe_FastAPI
    from fast_api.http_events.http_events import Fast_API__Http_Events


class Application_Context(Protocol):
    """The part of an application that the default routes use."""

    name: str
    version: str
    description: str
    enable_api_key: bool
    secure_cookie: bool
    events_page: str
    events_path: str
    http_events: "Fast_API__Http_Events"
    server_id: Any
    degraded_is_ready: bool

    def app(self) -> "Type_Safe_FastAPI": ...

    def readiness_checks(self) -> dict[str, str]: ...

    @property
    def routes(self) -> Callable[..., list[dict[str, Any]]]: ...
