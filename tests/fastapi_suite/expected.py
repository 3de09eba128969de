"""Tests of FastAPI that pass there and are not meant to pass here, by the way that routes come in, with the reason."""

EXPECTED: dict[str, dict[str, str]] = {"decorators": {}, "add_route": {}}
