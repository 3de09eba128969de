"""The table in the documentation says what the code does."""

from tests.matrix.table import DOCUMENT, table


def test_the_table_in_the_documentation_is_what_this_run_shows():
    """Runs last, and only where all features ran in all directions: see conftest.py."""
    assert DOCUMENT.read_text() == table(), "run `make matrix`"
