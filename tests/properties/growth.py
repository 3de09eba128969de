"""Counts the calls that a function makes, and makes model classes of every kind for inputs of growing size."""

import gc
import itertools
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import make_dataclass
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import create_model

from type_safe_convert import ConversionError, kind_of

KINDS = ("type_safe", "basemodel", "dataclass")
WAYS = [(source, target) for source in KINDS for target in KINDS if source != target]

# Each kind once as the source and once as the target, where making the classes is most of the work.
HALF_OF_THE_WAYS = [way for number, way in enumerate(WAYS) if number in (0, 3, 4)]

Run = Callable[[], Any]

# At so many times the size, at most so many times the work.
TIMES, MOST = 8, 12

_numbers = itertools.count()


class TooManyCalls(BaseException):
    """Not an Exception, so that nothing in between takes it for a refusal."""


@contextmanager
def _without_collector() -> Iterator[None]:
    """A collection looks at all that other tests left and calls its finalizers, which would count."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _counting(limit: float) -> Iterator[list[int]]:
    found = [0]

    def count(frame: Any, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            found[0] += 1
            if found[0] > limit:
                sys.setprofile(None)
                raise TooManyCalls

    before = sys.getprofile()
    with _without_collector():
        sys.setprofile(count)
        try:
            yield found
        finally:
            sys.setprofile(before)


def calls(run: Run, limit: float = 1_000_000) -> int:
    """How many calls a function makes, which may be refused; fails once there are more than `limit`."""
    with _counting(limit) as found, suppress(ConversionError):
        run()
    return found[0]


def assert_calls_are_linear(make: Callable[[int], Run], size: int = 16) -> None:
    """Counted in calls, for the first run, in which functions are written, and for the second one."""
    small, large = make(size), make(size * TIMES)
    for _ in range(2):
        few = calls(small)
        try:
            calls(large, MOST * few + 1000)
        except TooManyCalls:
            raise AssertionError(f"{few} calls at size {size}, over {MOST} times as many at {size * TIMES}") from None


def assert_time_is_linear(make: Callable[[int], Run], size: int) -> None:
    """Counted in processor time, where the work is done in C: the best times of up to fifty runs, since a busy
    machine only ever adds to them."""
    small, large = make(size), make(size * TIMES)
    few = many = math.inf
    with _without_collector():
        for number in range(50):
            few, many = min(few, _time_of(small)), min(many, _time_of(large))
            if number > 3 and many <= MOST * max(few, 50e-6):
                return
    raise AssertionError(f"{few * 1e6:.0f} µs at size {size}, {many * 1e6:.0f} µs at {size * TIMES}")


def _time_of(run: Run) -> float:
    start = time.process_time()
    with suppress(ConversionError):
        run()
    return time.process_time() - start


def model(kind: str, *bases: type, **fields: Any) -> Any:
    """A model class of a kind, all of its fields required where the kind can say so."""
    name = f"Grown{next(_numbers)}"
    if kind == "dataclass":
        return make_dataclass(name, fields.items(), bases=bases, namespace={"__module__": __name__})
    if kind == "basemodel":
        return create_model(
            name, __base__=bases or None, __module__=__name__, **{key: (cls, ...) for key, cls in fields.items()}
        )
    return type(name, bases or (Type_Safe,), {"__annotations__": fields, "__module__": __name__})


def instance(cls: Any, **values: Any) -> Any:
    """An instance that holds these values, whether they fit or not."""
    if kind_of(cls) == "dataclass":
        return cls(**values)
    if kind_of(cls) == "basemodel":
        return cls.model_construct(**values)
    made = object.__new__(cls)
    made.__dict__.update(values)
    return made
