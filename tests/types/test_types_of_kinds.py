"""What kinds of model say of their own types and constraints when an annotation is parsed."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Annotated, Any

import annotated_types
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.validators.Validator__Min import Min
from pydantic import BaseModel, EmailStr, Field, Json, Secret

from type_safe_convert import ConversionError, convert, convert_class
from type_safe_convert.model.kind import ModelKind
from type_safe_convert.registry import register_kind, unregister_kind
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse
from type_safe_convert.types.rules import Rule


class Celsius:
    """A value type that only the kind below knows."""

    def __init__(self, degrees: float) -> None:
        if degrees < -273.15:
            raise ValueError("below absolute zero")
        self.degrees = degrees


class KindOfCelsius(ModelKind):
    """Has no models, only a value type."""

    name = "celsius"
    label = "a celsius"
    suffix = "Celsius"

    def is_model(self, cls: Any) -> bool:
        return False

    def parse_type(self, cls: Any, annotation: Any, parse: Any) -> nodes.Node | None:
        if cls is not Celsius:
            return None
        return nodes.RefinedNode(
            annotation,
            Celsius,
            float,
            make=Celsius,
            unwrap=lambda value: value.degrees,
            json_rules=lambda: {"minimum": -273.15},
        )

    def none(self, *arguments: Any) -> Any:
        raise NotImplementedError

    read = build = finish = annotate = reader = builder = none


@pytest.fixture
def celsius() -> Iterator[None]:
    register_kind(KindOfCelsius())
    yield
    unregister_kind("celsius")


def test_a_value_type_of_a_registered_kind_is_plain_in_other_kinds(celsius: None) -> None:
    @dataclasses.dataclass
    class Weather:
        at: Celsius

    model: Any = convert_class(Weather, "basemodel")
    made = convert(Weather(Celsius(21.5)), "basemodel")

    assert type(made) is model
    assert made.at == 21.5
    assert model.model_json_schema()["properties"]["at"]["minimum"] == -273.15
    assert convert(made, "dataclass").at.degrees == 21.5
    with pytest.raises(ValueError, match="absolute zero"):
        model(at=-300)


@pytest.mark.parametrize(("annotation", "node"), [(EmailStr, nodes.ValidatedNode), (Secret[int], nodes.OpaqueNode)])
def test_types_of_pydantic_bring_their_validation(annotation: Any, node: Any) -> None:
    found = parse(annotation)

    assert type(found) is node
    with pytest.raises(ConversionError):
        found.validate(object())


def test_text_that_stands_for_a_value_is_written_by_the_node() -> None:
    assert parse(Json).encode({"a": 1}) == b'{"a":1}'
    assert parse(Json[list[int]]).encode([1]) == b"[1]"


def test_a_validator_of_osbot_utils_is_a_rule_with_its_equivalent() -> None:
    (rule,) = parse(Annotated[int, Min(3)]).constraints

    assert type(rule) is Rule
    assert rule.equivalent == annotated_types.Ge(3)
    rule.check(3, int)
    with pytest.raises(ConversionError, match="at least 3"):
        rule.check(2, int)


def test_groups_of_constraints_are_taken_apart() -> None:
    grouped = parse(Annotated[int, annotated_types.Interval(ge=1, lt=9), Field(gt=2)])

    assert grouped.constraints == (annotated_types.Ge(1), annotated_types.Lt(9), annotated_types.Gt(2))


def test_a_field_without_constraints_still_says_its_alias() -> None:
    class Named(Type_Safe):
        name: Annotated[str, Field(alias="Name")]

    model: Any = convert_class(Named, "basemodel")
    assert model.model_fields["name"].alias == "Name"


def test_a_typed_collection_makes_others_like_one() -> None:
    class Numbers(Type_Safe__List):
        expected_type = int

    container = parse(Numbers).container
    made = container.like(Numbers([1])).make([2, 3])

    assert type(made) is Numbers
    assert made == [2, 3]
    assert made.expected_type is int


@pytest.mark.parametrize(
    ("value", "of", "fits"),
    [(15, 5, True), (16, 5, False), (0.3, 0.1, True), (0.35, 0.1, False), (-7.5, 2.5, True), (10**30 + 1, 2, False)],
)
def test_multiples_are_told_as_pydantic_tells_them(value: Any, of: Any, fits: bool) -> None:
    @dataclasses.dataclass
    class Given:
        x: Any

    class Wanted(BaseModel):
        x: Annotated[type(value), Field(multiple_of=of)]  # type: ignore[valid-type]

    if fits:
        assert Wanted(x=value) == convert(Given(value), Wanted)
        return
    with pytest.raises(ValueError, match="multiple"):
        Wanted(x=value)
    with pytest.raises(ConversionError, match=re.escape(f"a multiple of {of}")):
        convert(Given(value), Wanted)
