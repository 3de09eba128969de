"""Jobs and contenders, and the check of a contender's result before anything is timed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from benchmarks.equality import BY_NAME, PLAIN, difference, facts
from benchmarks.models import MODULES, Model

Convert = Callable[[Any], Any]


class Unable(Exception):
    """The contender has no way to do the job; the message says why."""


@dataclass(frozen=True)
class Job:
    """One model in one direction."""

    model: Model
    source: str
    target: str

    @property
    def name(self) -> str:
        return f"{self.model.name}: {self.source} -> {self.target}"

    @property
    def source_class(self) -> type:
        return self.model.cls(self.source)

    @property
    def target_class(self) -> type:
        """The hand-written class of the target kind; a contender with `makes` has its own instead."""
        return self.model.cls(self.target)

    def argument(self, count: int = 1) -> Any:
        """The argument of a contender's function: an instance, or a list of `count` for a job with `many`."""
        return self.model.instances(self.source, count) if self.model.many else self.model.instance(self.source)

    def wanted(self, kind: str, plain: bool) -> Any:
        return facts(self.model.instance(kind), PLAIN if plain else BY_NAME)


@dataclass(frozen=True)
class Contender:
    """A way to convert. `makes`: into a class that it makes itself; else into the hand-written class of the target
    kind.

    `checks` tells whether values are checked against the annotations of the target on the way. `sources` and
    `targets` are the kinds that it knows; `models` the only models that it is written for, if not all. `gives` is the
    kind of its result, where that stands for a target that the contender does not know.
    """

    name: str
    title: str
    prepare: Callable[[Job], Convert]
    makes: bool = False
    checks: bool = True
    sources: tuple[str, ...] = tuple(MODULES)
    targets: tuple[str, ...] = tuple(MODULES)
    models: tuple[str, ...] = ()
    gives: str = ""

    def fits(self, job: Job) -> bool:
        """Whether the contender knows both kinds at all, and was written for the model."""
        known = not self.models or job.model.name in self.models
        return known and job.source in self.sources and job.target in self.targets

    def run(self, job: Job) -> Convert:
        """The function to time.

        :raises Unable: the contender cannot do this job, or its result is wrong
        """
        try:
            convert = self.prepare(job)
            result = convert(job.argument(2))
        except Unable:
            raise
        except Exception as error:
            raise Unable(f"{type(error).__name__}: {_first_line(error)}") from error
        kind = self.gives if self.gives in MODULES else job.target
        wanted = job.wanted(kind, plain=self.makes and job.model.loses_primitives and job.source != "type_safe")
        if self.gives == "msgspec":  # whose tags are no fields
            result, wanted = msgspec.to_builtins(result), msgspec.to_builtins(job.model.instance("dataclass"))
            if result != wanted:
                raise Unable("wrong result")
            return convert
        for found in result if job.model.many else [result]:
            if wrong := difference(facts(found, BY_NAME), wanted):
                raise Unable(f"wrong result: {wrong}")
        return convert


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:160]


@dataclass(frozen=True)
class Verdict:
    """The result of `checked`: the functions that may be timed, and the reasons against those of other contenders."""

    able: dict[str, Convert]
    unable: dict[str, str]


def checked(job: Job, contenders: Iterable[Contender]) -> Verdict:
    able: dict[str, Convert] = {}
    unable: dict[str, str] = {}
    for contender in contenders:
        if not contender.fits(job):
            continue
        try:
            able[contender.name] = contender.run(job)
        except Unable as reason:
            unable[contender.name] = str(reason)
    return Verdict(able, unable)


def each(convert: Convert, job: Job) -> Convert:
    """`convert` for one instance, made fit for a job with `many`."""
    return (lambda batch: [convert(item) for item in batch]) if job.model.many else convert
