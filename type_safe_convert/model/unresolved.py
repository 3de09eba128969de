"""Names in annotations that cannot be resolved: told once a class, and looked up again once they may be there.

Modules that import each other, and classes that name later ones, are used before all of their names exist. Whatever was
made of such a class then is forgotten as soon as a name can be resolved.
"""

from __future__ import annotations

import itertools
import sys
import types
import warnings
import weakref
from collections.abc import Mapping
from typing import Any

from type_safe_convert.errors import ClassConversionError, UnresolvedNameWarning
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import libraries
from type_safe_convert.types.names import can_be_evaluated, is_expression, names_for

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


def resolvable(classes: tuple[type, ...]) -> list[type]:
    """Those of the classes, all of them waiting, one of whose names exists by now."""
    found = []
    for cls in classes:
        waiting = pending.get(weakref.ref(cls))
        if waiting is not None and waiting.may_have_changed():
            names = names_for(cls, thorough=False)
            if any(can_be_evaluated(text, names) for text in waiting.references):
                found.append(cls)
    return found


def warn(cls: type, fields: Mapping[str, Field]) -> None:
    """Tells of the names that do not exist. Raises ClassConversionError where the warning is to be an error."""
    problem = error_of(cls, fields)
    message = f"{cls.__module__}.{cls.__qualname__}: {problem.reason}, so that any value passes there"
    try:
        warnings.warn(message, UnresolvedNameWarning, stacklevel=level_of_caller())
    except UnresolvedNameWarning:
        raise problem from None


def error_of(cls: type, fields: Mapping[str, Field]) -> ClassConversionError:
    """The error that says which names in the annotations of a class do not exist."""
    named = {name: field.unresolved for name, field in fields.items() if field.unresolved}
    told = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in named.items())
    reason = f"names in its annotations do not exist at run time ({told})"
    if not all(map(is_expression, itertools.chain.from_iterable(named.values()))):
        reason = f"its annotations cannot be evaluated ({told})"
    return ClassConversionError(reason, path=(next(iter(named)),), source_class=cls)


def level_of_caller() -> int:
    """The `stacklevel` at which the code stands that called this package, by way of the library of a kind or not."""
    level, frame = 1, sys._getframe(1)
    ours = tuple(f"{package}." for package in (__name__.partition(".")[0], *libraries()))
    while frame.f_back is not None and f"{frame.f_globals.get('__name__')}.".startswith(ours):
        level, frame = level + 1, frame.f_back
    return level
