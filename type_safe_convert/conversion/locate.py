"""The path of an error: the model in which it happened is found in its parent by identity."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from type_safe_convert.errors import (
    UNLOCATED,
    ConversionError,
    NestingTooDeepError,
    ValueConversionError,
    as_step,
    describe_value,
    hides_input,
    merge_errors,
    without_values,
)
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import items_of
from type_safe_convert.values.base import Memo, converter_for

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import ConversionPlan, Step


class Locator:
    """Completes errors of the conversion of an instance by a plan."""

    def __init__(self, plan: ConversionPlan) -> None:
        self.plan = plan

    def locate(self, error: ConversionError, instance: Any, memo: Memo = None) -> ConversionError:
        """Adds the place in `instance` of the model in which an error happened to its path, and further errors."""
        pair = self.plan.pair
        further = self._further(error, instance, memo)
        if further:
            error = merge_errors([error, *further])
        if hides_input(pair.source) or hides_input(pair.target):
            error = without_values(error)
        error.source = instance
        error.source_class, error.target_class = pair.source, pair.target
        return from_here(error)

    def _further(self, error: ConversionError, instance: Any, memo: Memo) -> list[ConversionError]:
        """Returns the errors after the place of an error, and puts that place into the error's path."""
        inner = error.source
        if isinstance(error, NestingTooDeepError):
            return []  # looking for its place would nest as deep again
        if inner is not UNLOCATED and inner is not instance:
            for number, step, value in self.plan.values_with_models(instance):
                path = find(value, inner)
                if path is not None:
                    error.prepend(step.field.name, *path, source=_with_path(step, path))
                    further = self._further_items(step, value, path, memo)
                    return further + self._further_fields(number + 1, instance, memo)
        elif inner is UNLOCATED and error.path:
            for number, step in enumerate(self.plan.steps):
                if step.field.name == error.path[0]:
                    return self._further_fields(number + 1, instance, memo)
        return []

    def _further_items(self, step: Step, value: Any, path: tuple[Any, ...], memo: Memo) -> list[ConversionError]:
        """Returns the errors of the models in a list after the one at `path`, where generated code stopped."""
        node = step.field.node
        if not (
            isinstance(value, list)
            and isinstance(node, nodes.CollectionNode)
            and isinstance(node.item, nodes.ModelNode)
        ):
            return []
        items = nodes.CollectionNode(list, list, node.item)
        try:
            converter_for(items, self.plan.value_target).convert(value[path[0] + 1 :], memo)
        except NestingTooDeepError:
            pass
        except ConversionError as error:
            for problem in error.errors or (error,):
                number = problem.path[0] + path[0] + 1
                if problem.other_path is not None:
                    problem.other_path = problem.other_path[1:]
                problem.path = problem.path[1:]
                problem.prepend(step.field.name, number, source=_with_path(step, (number,)))
            return list(error.errors or (error,))
        return []

    def _further_fields(self, start: int, instance: Any, memo: Memo) -> list[ConversionError]:
        """Returns the errors of the fields from number `start` on."""
        found: list[ConversionError] = []
        for step in self.plan.steps[start:]:
            if step.has_value and not (step.value_source is not None and step.value_source.from_call):
                try:
                    step.convert(self.plan.read(instance, step), memo)
                except NestingTooDeepError:
                    continue
                except ConversionError as error:
                    found += error.errors or (error,)
        return found

    def nesting_error(self, instance: Any) -> ConversionError:
        """The error for a RecursionError."""
        error = NestingTooDeepError(
            f"nested deeper than the recursion limit of {sys.getrecursionlimit()} allows",
            source_class=self.plan.pair.source,
            target_class=self.plan.pair.target,
        )
        error.source = UNLOCATED
        return error

    def wrap_exception(self, error: Exception, instance: Any) -> ConversionError:
        """The error for any exception of a user's class."""
        wrapped = self._of_property(error, instance)
        if wrapped is None:
            wrapped = ValueConversionError(f"{type(error).__name__}: {error}", found=describe_value(instance))
        wrapped.raised = error
        wrapped.source = instance
        pair = self.plan.pair
        wrapped.source_class, wrapped.target_class = pair.source, pair.target
        if not (hides_input(pair.source) or hides_input(pair.target)):
            wrapped.__cause__ = _from_user_code(error)
        return wrapped

    def _of_property(self, error: Exception, instance: Any) -> ConversionError | None:
        """The same error with its path, where a property raises it again."""
        for step in self.plan.steps:
            if step.source is not None and (step.source_field is None or step.parts):
                try:
                    self.plan.read(instance, step)
                except ConversionError as found:
                    if type(found.raised) is type(error):
                        return found
        return None


def from_here(error: ConversionError) -> ConversionError:
    """The error without the frames below, which are generated code, one for each model that holds another. Where it
    happened, the path says."""
    return error.with_traceback(None)


def _from_user_code(error: Exception) -> Exception:
    """The exception without the frames of this package and of its generated code before those of the user's."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_globals.get("__name__", _PACKAGE).startswith(_PACKAGE):
        frames = frames.tb_next
    return error.with_traceback(frames)


_PACKAGE = __name__.partition(".")[0]


def _with_path(step: Step, path: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The path in the source to what is at `path` in the value of a step; None where it has the same there."""
    return None if step.place is None else (*step.place, *path)


def find(value: Any, inner: Any) -> tuple[Any, ...] | None:
    """The path from a value to another in its containers; None if that is not in it."""
    stack: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    seen: dict[int, Any] = {}  # which keeps each: a container may give new items every time
    while stack:
        item, path = stack.pop()
        if item is inner:
            return path
        if not isinstance(item, dict | list | tuple | set | frozenset) or id(item) in seen:
            continue
        seen[id(item)] = item
        items: Iterable[tuple[Any, Any]] = enumerate(items_of(item))
        if isinstance(item, dict):
            items = ((as_step(key), held) for key, held in dict.items(item))
        stack.extend(reversed([(held, (*path, step)) for step, held in items]))
    return None
