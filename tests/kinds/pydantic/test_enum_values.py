"""Models with `use_enum_values` hold the value of a member that they validate, and others as members."""

from __future__ import annotations

import enum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass

from type_safe_convert import convert, convert_class, converter, kind_of
from type_safe_convert.testing.equality import differences

# Kinds whose instances carry which members were not made values.
CARRYING = ["type_safe", "basemodel", "dataclass", "attrs", "msgspec", "namedtuple"]


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Model(BaseModel):
    model_config = ConfigDict(use_enum_values=True)

    color: Color = Color.RED
    other: int | Color = Color.RED
    only: Literal[Color.RED, 1] = Color.RED
    many: list[Color] = [Color.RED]
    named: dict[Color, tuple[Color, ...]] = {}
    some: set[Color] = set()


class Validated(Model):
    model_config = ConfigDict(validate_default=True)


@dataclass(config=ConfigDict(use_enum_values=True))
class Data:
    color: Color = Color.RED
    other: int | Color = Color.RED
    only: Literal[Color.RED, 1] = Color.RED


@dataclass(config=ConfigDict(use_enum_values=True), frozen=True, slots=True)
class FrozenData:
    color: Color = Color.RED
    many: tuple[Color, ...] = (Color.RED,)


def assigned(instance: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(instance, name, value)
    return instance


INSTANCES: list[Any] = [
    Model(),
    Model(color=Color.RED),
    Model(color=Color.BLUE, only=Color.RED, many=[Color.RED, Color.BLUE]),
    Model(named={Color.RED: (Color.BLUE,)}, some={Color.RED}),
    Model.model_construct(color=Color.BLUE, many=[Color.BLUE], named={Color.RED: (Color.BLUE,)}, some={Color.RED}),
    assigned(Model(color=Color.BLUE), color=Color.RED, other=Color.BLUE, many=["red", Color.BLUE]),
    Validated(),
    Validated(color=Color.RED),
    Data(),
    Data(color=Color.RED),
    assigned(Data(Color.RED, 1), other=Color.BLUE),
    FrozenData(),
    FrozenData(Color.RED),
    FrozenData(many=(Color.RED, Color.BLUE)),
]


@pytest.mark.parametrize(
    ("instance", "kind"), [(item, kind) for item in INSTANCES for kind in CARRYING if kind != kind_of(type(item))]
)
def test_an_instance_comes_back_with_the_values_and_the_members_that_it_held(instance: Any, kind: Any) -> None:
    cls = type(instance)
    for _ in range(3):
        there = convert(instance, kind)
        for name in ("color", "many"):
            held = getattr(there, name, ())
            assert all(isinstance(item, Color) for item in (held if name == "many" else [held]))
        assert differences(instance, convert(there, cls)) == []


@pytest.mark.parametrize("instance", INSTANCES, ids=repr)
def test_by_way_of_a_typed_dict_it_comes_back_as_its_validator_makes_it(instance: Any) -> None:
    cls: Any = type(instance)
    there = converter(cls, convert_class(cls, "typeddict"))
    back = converter(convert_class(cls, "typeddict"), cls)
    for _ in range(3):
        items = there(instance)
        validated = cls(**items) if not isinstance(instance, BaseModel) else cls.model_validate(items)
        found = back(items)
        for name in items:
            if isinstance(items[name], Color):
                assert getattr(found, name) == getattr(validated, name) == items[name].value
        assert differences(validated, found, beside=False) == []


def test_a_member_that_was_changed_meanwhile_is_made_its_value() -> None:
    there: Any = convert(Model(), "dataclass")
    there.color = Color.BLUE
    back = convert(there, Model)
    assert (back.color, back.other) == ("blue", Color.RED)
    assert back.model_fields_set == {"color"}
    there = convert(Data(), "type_safe")
    there.color = Color.BLUE
    assert convert(there, Data) == Data(Color.BLUE)


class Turned(enum.Enum):
    ONE = "TWO"
    TWO = "ONE"


class TurnedText(str, enum.Enum):  # noqa: UP042  # a StrEnum has another `str`
    ONE = "TWO"
    TWO = "ONE"


class WithTurned(BaseModel):
    model_config = ConfigDict(use_enum_values=True)

    first: Turned
    text: TurnedText
    many: list[Turned]
    other: int | Turned
    maybe: TurnedText | None


@pytest.mark.parametrize("kind", [kind for kind in CARRYING if kind != "basemodel"])
def test_a_value_that_is_the_name_of_another_member_is_a_value(kind: Any) -> None:
    one, text = Turned.ONE, TurnedText.ONE
    instance = WithTurned(first=one, text=text, many=[one], other=one, maybe=text)
    for _ in range(3):
        there: Any = convert(instance, kind)
        assert (there.first, there.text, there.many[0], there.other, there.maybe) == (one, text, one, one, text)
        assert differences(instance, convert(there, WithTurned)) == []


def test_a_validated_default_is_a_member_in_counterparts() -> None:
    for kind in CARRYING:
        cls: Any = convert_class(Validated, kind)
        if cls is not Validated:
            assert (cls().color, list(cls().many)) == (Color.RED, [Color.RED])


class Pair(tuple[int, int], enum.Enum):
    ONE = (1, 2)


class Answer(enum.Enum):
    YES = True
    NO = False


class Unusual(BaseModel):
    model_config = ConfigDict(use_enum_values=True)

    pair: Pair = Pair.ONE
    pairs: list[Pair] = [Pair.ONE]
    answer: Literal[Answer.YES] = Answer.YES
    answers: list[Literal[Answer.YES, Answer.NO]] = []


@pytest.mark.parametrize("kind", CARRYING)
@pytest.mark.parametrize(
    "instance",
    [
        Unusual(),
        Unusual(pair=Pair.ONE, pairs=[Pair.ONE], answer=Answer.YES, answers=[Answer.NO, Answer.YES]),
        assigned(Unusual(), pair=Pair.ONE, answer=Answer.YES),
    ],
)
def test_members_that_are_tuples_or_have_truth_values(instance: Unusual, kind: Any) -> None:
    for _ in range(3):
        assert differences(instance, convert(convert(instance, kind), Unusual)) == []
