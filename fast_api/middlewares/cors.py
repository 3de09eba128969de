"""Starlette's CORS middleware, with our settings."""

from collections.abc import Sequence
from typing import Any

from fast_api.middlewares.http_request import REQUEST_ID_HEADER

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def cors_settings(origins: Sequence[str]) -> dict[str, Any]:
    """Arguments of `CORSMiddleware`: without origins, all of them without credentials; else these with credentials.

    Raises ValueError for `*` among the origins: every site could then act with its visitors' cookies.
    """
    if "*" in origins:
        raise ValueError("cors_origins allows credentials, so it cannot hold '*'; leave it empty to allow every origin")
    return {
        "allow_origins": list(origins) or ["*"],
        "allow_credentials": bool(origins),
        "allow_methods": METHODS,
        "allow_headers": ["*"],
        "expose_headers": [REQUEST_ID_HEADER],
    }
