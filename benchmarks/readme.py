"""The figures of the report in README.md and docs/benchmarks.md: `python -m benchmarks.readme` writes them.

`make bench` does so after it has written the report; a test holds that they are those of the committed one.
"""

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.bench_json import summary
from benchmarks.figures import FOLDER, figure, ratio, table
from benchmarks.measure import Timing

ROOT = Path(__file__).parent.parent
_MARKED = r"(<!-- {name}[^\n]*-->\n).*?(<!-- end -->)"

# The targets that the README shows, with the words that it has for them.
ROWS = {
    "→ BaseModel, → dataclass, against constructors by hand": "the constructors by hand, → BaseModel and → dataclass",
    "→ BaseModel, against pydantic's from_attributes": "pydantic's validator with `from_attributes`, → BaseModel",
    "dataclass ⇄ BaseModel, against adaptix (which checks nothing)": (
        "adaptix (which checks nothing), dataclass ⇄ BaseModel"
    ),
    "→ dataclass, against msgspec.convert": "`msgspec.convert`, which is C, → dataclass",
    "first conversion of a class of 20 fields, against pydantic.create_model": (
        "first conversion of a class of 20 fields, against `pydantic.create_model`"
    ),
    "constraints and unions → BaseModel, against from_attributes": (
        "`from_attributes`, → BaseModel, of models with constraints, validators and unions"
    ),
    "constraints and unions → BaseModel, against constructors by hand": "the constructors by hand, of the same models",
    "BaseModel → dataclass, Type_Safe, against TypeAdapter of a dict": (
        "`TypeAdapter` of a dict, BaseModel → dataclass and Type_Safe, of the same models"
    ),
    "unions of models, against msgspec's tagged unions": "msgspec's tagged unions",
}
# The same of JSON, by the name of its row: mean and slowest over all models that the other one can do, too.
JSON_ROWS = {
    "JSON -> dataclass, against TypeAdapter.validate_json": "`TypeAdapter.validate_json`, JSON → dataclass",
    "JSON -> Type_Safe, against TypeAdapter.validate_json of the dataclass": "the same, JSON → Type_Safe",
    "JSON -> dataclass, against msgspec": "msgspec, which is C and checks less, JSON → dataclass",
    "dataclass -> JSON, against TypeAdapter.dump_json": "`TypeAdapter.dump_json`, dataclass → JSON",
    "Type_Safe -> JSON, against TypeAdapter.dump_json of the dataclass": "the same, Type_Safe → JSON",
    "dataclass -> JSON, against msgspec": "msgspec, dataclass → JSON",
}


def readme_figures(report: dict[str, Any]) -> str:
    """The paragraph and the table of the README."""
    about = report["about"]
    further = len(_with_rules(report))
    plain = len({job["model"] for job in report["jobs"]}) - further
    found = {target["name"]: target for target in report["targets"] if target["found"] is not None}
    rows = [
        [words, figure(found[name]["found"], ""), _slowest(found[name]["detail"])]
        for name, words in ROWS.items()
        if name in found
    ]
    of_json = {row.name: (mean, worst, model) for row, mean, worst, model in summary(_json_timings(report))}
    rows += [
        [words, figure(mean, ""), f"{ratio(worst)}: {model}"]
        for name, words in JSON_ROWS.items()
        for mean, worst, model in [of_json[name]]
    ]
    return (
        f"Geometric means over {plain} models, of JSON over {len(report['json'])}, with all checks on (`make bench`,\n"
        f"{about['date']}, {about['python']}, {about['machine']}); the whole report, with {further} further models\n"
        "(constraints, validators, unions, generics), is in [`benchmarks/report/`](benchmarks/report/report.md).\n\n"
        + table(["our conversion, against", "ratio", "the slowest"], rows)
        + "\n\n"
    )


def _json_timings(report: dict[str, Any]) -> dict[str, tuple[dict[str, Timing], dict[str, Timing]]]:
    """The timings of reading and writing each model, as `bench_json` measured them."""
    return {model: (_timings(read), _timings(write)) for model, (read, write) in report["json"].items()}


def _timings(side: dict[str, Any]) -> dict[str, Timing]:
    return {name: Timing(**timing) for name, timing in side.items()}


def _slowest(detail: str) -> str:
    """The job of the highest ratio, from 'from 0.5 (job) to 1.5 (job)' or 'worst: 1.9 (job)'."""
    found = re.search(r"(?:to|worst:) ([\d.]+) \((.+?)\)$", detail)
    return f"{found[1]}: {found[2].replace('->', '→')}" if found else ""


def target_figures(report: dict[str, Any]) -> str:
    """The table of all targets in docs/benchmarks.md."""
    rows = [
        [
            target["name"],
            f"≤ {figure(target['limit'], target['unit'])}",
            "" if target["found"] is None else figure(target["found"], target["unit"]),
            target["verdict"],
        ]
        for target in report["targets"]
    ]
    about = report["about"]
    head = f"{about['date']}, {about['python']}, {about['machine']}; made of which jobs, the report says.\n\n"
    return head + table(["promise", "target", "found", "verdict"], rows) + "\n\n"


def _with_rules(report: dict[str, Any]) -> set[str]:
    return {job["model"] for job in report["jobs"] if job.get("rules")}


PAGES = {"README.md": ("figures", readme_figures), "docs/benchmarks.md": ("targets", target_figures)}


def page_with_figures(name: str, report: dict[str, Any]) -> str:
    """The text of a page, with the figures of a report between its marks."""
    mark, figures = PAGES[name]
    text = (ROOT / name).read_text()
    made, count = re.subn(
        _MARKED.format(name=mark), lambda found: found[1] + figures(report) + found[2], text, flags=re.DOTALL
    )
    assert count == 1, f"{name} has no marks"
    return made


def committed() -> dict[str, Any]:
    """The report in the repository."""
    found: dict[str, Any] = json.loads((FOLDER / "report.json").read_text())
    return found


def main() -> None:
    for name in PAGES:
        (ROOT / name).write_text(page_with_figures(name, committed()))


if __name__ == "__main__":
    main()
