"""The example of docs/check.md runs, and the page names what the command line says."""

import re
from pathlib import Path

from type_safe_convert.cli.report import _HEADINGS

TEXT = (Path(__file__).parents[2] / "docs" / "check.md").read_text()


def test_the_example_runs() -> None:
    examples = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "docs/check.md", "exec"), {})


def test_every_heading_is_explained() -> None:
    headings = [heading for _, heading in _HEADINGS]
    assert all(heading.partition(", with no")[0] in TEXT for heading in headings)
