"""One direction of conversion, and what became of a feature on it: the tests' instrument, and the table's source."""

import dataclasses
import functools
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.equality import facts
from type_safe_convert import convert, kind_of
from type_safe_convert.generated_class import CARRIED
from type_safe_convert.testing.equality import differences

KINDS = ("type_safe", "basemodel", "dataclass")
# Generated classes of these check no values.
UNCHECKED = ("dataclass", "attrs")

DIRECTIONS = (*itertools.permutations(KINDS, 2), ("dataclass", "attrs"))

KEPT = "kept"
REMEMBERED = "carried"


@dataclasses.dataclass
class Way:
    """From one kind to another, for an instance of a class that a user wrote in any kind.

    Attributes:
        outcomes: what `keeps` and `refuses` saw, in words of the table.
        passed: whether the test ran to its end.
    """

    source: str
    target: str
    outcomes: list[str] = dataclasses.field(default_factory=list)
    passed: bool = False

    def keeps(self, instance: Any, validate: bool = True) -> Any:
        """Sends `instance` this way and back again, asserts that it comes back the same, and returns it as it arrived.

        Three times, since the first conversion is interpreted and later ones run generated code.
        """
        home = kind_of(instance)
        before = facts(instance)
        for _ in range(3):
            starting = convert(instance, self.source, validate=validate)
            arrived = convert(starting, self.target, validate=validate)
            assert kind_of(arrived) == self.target
            back = convert(arrived, home, validate=validate)
            assert type(back) is type(instance)
            found = differences(instance, back)
            assert not found, "; ".join(map(str, found))
            assert facts(back) == before, f"{facts(back)} is not {before}"
        assert facts(instance) == before, "the source was changed"
        self.outcomes.append(KEPT if self._comes_home_without_memory(instance, home, before) else REMEMBERED)
        return arrived

    def _comes_home_without_memory(self, instance: Any, home: str, before: Any) -> bool:
        starting = convert(instance, self.source)
        try:
            if self.target == home:
                forget(starting)
            arrived = convert(starting, self.target)
            if self.target != home:
                forget(arrived)
            return facts(convert(arrived, home)) == before
        except Exception:  # without its memory it is another instance, which its class may well refuse
            return False

    def refuses(self, error: type[Exception], action: Callable[[], Any], match: str, because: str) -> None:
        """Asserts that `action` raises, and notes the error and the reason for which the kind cannot express it."""
        with pytest.raises(error, match=match):
            action()
        self.outcomes.append(f"refused: `{error.__name__}` ({because})")

    @property
    def outcome(self) -> str:
        """The least of the outcomes: a refusal, what needs memory, or kept."""
        if not self.passed:
            return "not passed"
        for worst in (lambda text: text.startswith("refused"), lambda text: text == REMEMBERED):
            for text in self.outcomes:
                if worst(text):
                    return text
        return KEPT

    def __str__(self) -> str:
        return f"{self.source}-to-{self.target}"


def forget(value: Any, seen: set[int] | None = None) -> None:
    """Takes what is carried from an instance and everything in it."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    children: list[Any] = []
    if isinstance(value, dict):
        children = [*dict.keys(value), *dict.values(value)]
    elif isinstance(value, list | tuple | set | frozenset):
        children = list(value)
    elif kind_of(value) is not None and not isinstance(value, type):
        state = object.__getattribute__(value, "__dict__") if hasattr(value, "__dict__") else {}
        state.pop(CARRIED, None)
        children = list(state.values())
        if kind_of(value) == "dataclass":
            children += [getattr(value, item.name, None) for item in dataclasses.fields(value)]
    for child in children:
        forget(child, seen)


# Every feature that a test is about, in the order of the files: section and words, with what became of it on each way.
FEATURES: dict[tuple[str, str], list[Way]] = {}


def feature(section: str, words: str) -> Callable[[Callable[[Way], None]], Callable[[Way], None]]:
    """Makes a test of one feature: it runs once for each direction, warns of nothing, and has a row in the table."""

    def decorate(test: Callable[[Way], None]) -> Callable[[Way], None]:
        @functools.wraps(test)
        def run(way: Way) -> None:
            way.outcomes, way.passed = [], False
            test(way)
            way.passed = True

        ways = FEATURES[section, words] = [Way(*direction) for direction in DIRECTIONS]
        strict = pytest.mark.filterwarnings("error")
        return strict(pytest.mark.parametrize("way", ways, ids=str)(run))

    return decorate
