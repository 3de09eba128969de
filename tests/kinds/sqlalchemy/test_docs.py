"""The examples of docs/sqlalchemy.md run, one after the other, as a reader would type them."""

import re
import sys
import types
from pathlib import Path

TEXT = (Path(__file__).parents[3] / "docs" / "sqlalchemy.md").read_text()


def test_the_examples_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) >= 4
    module = types.ModuleType("sqlalchemy_docs")
    sys.modules[module.__name__] = module  # where SQLAlchemy resolves annotations
    try:
        for block in blocks:
            exec(compile(block, "docs/sqlalchemy.md", "exec", dont_inherit=True), module.__dict__)
    finally:
        del sys.modules[module.__name__]
