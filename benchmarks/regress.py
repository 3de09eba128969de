"""Compare two reports: `python -m benchmarks.regress NEW.json [--before OLD.json]`, by default with the committed one.

`make regress` measures and compares; it is run before each release.

What is compared are ratios to other code, measured in the same process at the same time, so that a slower machine, or a
busy one, changes nothing: conversions to the code by hand, JSON to pydantic's, first conversions to `create_model`. A
contender of ours that lost more than `--tolerance` in some job is listed; the exit status is 1 when the geometric mean
over all jobs of a contender did.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import geometric_mean
from benchmarks.scaling import FIRST

COMMITTED = Path(__file__).parent / "report" / "report.json"
CONTENDERS = ("ours", "ours_instance", "ours_written", "ours_unchecked")


def baseline(contender: str, target: str) -> str:
    """The code by hand that a contender of ours is compared with.

    Type_Safe's own constructor is none: its time differs by half from process to process.
    """
    return "by_hand_unchecked" if contender == "ours_unchecked" or target == "type_safe" else "by_hand"


@dataclass(frozen=True)
class Change:
    """A ratio to other code, before and after."""

    job: str
    contender: str
    before: float
    after: float

    @property
    def factor(self) -> float:
        """Above 1 is slower."""
        return self.after / self.before


def ratios(report: dict[str, Any]) -> dict[tuple[str, str], float]:
    """{(job, contender): ratio to the other code} of a report's JSON."""
    found = {}
    for job in report["jobs"]:
        name = f"{job['model']}: {job['source']} -> {job['target']}"
        best = {contender: timing["best"] for contender, timing in job["timings"].items()}
        for contender in CONTENDERS:
            by_hand = baseline(contender, job["target"])
            if contender in best and by_hand in best:
                found[name, contender] = best[contender] / best[by_hand]
    return {**found, **_json_ratios(report), **_first_ratios(report)}


def _json_ratios(report: dict[str, Any]) -> dict[tuple[str, str], float]:
    """JSON of each kind beside pydantic's, which is the validator of the model, or a TypeAdapter of the dataclass."""
    found = {}
    for model, sides in report.get("json", {}).items():
        for contender, timings in zip(("from_json", "to_json"), sides, strict=True):
            for kind, other in (("type_safe", "adapter"), ("dataclass", "adapter"), ("basemodel", "model")):
                if kind in timings and other in timings:
                    found[f"{model}: {kind}", contender] = timings[kind]["best"] / timings[other]["best"]
    return found


def _first_ratios(report: dict[str, Any]) -> dict[tuple[str, str], float]:
    return {
        (f"{fields} fields: {curve['source']} -> {curve['target']}", FIRST): spent
        / curve["points"]["create_model"][fields]
        for curve in report.get("first_conversion", ())
        for fields, spent in curve["points"][FIRST].items()
    }


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """One change for every job and contender that both reports have."""
    old, new = ratios(before), ratios(after)
    return [Change(*key, old[key], new[key]) for key in old if key in new]


def lost(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    """The jobs that the first report has and the second lacks."""
    new = ratios(after)
    return [key for key in ratios(before) if key not in new]


def means(found: list[Change]) -> dict[str, float]:
    """{contender: geometric mean of the factors over its jobs}."""
    contenders = dict.fromkeys(change.contender for change in found)
    return {name: geometric_mean(c.factor for c in found if c.contender == name) for name in contenders}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.regress", description=__doc__)
    parser.add_argument("after", type=Path)
    parser.add_argument("--before", type=Path, default=COMMITTED, help="default: the committed report")
    parser.add_argument("--tolerance", type=float, default=0.05, help="noise in a row (default: %(default)s)")
    parser.add_argument("--mean", type=float, default=0.03, help="noise in a mean (default: %(default)s)")
    options = parser.parse_args(arguments)
    before, after = json.loads(options.before.read_text()), json.loads(options.after.read_text())
    found, limit, mean_limit = changes(before, after), 1 + options.tolerance, 1 + options.mean
    if not found:
        print("the reports have no job in common")
        return 1
    for change in sorted(found, key=lambda change: -change.factor):
        if change.factor > limit:
            print(f"slower  {change.factor:5.2f}x  {change.job}  {change.contender}", end="  ")
            print(f"({change.before:.3g} -> {change.after:.3g})")
    missing = lost(before, after)
    for job, contender in missing:
        print(f"gone           {job}  {contender}")
    worse = False
    for contender, mean in means(found).items():
        verdict = "slower" if mean > mean_limit else "faster" if mean < 1 / mean_limit else "the same"
        worse = worse or mean > mean_limit
        print(f"{contender}: {mean:.3f}x over all jobs, {verdict}")
    return int(worse or bool(missing))


if __name__ == "__main__":
    sys.exit(main())
