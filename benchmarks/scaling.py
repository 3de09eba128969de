"""Growth of the cost: with the size of a batch, the depth of an instance and the fields of a class.

And how much memory a stream needs.
"""

import gc
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, make_dataclass, replace
from functools import partial
from itertools import count as counter
from typing import Any, List

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import create_model

import type_safe_convert
from benchmarks.contenders import BY_NAME, Contender, Job, Unable, checked, original
from benchmarks.contenders.assembled import assembler
from benchmarks.measure import Timing, interleaved, once_each
from benchmarks.models import BY_NAME as MODELS_BY_NAME
from benchmarks.models import DIRECTIONS, MODULES, Model, chain, reading

SIZES = (10, 100, 1_000, 10_000, 100_000)
DEPTHS = (1, 5, 20, 50, 100, 500)
FIELD_COUNTS = (5, 10, 20, 50, 100, 200)
STREAM_COUNTS = (1_000, 10_000, 100_000)

# `convert_instance` of a job with many instances is `convert_many`.
MANY = "convert_many"
OURS_MANY = replace(BY_NAME["ours_instance"], name=MANY)
FIRST = "first_conversion"

_numbers = counter()


@dataclass
class Curve:
    """Nanoseconds against something that grows, for one direction: {contender: {size: best}}."""

    source: str
    target: str
    points: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, size: int, timings: dict[str, Timing], per: int = 1) -> None:
        for name, timing in timings.items():
            self.points.setdefault(name, {})[size] = timing.best / per

    def spread(self, contender: str) -> float:
        """The dearest size over the cheapest: 1.0 is flat."""
        values = self.points[contender].values()
        return max(values) / min(values)


def against_size(sizes: Iterable[int] = SIZES, seconds: float = 1.0) -> list[Curve]:
    """Nanoseconds an item of `convert_many`, and of the peers, on lists of `sizes`."""
    curves = []
    for source, target in DIRECTIONS:
        job = Job(MODELS_BY_NAME["batch"], source, target)
        names = [MANY, "pydantic", "msgspec"]
        if target != "type_safe":  # Type_Safe's constructor would need minutes
            names.append("by_hand")
        able = checked(job, [BY_NAME.get(name, OURS_MANY) for name in names]).able
        curve = Curve(source, target)
        for size in sizes:
            # A pass over a large batch is long, and so more often interrupted: one more round finds a quiet one.
            curve.add(size, interleaved(able, job.argument(size), seconds=seconds, least=4), per=size)
        curves.append(curve)
    return curves


def against_depth(depths: Iterable[int] = DEPTHS, seconds: float = 0.5) -> list[Curve]:
    """Nanoseconds a node of linked lists of `depths` nodes.

    Beside the contenders runs `recursion`, which converts nothing: its growth is CPython's, and in everybody's figures.
    """
    curves = []
    for source, target in DIRECTIONS:
        curve = Curve(source, target)
        for depth in depths:
            job = Job(_chain_model(depth), source, target)
            runs: dict[str, Callable[[Any], Any]] = dict(_deep(job, depth))
            runs["recursion"] = partial(_recurse, depth - 1)
            curve.add(depth, interleaved(runs, job.argument(), seconds=seconds), per=depth)
        curves.append(curve)
    return curves


def _recurse(levels: int, argument: Any) -> Any:
    """A function that only calls itself, with about as many variables as a conversion has.

    CPython keeps the frames of Python functions in chunks of 16 KiB, which it gets from the system when a recursion
    enters one, and gives back when it leaves.
    """
    a = b = c = d = e = f = g = h = i = argument
    if levels:
        _recurse(levels - 1, argument)
    return a, b, c, d, e, f, g, h, i


def _chain_model(depth: int) -> Model:
    return Model("chain", f"linked list of {depth}", "Chain", lambda module: chain(module, depth))


def _deep(job: Job, depth: int) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """The contenders that carry all nodes over; the full check is made at a depth that it can walk itself."""
    shallow = Job(_chain_model(10), job.source, job.target)
    contenders: list[Contender] = [BY_NAME[name] for name in ("ours", "by_hand", "pydantic", "msgspec")]
    for name in checked(shallow, contenders).able:
        try:
            convert = BY_NAME[name].prepare(job)
            node, nodes = convert(job.argument()), 0
        except (Unable, RecursionError, ValueError):
            continue
        while node is not None:
            node, nodes = node.next, nodes + 1
        if nodes == depth:
            yield name, convert


_VALUES: dict[Any, Any] = {str: "text", int: 7, float: 0.5, bool: True, List[str]: ["a", "b"]}
_ANNOTATIONS = tuple(_VALUES)


def fresh_class(kind: str, fields: int) -> type:
    """A new class of that kind: fields of five types in turn."""
    name = f"Fresh_{next(_numbers)}"
    annotations = {f"field_{i}": _ANNOTATIONS[i % len(_ANNOTATIONS)] for i in range(fields)}
    if kind == "dataclass":
        return make_dataclass(name, annotations.items())
    if kind == "basemodel":
        definitions: dict[str, Any] = {field: (annotation, ...) for field, annotation in annotations.items()}
        return create_model(name, **definitions)
    return type(name, (Type_Safe,), {"__annotations__": annotations, "__module__": __name__})


def _fresh_instance(kind: str, fields: int) -> Any:
    values = {f"field_{i}": _VALUES[_ANNOTATIONS[i % len(_ANNOTATIONS)]] for i in range(fields)}
    return fresh_class(kind, fields)(**values)


def first_conversion(counts: Iterable[int] = FIELD_COUNTS, rounds: int = 15) -> list[Curve]:
    """Nanoseconds of the first `convert_instance` of a class: making the target class, planning, converting.

    Beside it what `pydantic.create_model` needs for the same fields.
    """
    curves = []
    for source, target in DIRECTIONS:
        curve = Curve(source, target)
        view = getattr(type_safe_convert, f"{source}__to__{target}")
        for fields in counts:
            makes: dict[str, Callable[[], Callable[[], Any]]] = {
                FIRST: partial(_ready_to_convert, view.convert_instance, source, fields),
                "create_model": partial(partial, fresh_class, "basemodel", fields),
            }
            curve.add(fields, once_each(makes, rounds if fields < 200 else max(3, rounds // 3)))
        curves.append(curve)
    return curves


def _ready_to_convert(convert_instance: Callable[[Any], Any], kind: str, fields: int) -> Callable[[], Any]:
    return partial(convert_instance, _fresh_instance(kind, fields))


def cached_class(seconds: float = 0.3) -> dict[str, dict[str, Timing]]:
    """`convert_class` of a class that was converted before, by direction, beside the original's."""
    found = {}
    for source, target in DIRECTIONS:
        job = Job(MODELS_BY_NAME["flat"], source, target)
        runs: dict[str, Callable[[Any], Any]] = {
            "ours": getattr(type_safe_convert, f"{source}__to__{target}").convert_class
        }
        with suppress(Unable):
            runs["original"] = original.convert_class(source, target)
        found[f"{source} -> {target}"] = interleaved(runs, job.source_class, seconds=seconds)
    return found


def stream_memory(counts: Iterable[int] = STREAM_COUNTS) -> dict[str, dict[int, int]]:
    """Peak bytes while `convert_many` eats a generator of `counts` instances and every result is dropped."""
    peaks: dict[str, dict[int, int]] = {}
    for source, target in (("dataclass", "basemodel"), ("basemodel", "type_safe"), ("type_safe", "dataclass")):
        view = getattr(type_safe_convert, f"{source}__to__{target}")
        list(view.convert_many(_stream(source, 10)))  # what is made once is no growth
        peaks[f"{source} -> {target}"] = {count: _peak(view.convert_many, source, count) for count in counts}
    return peaks


def _stream(kind: str, count: int) -> Iterator[Any]:
    """Fresh instances, one at a time: a converter that remembers each would show."""
    make = _instance_of(kind)
    return (make() for _ in range(count))


def _instance_of(kind: str) -> Callable[[], Any]:
    if kind != "type_safe":
        return lambda: reading(MODULES[kind])
    # A million calls of Type_Safe's constructor would take a minute.
    assemble, template = assembler("Reading", "type_safe"), reading(MODULES["dataclass"])
    return lambda: assemble(template)


def _peak(convert_many: Callable[[Iterable[Any]], Iterable[Any]], kind: str, count: int) -> int:
    stream = _stream(kind, count)
    gc.collect()
    tracemalloc.start()
    try:
        deque(convert_many(stream), maxlen=0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
