"""Type_Safe classes of osbot-utils, with their primitives and typed collections."""

from typing import Any

_PICKLED = ("_allocate", "_read_typed")


def __getattr__(name: str) -> Any:
    if name in _PICKLED:  # pickles of older versions name these functions by this module
        from type_safe_convert.kinds.type_safe import kind

        return getattr(kind, name)
    raise AttributeError(name)
