"""The examples of docs/json.md run, one after the other."""

import re
from pathlib import Path
from typing import Any

TEXT = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_the_examples_run() -> None:
    names: dict[str, Any] = {"__name__": "json_examples"}

    assert len(EXAMPLES) > 6
    for number, example in enumerate(EXAMPLES):
        exec(compile(example, f"docs/json.md, example {number}", "exec"), names)
