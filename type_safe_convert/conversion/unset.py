"""Finds the values of a source that were never set, if its class or its carried data tell, or were deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from type_safe_convert.model.carried import Carried
from type_safe_convert.model.family import attribute_of, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.registry import kind_of_class

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import Step
    from type_safe_convert.conversion.sources import PathPart

Unset = Callable[[Any], Collection[Any]]


def unset_in(reader: InstanceReader, steps: Sequence[Step]) -> Unset:
    """A function that gives what an instance never got: attributes, and the places of paths that end at such."""
    of_instance = reader.unset or _carried_as_unset
    paths = [step for step in steps if step.parts and step.source_field is not None]
    by_class: dict[type, Unset] = {}

    def unset(instance: Any) -> Collection[Any]:
        found: set[Any] = {*of_instance(instance)}
        for step in paths:
            if _is_unset_behind(reader.read(instance, str(step.source)), step.parts, by_class):
                found.add(step.place)
        return found

    return unset if paths else of_instance


def removed_from(instance: Any, reader: InstanceReader, steps: Sequence[Step]) -> Collection[str]:
    """The fields whose attributes were deleted from an instance, and for which the target has a default."""
    names = reader.removable_attributes
    if not names:
        return ()
    found = [step for step in steps if step.source in names and not step.field.required]
    return [step.field.name for step in found if not reader.has(instance, str(step.source))]


def _is_unset_behind(value: Any, parts: Sequence[PathPart], by_class: dict[type, Unset]) -> bool:
    for part in parts:
        cls = type(value)
        kind = kind_of_class(cls)
        if kind is not None:
            record = record_of(cls)
            if cls not in by_class:
                by_class[cls] = get_kind(kind).reader(cls, record.shape).unset or _carried_as_unset
            if attribute_of(record, part.name) in by_class[cls](value):
                return True
        try:
            value = part.read(value)
        except (AttributeError, KeyError):
            return False
    return False


def _carried_as_unset(instance: Any) -> Collection[str]:
    """The attributes of an instance of a generated class that were never set in its origin, where that told."""
    given = Carried.by(instance).marks.get("fields_set")
    return () if given is None else [name for name in instance.__dict__ if name not in given]
