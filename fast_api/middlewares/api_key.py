"""Lets a request or a WebSocket pass only with a valid API key."""

from collections.abc import Iterable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from fast_api.fastapi_bridge.internals import get_route_path
from fast_api.security.api_key import (
    CHALLENGE,
    Api_Key,
    Path_Set,
    Settings,
    api_key_from_environment,
    key_settings,
)

REFUSED = 1008  # a WebSocket's close code for "policy violation"; servers answer 403 before the socket is accepted


class API_Key_Check:
    """Answers 401 with `{"detail"}` to a request without a valid key, and refuses a WebSocket before it is accepted.

    Everything needs the key but `public_paths` (see `Path_Set`): mounted applications and OPTIONS requests too. The
    CORS middleware, which answers preflights, stands outside of this one. A server without a configured key lets nobody
    in.
    """

    def __init__(self, app: ASGIApp, public_paths: Iterable[str] = ()) -> None:
        self.app = app
        self.public_paths: Path_Set = Path_Set(public_paths)
        self.settings: Settings | None = None
        self.api_key: Api_Key = Api_Key("", ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "lifespan"
            or (get_route_path(scope) if scope.get("root_path") else scope["path"]) in self.public_paths
        ):
            await self.app(scope, receive, send)
            return
        refusal = self.current_key().refusal(scope["headers"])
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await JSONResponse({"detail": refusal}, 401, CHALLENGE)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": REFUSED, "reason": refusal})

    def current_key(self) -> Api_Key:
        """The key of the environment; read again when the environment has another name or other values."""
        settings = key_settings()
        if settings != self.settings:
            self.api_key = api_key_from_environment()
            self.settings = settings
        return self.api_key
