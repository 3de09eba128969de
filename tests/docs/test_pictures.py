"""Each picture of the pages has a light and a dark variant, and the pages show both."""

import re
from pathlib import Path

import pytest

from benchmarks.dark import dark_path, dark_variant

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = [path for path in sorted(DOCS.glob("*.svg")) if not path.stem.endswith("-dark")]
PAGES = "\n".join(path.read_text() for path in DOCS.rglob("*.md"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_the_dark_variant_differs_in_colours_only(picture: Path) -> None:
    """`python -m benchmarks.dark PICTURE` writes it."""
    assert dark_path(picture).read_text() == dark_variant(picture.read_text()) != picture.read_text()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_page_shows_the_variant_that_the_scheme_asks_for(picture: Path) -> None:
    """Zensical's style sheet and GitHub hide the other one."""
    assert re.search(
        rf"\({picture.name}#gh-light-mode-only\)\n!\[[^\]]+\]\({dark_path(picture).name}#gh-dark-mode-only\)", PAGES
    )
