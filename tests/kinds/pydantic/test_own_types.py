"""Classes of users that pydantic makes of values of another type, and does not take as they are."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

import attrs
import pytest
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo, model_validator
from pydantic_core import CoreSchema, core_schema

from type_safe_convert import ConversionError, convert, convert_class, converter, from_json, kind_of, to_json


class Code:
    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Code) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(lambda code: code.text)
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(), serialization=written)


class Even(int):
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(value: int) -> Even:
            if value % 2:
                raise ValueError("odd")
            return cls(value)

        return core_schema.no_info_after_validator_function(check, core_schema.int_schema())


class Model(BaseModel):
    code: Code
    codes: list[Code] = []
    by_name: dict[str, Code] = {}
    other: Code | None = None
    even: Even = Even(2)
    number: int = 0


@dataclass
class Data:
    code: Code
    codes: list[Code]
    other: Code | None = None
    even: Even = field(default_factory=lambda: Even(2))


@attrs.define
class Attrs:
    code: Code
    codes: list[Code]


MODEL = Model.model_validate({"code": "a", "codes": ["b"], "by_name": {"a": "c"}, "other": "d", "even": 4})
KINDS = ["type_safe", "dataclass", "attrs", "msgspec", "basemodel", "namedtuple"]


@pytest.mark.parametrize("source", [MODEL, Data(Code("a"), [Code("b")], Code("c")), Attrs(Code("a"), [Code("b")])])
@pytest.mark.parametrize("kind", KINDS)
def test_they_come_back(source: Any, kind: Any) -> None:
    for _ in range(3):
        other = convert(source, kind)
        assert convert(other, type(source)) == source
    again = from_json(type(other), to_json(other))
    assert convert(again, type(source)).code == Code("a")


def test_beside_a_changed_value() -> None:
    other: Any = convert(MODEL, "dataclass")
    other.number = 5
    assert convert(other, Model) == MODEL.model_copy(update={"number": 5})
    other.number = "5"
    with pytest.raises(ConversionError, match="number: expected int"):
        convert(other, Model)


class Level(enum.Enum):
    HIGH = 2


class Settings(BaseModel):
    model_config = ConfigDict(use_enum_values=True)
    code: Code
    level: Level


class SettingsTree(Settings):
    inner: list[SettingsTree] = []


@pytest.mark.parametrize("cls", [Settings, SettingsTree])
@pytest.mark.parametrize("kind", KINDS)
def test_the_settings_of_the_model_count_for_the_fields_beside(cls: type[Settings], kind: Any) -> None:
    model = cls.model_validate({"code": "a", "level": 2})
    for _ in range(3):
        back = convert(convert(model, kind), cls)
        assert back == model
        assert type(back.level) is int


class InUnions(BaseModel):
    codes: Level | list[Code]
    by_name: dict[str, dict[int, Code] | Code | int]


@pytest.mark.parametrize("kind", KINDS)
def test_in_unions(kind: Any) -> None:
    model = InUnions.model_validate({"codes": ["a"], "by_name": {"a": {1: "b"}, "b": "c", "d": 1}})
    for _ in range(3):
        other = convert(model, kind)
        assert convert(other, InUnions) == model
    other = convert(model, "dataclass")
    other.codes, other.by_name = ["a", Code("b")], {"a": {1: "b"}, "b": Code("c"), "d": 1}
    changed = {"codes": [Code("a"), Code("b")], "by_name": model.by_name}
    assert convert(other, InUnions) == model.model_copy(update=changed)


def test_text_beside_an_instance() -> None:
    other: Any = convert(MODEL, "dataclass")
    other.codes = ["a", Code("b")]
    assert convert(other, Model).codes == [Code("a"), Code("b")]


def test_into_a_written_model() -> None:
    for _ in range(3):
        model = convert(Data(Code("a"), [Code("b")], even=Even(4)), Model)
        assert (model.code, model.codes, model.even) == (Code("a"), [Code("b")], 4)


@pytest.mark.parametrize("source", [Data("a", []), Attrs("a", [])])  # type: ignore[arg-type]
def test_no_text_in_their_place_but_in_a_model(source: Any) -> None:
    for kind in ("type_safe", "msgspec"):
        with pytest.raises(ConversionError, match="code: expected a Code, found 'a'"):
            convert(source, kind)


def test_what_their_validators_check_is_checked() -> None:
    for kind in KINDS:
        with pytest.raises(ConversionError, match="even: Value error, odd"):
            convert(Data(Code("a"), [], even=Even(3)), kind)


class NameOfNode:
    """Stands for a model that is defined later."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(value: Any) -> Node:
            if not isinstance(value, Node):
                raise ValueError("no node")
            return value

        return core_schema.no_info_plain_validator_function(check)


class Tree(BaseModel):
    first: NameOfNode
    rest: list[NameOfNode] = []
    anything: dict[str, NameOfNode] = {}


class Node(BaseModel):
    number: int
    inner: NameOfNode | None = None


@pytest.mark.parametrize("kind", [*KINDS, "typeddict"])
def test_models_in_the_place_of_such_a_class_are_converted_both_ways(kind: Any) -> None:
    tree = Tree.model_validate(
        {"first": Node(number=1, inner=Node(number=2)), "rest": [Node(number=3)], "anything": {"a": Node(number=4)}}  # type: ignore[arg-type]
    )
    to, back = converter(Tree, convert_class(Tree, kind)), converter(convert_class(Tree, kind), Tree)
    for _ in range(3):
        made = to(tree)
        assert back(made) == tree
        if kind not in ("basemodel", "typeddict"):
            assert kind_of(made.first) == kind_of(made.rest[0]) == kind_of(made.first.inner) == kind


def test_another_model_in_the_place_of_such_a_class_is_refused() -> None:
    wrong = Tree.model_construct(first=Even(2))  # type: ignore[arg-type]
    other = convert(Tree(first=Node(number=1)), "dataclass")  # type: ignore[arg-type]
    other.first = MODEL
    for value, target in ((wrong, "dataclass"), (other, Tree)):
        with pytest.raises(ConversionError, match="first: Value error, no node"):
            convert(value, target)


class Checked(BaseModel):
    number: int
    code: Code

    @model_validator(mode="after")
    def is_small(self) -> Checked:
        assert self.number < 5
        return self

    @model_validator(mode="after")
    def is_positive(self, info: ValidationInfo) -> Checked:
        assert self.number > 0
        return self


@pytest.mark.parametrize("number", [9, -1])
@pytest.mark.parametrize("kind", ["type_safe", "dataclass", "attrs", "msgspec"])
def test_validators_of_the_model_judge_what_changed_beside_them(kind: Any, number: int) -> None:
    for _ in range(3):
        other: Any = convert(Checked.model_validate({"number": 1, "code": "a"}), kind)
        other.number = 2
        assert convert(other, Checked).number == 2
        other.number = number
        with pytest.raises(ConversionError, match="Assertion failed"):
            convert(other, Checked)
