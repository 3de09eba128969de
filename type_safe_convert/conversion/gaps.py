"""Attributes that instances may lack: the lines of a function that skip them, or take the default of the target."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from type_safe_convert.model.shape import MISSING
from type_safe_convert.model.source import SourceWriter

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import ConversionPlan, Step


def steps_with_gaps(plan: ConversionPlan, steps: list[Step]) -> list[Step]:
    """The steps whose attribute may be lacking, where the lines need no help to do without."""
    builder, reader = plan.builder, plan.reader
    if not _fills_gaps(plan):
        return []
    if builder.keeps_unset:
        found = [step for step in steps if reader.may_lack(str(step.source))]
    elif builder.takes_defaults:
        found = [step for step in steps if reader.may_lack(str(step.source)) and not step.field.required]
    else:
        return []
    others = {step.source for step in steps if step not in found}
    return [step for step in found if step.source_field and not step.parts and step.source not in others]


def _fills_gaps(plan: ConversionPlan) -> bool:
    """Whether what instances lack is read as MISSING; within a family it is carried, unless nothing is made anew."""
    return plan.reader.tells_gaps and (not plan.pair.same_family or plan.pair.source is plan.pair.target)


def unless_missing(writer: SourceWriter, var: str) -> contextlib.AbstractContextManager[None]:
    """Puts the lines that are added behind a test, for a variable that may be MISSING."""
    if var not in writer.may_be_missing:
        return contextlib.nullcontext()
    return writer.behind(f"{var} is not {writer.name(MISSING, 'missing')}")


def write_default(writer: SourceWriter, var: str, step: Step) -> None:
    """Adds the lines that take the default of the target where the value is MISSING."""
    if var in writer.may_be_missing:
        with writer.behind(f"{var} is {writer.name(MISSING, 'missing')}"):
            writer.add(2, f"{var} = {writer.name(step.make_default, 'default')}()")


def tests_of_unset(writer: SourceWriter, plan: ConversionPlan) -> list[str]:
    """Expressions of which one is true if the source may tell that an attribute was never set."""
    if not plan.builder.keeps_unset or _fills_gaps(plan):
        return []
    left_out = frozenset(step.source for step in plan.steps if step.source and not step.field.required)
    if not left_out:
        return []
    unset = plan.reader.emit_unset(writer, "s", left_out)
    carried = plan.reader.emit_tests(writer, "s", "d", len(plan.source_shape.fields)) if plan.pair.same_family else []
    return [*([unset] if unset else []), *carried]
