"""`converter(A, B)` tells all that no instance could ever do, and refuses nothing that one could."""

import collections
import dataclasses
import enum
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, NamedTuple, Optional

import pytest
from annotated_types import Gt
from attrs import define
from attrs import field as attrs_field
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, field_validator
from typing_extensions import TypedDict

from type_safe_convert import ClassConversionError, ConversionError, MissingFieldError, convert, converter
from type_safe_convert.testing import samples


@dataclass
class Inner:
    name: str


@dataclass
class Line:
    sku: str
    price: float


@dataclass
class Order:
    number: str
    when: datetime
    lines: list[Line]
    inner: Inner
    maybe: Line | None = None


@dataclass
class LineDto:
    sku: int
    price: float
    code: str


@dataclass
class OrderDto:
    number: int
    when: str
    lines: list[LineDto]
    inner: Inner
    more: str


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ClassConversionError) as caught:
        converter(Order, OrderDto)
    assert {(error.path, error.target_class) for error in caught.value.errors} == {
        (("more",), OrderDto), (("number",), OrderDto), (("when",), OrderDto), (("code",), LineDto),
        (("sku",), LineDto),
    }  # fmt: skip
    assert "Line -> LineDto: code: the source has no such field" in str(caught.value)


def test_missing_fields_alone_are_a_missing_field_error() -> None:
    @dataclass
    class Needs:
        a: int
        b: int

    with pytest.raises(MissingFieldError) as caught:
        converter(Inner, Needs)
    assert [error.path for error in caught.value.errors] == [("a",), ("b",)]


def test_models_in_optional_fields_and_unions_are_judged_value_by_value() -> None:
    @dataclass
    class Needs:
        other: str

    @dataclass
    class Source:
        inner: Inner | None

    @dataclass
    class Target:
        inner: Needs | None

    assert converter(Source, Target)(Source(None)) == Target(None)


def test_a_class_with_subclasses_may_have_more_fields() -> None:
    @dataclass
    class Base:
        name: str

    @dataclass
    class Sub(Base):
        size: int

    @dataclass
    class Holder:
        held: list[Base]

    @dataclass
    class SizedDto:
        name: str
        size: int

    @dataclass
    class HolderDto:
        held: list[SizedDto]

    assert converter(Holder, HolderDto)(Holder([Sub("a", 1)])) == HolderDto([SizedDto("a", 1)])


def test_a_subclass_may_hold_other_values_in_the_field() -> None:
    @dataclass
    class Base:
        value: str

    @dataclass
    class Sub(Base):
        value: int  # type: ignore[assignment]

    @dataclass
    class Target:
        value: int

    assert converter(Base, Target)(Sub(1)) == Target(1)


def test_code_of_the_target_may_take_what_its_annotation_does_not() -> None:
    class Upper(BaseModel):
        name: int

        @field_validator("name", mode="before")
        @classmethod
        def length(cls, value: Any) -> int:
            return len(value)

    @define
    class Converted:
        name: int = attrs_field(converter=len)

    assert converter(Inner, Upper)(Inner("abc")).name == 3
    assert converter(Inner, Converted)(Inner("abc")).name == 3


def test_a_default_that_its_annotation_does_not_allow() -> None:
    @dataclass
    class Source:
        size: str = None  # type: ignore[assignment]

    @dataclass
    class Target:
        size: int | None

    assert converter(Source, Target)(Source()) == Target(None)


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Text(str, enum.Enum):  # noqa: UP042  # a StrEnum is another case
    A = "a"


class Other(enum.StrEnum):
    RED = "red"
    A = "a"


class Money:
    """A class that no library knows."""

    def __init__(self, amount: int = 1) -> None:
        self.amount = amount

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and other.amount == self.amount

    __hash__ = None  # type: ignore[assignment]


class Euro(Money):
    pass


class Cents(int):
    pass


class Amount(Cents, Euro):  # type: ignore[misc]
    def __init__(self, amount: int = 1) -> None:
        Money.__init__(self, amount)


@dataclass
class Priced(Money):
    amount: int = 1


class Pair(NamedTuple):
    x: int
    y: int


class Keys(TypedDict):
    a: int


ANNOTATIONS: list[Any] = [
    *(str, int, float, bool, bytes, Decimal, date, datetime, type(None), Any, object),
    *(Color, Level, Text, Literal["a", "red"], Literal[1, "1"], Literal[Color.RED], Safe_Str),
    *(list[int], list[str], set[int], frozenset[int], tuple[int, ...], tuple[int, str], tuple[int, int]),
    *(dict[str, int], collections.deque[int], Sequence[int], Mapping[str, int], Pair, Keys, Inner, Line),
    *(Optional[int], Optional[str], int | str, list[int] | None, Inner | Line, Annotated[int, Gt(0)], type[int]),
    *(Optional[Inner], Other, Money, Euro, Cents, Priced, Fraction, IPv4Address, tuple[int], tuple[Inner, Line]),
]


@pytest.mark.parametrize("source", ANNOTATIONS, ids=str)
def test_what_is_refused_early_never_works(source: Any) -> None:
    """Law: if `converter` refuses two classes, it refuses each value."""
    holder = dataclasses.make_dataclass("Source", [("value", source)])
    values = samples(holder, 5)
    for annotation in ANNOTATIONS:
        options: Any = {"__annotations__": {"value": annotation}, "model_config": {"arbitrary_types_allowed": True}}
        targets: list[Any] = [
            dataclasses.make_dataclass("Target", [("value", annotation)]),
            type("Model", (BaseModel,), options),
            type("Typed", (Type_Safe,), {"__annotations__": {"value": annotation}}),
        ]
        for cls in targets:
            try:
                converter(holder, cls)
            except ConversionError:
                for value in values:
                    with pytest.raises(ConversionError):
                        convert(value, cls)


@dataclass
class Point:
    x: int
    y: int


@pytest.mark.parametrize(("source", "value", "annotation", "expected"), [
    (pathlib.Path, pathlib.Path("a"), type(pathlib.PurePath("a")), pathlib.Path("a")),
    (tuple, Pair(1, 2), Point, Point(1, 2)),
    (tuple[int, ...], Pair(1, 2), Point | None, Point(1, 2)),
])  # fmt: skip
def test_what_works_is_not_refused_early(source: Any, value: Any, annotation: Any, expected: Any) -> None:
    holder = dataclasses.make_dataclass("Source", [("value", source)])
    target = dataclasses.make_dataclass("Target", [("value", annotation)])
    for _ in range(3):
        assert converter(holder, target)(holder(value)) == target(expected)


def test_pairs_that_never_work_are_refused_early() -> None:
    for source, annotation in [
        (str, int), (int, str), (int, datetime), (bool, int), (bool, float), (int, Decimal), (str, bytes), (str, None),
        (str, list[str]), (list[int], str), (list[int], set[int]), (dict[str, int], list[int]), (int, Color),
        (Color, str), (Color, Level), (int, Literal["a"]), (Literal["a"], Literal["b"]), (Literal["a"], int),
        (tuple[int, str], tuple[str, str]), (tuple[int, int], tuple[int]), (Inner, str), (Inner, list[int]),
        (str, Inner), (list[Inner], Inner), (int | str, bytes), (str, int | bytes), (int | None, str),
        (Annotated[int, Gt(0)], str), (str, Annotated[int, Gt(0)]), (Mapping[str, int], list[int]),
        (datetime, date), (Text, Other), (Level, Color), (Literal["b"], Text), (tuple[int, str], tuple[int, ...]),
        (tuple[int, str], Sequence[int]), (dict[str, int], Inner), (Money, str), (str, Euro), (Money, list[int]),
        (Fraction, Decimal), (Money | None, str), (Euro, Inner | str), (Inner, Euro),
    ]:  # fmt: skip
        holder = dataclasses.make_dataclass("Source", [("value", source)])
        with pytest.raises(ClassConversionError, match="no value of the source could fit"):
            converter(holder, dataclasses.make_dataclass("Target", [("value", annotation)]))


@pytest.mark.parametrize(("source", "annotation"), [
    (Inner | None, Line), (Inner, Line | None), (list[Inner | None], list[Line]), (Inner, Pair), (Inner, Keys),
    (Pair, Line), (Keys, Line), (tuple[Pair, ...], list[Line]),
])  # fmt: skip
def test_models_of_which_none_works_are_refused_early(source: Any, annotation: Any) -> None:
    holder = dataclasses.make_dataclass("Source", [("value", source)])
    with pytest.raises(ConversionError, match=r"the source has no such field|no value of the source could fit"):
        converter(holder, dataclasses.make_dataclass("Target", [("value", annotation)]))


def test_models_in_containers_are_judged_though_the_default_is_empty() -> None:
    @dataclass
    class Lines:
        lines: list[Line] = field(default_factory=list)

    @dataclass
    class LineDtos:
        lines: list[LineDto] = field(default_factory=list)

    class MayLackLines(TypedDict, total=False):
        lines: list[Line]

    for source in (Lines, MayLackLines):
        with pytest.raises(ClassConversionError, match="code: the source has no such field"):
            converter(source, LineDtos)


def test_types_of_which_no_value_fits_are_refused_early() -> None:
    for source, target in [
        (list[Inner], tuple[Inner, ...]),
        (list[Inner], dict[str, Inner]),
        (dict[str, Inner], Inner),
    ]:
        with pytest.raises(ClassConversionError, match="no value of the source could fit"):
            converter(source, target)


class MayLack(TypedDict, total=False):
    held: Inner


class HoldsInner(Type_Safe):
    held: Inner = None


class HoldsLine(Type_Safe):
    held: Line = None


def test_a_model_that_need_not_be_there_is_no_reason_to_refuse() -> None:
    default = Line("a", 1.0)

    @dataclass
    class Target:
        held: Line = field(default_factory=lambda: default)

    assert converter(MayLack, Target)({}) == Target(default)
    assert converter(HoldsInner, HoldsLine)(HoldsInner()).held is None


def test_generated_and_unchecked_conversions_are_not_judged() -> None:
    @dataclass
    class Target:
        name: int

    assert converter(Inner, Target, validate=False)(Inner("a")).name == "a"
    with pytest.raises(ClassConversionError, match="no value of the source could fit"):
        converter(Inner, Target)


@dataclass
class Tree:
    children: list["Tree"] = field(default_factory=list)


@dataclass
class TreeDto:
    children: list["TreeDto"] = field(default_factory=list)


def test_recursive_classes_are_walked_once() -> None:
    assert converter(Tree, TreeDto)(Tree([Tree()])) == TreeDto([TreeDto()])
