"""Draws the folders and modules of a package with their imports: what is higher imports what is lower."""

from __future__ import annotations

from pathlib import Path

import matplotlib

from benchmarks.dark import write_dark_variant
from tests.structure.imports import imports_of

matplotlib.use("svg")
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch

_WIDTH, _HEIGHT = 2.6, 1.0


def parts_of(package: str) -> dict[str, dict[str, int]]:
    """By folder or module at the top of a package, how many imports it has of each other one."""
    found: dict[str, dict[str, int]] = {}
    for module, imported in imports_of(package).of.items():
        part = _part(module)
        counts = found.setdefault(part, {})
        for other in map(_part, imported):
            if other != part:
                counts[other] = counts.get(other, 0) + 1
    return found


def levels_of(parts: dict[str, dict[str, int]]) -> dict[str, int]:
    """The height at which each part stands, over all that it imports."""
    level: dict[str, int] = {}

    def height(part: str, above: tuple[str, ...] = ()) -> int:
        if part not in level:
            below = [height(other, (*above, part)) for other in parts[part] if other not in above]
            level[part] = 1 + max(below, default=-1)
        return level[part]

    for part in sorted(parts):
        height(part)
    return level


def draw(package: str, path: Path) -> None:
    """Writes the picture as SVG."""
    parts = parts_of(package)
    level = levels_of(parts)
    rows: dict[int, list[str]] = {}
    for part in sorted(parts):
        rows.setdefault(level[part], []).append(part)
    widest = max(map(len, rows.values()))
    place = {
        part: ((number + 0.5) * widest * 3.4 / len(row), height * 2.0)
        for height, row in rows.items()
        for number, part in enumerate(row)
    }
    matplotlib.rcParams["svg.hashsalt"] = package  # the same picture from the same imports
    figure, axes = plt.subplots(figsize=(widest * 2.6, len(rows) * 1.3))
    for part, imported in parts.items():
        for other, count in imported.items():
            x, y = place[part]
            to_x, to_y = place[other]
            arrow = FancyArrowPatch(
                (x, y - _HEIGHT / 2),
                (to_x, to_y + _HEIGHT / 2),
                arrowstyle="-|>",
                mutation_scale=9,
                linewidth=0.5 + 0.12 * count,
                color="#c0392b" if to_y >= y else "#7f8c8d",
                connectionstyle=f"arc3,rad={0.08 if to_x >= x else -0.08}",
                zorder=1,
            )
            axes.add_patch(arrow)
    for part, (x, y) in place.items():
        axes.add_patch(
            plt.Rectangle((x - _WIDTH / 2, y - _HEIGHT / 2), _WIDTH, _HEIGHT, fc="#ecf0f1", ec="#2c3e50", zorder=2)
        )
        axes.text(x, y, part, ha="center", va="center", fontsize=10, zorder=3)
    axes.set_xlim(0, widest * 3.4)
    axes.set_ylim(-1, len(rows) * 2.0 - 0.6)
    axes.set_axis_off()
    figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None})
    write_dark_variant(path)
    plt.close(figure)


def _part(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"
