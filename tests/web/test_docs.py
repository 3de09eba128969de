"""The examples of docs/fast_api.md run."""

import re
from pathlib import Path

import pytest

from fast_api import Fast_API
from fast_api.api_key import ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE

TEXT = (Path(__file__).parents[2] / "docs" / "fast_api.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_runs(number: int) -> None:
    exec(compile(EXAMPLES[number], f"example {number}", "exec"), {"__name__": f"example_{number}"})


def test_every_field_is_described() -> None:
    table = re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
    described = set(re.findall(r"`(\w+)`", " ".join(table)))
    assert described >= {name for name in Fast_API().__locals__() if not name.startswith("__")}
    assert {ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE} <= set(re.findall(r"\w+", TEXT))
