"""Corners that no other test looks into: each test kills a mutant of the code that survived all the others."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, List, Literal, Optional, Union

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert import ConversionError, MissingFieldError, convert, convert_class
from type_safe_convert.hypothesis import check_round_trip


@dataclass
class Shape:
    name: str


@dataclass
class Circle(Shape):
    radius: int = 1


@dataclass
class Drawing:
    shapes: list[Shape]
    best: Optional[Shape] = None


def test_a_subclass_among_items_is_checked_as_strictly():
    """In the interpreted way, in generated code, and once the subclass is known there."""
    for kind in ("basemodel", "type_safe"):
        for _ in range(4):
            with pytest.raises(ConversionError) as caught:
                convert(Drawing([Shape("a"), Circle("b", "c")]), kind)
            assert caught.value.path == ("shapes", 1, "radius")
            convert(Drawing([Shape("a"), Circle("b", 2)]), kind)


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


class Counted(Type_Safe):
    total: ClassVar[int] = 3
    x: int


class New(Type_Safe):
    b: int
    a: str = "a"

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


class Literals(Type_Safe):
    x: List[Union[Literal["a"], Safe_Str]]


def test_type_safe_classes_with_something_of_their_own():
    for _ in range(3):
        check_round_trip(New(b=1))
        check_round_trip(Literals())
    assert list(convert_class(Counted, "basemodel").model_fields) == ["x"]
    assert list(vars(convert(convert(New(b=1), "dataclass"), "type_safe"))) == list(vars(New(b=1)))


def test_defaults_of_made_type_safe_classes():
    """A nested model is the sibling, and a class below a made one adds its own defaults."""
    made: Any = convert_class(Drawing, "type_safe")
    circle: Any = convert_class(Circle, "type_safe")
    below = type(made)(
        "Below",
        (made,),
        {"__module__": __name__, "__annotations__": {"y": int, "c": circle}, "y": 3},
    )
    assert below().y == 3
    assert below().shapes == []

    @dataclass
    class Holder:
        circle: Circle

    assert type(convert_class(Holder, "type_safe")().circle) is circle
