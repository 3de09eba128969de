"""The examples in docs/events.md run."""

import re
from pathlib import Path


def test_the_examples_run() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "events.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "docs/events.md", "exec"), {"__name__": "events"})
