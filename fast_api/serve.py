"""Serving with uvicorn, on uvloop and httptools where these are installed."""

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

ENV_VAR__TARGET = "FAST_API__SERVE__TARGET"


def run(app: Any, **options: Any) -> None:
    """`uvicorn.run`; the event loop and the HTTP parser are the fastest that are installed (uvicorn's `auto`)."""
    import uvicorn

    uvicorn.run(app, **options)


def serve(target: str, *, host: str, port: int, reload: bool = False, workers: int = 1, **options: Any) -> None:
    """Serves `MODULE:APP`. Reloading and several workers import it in processes of their own.

    Raises ValueError or ImportError when the target cannot be loaded.
    """
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.insert(0, folder)
    if not reload:
        load_application(target)  # an error in the target shall be seen here, once, and not in every worker
    os.environ[ENV_VAR__TARGET] = target
    run(
        "fast_api.serve:application_of_environment",
        factory=True,
        host=host,
        port=port,
        reload=reload,
        workers=None if reload else workers,
        app_dir=folder,
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
    return as_application(found)


def as_application(found: Any) -> Any:
    if isinstance(found, type) or _is_factory(found):
        found = found()
    # A Fast_API, told by what it can do: it imports this module.
    return found.setup().app() if hasattr(found, "setup") and hasattr(found, "app") else found


def _is_factory(found: Callable[..., Any]) -> bool:
    """A plain function without parameters; an ASGI application takes three."""
    code = getattr(found, "__code__", None)
    return code is not None and code.co_argcount == 0
