"""The table of docs/matrix.md, from what the tests of this process saw."""

import itertools
import pathlib

from benchmarks.domain import SYSTEMS
from tests.matrix.pairs import KEPT, NO_CLASS, PAIRS, VALUES
from tests.matrix.way import COLUMNS, FEATURES, Column, Trip, Way

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "matrix.md"
SECTIONS = (
    *("BaseModel", "dataclass", "Type_Safe", "Objects", "Classes"),
    *("attrs", "msgspec", "NamedTuple", "TypedDict", "SQLAlchemy"),
)
NAMES = {
    "type_safe": "Type_Safe",
    "basemodel": "BaseModel",
    "dataclass": "dataclass",
    "attrs": "attrs",
    "msgspec": "msgspec",
    "namedtuple": "NamedTuple",
    "typeddict": "TypedDict",
}
HEAD = """# What is kept, and how

A row is a feature of a model kind, and a test of that name in `tests/matrix/`.

- The first five sections are about Type_Safe, BaseModel, dataclass and what they share. The test converts an instance
  of a class with that feature from each of the three to each other and back. It does the same through attrs, msgspec,
  NamedTuple and TypedDict: by that kind alone, and with one of the three before or after it. An empty cell is as the
  first.
- The others are about one further kind each. The test converts an instance of a class of that kind to every other and
  back, alone, and with one of the three before or after it.

Where the directions of a cell differ, it names those that do. `make matrix` writes the page from a run of the tests,
and a run of all of them fails where the page says otherwise.

- **kept**: the class of the other kind expresses the feature. The instance comes back the same, whoever made it.
- **carried**: the other kind has no word for the feature. The instance carries it where `==`, dumps and `.json()` do
  not look, and it comes back the same.
- **lost**: the other kind has no word and no room for the feature. All values of fields come back; private attributes,
  attributes beside the fields, or which fields were set, do not.
- **refused**: the kind cannot express the feature; with the error and the reason.
"""
PAIRS_HEAD = """
## Any kind to any kind

One domain model, written by hand in nine model systems (`benchmarks/domain/`): a customer with orders and their lines,
an optional field, an enum, dates, decimals, a list and a dict of values, a union of numbers and text, a union of two
models. Its instances go from the classes of a row to those of each system and back: first by the classes that were
written by hand, whose own constructors say what has to arrive, then by the generated classes of that kind.

- **the same**: the instance came back the same, by a strict comparison, also one whose fields with defaults were unset.
- **unset fields as set**: an instance with all fields set came back the same. Of one with unset fields all values came
  back, and the defaults as values that were set: the hand-written class has no place to note which fields were unset.
  Generated classes note it.

There are no generated classes of SQLAlchemy and of pydantic's dataclasses, and none of the kind of the source itself:
there, only the classes that were written by hand take part.

Where a system has no words for something, its classes say it otherwise:

- a TypedDict has keys that may be absent instead of defaults, and its instances are converted by
  `converter(SourceDict, Target)`, since a dict does not tell its class;
- the union of Structs has tags;
- the union of mapped classes is two tables below one (`Payment`), told by `polymorphic_on`, and what is no model is a
  JSON column there;
- Type_Safe gives each field a default.
"""


def table() -> str:
    """The whole document. A cell whose test did not pass says so."""
    return "\n".join([HEAD, *feature_tables(), PAIRS_HEAD, *pairs_table()]) + "\n"


def pairs_table() -> list[str]:
    """A row for each source: the targets by what came back from them."""
    lines = ["| from | the same | unset fields as set |", "|---|---|---|"]
    for source, found in itertools.groupby(PAIRS, key=lambda pair: pair.source):
        pairs = list(found)
        targets: dict[str, list[str]] = {KEPT: [], VALUES: []}
        for pair in pairs:
            name = SYSTEMS[pair.target][0]
            targets.setdefault(pair.written, []).append(name)
            if pair.generated not in (KEPT, NO_CLASS):
                targets.setdefault(pair.generated, []).append(f"generated {name}")
        most = max(targets.values(), key=len)
        cells = [
            ("all" if len(names) == len(pairs) else "all others") if names is most else ", ".join(names)
            for names in targets.values()
        ]
        lines.append(f"| {SYSTEMS[source][0]} | {' | '.join(cells)} |")
    return lines


def feature_tables() -> list[str]:
    """A table for each section, with a row for each feature."""
    lines: list[str] = []
    section = ""
    for (name, words), ways in sorted(FEATURES.items(), key=lambda item: SECTIONS.index(item[0][0])):
        columns = [way for way in ways if isinstance(way, Column)]
        if name != section:
            section = name
            heads = (
                ["feature", "the three", *(NAMES[kind] for kind in COLUMNS)] if columns else ["feature", "all kinds"]
            )
            lines += ["", f"## {section}", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
        most, others = _outcomes([way for way in ways if way not in columns])
        cells = ["; ".join([most, *others]), *("" if way.outcome == most else way.outcome for way in columns)]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    return lines


def _outcomes(ways: list[Way | Trip]) -> tuple[str, list[str]]:
    """The outcome of most directions, and those that differ."""
    found: dict[str, list[str]] = {}
    for way in ways:
        name = NAMES[way.kind] if isinstance(way, Trip) else f"{NAMES[way.source]} → {NAMES[way.target]}"
        found.setdefault(way.outcome, []).append(name)
    most, *others = sorted(found, key=lambda outcome: -len(found[outcome]))
    return most, [f"{', '.join(found[outcome])}: {outcome}" for outcome in others]
