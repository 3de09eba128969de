"""Finds the target class of a model value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from type_safe_convert.advice import about_value
from type_safe_convert.errors import ConversionError, hides_input, without_values
from type_safe_convert.model.family import class_for_field, counterpart, is_subclass, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Target, mismatch
from type_safe_convert.values.members import class_by_value, hand_written_counterpart, is_told_by_value
from type_safe_convert.words import with_article

if TYPE_CHECKING:
    from type_safe_convert.conversion.pair import ClassPair, OuterConversion


def class_for_value(cls: type, value: Any, declared: type, target: type, outer: OuterConversion) -> type:
    """The class that a model value of `cls` becomes, where its place declares `declared` and `target` stands for that.

    Within a family the runtime class decides, and must be a subclass of the declared one. Into a class that a user
    wrote, a subclass without a counterpart becomes the declared class.
    """
    if kind_of_class(cls) is None:
        raise _mismatch(value, declared)
    origin = record_of(cls).origin
    if kind_of_base(declared) is not None:
        if not outer.same_family:
            return counterpart(origin, str(kind_of_base(declared)))
        return class_for_field(origin, outer.kind, outer.origin_kind) if _is_told(outer.kind) else origin
    if outer.rules is not None:
        ruled = outer.rules.target_of(origin, target)
        if ruled is not None:
            return ruled
    if outer.same_family:
        if not _is_below(origin, record_of(declared).origin):
            raise _mismatch(value, declared)
        if outer.kind == outer.origin_kind:  # as it was declared there, which may be as a generated class
            return counterpart(origin, record_of(declared).kind)
        return class_for_field(origin, outer.kind, outer.origin_kind)
    found = class_by_value(cls, value, target) if is_told_by_value(cls, target) else None
    return found or hand_written_counterpart(cls, target)


def classes_declared(
    node: nodes.ModelNode, source_declared: type | None, outer: OuterConversion
) -> tuple[type, type] | None:
    """The class that the source declares in a place, and what its instances become; None where that is not known."""
    declared = node.cls
    if node.arguments or kind_of_base(declared) is not None:
        return None
    source_class = declared if outer.same_family else source_declared
    if source_class is None or kind_of_base(source_class) is not None:
        return None
    source = class_for_field(source_class, outer.source_kind, outer.source_origin_kind)
    target = class_for_field(declared, outer.kind, outer.origin_kind)
    if outer.rules is not None:
        ruled = outer.rules.target_of(record_of(source).origin, target)
        if ruled is not None:
            return source, ruled
    if not outer.same_family:
        if is_told_by_value(source, target):
            return None
        target = hand_written_counterpart(source, target)
    return source, target


def told_by_value(pair: ClassPair, target: type) -> bool:
    """Whether another instance of the source may become another class where `target` stands for what is declared."""
    return not pair.same_family and is_told_by_value(pair.source, target)


def classes_for_any(value: Any, target: Target) -> tuple[type, type, bool]:
    """For a model where anything may stand: its class, the class that it becomes, and whether that is checked.

    It is converted only if its origin has the same kind as the origin of the model that holds it. Otherwise it stays
    what it is.
    """
    cls = type(value)
    record = record_of(cls)
    origin_kind, kind = target.origin_kind, target.kind
    if target.same_family and record_of(record.origin).kind == origin_kind:
        generated = record.origin is not cls
        if generated or origin_kind == target.source_kind or not _is_told(target.source_kind):
            stays = kind == origin_kind or not _is_told(kind)
            found = record.origin if stays else counterpart(record.origin, kind)
            if found is not cls:
                return cls, found, target.checked
    return cls, cls, False


def _is_told(kind: str) -> bool:
    """Whether a value of a class of the kind tells to what it goes back; where none does, origins stand for models."""
    return get_kind(kind).traits.instances_know_class


def _mismatch(value: Any, declared: type) -> ConversionError:
    error = mismatch(value, with_article(declared.__name__))
    if kind_of_class(type(value)) is None:
        error.advice = about_value(value, declared.__name__)
    return without_values(error) if hides_input(declared) else error


def _is_below(origin: type, declared: type) -> bool:
    if is_subclass(origin, declared):
        return True
    generic = get_kind(record_of(declared).kind).generic_of(declared)
    return generic is not None and is_subclass(origin, generic)
