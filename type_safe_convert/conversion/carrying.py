"""Writes the lines of a function that carry what an instance holds beside its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from type_safe_convert.conversion.unchanged import Model
from type_safe_convert.generated_class import CARRIED
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import ConversionPlan, Step


def is_noted_by_lines(plan: ConversionPlan) -> bool:
    """Whether a copy of its values is all that an instance leaves behind for the way back."""
    reader = plan.reader
    if plan.remembers or plan.restoring or not plan.pair.checked or not reader.in_dict or reader.class_attributes:
        return False
    return len(plan.steps) == len(plan.source_shape.fields) and all(map(_is_tested_atom, plan.steps))


def _write_values_before(writer: SourceWriter, plan: ConversionPlan) -> None:
    """Adds the lines that note the values of an instance for the way back."""
    if not is_noted_by_lines(plan):
        writer.add(2, "carry(made, s, memo)")
        return
    tests = plan.reader.emit_tests(writer, "s", "d", len(plan.steps))
    writer.namespace["state_of"] = object.__getattribute__
    marks = f"{{'before': {writer.name(Model, 'Model')}(Source, d.copy())}}"
    writer.add(2, f"if {' or '.join(tests)}:", "    carry(made, s, memo)", "else:")
    writer.add(3, f"state_of(made, '__dict__')[{writer.name(CARRIED, 'memory')}] = {marks}")


def _is_tested_atom(step: Step) -> bool:
    """Whether the lines test the value of a field, and one that passes is neither a container nor a model."""
    node = step.field.node
    held = (item for item in nodes.walk(node) if not isinstance(item, nodes.UnionNode | nodes.AnnotatedNode))
    atoms = all(isinstance(item, nodes.ScalarNode | nodes.EnumNode | nodes.LiteralNode) for item in held)
    return (
        atoms
        and step.has_value
        and step.source_field is not None
        and step.converter.passes(SourceWriter(), "v") is not None
    )


def write_carried(writer: SourceWriter, plan: ConversionPlan) -> None:
    """Adds the lines that hand on what an instance holds beside its fields."""
    reader = plan.reader
    if plan.pair.same_family and plan.notes_before:
        _write_values_before(writer, plan)
        return
    if not plan.pair.same_family or reader.carried is None:
        return
    tests = reader.emit_tests(writer, "s", "d", len(plan.source_shape.fields))
    lines = [(" or ".join(tests), "carry(made, s, memo)")] if tests else []
    found = reader.emit_marks(writer, "s") if plan.carries else None
    if found is not None:
        test, marks = found
        lines.insert(0 if reader.marks_are_all else 1, (test, _write_marks(writer, plan, marks)))
    for number, (test, line) in enumerate(lines):
        writer.add(2, f"{'elif' if number else 'if'} {test}:", f"    {line}")


def _write_marks(writer: SourceWriter, plan: ConversionPlan, marks: str) -> str:
    if plan.restoring or type(plan.builder).carry is not InstanceBuilder.carry:
        return "carry(made, s, memo)"
    writer.namespace["state_of"] = object.__getattribute__
    return f"state_of(made, '__dict__')[{writer.name(CARRIED, 'memory')}] = {marks}"
