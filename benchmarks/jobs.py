"""The models in their directions, every contender on each: what the tables are made of."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.contenders import BY_NAME, CONTENDERS, Job, checked
from benchmarks.measure import Timing, interleaved
from benchmarks.packages import ALL_MODELS

BATCH = 1_000


@dataclass
class Outcome:
    """The result of a job: nanoseconds a call by contender, and the reason why a contender has none."""

    model: str
    source: str
    target: str
    count: int
    timings: dict[str, Timing] = field(default_factory=dict)
    unable: dict[str, str] = field(default_factory=dict)

    def ratio(self, contender: str, other: str) -> float | None:
        """The contender's time divided by the other's; None when one of them cannot do the job."""
        if contender not in self.timings or other not in self.timings:
            return None
        return self.timings[contender].best / self.timings[other].best

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "timings": {name: asdict(timing) for name, timing in self.timings.items()}}


def all_jobs(names: tuple[str, ...] = ()) -> Iterator[Job]:
    """Every model in every direction; only the named models where names are given."""
    for model in ALL_MODELS:
        if not names or model.name in names:
            for source, target in model.directions():
                yield Job(model, source, target)


def run_job(job: Job, seconds: float, batch: int = BATCH) -> Outcome:
    """Check every contender, then time those that passed, in turns."""
    verdict = checked(job, CONTENDERS)
    count = batch if job.model.many else 1
    outcome = Outcome(job.model.name, job.source, job.target, count, unable=verdict.unable)
    seconds *= 3 if job.model.many else 1
    outcome.timings = interleaved(verdict.able, seconds=seconds, make=lambda: job.argument(count))
    return outcome


def run_all(
    names: tuple[str, ...] = (), seconds: float = 1.5, batch: int = BATCH, tell: Callable[[str], None] = lambda _: None
) -> list[Outcome]:
    outcomes = []
    for job in all_jobs(names):
        tell(job.name)
        outcomes.append(run_job(job, seconds, batch))
    return outcomes


def title(contender: str) -> str:
    return BY_NAME[contender].title
