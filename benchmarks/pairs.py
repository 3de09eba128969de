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
    pair = classes(source).Order, classes(target).Order
    ours = converter(*pair)
    assert not differences(wanted, ours(given)), pair
    found = {"ours": ours}
    for name, make in PEERS.items():
        try:
            run = make(*pair)
            result = run(given)
        except Exception:  # each has its own errors for pairs that it does not know
            continue
        # The keys of adaptix's dicts have an order of their own.
        right = result == wanted if target == "typeddict" else not differences(wanted, result)
        if right and result is not given:
            found[name] = run
    return found


def measure(source: str, target: str, seconds: float, lines: int = 20) -> Times:
    times = interleaved(able(source, target, lines), seconds=seconds, make=lambda: an_order(source, lines=lines))
    ours = times.pop("ours").best
    return Times(source, target, ours, {name: ours / time.best for name, time in times.items()})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pairs", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each pair (default: %(default)s)")
    parser.add_argument("--lines", type=int, default=20, help="lines of the order (default: %(default)s)")
    parser.add_argument("--from", dest="sources", nargs="*", default=known(), choices=known())
    parser.add_argument("--to", dest="targets", nargs="*", default=known(), choices=known())
    options = parser.parse_args()
    measured = [
        [measure(source, target, options.seconds, options.lines) for target in options.targets]
        for source in options.sources
    ]
    print("\n".join(table(measured)), "\n")
    for peer in PEERS:
        print(f"against {peer}: {mean(ratios_of(measured, peer))}")
    print(f"against both: {mean(ratios_of(measured, *PEERS))}")


def table(measured: list[list[Times]]) -> list[str]:
    """A row for each source and a column for each target."""
    heads = [f"→ {SYSTEMS[times.target][0]}" for times in measured[0]]
    lines = [f"| from | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    return lines + [f"| {SYSTEMS[row[0].source][0]} | {' | '.join(map(cell, row))} |" for row in measured]


def cell(times: Times) -> str:
    """Microseconds, and in brackets the ratio to each peer, if one of them knows the pair."""
    ratios = [f"{times.ratios[peer]:.2f}" if peer in times.ratios else "-" for peer in PEERS]
    return f"{times.ours / 1000:.1f}" + (f" ({', '.join(ratios)})" if times.ratios else "")


def ratios_of(measured: list[list[Times]], *peers: str) -> list[float]:
    return [times.ratios[peer] for row in measured for times in row for peer in peers if peer in times.ratios]


def mean(ratios: list[float]) -> str:
    if not ratios:
        return "no pair"
    return f"geometric mean {geometric_mean(ratios):.2f} of {len(ratios)} pairs, {min(ratios):.2f} to {max(ratios):.2f}"


if __name__ == "__main__":
    main()
