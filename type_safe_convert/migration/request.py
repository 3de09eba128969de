"""The request and the result of a migration: plain data that goes between processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from type_safe_convert.migration.worker import ask


@dataclasses.dataclass(frozen=True)
class Note:
    """Something about a class that its statement in the other kind does not do. `field` is empty where it is of the
    class as a whole; `aspects` are what of its description differs therefore."""

    cls: str
    line: int
    field: str
    text: str
    aspects: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, order=True)
class CallSite:
    """A place that changes its meaning by a migration.

    Attributes:
        text: what stands there.
        use: what it does, in words.
        says: what stands for it; empty where there is nothing.
    """

    path: str
    line: int
    text: str
    use: str
    says: str


@dataclasses.dataclass(frozen=True)
class Request:
    """The files and classes to migrate.

    Attributes:
        source: the kind of the classes; any other kind than the target where it is empty.
        only, skip: names of classes, or their paths in a file (`Outer.Inner`).
    """

    paths: tuple[Path, ...]
    target: str
    source: str = ""
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class MigratedFile:
    """The result for one file.

    Attributes:
        module: its name.
        new: None where the file stays as it is.
        classes: the paths of its classes that are migrated; of those that would be, where it stays.
        reasons: why it stays: by class, or of the file under an empty name.
        notes: what the new classes do not do.
    """

    path: Path
    module: str
    old: str
    new: str | None
    classes: tuple[str, ...]
    reasons: Mapping[str, str]
    notes: tuple[Note, ...]


@dataclasses.dataclass(frozen=True)
class Result:
    """All files with classes to migrate, the call sites in all files, and the names in `only` that no class has."""

    files: tuple[MigratedFile, ...]
    sites: tuple[CallSite, ...]
    unknown: tuple[str, ...]


def migrate(request: Request) -> Result:
    """Migrates the files in memory; nothing is written.

    Raises:
        WorkerError: importing a module ended the process.
    """
    result: Result = ask("type_safe_convert.migration.migrate:migrate_here", request)
    return result
