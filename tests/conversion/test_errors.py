"""Errors name the path, what was expected and what was found."""

import datetime
from dataclasses import dataclass, field, make_dataclass
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    HttpUrl,
    PastDate,
    SecretBytes,
    SecretStr,
    create_model,
)

from tests.conversion.models import Circle, Drawing, Line, Order, OrderModel, OrderTyped, Positive, Shape, order
from type_safe_convert import ConversionError, MissingFieldError, ValueConversionError, convert


def test_a_missing_required_field_is_named():
    @dataclass
    class Wants:
        number: str
        colour: str

    with pytest.raises(MissingFieldError) as caught:
        convert(order(), Wants)
    assert (caught.value.path, caught.value.expected) == (("colour",), "str")
    assert isinstance(caught.value, ValueError)


def test_the_path_names_the_place():
    bad = order()
    bad.lines[1].quantity = "two"
    for target in (OrderModel, OrderTyped):
        for _ in range(3):
            with pytest.raises(ConversionError) as caught:
                convert(bad, target)
            assert caught.value.path == ("lines", 1, "quantity")
            assert "lines[1].quantity" in str(caught.value)
            assert caught.value.expected == "int"
            assert caught.value.found == "'two' (str)"


def test_a_value_of_the_wrong_class_in_a_model_field():
    for wrong in (5, None, "x", [1]):
        with pytest.raises(ConversionError) as caught:
            convert(Order("n", [Line("a", 1), wrong]), OrderModel)
        assert caught.value.path[:2] == ("lines", 1)


def test_an_attribute_that_was_never_set_is_named():
    half = object.__new__(Order)
    half.number = "n"
    for _ in range(3):
        with pytest.raises(MissingFieldError) as caught:
            convert(half, OrderModel)
        assert caught.value.path == ("lines",)


def _refused(value):
    raise ValueError("never")


Never = Annotated[int, AfterValidator(_refused)]


@pytest.mark.parametrize(
    ("annotation", "value", "path"),
    [
        (Never, 1, ()),
        (Never | str, 1, ()),
        (list[Never | list[int]], [1], (0,)),
        (dict[str, Never], {"dict": 1}, ("dict",)),
        (dict[Never, str], {1: "a"}, (1,)),
        (set[Never], {1}, (0,)),
        (tuple[str, Never], ("a", 1), (1,)),
    ],
)
def test_a_path_has_steps_into_the_values_only(annotation, value, path):
    """What pydantic puts between them, the names of functions and of members of unions, is left out."""
    written = create_model("Target", x=(annotation, ...))
    holder = make_dataclass("Holder", [("x", Any)])(value)
    with pytest.raises(ValueConversionError, match="never") as caught:
        convert(holder, written)
    assert {error.path for error in caught.value.errors or [caught.value]} == {("x", *path)}


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Annotated[str, Field(pattern="^a")], "b", "a string that matches pattern '^a'"),
        (Annotated[float, Field(allow_inf_nan=False)], float("inf"), "a finite number"),
        (PastDate, datetime.date.max, "a date in the past"),
        (Annotated[int, Field(gt=3)] | None, 3, "greater than 3"),
        (Annotated[int, Field(gt=3)] | None, "a", "int or None"),
        (Annotated[list[int], Field(min_length=2)] | str | None, [1], "of length at least 2"),
        (HttpUrl, "no", "a valid URL, relative URL without a base"),
        (SecretBytes, "text", "a valid bytes"),
        (SecretStr, b"bytes", "a valid string"),
        (list[Annotated[int, Field(gt=3)]] | dict[str, int], 5, "list[int] or dict[str, int]"),
    ],
)
def test_an_error_says_what_was_expected(annotation, value, expected):
    written = create_model("Target", x=(annotation, ...))
    with pytest.raises(ValueConversionError) as caught:
        convert(make_dataclass("Holder", [("x", Any)])(value), written)
    assert (caught.value.path, caught.value.expected) == (("x",), expected)
    assert caught.value.found.startswith(repr(value))
    assert str(caught.value).endswith(f"x: expected {expected}, found {caught.value.found}")


def source_of(**values: Any) -> Any:
    return make_dataclass("Source", [(name, Any) for name in values])(**values)


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog", "hound"]
    pals: list["Cat | Dog"] = []


class Owner(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")
    others: list[Annotated[Cat | Dog, Field(discriminator="kind")] | int] = []


@dataclass
class Animal:
    kind: str
    lives: Any = 1
    pals: Any = field(default_factory=list)


@pytest.mark.parametrize(
    ("values", "path", "expected"),
    [
        ({"pet": Animal("dog", pals="none")}, ("pet", "pals"), "a list"),
        ({"pet": Animal("hound", pals=[Animal("cat", "x")])}, ("pet", "pals", 0, "lives"), "int"),
        ({"pet": Animal("cat", "x")}, ("pet", "lives"), "int"),
        ({"pet": Animal("emu")}, ("pet", "kind"), "one of 'cat', 'dog', 'hound'"),
        ({"pet": Animal("cat"), "others": [1, Animal("dog", pals=[3])]}, ("others", 1, "pals", 0), "Cat or Dog"),
        ({"pet": 3}, ("pet",), "Cat or Dog"),
    ],
)
def test_the_error_is_that_of_the_model_which_the_discriminator_names(values, path, expected):
    for _ in range(3):
        with pytest.raises(ValueConversionError) as caught:
            convert(source_of(**values), Owner)
        assert (caught.value.path, caught.value.expected) == (path, expected)


@dataclass
class Later:
    extra: list[Shape] = field(default_factory=list)
    x: Any = None
    best: Optional[Circle] = None


def test_the_place_of_an_error_is_found_beside_fields_that_the_source_lacks():
    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(Drawing([], Circle("a", "b")), Later)
        assert caught.value.path == ("best", "radius")


def test_a_missing_field_names_both_classes():
    with pytest.raises(MissingFieldError) as caught:
        convert(Drawing([]), Shape)
    assert (caught.value.source_class, caught.value.target_class) == (Drawing, Shape)
    assert caught.value.path == ("name",)
    assert "shapes, best" in str(caught.value)


def test_every_problem_that_a_validator_finds_is_in_the_error():
    @dataclass
    class Source:
        x: int
        y: int
        z: Any = 1

    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(Source(0, -1), Positive)
        assert [error.path for error in caught.value.errors] == [("x",), ("y",)]
        with pytest.raises(ConversionError) as caught:
            convert(Source(1, 1, "a"), Positive)
        assert caught.value.path == ("z",)
