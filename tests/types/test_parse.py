"""What each annotation of typing allows, and what it forbids."""

import collections
import enum
import types
import typing
from dataclasses import make_dataclass
from typing import (
    Annotated,
    Callable,
    Deque,
    Dict,
    Final,
    FrozenSet,
    List,
    Literal,
    Mapping,
    NewType,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

import pytest
import typing_extensions
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from pydantic import BaseModel, EmailStr
from typing_extensions import LiteralString, NotRequired, TypeAliasType, TypedDict

from tests.types.models import Holder, class_of
from type_safe_convert import ConversionError, ValueConversionError, convert, convert_class
from type_safe_convert.hypothesis import check_round_trip
from type_safe_convert.model.family import shape_of

T = TypeVar("T")


Number = NewType("Number", int)


JSON = TypeAliasType("JSON", Union[dict[str, "JSON"], list["JSON"], str, int, None])


Defaulted = typing_extensions.TypeVar("Defaulted", default=int)


class Color(enum.Enum):
    RED = "red"


class Record(TypedDict):
    a: int
    b: NotRequired[str]


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        (Final[int], 1, "a"),
        (Number, 1, "a"),
        (EmailStr, "a@example.com", "nope"),
        (Type_Safe__Primitive, Safe_Str("a"), "a"),
        (tuple[int, *tuple[str, ...]], (1, "a", "b"), [1]),
        (Tuple, (1, "a"), [1]),
        (Type_Safe__Tuple, (1, "a"), [1]),
        (tuple[()], (), (1,)),
        (List, [1, "a"], (1,)),
        (Dict, {1: "a"}, [1]),
        (Deque[int], collections.deque([1], maxlen=3), [1]),
        (collections.Counter[str], collections.Counter("aab"), {"a": 1.5}),
        (Literal["a", 1], 1, True),
        (type[int], bool, str),
        (Callable[[int], str], str, "a"),
        (Record, {"a": 1}, {"b": "c"}),
        (Record, {"a": 1, "b": "c"}, {"a": 1, "b": 2}),
        (Record, {"a": 1, "more": [1]}, {"more": [1]}),
        (Union[Literal["a"], int], "a", "b"),
        (Annotated[Optional[list[int]], "a note"], [1], ["a"]),
        (Sequence[int], (1, 2), ("a",)),
        (Mapping[str, int], {"a": 1}, {"a": "b"}),
        (Optional[FrozenSet[int]], frozenset({1}), {1}),
        (Sequence[int], range(3), 3),
        (Color, Color.RED, "blue"),
        (LiteralString, "a", 1),
        (Defaulted, 1, "a"),
        (JSON, {"a": [1, None]}, {1}),
    ],
)
def test_what_an_annotation_allows_and_what_it_forbids(annotation, good, bad):
    """From a field that takes anything, in the interpreted way and in generated code."""
    target = class_of(annotation)
    for _ in range(3):
        assert convert(Holder(good), target).x == good
        with pytest.raises(ConversionError) as caught:
            convert(Holder(bad), target)
        assert caught.value.path[0] == "x"
        assert "Error" not in str(caught.value)
    for _ in range(3):
        check_round_trip(target(good))


@pytest.mark.parametrize(
    "make", {TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType)}, ids=lambda cls: cls.__module__
)
def test_an_alias_means_what_it_stands_for_whoever_made_it(make):
    """That of the interpreter, which `type X = ...` makes, is another class than that of typing_extensions."""

    class Inner(BaseModel):
        n: int

    alias, generic = make("alias", list[Inner]), make("generic", dict[str, T], type_params=(T,))
    written = class_of(tuple[alias, generic[Inner]])
    made = convert(written(([Inner(n=1)], {"a": Inner(n=2)})), "type_safe")
    inner = convert_class(Inner, "type_safe")
    assert shape_of(written).fields["x"].unresolved == ()
    assert convert(made, "dataclass").x == ([Inner(n=1)], {"a": Inner(n=2)})
    assert (type(made.x[0][0]), type(made.x[1]["a"])) == (inner, inner)


@pytest.mark.parametrize("cls", [types.GenericAlias, types.UnionType, typing.TypeVar, typing.ForwardRef])
@pytest.mark.parametrize(
    "wrap", [lambda cls: cls, lambda cls: cls | None, lambda cls: list[cls], lambda cls: dict[str, cls]]
)
def test_the_classes_of_annotations_are_annotations_too(cls, wrap):
    holder = make_dataclass("Holder", [("held", wrap(cls))])
    for kind in ("basemodel", "type_safe"):
        with pytest.raises(ValueConversionError):
            convert(holder({"a": [3]}), kind)
