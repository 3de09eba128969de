"""The table in the documentation says what the code does."""

import pathlib

from tests.matrix.__main__ import table

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "matrix.md"


def test_the_table_in_the_documentation_is_what_runs_show():
    text = table()
    assert DOCUMENT.read_text() == text, "run `python -m tests.matrix`"
    assert "lost" not in text
