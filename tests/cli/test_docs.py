"""docs/check.md names what the command line says."""

from pathlib import Path

from type_safe_convert.cli.report import _HEADINGS

TEXT = (Path(__file__).parents[2] / "docs" / "check.md").read_text()


def test_every_heading_is_explained() -> None:
    headings = [heading for _, heading in _HEADINGS]
    assert all(heading.partition(", with no")[0] in TEXT for heading in headings)
