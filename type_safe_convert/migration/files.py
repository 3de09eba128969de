"""The files of a migration, and the modules that they are."""

from __future__ import annotations

import sys
import tokenize
from collections.abc import Iterable
from pathlib import Path

_SKIPPED = {"__pycache__", "node_modules", "site-packages"}


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The Python files that are named, and those in folders that are. Raises FileNotFoundError."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"there is no file or folder {path}")
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            inside = file.relative_to(path).parts if path.is_dir() else ()
            if not any(part in _SKIPPED or part.startswith(".") for part in inside):
                found.setdefault(file.resolve())
    return [*found]


def place_of_file(path: Path) -> tuple[Path, str]:
    """The folder from which a file is imported, and the name of its module."""
    names = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists():
        names.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(names)


def top_of(path: Path) -> Path:
    """The package or the module that a file belongs to, as it stands in the folder that it is imported from."""
    folder, module = place_of_file(path)
    first = module.partition(".")[0]
    return folder / first if (folder / first).is_dir() else path


def add_to_path(files: Iterable[Path]) -> None:
    """Makes the modules of files importable."""
    for folder in dict.fromkeys(str(place_of_file(file)[0]) for file in files):
        if folder not in sys.path:
            sys.path.insert(0, folder)


def read_text(path: Path) -> str:
    """The text of a Python file, in the encoding that it declares."""
    with tokenize.open(path) as file:
        return file.read()
