"""Judges one class: converts it in every direction, and instances of it there and back and round the triangle."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from type_safe_convert import ConversionError, convert, convert_class, kind_of
from type_safe_convert.cli.modules import first_line, quiet
from type_safe_convert.cli.own import refusals
from type_safe_convert.cli.verdicts import ClassReport, Direction, Failure, Weight
from type_safe_convert.equality import differences
from type_safe_convert.errors import format_path
from type_safe_convert.family import shape_of
from type_safe_convert.registry import kind_names
from type_safe_convert.samples import NotBuilt, Sampler

# Seconds after which a class is given up: a constructor of somebody's may wait for the world.
PATIENCE = 20.0


class OutOfTime(BaseException):
    """A class took too long; not an Exception, so that nobody's `except Exception` keeps it."""


def check_class(cls: type, samplers: list[Sampler]) -> ClassReport:
    """The verdict on one model class, from one instance for each sampler."""
    kind = str(kind_of(cls))
    report = ClassReport(f"{cls.__module__}.{cls.__qualname__}", kind)
    try:
        with quiet(), _patience():
            _Check(cls, kind, report).run(samplers)
    except OutOfTime:
        report.not_built = report.not_built or f"gave up after {PATIENCE:.0f} seconds"
    return report


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def give_up(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Check:
    def __init__(self, cls: type, kind: str, report: ClassReport) -> None:
        self.cls = cls
        self.kind = kind
        self.report = report
        self.own: dict[tuple[Any, ...], str] | None = None

    def run(self, samplers: list[Sampler]) -> None:
        others = [kind for kind in kind_names() if kind != self.kind]
        self.read_shape()
        converted = []
        for kind in others:
            direction = Direction(self.kind, kind, classes=1)
            self.report.directions.append(direction)
            if self.convert_class(kind):
                direction.converted = 1
                converted.append(direction)
        instances = self.instances(samplers)
        for direction in self.report.directions:
            direction.built = int(bool(instances))
        for direction in converted:
            third = next(kind for kind in others if kind != direction.target)
            routes = [(direction.target,), (direction.target, third)]
            results = [self.round_trip(instance, route) for instance in instances for route in routes]
            direction.equal = int(bool(results) and all(equal for equal, _ in results))
            direction.same_class = int(bool(results) and all(same for _, same in results))

    def read_shape(self) -> None:
        try:
            fields = shape_of(self.cls).fields
        except ConversionError:  # said again, as a failure, by the conversions
            return
        self.report.unresolved = {name: list(field.unresolved) for name, field in fields.items() if field.unresolved}

    def instances(self, samplers: list[Sampler]) -> list[Any]:
        made = []
        for sampler in samplers:
            try:
                made.append(sampler.build(self.cls))
            except NotBuilt as error:
                self.report.not_built = error.reason
        if made:
            self.report.not_built = ""
        return made

    def convert_class(self, kind: str) -> bool:
        route = (kind,)
        try:
            made = convert_class(self.cls, kind)
            back = convert_class(made, self.kind)
        except Exception as error:
            self.raised("class", route, error)
            return False
        if kind_of(made) != kind or back is not self.cls:
            self.fail("class", route, "wrong", "", "the class itself, converted back", repr(back))
            return False
        return True

    def round_trip(self, instance: Any, route: tuple[str, ...]) -> tuple[bool, bool]:
        """Whether the instance came back equal, and of its own class."""
        self.own = None
        value = instance
        for kind in (*route, self.kind):
            step = "back" if kind == self.kind else "there"
            try:
                value = convert(value, kind)
            except Exception as error:
                self.raised(step, route, error, instance)
                return False, False
            if type(value) is not self.expected_class(instance, kind):
                self.fail(step, route, "wrong", "", f"a {kind} of the same family", type(value).__name__)
                return False, False
        found = differences(instance, value)
        for difference in found[:3]:
            weight: Weight = "own" if self.is_own(instance, difference.path) else "wrong"
            reason, _, shown = difference.reason.partition(": ")
            if not shown:
                reason, shown = "another value", difference.reason
            self.fail("equal", route, weight, format_path(difference.path), reason, shown)
        return not found or all(self.is_own(instance, item.path) for item in found), True

    def expected_class(self, instance: Any, kind: str) -> Any:
        return convert_class(type(instance), kind)

    def is_own(self, instance: Any, path: tuple[Any, ...]) -> bool:
        if self.own is None:
            self.own = refusals(instance)
        return any(path[: len(place)] == place for place in self.own)

    def raised(self, step: str, route: tuple[str, ...], error: Exception, instance: Any = None) -> None:
        if not isinstance(error, ConversionError):
            self.fail(step, route, "crashed", "", first_line(error), "")
            return
        weight: Weight = "refused"
        if step == "back" and instance is not None and self.is_own(instance, error.path):
            weight = "own"
        reason = error.reason
        if error.expected:
            reason += f"{': ' if reason else ''}expected {error.expected}"
        self.fail(step, route, weight, format_path(error.path), reason.splitlines()[0] if reason else "", error.found)

    def fail(self, step: str, route: tuple[str, ...], weight: Weight, field: str, reason: str, found: str) -> None:
        way = " → ".join((self.kind, *route, self.kind))
        self.report.failures.append(
            Failure(self.report.cls, self.kind, route[0], way, step, weight, field, reason[:300], found[:160])
        )
