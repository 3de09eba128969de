"""The classes that wait for names: in their annotations stand some that do not exist yet. See `model/unresolved.py`."""

from __future__ import annotations

import sys
import types
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from type_safe_convert.model.shape import Field

# The classes that wait for names. No WeakKeyDictionary: every conversion asks whether there are any.
pending: dict[weakref.ref[type], _Waiting] = {}


class _Waiting:
    """The names for which a class waits.

    Attributes:
        references: the texts in its annotations that cannot be evaluated.
        modules: the namespaces in which a name may turn up.
        sizes: how many names these had at the last look; a class of a function is looked at each time.
    """

    __slots__ = ("local", "modules", "references", "sizes")

    def __init__(self, cls: type, references: tuple[str, ...]) -> None:
        self.references = references
        self.local = "<locals>" in cls.__qualname__
        own: Any = vars(sys.modules.get(cls.__module__, types.ModuleType("missing")))
        roots = (own.get(reference.partition(".")[0]) for reference in references)
        self.modules: tuple[dict[str, Any], ...] = (
            own,
            *(vars(root) for root in roots if isinstance(root, types.ModuleType)),
        )
        self.sizes: tuple[int, ...] = tuple(map(len, self.modules))

    def may_have_changed(self) -> bool:
        sizes = tuple(map(len, self.modules))
        if sizes == self.sizes and not self.local:
            return False
        self.sizes = sizes
        return True


def note(cls: type, fields: Mapping[str, Field]) -> None:
    """Remembers a class whose fields were just read, where there are names in them that do not exist."""
    references = tuple(name for field in fields.values() for name in field.unresolved)
    if references:
        pending[weakref.ref(cls, _gone)] = _Waiting(cls, references)


def _gone(reference: weakref.ref[type]) -> None:
    pending.pop(reference, None)


def is_pending(cls: type) -> bool:
    return weakref.ref(cls) in pending


def settled(cls: type) -> None:
    """Stops waiting for the names of a class."""
    pending.pop(weakref.ref(cls), None)


def is_loading(cls: type) -> bool:
    """Whether a module in which a name of a waiting class may turn up is still being imported."""
    waiting = pending.get(weakref.ref(cls))
    return waiting is not None and any(
        getattr(names.get("__spec__"), "_initializing", False) for names in waiting.modules
    )
