"""`Rules(lax=True)`, `Rules(by_alias=True)` and `Rules(keep_unset=True)`."""

import dataclasses
import enum
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import (
    AwareDatetime,
    BaseModel,
    ByteSize,
    Field,
    PastDate,
    RootModel,
    SecretStr,
    Strict,
    StrictInt,
    TypeAdapter,
    ValidationError,
)

from type_safe_convert import SKIP, ConversionError, Rules, convert, convert_class


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mood(enum.Enum):
    GOOD = "good"


class Crossed(enum.Enum):
    """Each value is the name of the other member."""

    x = "good"
    good = "x"


class Point(NamedTuple):
    x: int
    y: int = 0


VALUES: list[Any] = [
    *("1", "1.5", "true", "x", "", "2026-01-02", "2026-01-02T03:04:05", "03:04:05", "P1D", "good"),
    *(0, 1, 2, 1.0, 1.5, True, False, None, Decimal(1), Decimal("1.5"), b"1", b"x", 10**20, float("inf")),
    *(date(2026, 1, 2), datetime(2026, 1, 2), datetime(2026, 1, 2, 3), time(3), timedelta(days=1)),
    *(Level.LOW, Mood.GOOD, uuid.UUID(int=1), str(uuid.UUID(int=1)), Path("a")),
    *("1.5 KB", "2026-01-02T03:04:05Z", Point(1, 2), {"x": "1"}, {"y": 1}, {"a": "1"}, range(2)),
    *([1], ["1"], (1, 2), ("1",), {1}, frozenset({1}), deque([1]), {"a": 1}, {1: "2"}, [], ["x"], {"a": "x"}),
]
TYPES: list[Any] = [
    *(str, int, float, bool, bytes, Decimal, date, datetime, time, timedelta, Level, Mood, uuid.UUID, Path),
    *(list[int], set[int], frozenset[int], deque[int], tuple[int, ...], tuple[int, int], dict[str, int]),
    *(int | None, int | str, list[int] | None, int | float, Decimal | float, time | timedelta, Level | str),
    *(Crossed, Crossed | None, list[Crossed], Crossed | int, dict[str, Crossed | None]),
    *(Literal["1", "good"], Literal[1], Counter[str], defaultdict[str, int], Sequence[int], Point),
    *(ByteSize, AwareDatetime, PastDate, SecretStr, StrictInt, Annotated[str, Strict()]),
]


def outcome(function: Any, *arguments: Any) -> Any:
    try:
        made = function(*arguments)
    except (ConversionError, ValidationError):
        return "refused"
    return type(made), made


@pytest.mark.parametrize("annotation", TYPES, ids=str)
def test_lax_rules_coerce_as_pydantic_does(annotation: Any) -> None:
    source = dataclasses.make_dataclass("Source", [("value", Any)])
    target = dataclasses.make_dataclass("Target", [("value", annotation)])
    oracle = TypeAdapter(annotation).validate_python
    to_target = Rules(lax=True).converter(source, target)
    different = {}
    for value in VALUES:
        expected = outcome(oracle, value)
        if value is Mood.GOOD and "int" in str(annotation):  # pydantic takes the value of any member for an int
            continue
        if isinstance(value, Point) and annotation in (tuple[int, ...], tuple[int, int]):  # stays what it is
            continue
        if isinstance(value, str | bytes | range) and annotation == Sequence[int]:  # they are sequences
            continue
        for _ in range(2):
            found = outcome(lambda value: to_target(source(value)).value, value)
            if found != expected:
                different[repr(value)] = (found, expected)
    assert different == {}


def test_what_a_generated_class_says_is_strict_stays_so() -> None:
    class Target(BaseModel):
        number: int = Field(strict=True)
        other: int

    @dataclass
    class Source:
        number: Any
        other: Any

    for kind in ("basemodel", "dataclass", "attrs"):
        to_target = Rules(lax=True).converter(Source, convert_class(Target, kind))
        for _ in range(2):
            assert to_target(Source(1, "2")).other == 2
            with pytest.raises(ConversionError, match="expected int") as caught:
                to_target(Source("1", "2"))
            assert caught.value.path == ("number",)


class Names(RootModel[list[str]]):
    pass


class Customer(RootModel[str]):
    pass


@dataclass
class Rooted:
    names: Names
    customer: Customer
    many: list[Customer]


@dataclass
class Plain:
    names: list[str]
    customer: str
    many: list[str]


def test_lax_rules_take_a_root_model_for_its_root_and_the_root_for_it() -> None:
    rules = Rules(lax=True)
    rooted, plain = Rooted(Names(["a"]), Customer("Ann"), [Customer("b")]), Plain(["a"], "Ann", ["b"])
    for _ in range(3):
        assert rules.convert(rooted, Plain) == plain
        assert rules.convert(plain, Rooted) == rooted
    with pytest.raises(ConversionError) as caught:
        rules.convert(Plain(["a"], "Ann", [3]), Rooted)  # type: ignore[list-item]
    assert caught.value.path == ("many", 0)


def test_without_lax_nothing_is_coerced() -> None:
    with pytest.raises(ConversionError):
        Rules().convert(Rooted(Names(["a"]), Customer("Ann"), []), Plain)


class Camel(BaseModel):
    first_name: str = Field(alias="firstName")
    last: str = Field("", validation_alias="lastName", serialization_alias="surname")


@dataclass
class ByAlias:
    firstName: str
    surname: str


class OtherAlias(BaseModel):
    given: str = Field(alias="firstName")
    last: str = ""


def test_fields_match_by_alias_on_either_side() -> None:
    rules = Rules(by_alias=True)
    camel = Camel(firstName="Ann", lastName="Lee")
    for _ in range(3):
        assert rules.convert(camel, ByAlias) == ByAlias("Ann", "Lee")
        assert rules.convert(ByAlias("Ann", "Lee"), Camel) == camel
        assert rules.convert(camel, OtherAlias) == OtherAlias(firstName="Ann", last="Lee")
    with pytest.raises(ConversionError):
        convert(camel, ByAlias)


class Patch(BaseModel):
    name: str = "unnamed"
    age: int = 0
    tags: list[str] = []


class Person(BaseModel):
    name: str = "nobody"
    age: int = 18
    tags: list[str] = ["new"]


@dataclass
class PersonRow:
    name: str
    years: int = 99


def test_unset_fields_are_left_to_the_defaults_of_the_target() -> None:
    rules = Rules(keep_unset=True)
    rules.map(Patch, PersonRow, {"years": "age"})
    for _ in range(3):
        made = rules.convert(Patch(age=3), Person)
        assert (made, made.model_fields_set) == (Person(age=3), {"age"})
        assert rules.convert(Patch(name="Ann"), PersonRow) == PersonRow("Ann")
        assert rules.convert(Patch(age=3), PersonRow) == PersonRow("unnamed", 3)  # required: the source's default
        complete = Patch(name="Ann", age=3, tags=["x"])
        assert rules.convert(complete, Person).model_fields_set == {"name", "age", "tags"}
        # What it became elsewhere still knows what was set.
        assert rules.convert(convert(Patch(age=3), "dataclass"), Person).model_fields_set == {"age"}
    assert Rules().convert(Patch(age=3), Person) == Person(name="unnamed", age=3, tags=[])


class Form(BaseModel):
    patch: Patch | None = None


def test_unset_fields_at_the_end_of_a_path_are_left_too() -> None:
    rules = Rules(keep_unset=True)
    rules.map(Form, Person, {"name": "patch.name", "age": "patch.age", "tags": SKIP})
    for _ in range(3):
        made = rules.convert(Form(patch=Patch(age=3)), Person)
        assert (made, made.model_fields_set) == (Person(name="nobody", age=3), {"age"})
        assert rules.convert(Form(), Person) == Person()
        both = rules.convert(Form(patch=Patch(age=3, name="Ann")), Person)
        assert (both.name, both.model_fields_set) == ("Ann", {"age", "name"})
