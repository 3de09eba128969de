"""Type_Safe classes of osbot-utils, with their primitives and typed collections."""

import importlib
from typing import Any

# Pickles of older versions name these functions by this module.
_PICKLED = {"_allocate": "generated_classes", "_read_typed": "pickling"}


def __getattr__(name: str) -> Any:
    if name in _PICKLED:
        return getattr(importlib.import_module(f"{__name__}.{_PICKLED[name]}"), name)
    raise AttributeError(name)
