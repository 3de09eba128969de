"""The table of docs/matrix.md, from what the tests of this process saw."""

import itertools
import pathlib

from benchmarks.domain import SYSTEMS
from tests.matrix.pairs import PAIRS
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
PAIRS_HEAD = """
## Any kind to any kind

One domain model, written by hand in nine model systems (`benchmarks/domain/`): a customer with orders and their lines,
an optional field, an enum, dates, decimals, a list and a dict of values, a union of numbers and text, a union of two
models. Each cell is what came back, on the way from the row's classes to the column's and back again: first by the
classes that were written by hand, whose own constructors say what has to arrive, then by the generated classes of that
kind.

- **kept**: the instance came back the same, by a strict comparison, also one whose fields with defaults were unset.
- **values**: an instance with all fields set came back the same. Of one with unset fields all values came back, and the
  defaults as values that were set: the hand-written class has no place to note which fields were unset.
- **none**: no class is made. SQLAlchemy's classes are written by users only, generated dataclasses are standard ones,
  and within its own kind a class stands for itself.
- **refused**: `UntoldClassError` for the union of two models; the rest came back the same. The field of the mapped
  class declares the table above the two, and the dict of a generated TypedDict does not tell which of them it is.

Where a system has no words for something, its classes say it otherwise: a TypedDict has keys that may be absent instead
of defaults, and its instances are converted by `converter(SourceDict, Target)`, since a dict does not tell its class;
the union of Structs has tags; the union of mapped classes is two tables below one (`Payment`), and what is no model is
a JSON column there; Type_Safe gives each field a default.
"""


def table() -> str:
    """The whole document. A cell whose test did not pass says so."""
    lines = [HEAD, *feature_tables(), PAIRS_HEAD, *pairs_table()]
    return "\n".join(lines) + "\n"


def pairs_table() -> list[str]:
    """A row for each source, a column for each target."""
    rows = [(source, list(pairs)) for source, pairs in itertools.groupby(PAIRS, key=lambda pair: pair.source)]
    heads = [f"→ {SYSTEMS[pair.target][0]}" for pair in rows[0][1]]
    lines = [f"| from | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    return lines + [f"| {SYSTEMS[source][0]} | {' | '.join(pair.cell for pair in pairs)} |" for source, pairs in rows]


def feature_tables() -> list[str]:
    """A table for each section, with a row for each feature."""
    lines: list[str] = []
    section = ""
    for (name, words), ways in sorted(FEATURES.items(), key=lambda item: SECTIONS.index(item[0][0])):
        if name != section:
            section = name
            heads = [f"{NAMES[source]} → {NAMES[target]}" for source, target in DIRECTIONS]
            lines += ["", f"## {section}", "", f"| feature | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
        lines.append(f"| {words} | {' | '.join(way.outcome for way in ways)} |")
    return lines
