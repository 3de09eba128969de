"""What every class that this package makes has in common: it knows its origin."""

from __future__ import annotations

# Set in a class's own `__dict__`, never looked up by inheritance: a subclass that somebody wrote is an origin itself.
ORIGIN = "__type_safe_convert_origin__"


class MadeClass(type):
    """The metaclass of made classes (and of subclasses that somebody derives from them)."""


def origin_in(cls: type) -> type | None:
    """The class that `cls` was made from; None for a class that somebody wrote."""
    return cls.__dict__.get(ORIGIN)
