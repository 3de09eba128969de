"""Starlette's CORS middleware, with our settings."""

import re
from collections.abc import Sequence
from typing import Any

from fast_api.http_events.recorded import REQUEST_ID_HEADER
from fast_api.paths import METHODS

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]{0,64}+://[^/?#\s*]+")


def cors_settings(origins: Sequence[str]) -> dict[str, Any]:
    """Arguments of `CORSMiddleware`: without origins, all of them without credentials; else these with credentials.

    Raises ValueError for `*` and `null` among the origins, since every site could then act with its visitors' cookies
    (a sandboxed frame of any site has the origin `null`), and for one that no browser sends, since it has a path or
    lacks its scheme.
    """
    for origin in origins:
        if origin.strip().lower() in ("*", "null"):
            raise ValueError(
                f"cors_origins allows credentials, so it cannot hold {origin!r}; leave it empty to allow every origin"
            )
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"an origin is a scheme and a host, such as 'https://site.example', found {origin!r}")
    return {
        "allow_origins": list(origins) or ["*"],
        "allow_credentials": bool(origins),
        "allow_methods": METHODS,
        "allow_headers": ["*"],
        "expose_headers": [REQUEST_ID_HEADER],
    }
