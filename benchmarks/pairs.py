"""Every pair of model systems against adaptix and msgspec, where they know it: `python -m benchmarks.pairs`.

An order of 20 lines of the domain model, from hand-written classes to hand-written classes; `--lines` chooses another
number. The functions of a pair take turns in one process, and the best round counts. A peer whose result is not what
the target's own constructors make, or which gives the source itself back where the two classes are one, has no time.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from adaptix.conversion import get_converter

from benchmarks.domain import SYSTEMS, an_order, classes, known
from benchmarks.measure import geometric_mean, interleaved
from type_safe_convert import converter
from type_safe_convert.testing import differences

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Times:
    """Nanoseconds of one pair: ours, and by name the ratio to each peer that knows it."""

    source: str
    target: str
    ours: float
    ratios: dict[str, float]


def msgspec_converter(source: type, target: Any) -> Convert:
    return partial(msgspec.convert, type=target, from_attributes=True)


PEERS: dict[str, Callable[[Any, Any], Convert]] = {"adaptix": get_converter, "msgspec": msgspec_converter}


def able(source: str, target: str, lines: int) -> dict[str, Convert]:
    """Ours, and the peers whose result is right."""
    given, wanted = an_order(source, lines=lines), an_order(target, lines=lines)
    ours = converter(type(given) if source != "typeddict" else classes(source).Order, classes(target).Order)
    assert not differences(wanted, ours(given)), (source, target)
    found = {"ours": ours}
    for name, make in PEERS.items():
        try:
            run = make(classes(source).Order, classes(target).Order)
            result = run(given)
        except Exception:  # each has its own errors for pairs that it does not know
            continue
        if result is not given and not differences(wanted, result):
            found[name] = run
    return found


def measure(source: str, target: str, seconds: float, lines: int = 20) -> Times:
    times = interleaved(able(source, target, lines), an_order(source, lines=lines), seconds)
    ours = times.pop("ours").best
    return Times(source, target, ours, {name: ours / time.best for name, time in times.items()})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pairs", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each pair (default: %(default)s)")
    parser.add_argument("--lines", type=int, default=20, help="lines of the order (default: %(default)s)")
    parser.add_argument("--from", dest="sources", nargs="*", default=known(), choices=known())
    parser.add_argument("--to", dest="targets", nargs="*", default=known(), choices=known())
    options = parser.parse_args()
    every = []
    print("| from | to | ours | against adaptix | against msgspec |\n|---|---|---|---|---|")
    for source in options.sources:
        for target in options.targets:
            times = measure(source, target, options.seconds, options.lines)
            every.append(times)
            ratios = [f"{times.ratios[peer]:.2f}" if peer in times.ratios else "" for peer in PEERS]
            names = f"{SYSTEMS[source][0]} | {SYSTEMS[target][0]}"
            print(f"| {names} | {times.ours / 1000:.1f} µs | {' | '.join(ratios)} |", flush=True)
    for peer in PEERS:
        ratios = [times.ratios[peer] for times in every if peer in times.ratios]
        print(f"\nagainst {peer}: geometric mean {geometric_mean(ratios):.2f} of {len(ratios)} pairs")
    both = [ratio for times in every for ratio in times.ratios.values()]
    print(f"\nagainst both: geometric mean {geometric_mean(both):.2f} of {len(both)} ratios")


if __name__ == "__main__":
    main()
