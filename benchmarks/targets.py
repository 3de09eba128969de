"""The promises about speed, each with its figure and verdict."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.jobs import Outcome
from benchmarks.measure import Timing, geometric_mean
from benchmarks.packages import BY_NAME
from benchmarks.scaling import FIRST, Curve

FLAT = 1.15
# Time grows as fields ** exponent; 1.0 is linear.
LINEAR = 1.1


@dataclass(frozen=True)
class Target:
    """A promise: `found` should be at most `limit`. Not a number where nothing could be measured."""

    name: str
    found: float
    limit: float
    unit: str = ""
    detail: str = ""

    @property
    def met(self) -> bool | None:
        return None if math.isnan(self.found) else self.found <= self.limit

    @property
    def verdict(self) -> str:
        return {True: "met", False: "missed", None: "not measured"}[self.met]


def ratio_target(
    name: str, limit: float, outcomes: Iterable[Outcome], contender: str, other: str, targets: Iterable[str] = ()
) -> Target:
    """The geometric mean of contender / other over the jobs that both can do; `targets` limits the kinds of target."""
    ratios = {}
    for outcome in outcomes:
        ratio = outcome.ratio(contender, other)
        if ratio is not None and (not targets or outcome.target in targets):
            ratios[f"{outcome.model}: {outcome.source} -> {outcome.target}"] = ratio
    if not ratios:
        return Target(name, math.nan, limit)
    best, worst = min(ratios, key=ratios.__getitem__), max(ratios, key=ratios.__getitem__)
    detail = f"{len(ratios)} jobs, from {ratios[best]:.2g} ({best}) to {ratios[worst]:.2g} ({worst})"
    return Target(name, geometric_mean(ratios.values()), limit, detail=detail)


def slowest_target(
    name: str, limit: float, outcomes: Iterable[Outcome], contender: str, other: str, targets: Iterable[str] = ()
) -> Target:
    """The largest of the ratios of `ratio_target`."""
    ratios = {
        f"{outcome.model}: {outcome.source} -> {outcome.target}": ratio
        for outcome in outcomes
        if (ratio := outcome.ratio(contender, other)) is not None and (not targets or outcome.target in targets)
    }
    if not ratios:
        return Target(name, math.nan, limit)
    worst = max(ratios, key=ratios.__getitem__)
    return Target(name, ratios[worst], limit, detail=f"of {len(ratios)} jobs: {worst}")


def rules_targets(outcomes: list[Outcome]) -> list[Target]:
    """The promises about models with constraints, validators, unions, generics and aliases, mean and slowest."""
    found = [outcome for outcome in outcomes if BY_NAME[outcome.model].rules]
    models = ("basemodel",)
    rows: list[tuple[str, str, str, tuple[str, ...]]] = [
        ("constraints and unions → BaseModel, against from_attributes", "ours", "pydantic", models),
        ("the same, into hand-written classes", "ours_written", "pydantic", models),
        ("constraints and unions → BaseModel, against constructors by hand", "ours", "by_hand", models),
        ("the same, into hand-written classes", "ours_written", "by_hand", models),
        ("BaseModel → dataclass, Type_Safe, against TypeAdapter of a dict", "ours", "adapter", ()),
        ("the same, into hand-written classes", "ours_written", "adapter", ()),
        ("unions of models, against msgspec's tagged unions", "ours", "msgspec_tagged", ()),
    ]
    return [
        make(f"{name}{words}", limit, found, ours, other, kinds)
        for name, ours, other, kinds in rows
        for make, words, limit in ((ratio_target, "", 1.0), (slowest_target, ": the slowest", 1.3))
    ]


def json_targets(summary: Iterable[tuple[Any, float, float, str]]) -> list[Target]:
    return [
        Target(row.name, mean, row.limit, detail=f"at most {worst:.2f} ({model})")
        for row, mean, worst, model in summary
        if not math.isnan(row.limit)  # beside msgspec, for the reader to know
    ]


def ratio_targets(outcomes: list[Outcome]) -> list[Target]:
    """The promises about ratios to other code, for the models without rules."""
    outcomes = [outcome for outcome in outcomes if not BY_NAME[outcome.model].rules]
    plain, typed, models = ("basemodel", "dataclass"), ("type_safe",), ("basemodel",)
    rows: list[tuple[str, float, str, str, tuple[str, ...]]] = [
        ("any direction, against osbot-fast-api 0.39", 1 / 50, "ours_instance", "original", ()),
        ("→ BaseModel, → dataclass, against constructors by hand", 0.9, "ours", "by_hand", plain),
        ("the same, into hand-written classes", 0.9, "ours_written", "by_hand", plain),
        ("the same, by `convert_instance`", 0.9, "ours_instance", "by_hand", plain),
        ("→ Type_Safe, against its constructor", 1 / 40, "ours", "by_hand", typed),
        ("the same, into hand-written classes", 1 / 40, "ours_written", "by_hand", typed),
        ("→ BaseModel, against pydantic's from_attributes", 1.0, "ours", "pydantic", models),
        ("the same, into hand-written classes", 1.3, "ours_written", "pydantic", models),
        ("dataclass ⇄ BaseModel, against adaptix (which checks nothing)", 1.0, "ours", "adaptix", ()),
        ("→ dataclass, against msgspec.convert", 1.0, "ours", "msgspec", ("dataclass",)),
        ("validate=False, against assembling by hand", 1.25, "ours_unchecked", "by_hand_unchecked", ()),
    ]
    return [ratio_target(name, limit, outcomes, ours, other, kinds) for name, limit, ours, other, kinds in rows]


def cached_class_target(cached: dict[str, dict[str, Timing]]) -> Target:
    slowest = max(cached, key=lambda direction: cached[direction]["ours"].best)
    theirs = [row["original"].best for row in cached.values() if "original" in row]
    detail = f"slowest: {slowest}"
    if theirs:
        detail += f"; the original: {min(theirs):,.0f} to {max(theirs):,.0f} ns"
    return Target("`convert_class`, cached", cached[slowest]["ours"].best, 200, "ns", detail)


def first_conversion_targets(curves: list[Curve], fields: int = 20) -> list[Target]:
    ratios = {
        f"{curve.source} -> {curve.target}": curve.points[FIRST][fields] / curve.points["create_model"][fields]
        for curve in curves
    }
    exponents = {f"{curve.source} -> {curve.target}": exponent(curve.points[FIRST]) for curve in curves}
    theirs = max(exponent(curve.points["create_model"]) for curve in curves)
    worst, steepest = max(ratios, key=ratios.__getitem__), max(exponents, key=exponents.__getitem__)
    limits = {"basemodel": 1.4, "dataclass": 1.3, "type_safe": 0.8}
    kinds = {kind: [ratio for name, ratio in ratios.items() if name.endswith(kind)] for kind in limits}
    return [
        Target(
            f"first conversion of a class of {fields} fields, against pydantic.create_model",
            geometric_mean(ratios.values()),
            1.5,
            detail=f"worst: {ratios[worst]:.2f} ({worst})",
        ),
        *(
            Target(f"the same → {kind}", geometric_mean(kinds[kind]), limit, detail=f"worst: {max(kinds[kind]):.2f}")
            for kind, limit in limits.items()
            if kinds[kind]
        ),
        Target(
            "first conversion grows as fields ** x (1 is linear)",
            exponents[steepest],
            LINEAR,
            detail=f"steepest: {steepest}; create_model: {theirs:.2f}",
        ),
    ]


def exponent(points: dict[int, float]) -> float:
    """The slope on log-log paper of the upper decade: constant costs weigh nothing there."""
    largest = max(points)
    smaller = min(points, key=lambda size: abs(size - largest / 10))
    return math.log(points[largest] / points[smaller]) / math.log(largest / smaller)


def flat_target(name: str, curves: list[Curve], contender: str, beside: dict[str, str]) -> Target:
    """The dearest point of a curve over its cheapest, for the worst of the directions.

    `beside` names the curves whose spread the detail shows: {contender: words}.
    """
    spreads = {f"{curve.source} -> {curve.target}": curve.spread(contender) for curve in curves}
    worst = max(spreads, key=spreads.__getitem__)
    detail = f"worst: {worst}"
    for other, words in beside.items():
        if theirs := [curve.spread(other) for curve in curves if other in curve.points]:
            detail += f"; {words}: {min(theirs):.2f} to {max(theirs):.2f}"
    return Target(name, spreads[worst], FLAT, detail=detail)


def memory_target(peaks: dict[str, dict[int, int]]) -> Target:
    """The peak at the largest count over the peak at a hundredth of it."""
    growth = {}
    for direction, row in peaks.items():
        largest = max(row)
        growth[direction] = row[largest] / row[min(row, key=lambda count: abs(count - largest / 100))]
    worst = max(growth, key=growth.__getitem__)
    largest = max(peaks[worst])
    detail = f"peak of {largest:,} items: {peaks[worst][largest] / 1024:.0f} KiB ({worst})"
    return Target("memory of `convert_many` over a generator: growth of the peak", growth[worst], 1.1, detail=detail)
