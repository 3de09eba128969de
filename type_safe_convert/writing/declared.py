"""Finds the fields that a written class declares itself, their names, and which are by keyword only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from type_safe_convert.model.family import shape_of
from type_safe_convert.model.kind import ModelKind
from type_safe_convert.model.names import writable_name
from type_safe_convert.model.shape import Field, Shape


def written_name(kind: ModelKind, name: str, shape: Shape) -> str:
    """The name of a field in the written class."""
    found = kind.attribute(name, shape)
    return writable_name(found, shape.fields if found == name else [found, *shape.fields])


def declared_fields(kind: ModelKind, shape: Shape) -> list[Field]:
    """The fields that a written class declares: those that its bases have not, or have otherwise."""
    return [field for name, field in shape.fields.items() if name in shape.own or not _is_inherited(kind, field, shape)]


def _is_inherited(kind: ModelKind, field: Field, shape: Shape) -> bool:
    above = [item for item in map(shape_of, shape.bases) if field.name in item.fields]
    name = written_name(kind, field.name, shape)
    return all(
        written_name(kind, field.name, item) == name and _says_the_same(field, item.fields[field.name])
        for item in above
    ) and kind.inherits(field.name, shape)


_SAID = ("init", "kw_only", "repr", "compare", "hash", "options")


def _says_the_same(field: Field, other: Field) -> bool:
    """Whether two fields of one type and default say the same beside these."""
    return all(getattr(field, name) == getattr(other, name) for name in _SAID)


Required = Mapping[type, set[str]]


def keyword_fields(
    kind: ModelKind,
    shape: Shape,
    more_required: Required,
    declared: Iterable[str] | None = None,
    for_each_field: bool = True,
    redeclared_last: bool = False,
) -> tuple[frozenset[str], bool]:
    """The fields that the constructor of a written class takes by keyword only; and whether the class says it of all.

    It does where it must, since a required field comes after one with a default.

    Args:
        more_required: by class, the fields that are required since their defaults cannot be written.
        declared: the fields that the class declares itself, where that is known.
        for_each_field: whether the kind can say it of one field, too.
        redeclared_last: whether a field of a base that is declared again comes after the others.
    """
    own = {*declared} if declared is not None else {field.name for field in declared_fields(kind, shape)}
    found = {name for name in own if shape.fields[name].kw_only}
    required: set[str] = set()
    for base in map(shape_of, shape.bases):
        found |= keyword_fields(kind, base, more_required, None, for_each_field, redeclared_last)[0]
        required |= more_required.get(base.cls, set()) - own
    required |= more_required.get(shape.cls, set())
    positional = [field for name, field in shape.fields.items() if name not in found and field.init]
    if redeclared_last:
        bases = [shape_of(base).fields for base in shape.bases]
        moved = {name for name in own if not any(_is_as_in(shape.fields[name], base.get(name)) for base in bases)}
        positional.sort(key=lambda field: field.name in moved)
    needed = [field.required or field.name in required for field in positional]
    must = sorted(needed, reverse=True) != needed or (not for_each_field and bool(found & own))
    return frozenset(found | own if must else found), must or (bool(own) and own <= found)


def _is_as_in(field: Field, above: Field | None) -> bool:
    """Whether a field is of the type of that in a base, and as required: what `shape.own` has more is inherited."""
    return above is not None and (field.annotation, field.required) == (above.annotation, above.required)
