"""The cost of all classes of an SDK at once: their counterparts, their functions, and `create_model` beside.

python -m benchmarks.sdk            # openai, where it is installed
python -m benchmarks.sdk some_package
python -m benchmarks.sdk --report   # measures openai anew, and puts it into the committed report
"""

import gc
import importlib.util
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib import metadata
from typing import Any

from pydantic import BaseModel, PydanticUserError, create_model

from benchmarks.figures import FOLDER, table
from type_safe_convert import convert_class, kind_of
from type_safe_convert.cli.modules import find
from type_safe_convert.conversion.conversion import conversion
from type_safe_convert.errors import ConversionError

PACKAGE = "openai"


def whole_sdk(package: str = PACKAGE, most: int | None = None) -> dict[str, dict[str, float]]:
    """Milliseconds and KiB a class: {what: {classes, milliseconds, kibibytes}}; nothing where it is not installed.

    Every half of the classes is made twice: once on the clock, and once, as another kind, under `tracemalloc`.
    """
    if importlib.util.find_spec(package) is None:
        return {}
    classes: list[Any] = [cls for found in find(package) for cls in found.classes if kind_of(cls) == "basemodel"][:most]
    made: dict[type, type] = {}
    models: list[type] = []  # held, to be weighed

    def counterpart(cls: type) -> None:
        made[cls] = convert_class(cls, "dataclass")

    def function(cls: type) -> None:
        conversion(cls, made[cls]).compiled()

    def model(cls: Any) -> None:
        fields: dict[str, Any] = {name: (info.annotation, info) for name, info in cls.model_fields.items()}
        models.append(create_model(cls.__name__, __base__=BaseModel, **fields))

    return {
        "our counterpart, a dataclass": _cost(counterpart, classes),
        "our generated function": _cost(function, [cls for cls in classes if cls in made]),
        "pydantic.create_model of the same fields": _cost(model, classes),
    }


def _cost(make: Callable[[Any], None], classes: list[Any]) -> dict[str, float]:
    """The first half is timed, the second is weighed, since weighing takes its time."""
    half = len(classes) // 2
    gc.collect()
    start = time.process_time()
    timed = _count(make, classes[:half])
    spent = time.process_time() - start
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        weighed = _count(make, classes[half:])
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    return {
        "classes": timed + weighed,
        "milliseconds": spent * 1e3 / max(timed, 1),
        "kibibytes": held / 1024 / max(weighed, 1),
    }


def _count(make: Callable[[Any], None], classes: list[Any]) -> int:
    done = 0
    for cls in classes:
        try:
            make(cls)
        except (ConversionError, PydanticUserError, TypeError, ValueError, NameError):
            continue  # what cannot be made is not counted
        done += 1
    return done


def sdk_table(rows: dict[str, dict[str, float]], version: str | None) -> str:
    """The section of the report, in Markdown."""
    if not rows:
        return f"{PACKAGE} is not installed."
    cells = [
        [what, f"{row['classes']:,.0f}", f"{row['milliseconds']:.2f} ms", f"{row['kibibytes']:.1f} KiB"]
        for what, row in rows.items()
    ]
    return table([f"of each class of {PACKAGE} {version}", "classes", "time", "memory"], cells)


def _put_into_report() -> None:
    report = json.loads((FOLDER / "report.json").read_text())
    before = sdk_table(report["sdk"], report["about"]["versions"].get(PACKAGE))
    versions = {**report["about"]["versions"]}
    report["sdk"], version = whole_sdk(), metadata.version(PACKAGE)
    report["about"]["versions"][PACKAGE] = version
    text = (FOLDER / "report.md").read_text()
    assert before in text
    text = text.replace(before, sdk_table(report["sdk"], version))
    (FOLDER / "report.md").write_text(text.replace(_versions(versions), _versions(report["about"]["versions"])))
    (FOLDER / "report.json").write_text(json.dumps(report, indent=1) + "\n")


def _versions(found: dict[str, str]) -> str:
    return f"\n{', '.join(f'{name} {version}' for name, version in found.items())}.\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--report"]:
        _put_into_report()
        sys.exit()
    for what, row in whole_sdk((sys.argv[1:] or [PACKAGE])[0]).items():
        print(f"{what:<42} {row['classes']:6.0f} {row['milliseconds']:8.2f} ms {row['kibibytes']:8.1f} KiB")
