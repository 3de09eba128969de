"""What docs/comparison.md says of each library, and of this one, as the installed versions do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adaptix
import attrs
import cattrs
import cattrs.gen
import cattrs.preconf.json
import msgspec
import pytest
from adaptix.conversion import get_converter, link
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticSchemaGenerationError

from type_safe_convert import ConversionError, Rules, convert, convert_class, from_json, to_json
from type_safe_convert.hypothesis import check_round_trip

PAGE = Path(__file__).parents[2] / "docs" / "comparison.md"


@dataclass
class User:
    name: str
    age: int


@dataclass
class Person:
    name: str
    age: int


@attrs.define
class AttrsUser:
    name: str
    age: int


class StructUser(msgspec.Struct):
    name: str
    age: int


class Readable(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class UserModel(Readable):
    name: str
    age: int


class SafeUser(Type_Safe):
    name: str
    age: int


@dataclass
class Team:
    users: list[User]


@dataclass
class Group:
    users: list[Person]


class TeamModel(Readable):
    users: list[UserModel]


@dataclass
class Admin(User):
    level: int


@dataclass
class Node:
    next: Node | None = None


@dataclass
class Knot:
    next: Knot | None = None


class NodeModel(Readable):
    next: NodeModel | None = None


ADA = User("Ada", 36)


def by_adaptix(value: Any, target: Any) -> Any:
    return get_converter(type(value), target)(value)


def by_cattrs(value: Any, target: Any) -> Any:
    return cattrs.structure(cattrs.unstructure(value), target)


def by_msgspec(value: Any, target: Any) -> Any:
    return msgspec.convert(value, target, from_attributes=True)


def by_pydantic(value: Any, target: Any) -> Any:
    return TypeAdapter(target).validate_python(value, from_attributes=True)


NO_HOOK = cattrs.errors.StructureHandlerNotFoundError
Way = Callable[[Any, Any], Any]


@pytest.mark.parametrize("target", [AttrsUser, StructUser, UserModel])
@pytest.mark.parametrize("way", [by_adaptix, by_cattrs, by_msgspec, by_pydantic, convert])
def test_from_a_dataclass_to_another_kind(way: Way, target: Any) -> None:
    refusals: dict[tuple[Way, Any], type[Exception]] = {
        (by_cattrs, StructUser): NO_HOOK,
        (by_cattrs, UserModel): NO_HOOK,
        (by_msgspec, UserModel): msgspec.ValidationError,
        (by_pydantic, AttrsUser): PydanticSchemaGenerationError,
        (by_pydantic, StructUser): PydanticSchemaGenerationError,
    }
    if (way, target) in refusals:
        with pytest.raises(refusals[way, target]):
            way(ADA, target)
    else:
        made = way(ADA, target)
        assert type(made) is target
        assert (made.name, made.age) == ("Ada", 36)


def test_from_a_type_safe_class() -> None:
    safe = SafeUser(name="Ada", age=36)
    for way, target in ((by_msgspec, User), (by_pydantic, UserModel), (convert, User)):
        assert way(safe, target).name == "Ada"
    with pytest.raises(adaptix.ProviderNotFoundError):
        by_adaptix(safe, User)
    with pytest.raises((cattrs.BaseValidationError, TypeError)):
        by_cattrs(safe, User)


def test_to_a_type_safe_class() -> None:
    assert type(by_adaptix(ADA, SafeUser)) is type(convert(ADA, SafeUser)) is SafeUser
    for way, refusal in (
        (by_cattrs, NO_HOOK),
        (by_msgspec, msgspec.ValidationError),
        (by_pydantic, PydanticSchemaGenerationError),
    ):
        with pytest.raises(refusal):
            way(ADA, SafeUser)


def test_text_for_a_number() -> None:
    old = User("Ada", "36")  # type: ignore[arg-type]
    assert by_adaptix(old, Person).age == "36"
    assert by_cattrs(old, Person).age == by_pydantic(old, UserModel).age == 36
    for refuse in (
        lambda: by_msgspec(old, Person),
        lambda: UserModel.model_validate(old, strict=True),
        lambda: convert(old, Person),
    ):
        with pytest.raises(ValueError, match="age"):
            refuse()


def test_all_that_is_wrong() -> None:
    wrong = Team([User("Ada", "x"), User("Bob", "y")])  # type: ignore[arg-type]
    with pytest.raises(cattrs.BaseValidationError) as cattrs_error:
        by_cattrs(wrong, Group)
    assert [text.partition("@ ")[2] for text in cattrs.transform_error(cattrs_error.value)] == [
        "$.users[0].age",
        "$.users[1].age",
    ]
    with pytest.raises(msgspec.ValidationError, match=r"at `\$\.users\[0\]\.age`$"):
        by_msgspec(wrong, Group)
    with pytest.raises(ValidationError) as pydantic_error:
        by_pydantic(wrong, TeamModel)
    with pytest.raises(ConversionError) as error:
        convert(wrong, Group)
    places = [("users", 0, "age"), ("users", 1, "age")]
    assert [item["loc"] for item in pydantic_error.value.errors()] == places
    assert [item.path for item in error.value.errors] == places
    assert by_adaptix(wrong, Group).users[1].age == "y"


def test_a_subclass_in_a_list_of_its_base() -> None:
    team = Team([Admin("Ada", 36, level=3)])
    for way, target in ((by_adaptix, Group), (by_cattrs, Group), (by_msgspec, Group), (by_pydantic, TeamModel)):
        assert not hasattr(way(team, target).users[0], "level")
    assert convert(team, "basemodel").users[0].level == 3


def test_an_object_that_refers_to_itself() -> None:
    node = Node()
    node.next = node
    for way, target, refusal in (
        (by_adaptix, Knot, RecursionError),
        (by_cattrs, Knot, (cattrs.BaseValidationError, RecursionError)),
        (by_msgspec, Knot, RecursionError),
        (by_pydantic, NodeModel, ValidationError),
    ):
        with pytest.raises(refusal):
            way(node, target)
    knot = convert(node, Knot)
    assert knot.next is knot


def test_a_dict_in_between() -> None:
    assert cattrs.unstructure(ADA) == {"name": "Ada", "age": 36}


def test_the_target_class_is_made() -> None:
    """pydantic's `create_model` is given the fields, one by one."""
    made = convert_class(User, "basemodel")
    assert issubclass(made, BaseModel)
    assert list(made.model_fields) == [*create_model("User", name=(str, ...), age=(int, ...)).model_fields]


@dataclass
class Named:
    label: str


class NamedModel(Readable):
    label: str = Field(validation_alias="name")


def test_a_field_of_another_name() -> None:
    linked = get_converter(User, Named, recipe=[link("name", "label")])
    hooked = cattrs.Converter()
    hooked.register_structure_hook(
        Named, cattrs.gen.make_dict_structure_fn(Named, hooked, label=cattrs.gen.override(rename="name"))
    )
    rules = Rules()
    rules.map(User, Named, {"label": "name"})
    renamed = msgspec.defstruct("Renamed", [("label", str)], rename={"label": "name"})
    assert linked(ADA) == hooked.structure(cattrs.unstructure(ADA), Named) == rules.convert(ADA, Named) == Named("Ada")
    assert msgspec.convert({"name": "Ada"}, renamed).label == by_pydantic(ADA, NamedModel).label == "Ada"  # type: ignore[attr-defined]


def test_json_text() -> None:
    text = b'{"name":"Ada","age":36}'
    assert adaptix.Retort().load(adaptix.Retort().dump(ADA), User) == ADA  # a dict
    assert cattrs.preconf.json.make_converter().loads(text, User) == ADA
    assert msgspec.json.decode(text, type=User) == TypeAdapter(User).validate_json(text) == from_json(User, text) == ADA
    assert msgspec.json.encode(ADA) == TypeAdapter(User).dump_json(ADA) == to_json(ADA) == text


def test_round_trips() -> None:
    check_round_trip(ADA)  # `assert_round_trip` calls it for random instances


def test_json_schema() -> None:
    assert hasattr(adaptix.Retort(), "make_json_schema")
    assert msgspec.json.schema(User)
    assert not [name for name in dir(cattrs) if "schema" in name]


ROWS: dict[str, Callable[..., None]] = {
    "needs a dict in between": test_a_dict_in_between,
    "generates the target class": test_the_target_class_is_made,
    "from a dataclass to attrs": test_from_a_dataclass_to_another_kind,
    "to a pydantic model": test_from_a_dataclass_to_another_kind,
    "to a Struct of msgspec": test_from_a_dataclass_to_another_kind,
    "from a Type_Safe class": test_from_a_type_safe_class,
    "to a Type_Safe class": test_to_a_type_safe_class,
    '`"5"` for an int': test_text_for_a_number,
    "reports every error with its path": test_all_that_is_wrong,
    "a subclass in a list of its base": test_a_subclass_in_a_list_of_its_base,
    "an object that refers to itself": test_an_object_that_refers_to_itself,
    "rename, flatten, compute": test_a_field_of_another_name,
    "JSON Schema": test_json_schema,
    "JSON text": test_json_text,
    "round trips with random instances": test_round_trips,
}


def test_every_row_has_its_test() -> None:
    rows = [line.split(" | ")[0] for line in PAGE.read_text().splitlines() if re.match(r"\| [^|]", line)]
    assert [row.removeprefix("| ") for row in rows] == [*ROWS]
