"""The report: one JSON file with every figure, and Markdown tables made from it alone."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.contenders import BY_NAME as CONTENDERS_BY_NAME
from benchmarks.contenders import CONTENDERS
from benchmarks.figures import duration, figure, ratio, table
from benchmarks.jobs import Outcome
from benchmarks.measure import Timing
from benchmarks.packages import BY_NAME as MODELS_BY_NAME
from benchmarks.scaling import FIRST, MANY, Curve
from benchmarks.sdk import PACKAGE, sdk_table
from benchmarks.targets import Target

# Lines of the curves besides those of the contenders.
CURVE_TITLES = {
    MANY: "ours: convert_many",
    FIRST: "ours: first convert_instance",
    "create_model": "pydantic.create_model",
    "recursion": "a function that only calls itself",
}
JSON_TITLES = {
    "type_safe": "ours: Type_Safe",
    "dataclass": "ours: dataclass",
    "basemodel": "ours: BaseModel",
    "model": "pydantic: the model",
    "adapter": "pydantic: TypeAdapter of the dataclass",
    "msgspec": "msgspec, the dataclass",
    "own": "Type_Safe's own",
}
KIND_TITLES = {"type_safe": "Type_Safe", "basemodel": "BaseModel", "dataclass": "dataclass", "attrs": "attrs"}


@dataclass
class Report:
    """Everything that one run of the suite found. Times are nanoseconds, memory is bytes."""

    about: dict[str, Any]
    outcomes: list[Outcome]
    targets: list[Target]
    size: list[Curve]
    depth: list[Curve]
    first: list[Curve]
    cached: dict[str, dict[str, Timing]]
    memory: dict[str, dict[int, int]]
    json: dict[str, tuple[dict[str, Timing], dict[str, Timing]]]
    sdk: dict[str, dict[str, float]]

    def as_json(self) -> dict[str, Any]:
        targets = [
            {**asdict(target), "found": _number(target.found), "verdict": target.verdict} for target in self.targets
        ]
        return {
            "about": self.about,
            "targets": targets,
            "jobs": [{**outcome.as_json(), "rules": MODELS_BY_NAME[outcome.model].rules} for outcome in self.outcomes],
            "size": [asdict(curve) for curve in self.size],
            "depth": [asdict(curve) for curve in self.depth],
            "first_conversion": [asdict(curve) for curve in self.first],
            "cached_class": {
                key: {name: asdict(timing) for name, timing in row.items()} for key, row in self.cached.items()
            },
            "memory": self.memory,
            "json": {
                model: [{name: asdict(timing) for name, timing in side.items()} for side in sides]
                for model, sides in self.json.items()
            },
            "sdk": self.sdk,
        }

    def markdown(self) -> str:
        parts = [
            "# Benchmarks",
            self.preface(),
            "## Targets",
            self.targets_table(),
            "## Time of one conversion",
            "Best of many rounds, contenders in turns; in brackets the ratio to the constructors by hand.",
            *(self.job_table(direction) for direction in _directions(self.outcomes)),
            "## JSON",
            "Best of many rounds; in brackets the ratio to `TypeAdapter` of the dataclass. msgspec is written in C and "
            "checks less: neither pydantic's constraints nor validators.",
            *(self.json_table(side, title) for side, title in enumerate(("Reading", "Writing"))),
            "## What a contender cannot do",
            self.unable_list(),
            "## Against the size of a batch",
            "Time an item.",
            *(_curve_table(curve) for curve in self.size),
            "## Against depth",
            "Time a node of a linked list. From about 50 levels on, CPython itself gets dearer: frames of Python "
            "functions live in chunks of 16 KiB, which it maps when a recursion enters one and unmaps when it leaves; "
            "a function that only calls itself shows how much.",
            *(_curve_table(curve) for curve in self.depth),
            "## First conversion of a class",
            "By number of fields, class and plan included; beside it `pydantic.create_model` with the same fields.",
            *(_curve_table(curve) for curve in self.first),
            "## Memory of a stream",
            self.memory_table(),
            "## A whole SDK",
            self.sdk_table(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def preface(self) -> str:
        versions = ", ".join(f"{name} {version}" for name, version in self.about["versions"].items())
        return f"{self.about['date']}, {self.about['python']}, {self.about['machine']}.\n{versions}."

    def targets_table(self) -> str:
        rows = [
            [
                target.name,
                f"≤ {figure(target.limit, target.unit)}",
                figure(target.found, target.unit),
                target.verdict,
                target.detail,
            ]
            for target in self.targets
        ]
        return table(["promise", "target", "found", "verdict", "made of"], rows)

    def job_table(self, direction: tuple[str, str]) -> str:
        source, target = direction
        outcomes = [outcome for outcome in self.outcomes if (outcome.source, outcome.target) == direction]
        shown = [contender for contender in CONTENDERS if any(contender.name in o.timings for o in outcomes)]
        rows = []
        for outcome in outcomes:
            title = MODELS_BY_NAME[outcome.model].title
            if outcome.count > 1:
                title += f" ({outcome.count:,})"
            rows.append([title, *(_cell(outcome, contender.name) for contender in shown)])
        head = f"### {KIND_TITLES[source]} → {KIND_TITLES[target]}\n\n"
        return head + table(["model", *(contender.title for contender in shown)], rows)

    def unable_list(self) -> str:
        reasons: dict[tuple[str, str], list[str]] = {}
        for outcome in self.outcomes:
            for contender, reason in outcome.unable.items():
                job = f"{outcome.model}: {outcome.source} → {outcome.target}"
                reasons.setdefault((contender, reason), []).append(job)
        lines = [
            f"- **{CONTENDERS_BY_NAME[contender].title}**: {'; '.join(jobs)}: {reason}"
            for (contender, reason), jobs in reasons.items()
        ]
        return "\n".join(lines) or "Nothing: every contender did every job of the kinds that it knows."

    def json_table(self, side: int, title: str) -> str:
        rows = []
        for model, sides in self.json.items():
            times = {name: timing.best for name, timing in sides[side].items()}
            cells = [
                f"{duration(times[name])} ({ratio(times[name] / times['adapter'])})" if name in times else "✗"
                for name in JSON_TITLES
            ]
            rows.append([MODELS_BY_NAME[model].title, *cells])
        return f"### {title}\n\n" + table(["model", *JSON_TITLES.values()], rows)

    def sdk_table(self) -> str:
        return sdk_table(self.sdk, self.about["versions"].get(PACKAGE))

    def memory_table(self) -> str:
        counts = sorted({count for row in self.memory.values() for count in row})
        rows = [
            [direction, *(f"{row[count] / 1024:,.0f} KiB" if count in row else "" for count in counts)]
            for direction, row in self.memory.items()
        ]
        return table(["peak while converting", *(f"{count:,}" for count in counts)], rows)


def write(report: Report, folder: Path) -> None:
    """`report.json` and `report.md` in `folder`, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report.as_json(), indent=1) + "\n")
    (folder / "report.md").write_text(report.markdown())


def _cell(outcome: Outcome, contender: str) -> str:
    if contender not in outcome.timings:
        return "✗" if contender in outcome.unable else ""
    text = duration(outcome.timings[contender].best)
    found = outcome.ratio(contender, "by_hand")
    return text if found is None or contender == "by_hand" else f"{text} ({ratio(found)})"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _directions(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((outcome.source, outcome.target) for outcome in outcomes))


def _curve_table(curve: Curve) -> str:
    sizes = sorted({size for points in curve.points.values() for size in points})
    rows = [
        [curve_title(name), *(duration(points[size]) if size in points else "✗" for size in sizes)]
        for name, points in curve.points.items()
    ]
    head = f"{KIND_TITLES[curve.source]} → {KIND_TITLES[curve.target]}"
    return table([head, *(f"{size:,}" for size in sizes)], rows)


def curve_title(name: str) -> str:
    return CURVE_TITLES.get(name) or CONTENDERS_BY_NAME[name].title
