"""Where a value goes, and the small things that all value functions need."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert.errors import ConversionError, NestingTooDeepError, ValueConversionError, describe_value
from type_safe_convert.model.kind import Traits, get_kind
from type_safe_convert.model.registry import KindName
from type_safe_convert.types import nodes

# What was made of what, by identity: see `Pair.known` and `copying.copy_value`.
Memo = dict[Any, Any] | None
Convert = Callable[[Any, Memo], Any]

ATOMIC = frozenset(nodes.IMMUTABLE_SCALARS)


@dataclasses.dataclass(frozen=True)
class Target:
    """Where values go.

    Attributes:
        kind: the kind of the target class.
        origin_kind: the kind of the target class's origin; equal to `kind` when the target is that class.
        source_kind: the kind that values come from.
        same_family: whether source and target are of one family, so that what is outside an annotation is carried.
        checked: whether values are checked; unchecked ones only get the types that the target has for them.
        check_only: whether models stay as they are (construction and assignment of a generated class), not converted.
        model: `model(declared, arguments)` gives the function that converts a value declared as that model class, with
            what its type variables stand for.
        any_model: `any_model(value, memo, target)` converts a model where anything may stand.
        enum_values: whether the source is a model that holds the values of enum members instead of these.
        encoded: whether a value for `Json` is the text from which the target's validator makes the value.
        recursions: the converters of annotations that contain themselves, so that each is made once.
    """

    kind: KindName
    origin_kind: KindName
    source_kind: KindName
    same_family: bool
    checked: bool
    check_only: bool
    model: Callable[[type, Mapping[Any, Any]], Convert]
    any_model: Callable[[Any, Memo, Target], Any]
    enum_values: bool = False
    encoded: bool = False
    recursions: dict[Any, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @property
    def native(self) -> bool:
        """Whether the target is an origin class: a class that a user wrote."""
        return self.kind == self.origin_kind

    @functools.cached_property
    def traits(self) -> Traits:
        return get_kind(self.kind).traits

    @functools.cached_property
    def source_traits(self) -> Traits:
        return get_kind(self.source_kind).traits

    @functools.cached_property
    def origin_traits(self) -> Traits:
        return get_kind(self.origin_kind).traits

    @functools.cached_property
    def copies(self) -> int:
        """The same number for all targets for which copies of a container are the same."""
        settings = (self.kind, self.origin_kind, self.source_kind, self.same_family, self.checked)
        return _numbers.setdefault(settings, len(_numbers))

    @functools.cached_property
    def of_another_family(self) -> Target:
        return dataclasses.replace(self, same_family=False)


# By the settings of targets: there are a few dozen.
_numbers: dict[tuple[Any, ...], int] = {}


class Failed:
    """In a memo: what was wrong with a value. What several others hold is looked at once, not once a path to it."""

    __slots__ = ("error", "plan", "source", "value")

    def __init__(self, plan: Any, error: ConversionError, value: Any) -> None:
        self.plan = plan
        self.error = copy.copy(error)  # the path of the error itself grows on its way up
        self.source = error.source
        self.value = value  # a memo goes by identity, so nothing in it may be freed

    def again(self) -> ConversionError:
        """The first of the errors that were found, for one more place of the value."""
        error = copy.copy(self.error)
        error.errors = ()
        error.source = self.source
        return error


def forget(memo: Memo, instance: Any, key: Any) -> None:
    """Takes out what was made for an instance that failed, and all since if some of that refers to it.

    Generated functions note at `~id(instance)` that they gave out what an instance becomes.
    """
    if memo is None or key not in memo:
        return
    if ~id(instance) not in memo:
        del memo[key]
        return
    last, failed = None, {}
    while last != key:
        last, made = memo.popitem()
        if type(made) is Failed:
            failed[last] = made
    memo.update(failed)


def remembering(function: Convert) -> Convert:
    """`function`, called once for each value in a conversion, in however many places that stands."""

    def convert(value: Any, memo: Memo) -> Any:
        if type(value) in ATOMIC:
            return function(value, memo)
        if memo is None:
            memo = {}
        key = (id(value), function)
        known = memo.get(key)
        if known is not None:
            if type(known) is Failed:
                raise known.again()
            return known[1]
        try:
            made = function(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError as error:
            memo[key] = Failed(None, error, value)
            raise
        memo[key] = (value, made)
        return made

    return convert


def refusal(value: Any, expected: str) -> ValueConversionError:
    return ValueConversionError(expected=expected, found=describe_value(value))


def none_fits_anywhere(target: Target) -> bool:
    """Whether None passes whatever the annotation: where any field of the kind may be None, and within a family, where
    it is carried as it is."""
    return target.same_family or target.traits.any_field_may_be_none
