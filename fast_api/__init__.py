"""FastAPI that speaks Type_Safe, on top of `type_safe_convert`."""

from typing import TYPE_CHECKING, Any

from fast_api.extra import missing_extra

try:
    from fast_api.app import Fast_API
    from fast_api.http_events.http_events import Fast_API__Http_Events
    from fast_api.info_routes import Routes__Info
    from fast_api.paths import RouteError, parse_function_name, route_path
    from fast_api.routes import Fast_API__Routes
    from fast_api.server_info import Fast_API__Server_Info
except ModuleNotFoundError as error:
    raise missing_extra("fast_api", error) from None

if TYPE_CHECKING:
    from fast_api.server import Fast_API_Server

__all__ = [
    "Fast_API",
    "Fast_API_Server",
    "Fast_API__Http_Events",
    "Fast_API__Routes",
    "Fast_API__Server_Info",
    "RouteError",
    "Routes__Info",
    "parse_function_name",
    "route_path",
]


def __getattr__(name: str) -> Any:
    # A server for tests needs httpx and uvicorn; an application on Lambda shall not pay for their import.
    if name == "Fast_API_Server":
        from fast_api.server import Fast_API_Server

        return Fast_API_Server
    import fastapi

    if not name.startswith("_") and hasattr(fastapi, name):
        # An AttributeError would lose its text: `from fast_api import FastAPI` has one of its own.
        raise ImportError(f"fast_api has no {name!r}; did you mean `from fastapi import {name}`?", name=name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
