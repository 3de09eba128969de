"""Type_Safe classes of a definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.core.Safe_UInt import Safe_UInt
from osbot_utils.type_safe.primitives.domains.identifiers.Obj_Id import Obj_Id
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.primitives.domains.identifiers.safe_str.Safe_Str__Id import Safe_Str__Id
from osbot_utils.type_safe.primitives.domains.network.safe_uint.Safe_UInt__Port import Safe_UInt__Port
from osbot_utils.type_safe.primitives.domains.web.safe_str.Safe_Str__Url import Safe_Str__Url
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.validators.Validator__Max import Max
from osbot_utils.type_safe.validators.Validator__Min import Min
from osbot_utils.type_safe.validators.Validator__One_Of import One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Regex

from type_safe_convert.testing.definitions.definition import REQUIRED, Definition
from type_safe_convert.testing.definitions.members import (
    generic_annotations,
    generic_bases,
    own_annotations,
    show,
    syntax,
)
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind


class Ids(Type_Safe__List):
    expected_type: Any = Safe_Str__Id


class Counts(Type_Safe__Dict):
    expected_key_type: Any = Safe_Str
    expected_value_type: Any = int


ANNOTATIONS: list[tuple[Any, Any]] = [
    (Safe_Str, "safe"),
    (Safe_Int, 1),
    (Safe_UInt, 1),
    (Safe_Float, 0.5),
    (Safe_Str__Id, "id"),
    (Random_Guid, None),
    (Ids, None),
    (Counts, None),
    (list, None),
    (dict, None),
    (Annotated[int, Min(1), Max(9)], 1),
    (Annotated[str, Regex(r"^[a-z]+$")], "a"),
    (Annotated[str, One_Of(["a", "b"])], "a"),
    (Safe_Str__Url, None),
    (Safe_UInt__Port, 80),
    (Obj_Id, None),
    (type[int], None),
    (Callable, None),
]


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
        body["shown"] = show
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
    make=type_safe_class,
    unusable_names=frozenset({"json"}),
    variants=["on demand"],
    extras=["class attribute", "own init", "own setattr", "outside attribute", "method"],
    annotations=ANNOTATIONS,
    key_types=[Safe_Str],
    resolves_names=False,
    has_plain_defaults=True,
    takes_variadic_tuples=False,
    takes_arguments=False,
)
