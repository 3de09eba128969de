"""The plots of a report, each as SVG and PNG."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

from benchmarks.contenders import CONTENDERS
from benchmarks.measure import geometric_mean
from benchmarks.models import DIRECTIONS
from benchmarks.report import KIND_TITLES, Report, curve_title
from benchmarks.scaling import FIRST, MANY, Curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {
    "ours": "#c0392b",
    "ours_instance": "#e67e73",
    "ours_written": "#d98880",
    "ours_unchecked": "#f5c6c0",
    "by_hand": "#2c3e50",
    "by_hand_unchecked": "#8395a7",
    "original": "#8e44ad",
    "pydantic": "#e08e0b",
    "adapter": "#f1c40f",
    "msgspec": "#16a085",
    "msgspec_tagged": "#1abc9c",
    "adaptix": "#2980b9",
    "cattrs": "#7f8c8d",
    MANY: "#c0392b",
    FIRST: "#c0392b",
    "create_model": "#e08e0b",
    "recursion": "#bdc3c7",
}
STYLE: Any = {"axes.spines.top": False, "axes.spines.right": False, "font.size": 9, "svg.hashsalt": "benchmarks"}


def draw(report: Report, folder: Path) -> None:
    """`directions`, `size`, `depth` and `first_conversion`, each `.svg` and `.png`, in `folder`."""
    with mpl.rc_context(STYLE):
        _save(_directions(report), folder / "directions")
        _save(_curves(report.size, "instances in the batch", "ns an instance", report), folder / "size")
        _save(_curves(report.depth, "depth of the linked list", "ns a node", report), folder / "depth")
        _save(_curves(report.first, "fields of the class", "ns, first conversion", report), folder / "first_conversion")


def _save(figure: "Figure", path: Path) -> None:
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    figure.set_layout_engine("none")  # stays as it was laid out, which is most of the work
    figure.savefig(path.with_suffix(".png"), dpi=150)
    plt.close(figure)


def _directions(report: Report) -> "Figure":
    """Bars of each contender's time over the constructors by hand, one panel a direction, and two for attrs."""
    figure, panels = plt.subplots(3, 3, figsize=(17, 12), layout="constrained", sharex=True)
    groups = {
        f"{KIND_TITLES[source]} → {KIND_TITLES[target]}": [
            o for o in report.outcomes if (o.source, o.target) == (source, target)
        ]
        for source, target in DIRECTIONS
    }
    groups["attrs → the others"] = [o for o in report.outcomes if o.source == "attrs"]
    groups["the others → attrs"] = [o for o in report.outcomes if o.target == "attrs"]
    panels.flat[-1].set_axis_off()
    for panel, (title, outcomes) in zip(panels.flat, groups.items(), strict=False):
        bars = []
        for contender in CONTENDERS:
            ratios = [r for o in outcomes if (r := o.ratio(contender.name, "by_hand")) is not None]
            if ratios:
                bars.append((contender, ratios))
        _bars(panel, bars, sum("by_hand" in o.timings for o in outcomes))
        panel.set_title(title, fontsize=10)
    figure.suptitle(
        "Time relative to constructors by hand (log scale, left is faster): bars are geometric means over the models, "
        "the lines reach to the fastest and to the slowest\n"
        f"{report.about['date']}, {report.about['python']}, {report.about['machine']}",
        fontsize=10,
    )
    return figure


def _bars(panel: Any, bars: list[tuple[Any, list[float]]], jobs: int) -> None:
    for row, (contender, ratios) in enumerate(reversed(bars)):
        ratio, slowest = geometric_mean(ratios), max(ratios)
        # A bar starts at 1, which is the code by hand: to the left is faster, to the right slower.
        panel.barh(row, ratio - 1, left=1, color=COLOURS[contender.name], height=0.7)
        panel.plot([min(ratios), slowest], [row, row], color="#555555", linewidth=0.8, marker="|", markersize=4)
        note = _figure(ratio) if len(ratios) == 1 else f"{_figure(ratio)}, at most {_figure(slowest)}"
        if len(ratios) < jobs:
            note += f"  ({len(ratios)} of {jobs} models)"
        at = (max(slowest, 1), row)
        told = panel.annotate(note, at, xytext=(5, 0), textcoords="offset points", va="center", fontsize=7)
        told.set_in_layout(False)
    panel.set_yticks(range(len(bars)), [contender.title for contender, *_ in reversed(bars)], fontsize=7)
    panel.set_xscale("log")
    panel.set_xlim(0.004, 5_000)
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panel.axvline(1, color="#2c3e50", linewidth=0.8)


def _figure(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 10 else f"{ratio:.0f}"


def _curves(curves: list[Curve], across: str, up: str, report: Report) -> "Figure":
    """Both axes logarithmic, one panel a direction."""
    figure, panels = plt.subplots(2, 3, figsize=(12, 6.5), layout="constrained", sharex=True)
    for panel, curve in zip(panels.flat, curves, strict=True):
        for name, points in curve.points.items():
            style = {"marker": "o", "markersize": 3, "color": COLOURS[name], "label": curve_title(name)}
            panel.plot(list(points), list(points.values()), **style)
        panel.set(xscale="log", yscale="log")
        panel.set_title(f"{KIND_TITLES[curve.source]} → {KIND_TITLES[curve.target]}", fontsize=10)
        lowest = min(min(points.values()) for points in curve.points.values())
        highest = max(max(points.values()) for points in curve.points.values())
        panel.set_ylim(lowest / 3, highest * 3)
        panel.legend(fontsize=6, frameon=False)
    figure.supxlabel(across)
    figure.supylabel(up)
    figure.suptitle(f"{report.about['date']}, {report.about['python']}, {report.about['machine']}", fontsize=10)
    return figure
