"""How the verdicts of `check` look: tables for people, plain data for programs."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from type_safe_convert.cli.verdicts import Failure, PackageReport, Weight, groups

_SHOWN = 25

# Weights in the order of their gravity, with their headings.
_HEADINGS: tuple[tuple[Weight, str], ...] = (
    ("wrong", "Came back wrong"),
    ("crashed", "Failed without a named reason"),
    ("refused", "Refused, with a reason"),
    ("own", "Classes that refuse or change their own values, with no conversion involved"),
)


def exit_status(reports: Sequence[PackageReport], strict: bool) -> int:
    """1 when something came back wrong or failed without a named reason; with `strict` for named refusals too."""
    weights: tuple[Weight, ...] = ("wrong", "crashed", "refused") if strict else ("wrong", "crashed")
    return int(any(report.failures(*weights) for report in reports))


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


def show(reports: Sequence[PackageReport], console: Console) -> None:
    """The table of counts, then what went wrong, most frequent first, then what was left out and why."""
    console.print(_counts(reports))
    for weight, heading in _HEADINGS:
        failures = [failure for report in reports for failure in report.failures(weight)]
        if failures:
            console.print(_failures(heading, failures))
    not_built = collections.defaultdict(list)
    for report in reports:
        for one in report.classes:
            if one.not_built:
                not_built[one.not_built].append(one.cls)
    if not_built:
        table = _table("Not built", ("classes", "right"), ("class", "left"), ("reason", "left"))
        for reason, classes in sorted(not_built.items(), key=lambda item: -len(item[1]))[:_SHOWN]:
            table.add_row(str(len(classes)), _some(classes), escape(reason))
        console.print(table)
    _lines(
        console,
        "Names that do not exist at run time (these fields pass any value)",
        [
            f"{one.cls}.{field}: {', '.join(names)}"
            for report in reports
            for one in report.classes
            for field, names in one.unresolved.items()
        ],
    )
    _lines(
        console,
        "Modules that could not be imported",
        [f"{module}: {reason}" for report in reports for module, reason in report.import_errors.items()],
    )


def _counts(reports: Sequence[PackageReport]) -> Table:
    counted = ("classes", "converted", "built", "equal", "same class")
    table = _table("", ("package", "left"), ("direction", "left"), *((name, "right") for name in counted))
    for report in reports:
        directions = report.directions()
        if not directions:
            table.add_row(report.name, "no model classes", *[""] * len(counted))
        for place, direction in enumerate(directions):
            table.add_row(
                report.name if place == 0 else "",
                f"{direction.source} → {direction.target}",
                str(direction.classes),
                _count(direction.converted, direction.classes),
                _count(direction.built, direction.classes, "yellow"),
                _count(
                    direction.equal, direction.built, "red" if direction.equal + direction.own < direction.built else ""
                ),
                _count(direction.same_class, direction.built - direction.own),
                end_section=place == len(directions) - 1,
            )
    return table


def _failures(heading: str, failures: list[Failure]) -> Table:
    table = _table(heading, ("times", "right"), ("class", "left"), ("field", "left"), ("reason", "left"))
    found = groups(failures)
    for group in found[:_SHOWN]:
        first = group[0]
        reason = f"{first.reason}; found {first.found}" if first.found else first.reason
        table.add_row(
            str(len(group)),
            _some([failure.cls for failure in group]),
            escape(first.field),
            f"{escape(reason)} [dim]({first.route}, {first.step})[/dim]",
        )
    if len(found) > _SHOWN:
        table.add_row("", f"and {len(found) - _SHOWN} more kinds (--json has all)", "", "")
    return table


def _table(title: str, *columns: tuple[str, Any]) -> Table:
    table = Table(title=title or None, title_justify="left")
    for name, justify in columns:
        table.add_column(name, justify=justify, overflow="fold")
    return table


def _count(number: int, of: int, short: str = "red") -> str:
    return str(number) if number == of or not short else f"[{short}]{number}[/{short}]"


def _some(classes: list[str]) -> str:
    distinct = list(dict.fromkeys(classes))
    text = ", ".join(name.rpartition(".")[2] for name in distinct[:3])
    text = distinct[0] if len(distinct) == 1 else text
    return escape(text) + (f" and {len(distinct) - 3} more" if len(distinct) > 3 else "")


def _lines(console: Console, heading: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(f"[italic]{heading}[/italic]")
    for line in lines[:_SHOWN]:
        console.print(f"  {escape(line)}", highlight=False)
    if len(lines) > _SHOWN:
        console.print(f"  and {len(lines) - _SHOWN} more (--json has all)")
