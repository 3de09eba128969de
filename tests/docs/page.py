"""Runs the examples of a page of the documentation and compares what they print: `python -m tests.docs.page FILE`.

With a heading after FILE: the examples before the first heading of the second level, and those below that heading.

- A block ``python`` runs, after those before it, in one module.
- A block ``python title="shop.py"`` is a file for later blocks and commands; blocks of one title are one file.
- A block ``sh`` runs if a block ``text`` follows it.
- A block ``text`` that follows is what was printed, line by line; `...` stands for anything.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(r"^( *)```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    language: str
    title: str | None
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    for found in BLOCK.finditer(page):
        indent, language, title, text = found.groups()
        lines = [line.removeprefix(indent) for line in text.splitlines()]
        yield Block(language, title, "\n".join(lines), page.count("\n", 0, found.start()) + 2)


def section(page: str, heading: str) -> str:
    """The text of a page with all but its beginning and one section empty, so that the numbers of lines stay."""
    kept, lines = True, []
    for line in page.splitlines():
        if line.startswith("## "):
            kept = line == f"## {heading}"
        lines.append(line if kept else "")
    return "\n".join(lines)


def run(page: Path, heading: str | None = None) -> list[str]:
    """Returns what differs: one text for each example."""
    text = page.read_text()
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    sys.path.insert(0, "")
    problems = []
    found = [*blocks(text if heading is None else section(text, heading)), Block("end", None, "", 0)]
    for block, following in pairwise(found):
        shown = following.text if following.language == "text" else None
        try:
            printed = _printed(block, shown, module, page.name)
        except Exception as error:
            problems.append(f"{page.name}:{block.line}: {type(error).__name__}: {error}")
            continue
        if printed is not None and not _matches(printed, shown or ""):
            problems.append(f"{page.name}:{block.line} prints\n{printed}\nand the page shows\n{shown}")
    return problems


def _printed(block: Block, shown: str | None, module: types.ModuleType, name: str) -> str | None:
    if block.language == "python" and block.title:
        with Path(block.title).open("a") as file:
            file.write(block.text + "\n\n\n")
        return None
    if block.language == "python":
        code = compile("\n" * (block.line - 1) + block.text, name, "exec", dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(code, module.__dict__)
        return output.getvalue()
    if block.language == "sh" and shown is not None:
        done = subprocess.run(block.text, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout
    return None


def _matches(printed: str, shown: str) -> bool:
    lines, expected = (
        [line.rstrip() for line in text.strip().splitlines() if line.strip()] for text in (printed, shown)
    )
    pattern = re.escape("\n".join(expected)).replace(re.escape("..."), ".*?")
    return re.fullmatch(pattern, "\n".join(lines), re.DOTALL) is not None


def main(page: Path, heading: str | None = None) -> int:
    binaries = Path(sys.executable).parent
    os.environ |= {"PATH": f"{binaries}:{os.environ['PATH']}", "COLUMNS": "100", "NO_COLOR": "1", "CI": "true"}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        problems = run(page, heading)
    print("\n\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), *sys.argv[2:]))
