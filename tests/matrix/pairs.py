"""One pair of model systems, and what became of the domain model on the way there and back: the source of a table."""

import dataclasses
import itertools
from typing import Any

import pytest

from benchmarks.domain import SYSTEMS, a_customer, classes, known
from type_safe_convert import ClassConversionError, convert_class, converter, kind_of
from type_safe_convert.registry import is_written_only
from type_safe_convert.testing import differences

KEPT = "kept"
VALUES = "values"
NO_CLASS = "none"


@dataclasses.dataclass
class Pair:
    """From the classes of one system to those of another.

    Attributes:
        written: what came back from the classes that a user wrote.
        generated: what came back from the generated classes of the target's kind.
    """

    source: str
    target: str
    written: str = "not passed"
    generated: str = "not passed"

    def __str__(self) -> str:
        return f"{self.source}-to-{self.target}"

    def try_written(self) -> None:
        """Converts to hand-written classes, whose own constructors say what has to arrive."""
        source, target = classes(self.source).Customer, classes(self.target).Customer
        for card in (True, False):
            arrived = self._kept(source, target, card)
            assert differences(a_customer(self.target, card=card), arrived) == []
        self.written = self._unset(source, target)

    def try_generated(self) -> None:
        """Converts to the generated classes, or asserts that the kind has none."""
        source, kind = classes(self.source).Customer, SYSTEMS[self.target][1]
        if is_written_only(kind) and kind != kind_of(source):
            with pytest.raises(ClassConversionError):
                convert_class(source, kind)
            self.generated = NO_CLASS
            return
        made = convert_class(source, kind)
        assert kind_of(made) == kind
        if kind == kind_of(source):
            assert made is source
        if made is source or kind != self.target:  # a generated dataclass is none of pydantic's
            self.generated = NO_CLASS
            return
        for card in (True, False):
            self._kept(source, made, card)
        self.generated = self._unset(source, made)

    def _kept(self, source: Any, target: Any, card: bool) -> Any:
        """Asserts that a customer with all values comes back the same, and returns it as it arrived."""
        given = a_customer(self.source, card=card)
        there, back = converter(source, target), converter(target, source)
        for _ in range(3):  # the first is interpreted, later ones run generated code
            arrived = there(given)
            assert differences(given, back(arrived)) == []
        assert differences(a_customer(self.source, card=card), given) == []
        return arrived

    def _unset(self, source: Any, target: Any) -> str:
        """What became of a customer whose fields with defaults are unset: all kept, or the defaults as given values."""
        there, back = converter(source, target), converter(target, source)
        given = a_customer(self.source, given="nothing")
        outcomes = set()
        for _ in range(3):
            returned = back(there(given))
            if differences(given, returned):
                assert differences(a_customer(self.source, given="defaults"), returned) == []
                outcomes.add(VALUES)
            else:
                outcomes.add(KEPT)
        (outcome,) = outcomes
        return outcome


PAIRS = [Pair(source, target) for source, target in itertools.product(known(), repeat=2)]
