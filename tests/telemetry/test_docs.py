"""The examples in docs/telemetry.md run; in a process of their own, since a process has one tracer provider."""

import re
import subprocess
import sys
from pathlib import Path


def test_the_examples_run() -> None:
    text = (Path(__file__).parents[2] / "docs" / "telemetry.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) == 2
    found = subprocess.run([sys.executable, "-c", "\n".join(blocks)], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
