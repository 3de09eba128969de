"""FastAPI that speaks Type_Safe, on top of `type_safe_convert`."""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from fast_api.extra import missing_extra

try:
    from fast_api.app import Fast_API
    from fast_api.builtin.info import Routes__Info
    from fast_api.builtin.server_info import Fast_API__Server_Info
    from fast_api.http_events.http_events import Fast_API__Http_Events
    from fast_api.paths import RouteError, parse_function_name, route_path
    from fast_api.routes import Fast_API__Routes
except ModuleNotFoundError as _error:
    raise missing_extra("fast_api", _error) from None

if TYPE_CHECKING:
    from fast_api.testing import Fast_API_Server

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


# Modules that were documented by another name; their old names stay importable for one more version.
_MOVED_MODULES = {
    "api_key": "security.api_key",
    "endpoints": "fastapi_bridge.router",
    "server_info": "builtin.server_info",
}
for _old, _new in _MOVED_MODULES.items():
    globals()[_old] = sys.modules[f"{__name__}.{_old}"] = importlib.import_module(f"{__name__}.{_new}")


def __getattr__(name: str) -> Any:
    # Imported late: it needs httpx and uvicorn, which cost an application on Lambda time.
    if name == "Fast_API_Server":
        from fast_api.testing import Fast_API_Server

        return Fast_API_Server
    import fastapi

    if not name.startswith("_") and hasattr(fastapi, name):
        # An AttributeError would lose its text: `from fast_api import FastAPI` has one of its own.
        raise ImportError(f"fast_api has no {name!r}; did you mean `from fastapi import {name}`?", name=name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
