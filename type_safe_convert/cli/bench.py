"""`type-safe-convert bench MODULE:CLASS...`: a user's own classes in every direction."""

import gc
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

from type_safe_convert.api import convert_class, converter, kind_of
from type_safe_convert.cli.loading import load_model
from type_safe_convert.cli.output import Output
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.sampler import samples

# Long enough for the clock, short enough to fit between two interruptions of a shared machine.
_SLICE_NS = 300_000


@dataclass(frozen=True)
class Row:
    """Nanoseconds of one conversion in one direction."""

    source: str
    target: str
    checked: float
    unchecked: float


def bench(specs: list[str], output: Output, seconds: float = 0.1) -> None:
    """Time every class of `specs` ('package.module:Class') in every direction and print a table for each.

    The instances are samples of the class; each direction gets about `seconds`.

    Raises:
        ConversionError: a class, or one of its samples, cannot be converted.
    """
    for spec in specs:
        cls = load_model(spec)
        found = rows(samples(cls)[0], seconds, cls)
        output.words(f"{spec}: time of one conversion", style="bold")
        cells = [(f"{row.source} → {row.target}", _duration(row.checked), _duration(row.unchecked)) for row in found]
        output.table(("direction", "checked", "validate=False"), cells, indent=2, right=2)
        output.line()


def rows(sample: Any, seconds: float = 0.1, cls: Any = None) -> list[Row]:
    """One row a direction, for the class and the values of a model instance of any kind.

    `cls`: its class, where it does not tell that.
    """
    cls = type(sample) if cls is None else cls
    kinds: tuple[Any, ...] = made_kinds(kind_of(cls))
    classes = {kind: cls if kind == kind_of(cls) else convert_class(cls, kind) for kind in kinds}
    pairs = list(itertools.permutations(classes.values(), 2))
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        return [_row(source, target, cls, sample, seconds) for source, target in pairs]
    finally:
        if enabled:
            gc.enable()


def _row(source: Any, target: Any, cls: Any, sample: Any, seconds: float) -> Row:
    argument = sample if source is cls else converter(cls, source)(sample)
    checked, unchecked = (converter(source, target, validate=validate) for validate in (True, False))
    times = _interleaved({"checked": checked, "unchecked": unchecked}, argument, seconds)
    return Row(str(kind_of(source)), str(kind_of(target)), times["checked"], times["unchecked"])


def _interleaved(runs: Mapping[str, Callable[[Any], Any]], argument: Any, seconds: float) -> dict[str, float]:
    """Best nanoseconds a call of each, in turns, so that a noisy machine treats all alike."""
    calls, best = {}, {}
    for name, run in runs.items():
        best[name] = float(_clock(run, argument, 1))
        calls[name] = max(1, int(_SLICE_NS / best[name]))
    end = perf_counter_ns() + int(seconds * 1e9)
    while perf_counter_ns() < end:
        for name, run in runs.items():
            best[name] = min(best[name], _clock(run, argument, calls[name]) / calls[name])
    return best


def _clock(run: Callable[[Any], Any], argument: Any, calls: int) -> int:
    turns = range(calls)
    start = perf_counter_ns()
    for _ in turns:
        run(argument)
    return perf_counter_ns() - start


def _duration(nanoseconds: float) -> str:
    for limit, unit in ((1e3, "ns"), (1e6, "µs"), (1e9, "ms")):
        if nanoseconds < limit:
            return f"{nanoseconds / limit * 1e3:.3g} {unit}"
    return f"{nanoseconds / 1e9:.3g} s"
