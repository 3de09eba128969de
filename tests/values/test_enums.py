"""Literals with members of enums, models that hold the values of members, and enums that are text as well."""

import dataclasses
import enum
from typing import Annotated, Any, Literal, Optional, Union

import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from tests.core.models import Color
from type_safe_convert import ValueConversionError, convert, convert_class, converter, json_schema
from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json, to_python


class Plain(enum.Enum):
    A = "a"
    B = "b"
    ONE = 1


class Text(str, enum.Enum):  # noqa: UP042  # not a StrEnum: the case that is tested
    A = "a"
    B = "b"


class Number(enum.IntEnum):
    ONE = 1


CASES: list[tuple[Any, Any, Any]] = [
    (Literal[Plain.A], Plain.A, Plain.A),
    (list[Literal[Plain.A, Plain.B]], [Plain.B, Plain.A], [Plain.B, Plain.A]),
    (Optional[Literal[Plain.A]], Plain.A, Plain.A),
    (Optional[Literal[Plain.A]], None, None),
    (Union[Literal[Plain.A], int], Plain.A, Plain.A),
    (Union[Literal[Plain.A], int], 5, 5),
    (dict[str, Literal[Plain.ONE, "q"]], {"x": Plain.ONE, "y": "q"}, {"x": Plain.ONE, "y": "q"}),
    (tuple[Literal[Text.A], int], (Text.A, 1), (Text.A, 1)),
    (Annotated[Literal[Plain.A], Field(description="x")], Plain.A, Plain.A),
    (Plain, Plain.ONE, Plain.ONE),
    (Optional[Plain], Plain.ONE, Plain.ONE),
    (set[Plain], {Plain.A}, {Plain.A}),
]


@pytest.mark.parametrize(("annotation", "value", "expected"), CASES)
def test_a_model_that_holds_values_comes_there_and_back(annotation: Any, value: Any, expected: Any) -> None:
    model = create_model("ByIdentity", __config__=ConfigDict(use_enum_values=True), a=(annotation, ...))
    original = model(a=value)
    written = dataclasses.make_dataclass("Written", [("a", annotation)])

    for target in (convert_class(model, "dataclass"), convert_class(model, "type_safe"), written):
        made = convert(original, target)
        assert (list(made.a) if isinstance(expected, list) else made.a) == expected
        back = convert(made, model)
        assert back == original
        assert type(back.a) is type(original.a)
        assert back.model_dump() == original.model_dump()


def test_nested_models_hold_what_their_own_settings_say() -> None:
    class Inner(BaseModel, use_enum_values=True):
        a: Literal[Plain.A] = Plain.A
        b: Plain = Plain.B

    class Outer(BaseModel):
        inner: Inner
        inners: list[Inner]
        a: Literal[Plain.A]

    original = Outer(inner=Inner(a=Plain.A, b=Plain.ONE), inners=[Inner()], a=Plain.A)

    made = convert(original, "dataclass")

    assert (made.inner.a, made.inner.b, made.a) == (Plain.A, Plain.ONE, Plain.A)
    assert convert(made, Outer) == original


def test_an_unfit_value_is_refused() -> None:
    model = create_model("ByIdentity", __config__=ConfigDict(use_enum_values=True), a=(Literal[Plain.A], ...))
    for wrong in ("b", 1, None, Plain.B):
        with pytest.raises(ValueConversionError):
            convert(model.model_construct(a=wrong), dataclasses.make_dataclass("Written", [("a", Literal[Plain.A])]))


# what stands for what in a Literal: pydantic is the oracle

LITERALS = [Literal["b"], Literal[1], Literal[Text.B], Literal[Number.ONE], Literal[Plain.A], Literal["b", 1]]
VALUES = ["b", "a", Text.B, Text.A, Number.ONE, 1, 2, Plain.A, Plain.B, None, ["b"]]


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_a_literal_is_what_pydantic_makes_of_it(literal: Any, value: Any) -> None:
    source = dataclasses.make_dataclass("Source", [("a", Any)])
    for target in (
        dataclasses.make_dataclass("Target", [("a", literal)]),
        create_model("Target", a=(literal, ...)),
        type("Target", (Type_Safe,), {"__annotations__": {"a": literal}, "__module__": __name__}),
    ):
        try:
            expected = TypeAdapter(literal).validate_python(value, strict=True)
        except ValidationError:
            if value is None and issubclass(target, Type_Safe):
                continue  # any attribute of a Type_Safe may be None
            with pytest.raises(ValueConversionError):
                convert(source(value), target)
        else:
            made = convert(source(value), target)
            assert made.a == expected
            assert type(made.a) is type(expected)


@dataclasses.dataclass
class Holder:
    a: Literal[Plain.A, Plain.ONE, "q"]
    items: list[Literal[Plain.A]]
    other: Optional[Literal[Plain.B]] = None


@pytest.mark.parametrize("original", [Holder(Plain.A, [Plain.A]), Holder(Plain.ONE, [], Plain.B), Holder("q", [])])
def test_a_literal_of_members_is_read_as_it_is_written(original: Holder) -> None:
    for kind in ("dataclass", "basemodel", "type_safe"):
        made = convert(original, kind)
        assert convert(from_json(type(made), to_json(made)), Holder) == original
        assert convert(from_python(type(made), to_python(made)), Holder) == original
        assert to_json(made) == to_json(original)
        with pytest.raises(JsonError):
            from_json(type(made), '{"a": "z", "items": []}')
    assert json_schema(Holder)["properties"]["a"]["enum"] == ["a", 1, "q"]


@pydantic.dataclasses.dataclass(config=ConfigDict(use_enum_values=True))
class Checked:
    one: Plain
    many: list[Plain]
    tag: Optional[Literal[Plain.A]] = None
    size: int = 0

    def __post_init__(self) -> None:
        self.size = abs(self.size)


@dataclasses.dataclass
class CheckedHolder:
    one: Checked
    by_name: dict[str, Checked] = dataclasses.field(default_factory=dict)


class CheckedModel(BaseModel):
    one: Checked


@dataclasses.dataclass
class Unchecked:
    one: Plain
    many: list[Plain]
    tag: Optional[Literal[Plain.A]] = None


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
def test_a_pydantic_dataclass_that_holds_values_comes_there_and_back(kind: Any) -> None:
    checked = Checked(Plain.A, [Plain.B], Plain.A, -3)
    assert checked.one == checked.tag == "a"
    for value in (checked, CheckedHolder(checked, {"x": Checked(Plain.ONE, [])}), CheckedModel(one=checked)):
        cls: Any = type(value)
        assert convert(convert(value, kind), cls) == value
    made: Any = convert(checked, kind)
    if kind != "dataclass":
        assert made.one is Plain.A
        made.one, made.size = Plain.B, 4
        assert convert(made, Checked) == Checked(Plain.B, [Plain.B], Plain.A, 4)


def test_a_pydantic_dataclass_that_holds_values_and_written_classes() -> None:
    checked, unchecked = Checked(Plain.A, [Plain.B], Plain.A), Unchecked(Plain.A, [Plain.B], Plain.A)
    assert convert(checked, Unchecked) == unchecked
    assert convert(unchecked, Checked) == checked


class With_Enum_Values(BaseModel, use_enum_values=True):
    one: Color
    many: set[Color] = set()


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
def test_a_model_with_use_enum_values_holds_values_without_validation_too(kind):
    model = With_Enum_Values(one=Color.RED, many={Color.RED})
    there = convert(model, kind, validate=False)
    assert convert(there, With_Enum_Values, validate=False) == model
    assert converter(type(there), With_Enum_Values, validate=False)(there) == model
