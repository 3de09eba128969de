"""One direction of conversion, and what became of a feature on it: the tests' instrument, and the table's source."""

import dataclasses
import functools
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.equality import facts
from type_safe_convert import ConversionError, convert, convert_class, converter, kind_of
from type_safe_convert.generated_class import CARRIED
from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.testing.equality import differences

KINDS = ("type_safe", "basemodel", "dataclass")
# Generated classes of these check no values.
UNCHECKED = ("dataclass",)

DIRECTIONS = tuple(itertools.permutations(KINDS, 2))

# The kinds that have a column of their own.
COLUMNS = ("attrs", "msgspec", "namedtuple", "typeddict")

KEPT = "kept"
REMEMBERED = "carried"
LOST = "lost"

# What a kind may refuse to take, by a part of the error's message: the reason, for the table.
REASONS = {
    "a dict does not tell that it is of": "a dict does not tell its class",
    "it is inside of itself, and a NamedTuple cannot be": "a NamedTuple cannot be inside of itself",
    "an InitVar without a default cannot be given": "nothing tells its value",
}


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
        return worst_of(self.outcomes)

    def __str__(self) -> str:
        return f"{self.source}-to-{self.target}"


def worst_of(outcomes: list[str]) -> str:
    """The least of the outcomes: a refusal, a loss, what needs memory, or kept."""
    for worst in ("refused", LOST, REMEMBERED):
        for text in outcomes:
            if text.startswith(worst):
                return text
    return KEPT


class Column(Way):
    """One of the directions, from which every instance goes through a further kind as well: alone, before each of the
    others, and after each.

    Attributes:
        kind: the further kind.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(*DIRECTIONS[0])
        self.kind = kind

    def keeps(self, instance: Any, validate: bool = True) -> Any:
        arrived = super().keeps(instance, validate)
        self.outcomes[-1] = through(self.kind, instance, validate=validate)
        return arrived

    def __str__(self) -> str:
        return f"through-{self.kind}"


@dataclasses.dataclass
class Trip:
    """Through one kind and back, for an instance of a class of one of the kinds with a column.

    Attributes:
        outcomes, passed: as those of a Way.
    """

    kind: str
    outcomes: list[str] = dataclasses.field(default_factory=list)
    passed: bool = False

    def keeps(self, instance: Any, cls: Any = None) -> Any:
        """Sends `instance` to the kind and back, asserts that it comes back the same, and returns it as it arrived.

        `cls`: its class, if the instance does not tell that.
        """
        cls = type(instance) if cls is None else cls
        self.outcomes.append(through(self.kind, instance, cls))
        try:
            return converter(cls, convert_class(cls, self.kind))(instance)
        except ConversionError:
            return None

    outcome = Way.outcome

    def __str__(self) -> str:
        return f"to-{self.kind}"


def through(kind: str, instance: Any, cls: Any = None, validate: bool = True) -> str:
    """What becomes of an instance that goes through a kind and back, and through a second kind before or after it."""
    cls = type(instance) if cls is None else cls
    others = [other for other in KINDS if other not in (kind, kind_of(cls))]
    paths = [(kind,), *((kind, other) for other in others), *((other, kind) for other in others)]
    before = _facts(instance)
    outcomes = [_along(path, instance, cls, before, validate) for path in paths if kind != kind_of(cls)]
    assert _facts(instance) == before, "the source was changed"
    return worst_of(outcomes)


def _facts(instance: Any) -> Any:
    """Of rows, `differences` alone tells."""
    return None if kind_of(instance) == "sqlalchemy" else facts(instance)


def _along(path: tuple[str, ...], instance: Any, cls: Any, before: Any, validate: bool) -> str:
    for _ in range(3):  # the first is interpreted, later ones run generated code
        try:
            back = _back_along(path, instance, cls, validate)
        except ConversionError as error:
            reason = next((words for text, words in REASONS.items() if text in str(error)), None)
            if reason is None:
                raise
            return f"refused: `{type(error).__name__}` ({reason})"
        if differences(instance, back):
            found = [item for item in differences(instance, back, beside=False) if not _is_unset(item)]
            assert not found, f"{path}: {found}"
            assert not all(get_kind(kind).traits.carries for kind in path), f"{path}: {differences(instance, back)}"
            return LOST
        assert _facts(back) == before, f"{path}: {_facts(back)} is not {before}"
    try:
        without = _back_along(path, instance, cls, validate, forgetting=True)
        return KEPT if _facts(without) == before and not differences(instance, without) else REMEMBERED
    except Exception:  # without its memory it is another instance, which its class may well refuse
        return REMEMBERED


def _is_unset(item: Any) -> bool:
    """Whether it is of an attribute that one of the two lacks."""
    return "nothing (_Absent)" in item.reason


def _back_along(path: tuple[str, ...], value: Any, cls: Any, validate: bool, forgetting: bool = False) -> Any:
    source = cls
    for kind in (*path, None):
        target = cls if kind is None else convert_class(cls, kind)
        value = converter(source, target, validate=validate)(value)
        source = target
        if forgetting and kind is not None:
            forget(value)
    return value


def forget(value: Any, seen: set[int] | None = None) -> None:
    """Takes what is carried from an instance and everything in it."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    children: list[Any] = []
    kind = None if isinstance(value, type) else kind_of(value)
    if kind is not None:
        state = object.__getattribute__(value, "__dict__") if hasattr(value, "__dict__") else {}
        state.pop(CARRIED, None)
        children = list(state.values())
        children += [getattr(value, name, None) for name in record_of(type(value)).shape.fields]
    if isinstance(value, dict):
        children += [*dict.keys(value), *dict.values(value)]
    elif isinstance(value, list | tuple | set | frozenset):
        children += list(value)
    for child in children:
        forget(child, seen)


# Every feature that a test is about, in the order of the files: section and words, with what became of it on each way.
FEATURES: dict[tuple[str, str], list[Any]] = {}

TRIPS = (*KINDS, *COLUMNS)


def feature(section: str, words: str, of: str = "") -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Makes a test of one feature: it runs once for each direction, warns of nothing, and has a row in the table.

    `of`: the kind of its classes, if that is none of the three; the test then runs for each of the others.
    """

    def decorate(test: Callable[[Any], None]) -> Callable[[Any], None]:
        @functools.wraps(test)
        def run(way: Any) -> None:
            way.outcomes, way.passed = [], False
            test(way)
            way.passed = True

        ways: list[Any] = [Trip(kind) for kind in TRIPS if kind != of] if of else [Way(*pair) for pair in DIRECTIONS]
        ways += [] if of else map(Column, COLUMNS)
        FEATURES[section, words] = ways
        strict = pytest.mark.filterwarnings("error")
        return strict(pytest.mark.parametrize("way", ways, ids=str)(run))

    return decorate
