"""The table of docs/matrix.md, from what the tests of this process saw."""

import pathlib

from tests.matrix.way import DIRECTIONS, FEATURES

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "matrix.md"
SECTIONS = ("BaseModel", "dataclass", "Type_Safe", "Objects", "Classes")
NAMES = {"type_safe": "Type_Safe", "basemodel": "BaseModel", "dataclass": "dataclass", "attrs": "attrs"}
HEAD = """# What is kept, and how

Each row is a feature of a model kind and a test of that name in `tests/matrix/`; each cell is what happened when an
instance of a class with that feature was converted in that direction and back again. `make matrix` writes it from a run
of the tests, and a run of all of them fails where the table says otherwise.

- **kept**: the class of the other kind expresses it; the instance comes back the same, whoever made it.
- **carried**: the other kind has no word for it; the instance carries it where `==`, dumps and
  `.json()` do not look, and it comes back the same.
- **refused**: the kind cannot express it at all; with the error and the reason.
"""


def table() -> str:
    """The whole document. A cell whose test did not pass says so."""
    lines = [HEAD]
    section = ""
    for (name, words), ways in sorted(FEATURES.items(), key=lambda item: SECTIONS.index(item[0][0])):
        if name != section:
            section = name
            heads = [f"{NAMES[source]} → {NAMES[target]}" for source, target in DIRECTIONS]
            lines += ["", f"## {section}", "", f"| feature | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
        lines.append(f"| {words} | {' | '.join(way.outcome for way in ways)} |")
    return "\n".join(lines) + "\n"
