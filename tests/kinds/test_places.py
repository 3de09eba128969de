"""Every kind to every kind where a model stands in a type, or in a field: in containers, unions and aliases."""

import dataclasses
import itertools
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Optional, TypedDict, Union

import attrs
import msgspec
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType

from type_safe_convert import converter
from type_safe_convert.testing import differences


@dataclasses.dataclass
class UserObject:
    name: str
    age: int = 0


@dataclasses.dataclass
class AdminObject:
    name: str
    level: int
    kind: Literal["admin"] = "admin"


class UserModel(BaseModel):
    name: str
    age: int = 0


class AdminModel(BaseModel):
    name: str
    level: int
    kind: Literal["admin"] = "admin"


@attrs.define
class UserAttrs:
    name: str
    age: int = 0


@attrs.define
class AdminAttrs:
    name: str
    level: int
    kind: Literal["admin"] = "admin"


class UserStruct(msgspec.Struct):
    name: str
    age: int = 0


class AdminStruct(msgspec.Struct):
    name: str
    level: int
    kind: Literal["admin"] = "admin"


class UserTuple(NamedTuple):
    name: str
    age: int = 0


class AdminTuple(NamedTuple):
    name: str
    level: int
    kind: Literal["admin"] = "admin"


class UserDict(TypedDict):
    name: str
    age: NotRequired[int]


class AdminDict(TypedDict):
    name: str
    level: int
    kind: Literal["admin"]


class UserTyped(Type_Safe):
    name: str
    age: int


class AdminTyped(Type_Safe):
    name: str
    level: int
    kind: Literal["admin"] = "admin"


Pair = tuple[Any, Any]

CLASSES: dict[str, Pair] = {
    "dataclass": (UserObject, AdminObject),
    "basemodel": (UserModel, AdminModel),
    "attrs": (UserAttrs, AdminAttrs),
    "msgspec": (UserStruct, AdminStruct),
    "namedtuple": (UserTuple, AdminTuple),
    "typeddict": (UserDict, AdminDict),
    "type_safe": (UserTyped, AdminTyped),
}

# By name: a type that holds the two classes, and a value of it that holds their instances.
PLACES: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "list": (lambda user, admin: list[user], lambda user, admin: [user, user]),
    "dict": (lambda user, admin: dict[str, user], lambda user, admin: {"a": user}),
    "tuple": (lambda user, admin: tuple[user, int], lambda user, admin: (user, 1)),
    "variadic": (lambda user, admin: tuple[user, ...], lambda user, admin: (user, user)),
    "union": (lambda user, admin: Union[user, admin], lambda user, admin: admin),
    "second": (lambda user, admin: Union[admin, user], lambda user, admin: user),
    "none": (lambda user, admin: Optional[user], lambda user, admin: None),
    "optional": (lambda user, admin: Optional[user], lambda user, admin: user),
    "unions": (lambda user, admin: list[Union[user, admin]], lambda user, admin: [user, admin, user]),
    "nested": (lambda user, admin: dict[int, list[Optional[user]]], lambda user, admin: {1: [user, None]}),
    "alias": (
        lambda user, admin: TypeAliasType("Alias", dict[str, tuple[user, admin]]),
        lambda user, admin: {"k": (user, admin)},
    ),
    "annotated": (lambda user, admin: Annotated[list[user], Field(min_length=1)], lambda user, admin: [user]),
}

every_pair = pytest.mark.parametrize(("source", "target"), [*itertools.product(CLASSES, repeat=2)])


def instances(kind: str) -> Pair:
    user, admin = CLASSES[kind]
    return user(name="u", age=3), admin(name="a", level=2, kind="admin")


@every_pair
def test_models_in_types_become_the_classes_that_the_type_names(source: str, target: str) -> None:
    for name, (type_of, value_of) in PLACES.items():
        function: Any = converter(type_of(*CLASSES[source]), type_of(*CLASSES[target]))
        wanted = value_of(*instances(target))
        for _ in range(3):
            assert differences(wanted, function(value_of(*instances(source)))) == [], name


def holder(kind: str, annotation: Any) -> Any:
    return dataclasses.make_dataclass(f"Holder{kind}", [("value", annotation)])


@every_pair
def test_models_in_fields_become_the_classes_that_the_field_names(source: str, target: str) -> None:
    for name, (type_of, value_of) in PLACES.items():
        from_class, to_class = holder(source, type_of(*CLASSES[source])), holder(target, type_of(*CLASSES[target]))
        function: Any = converter(from_class, to_class)
        wanted = value_of(*instances(target))
        for _ in range(3):
            assert differences(wanted, function(from_class(value_of(*instances(source)))).value) == [], name
