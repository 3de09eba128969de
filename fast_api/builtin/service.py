"""What the parts of a service may ask of the service that they are added to: `Fast_API`, without importing it."""

from collections.abc import Callable
from typing import Any, Protocol

from fast_api.fastapi_bridge.application import Application
from fast_api.http_events.http_events import Fast_API__Http_Events


class Service(Protocol):
    name: str
    version: str
    description: str
    enable_api_key: bool
    secure_cookie: bool
    events_page: str
    events_path: str
    http_events: Fast_API__Http_Events
    server_id: Any
    degraded_is_ready: bool

    def app(self) -> Application: ...

    def readiness_checks(self) -> dict[str, str]: ...

    @property
    def routes(self) -> Callable[..., list[dict[str, Any]]]: ...
