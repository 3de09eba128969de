"""Where a value goes, and the small things that all value functions need."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert import annotations as nodes
from type_safe_convert.errors import ConversionError, ValueConversionError, describe_value
from type_safe_convert.registry import KindName

Memo = dict[Any, Any] | None
Convert = Callable[[Any, Memo], Any]

ATOMIC = frozenset(nodes.IMMUTABLE_SCALARS)


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """Where values go.

    Attributes:
        kind: the kind of the target class.
        home: the kind of the class that somebody wrote; equal to `kind` when the target is that class.
        source_kind: the kind that values come from.
        family: whether source and target are of one family, so that what is outside an annotation is carried.
        checked: whether values are checked; unchecked ones are only given their form.
        adopt: whether models stay as they are (construction and assignment of a made class), not converted.
        model: `model(declared, arguments)` gives the function that converts a value declared as that model class, with
            what its type variables stand for.
        encoded: whether a value for `Json` is the text from which the target's validator makes the value.
        recursions: the functions of what stands in itself, so that each is made once.
    """

    kind: KindName
    home: KindName
    source_kind: KindName
    family: bool
    checked: bool
    adopt: bool
    model: Callable[[type, Mapping[Any, Any]], Convert]
    any_model: Callable[[Any, Memo, Context], Any]
    encoded: bool = False
    recursions: dict[nodes.Node, Convert] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @property
    def native(self) -> bool:
        return self.kind == self.home


class Failed:
    """In a memo: what was wrong with an instance. What several others hold is looked at once, not once a path to it."""

    __slots__ = ("error", "plan")

    def __init__(self, plan: Any, error: ConversionError) -> None:
        self.plan = plan
        self.error = copy.copy(error)  # the path of the error itself grows on its way up


def forget(memo: Memo, instance: Any) -> None:
    """Takes out what was made for an instance that failed, and all since: it may refer to what is half-built."""
    if memo is None or id(instance) not in memo:
        return
    key, failed = None, {}
    while key != id(instance):
        key, made = memo.popitem()
        if type(made) is Failed:
            failed[key] = made
    memo.update(failed)


def refusal(value: Any, expected: str) -> ValueConversionError:
    return ValueConversionError(expected=expected, found=describe_value(value))


def none_fits_anywhere(context: Context) -> bool:
    """Whether None passes whatever the annotation: any attribute of a Type_Safe may be None, and within a family it is
    carried as it is."""
    return context.kind == "type_safe" or context.family
