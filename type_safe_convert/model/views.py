"""Generic classes as a place declares them: `Box[int]` is the class `Box` with other annotations."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from type_safe_convert.model.family import is_subclass, record_of
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types.parse import is_parametrised_model, parse
from type_safe_convert.types.type_variables import inherited_arguments, is_variable, substitute, unpacked


class View:
    """The fields of a model as its place describes them, beyond the model's class.

    Attributes:
        declared: the class that the place names.
        arguments: what its type variables stand for there.
        key: equal for views that say the same.
    """

    __slots__ = ("arguments", "declared", "key")

    def __init__(self, declared: type, arguments: Mapping[Any, Any]) -> None:
        self.declared: type = declared
        self.arguments: dict[Any, Any] = dict(arguments)
        self.key: tuple[Any, ...] = (declared, *self.arguments.items())
        try:
            hash(self.key)
        except TypeError:  # metadata of an `Annotated` need not hash
            self.key = (declared, *((variable, id(arg)) for variable, arg in self.arguments.items()))

    def fields(self, origin: type) -> dict[str, Field]:
        """The fields of `origin`, the declared class or one below it, to which the view gives another annotation."""
        shape, declared = record_of(origin).shape, record_of(record_of(self.declared).origin)
        own = self.arguments
        inherited: Mapping[Any, Any] = {}
        if origin is not declared.origin:
            inherited = inherited_arguments(origin).get(declared.origin, {})
            own = _of_subclass(origin, declared.origin, inherited, self.arguments)
        changed: dict[str, Field] = {}
        for name, field in shape.fields.items():
            annotation = substitute(field.annotation, own)
            above = declared.shape.fields.get(name)
            # A field that is not declared anew there is as the place has it: a `class IntBox(Box[int])` is no Box[str].
            if (
                annotation is field.annotation
                and origin is not declared.origin
                and above is not None
                and (not self.arguments or substitute(above.annotation, inherited) == field.annotation)
            ):
                annotation = substitute(above.annotation, self.arguments)
            if annotation is not field.annotation and annotation != field.annotation:
                node = parse(annotation, holder=shape.kind)
                changed[name] = dataclasses.replace(field, annotation=annotation, node=node)
        return changed


def _of_subclass(
    origin: type, declared: type, inherited: Mapping[Any, Any], arguments: Mapping[Any, Any]
) -> dict[Any, Any]:
    """Returns the arguments of a subclass's type variables that it hands on unchanged to the declared class."""
    own: dict[Any, Any] = {}
    for variable, arg in arguments.items():
        given = inherited.get(variable, variable)
        if is_variable(given) and given in getattr(origin, "__parameters__", ()):
            own[given] = arg
        elif isinstance(given, tuple) and len(given) == 1 and unpacked(given[0]) is not None:
            own[unpacked(given[0])] = arg
    return own


def view_of(target: type, declared: type, arguments: Mapping[Any, Any]) -> View | None:
    """The view of a place that declares `declared[arguments]`, on a value that becomes a `target`.

    A pydantic model is a class of its own with its arguments; a value of another one of the same generic class is
    looked at as the declared one.
    """
    if kind_of_base(declared) is not None:
        return None
    if arguments:
        return View(declared, arguments)
    origin, expected = record_of(target).origin, record_of(declared).origin
    if is_parametrised_model(expected) and not is_subclass(origin, expected):
        return View(declared, {})
    return None
