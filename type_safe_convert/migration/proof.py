"""Proves that migrated classes mean the same: their shapes, field by field, and samples old, new and old again.

The old and the new modules are imported in processes of their own; descriptions and values go between them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import pickle
import pkgutil
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from type_safe_convert.json.codec import from_python, to_python
from type_safe_convert.migration.files import place_of_file, top_of
from type_safe_convert.migration.request import MigratedFile, Note
from type_safe_convert.migration.worker import WorkerError, ask
from type_safe_convert.testing.construct import EXTRA_FIELD
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.folder import passing_folder
from type_safe_convert.testing.sampler import NotBuilt, Sampler
from type_safe_convert.writing.shapes import Description, compare, describe

Key = tuple[str, str]


@dataclasses.dataclass
class Verdict:
    """The result for one class.

    Attributes:
        different: what the new class says otherwise, or why it could not be looked at.
        noted: the part of this that a note of the migration tells.
        sampled: the samples that came back equal.
        unequal: what came back otherwise.
        unsampled: why there is no sample.
    """

    module: str
    cls: str
    different: list[str] = dataclasses.field(default_factory=list)
    noted: list[str] = dataclasses.field(default_factory=list)
    sampled: int = 0
    unequal: list[str] = dataclasses.field(default_factory=list)
    unsampled: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing differs."""
        return not self.different and not self.noted and not self.unequal


@dataclasses.dataclass
class Facts:
    """The findings of a process about a class: its description, samples as plain values, or why there is none."""

    description: Description | None = None
    failure: str = ""
    samples: list[bytes] = dataclasses.field(default_factory=list)
    unsampled: str = ""


def prove(files: Iterable[MigratedFile], count: int = 3, seed: int = 0) -> list[Verdict]:
    """The verdicts on the classes of files that were migrated.

    Raises:
        WorkerError: the old modules end the process that imports them.
    """
    moved = [file for file in files if file.new is not None]
    keys = [(file.module, cls) for file in moved for cls in file.classes]
    folders = [*dict.fromkeys(str(place_of_file(file.path)[0]) for file in moved)]
    notes: dict[Key, list[Note]] = {}
    for file in moved:
        for note in file.notes:
            notes.setdefault((file.module, note.cls), []).append(note)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        write_copy(moved, Path(folder))
        old: dict[Key, Facts] = ask(f"{__name__}:facts", (keys, count, seed), folders)
        values = {key: found.samples for key, found in old.items()}
        try:
            new: dict[Key, Facts] = ask(f"{__name__}:facts_of_new", (keys, values), [folder, *folders])
        except WorkerError as error:
            return [Verdict(*key, [f"the new modules cannot be imported: {error}"]) for key in keys]
        came = {key: new[key].samples for key in keys}
        back: dict[Key, list[str]] = ask(f"{__name__}:came_back", (values, came), folders)
    return [_verdict(key, old[key], new[key], back[key], notes.get(key, [])) for key in keys]


def write_copy(files: Sequence[MigratedFile], folder: Path) -> None:
    """Copies the packages of files into a folder, and writes the new text of the files there."""
    for file in files:
        root, top = place_of_file(file.path)[0], top_of(file.path)
        target = folder / top.name
        if top.is_dir() and not target.exists():
            shutil.copytree(top, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        (folder / file.path.relative_to(root)).write_text(file.new or "", encoding="utf-8")


def _verdict(key: Key, old: Facts, new: Facts, back: list[str], notes: Sequence[Note]) -> Verdict:
    verdict = Verdict(*key, unequal=back, unsampled=old.unsampled)
    for found in (old, new):
        if found.failure:
            verdict.different.append(found.failure)
    if old.description is not None and new.description is not None:
        for difference in compare(old.description, new.description):
            told = any(difference.aspect in note.aspects and note.field in ("", difference.field) for note in notes)
            (verdict.noted if told else verdict.different).append(str(difference))
    verdict.sampled = len(old.samples) - len(back) if not verdict.different else 0
    return verdict


# in the other processes


def facts(request: tuple[Sequence[Key], int, int]) -> dict[Key, Facts]:
    """Describes the old classes, with samples of each."""
    keys, count, seed = request
    samplers = [Sampler(seed + number) for number in range(count)]
    return _quietly(keys, lambda key, cls: _facts(cls, samplers))


def _facts(cls: Any, samplers: Sequence[Sampler]) -> Facts:
    found = Facts(describe(cls))
    for sampler in samplers:
        try:
            value = _without_extras(to_python(sampler.build(cls)))
            sample = pickle.dumps(to_python(from_python(cls, value)))
            # An exception may be one that only pickles, and an object one that equals no copy of it.
            if _differences(cls, pickle.loads(sample), pickle.loads(sample)):
                found.unsampled = "it holds an object that equals no copy"
            else:
                found.samples.append(sample)
        except NotBuilt as error:
            found.unsampled = error.reason
        except Exception as error:  # of a user's class, or of a value that no plain value stands for
            found.unsampled = _first_line(error)
    return found


def _without_extras(value: Any) -> Any:
    """The value without what the sampler puts beside the fields: whether a class takes that is told by its shape."""
    if isinstance(value, dict):
        return {key: _without_extras(item) for key, item in value.items() if key != EXTRA_FIELD}
    return [*map(_without_extras, value)] if type(value) is list else value


def facts_of_new(request: tuple[Sequence[Key], Mapping[Key, list[bytes]]]) -> dict[Key, Facts]:
    """Describes the new classes, with the samples of the old ones as they read them."""
    keys, samples = request

    def look(key: Key, cls: Any) -> Facts:
        found = Facts(describe(cls))
        for value in samples[key]:
            try:
                found.samples.append(pickle.dumps(to_python(from_python(cls, pickle.loads(value)))))
            except Exception as error:
                found.samples.append(b"")
                found.unsampled = _first_line(error)
                found.failure = f"it refuses a sample: {found.unsampled}"
        return found

    return _quietly(keys, look)


def came_back(request: tuple[Mapping[Key, list[bytes]], Mapping[Key, list[bytes]]]) -> dict[Key, list[str]]:
    """Returns the differences of the samples that came back otherwise."""
    before, after = request
    found: dict[Key, list[str]] = {}
    with _quiet():
        for key, values in before.items():
            cls, unequal = _load(key), []
            for value, other in zip(values, after[key], strict=False):
                if other and other != value:
                    given, came = pickle.loads(value), pickle.loads(other)
                    unequal += _differences(cls, given, came)
            found[key] = unequal
    return found


def _differences(cls: Any, given: Any, came: Any) -> list[str]:
    try:
        return [*map(str, differences(from_python(cls, given), from_python(cls, came), limit=1, beside=False))]
    except Exception as error:
        return [_first_line(error)]


def _quietly(keys: Sequence[Key], look: Callable[[Key, Any], Facts]) -> dict[Key, Facts]:
    found = {}
    with _quiet():
        for key in keys:
            try:
                found[key] = look(key, _load(key))
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # of a user's module
                found[key] = Facts(failure=_first_line(error))
    return found


@contextlib.contextmanager
def _quiet() -> Any:
    """A working directory that goes away, and no output."""
    with passing_folder(), contextlib.redirect_stdout(io.StringIO()):
        yield


def _load(key: Key) -> Any:
    return pkgutil.resolve_name(":".join(key))


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return type(error).__name__ + (f": {lines[0]}" if lines else "")
