"""Rules between enums: by value, else by name."""

import enum
from dataclasses import make_dataclass
from typing import Any

import pytest

from type_safe_convert import ConversionError, Rules


class Access(enum.Flag):
    READ = 1
    WRITE = 2
    RUN = 4
    ALL = 7


class AccessDto(enum.IntFlag):
    R = 1
    W = 2
    X = 4
    RW = 3


class Moved(enum.Flag):
    READ = 8
    WRITE = 16


class Crossed(enum.Enum):
    RED = "BLUE"
    BLUE = "GREEN"


class Plain(enum.Enum):
    BLUE = "BLUE"
    RED = "RED"


class Number(enum.Enum):
    ONE = 1
    TWO = 2


class Bool(enum.Enum):
    YES = True
    ONE = 7
    TWO = 2.0


class Base(enum.Enum):
    """Has no members, so others may be below it."""


class Below(Base):
    ONE = 1


class Held(enum.Enum):
    LIST = [1]
    DICT = {"a": 1}


class HeldDto(enum.Enum):
    OTHER = [1]
    DICT = 0


FOUND: list[tuple[Any, Any, Any]] = [
    (Access, Access.READ, AccessDto.R),
    (Access, Access.READ | Access.WRITE, AccessDto.RW),
    (Access, Access.READ | Access.RUN, AccessDto(5)),
    (Access, Access.ALL, AccessDto(7)),
    (Access, Access(0), AccessDto(0)),
    (Access, Access.READ | Access.WRITE, Moved.READ | Moved.WRITE),
    (AccessDto, AccessDto.R | AccessDto.X, Access.READ | Access.RUN),
    (Crossed, Crossed.RED, Plain.BLUE),
    (Crossed, Crossed.BLUE, Plain.BLUE),
    (Number, Number.ONE, Bool.ONE),
    (Number, Number.TWO, Bool.TWO),
    (Base, Below.ONE, Number.ONE),
    (Held, Held.LIST, HeldDto.OTHER),
    (Held, Held.DICT, HeldDto.DICT),
]


@pytest.mark.parametrize(("named", "member", "expected"), FOUND, ids=str)
@pytest.mark.parametrize("shape", [None, list, dict])
def test_members_by_value_else_by_name(named: Any, member: Any, expected: Any, shape: Any) -> None:
    rules = Rules()
    rules.coerce(named, type(expected))
    declared: Any = {None: type(expected), list: list[type(expected)], dict: dict[str, type(expected)]}[shape]  # type: ignore[misc]
    source, target = make_dataclass("Source", [("v", Any)]), make_dataclass("Target", [("v", declared)])

    def wrap(value: Any) -> Any:
        return value if shape is None else [value] if shape is list else {"k": value}

    for _ in range(3):
        assert rules.convert(source(wrap(member)), target) == target(wrap(expected))


UNKNOWN: list[tuple[Any, Any]] = [(Access.RUN, Moved), (Access.READ | Access.RUN, Moved), (AccessDto(9), Access)]


@pytest.mark.parametrize(("member", "declared"), UNKNOWN, ids=repr)
def test_flags_that_the_target_has_not_are_refused(member: Any, declared: Any) -> None:
    rules = Rules()
    rules.coerce(type(member), declared)
    source, target = make_dataclass("Source", [("v", Any)]), make_dataclass("Target", [("v", declared)])
    with pytest.raises(ConversionError, match=r"v: expected an? .* of the same value or name"):
        rules.convert(source(member), target)


def test_text_and_enums_in_models_that_paths_flattened() -> None:
    """The way back builds the inner model by rules of its own."""
    inner = make_dataclass("Inner", [("plain", Plain), ("kept", Number)])
    source = make_dataclass("Source", [("inner", inner)])
    flat = make_dataclass("Flat", [("plain", str), ("kept", Bool)])
    rules = Rules(lax=True)
    rules.map(source, flat, {"plain": "inner.plain", "kept": "inner.kept"})
    rules.coerce(Number, Bool)
    rules.coerce(Plain, str, lambda plain: plain.value)
    original = source(inner(Plain.BLUE, Number.TWO))
    there = rules.convert(original, flat)
    assert there == flat("BLUE", Bool.TWO)
    assert rules.reversed(flat, source).convert(there, source) == original
