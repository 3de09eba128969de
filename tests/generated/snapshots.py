"""Writes the generated functions of each benchmark model down, in six directions, checked and unchecked."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.models import DIRECTIONS, MODELS, MODULES, Model
from type_safe_convert import convert_class, kind_of, origin_of
from type_safe_convert.conversion.conversion import conversion

FOLDER = Path(__file__).parent
# The job that converts many instances has the functions of the one that converts a single one.
SNAPSHOTS = [
    model
    for model in MODELS
    if not model.many and (not model.rules or model.name in ("constrained", "validator", "tagged"))
]


def snapshot(model: Model) -> str:
    """The text of all functions that convert the classes of a benchmark model."""
    return "\n".join(_sections(model))


def path_of(model: Model) -> Path:
    return FOLDER / f"{model.name}.txt"


def _sections(model: Model) -> Iterator[str]:
    for source, target in DIRECTIONS:
        written = MODULES[target]
        for cls in _classes_in(model.instance(source), source):
            for other, into in (
                (convert_class(cls, target), "counterpart"),
                (getattr(written, cls.__name__), "hand-written"),
            ):
                for checked in (True, False) if into == "counterpart" else (True,):
                    yield f"# {cls.__name__}: {source} to {target}, {into}, {'checked' if checked else 'unchecked'}"
                    yield text_of(cls, other, checked)
            back = conversion(convert_class(cls, target), cls).compiled()
            yield f"# {cls.__name__}: {target} back to {source}, checked"
            yield back.__globals__["__loader__"].text


def text_of(source: type, target: type, checked: bool) -> str:
    """The text of one generated function."""
    function: Any = conversion(source, target, checked).compiled()
    return str(function.__globals__["__loader__"].text)


def _classes_in(value: Any, kind: str) -> list[type]:
    """The model classes of an instance and of all that it holds, each once, in the order in which they are met."""
    found: dict[type, None] = {}
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if id(item) in seen:
            continue
        seen.add(id(item))
        if kind_of(type(item)) == kind:
            found[origin_of(type(item))] = None
            waiting.extend(vars(item).values())
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list | tuple | set):
            waiting.extend(item)
    return list(found)


def main(folder: Path) -> None:
    """Writes all snapshots anew."""
    for model in SNAPSHOTS:
        (folder / path_of(model).name).write_text(snapshot(model))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
