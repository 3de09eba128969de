"""The examples of every page run and print what the page shows; each page in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.page import blocks

ROOT = Path(__file__).parents[2]
PAGES = [
    path.relative_to(ROOT)
    for path in sorted((ROOT / "docs").rglob("*.md"))
    if path.name != "five-minutes.md"  # runs with the README in tests/newcomer
    and any(block.language == "python" for block in blocks(path.read_text()))
]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_examples_print_what_the_page_shows(page: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.docs.page", str(ROOT / page)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
