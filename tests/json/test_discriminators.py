"""Discriminated unions of classes of every kind, in models, dataclasses, Type_Safe classes and what is generated."""

import dataclasses
import json
from typing import Annotated, Any, Literal, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Discriminator, Field, Tag, ValidationError, create_model

from type_safe_convert import Pydantic, convert, convert_class, json_schema
from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json, to_python


class SafeCat(Type_Safe):
    kind: Literal["cat"] = "cat"
    name: str


class SafeDog(Type_Safe):
    kind: Literal["dog", "hound"] = "dog"
    name: str


@dataclasses.dataclass
class Cat:
    kind: Literal["cat"]
    name: str = ""


@dataclasses.dataclass
class Dog:
    kind: Literal["dog", "hound"]
    name: str = ""


class OwnCat(Type_Safe):
    kind: Literal["cat"] = "cat"
    name: str

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)


@dataclasses.dataclass
class OwnDog:
    kind: Literal["dog", "hound"]
    name: str = ""

    def __init__(self, kind: Literal["dog", "hound"], name: str = "") -> None:
        self.kind, self.name = kind, name


class AliasedCat(Type_Safe):
    kind: Annotated[Literal["cat"], Field(alias="Kind")] = "cat"
    name: str


class AliasedDog(Type_Safe):
    kind: Annotated[Literal["dog"], Field(alias="Kind")] = "dog"
    name: str


class ModelCat(BaseModel):
    kind: Literal["cat"]
    name: str = ""


PAIRS = [
    (SafeCat, SafeDog),
    (Cat, Dog),
    (OwnCat, OwnDog),
    (AliasedCat, AliasedDog),
    (SafeCat, Dog),
    (ModelCat, SafeDog),
]
GENERATED = [
    (convert_class(SafeCat, "dataclass"), convert_class(SafeDog, "dataclass")),
    (convert_class(Cat, "type_safe"), convert_class(Dog, "type_safe")),
    (convert_class(SafeCat, "basemodel"), convert_class(SafeDog, "basemodel")),
]


def tag(cls: Any) -> str:
    return "Kind" if cls is AliasedCat else "kind"


@pytest.mark.parametrize(("cat", "dog"), PAIRS + GENERATED)
def test_a_model_chooses_by_the_tag(cat: Any, dog: Any) -> None:
    either = Annotated[Union[Pydantic[cat], Pydantic[dog]], Field(discriminator="kind")]
    model = create_model("Owner", pet=(either, ...), pets=(list[either], []), by_name=(dict[str, either], {}))
    key = tag(cat)
    data = {"pet": {key: "dog", "name": "r"}, "pets": [{key: "cat", "name": "t"}], "by_name": {"a": {key: "dog"}}}

    owner = model.model_validate_json(json.dumps(data))

    assert type(owner.pet) is dog
    assert type(owner.pets[0]) is cat
    assert type(owner.by_name["a"]) is dog
    assert json.loads(owner.model_dump_json(by_alias=True))["pet"] == data["pet"]
    assert type(model.model_validate(data).pet) is dog
    assert model(pet=owner.pet).pet is owner.pet
    with pytest.raises(ValidationError) as caught:
        model.model_validate_json(json.dumps({"pet": {key: "cow"}}))
    assert [item["type"] for item in caught.value.errors()] == ["union_tag_invalid"]
    assert set(model.model_json_schema()["properties"]["pet"]["discriminator"]["mapping"]) >= {"cat", "dog"}


@pytest.mark.parametrize(("cat", "dog"), PAIRS)
def test_a_dataclass_and_what_is_generated_from_it_choose_by_the_tag(cat: Any, dog: Any) -> None:
    either = Annotated[Union[cat, dog], Field(discriminator="kind")]
    owner = dataclasses.make_dataclass("Owner", [("pet", either), ("pets", list[either])])
    key = tag(cat)
    data = json.dumps({"pet": {key: "dog", "name": "r"}, "pets": [{key: "cat", "name": "t"}]})

    for cls in (owner, convert_class(owner, "basemodel"), convert_class(owner, "type_safe")):
        made = from_json(cls, data)
        assert (made.pet.kind, made.pets[0].kind) == ("dog", "cat")
        assert json.loads(to_json(made, by_alias=True)) == json.loads(data)
        assert to_json(from_python(cls, to_python(made))) == to_json(made)
        assert to_json(convert(made, owner)) == to_json(made)
        with pytest.raises(JsonError, match=r"expected one of 'cat', 'dog'.*, found 'cow'"):
            from_json(cls, data.replace('"dog"', '"cow"'))
        assert json_schema(cls)["properties"]["pet"]["discriminator"]["propertyName"] == key


def test_a_callable_discriminator_chooses() -> None:
    def choose(value: Any) -> str:
        return "dog" if (value.get("kind") if isinstance(value, dict) else value.kind) == "dog" else "cat"

    either = Annotated[Union[Annotated[SafeCat, Tag("cat")], Annotated[Dog, Tag("dog")]], Discriminator(choose)]
    owner = dataclasses.make_dataclass("Owner", [("pet", either)])

    for cls in (owner, convert_class(owner, "basemodel"), convert_class(owner, "type_safe")):
        assert from_json(cls, '{"pet": {"kind": "dog"}}').pet.kind == "dog"
        assert from_json(cls, '{"pet": {"name": "t"}}').pet.kind == "cat"


def test_none_in_a_literal_field_of_a_type_safe_class_is_read_and_not_shown() -> None:
    cat = SafeCat()
    cat.kind = None

    assert from_json(SafeCat, to_json(cat)).kind is None
    assert json_schema(SafeCat)["properties"]["kind"] == {
        "const": "cat", "default": "cat", "title": "Kind", "type": "string"
    }  # fmt: skip


@pytest.mark.parametrize(("cat", "dog"), [(SafeCat, SafeDog), (Cat, Dog), (AliasedCat, AliasedDog)])
def test_a_union_without_a_discriminator_reads_what_its_members_read(cat: Any, dog: Any) -> None:
    """By the tag, by an alias of it, and where there is none or no text; what fits no member has the errors of all."""
    either = Union[cat, dog]
    for content in (
        {"kind": "cat", "name": "a"},
        {"kind": "hound", "name": "a"},
        {"sort": "hound", "name": "a"},
        {"name": "a"},
        {},
        {"kind": None, "name": "a"},
        {"kind": "cow"},
        {"kind": "cat", "name": 5},
        {"kind": ["cat"]},
        ["cat"],
        None,
    ):
        text = json.dumps({"pet": content})
        expected: list[Any] = []
        for cls in (cat, dog):
            try:
                expected.append(from_json(dict[str, cls], text)["pet"])
            except JsonError:
                continue
        if expected:
            found = from_json(dict[str, either], text)["pet"]
            assert type(found) is type(expected[0])
            assert vars(found) == vars(expected[0])
        else:
            with pytest.raises(JsonError) as caught:
                from_json(dict[str, either], text)
            assert caught.value.path[0] == "pet"
            assert "or-else" not in str(caught.value.details)
    assert json_schema(either)["anyOf"] == json_schema(Union[cat, dog, int])["anyOf"][:2]


def test_an_error_in_nested_containers_has_its_own_path() -> None:
    """The nodes on the way to a union are made for each path, and one may get the number of another that is gone."""
    cls = dict[str, dict[str, list[Union[Cat, Dog]]]]
    for number in range(50):
        data: Any = {"a": {"b": [{"kind": "cow"}] * number}, "c": {"d": [3]}}

        with pytest.raises(JsonError) as caught:
            from_json(cls, json.dumps(data))

        for error in caught.value.errors or (caught.value,):
            assert len(error.path) >= 3, (number, error.path)
