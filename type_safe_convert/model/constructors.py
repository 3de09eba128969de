"""Instances of dataclasses and attrs classes: their constructor is generated from the declared fields."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from type_safe_convert.errors import ConversionError, ValueConversionError, refused_by
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.instances import accepted_or_not
from type_safe_convert.model.kind import GeneratedField, ModelKind
from type_safe_convert.model.shape import MISSING, Shape
from type_safe_convert.model.signatures import accepts_keywords

set_attribute: Callable[[Any, str, Any], None] = object.__setattr__


def file_of(method: Any) -> str:
    """The file name in the code of a method, by which a library marks those that it writes; empty without code."""
    code = getattr(method, "__code__", None)
    return "" if code is None else str(code.co_filename)


def fields_are_in_dict(cls: Any, shape: Shape, *plain: Any) -> bool:
    """Whether the `__dict__` of an instance has its fields; `plain`: each `__getattribute__` that looks there."""
    if cls.__dictoffset__ == 0 or cls.__getattribute__ not in plain:
        return False
    return not any(
        hasattr(type(base.__dict__[name]), "__set__")  # a slot or a property
        for base in cls.__mro__[:-1]
        for name in shape.fields.keys() & base.__dict__.keys()
    )


def gaps(shape: Shape) -> frozenset[str]:
    """Fields that the constructor neither takes nor sets."""
    return frozenset(name for name, field in shape.fields.items() if field.required and not field.init)


def absent_gaps(shape: Shape, instance: Any) -> dict[str, Any]:
    """The fields that were never set, as a mark to carry."""
    absent = {name for name in gaps(shape) if not hasattr(instance, name)}
    return {"absent": absent} if absent else {}


def namespace_of(kind: ModelKind, shape: Shape, fields: Sequence[GeneratedField]) -> dict[str, Any]:
    """The namespace of a generated class, without its fields."""
    return {
        **place_of(shape.cls, kind.suffix),
        "__doc__": shape.doc or f"{shape.name}, as {kind.label}.",
        "__annotations__": {made.attribute: made.annotation for made in fields},
    }


def default_arguments(made: GeneratedField, factory: str) -> dict[str, Any]:
    """The default of a field as keywords for the library's `field`, of which `factory` is the one for factories."""
    default = made.default
    if made.default_factory is not None:
        return {factory: made.default_factory}
    if default is MISSING:
        return {}
    return {factory: lambda: default} if type(default).__hash__ is None else {"default": default}


def is_required(made: GeneratedField) -> bool:
    return made.default is MISSING and made.default_factory is None


def has_required_after_default(required: Sequence[bool]) -> bool:
    return False in required and True in required[required.index(False) :]


def store_attributes(instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
    """Fills an allocated instance attribute by attribute, past converters, validators and any `__setattr__`."""
    for name, value in values.items():
        set_attribute(instance, name, value)


def restore_attributes(instance: Any, carried: Carried) -> None:
    for name, value in carried.values.get("undeclared", {}).items():
        set_attribute(instance, name, value)
    for name in carried.marks.get("absent", ()):
        if getattr(instance, name, MISSING) is None:  # else it was set after the conversion
            object.__delattr__(instance, name)


class CallInit:
    """Fills an allocated instance through its `__init__`, where that takes the fields as keywords.

    Attributes:
        lenient_fields, decoded_fields: as in `InstanceBuilder`.
        kept: the fields that get the given values again where the constructor changed them and an instance comes back.
    """

    lenient_fields: frozenset[str] = frozenset()
    decoded_fields: frozenset[str] = frozenset()

    def __init__(self, cls: Any, shape: Shape, keywords: Iterable[str] | None = None) -> None:
        """`keywords`: those of the constructor, where they are not the names of the fields."""
        self.cls = cls
        self.init: Any = cls.__init__
        self.arguments: tuple[str, ...] = tuple(field.name for field in shape.fields.values() if field.init)
        self.rest: tuple[str, ...] = tuple(field.name for field in shape.fields.values() if not field.init)
        self.gaps: frozenset[str] = gaps(shape)
        self.init_only: tuple[str, ...] = tuple(name for name, default in shape.init_only.items() if default is MISSING)
        self.keywords: tuple[str, ...] = (*(self.arguments if keywords is None else keywords), *shape.init_only)
        self.kept: tuple[str, ...] = self.arguments

    @functools.cached_property
    def callable(self) -> bool:
        """Whether the constructor can be called; else the values are stored."""
        return accepts_keywords(self.init, self.keywords)

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        plain = values
        if self.lenient_fields:
            plain = {name: accepted_or_not(value) for name, value in values.items()}
        if not self.callable or (carried is not None and "constructed" in carried.marks):
            store_attributes(instance, plain, restoring)
            return
        if self.init_only:
            raise ValueConversionError(
                "an InitVar without a default cannot be given", path=(self.init_only[0],), expected="a default"
            )
        try:
            self.construct(instance, {name: values[name] for name in self.arguments if name in values}, restoring)
        except ConversionError:
            raise
        except Exception as error:
            raise refused_by(self.cls, error, self.field_at_fault(instance, values, error)) from error
        for name in self.rest:
            if name in self.gaps and name in values and values[name] is None and hasattr(instance, name):
                continue  # its counterpart was made without the value, for which nobody can be asked
            if name in values and (restoring or not hasattr(instance, name)):
                if plain[name] is not values[name] and not restoring:  # no validator sees it
                    raise values[name].error
                set_attribute(instance, name, plain[name])
        if restoring:
            for name in self.kept:
                if name in plain and getattr(instance, name, MISSING) is not plain[name]:
                    set_attribute(instance, name, plain[name])

    def construct(self, instance: Any, given: dict[str, Any], restoring: bool) -> None:
        """Calls the constructor with values by field name. Raises what that raises."""
        self.init(instance, **given)

    def field_at_fault(self, instance: Any, values: Mapping[str, Any], error: Exception) -> tuple[str, ...]:
        """The path of the field at which the constructor raised the error; empty where there is no telling."""
        return ()
