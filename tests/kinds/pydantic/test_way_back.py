"""An unchanged instance comes back without its validators, which may refuse or change what they returned themselves."""

from __future__ import annotations

import base64
import dataclasses
import enum
from typing import Annotated, Any

import pydantic.dataclasses
import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetPydanticSchema,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import core_schema

from type_safe_convert import ConversionError, convert, convert_class, converter

KINDS = ["type_safe", "dataclass", "attrs", "msgspec"]


class Decoded(BaseModel):
    raw: Annotated[bytes, BeforeValidator(base64.b64decode)]
    number: int = 0


class DecodedByMethod(BaseModel):
    raw: bytes
    number: int = 0

    @field_validator("raw", mode="before")
    @classmethod
    def decode(cls, value: Any) -> bytes:
        return base64.b64decode(value)


class DecodedAsWhole(BaseModel):
    raw: bytes
    number: int = 0

    @model_validator(mode="before")
    @classmethod
    def decode(cls, values: Any, info: ValidationInfo) -> Any:
        return {**values, "raw": base64.b64decode(values["raw"])}


def _decoding(source: Any, handler: Any) -> core_schema.CoreSchema:
    return core_schema.no_info_before_validator_function(base64.b64decode, handler(source))


class Holder(BaseModel):
    parts: list[Decoded]
    counted: Annotated[int, AfterValidator(lambda value: value + 1)] = 0


@pytest.mark.parametrize("cls", [Decoded, DecodedByMethod, DecodedAsWhole])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", [b"hello", base64.b64encode(b"abcd")])  # the validators refuse or change it again
def test_unchanged_values_are_not_validated_again(cls: Any, kind: Any, content: bytes) -> None:
    model = cls(raw=base64.b64encode(content))
    for _ in range(3):
        assert convert(convert(model, kind), cls) == model


@pytest.mark.parametrize("cls", [Decoded, DecodedByMethod, DecodedAsWhole])
@pytest.mark.parametrize("kind", KINDS[1:])  # a generated Type_Safe validates the assignment already
def test_changed_values_are_validated(cls: Any, kind: Any) -> None:
    back = converter(convert_class(cls, kind), cls)
    for _ in range(3):
        other: Any = convert(cls(raw=base64.b64encode(b"hello")), kind)
        other.raw = b"wrong"
        with pytest.raises(ConversionError):
            back(other)
        other.raw = base64.b64encode(b"other")
        assert back(other).raw == b"other"


@pytest.mark.parametrize("kind", KINDS)
def test_in_other_models(kind: Any) -> None:
    holder = Holder(parts=[Decoded(raw=base64.b64encode(b"hello"))], counted=1)
    for _ in range(3):
        other: Any = convert(holder, kind)
        assert convert(other, Holder) == holder
        other.parts[0].number = 1
        assert convert(other, Holder) == Holder.model_construct(
            parts=[Decoded.model_construct(raw=b"hello", number=1)], counted=2
        )
        other.counted = 5
        assert convert(other, Holder).counted == 6


class Account(BaseModel):
    """Validators that are not to run twice, and one that judges the whole."""

    name: str = ""
    password: str
    codes: dict[str, Annotated[int, AfterValidator(lambda value: value + 1)]] = {}
    text: Annotated[bytes, GetPydanticSchema(_decoding)] = b""
    next: Account | None = None

    @field_validator("password")
    @classmethod
    def hashed(cls, value: str) -> str:
        return f"#{value}"

    @model_validator(mode="after")
    def judge(self) -> Any:
        if self.name == self.password:
            raise ValueError("the name is the password")
        return self


@pydantic.dataclasses.dataclass
class AccountToo:
    password: Annotated[str, AfterValidator(lambda value: f"#{value}")]
    name: str = ""


@pytest.mark.parametrize("kind", KINDS)
def test_validators_run_for_the_fields_that_were_changed_alone(kind: Any) -> None:
    original = Account(password="a", codes={"x": 1}, text=base64.b64encode(b"hello"), next=Account(password="b"))
    for _ in range(3):
        assert convert(original, Account) == original
        other: Any = convert(original, kind)
        assert convert(other, Account) == original
        other.name = other.next.name = "n"
        back = convert(other, Account)
        assert (back.name, back.password, back.codes, back.text) == ("n", "#a", {"x": 2}, b"hello")
        assert (back.next.name, back.next.password) == ("n", "#b")
        other.name = "#a"
        with pytest.raises(ConversionError, match="the name is the password"):
            convert(other, Account)
        other.name, other.password = "n", "c"
        assert convert(other, Account).password == "#c"
        too = convert(AccountToo("a"), "attrs" if kind == "dataclass" else kind)
        too.name = "n"
        assert convert(too, AccountToo) == dataclasses.replace(AccountToo("a", "n"), password="a")


class Level(enum.IntEnum):
    LOW = 1


class WithValues(BaseModel):
    model_config = ConfigDict(use_enum_values=True)
    level: Level
    levels: set[Level] = set()


@pytest.mark.parametrize("kind", ["type_safe", "dataclass", "attrs"])
def test_unchecked_conversions_make_members_of_enum_values(kind: Any) -> None:
    model = WithValues(level=Level.LOW, levels={Level.LOW})
    assert type(model.level) is int
    for _ in range(3):
        other: Any = convert(model, kind, validate=False)
        assert type(other.level) is Level
        assert {*map(type, other.levels)} == {Level}
