"""The picture of docs/benchmarks.md, from the committed report: `python -m benchmarks.overview`.

`benchmarks/report/directions.svg` has every contender; this one has those that a reader may choose between, and letters
that can be read at the width of a page.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

from benchmarks.dark import write_dark_variant
from benchmarks.figures import ratio
from benchmarks.measure import geometric_mean
from benchmarks.models import DIRECTIONS
from benchmarks.readme import ROOT, committed
from benchmarks.report import KIND_TITLES

PICTURE = ROOT / "docs" / "directions.svg"

# By contender: its title and colour.
SHOWN = {
    "ours": ("type-safe-convert", "#c0392b"),
    "pydantic": ("pydantic, from_attributes", "#e08e0b"),
    "adapter": ("pydantic, from a dict", "#e08e0b"),
    "msgspec": ("msgspec", "#16a085"),
    "adaptix": ("adaptix", "#2980b9"),
    "cattrs": ("cattrs", "#7f8c8d"),
    "original": ("osbot-fast-api 0.39", "#8e44ad"),
}
# Of JSON: the title and colour of a contender, and pydantic's that takes 1.
JSON_SHOWN = {
    "type_safe": ("type-safe-convert, Type_Safe", "#c0392b", "adapter"),
    "dataclass": ("type-safe-convert, dataclass", "#c0392b", "adapter"),
    "basemodel": ("type-safe-convert, BaseModel", "#c0392b", "model"),
    "msgspec": ("msgspec, which checks less", "#16a085", "adapter"),
}
JSON_TITLES = ("from JSON, where pydantic takes 1", "to JSON, where pydantic takes 1")
# Texts stay texts: letters as paths would take half a megabyte.
STYLE: Any = {"font.size": 10, "svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.family": "sans-serif"}
STYLE |= {"axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False}


def rows(report: dict[str, Any], source: str, target: str) -> list[tuple[str, list[float], int]]:
    """Returns for each contender of a direction its times over those by hand, and how many jobs there are by hand."""
    jobs = [job for job in report["jobs"] if (job["source"], job["target"]) == (source, target)]
    jobs = [job for job in jobs if "by_hand" in job["timings"]]
    found = []
    for name in SHOWN:
        times = [(job["timings"][name], job["timings"]["by_hand"]) for job in jobs if name in job["timings"]]
        if times:
            found.append((name, [time["best"] / by_hand["best"] for time, by_hand in times], len(jobs)))
    return found


def json_rows(report: dict[str, Any], side: int) -> list[tuple[str, list[float], int]]:
    """Returns the same of reading JSON (side 0) or writing it (1), over the times of pydantic."""
    models = [sides[side] for sides in report["json"].values()]
    found = []
    for name, (_, _, other) in JSON_SHOWN.items():
        ratios = [times[name]["best"] / times[other]["best"] for times in models if name in times]
        found.append((name, ratios, len(models)))
    return found


def sections(report: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str, list[float], int]]]]:
    """Yields the title of each section, and its bars: title, colour, ratios, number of jobs."""
    for source, target in DIRECTIONS:
        bars = [(*SHOWN[name], ratios, jobs) for name, ratios, jobs in rows(report, source, target)]
        yield f"{KIND_TITLES[source]} → {KIND_TITLES[target]}", bars
    for side, title in enumerate(JSON_TITLES):
        yield title, [(*JSON_SHOWN[name][:2], ratios, jobs) for name, ratios, jobs in json_rows(report, side)]


def note(ratios: list[float], jobs: int) -> str:
    """Returns the text beside a bar: the mean, the slowest, and how many of the models the contender converts."""
    some = f" ({len(ratios)} of {jobs} models)" if len(ratios) < jobs else ""
    return f"{ratio(geometric_mean(ratios))}, at most {ratio(max(ratios))}{some}"


def draw(report: dict[str, Any], path: Path) -> None:
    """Writes the picture: a bar for each contender, section by section."""
    shown = [*sections(report)]
    lines = sum(len(bars) + 1.4 for _, bars in shown)
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(8, 0.23 * lines + 0.9), layout="constrained")
        place, ticks = 0.0, {}
        for head, bars in shown:
            axes.text(0.0022, place, head, weight="bold", va="center")
            for title, colour, ratios, jobs in bars:
                place += 1
                ticks[place] = title
                mean = geometric_mean(ratios)
                axes.barh(place, mean - 1, left=1, color=colour, height=0.7)
                axes.plot([min(ratios), max(ratios)], [place, place], color="#555555", linewidth=1, marker="|")
                axes.text(max(1, *ratios) * 1.25, place, note(ratios, jobs), va="center", fontsize=9)
            place += 1.4
        axes.set_yticks([*ticks], ticks.values())
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(place - 0.6, -0.8)
        axes.set_xscale("log")
        axes.set_xlim(0.002, 50_000)
        axes.set_xticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
        axes.minorticks_off()
        axes.axvline(1, color="#2c3e50", linewidth=1)
        axes.set_xlabel(
            "time of one conversion, where constructors by hand take 1 (log scale, left is faster)\n"
            "bars: geometric means over the models; lines: from the fastest to the slowest"
        )
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def main() -> None:
    """Draws the committed report, in both colour schemes."""
    draw(committed(), PICTURE)
    write_dark_variant(PICTURE)


if __name__ == "__main__":
    main()
