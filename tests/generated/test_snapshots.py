"""A generated function changes only on purpose: `python -m tests.generated.snapshots` writes the texts anew.

A commit that changes them tells what the benchmark measured before and after.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.models import Model
from tests.generated.snapshots import SNAPSHOTS, path_of


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshots of this tree, by a process of their own: a subclass that another test made would change them."""
    folder = tmp_path_factory.mktemp("snapshots")
    subprocess.run([sys.executable, "-m", "tests.generated.snapshots", folder], check=True)
    return folder


@pytest.mark.parametrize("model", SNAPSHOTS, ids=lambda model: model.name)
def test_the_text_of_the_generated_functions(model: Model, written: Path) -> None:
    assert (written / path_of(model).name).read_text() == path_of(model).read_text()
