"""Type_Safe classes with a constructor, class variables or Literals of their own."""

from typing import ClassVar, List, Literal, Union

from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert import convert, convert_class
from type_safe_convert.hypothesis import check_round_trip


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
