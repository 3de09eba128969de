"""Judges model classes: converts each in every direction, and instances of it there and back, also through a second
kind."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from type_safe_convert.api import convert, convert_class, converter, kind_of
from type_safe_convert.cli.loading import first_line
from type_safe_convert.cli.modules import find, quiet
from type_safe_convert.cli.own import refusals
from type_safe_convert.cli.verdicts import ClassReport, Direction, Failure, PackageReport, Severity
from type_safe_convert.errors import ConversionError, format_path
from type_safe_convert.model.family import shape_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.folder import passing_folder
from type_safe_convert.testing.sampler import NotBuilt, Sampler

# Seconds after which a class is given up: a user's constructor may wait for a network or a lock.
TIME_LIMIT = 20.0


class OutOfTime(BaseException):
    """A class took too long; not an Exception, so that nobody's `except Exception` keeps it."""


def run(names: list[str], seed: int, samples: int, advance: Callable[[int, int], None]) -> list[PackageReport]:
    """The verdicts on every model class in the packages, files, folders and classes that are named.

    Args:
        samples: instances a class.
        advance: called with the number of classes done and of all classes.

    Raises:
        UsageError: there is no package of a name.
    """
    packages = [package for name in dict.fromkeys(names) for package in find(name)]
    total = sum(len(package.classes) for package in packages)
    reports: list[PackageReport] = []
    done = 0
    advance(0, total)
    sys.path[:] = [path or str(Path.cwd()) for path in sys.path]  # the working directory changes
    with passing_folder():
        for package in packages:
            samplers = [Sampler(seed + number) for number in range(samples)]
            report = PackageReport(package.name, package.import_errors, [])
            for cls in package.classes:
                report.classes.append(check_class(cls, samplers))
                done += 1
                advance(done, total)
            reports.append(report)
    return reports


def check_class(cls: type, samplers: list[Sampler]) -> ClassReport:
    """The verdict on one model class, from one instance for each sampler."""
    kind = str(kind_of(cls))
    report = ClassReport(f"{cls.__module__}.{cls.__qualname__}", kind)
    try:
        with quiet(), _time_limit():
            _Check(cls, kind, report).run(samplers)
    except OutOfTime:
        report.not_built = report.not_built or f"gave up after {TIME_LIMIT:.0f} seconds"
    return report


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def give_up(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Check:
    def __init__(self, cls: type, kind: Any, report: ClassReport) -> None:
        self.cls = cls
        self.kind = kind
        self.report = report
        self.seed = 0
        self.own: dict[tuple[Any, ...], str] | None = None

    def run(self, samplers: list[Sampler]) -> None:
        others = [kind for kind in made_kinds() if kind != self.kind]
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
            results = []
            for seed, instance in instances:
                self.seed, self.own = seed, None
                results += [self.round_trip(instance, route) for route in routes]
            direction.equal = int(bool(results) and not any(results))
            direction.own = int(any(results) and {*results} <= {None, "own"})
            direction.same_class = int(bool(results) and {*results} <= {None, "unequal"})

    def read_shape(self) -> None:
        try:
            fields = shape_of(self.cls).fields
        except Exception:  # said again, as a failure, by the conversions
            return
        self.report.unresolved = {name: list(field.unresolved) for name, field in fields.items() if field.unresolved}

    def instances(self, samplers: list[Sampler]) -> list[tuple[int, Any]]:
        """Instances, each with the seed that it was made with."""
        made = []
        for sampler in samplers:
            try:
                made.append((sampler.seed, sampler.build(self.cls)))
            except NotBuilt as error:
                self.report.not_built = error.reason
            except Exception as error:  # of a constructor that only stands in a field
                self.report.not_built = f"{type(error).__name__}: {error}"
        if made:
            self.report.not_built = ""
        return made

    def convert_class(self, kind: Any) -> bool:
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

    def round_trip(self, instance: Any, route: tuple[str, ...]) -> str | None:
        """None where the instance came back equal and of its own class; else 'unequal', 'own' or 'lost'."""
        value, source = instance, self.class_of(instance)
        kind: Any
        for kind in (*route, self.kind):
            step = "back" if kind == self.kind else "there"
            try:
                cls = self.expected_class(instance, kind)
                value = self.converted(value, source, cls)
            except Exception as error:
                return self.raised(step, route, error, instance)
            if type(value) is not get_kind(kind).instance_class(cls):
                self.fail(step, route, "wrong", "", f"a {kind} of the same family", type(value).__name__)
                return "lost"
            source = cls
        try:
            carries = all(get_kind(kind).traits.carries for kind in route)
            found = differences(instance, value, limit=3, beside=carries)
        except Exception as error:  # what came back may be broken, or be a class that cannot be looked into
            return self.raised("equal", route, error)
        verdict = "own" if found else None
        if not found and self.has_validators():
            # Unchanged, it comes back as it was; but its validators would judge it again once a value is changed.
            for place, own in self.own_doings().items():
                verdict = "own"
                self.fail("back", route, "own", format_path(place), own, "")
        for difference in found:
            own = self.own_doing(difference.path)
            reason, _, shown = difference.reason.partition(": ")
            if own:
                reason, shown = own, ""
            elif not shown:
                reason, shown = "another value", difference.reason
            if not own:
                verdict = "unequal"
            self.fail("equal", route, "own" if own else "wrong", format_path(difference.path), reason, shown)
        return verdict

    def has_validators(self) -> bool:
        """Whether it is a pydantic model with code of its own that judges values."""
        kind = get_kind(self.kind)
        return kind.traits.validator_widens and kind.builder(self.cls, shape_of(self.cls)).recall is not None

    def class_of(self, instance: Any) -> type:
        return self.cls if kind_of(instance) is None else type(instance)

    def expected_class(self, instance: Any, kind: Any) -> Any:
        return convert_class(self.class_of(instance), kind)

    def converted(self, value: Any, source: type, target: type) -> Any:
        known = get_kind(str(kind_of(source))).traits.instances_know_class
        return convert(value, target) if known else converter(source, target)(value)

    def own_doing(self, path: tuple[Any, ...]) -> str:
        """Returns how the class, or one nested in it, changes its own values at that path."""
        return next((own for place, own in self.own_doings().items() if path[: len(place)] == place), "")

    def own_doings(self) -> dict[tuple[Any, ...], str]:
        """Returns how the class and those nested in it change their own values, tried on two fresh instances."""
        if self.own is None:
            self.own = refusals(Sampler(self.seed).build(self.cls), Sampler(self.seed).build(self.cls))
        return self.own

    def raised(self, step: str, route: tuple[str, ...], error: Exception, instance: Any = None) -> str:
        if not isinstance(error, ConversionError):
            self.fail(step, route, "crashed", "", first_line(error), "")
            return "lost"
        field = format_path(error.path)
        own = self.own_doing(error.path) if step == "back" and instance is not None else ""
        if own:
            self.fail(step, route, "own", field, own, "")
            return "own"
        reason = error.reason.splitlines()[0] if error.reason else ""
        if error.expected:
            reason += f"{': ' if reason else ''}expected {error.expected}"
        self.fail(step, route, "refused", field, reason, error.found)
        return "lost"

    def fail(self, step: str, route: tuple[str, ...], severity: Severity, field: str, reason: str, found: str) -> None:
        way = " → ".join((self.kind, *route, self.kind))
        self.report.failures.append(
            Failure(self.report.cls, self.kind, route[0], way, step, severity, field, reason[:300], found[:160])
        )
