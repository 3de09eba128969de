"""The law that conversions keep, for anybody's classes: there and back, whichever way, it is the same."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from type_safe_convert.api import convert, convert_class, kind_of
from type_safe_convert.model.registry import kind_names
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.hypothesis import instances, refusals


def assert_round_trip(cls: type, *, max_examples: int | None = None, depth: int = 2) -> None:
    """Converts random instances of `cls` to every other kind and back, also through a further one, and compares.

    Also asserts that the source is untouched, and that a way around gives what the direct way gives. On failure the
    message has the smallest instance that Hypothesis found.

    Args:
        max_examples: how many instances; by default what the current Hypothesis profile says.
        depth: how many further models may stand inside of each other.

    Raises:
        AssertionError: something did not come home the same; says where and how.
        ConversionError: an instance that `cls` accepts was refused.
        hypothesis.errors.Unsatisfiable: `cls` refused all values; says why.
    """
    chosen = settings(
        max_examples=max_examples or settings.default.max_examples,  # type: ignore[union-attr]  # it always has one
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    @chosen
    @given(instances(cls, depth=depth))
    def run(instance: Any) -> None:
        check_round_trip(instance)

    refusals.clear()
    try:
        run()
    except Unsatisfiable as error:
        said = "".join(f"\n{name} said: {refusal}" for name, refusal in refusals.items())
        raise Unsatisfiable(
            f"no instance of {cls.__name__} was found. Draw some of your own, and check_round_trip() each.{said}"
        ) from error


def check_round_trip(instance: Any) -> None:
    """Asserts for one instance what `assert_round_trip` asserts for random ones."""
    home = kind_of(instance)
    assert home is not None, f"{instance!r} is no model instance"
    again = convert(instance, home)
    others = [kind for kind in kind_names() if kind != home]
    for first, second in zip(others, (*others[1:], *others[:1]), strict=True):
        direct = convert(instance, first)
        assert type(direct) is convert_class(type(instance), first)
        _assert_same(instance, convert(direct, home), f"{home} -> {first} -> {home}")
        around = convert(direct, second)
        _assert_same(convert(instance, second), around, f"{home} -> {first} -> {second}")
        _assert_same(instance, convert(around, home), f"{home} -> {first} -> {second} -> {home}")
    _assert_same(again, instance, "the source, before and after")


def _assert_same(expected: Any, found: Any, path: str) -> None:
    differing = differences(expected, found)
    assert not differing, f"{path}: " + "; ".join(map(str, differing))
