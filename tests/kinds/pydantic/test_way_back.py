"""An unchanged instance comes back without its validators, which may refuse or change what they returned themselves."""

from __future__ import annotations

import base64
import enum
from typing import Annotated, Any

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    field_validator,
    model_validator,
)

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
        with pytest.raises(ConversionError, match=r"parts\[0\]"):
            convert(other, Holder)


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
