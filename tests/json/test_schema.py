"""JSON Schema: what it accepts is read, what is written it accepts; names are those of the classes somebody wrote."""

import dataclasses
import json
import re
import warnings
from typing import Annotated, Any, List, Literal, Optional

import annotated_types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, RootModel, model_validator

from tests.json.models import (
    Color,
    Computed,
    Drawing,
    Everything,
    Item,
    Node,
    Person,
    Tag,
    Thing,
    Zoo,
    instances,
)
from tests.json.schema_values import values
from type_safe_convert import ConversionError, NotAModelError, convert, convert_class
from type_safe_convert.json.codec import from_json, to_json
from type_safe_convert.json.schemas import json_schema

KINDS = ("type_safe", "basemodel", "dataclass")
MODES = ("validation", "serialization")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [Everything, Node, Item, Drawing, Thing, Zoo, Person, Computed])
def test_a_schema_of_every_kind_is_a_schema(cls: Any, mode: Any, kind: str) -> None:
    made = convert_class(cls, kind)

    schema = json_schema(made, mode=mode)
    Draft202012Validator.check_schema(schema)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "__BaseModel" not in json.dumps(schema)
    assert "__Dataclass" not in json.dumps(schema)
    assert "__Type_Safe" not in json.dumps(schema)


@pytest.mark.parametrize("number", range(len(instances())))
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_the_schema_accepts(number: int, kind: str) -> None:
    made = convert(instances()[number], kind)

    for mode in MODES:
        Draft202012Validator(json_schema(type(made), mode=mode, by_alias=False)).validate(_without_words(to_json(made)))


def _without_words(text: bytes) -> Any:
    """JSON without the words that stand for infinity and NaN: JSON Schema has no number of that name."""
    return json.loads(text.replace(b'"Infinity"', b"1e5"))


class Size(Safe_Int):
    min_value = 0
    max_value = 9


class Small(Type_Safe):
    """A class all of whose rules JSON Schema can say."""

    text: str
    number: int
    ratio: float
    flag: bool
    size: Size
    choice: Literal["a", "b"]
    color: Color
    names: List[str]
    maybe: Optional[int] = None
    few: Annotated[int, annotated_types.Ge(3), annotated_types.Lt(7)] = 3
    next: Optional["Small"] = None


@dataclasses.dataclass
class Plain:
    text: str
    names: Annotated[list[str], annotated_types.MaxLen(2)]
    pair: tuple[int, str]
    table: dict[str, int]
    part: Tag | None = None
    short: Annotated[str, annotated_types.MinLen(1), annotated_types.MaxLen(3)] = "a"


CLASSES = [Small, Plain, convert_class(Plain, "basemodel"), convert_class(Plain, "type_safe")]
READ = [*CLASSES, Node, Drawing, Zoo, Everything, Thing, convert_class(Everything, "basemodel")]


@pytest.mark.parametrize("cls", READ)
def test_what_the_schema_accepts_is_read(cls: Any) -> None:
    schema = json_schema(cls)
    validator = Draft202012Validator(schema)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values(schema))
    def law(data: Any) -> None:
        """Whatever fits the schema, from_json reads."""
        assert validator.is_valid(data)
        assert type(from_json(cls, json.dumps(data))) is cls

    law()


@pytest.mark.parametrize("cls", CLASSES)
def test_what_is_read_the_schema_accepts(cls: Any) -> None:
    """The other way round, over data that nearly fits."""
    schema = json_schema(cls)
    validator = Draft202012Validator(schema)
    properties = schema["$defs"]["Small"]["properties"] if cls is Small else schema["properties"]
    parts = [0, 5, 12, -1, 1.5, "a", "b", "r", "abcd", "", True, [], ["a"], ["a", 1], [1, "a"], {}, {"a": 1}]
    base: dict[str, Any] = {} if cls is Small else {"text": "", "names": [], "pair": [1, "a"], "table": {}}

    @settings(max_examples=200, deadline=None)
    @given(st.dictionaries(st.sampled_from([*properties, "unknown"]), st.sampled_from(parts), max_size=6))
    def law(data: dict[str, Any]) -> None:
        full = {**base, **data}
        try:
            from_json(cls, json.dumps(full))
        except ConversionError:
            assert not validator.is_valid(full)
        else:
            assert validator.is_valid(full)

    law()


def test_rules_descriptions_and_names_are_in_it() -> None:
    class Described(BaseModel):
        """What it is."""

        name: str = Field(description="how it is called", examples=["Ada"], title="The name")
        old: int = Field(0, deprecated=True)

    @dataclasses.dataclass
    class Documented:
        part: int = dataclasses.field(metadata={"description": "which part"})

    schema = json_schema(Item)
    sku = schema["properties"]["sku"]
    assert (sku["type"], sku["maxLength"]) == ("string", 24)
    stock = schema["properties"]["stock"]
    assert (stock["minimum"], stock["maximum"]) == (0, 100_000)
    assert schema["description"] == "An item of an order."
    assert schema["additionalProperties"] is False
    for kind in KINDS:
        shown = json_schema(convert_class(Described, kind))
        assert shown["description"] == "What it is."
        assert shown["title"] == "Described"
        assert shown["properties"]["name"]["examples"] == ["Ada"]
        assert shown["properties"]["name"]["description"] == "how it is called"
        assert shown["properties"]["old"]["deprecated"] is True
        assert json_schema(convert_class(Documented, kind))["properties"]["part"]["description"] == "which part"


def test_enums_have_the_names_of_their_members() -> None:
    for kind in KINDS:
        text = json.dumps(json_schema(convert_class(Everything, kind)))
        assert '"enum": ["r", 2], "title": "Color", "x-enum-varnames": ["RED", "BLUE"]' in text
        assert '"enum": ["ORIGIN", "END"]' in text


def test_definitions_are_named_after_the_class_that_somebody_wrote() -> None:
    for kind in KINDS:
        schema = json_schema(convert_class(Node, kind))
        assert list(schema["$defs"]) == ["Node"]
        assert schema["$ref"] == "#/$defs/Node"
        assert schema["$defs"]["Node"]["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}


def _user(field: Any) -> Any:
    class User(Type_Safe):
        value: field
        again: List["User"]

    return User


def test_two_classes_of_one_name_do_not_collide() -> None:
    first, second = _user(int), _user(str)

    class Both(Type_Safe):
        one: first
        other: second

    for kind in KINDS:
        schema = json_schema(convert_class(Both, kind))
        values = [item["properties"]["value"] for name, item in schema["$defs"].items() if "User" in name]
        assert sorted(item["type"] for item in values) == ["integer", "string"]
        validator = Draft202012Validator(schema)
        assert validator.is_valid({"one": {"value": 1}, "other": {"value": "x"}})
        assert not validator.is_valid({"one": {"value": "x"}})


def test_dialects_are_what_they_say() -> None:
    assert "prefixItems" in json.dumps(json_schema(Everything))
    assert json_schema(Node, dialect="openapi-3.1")["$ref"] == "#/components/schemas/Node"


@pytest.mark.parametrize("dialect", ["draft-07", "draft-4", "", None])
def test_an_unknown_dialect_is_an_error_that_lists_the_dialects(dialect: Any) -> None:
    with pytest.raises(ValueError, match=r"expected '2020-12' or 'openapi-3.1', found " + re.escape(repr(dialect))):
        json_schema(Node, dialect=dialect)


def test_aliases_are_names_of_properties_unless_asked_otherwise() -> None:
    for kind in KINDS:
        cls = convert_class(Person, kind)
        assert "userId" in json_schema(cls)["properties"]
        assert "user_id" in json_schema(cls, by_alias=False)["properties"]


def test_what_is_no_model_has_none() -> None:
    with pytest.raises(NotAModelError):
        json_schema(5)


class Bird(BaseModel):
    kind: Literal["bird"] = "bird"


class Fish(BaseModel):
    kind: Literal["fish"] = "fish"
    friends: "list[Bird | Fish]" = []

    @model_validator(mode="wrap")
    @classmethod
    def around(cls, data: Any, handler: Any) -> Any:
        return handler(data)


class Pets(RootModel[list[Annotated[Bird | Fish, Field(discriminator="kind")]]]):
    pass


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_classes_made_from_a_model_have_its_schema_without_a_warning(mode: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expected = json_schema(Pets, mode=mode)
        assert "discriminator" in expected["items"]
        for kind in ("type_safe", "dataclass"):
            assert json_schema(convert_class(Pets, kind), mode=mode) == expected
