"""`python -m tests.matrix [FILE]`: runs the tests of every feature in every direction and writes docs/matrix.md."""

import pathlib
import sys

import pytest

from tests.matrix.pairs import PAIRS
from tests.matrix.table import DOCUMENT, table
from tests.matrix.way import FEATURES


def main() -> int:
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENT
    folder = pathlib.Path(__file__).parent
    arguments = [str(folder), "--ignore", str(folder / "test_table.py"), "-q", "-p", "no:cacheprovider"]
    if status := pytest.main(arguments):
        return int(status)
    text = table()
    path.write_text(text)
    cells = sum(map(len, FEATURES.values()))
    print(f"{path}: {len(FEATURES)} features, {cells} cells, {text.count('refused:')} refused; {len(PAIRS)} pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
