"""Lets a request pass only with a valid API key."""

import os
from collections.abc import Iterable

from starlette._utils import get_route_path
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from fast_api.api_key import (
    ENV_VAR__NAME,
    ENV_VAR__VALUE,
    Api_Key,
    Public_Paths,
    api_key_from_environment,
)


class API_Key_Check:
    """Answers 401 with `{"detail"}` to a request without a valid key.

    `public_paths` need none (see `Public_Paths`). A CORS preflight carries no credentials and passes. A server without
    a configured key lets nobody in.
    """

    def __init__(self, app: ASGIApp, public_paths: Iterable[str] = ()) -> None:
        self.app = app
        self.public_paths = Public_Paths(public_paths)
        self.environment: tuple[str | None, ...] = ()
        self.api_key = Api_Key("", ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or (get_route_path(scope) if scope.get("root_path") else scope["path"]) in self.public_paths
            or is_preflight(scope)
        ):
            await self.app(scope, receive, send)
            return
        refusal = self.current_key().refusal(scope["headers"])
        if refusal is None:
            await self.app(scope, receive, send)
            return
        await JSONResponse({"detail": refusal}, status_code=401)(scope, receive, send)

    def current_key(self) -> Api_Key:
        """The key of the environment; read again when the environment has another name or value."""
        environment = (os.environ.get(ENV_VAR__NAME), os.environ.get(ENV_VAR__VALUE))
        if environment != self.environment:
            self.api_key = api_key_from_environment()
            self.environment = environment
        return self.api_key


def is_preflight(scope: Scope) -> bool:
    if scope["method"] != "OPTIONS":
        return False
    names = {name for name, _ in scope["headers"]}
    return b"origin" in names and b"access-control-request-method" in names
