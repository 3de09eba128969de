"""State of this thread while a schema is built and compiled."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

_compiling = threading.local()

_COMPLETE = "__pydantic_complete__"


@contextlib.contextmanager
def own_schemas() -> Iterator[None]:
    """While a schema is made and compiled: generated models in it are compiled from it, too.

    pydantic-core would take the validator and the serializer that such a model has had since it was first used, and
    with them what pydantic makes of infinity, classes and enums.
    """
    before = getattr(_compiling, "hidden", None)
    hidden: list[Any] = []
    _compiling.hidden = hidden
    try:
        yield
    finally:
        _compiling.hidden = before
        for cls in hidden:
            type.__setattr__(cls, _COMPLETE, True)


def is_compiling() -> bool:
    """Whether `own_schemas` is in force."""
    return getattr(_compiling, "hidden", None) is not None


def hide_compiled(cls: type) -> None:
    """Hides what a generated model was compiled to before, until `own_schemas` ends."""
    hidden = getattr(_compiling, "hidden", None)
    if hidden is not None and cls.__dict__.get(_COMPLETE):
        type.__setattr__(cls, _COMPLETE, False)
        hidden.append(cls)
