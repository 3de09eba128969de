"""Generated Structs: their base class and metaclass, and how one is made."""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct, StructMeta
from msgspec.structs import force_setattr

from type_safe_convert.generated_class import CARRIED, GeneratedClass
from type_safe_convert.kinds.msgspec.instances import allocate
from type_safe_convert.model.constructors import (
    default_arguments,
    has_required_after_default,
    is_required,
    namespace_of,
)
from type_safe_convert.model.family import reduce_class
from type_safe_convert.model.hashing import hashes_by_value
from type_safe_convert.model.kind import GeneratedField, ModelKind, hash_of
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


def generate(kind: ModelKind, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
    namespace = namespace_of(kind, shape, fields)
    names = _encode_names(fields)
    for made in fields:
        namespace[made.attribute] = _make_field(made, names.get(made.attribute))
    if shape.hashable and not hashes_by_value(shape.cls):
        namespace["__hash__"] = _hash_by_value
    if any(type(field.default_factory) is FromValues for field in shape.fields.values()):
        namespace["__post_init__"] = _make_pending
    cls: Any = GeneratedStructMeta(
        f"{shape.name}__{kind.suffix}",
        bases or (GeneratedStruct,),
        namespace,
        frozen=shape.frozen,
        forbid_unknown_fields=shape.extra == "forbid",
        kw_only=_needs_keywords(bases, fields),
        dict=True,
    )
    return cls


def _encode_names(fields: Sequence[GeneratedField]) -> dict[str, str]:
    """The name of a field in the encoded form, where it is not that of its attribute."""
    found = {}
    for made in fields:
        if made.attribute != made.field.name:
            found[made.attribute] = made.field.name
    return found


def _make_field(made: GeneratedField, name: str | None) -> Any:
    arguments = default_arguments(made, "default_factory")
    if type(made.default_factory) is FromValues:
        arguments = {"default": _Pending(made.default_factory)}
    return msgspec.field(name=name, **arguments)


class _Pending:
    """Stands for a default that is made from the fields before, until the constructor has these."""

    __slots__ = ("make",)

    def __init__(self, make: FromValues) -> None:
        self.make = make


def _make_pending(instance: Any) -> None:
    """The `__post_init__` of a generated class with such defaults."""
    before: dict[str, Any] = {}
    for name in instance.__struct_fields__:
        value = getattr(instance, name)
        if type(value) is _Pending:
            value = value.make(before)
            force_setattr(instance, name, value)
        before[name] = value


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
