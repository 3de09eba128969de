"""Classes of users that pydantic makes of values of another type, and does not take as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import attrs
import pytest
from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert import ConversionError, convert, from_json, to_json


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
