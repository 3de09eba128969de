"""A generated function changes only on purpose: `python -m tests.generated.snapshots` writes the texts anew.

A commit that changes them tells what the benchmark measured before and after.
"""

import pytest

from benchmarks.models import Model
from tests.generated.snapshots import SNAPSHOTS, path_of, snapshot


@pytest.mark.parametrize("model", SNAPSHOTS, ids=lambda model: model.name)
def test_the_text_of_the_generated_functions(model: Model) -> None:
    assert snapshot(model) == path_of(model).read_text()
