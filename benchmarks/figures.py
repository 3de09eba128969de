"""Figures as the report and the pages write them, and the path of the committed report."""

import math
from pathlib import Path

FOLDER = Path(__file__).parent / "report"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; a pipe in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def duration(nanoseconds: float) -> str:
    """Three figures and a unit: '327 ns', '14.1 µs', '2.87 ms'."""
    for limit, unit in ((1e3, "ns"), (1e6, "µs"), (1e9, "ms")):
        if nanoseconds < limit:
            return f"{_three(nanoseconds / limit * 1e3)} {unit}"
    return f"{_three(nanoseconds / 1e9)} s"


def _three(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def figure(value: float, unit: str) -> str:
    if math.isnan(value):
        return ""
    if unit:
        return f"{value:,.0f} {unit}"
    return f"1/{1 / value:,.0f}" if value < 0.1 else f"{value:.2f}"
