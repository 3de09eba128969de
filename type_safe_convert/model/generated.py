"""The module of generated classes whose origin is no attribute of an importable module: that of a script, a function
or a class.

Serialisers such as cloudpickle take a class by value unless its module and qualified name lead to it; then they ask
`copyreg`, as pickle does, which names the origin and the kind. This module leads to such classes, and keeps none alive;
of two with the same name it leads to the newer one.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any

from type_safe_convert.model.made import origin_in

MAIN = "__main__"

_classes: weakref.WeakValueDictionary[str, type] = weakref.WeakValueDictionary()


class _Names:
    """The names in a function or class of which some class here has the name in front of its own."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __getattr__(self, name: str) -> Any:
        return _find(self.prefix + name)


def __getattr__(name: str) -> Any:
    return _find(name)


def _find(name: str) -> Any:
    found = _classes.get(name)
    if found is not None:
        return found
    if any(known.startswith(f"{name}.") for known in list(_classes)):
        return _Names(f"{name}.")
    raise AttributeError(name)


def place_of(origin: type, suffix: str) -> dict[str, str]:
    """Returns `__module__` and `__qualname__` of the counterpart of `origin` with that suffix."""
    module, name = origin.__module__, f"{origin.__qualname__}__{suffix}"
    namespace = vars(sys.modules.get(module, sys))
    known = namespace.get(name)
    is_free = known is None or (isinstance(known, type) and origin_in(known) is not None)
    if module == MAIN or namespace.get(origin.__qualname__) is not origin or not is_free:
        # With the module of the origin: pydantic and FastAPI tell classes of one name apart by their full names.
        module, name = __name__, f"{module}.{name}".replace("<locals>.", "")
    return {"__module__": module, "__qualname__": name}


def publish(cls: type) -> None:
    """Makes the module and qualified name of a generated class lead to it, as pydantic does for `Box[int]`."""
    if cls.__module__ == __name__:
        _classes[cls.__qualname__] = cls
    else:
        setattr(sys.modules[cls.__module__], cls.__qualname__, cls)
