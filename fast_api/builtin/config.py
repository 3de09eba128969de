"""`/`, which leads to the documentation, and `/config/...`."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse

from fast_api.builtin.application_context import Application_Context
from fast_api.builtin.health import add_health_routes
from fast_api.builtin.server_info import fast_api__server_info as process_info


def add_root_route(fast_api: Application_Context) -> None:
    """`/` leads to the documentation, where there is one."""
    app = fast_api.app()
    documentation = (app.docs_url or app.redoc_url) if app.openapi_url else None

    async def redirect_to_docs(request: Request) -> RedirectResponse:
        return RedirectResponse(request.scope.get("root_path", "").rstrip("/") + str(documentation))

    if documentation:
        app.add_function("/", redirect_to_docs, ["GET"], include_in_schema=False, is_default=True)


def add_config_routes(fast_api: Application_Context) -> None:
    """`/config/info`, `/config/status`, `/config/version`, `/config/routes`, `/config/health`, `/config/ready`."""
    started = time.time()
    app = fast_api.app()

    async def config_info() -> dict[str, Any]:
        """The name, version and description of this service, and its process and server."""
        return {
            "name": fast_api.name,
            "version": fast_api.version,
            "description": fast_api.description,
            **process_info.json(),
            "server_id": str(fast_api.server_id),
        }

    async def config_status() -> dict[str, Any]:
        """Whether it answers, and since when: seconds since 1970, and seconds."""
        return {"status": "ok", "started": started, "uptime": time.time() - started}

    async def config_version() -> dict[str, str]:
        return {"version": fast_api.version}

    async def config_routes() -> list[dict[str, Any]]:
        """Every route, with its methods."""
        return fast_api.routes(include_default=True)

    for name, function in (
        ("info", config_info),
        ("status", config_status),
        ("version", config_version),
        ("routes", config_routes),
    ):
        app.add_function(
            f"/config/{name}", function, ["GET"], tags=["config"], dependencies=app.router.dependencies, is_default=True
        )
    add_health_routes(fast_api)
