"""Writes JSON lines over an existing file and reads them again, in the folder of the first argument."""

import dataclasses
import sys
from pathlib import Path

from type_safe_convert import iter_json_lines, write_json_lines


@dataclasses.dataclass
class Line:
    sku: str


if __name__ == "__main__":
    file = Path(sys.argv[1]) / "lines.jsonl"
    file.write_text("old\n")
    write_json_lines([Line("gear"), Line("nut")], file)
    assert list(iter_json_lines(Line, file)) == [Line("gear"), Line("nut")]
