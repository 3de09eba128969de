"""The API key in the OpenAPI document."""

import os
from collections.abc import Iterable
from typing import Any

from fast_api.paths import METHODS
from fast_api.security.api_key import ENV_VAR__NAME, Path_Set

_DETAIL_SCHEMA = {
    "type": "object",
    "title": "Error",
    "properties": {"detail": {"type": "string", "title": "Detail"}},
    "required": ["detail"],
}
_OPERATIONS = frozenset({*map(str.lower, METHODS), "trace"})


def document_api_key(document: dict[str, Any], public_paths: Iterable[str]) -> None:
    """Adds to the document, in place, that every operation but the public ones needs the key, and may answer 401."""
    name = os.environ.get(ENV_VAR__NAME) or "api-key"
    components = document.setdefault("components", {})
    components.setdefault("securitySchemes", {}).update({
        "APIKeyHeader": {"type": "apiKey", "in": "header", "name": name},
        "APIKeyCookie": {"type": "apiKey", "in": "cookie", "name": name},
    })  # fmt: skip
    refused = {
        "description": "API key missing or wrong",
        "content": {"application/json": {"schema": _DETAIL_SCHEMA}},
    }
    public = Path_Set(public_paths)
    for path, operations in document.get("paths", {}).items():
        if path in public:
            continue
        for method, operation in operations.items():
            if method in _OPERATIONS:
                operation.setdefault("responses", {}).setdefault("401", refused)
                operation.setdefault("security", [{"APIKeyHeader": []}, {"APIKeyCookie": []}])
