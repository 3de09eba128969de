"""Writes the dark variant of SVG pictures: `python -m benchmarks.dark docs/pipeline.svg` writes docs/pipeline-dark.svg.

The pages show one of the two, as the switch of the site says.
"""

import sys
from pathlib import Path

# Ground, text, lines and boxes; all other colours are readable on both grounds.
_DARK = {
    "#ffffff": "#1e2129",
    "#000000": "#d5dbe3",
    "#1f2933": "#e4e9f0",
    "#2c3e50": "#9fb3c8",
    "#555555": "#a9b5c4",
    "#52606d": "#a9b5c4",
    "#5b6b7f": "#8fa1b8",
    "#ecf0f1": "#2b3240",
    "#eef2f7": "#2b3240",
    "#e3f1e6": "#23382a",
    "#3f7d4e": "#7fc792",
    "#fbe6e4": "#432724",
    "#b5443a": "#e58b82",
}
_TEXT = "#e4e9f0"


def dark_variant(picture: str) -> str:
    """Returns the text of an SVG picture in the colours of the dark scheme."""
    for light, dark in _DARK.items():
        picture = picture.replace(light, dark)
    return picture.replace("<svg ", f'<svg fill="{_TEXT}" ', 1)  # matplotlib's text has no fill of its own


def dark_path(path: Path) -> Path:
    """Returns the path of the dark variant of a picture."""
    return path.with_stem(f"{path.stem}-dark")


def write_dark_variant(path: Path) -> None:
    """Writes the dark variant of a picture beside it."""
    dark_path(path).write_text(dark_variant(path.read_text()))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write_dark_variant(Path(name))
