"""Generated Structs: their base class and metaclass, and how one is made."""

from __future__ import annotations

import copyreg
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct, StructMeta
from msgspec.structs import force_setattr

from type_safe_convert.generated_class import CARRIED, GeneratedClass, hash_of
from type_safe_convert.kinds.msgspec.instances import allocate
from type_safe_convert.kinds.msgspec.metadata import struct_annotation
from type_safe_convert.kinds.msgspec.unions import decode_choices, has_choices, tag_of
from type_safe_convert.model.constructors import (
    default_arguments,
    has_required_after_default,
    is_required,
    namespace_of,
)
from type_safe_convert.model.family import reduce_class, shape_of
from type_safe_convert.model.hashing import hashes_by_value
from type_safe_convert.model.kind import GeneratedField, ModelKind
from type_safe_convert.model.shape import FromValues, Shape


class GeneratedStructMeta(StructMeta, GeneratedClass):
    """The metaclass of generated Structs, which are called as Structs are."""


copyreg.pickle(GeneratedStructMeta, reduce_class)


class GeneratedStruct(Struct, metaclass=GeneratedStructMeta, dict=True):
    """The base of generated Structs: a copy, or what is pickled, keeps what only the origin can express."""

    def __copy__(self) -> Any:
        made = Struct.__copy__(self)  # type: ignore[attr-defined]
        made.__dict__.update(self.__dict__)
        return made

    def __reduce__(self) -> Any:
        fields = {name: getattr(self, name) for name in self.__struct_fields__ if hasattr(self, name)}
        return allocate, (type(self),), (fields, dict(self.__dict__))

    def __setstate__(self, state: Any) -> None:
        fields, beside = state
        for name, value in fields.items():
            force_setattr(self, name, value)
        self.__dict__.update(beside)


# Read where an instance carries nothing: a look into its `__dict__` would make one.
type.__setattr__(GeneratedStruct, CARRIED, None)


def generate(kind: ModelKind, shape: Shape, bases: tuple[Any, ...], fields: Sequence[GeneratedField]) -> type:
    kept = kept_bases(shape)
    bases = tuple(made for base, made in zip(shape.bases, bases, strict=True) if base in kept)
    namespace = namespace_of(kind, shape, fields)
    annotations = {made.attribute: struct_annotation(made) for made in fields}
    namespace["__annotations__"] = annotations
    options = tag_of(shape.cls, bases)
    names = _encode_names(bases, fields, options.get("tag_field"))
    for made in fields:
        namespace[made.attribute] = _make_field(made, names[made.attribute])
    if shape.hashable and not hashes_by_value(shape.cls):
        namespace["__hash__"] = _hash_by_value
    pending = any(type(field.default_factory) is FromValues for field in shape.fields.values())
    if pending or any(map(has_choices, annotations.values())):
        namespace["__post_init__"] = _complete
    cls: Any = GeneratedStructMeta(
        f"{shape.name}__{kind.suffix}",
        bases or (GeneratedStruct,),
        namespace,
        frozen=shape.frozen,
        eq=not shape.by_identity,
        forbid_unknown_fields=shape.extra == "forbid",
        kw_only=_needs_keywords(bases, fields),
        dict=True,
        **options,
    )
    return cls


def kept_bases(shape: Shape) -> tuple[type, ...]:
    """The bases whose Structs a Struct can inherit from: CPython refuses several with fields of their own in slots."""
    if len(shape.bases) < 2:
        return shape.bases
    lines = {base: _with_slots(shape_of(base)) for base in shape.bases}
    longest = max(lines.values(), key=len)
    return tuple(base for base, line in lines.items() if line == longest[: len(line)])


def _with_slots(shape: Shape) -> list[type]:
    """The classes on the way from the root to a class that add slots, one below the other."""
    longest: list[type] = max((_with_slots(shape_of(base)) for base in kept_bases(shape)), key=len, default=[])
    inherited = {name for base in kept_bases(shape) for name in shape_of(base).fields}
    return longest if shape.fields.keys() <= inherited else [*longest, shape.cls]


def _encode_names(bases: Sequence[Any], fields: Sequence[GeneratedField], tag_field: str | None) -> dict[str, str]:
    """The names of the fields in the encoded form: their aliases, where msgspec takes these."""
    own = {made.attribute for made in fields}
    taken = {tag_field} | {
        encoded
        for base in bases
        for name, encoded in zip(base.__struct_fields__, base.__struct_encode_fields__, strict=True)
        if name not in own
    }
    found: dict[str, str] = {}
    for made in fields:
        options = made.field.options
        alias = options.get("alias", made.field.name)
        said = isinstance(alias, str) and all(
            options.get(key, alias) == alias for key in ("validation_alias", "serialization_alias")
        )
        names = [*([alias] if said else []), made.field.name, made.attribute]
        others = (own - {made.attribute}) | taken | {*found.values()}
        free = (name for name in names if name not in others and not _REFUSED_NAMES.search(name))
        found[made.attribute] = next(free, f"{made.attribute}_")
    return found


# msgspec wants names that need no escapes in JSON.
_REFUSED_NAMES = re.compile(r'["\\\x00-\x1f]')


def _make_field(made: GeneratedField, name: str) -> Any:
    arguments = default_arguments(made, "default_factory")
    if type(made.default_factory) is FromValues:
        arguments = {"default": _Pending(made.default_factory)}
    return msgspec.field(name=name, **arguments)


class _Pending:
    """Stands for a default that is made from the fields before, until the constructor has these."""

    __slots__ = ("make",)

    def __init__(self, make: FromValues) -> None:
        self.make = make


def _complete(instance: Any) -> None:
    """The `__post_init__` of a generated class whose fields msgspec alone cannot fill."""
    before: dict[str, Any] = {}
    for name in instance.__struct_fields__:
        value = getattr(instance, name)
        if type(value) is _Pending:
            value = value.make(before)
            force_setattr(instance, name, value)
        before[name] = value
    decode_choices(instance)


def _hash_by_value(instance: Any) -> int:
    return hash_of(type(instance), [getattr(instance, name) for name in instance.__struct_fields__])


def _needs_keywords(bases: tuple[Any, ...], fields: Sequence[GeneratedField]) -> bool:
    """Whether the fields must be given by name: some are, or a required one comes after one with a default."""
    if any(made.field.kw_only for made in fields):
        return True
    required: dict[str, bool] = {}
    for base in reversed(bases):
        if len(base.__match_args__) < len(base.__struct_fields__):
            return True
        first = len(base.__struct_fields__) - len(base.__struct_defaults__)
        required.update({name: place < first for place, name in enumerate(base.__struct_fields__)})
    required.update({made.attribute: is_required(made) for made in fields})
    return has_required_after_default([*required.values()])
