"""The examples in docs/testing.md run as the tests that they are."""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "testing.md"


def test_the_examples_pass_under_pytest(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.S)
    assert len(blocks) == 3
    (tmp_path / "test_models.py").write_text("\n".join(blocks))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_models.py"]
    environment = {**os.environ, "CI": "true"}  # by which Hypothesis sets no deadline, and a busy machine breaks none
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "5 passed" in run.stdout
    assert "warning" not in run.stdout
