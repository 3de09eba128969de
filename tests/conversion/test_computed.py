"""A hand-written target is filled from what its source computes, as pydantic's `from_attributes` reads it."""

import functools
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, computed_field

from type_safe_convert import ConversionError, MissingFieldError, convert, converter, kind_of


class SquareModel(BaseModel):
    kind: ClassVar[str] = "square"
    side: int = 2

    @computed_field
    @property
    def area(self) -> int:
        return self.side**2

    @functools.cached_property
    def name(self) -> str:
        return f"square of {self.side}"

    def method(self) -> int:
        return 1


@dataclass
class SquareData:
    kind: ClassVar[str] = "square"
    side: int = 2

    @property
    def area(self) -> int:
        return self.side**2

    @functools.cached_property
    def name(self) -> str:
        return f"square of {self.side}"

    def method(self) -> int:
        return 1


@pydantic.dataclasses.dataclass
class SquareChecked(SquareData):
    pass


class SquareTyped(Type_Safe):
    side: int = 2
    kind = "square"

    @property
    def area(self) -> int:
        return self.side**2

    @property
    def name(self) -> str:
        return f"square of {self.side}"

    def method(self) -> int:
        return 1


class TargetModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    side: int = 0
    area: int = 0
    name: str = ""
    kind: Literal["square"]
    method: int = 5


@dataclass
class TargetData:
    kind: str
    side: int = 0
    area: int = 0
    name: str = ""
    method: int = 5


class TargetTyped(Type_Safe):
    side: int
    area: int
    name: str
    kind: str
    method: int = 5


SOURCES = [SquareModel, SquareData, SquareChecked, SquareTyped]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", [TargetModel, TargetData, TargetTyped])
def test_computed_attributes_fill_the_fields_of_their_name(source, target):
    function = converter(source, target)
    for make in (function, function, lambda value: convert(value, target)):
        made = make(source(side=3))
        found = (made.side, made.area, made.name, made.kind, made.method)
        assert found == (3, 9, "square of 3", "square", 5)


def test_it_is_what_pydantic_reads_but_for_methods():
    class Target(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        side: int
        area: int
        name: str
        kind: str

    for source in SOURCES:
        assert convert(source(side=3), Target) == Target.model_validate(source(side=3))


@dataclass
class Wrong:
    area: str = ""


@dataclass
class Nested:
    squares: list[SquareData] = field(default_factory=list)


class NestedTarget(BaseModel):
    squares: list[TargetModel]


def test_what_is_computed_is_checked_and_nested():
    with pytest.raises(ConversionError) as caught:
        convert(SquareData(), Wrong)
    assert caught.value.path == ("area",)
    assert [square.area for square in convert(Nested([SquareData(3), SquareData(4)]), NestedTarget).squares] == [9, 16]


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    side: int = 2


@dataclass
class OpenTarget:
    side: int
    area: int = 7


@dataclass
class RequiringTarget:
    area: int


def test_an_extra_value_fills_the_field_of_its_name():
    for _ in range(3):
        assert convert(Open(side=1, area=5), OpenTarget) == OpenTarget(1, 5)
        assert convert(Open(side=1), OpenTarget) == OpenTarget(1, 7)
        assert convert(Open(side=1, area=5), RequiringTarget) == RequiringTarget(5)
        with pytest.raises(MissingFieldError):
            convert(Open(side=1), RequiringTarget)
        with pytest.raises(ConversionError):
            convert(Open(area="x"), OpenTarget)


def test_attributes_of_the_libraries_are_no_values():
    @dataclass
    class Target:
        side: int
        copy: int = 1
        model_fields_set: int = 2
        json: int = 3

    for source in SOURCES:
        assert convert(source(side=1), Target) == Target(1)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", [TargetModel, TargetData, TargetTyped])
def test_a_counterpart_that_cannot_compute_is_refused_and_no_default_taken(source, target):
    origin = source(side=3)
    for kind in {"basemodel", "dataclass", "type_safe"} - {kind_of(source)}:
        there = convert(origin, kind)
        with pytest.raises(MissingFieldError, match=f"only a {source.__name__} computes it"):
            convert(there, target)
        assert convert(convert(there, source), target).area == 9
