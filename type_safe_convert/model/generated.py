"""The modules of generated classes whose origin is no attribute of an importable module: that of a script, a function
or a class. There is one for each module with such origins, named after it.

Serialisers such as cloudpickle take a class by value unless its module and qualified name lead to it; then they ask
`copyreg`, as pickle does, which names the origin and the kind. These modules lead to such classes, and keep none alive;
of two with the same name they lead to the newer one.
"""

from __future__ import annotations

import sys
import threading
import types
import weakref
from typing import Any

from type_safe_convert.generated_class import origin_in

MAIN = "__main__"

_classes: weakref.WeakValueDictionary[str, type] = weakref.WeakValueDictionary()
_lock = threading.RLock()


class _Module(types.ModuleType):
    """The generated classes of the origins in one module."""

    def __getattr__(self, name: str) -> Any:
        return _find(f"{self.__name__}.{name}")


class _Names:
    """Stands for a function or class: leads to the generated classes whose origins were defined in it."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __getattr__(self, name: str) -> Any:
        return _find(f"{self.prefix}.{name}")


def _find(place: str) -> Any:
    found = _classes.get(place)
    if found is not None:
        return found
    with _lock:  # no other thread may add one meanwhile
        places = list(_classes)
    if any(known.startswith(f"{place}.") for known in places):
        return _Names(place)
    raise AttributeError(place)


def place_of(origin: type, suffix: str) -> dict[str, str]:
    """Returns `__module__` and `__qualname__` of the counterpart of `origin` with that suffix."""
    module, name = origin.__module__, f"{origin.__qualname__}__{suffix}"
    namespace = vars(sys.modules.get(module, sys))
    known = namespace.get(name)
    is_free = known is None or (isinstance(known, type) and origin_in(known) is not None)
    if module == MAIN or namespace.get(origin.__qualname__) is not origin or not is_free:
        # Named after the origin's: pydantic and FastAPI tell classes of one name apart by their full names.
        module, name = f"{__name__}.{module}", name.replace("<locals>.", "")
        sys.modules.setdefault(module, _Module(module))
    return {"__module__": module, "__qualname__": name}


def publish(cls: type) -> None:
    """Makes the module and qualified name of a generated class lead to it, as pydantic does for `Box[int]`."""
    module = sys.modules[cls.__module__]
    if isinstance(module, _Module):
        with _lock:
            _classes[f"{cls.__module__}.{cls.__qualname__}"] = cls
    else:
        setattr(module, cls.__qualname__, cls)
