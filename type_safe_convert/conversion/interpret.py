"""Runs a plan step by step: the meaning of a conversion, complete and with paths in its errors."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from type_safe_convert.conversion.unchanged import are_same, plain_values, snapshot_of
from type_safe_convert.conversion.unset import removed_from
from type_safe_convert.errors import (
    UNLOCATED,
    ConversionError,
    ExtraFieldError,
    NestingTooDeepError,
    describe_value,
    merge_errors,
)
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.family import attribute_of
from type_safe_convert.model.instances import RejectedValue, accepted_or_not
from type_safe_convert.model.shape import MISSING
from type_safe_convert.values.base import Memo, Target
from type_safe_convert.values.copying import copy_value

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import ConversionPlan
    from type_safe_convert.conversion.sources import Given

# Carried values for which an instance without room beside its fields has a place, or which it refuses.
_EVERYWHERE = ("extra", "content")


class Interpreter:
    """Converts the fields of an instance, and builds the target from them."""

    def __init__(self, plan: ConversionPlan) -> None:
        self.plan = plan

    def convert_fields(
        self, instance: Any, memo: Memo = None, key: Any = None, made: Any = None, given: Given = None
    ) -> Any:
        """The whole conversion step by step; the same result as the generated function, or an error with its path.

        Args:
            key: where the memo has what the instance becomes; None if that need not be remembered.
            made: the allocated target, if there is one.
            given: the values that came with the call.
        """
        plan = self.plan
        builder = plan.builder
        if made is None:
            carried = Carried() if builder.from_content is None else self.carried(instance, memo)
            made = builder.allocate(plan.pair.target, carried)
        is_remembered = memo is not None and key is not None
        if memo is not None and is_remembered:
            memo[key] = plan.unfinished if builder.at_once else made
        values: dict[str, Any] = {}
        errors: list[ConversionError] = self.extra_errors(instance) if plan.refuses_extra else []
        unset = () if plan.unset is None else plan.unset(instance)
        removed = removed_from(instance, plan.reader, plan.steps)
        for step in plan.steps:
            is_left = (step.source in unset or step.place in unset) and not step.field.required
            if not step.has_value or is_left or step.field.name in removed or not plan.is_set(instance, step):
                if builder.keeps_unset and step.has_value:
                    values[step.target] = MISSING
                elif builder.takes_defaults and not step.field.required:
                    values[step.target] = step.make_default()
                continue
            try:
                value = plan.read(instance, step, given)
                if step.unset is not None and value is step.unset:
                    if builder.takes_defaults:
                        values[step.target] = step.make_default()
                    continue
                if step.value_source is not None and memo is not None:
                    memo[id(value), "computed"] = value  # a memo goes by identity, so nothing in it may be freed
                values[step.target] = step.convert(value, memo)
            except NestingTooDeepError as error:
                error.source = instance
                raise
            except ConversionError as error:
                errors.append(error)
        if errors:
            problem = merge_errors(errors)
            problem.source = instance
            raise problem
        made = self.assemble(made, values, instance, memo, removed)
        if memo is not None and is_remembered:
            memo[key] = made
        return made

    def assemble(
        self, made: Any, values: dict[str, Any], instance: Any, memo: Memo = None, removed: Collection[str] = ()
    ) -> Any:
        """The target from converted values, by attribute: `made`, once it is filled; what is carried goes along.

        `removed`: the fields whose attributes were deleted from the instance.
        """
        plan = self.plan
        carried = self.carried(instance, memo) if plan.pair.same_family else None
        if carried is not None and removed:
            carried.marks["absent"] = {*removed}
        elif carried and plan.restoring and plan.builder.removes:
            values = self._without_removed(values, carried)
        if plan.takes_extra:
            values = {**values, **self.extra_values(instance, memo)}
        if plan.builder.keeps_unset:
            values = self._without_unset(values, instance, carried)
        try:
            if carried and plan.restoring and "before" in carried.marks:
                built = self._bring_back(made, values, carried, memo)
            else:
                built = plan.build(made, values, plan.restoring, carried if plan.restoring else None)
        except ConversionError as error:
            error.source = instance
            raise
        if plan.builder.at_once:
            made = built
        if carried:
            self._give(made, carried)
        return made

    def _without_removed(self, values: dict[str, Any], carried: Carried) -> dict[str, Any]:
        """The values without those of attributes that the origin lacked, unless they were changed meanwhile."""
        absent = carried.marks.get("absent", ())
        left_out = [step for step in self.plan.steps if step.field.name in absent]
        blank = {step.target for step in left_out if step.field.is_blank(values.get(step.target))}
        return {name: value for name, value in values.items() if name not in blank} if blank else values

    def _without_unset(self, values: dict[str, Any], instance: Any, carried: Carried | None) -> dict[str, Any]:
        """The values, with MISSING for each that stands for an attribute which is unset in the source."""
        plan, reader = self.plan, self.plan.reader
        unset: Collection[str] = () if carried is None else carried.marks.get("absent", ())
        if reader.unset is not None:
            attributes = reader.unset(instance)
            unset = {step.field.name for step in plan.steps if step.source in attributes}
        for step in plan.steps:
            if step.field.name in unset and step.field.is_blank(values.get(step.target)):
                values[step.target] = MISSING
        return values

    # values without a field

    def extra_errors(self, instance: Any) -> list[ConversionError]:
        """An ExtraFieldError for each value for which the target has no field."""
        names = ", ".join(self.plan.target_shape.fields)
        expected = f"only {names}" if names else "no field"
        return [
            ExtraFieldError(
                "the target has no such field", path=(name,), expected=expected, found=describe_value(value)
            )
            for name, value in self._without_field(instance)
        ]

    def extra_values(self, instance: Any, memo: Memo) -> dict[str, Any]:
        """For a target that allows extras: the source's fields and extras for which the target has no field."""
        return {name: self._extra_value(name, value, memo) for name, value in self._without_field(instance)}

    def _extra_value(self, name: str, value: Any, memo: Memo) -> Any:
        """A value for which the target has no field, as the target says that such values are."""
        convert = self.plan.convert_extra
        if convert is None:
            return copy_value(value, memo, self.plan.value_target)
        try:
            return convert(value, memo)
        except ConversionError as error:
            error.source = UNLOCATED
            raise error.prepend(name) from error.raised

    def _without_field(self, instance: Any) -> Iterator[tuple[str, Any]]:
        plan = self.plan
        record, known = plan.pair.source_record, plan.taken
        for name in plan.source_shape.fields:
            if name not in known:
                with contextlib.suppress(AttributeError):  # never set
                    yield name, plan.reader.read(instance, attribute_of(record, name))
        for name, value in plan.reader.extra(instance).items():
            if name not in known:
                yield name, value

    # what is carried

    def carried(self, instance: Any, memo: Memo = None) -> Carried:
        """Returns a copy of the values that the instance holds beside its fields."""
        plan = self.plan
        carried = Carried() if plan.reader.carried is None else plan.reader.carried(instance)
        extra = {} if plan.convert_extra is None else carried.values.pop("extra", {})
        carried.values = {name: copy_value(value, memo, plan.value_target) for name, value in carried.values.items()}
        if extra:
            carried.values["extra"] = {name: self._extra_value(name, value, memo) for name, value in extra.items()}
        if plan.notes_before:
            before = snapshot_of(instance, memo)
            if before is not None:
                carried.marks["before"] = before
        return carried

    def carry(self, made: Any, instance: Any, memo: Memo = None) -> None:
        """Hands what an instance holds beside its fields on to what it became."""
        carried = self.carried(instance, memo)
        if carried:
            self._give(made, carried)

    def _give(self, made: Any, carried: Carried) -> None:
        if self.plan.restoring:
            self.plan.builder.restore(made, carried)
            return
        if not self.plan.carries:
            values: dict[str, Any] = {key: carried.values[key] for key in _EVERYWHERE if key in carried.values}
            marks = {"absent": carried.marks["absent"]} if "absent" in carried.marks else {}
            carried = Carried(values, marks)
        if carried:
            self.plan.builder.carry(made, carried)

    # an instance that comes back to a class with a constructor or validators of its own

    def _bring_back(self, made: Any, values: dict[str, Any], carried: Carried, memo: Memo) -> Any:
        """Fills an instance that was there before, where its class has a constructor or validators of its own.

        What was not changed comes back as `copy.copy` would make it: a validator may refuse or change what it returned
        itself, as one that decodes base64 does. Changed values are judged: by a constructor on copies and an instance
        that is thrown away, so that it rewires nothing of what comes back; by the validators of a model on the instance
        itself, and what they return counts.
        """
        plan, builder = self.plan, self.plan.builder
        plain, before = values, carried.marks["before"]
        if builder.lenient_fields:  # else no value was rejected
            plain = {name: accepted_or_not(value) for name, value in values.items()}
        if plan.pair.checked and not are_same(plain, before, memo):
            rejected = (name for name, value in values.items() if type(value) is RejectedValue)
            unchanged = {name for name in rejected if are_same({name: plain[name]}, before)}
            values = {name: plain[name] if name in unchanged else value for name, value in values.items()}
            if not builder.aside:
                return plan.build(made, values, True, carried)
            self._judge(values, carried)
        recall = builder.recall or plan.build
        return recall(made, plain, True)

    def _judge(self, values: dict[str, Any], carried: Carried) -> None:
        """Has the class's constructor refuse values, unless it refuses those of the instance that was there as well."""
        try:
            self._build_aside(self._copies(values), carried)
        except ConversionError:
            try:
                self._build_aside(plain_values(carried.marks["before"]), carried)
            except Exception:
                return  # a constructor that does not take the class's own fields
            raise

    def _build_aside(self, values: dict[str, Any], carried: Carried) -> None:
        plan = self.plan
        plan.build(plan.builder.allocate(plan.pair.target, carried), values, True, carried)

    def _copies(self, values: dict[str, Any]) -> dict[str, Any]:
        memo: Memo = {}
        target = self.plan.value_target
        try:
            return {name: _copied(value, memo, target) for name, value in values.items()}
        except (ConversionError, AttributeError, RecursionError):  # in a cycle, what is inside is not filled yet
            return dict(values)


def _copied(value: Any, memo: Memo, target: Target) -> Any:
    if type(value) is RejectedValue:
        return RejectedValue(_copied(value.value, memo, target), value.error)
    return copy_value(value, memo, target, convert_models=False)
