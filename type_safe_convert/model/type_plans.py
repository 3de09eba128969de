"""Keeps plans for types that are no single class on the model classes in them, so that they are freed with these."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from type_safe_convert.model.family import LOCK, is_static, record_of
from type_safe_convert.model.unresolved import is_provisional
from type_safe_convert.registry import RECORD, kind_of_class
from type_safe_convert.types.roots import leaves_of


def type_plan(
    subject: str,
    types: tuple[Any, ...],
    settings: Iterable[Any],
    make: Callable[[], Any],
    plans: dict[Any, Any] | None = None,
) -> Any:
    """The plan of some types for a subject, made if there is none; it holds the types.

    One of types without a model class is made for each call: what else is in them must not be kept for ever.

    Args:
        plans: where the plan is kept, if not on a class.
    """
    leaves = [leaf for item in types for leaf in leaves_of(item)]
    key = (subject, *map(_hashable, (*types, *leaves)), *settings)
    found = _find(key, leaves) if plans is None else plans.get(key)
    if found is not None:
        return found
    classes = [item for item in leaves if kind_of_class(item) is not None]
    with LOCK:
        made = make()
        if not classes or any(map(is_provisional, classes)):
            return made
        if plans is not None:
            return plans.setdefault(key, made)
        # On a class that will go, as in `conversion`.
        holder = next((cls for cls in classes if not is_static(cls)), classes[0])
        return record_of(holder).plans.setdefault(key, made)


def _hashable(annotation: Any) -> Any:
    try:
        hash(annotation)
    except TypeError:  # metadata of an `Annotated` need not hash; the plan keeps the type, and so its id
        return id(annotation)
    return annotation


def _find(key: tuple[Any, ...], leaves: list[Any]) -> Any:
    for leaf in leaves:
        record = leaf.__dict__.get(RECORD) if isinstance(leaf, type) else None
        if record is not None and record.cls is leaf:
            found = record.plans.get(key)
            if found is not None:
                return found
    return None
