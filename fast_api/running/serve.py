"""Serving with uvicorn, on uvloop and httptools where these are installed."""

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from fast_api.extra import missing_extra

ENV_VAR__TARGET = "FAST_API__SERVE__TARGET"
ENV_VAR__ACCESS_LOG = "FAST_API__SERVE__ACCESS_LOG"

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


def serve(
    target: str,
    *,
    host: str,
    port: int,
    reload: bool = False,
    workers: int = 1,
    access_log: str = "uvicorn",
    **options: Any,
) -> None:
    """Serves `MODULE:APP`. Reloading and several workers import it in processes of their own.

    `access_log` is one of ACCESS_LOGS: uvicorn's lines, the service's own of JSON instead, or neither.

    Raises ValueError or ImportError when the target cannot be loaded.
    """
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.insert(0, folder)
    os.environ[ENV_VAR__ACCESS_LOG] = access_log
    if not reload:
        load_application(target)  # an error in the target shall be seen here, once, and not in every worker
    os.environ[ENV_VAR__TARGET] = target
    run(
        "fast_api.running.serve:application_of_environment",
        factory=True,
        host=host,
        port=port,
        reload=reload,
        workers=None if reload else workers,
        app_dir=folder,
        access_log=access_log,
        **options,
    )


def application_of_environment() -> Any:
    """The application that `serve` was asked for, in the process that shall run it."""
    return load_application(os.environ[ENV_VAR__TARGET])


def load_application(target: str) -> Any:
    """The ASGI application that `MODULE:APP` names: a Fast_API, its class, an ASGI application, or a function that
    makes one of these. Raises ValueError or ImportError."""
    module_name, colon, name = target.partition(":")
    if not colon or not module_name or not name:
        raise ValueError(f"expected MODULE:APP, found {target!r}")
    found: Any = importlib.import_module(module_name)
    for attribute in name.split("."):
        try:
            found = getattr(found, attribute)
        except AttributeError:
            raise ValueError(f"module {module_name!r} has no {name!r}") from None
    return as_application(found, os.environ.get(ENV_VAR__ACCESS_LOG) == "json")


def as_application(found: Any, access_log: bool = False) -> Any:
    """Raises ValueError for what is no application, or an access log of an application that writes none."""
    if isinstance(found, type) or _is_factory(found):
        found = found()
    if access_log:
        if not hasattr(found, "http_events"):
            raise ValueError("the access log 'json' is written by a Fast_API, found another application")
        found.http_events.access_log = True
    # A Fast_API, told by what it can do: it imports this module.
    if hasattr(found, "setup") and hasattr(found, "app"):
        found = found.setup().app()
    if not callable(found):
        raise ValueError(f"expected a Fast_API or an ASGI application, found {type(found).__name__}")
    return found


def _is_factory(found: Callable[..., Any]) -> bool:
    """A plain function without parameters; an ASGI application takes three."""
    code = getattr(found, "__code__", None)
    return code is not None and code.co_argcount == 0
