"""Containers of a class of the user's own are copied with their items and attributes, whatever their methods do."""

import collections
import copy
from dataclasses import dataclass, make_dataclass
from typing import Any

import pytest

from type_safe_convert import convert, convert_class


class Renaming(dict[str, int]):
    def __setitem__(self, key: str, value: int) -> None:
        super().__setitem__(key + "!", value)


class Refusing(dict[str, int]):
    def __setitem__(self, key: str, value: int) -> None:
        raise ValueError("frozen")


class RefusingList(list[int]):
    def append(self, item: Any) -> None:
        raise ValueError("frozen")

    extend = append


class RefusingSet(set[int]):
    def add(self, item: int) -> None:
        raise ValueError("frozen")


def with_attribute(base: Any, items: Any) -> Any:
    """A container whose constructor takes other arguments."""

    class Own(base):  # type: ignore[misc]
        def __init__(self, unit: str, *, exact: bool) -> None:
            super().__init__(*items)
            self.unit, self.exact = unit, exact

    return Own("kg", exact=True)


class Slotted(dict[str, int]):
    __slots__ = ("unit",)

    def __init__(self, unit: str) -> None:
        super().__init__(a=1)
        self.unit = unit


class Counted(list[int]):
    """Says itself how it is copied."""

    copies = 0

    def __copy__(self) -> "Counted":
        made = Counted(self)
        made.copies = self.copies + 1
        return made


def filled(made: Any, fill: Any, *arguments: Any) -> Any:
    fill(made, *arguments)
    return made


def moved() -> Any:
    made = with_attribute(collections.OrderedDict, [{"a": 1, "b": 2}])
    made.move_to_end("a")
    return made


VALUES = [
    filled(Renaming(), dict.__setitem__, "a", 1),
    filled(Refusing(), dict.__setitem__, "a", 1),
    filled(RefusingList(), list.append, 1),
    filled(RefusingSet(), set.add, 1),
    with_attribute(dict, [{"a": 1}]),
    with_attribute(collections.defaultdict, [list, {"a": 1}]),
    with_attribute(collections.Counter, [{"a": 1}]),
    moved(),
    with_attribute(list, [[1, 2]]),
    with_attribute(set, [[1, 2]]),
    with_attribute(collections.deque, [[1, 2], 5]),
    with_attribute(bytearray, [b"ab"]),
    Slotted("kg"),
]


def described(value: Any) -> Any:
    items = list(value.items()) if isinstance(value, dict) else list(value)
    extra = [getattr(value, name, None) for name in ("unit", "exact", "maxlen", "default_factory")]
    return type(value), items, extra


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__mro__[1].__name__)
@pytest.mark.parametrize("kind", ["dataclass", "attrs", "basemodel", "type_safe", "msgspec"])
def test_they_come_there_and_back(kind: Any, value: Any) -> None:
    builtin = next(base for base in type(value).__mro__ if base in (dict, list, set, collections.deque, bytearray))
    for annotation in (Any, type(value), builtin):
        cls: Any = make_dataclass("Holder", [("v", annotation)])
        target = cls if kind == "dataclass" else convert_class(cls, kind)
        for _ in range(2):
            made = convert(cls(value), target)
            assert described(made.v) == described(value)
            assert described(convert(made, cls).v) == described(value)
            assert made.v is not value


def test_what_says_itself_how_it_is_copied_is_copied_so() -> None:
    @dataclass
    class Holder:
        v: Counted

    assert convert(Holder(Counted([1])), Holder).v.copies == copy.copy(Counted([1])).copies == 1
