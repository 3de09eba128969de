"""Reports of `check`: tables for people, plain data for programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from type_safe_convert.cli.output import Output
from type_safe_convert.cli.verdicts import ClassReport, Failure, PackageReport, Severity, group_failures

_SHOWN = 25
_FOUND_LENGTH = 60

# Weights in the order of their gravity, with their headings.
_HEADINGS: tuple[tuple[Severity, str], ...] = (
    ("wrong", "Came back wrong"),
    ("crashed", "Failed without a named reason"),
    ("refused", "Refused, with a reason"),
    ("own", "Classes that refuse or change their own values, with no conversion involved"),
)
_GRAVE = {heading for _, heading in _HEADINGS[:2]}


def exit_status(reports: Sequence[PackageReport], strict: bool) -> int:
    """1 when something came back wrong or failed without a named reason; with `strict` for named refusals too."""
    severities: tuple[Severity, ...] = ("wrong", "crashed", "refused") if strict else ("wrong", "crashed")
    return int(any(report.failures(*severities) for report in reports))


def as_data(reports: Sequence[PackageReport], seed: int, strict: bool) -> dict[str, Any]:
    """Everything as JSON takes it."""
    return {
        "seed": seed,
        "ok": exit_status(reports, strict) == 0,
        "packages": [
            {
                "name": report.name,
                "directions": [dataclasses.asdict(direction) for direction in report.directions()],
                "failures": [dataclasses.asdict(failure) for failure in report.failures("wrong", "crashed", "refused")],
                "own": [dataclasses.asdict(failure) for failure in report.failures("own")],
                "not_built": [{"cls": one.cls, "reason": one.not_built} for one in report.classes if one.not_built],
                "unresolved": [
                    {"cls": one.cls, "field": field, "names": names}
                    for one in report.classes
                    for field, names in one.unresolved.items()
                ],
                "import_errors": [
                    {"module": module, "reason": reason} for module, reason in report.import_errors.items()
                ],
            }
            for report in reports
        ],
    }


def show(reports: Sequence[PackageReport], output: Output) -> None:
    """The counts, then what went wrong, most frequent first, then what was left out and why."""
    for report in reports:
        _counts(report, output)
    for severity, heading in _HEADINGS:
        _failures(heading, [failure for report in reports for failure in report.failures(severity)], output)
    classes = [one for report in reports for one in report.classes]
    _section(output, "Not built", _not_built(classes))
    _section(
        output,
        "Names that do not exist at run time (these fields pass any value)",
        [f"{one.cls}.{field}: {', '.join(names)}" for one in classes for field, names in one.unresolved.items()],
    )
    _section(
        output,
        "Modules that could not be imported",
        [f"{module}: {reason}" for report in reports for module, reason in report.import_errors.items()],
    )


_COUNTED = ("classes", "converted", "built", "equal", "same class")


def _counts(report: PackageReport, output: Output) -> None:
    output.words(report.name, style="bold")
    directions = report.directions()
    if not directions:
        output.words("no model classes", indent=2)
        return
    rows = [
        (
            f"{each.source} → {each.target}",
            *map(str, (each.classes, each.converted, each.built, each.equal, each.same_class)),
        )
        for each in directions
    ]
    output.table(("direction", *_COUNTED), rows, indent=2, right=len(_COUNTED))
    output.line()


def _failures(heading: str, failures: list[Failure], output: Output) -> None:
    lines = []
    found = group_failures(failures)
    for group in found:
        first = group[0]
        times = f"{len(group)} times: " if len(group) > 1 else ""
        place = f"{_some([failure.cls for failure in group])}{f', {first.field}' if first.field else ''}"
        reason = f"{first.reason}; found {_start(first.found)}" if first.found else first.reason
        lines.append(f"{times}{place}: {reason} ({first.route}, {first.step})")
    _section(output, heading, lines, "red" if heading in _GRAVE else "")


def _not_built(classes: Sequence[ClassReport]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for one in classes:
        if one.not_built:
            by_reason.setdefault(one.not_built, []).append(one.cls)
    return [f"{_some(names)}: {reason}" for reason, names in sorted(by_reason.items(), key=lambda item: -len(item[1]))]


def _start(found: str) -> str:
    """So much of a value as tells it from others; `--json` has more."""
    return found if len(found) <= _FOUND_LENGTH else f"{found[:_FOUND_LENGTH]}..."


def _some(classes: list[str]) -> str:
    distinct = list(dict.fromkeys(classes))
    if len(distinct) == 1:
        return distinct[0]
    text = ", ".join(name.rpartition(".")[2] for name in distinct[:3])
    return text + (f" and {len(distinct) - 3} more" if len(distinct) > 3 else "")


def _section(output: Output, heading: str, lines: Sequence[str], style: str = "") -> None:
    if not lines:
        return
    output.words(f"{heading}:", style=style or "bold")
    for line in lines[:_SHOWN]:
        output.words(line, indent=2)
    if len(lines) > _SHOWN:
        output.words(f"and {len(lines) - _SHOWN} more (--json has all)", indent=2)
    output.line()
