"""JSON: bytes into instances and back, beside pydantic on the same models, msgspec and Type_Safe's own pair.

    python -m benchmarks.bench_json                       # ratios of one interleaved run, against the targets
    pytest benchmarks/bench_json.py --benchmark-only      # the same jobs as pytest-benchmark tables

Every contender's result is compared with ours before it is timed. msgspec is C and checks less: no patterns and bounds
of pydantic's, no validators.
"""

import functools
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from pydantic import TypeAdapter

from benchmarks.measure import Timing, geometric_mean, interleaved
from benchmarks.models import BY_NAME, KINDS, Model
from benchmarks.models import MODELS as ALL
from type_safe_convert.json.codec import from_json, to_json

MODELS = tuple(model.name for model in ALL if model.kinds == KINDS and not model.many and model.name != "shapes")


@dataclass(frozen=True)
class Row:
    """One promise: ours against another, in one job."""

    name: str
    ours: str
    other: str
    limit: float


READING = (
    Row("JSON -> Type_Safe, against TypeAdapter.validate_json of the dataclass", "type_safe", "adapter", 1.05),
    Row("JSON -> dataclass, against TypeAdapter.validate_json", "dataclass", "adapter", 1.05),
    Row("JSON -> BaseModel, against model_validate_json", "basemodel", "model", 1.2),
    Row("JSON -> dataclass, against msgspec", "dataclass", "msgspec", math.nan),
)
WRITING = (
    Row("Type_Safe -> JSON, against TypeAdapter.dump_json of the dataclass", "type_safe", "adapter", 1.05),
    Row("dataclass -> JSON, against TypeAdapter.dump_json", "dataclass", "adapter", 1.05),
    Row("BaseModel -> JSON, against model_dump_json", "basemodel", "model", 1.2),
    Row("dataclass -> JSON, against msgspec", "dataclass", "msgspec", math.nan),
)
CONTENDERS = ("type_safe", "basemodel", "dataclass", "model", "adapter", "msgspec", "own")


def readers(model: Model) -> tuple[dict[str, Callable[[Any], Any]], bytes]:
    """Contenders by name, and the bytes that all of them read."""
    cls = {kind: model.cls(kind) for kind in KINDS}
    adapter = TypeAdapter(cls["dataclass"])
    runs: dict[str, Callable[[Any], Any]] = {
        **{kind: functools.partial(from_json, cls[kind]) for kind in KINDS},  # as the adapter's, no call around it
        "model": cls["basemodel"].model_validate_json,
        "adapter": adapter.validate_json,
        "msgspec": lambda data: msgspec.json.decode(data, type=cls["dataclass"]),
        "own": lambda data: cls["type_safe"].from_json(json.loads(data)),
    }
    data = to_json(model.instance("type_safe"))
    expected = json.loads(data)
    return _able(runs, lambda run: json.loads(to_json(run(data))), expected), data


def writers(model: Model) -> tuple[dict[str, Callable[[Any], Any]], dict[str, Any]]:
    """Contenders by name, and an instance for each of them."""
    instances = {kind: model.instance(kind) for kind in KINDS}
    adapter = TypeAdapter(model.cls("dataclass"))
    runs: dict[str, Callable[[Any], Any]] = {
        "type_safe": lambda _: to_json(instances["type_safe"]),
        "basemodel": lambda _: to_json(instances["basemodel"]),
        "dataclass": lambda _: to_json(instances["dataclass"]),
        "model": lambda _: instances["basemodel"].model_dump_json(),
        "adapter": lambda _: adapter.dump_json(instances["dataclass"]),
        "msgspec": lambda _: msgspec.json.encode(instances["dataclass"]),
        "own": lambda _: json.dumps(instances["type_safe"].json()),
    }
    expected = json.loads(runs["type_safe"](None))
    return _able(runs, lambda run: json.loads(run(None)), expected), instances


def _able(runs: dict[str, Any], result_of: Callable[[Any], Any], expected: Any) -> dict[str, Any]:
    """The contenders that do the job; ours have to."""
    able = {}
    for name, run in runs.items():
        try:
            found = result_of(run)
        except Exception:
            if name in KINDS:
                raise
            continue
        assert found == expected or name not in KINDS, f"{name} reads or writes something else"
        if found == expected:
            able[name] = run
    return able


def measure(name: str, seconds: float = 2.0) -> tuple[dict[str, Timing], dict[str, Timing]]:
    """The timings of reading and of writing one model, each in one interleaved run."""
    read, data = readers(BY_NAME[name])
    write, _ = writers(BY_NAME[name])
    return interleaved(read, data, seconds), interleaved(write, None, seconds)


def pair_ratio(reading: dict[str, Timing], writing: dict[str, Timing]) -> float:
    """There and back against Type_Safe's own pair, as a part of its time."""
    ours = reading["type_safe"].best + writing["type_safe"].best
    if "own" not in reading or "own" not in writing:
        return math.nan
    return ours / (reading["own"].best + writing["own"].best)


def summary(rows: dict[str, tuple[dict[str, Timing], dict[str, Timing]]]) -> list[tuple[Row, float, float, str]]:
    """Each promise with the geometric mean and the largest of the ratios, and the model of that."""
    found = []
    for side, promises in enumerate((READING, WRITING)):
        for row in promises:
            ratios = {
                name: timings[side][row.ours].best / timings[side][row.other].best
                for name, timings in rows.items()
                if row.other in timings[side]
            }
            worst = max(ratios, key=ratios.__getitem__)
            found.append((row, geometric_mean(ratios.values()), ratios[worst], worst))
    return found


def main(names: list[str]) -> None:
    measured = {name: measure(name) for name in names or MODELS}
    for row, mean, worst, name in summary(measured):
        verdict = f"; target {row.limit:.2f}: {'met' if mean <= row.limit else 'missed'}"
        print(f"{row.name:<72} {mean:6.3f}, at most {worst:6.3f} ({name}){'' if math.isnan(row.limit) else verdict}")
    ratio = geometric_mean(r for timings in measured.values() if not math.isnan(r := pair_ratio(*timings)))
    print(f"there and back, against the pair of Type_Safe: {1 / ratio:.0f} times as fast")


@pytest.mark.parametrize("contender", CONTENDERS)
@pytest.mark.parametrize("name", MODELS)
def test_read(name: str, contender: str, benchmark: Any) -> None:
    runs, data = readers(BY_NAME[name])
    if contender not in runs:
        return
    benchmark.group = f"JSON -> {name}"
    assert benchmark(runs[contender], data) is not None


@pytest.mark.parametrize("contender", CONTENDERS)
@pytest.mark.parametrize("name", MODELS)
def test_write(name: str, contender: str, benchmark: Any) -> None:
    runs, _ = writers(BY_NAME[name])
    if contender not in runs:
        return
    benchmark.group = f"{name} -> JSON"
    assert benchmark(runs[contender], None)


if __name__ == "__main__":
    main(sys.argv[1:])
