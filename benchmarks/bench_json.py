"""JSON: bytes into instances and back, beside pydantic on the same models and Type_Safe's own pair.

    python -m benchmarks.bench_json                       # ratios of one interleaved run, against the targets
    pytest benchmarks/bench_json.py --benchmark-only      # the same jobs as pytest-benchmark tables

Every contender's result is compared with ours before it is timed.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import TypeAdapter

from benchmarks.measure import Timing, interleaved
from benchmarks.models import BY_NAME, Model
from type_safe_convert import convert_class
from type_safe_convert.json.codec import from_json, to_json

MODELS = ("flat", "invoice", "primitives", "tree", "fifty")


@dataclass(frozen=True)
class Row:
    """One promise: ours against another, in one job."""

    name: str
    ours: str
    other: str
    limit: float


READING = (
    Row("JSON -> Type_Safe, against model_validate_json of the counterpart", "type_safe", "counterpart", 1.8),
    Row("JSON -> dataclass, against TypeAdapter.validate_json", "dataclass", "adapter", 1.2),
    Row("JSON -> BaseModel, against model_validate_json", "basemodel", "model", 1.2),
)
WRITING = (
    Row("Type_Safe -> JSON, against model_dump_json of the counterpart", "type_safe", "counterpart", 1.2),
    Row("dataclass -> JSON, against TypeAdapter.dump_json", "dataclass", "adapter", 1.2),
    Row("BaseModel -> JSON, against model_dump_json", "basemodel", "model", 1.2),
)


def readers(model: Model) -> tuple[dict[str, Callable[[Any], Any]], bytes]:
    """Contenders by name, and the bytes that all of them read."""
    cls = {kind: model.cls(kind) for kind in ("type_safe", "basemodel", "dataclass")}
    counterpart, adapter = convert_class(cls["type_safe"], "basemodel"), TypeAdapter(cls["dataclass"])
    runs: dict[str, Callable[[Any], Any]] = {
        "type_safe": lambda data: from_json(cls["type_safe"], data),
        "basemodel": lambda data: from_json(cls["basemodel"], data),
        "dataclass": lambda data: from_json(cls["dataclass"], data),
        "counterpart": counterpart.model_validate_json,
        "model": cls["basemodel"].model_validate_json,
        "adapter": adapter.validate_json,
        "own": lambda data: cls["type_safe"].from_json(json.loads(data)),
    }
    data = to_json(model.instance("type_safe"))
    expected = json.loads(data)
    for name, run in runs.items():
        assert json.loads(to_json(run(data))) == expected, f"{model.name}: {name} reads something else"
    return runs, data


def writers(model: Model) -> tuple[dict[str, Callable[[Any], Any]], dict[str, Any]]:
    """Contenders by name, and an instance for each of them."""
    instances = {kind: model.instance(kind) for kind in ("type_safe", "basemodel", "dataclass")}
    counterpart = from_json(convert_class(model.cls("type_safe"), "basemodel"), to_json(instances["type_safe"]))
    adapter = TypeAdapter(model.cls("dataclass"))
    runs: dict[str, Callable[[Any], Any]] = {
        "type_safe": lambda _: to_json(instances["type_safe"]),
        "basemodel": lambda _: to_json(instances["basemodel"]),
        "dataclass": lambda _: to_json(instances["dataclass"]),
        "counterpart": lambda _: counterpart.model_dump_json(),
        "model": lambda _: instances["basemodel"].model_dump_json(),
        "adapter": lambda _: adapter.dump_json(instances["dataclass"]),
        "own": lambda _: json.dumps(instances["type_safe"].json()),
    }
    expected = json.loads(runs["type_safe"](None))
    for name, run in runs.items():
        assert json.loads(run(None)) == expected, f"{model.name}: {name} writes something else"
    return runs, instances


def measure(name: str, seconds: float = 2.0) -> tuple[dict[str, Timing], dict[str, Timing]]:
    """The timings of reading and of writing one model, each in one interleaved run."""
    read, data = readers(BY_NAME[name])
    write, _ = writers(BY_NAME[name])
    return interleaved(read, data, seconds), interleaved(write, None, seconds)


def pair_ratio(reading: dict[str, Timing], writing: dict[str, Timing]) -> float:
    """There and back against Type_Safe's own pair, as a part of its time."""
    ours = reading["type_safe"].best + writing["type_safe"].best
    return ours / (reading["own"].best + writing["own"].best)


def main(names: list[str]) -> None:
    for name in names or MODELS:
        reading, writing = measure(name)
        print(f"\n{BY_NAME[name].title}")
        for rows, timings in ((READING, reading), (WRITING, writing)):
            for row in rows:
                ours, other = timings[row.ours].best, timings[row.other].best
                verdict = "met" if ours / other <= row.limit else "missed"
                print(
                    f"  {row.name:<62} {ours / 1000:8.1f} / {other / 1000:8.1f} us = {ours / other:6.3f}"
                    f"  (at most {row.limit:.3f}: {verdict})"
                )
        ratio = pair_ratio(reading, writing)
        verdict = "met" if ratio <= 1 / 30 else "missed"
        print(
            f"  {'there and back, against the pair of Type_Safe':<62} {1 / ratio:28.1f} times faster"
            f"  (at least 30: {verdict})"
        )


@pytest.mark.parametrize("contender", ["type_safe", "basemodel", "dataclass", "counterpart", "model", "adapter", "own"])
@pytest.mark.parametrize("name", MODELS)
def test_read(name: str, contender: str, benchmark: Any) -> None:
    runs, data = readers(BY_NAME[name])
    benchmark.group = f"JSON -> {name}"
    assert benchmark(runs[contender], data) is not None


@pytest.mark.parametrize("contender", ["type_safe", "basemodel", "dataclass", "counterpart", "model", "adapter", "own"])
@pytest.mark.parametrize("name", MODELS)
def test_write(name: str, contender: str, benchmark: Any) -> None:
    runs, _ = writers(BY_NAME[name])
    benchmark.group = f"{name} -> JSON"
    assert benchmark(runs[contender], None)


if __name__ == "__main__":
    main(sys.argv[1:])
