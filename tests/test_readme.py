"""The examples of the README run, one after the other, as a reader would type them, and print what it says."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

README = Path(__file__).parent.parent / "README.md"


def test_the_examples_print_what_the_readme_shows() -> None:
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", README.read_text(), re.S)
    assert examples
    assert len(examples) == README.read_text().count("```python")
    namespace: dict[str, Any] = {"__name__": "readme"}
    for code, output in examples:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "README.md", "exec", dont_inherit=True), namespace)
        assert printed.getvalue() == output


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text()):
        assert (README.parent / target).exists(), target
