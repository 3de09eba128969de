"""Type_Safe classes of a definition."""

from __future__ import annotations

from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand

from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.definitions.definition import REQUIRED, Definition
from type_safe_convert.testing.definitions.members import generic_annotations, generic_bases, own_annotations, syntax
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind


def type_safe_class(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    body: dict[str, Any] = {"__doc__": repr(definition)}
    annotations = own_annotations(definition, name)
    again = annotations.pop("again", None)
    for field in definition.fields:
        if field.default is not REQUIRED:
            body[field.name] = field.default
    variables = generic_annotations(definition)
    body |= {field: None for field in variables if "_list_" not in field}
    annotations |= variables
    if "class attribute" in definition.extras:
        body["shared"] = "s"
    if "method" in definition.extras:
        body["shown"] = lambda self: repr(self)
    if "own setattr" in definition.extras:

        def set_attribute(self: Any, name: str, value: Any) -> None:
            super(cls, self).__setattr__(name, value)

        body["__setattr__"] = set_attribute
    top = Type_Safe__On_Demand if definition.variant == "on demand" else Type_Safe
    bases = (definition.base or top, *generic_bases(definition))
    cls: Any = module.define(name, bases, annotations, body, syntax(definition))
    if "own init" in definition.extras or "outside attribute" in definition.extras:

        def init(self: Any, **values: Any) -> None:
            super(cls, self).__init__(**values)
            if "outside attribute" in definition.extras:
                self.__dict__["outside"] = [1]

        cls.__init__ = init
    if again is not None:
        # osbot-utils resolves no names: the class itself must stand in its annotation.
        cls.__annotations__["again"] = eval(again, module.names)  # the text is `recursive`
        if again.startswith("Optional"):
            cls.again = None
    return cls


# osbot-utils resolves no names in annotations and knows nothing of `Self`.
DRAWN = DrawnKind(
    name="type_safe",
    make=type_safe_class,
    unusable_names=frozenset({"json"}),
    variants=["on demand"],
    extras=["class attribute", "own init", "own setattr", "outside attribute", "method"],
    annotations=vocabulary.TYPE_SAFE,
    key_types=[vocabulary.Safe_Str],
    resolves_names=False,
    has_plain_defaults=True,
    takes_variadic_tuples=False,
    takes_arguments=False,
)
