"""Migrates copies of public packages to another kind and back, and prints the table of `docs/migrate.md`.

pip install $(python -m tests.migration.packages --requirements)
python -m tests.migration.packages
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from type_safe_convert.migration.proof import Verdict, prove
from type_safe_convert.migration.request import MigratedFile, Request, Result, migrate


class Package(NamedTuple):
    """A package, what is migrated of it, and the classes that are left out."""

    distribution: str
    name: str
    source: str
    target: str
    skip: frozenset[str] = frozenset()


PACKAGES = [
    Package("griffelib", "griffe", "dataclass", "attrs"),
    Package("lsprotocol", "lsprotocol", "attrs", "dataclass"),
    Package("mcp-types", "mcp_types", "basemodel", "dataclass"),
    Package("ollama", "ollama", "basemodel", "dataclass"),
    Package("markdown-it-py", "markdown_it", "dataclass", "basemodel"),
]


class Figures(NamedTuple):
    """Of the classes of a package: those that moved, that proved equal, and that came back with the same shape."""

    classes: int
    moved: int
    equal: int
    back: int
    reasons: list[str]


def main() -> int:
    if "--requirements" in sys.argv:
        print(" ".join(package.distribution for package in PACKAGES))
        return 0
    print("| package | version | from, to | classes | migrated | proven equal | back again |")
    print("|---|---|---|---|---|---|---|")
    totals, reasons = [0, 0, 0, 0], []
    for package in PACKAGES:
        figures = figures_of(package)
        totals = [total + count for total, count in zip(totals, figures[:4], strict=True)]
        reasons += [f"{package.name}: {reason}" for reason in figures.reasons]
        version = importlib.metadata.version(package.distribution)
        way = f"{package.source} → {package.target}"
        print(f"| {package.name} | {version} | {way} | {' | '.join(map(str, figures[:4]))} |", flush=True)
    print(f"| **all** | | | {' | '.join(map(str, totals))} |")
    print("\n".join(reasons))
    return 0 if totals[2] >= 0.95 * totals[0] else 1


def figures_of(package: Package) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_of(package.name, Path(folder))
        before, there, verdicts = migrated(copy, package.source, package.target, package.skip)
        reasons = [f"{each.cls}: {text}" for each in verdicts for text in whys(each)]
        reasons += [f"{cls}: {why}" for file in before.files for cls, why in file.reasons.items()]
        asked = sum(len(file.classes) for file in before.files)
        equal = sum(not whys(each) for each in verdicts)
        # Back again: the shapes are compared with those of the first version, of which there is another copy.
        first = copy_of(package.name, Path(folder, "first"))
        back = migrate(Request((copy,), package.source, package.target, skip=package.skip))
        same = [each for each in prove(of_first(back, copy, first), count=1) if not whys(each, samples=False)]
        return Figures(asked, there, equal, len(same), reasons)


def copy_of(name: str, folder: Path) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return shutil.copytree(Path(spec.origin).parent, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def migrated(copy: Path, source: str, target: str, skip: frozenset[str]) -> tuple[Result, int, list[Verdict]]:
    """Migrates a copy where it stands."""
    result = migrate(Request((copy,), target, source, skip=skip))
    moved = [file for file in result.files if file.new is not None]
    verdicts = prove(moved)
    for file in moved:
        file.path.write_text(str(file.new), encoding="utf-8")
    return result, sum(len(file.classes) for file in moved), verdicts


def of_first(back: Result, copy: Path, first: Path) -> Iterator[MigratedFile]:
    """The files that came back, as new versions of the first ones."""
    for file in back.files:
        if file.new is not None:
            yield dataclasses.replace(file, path=first / file.path.relative_to(copy.resolve()))


def whys(verdict: Verdict, samples: bool = True) -> list[str]:
    """Returns the differences of a class, or why nothing is known of it."""
    found = [*verdict.different, *verdict.noted, *(verdict.unequal if samples else ())]
    return found[:1]


if __name__ == "__main__":
    sys.exit(main())
