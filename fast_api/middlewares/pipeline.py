"""The middlewares of a service, in their order."""

from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from fast_api.fastapi_bridge.arguments import check_max_body_size
from fast_api.middlewares.api_key import API_Key_Check
from fast_api.middlewares.body_limit import Body_Limit
from fast_api.middlewares.cors import cors_settings
from fast_api.middlewares.detect_disconnect import Detect_Disconnect
from fast_api.middlewares.http_request import Http_Request
from fast_api.middlewares.server_errors import Server_Errors
from fast_api.middlewares.settled_list import settle
from fast_api.telemetry import telemetry_middlewares

if TYPE_CHECKING:
    from fast_api.fastapi_bridge.application import Type_Safe_FastAPI
    from fast_api.http_events.http_events import Fast_API__Http_Events

# Read when the pipeline is made: a later value would change nothing, which for the API key nobody may miss.
READ_AT_SETUP = (
    "cors_origins", "debug", "enable_api_key", "enable_cors", "http_events", "max_body_size",
    "propagate_errors", "public_paths", "secure_cookie", "telemetry", "trust_request_id",
)  # fmt: skip


class Pipeline:
    """Mixin of `Fast_API`: adds the middlewares. A subclass overrides a hook to replace one of them."""

    if TYPE_CHECKING:  # at run time these would be fields
        name: str
        debug: bool
        cors_origins: list[str]
        enable_api_key: bool
        enable_cors: bool
        http_events: Fast_API__Http_Events
        max_body_size: int | None
        propagate_errors: bool
        telemetry: bool
        trust_request_id: bool

        def app(self) -> Type_Safe_FastAPI: ...
        def _public_paths(self) -> list[str]: ...

    def setup_middlewares(self) -> None:
        """Adds the pipeline, outermost first. A subclass calls this and then adds its own, which run inside of it;
        what it adds before this call runs outside."""
        self.app().add_pipeline(self.pipeline())
        for name in READ_AT_SETUP:
            settle(name, getattr(self, name))

    def pipeline(self) -> list[Middleware]:
        """Detect_Disconnect → Http_Request → telemetry → CORS → errors → API_Key_Check → Body_Limit."""
        check_max_body_size(self.max_body_size)
        spans, exceptions = telemetry_middlewares(self.http_events, self.name) if self.telemetry else ((), ())
        added_by = self.app().middlewares_added_by
        return [
            *added_by(self.setup_middleware__detect_disconnect),
            *added_by(self.setup_middleware__request_id),
            *spans,
            *added_by(self.setup_middleware__cors),
            Middleware(Server_Errors, debug=self.debug, propagate=self.propagate_errors),
            *exceptions,
            *added_by(self.setup_middleware__api_key_check),
            Middleware(Body_Limit, max_body_size=self.max_body_size),
        ]

    # Hooks: what a subclass adds by `self.app().add_middleware` in one of these stands in the place of the default one.

    def setup_middleware__detect_disconnect(self) -> None:
        """Adds the middleware that sets `request.state.is_disconnected`."""
        self.app().add_middleware(Detect_Disconnect)

    def setup_middleware__request_id(self) -> None:
        """Adds the middleware that gives a request its id and its event."""
        self.app().add_middleware(Http_Request, http_events=self.http_events, trust_request_id=self.trust_request_id)

    def setup_middleware__cors(self) -> None:
        """Adds CORS where `enable_cors` says so."""
        if self.enable_cors:
            self.app().add_middleware(CORSMiddleware, **cors_settings(self.cors_origins))

    def setup_middleware__api_key_check(self) -> None:
        """Adds the check of the API key where `enable_api_key` says so."""
        if self.enable_api_key:
            self.app().add_middleware(API_Key_Check, public_paths=self._public_paths())
