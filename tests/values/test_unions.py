"""A union of models with other names in the target: the member that takes most of the value, whatever the order."""

import enum
from dataclasses import dataclass, field, make_dataclass
from typing import Annotated, Any, Dict, List, Literal, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, create_model

from type_safe_convert import convert, from_json, to_json


@dataclass
class Cat:
    name: str = ""


@dataclass
class Dog:
    name: str = ""
    tricks: list[str] = field(default_factory=list)


@dataclass
class Puppy(Dog):
    weeks: int = 0


class CatModel(BaseModel):
    name: str = ""


class DogModel(BaseModel):
    name: str = ""
    tricks: list[str] = []


class CatTyped(Type_Safe):
    name: str


class DogTyped(Type_Safe):
    name: str
    tricks: List[str]


@dataclass
class KittenData:
    name: str = ""


@dataclass
class HoundData:
    name: str = ""
    tricks: list[str] = field(default_factory=list)


PAIRS = [(CatModel, DogModel), (CatTyped, DogTyped), (KittenData, HoundData)]
ORDERS = [(0, 1), (1, 0)]


def holder(annotation, like):
    """A class of the kind of `like` with a field `pet` of that annotation."""
    if issubclass(like, BaseModel):
        return create_model("Holder", pet=(annotation, ...))
    if issubclass(like, Type_Safe):
        return type("Holder", (Type_Safe,), {"__annotations__": {"pet": annotation}})
    return make_dataclass("Holder", [("pet", annotation)])


def source(pet):
    return make_dataclass("Source", [("pet", Any)])(pet)


@pytest.mark.parametrize("members", PAIRS)
@pytest.mark.parametrize("order", ORDERS)
def test_the_member_with_the_fields_of_the_value_is_taken(members, order):
    cat, dog = members
    target = holder(Union[members[order[0]], members[order[1]]], cat)
    made = convert(source(Dog("rex", ["sit"])), target).pet
    assert (type(made), made.name, list(made.tricks)) == (dog, "rex", ["sit"])
    made = convert(source(Cat("tom")), target).pet
    assert (type(made), made.name) == (cat, "tom")
    made = convert(source(Puppy("bo", ["run"], 3)), target).pet
    assert (type(made), list(made.tricks)) == (dog, ["run"])


@pytest.mark.parametrize("pet", [Dog("rex", ["sit"]), Puppy("bo", ["run"], 3)])
def test_where_a_member_takes_more_it_is_pydantics_choice(pet):
    target = create_model("Holder", __config__=ConfigDict(from_attributes=True), pet=(CatModel | DogModel, ...))
    adapter = TypeAdapter(CatModel | DogModel)
    assert convert(source(pet), target).pet == adapter.validate_python(pet, from_attributes=True)


@pytest.mark.parametrize("members", PAIRS)
@pytest.mark.parametrize("order", ORDERS)
def test_collections_in_a_union_are_chosen_by_what_is_in_them(members, order):
    cat, dog = members
    first, second = members[order[0]], members[order[1]]
    listed = convert(source([Dog("rex", ["sit"])]), holder(Union[List[first], List[second]], cat)).pet
    assert [(type(pet), list(pet.tricks)) for pet in listed] == [(dog, ["sit"])]
    mapped = convert(source({"a": Dog("rex", ["sit"])}), holder(Union[Dict[str, first], Dict[str, second]], cat)).pet
    assert {key: (type(pet), list(pet.tricks)) for key, pet in mapped.items()} == {"a": (dog, ["sit"])}
    each = convert(source([Dog("rex", ["sit"]), Cat("tom")]), holder(List[Union[first, second]], cat)).pet
    assert [type(pet) for pet in each] == [dog, cat]


@dataclass
class Owner:
    pet: Any


class CatOwner(BaseModel):
    pet: CatModel


class DogOwner(BaseModel):
    pet: DogModel


def test_what_is_inside_decides_where_the_models_themselves_are_alike():
    target = holder(CatOwner | DogOwner, BaseModel)
    assert convert(source(Owner(Dog("rex", ["sit"]))), target).pet == DogOwner(pet=DogModel(name="rex", tricks=["sit"]))
    assert convert(source(Owner(Cat("tom"))), target).pet == CatOwner(pet=CatModel(name="tom"))


class Bird(BaseModel):
    name: str = ""
    wings: int


def test_a_union_in_a_union_is_one_and_a_member_that_lacks_a_value_is_the_last():
    target = holder(Bird | (CatModel | Annotated[CatModel | DogModel, "pets"]) | None, BaseModel)
    assert convert(source(Dog("rex", ["sit"])), target).pet == DogModel(name="rex", tricks=["sit"])
    assert convert(source(Cat("tom")), target).pet == CatModel(name="tom")
    assert convert(source(None), target).pet is None


class Sort(enum.Enum):
    CAT = "cat"
    DOG = "dog"


@dataclass
class Tagged:
    sort: Any
    name: str = ""
    tricks: list[str] = field(default_factory=list)


class TaggedCat(BaseModel):
    sort: Literal["cat"]
    name: str = ""
    tricks: list[str] = []


class TaggedDog(BaseModel):
    sort: Literal["dog"]
    name: str = ""


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize(
    "annotation",
    [
        TaggedCat | TaggedDog,
        Annotated[TaggedCat | TaggedDog, Field(discriminator="sort")],
        list[Annotated[TaggedCat | TaggedDog, Field(discriminator="sort")]],
    ],
)
def test_a_literal_tag_decides_before_the_number_of_fields(annotation, validate):
    target = holder(annotation, BaseModel)
    value = Tagged("dog", "rex", ["sit"])
    made = convert(source(value if annotation.__class__ is not type(list[int]) else [value]), target, validate=validate)
    made = made.pet[0] if isinstance(made.pet, list) else made.pet
    assert made == TaggedDog(sort="dog", name="rex")


class Loose(BaseModel):
    sort: str
    name: str = ""


def test_a_literal_with_the_value_wins_over_a_field_that_takes_any():
    assert type(convert(source(Tagged("dog")), holder(Loose | TaggedDog, BaseModel)).pet) is TaggedDog
    assert type(convert(source(Tagged("bird")), holder(TaggedDog | Loose, BaseModel)).pet) is Loose


def test_a_discriminator_function_is_asked_for_the_source():
    def sort_of(value):
        return "dog" if getattr(value, "name", "").startswith("r") else "cat"

    target = holder(
        Annotated[
            Annotated[CatModel, Tag("cat")] | Annotated[DogModel, Tag("dog")],
            Discriminator(sort_of),
        ],
        BaseModel,
    )
    assert convert(source(Cat("rex")), target).pet == DogModel(name="rex")
    assert convert(source(Dog("tom", ["sit"])), target).pet == CatModel(name="tom")


class SameCat(BaseModel):
    name: str = ""


class SameDog(BaseModel):
    name: str = ""


def test_a_name_that_holds_the_classs_name_decides_where_nothing_else_does():
    @dataclass
    class Dog:
        name: str = ""

    assert type(convert(source(Dog("rex")), holder(SameCat | SameDog, BaseModel)).pet) is SameDog


@pytest.mark.parametrize("members", PAIRS)
@pytest.mark.parametrize("order", ORDERS)
def test_json_takes_the_member_with_the_keys_that_are_there(members, order):
    cat, dog = members
    target = holder(Union[members[order[0]], members[order[1]]], cat)
    made = from_json(target, to_json(source(Dog("rex", ["sit"])))).pet
    assert (type(made), list(made.tricks)) == (dog, ["sit"])
