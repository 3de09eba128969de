"""Writes the lines of a function that carry what an instance holds beside its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from type_safe_convert.conversion.unchanged import Model
from type_safe_convert.generated_class import CARRIED
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ATOMIC

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import ConversionPlan, Step


_CARRY = "carry(made, s, memo)"


def is_noted_by_lines(plan: ConversionPlan) -> bool:
    """Whether a copy of its values is all that an instance leaves behind for the way back."""
    reader = plan.reader
    if plan.remembers or plan.restoring or not reader.in_dict or reader.class_attributes:
        return False
    return len(plan.steps) == len(plan.source_shape.fields) and all(map(_is_tested_atom, plan.steps))


def marks_of_lines(writer: SourceWriter, plan: ConversionPlan) -> tuple[str, str] | None:
    """A test, and the marks that lines let an instance carry if it is true; None where only `carry` does."""
    reader = plan.reader
    if not plan.pair.same_family or not plan.carries or plan.restoring:
        return None
    if plan.notes_before:
        if not is_noted_by_lines(plan):
            return None
        tests = _tests(writer, plan)
        return f"not ({' or '.join(tests)})", f"{{'before': {writer.name(Model, 'Model')}(Source, d.copy())}}"
    if reader.carried is None or type(plan.builder).carry is not InstanceBuilder.carry:
        return None
    return reader.emit_marks(writer, "s")


def _tests(writer: SourceWriter, plan: ConversionPlan) -> list[str]:
    """Expressions of which one is true if `carry` is to be asked."""
    tests = plan.reader.emit_tests(writer, "s", "d", len(plan.source_shape.fields))
    if plan.notes_before and not plan.pair.checked:  # else the lines have tested the values
        tests.append(f"not {writer.name(ATOMIC, 'atomic')}.issuperset(map(type, d.values()))")
    return tests


def write_stored(writer: SourceWriter, plan: ConversionPlan) -> bool:
    """Adds the lines that store the marks as an attribute, which makes no `__dict__`: before an instance is of a class
    that guards assignment. Returns whether there are marks."""
    marks = marks_of_lines(writer, plan)
    if marks is None:
        return False
    test, values = marks
    if plan.notes_before:  # filled here, which takes half of the time that its constructor takes
        before = [f"before = {writer.name(object.__new__, 'allocate')}({writer.name(Model, 'Model')})"]
        before += ["before.cls = Source", "before.values = d.copy()"]
        writer.add(2, f"is_usual = {test}", "if is_usual:", *(f"    {line}" for line in before))
        values = "{'before': before}"
    else:
        writer.add(2, f"if {test}:")
    writer.add(3, f"made.{CARRIED} = {values}")
    return True


def _is_tested_atom(step: Step) -> bool:
    """Whether lines can test the value of a field, and one that passes is neither a container nor a model."""
    node = step.field.node
    held = (item for item in nodes.walk(node) if not isinstance(item, nodes.UnionNode | nodes.AnnotatedNode))
    atoms = all(isinstance(item, nodes.ScalarNode | nodes.EnumNode | nodes.LiteralNode) for item in held)
    return (
        atoms
        and step.has_value
        and step.source_field is not None
        and step.converter.passes(SourceWriter(), "v") is not None
    )


def write_carried(writer: SourceWriter, plan: ConversionPlan, stored: bool = False) -> None:
    """Adds the lines that hand on what an instance holds beside its fields; `stored`: without the marks, which it has
    already."""
    reader = plan.reader
    if not plan.pair.same_family or (reader.carried is None and not plan.notes_before):
        return
    if plan.notes_before and not is_noted_by_lines(plan):
        writer.add(2, _CARRY)
        return
    tests = _tests(writer, plan)
    test = "not is_usual" if stored and plan.notes_before else " or ".join(tests)
    lines = [(test, _lines_that_carry(writer, plan, len(tests)))] if tests else []
    marks = marks_of_lines(writer, plan)
    if marks is not None:
        writer.namespace["state_of"] = object.__getattribute__
        store = f"state_of(made, '__dict__')[{writer.name(CARRIED, 'memory')}] = {marks[1]}"
        lines.insert(0 if reader.marks_are_all else 1, (marks[0], ["pass" if stored else store]))
    elif plan.carries and (found := reader.emit_marks(writer, "s")) is not None:
        lines.insert(0 if reader.marks_are_all else 1, (found[0], [_CARRY]))
    if lines and lines[-1][1] == ["pass"]:
        lines.pop()
    for number, (test, what) in enumerate(lines):
        writer.add(2, f"{'elif' if number else 'if'} {test}:", *(f"    {line}" for line in what))


def carries_always(plan: ConversionPlan) -> bool:
    """Whether the lines hand every instance to `carry`, without a test."""
    writer = SourceWriter()
    write_carried(writer, plan)
    return [line.strip() for line in writer.lines][:2] == ["if True:", _CARRY]


def _lines_that_carry(writer: SourceWriter, plan: ConversionPlan, tests: int) -> list[str]:
    restore = None
    if plan.restoring and tests == 1 and plan.reader.in_dict:
        restore = plan.builder.emit_restore(writer, "made", f"d.get({writer.name(CARRIED, 'memory')})")
    if restore is None:
        return [_CARRY]
    return [f"if len(d) != {len(plan.source_shape.fields) + 1} or not {restore}:", f"    {_CARRY}"]
