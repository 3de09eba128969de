"""Puts the test of the table after those whose outcomes it shows, or leaves it out of a run of some of them."""

import pytest

from tests.matrix.pairs import PAIRS
from tests.matrix.table import SECTIONS
from tests.matrix.way import FEATURES


@pytest.hookimpl(trylast=True)  # after -k and the like have chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tables = [item for item in items if item.path.name == "test_table.py"]
    if not tables:
        return
    shown = [item.callspec.params for item in items if hasattr(item, "callspec")]
    chosen = {id(params[name]) for params in shown for name in ("way", "pair") if name in params}
    items[:] = [item for item in items if item not in tables]
    every = {id(way) for ways in FEATURES.values() for way in ways} | {id(pair) for pair in PAIRS}
    if {section for section, _ in FEATURES} == set(SECTIONS) and every <= chosen:
        items += tables
    else:
        config.hook.pytest_deselected(items=tables)
