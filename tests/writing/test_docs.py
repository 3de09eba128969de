"""The examples of docs/source.md run, and print what the page says."""

import re
import sys
import types
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[2] / "docs" / "source.md").read_text()


def test_the_examples_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    module = types.ModuleType("shop.models")
    monkeypatch.setitem(sys.modules, "shop", types.ModuleType("shop"))
    monkeypatch.setitem(sys.modules, "shop.models", module)
    for example in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(compile(example, "docs/source.md", "exec", dont_inherit=True), vars(module))
    (output,) = re.findall(r"```python output\n(.*?)```", TEXT, re.DOTALL)
    assert capsys.readouterr().out == output
