"""Abstract classes: refused as targets, and stood for by their subclasses in fields."""

import abc
from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from type_safe_convert import ClassConversionError, convert, convert_class, converter
from type_safe_convert.hypothesis import check_round_trip


class Abstract(abc.ABC):
    @abc.abstractmethod
    def area(self) -> int: ...


@dataclass
class AbstractShape(Abstract):
    side: int


@dataclass
class Square(AbstractShape):
    def area(self) -> int:
        return self.side**2


@dataclass
class HoldsShape:
    shape: AbstractShape


class AbstractModel(BaseModel, abc.ABC):
    side: int

    @abc.abstractmethod
    def area(self) -> int: ...


class HoldsModel(BaseModel):
    shape: AbstractModel


@pytest.mark.parametrize("target", [AbstractShape, AbstractModel])
def test_an_abstract_target_is_named_with_what_it_lacks(target):
    for convert_to in (lambda: convert(Square(1), target), lambda: converter(Square, target)):
        with pytest.raises(ClassConversionError, match=rf"{target.__name__} without area"):
            convert_to()


def test_an_abstract_class_in_a_field_of_the_target_is_named_with_its_place():
    with pytest.raises(ClassConversionError, match="AbstractModel without area") as caught:
        convert(HoldsShape(Square(1)), HoldsModel)
    assert caught.value.path == ("shape",)


def test_a_field_declared_as_an_abstract_class_takes_its_subclasses():
    check_round_trip(HoldsShape(Square(2)))
    with pytest.raises(ClassConversionError, match="AbstractShape without area"):
        convert(convert_class(AbstractShape, "basemodel")(side=1), "dataclass")
