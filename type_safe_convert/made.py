"""What every class that this package makes has in common: it knows its origin, and so it pickles."""

from __future__ import annotations

import copyreg
from typing import Any

# Set in a class's own `__dict__`, never looked up by inheritance: a subclass that somebody wrote is an origin itself.
ORIGIN = "__type_safe_convert_origin__"


class MadeClass(type):
    """The metaclass of made classes (and of subclasses that somebody derives from them)."""


def origin_in(cls: type) -> type | None:
    """The class that `cls` was made from; None for a class that somebody wrote."""
    return cls.__dict__.get(ORIGIN)


def reduce_class(cls: type) -> Any:
    """Pickles a made class as a question to its origin, and any other class by name as always."""
    origin = origin_in(cls)
    if origin is None:
        return cls.__qualname__
    from type_safe_convert.kind import kind_of_class

    return _sibling, (origin, kind_of_class(cls))


def _sibling(origin: type, kind: str) -> type:
    from type_safe_convert.family import sibling

    return sibling(origin, kind)


copyreg.pickle(MadeClass, reduce_class)
