"""Each picture of the pages has a light and a dark variant, and the pages show both."""

import re
from pathlib import Path

import pytest

from benchmarks import overview
from benchmarks.dark import dark_path, dark_variant
from benchmarks.models import DIRECTIONS
from benchmarks.readme import committed

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = [path for path in sorted(DOCS.glob("*.svg")) if not path.stem.endswith("-dark")]
PAGES = "\n".join(path.read_text() for path in DOCS.rglob("*.md"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_the_dark_variant_differs_in_colours_only(picture: Path) -> None:
    """`python -m benchmarks.dark PICTURE` writes it."""
    assert dark_path(picture).read_text() == dark_variant(picture.read_text()) != picture.read_text()


def test_the_picture_of_the_directions_has_the_figures_of_the_committed_report() -> None:
    """`python -m benchmarks.overview` draws it."""
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", overview.PICTURE.read_text())
    notes = [text for text in texts if "at most" in text]
    found = [row for direction in DIRECTIONS for row in overview.rows(committed(), *direction)]
    found += [row for side in (0, 1) for row in overview.json_rows(committed(), side)]
    assert notes == [overview.note(ratios, jobs) for _, ratios, jobs in found]


def test_letters_of_the_picture_of_the_directions_are_readable_at_the_width_of_a_page() -> None:
    picture = overview.PICTURE.read_text()
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', picture)[1])  # type: ignore[index]
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", picture)]
    assert sizes
    assert min(sizes) * 800 / width > 11  # pixels of the screen


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_page_shows_the_variant_that_the_scheme_asks_for(picture: Path) -> None:
    """Zensical's style sheet and GitHub hide the other one."""
    assert re.search(
        rf"\({picture.name}#gh-light-mode-only\)\n!\[[^\]]+\]\({dark_path(picture).name}#gh-dark-mode-only\)", PAGES
    )
