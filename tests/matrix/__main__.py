"""`python -m tests.matrix [FILE]`: runs every feature in every direction and writes the table, docs/matrix.md."""

import importlib
import pathlib
import sys
import warnings

from tests.matrix.way import DIRECTIONS, FEATURES, Way

SECTIONS = ("BaseModel", "dataclass", "Type_Safe", "Objects", "Classes")
NAMES = {"type_safe": "Type_Safe", "basemodel": "BaseModel", "dataclass": "dataclass"}
HEAD = """# What is kept, and how

Each row is a feature of a model kind and a test of that name in `tests/matrix/`; each cell is what happened when an
instance of a class with that feature was converted in that direction and home again. Generated from real runs by
`python -m tests.matrix`; the tests fail when the table and the code disagree.

- **kept**: the class of the other kind expresses it; the instance comes home the same, whoever made it.
- **kept by sibling memory**: the other kind has no word for it; the instance carries it where `==`, dumps and `.json()`
  do not look, and it comes home the same.
- **refused**: the kind cannot express it at all; with the error and the reason.
"""


def main() -> None:
    path = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "docs/matrix.md")
    text = table()
    path.write_text(text)
    print(
        f"{path}: {len(FEATURES)} features, {len(FEATURES) * len(DIRECTIONS)} cells, {text.count('refused:')} refused"
    )


def table() -> str:
    """The whole document. Raises what a test raises, when a feature is lost."""
    for section in SECTIONS:
        importlib.import_module(f"tests.matrix.test_{section.lower()}")
    lines = [HEAD]
    section = ""
    for (name, words), test in sorted(FEATURES.items(), key=lambda item: SECTIONS.index(item[0][0])):
        if name != section:
            section = name
            heads = [f"{NAMES[source]} → {NAMES[target]}" for source, target in DIRECTIONS]
            lines += ["", f"## {section}", "", f"| feature | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
        cells = [outcome(test, Way(*direction)) for direction in DIRECTIONS]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def outcome(test, way) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        test(way)
    return way.outcome


if __name__ == "__main__":
    main()
