"""Serving with uvicorn: by its command, and from code."""

import os
from typing import Any

from fast_api.extra import missing_extra

# `json`: every Fast_API writes its own lines; for servers that take no settings of a service.
ENV_VAR__ACCESS_LOG = "FAST_API__ACCESS_LOG"

ACCESS_LOGS = ("uvicorn", "json", "none")

# Seconds for what still runs when the server is told to stop; an open stream would keep it running endlessly.
GRACEFUL_SECONDS = 5


def run(app: Any, *, access_log: str = "uvicorn", **options: Any) -> None:
    """Runs uvicorn, on the fastest event loop and parser that are installed, with a graceful timeout."""
    try:
        import uvicorn
    except ModuleNotFoundError as error:
        raise missing_extra("serving", error) from None
    options.setdefault("timeout_graceful_shutdown", GRACEFUL_SECONDS)
    uvicorn.run(app, access_log=access_log == "uvicorn", **options)


def serve(target: str, *options: str, access_log: str = "uvicorn") -> None:
    """Calls uvicorn's command for `MODULE:APP`, with a graceful timeout; `options` are those of that command.

    `access_log` is one of ACCESS_LOGS: uvicorn's lines, the service's own of JSON instead, or neither. Exits as the
    command does. Raises ValueError or ImportError for a target that cannot be loaded.
    """
    try:
        import uvicorn
        from uvicorn.importer import ImportFromStringError, import_from_string
    except ModuleNotFoundError as error:
        raise missing_extra("serving", error) from None
    if "--reload" not in options:
        try:
            import_from_string(target)  # so that an error is seen once, and not in every worker
        except ImportFromStringError as error:
            raise ValueError(str(error)) from None
    if access_log == "json":
        os.environ[ENV_VAR__ACCESS_LOG] = access_log
    defaults = ["--timeout-graceful-shutdown", str(GRACEFUL_SECONDS)]
    defaults.append("--access-log" if access_log == "uvicorn" else "--no-access-log")
    uvicorn.main([target, *defaults, *options], prog_name="python -m fast_api serve")


def has_access_log(chosen: bool) -> bool:
    """Whether a service writes its access log: as it was `chosen`, or as the environment says.

    Raises ValueError for another word than `json` there.
    """
    word = os.environ.get(ENV_VAR__ACCESS_LOG, "")
    if word not in ("", "json"):
        raise ValueError(f"{ENV_VAR__ACCESS_LOG} is 'json' or empty, found {word!r}")
    return chosen or word == "json"
