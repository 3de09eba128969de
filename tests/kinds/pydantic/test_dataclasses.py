"""Dataclasses of pydantic: which are filled as standard ones, and which by their own validator."""

import dataclasses
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.dataclasses import dataclass

from type_safe_convert import ConversionError, convert, converter, explain
from type_safe_convert.testing import differences


@dataclasses.dataclass
class Source:
    x: int


@dataclass
class Plain:
    x: int
    names: list[str] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    x: int


@dataclass(slots=True)
class Slotted:
    x: int


@dataclass
class Bounded:
    x: int = Field(gt=0)


@dataclass(config=ConfigDict(extra="forbid", title="A title"))
class Configured:
    x: int


@pytest.mark.parametrize("target", [Plain, Frozen, Slotted, Bounded, Configured])
def test_a_constructor_that_only_checks_types_is_not_called(target: type) -> None:
    assert "constructor of its own" not in str(explain(Source, target))
    given = Source(1)
    there, back = converter(Source, target), converter(target, Source)
    for _ in range(3):
        arrived = there(given)
        assert differences(target(x=1), arrived) == []
        assert differences(given, back(arrived)) == []
        assert differences(arrived, convert(convert(arrived, "basemodel"), target)) == []
        with pytest.raises(ConversionError, match="x: "):
            there(Source("1"))  # type: ignore[arg-type]  # which is the point


def test_bounds_are_checked_without_the_constructor() -> None:
    for _ in range(3):
        with pytest.raises(ConversionError, match="x: "):
            convert(Source(0), Bounded)


def twice(value: int) -> int:
    return value * 2


@dataclass
class Validated:
    x: int

    @field_validator("x")
    @classmethod
    def twice(cls, value: int) -> int:
        return value * 2


@dataclass
class Annotating:
    x: Annotated[int, AfterValidator(twice)]


@dataclass
class PostInit:
    x: int

    def __post_init__(self) -> None:
        self.x *= 2


@pytest.mark.parametrize("target", [Validated, Annotating, PostInit])
def test_a_constructor_that_does_more_is_called(target: type) -> None:
    for _ in range(3):
        arrived = convert(Source(1), target)
        assert differences(target(x=1), arrived) == []
        assert arrived.x == 2


@dataclass(config=ConfigDict(validate_assignment=True))
class Assigned:
    x: int


def test_assignment_is_validated_afterwards() -> None:
    for _ in range(3):
        arrived = convert(Source(1), Assigned)
        with pytest.raises(ValidationError):
            arrived.x = "text"


@dataclasses.dataclass
class Nothing:
    pass


class Model(BaseModel):
    x: int = Field("3", validate_default=True)  # type: ignore[assignment]


@dataclass
class Data:
    x: int = Field("3", validate_default=True)  # type: ignore[assignment]


@pytest.mark.parametrize("target", [Model, Data])
def test_a_default_that_is_to_be_validated_is(target: type) -> None:
    for _ in range(3):
        assert convert(Nothing(), target).x == 3
