"""Checks the arguments of applications and routes against the installed FastAPI."""

import difflib
import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import fastapi
from fastapi import APIRouter, FastAPI

FASTAPI_ARGUMENTS = frozenset(inspect.signature(FastAPI).parameters)
ROUTE_OPTIONS = frozenset(inspect.signature(APIRouter.add_api_route).parameters)

# FastAPI's own spans and log records hold queries and exceptions as they came: ours are cleaned.
WITHOUT_TELEMETRY: dict[str, Any] = (
    {"telemetry": {"tracing": False, "metrics": False, "logs": False}} if "telemetry" in FASTAPI_ARGUMENTS else {}
)


def fastapi_arguments(kwargs: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Takes FastAPI's arguments out of the keywords of a `Fast_API` with these fields.

    Raises TypeError for a keyword that neither has; it names the version and similar keywords.
    """
    options = {name: kwargs.pop(name) for name in [*kwargs] if name not in fields and name in FASTAPI_ARGUMENTS}
    if isinstance(kwargs.get("telemetry"), Mapping):
        if "telemetry" not in FASTAPI_ARGUMENTS:
            raise TypeError(f"FastAPI {fastapi.__version__} takes no settings of telemetry; give True or False")
        options["telemetry"] = kwargs.pop("telemetry")
    return options


def unknown_arguments(cls: type, unknown: Iterable[str], fields: Iterable[str]) -> str:
    """Returns the message for keywords that neither `cls` nor FastAPI has."""
    known = {*fields, *FASTAPI_ARGUMENTS}
    return "; ".join(
        f"{cls.__name__} and FastAPI {fastapi.__version__} have no argument {name!r}{_similar(name, known)}"
        for name in unknown
    )


def check_route_options(options: Iterable[str]) -> None:
    """Raises TypeError for an option of routes that the installed FastAPI does not have."""
    unknown = [
        f"FastAPI {fastapi.__version__} has no route option {name!r}{_similar(name, ROUTE_OPTIONS)}"
        for name in options
        if name not in ROUTE_OPTIONS
    ]
    if unknown:
        raise TypeError("; ".join(unknown))


def check_max_body_size(size: object) -> None:
    """Raises ValueError for what is no size, as FastAPI does."""
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
        raise ValueError(f"max_body_size is a non-negative integer, the number of bytes, or None; found {size!r}")


def _similar(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=3)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
