"""Timing of several functions that do the same job, so that a noisy machine treats all alike.

The functions take turns in every round, each runs long enough for the clock, the garbage collector rests while the
clock runs, and the best round counts: noise only ever adds. The clock is that of the wall: the thread's own processor
time stands still now and then on a virtual machine (once in 200,000 readings, measured), and the best round would be
that one.
"""

import gc
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns as now
from time import thread_time_ns
from typing import Any

# Long enough for the clock's resolution, short enough to fit between two interruptions of a shared machine.
SLICE_NS = 300_000


@dataclass(frozen=True)
class Timing:
    """Nanoseconds of one call: the best and the middle of all rounds."""

    best: float
    median: float
    rounds: int
    calls: int


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No garbage collection, and nothing that is alive now is looked at by the next one."""
    enabled = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def _calls(run: Callable[[Any], Any], argument: Any) -> int:
    """Returns the number of calls that fill a slice."""
    for _ in range(3):  # what a library writes or specialises at its first calls is not measured
        run(argument)
    start = now()
    run(argument)
    spent = max(now() - start, 50)
    return max(1, SLICE_NS // spent)


def interleaved(
    runs: Mapping[str, Callable[[Any], Any]],
    argument: Any = None,
    seconds: float = 1.0,
    least: int = 3,
    most: int = 400,
    make: Callable[[], Any] | None = None,
) -> dict[str, Timing]:
    """Time each function on the same argument, in turns, for about `seconds` in all.

    `make` makes one for each function instead. A function that asks an instance for its `__dict__` makes reading its
    attributes slower from then on, for the others as well.

    Rounds are at least `least` and at most `most`. A function that needs more than half of the time on its own is
    left out of the later rounds when it has had `least` of them, so that slow contenders do not starve the others.
    """
    with quiet_collector():
        arguments = {name: argument if make is None else make() for name in runs}
        calls = {name: _calls(run, arguments[name]) for name, run in runs.items()}
        samples: dict[str, list[float]] = {name: [] for name in runs}
        spent = dict.fromkeys(runs, 0)
        budget = int(seconds * 1e9)
        rounds = 0
        while rounds < least or (rounds < most and sum(spent.values()) < budget):
            for name, run in runs.items():
                if rounds >= least and spent[name] > budget // 2:
                    continue
                count, argument = calls[name], arguments[name]
                turns = range(count)
                start = now()
                for _ in turns:
                    run(argument)
                taken = now() - start
                samples[name].append(taken / count)
                spent[name] += taken
            rounds += 1
            # Results that refer to each other in a circle would pile up.
            gc.collect(1)
    return {
        name: Timing(best=min(times), median=median(times), rounds=len(times), calls=calls[name])
        for name, times in samples.items()
    }


def once_each(makes: Mapping[str, Callable[[], Callable[[], Any]]], rounds: int) -> dict[str, Timing]:
    """Time what works once only, such as a first conversion: every round makes each function anew and calls it once.

    The clock is the thread's processor time: a single call of some milliseconds is hardly ever left alone.
    """
    samples: dict[str, list[float]] = {name: [] for name in makes}
    with quiet_collector():
        for _ in range(rounds):
            for name, make in makes.items():
                run = make()
                start = thread_time_ns()
                run()
                samples[name].append(thread_time_ns() - start)
            gc.collect(1)
    return {name: Timing(min(times), median(times), rounds, 1) for name, times in samples.items()}


def geometric_mean(ratios: Iterable[float]) -> float:
    values = [math.log(ratio) for ratio in ratios]
    if not values:
        return math.nan
    return math.exp(sum(values) / len(values))
