"""Draws the import graph of the core: `python -m tests.structure` writes docs/imports.svg."""

from pathlib import Path

from tests.structure.picture import draw

ROOT = Path(__file__).parent.parent.parent

if __name__ == "__main__":
    draw("type_safe_convert", ROOT / "docs" / "imports.svg")
