"""The table of docs/matrix.md, from what the tests of this process saw."""

import itertools
import pathlib
import re

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
# The text between marks is written; all other text is in the document alone.
MARKED = r"(<!-- {mark}[^\n]*-->\n).*?(\n<!-- end -->)"


def table() -> str:
    """The whole document. A cell whose test did not pass says so."""
    text = DOCUMENT.read_text()
    for mark, lines in (("features", feature_tables()), ("pairs", pairs_table())):
        made = "\n".join(lines)
        pattern = MARKED.format(mark=mark)
        text, count = re.subn(pattern, lambda found, made=made: found[1] + made + found[2], text, flags=re.DOTALL)
        assert count == 1, f"the page has no marks for {mark}"
    return text


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
