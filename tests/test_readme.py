"""The links of the README; its examples run with those of the other pages, in tests/newcomer."""

import re
from pathlib import Path

import pytest

from benchmarks.readme import PAGES, committed, page_with_figures

README = Path(__file__).parent.parent / "README.md"


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text()):
        assert (README.parent / target).exists(), target


def test_two_screens_stand_before_the_further_links() -> None:
    """Of 63 lines each, and without pictures, which have no lines."""
    start = README.read_text().partition("\n## More\n")[0]
    assert len(start.splitlines()) <= 126
    assert "<img" not in start
    assert "![" not in start


@pytest.mark.parametrize("name", PAGES)
def test_the_figures_are_those_of_the_committed_report(name: str) -> None:
    assert page_with_figures(name, committed()) == (README.parent / name).read_text()
