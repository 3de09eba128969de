"""`explain`: what a conversion does to each field, and why it is as fast as it is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from type_safe_convert.advice import wrong_argument
from type_safe_convert.conversion.checks import misfits
from type_safe_convert.conversion.compile import FunctionWriter, reasons_to_interpret
from type_safe_convert.conversion.conversion import Conversion
from type_safe_convert.conversion.plan import ConversionPlan, Step
from type_safe_convert.conversion.type_conversion import Place, TypeConversion
from type_safe_convert.errors import ConversionError, format_path, type_text
from type_safe_convert.lookup import conversion_between
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ValueConverter, name_of
from type_safe_convert.values.fields import FieldConverter

if TYPE_CHECKING:
    from typing_extensions import TypeForm

    from type_safe_convert.rules.rules import Rules
    from type_safe_convert.static_types import AnyKindName


class FieldExplanation(NamedTuple):
    """The way in which one field of the target gets its value.

    Attributes:
        field: the target's field.
        source: the attribute of the source or the path to it, 'default', or what else rules say.
        how: what happens to the value.
        reason: why its values leave the generated lines, or are always refused; empty if neither.
    """

    field: str
    source: str
    how: str
    reason: str


@dataclasses.dataclass(frozen=True)
class Explanation:
    """A description of a conversion; `str()` is a table.

    Attributes:
        source, target: the classes or types.
        fields: how each field of the target gets its value; of a type that is no class, how the value itself does.
        reasons: why whole instances leave the generated lines; empty if they do not.
        nested: the explanations of the models in fields.
        code: the generated source.
    """

    source: Any
    target: Any
    fields: tuple[FieldExplanation, ...]
    reasons: tuple[str, ...]
    nested: tuple[Explanation, ...]
    code: str

    @property
    def fast_path(self) -> bool:
        """Whether generated lines convert all of an instance, and the models in its fields, if its values fit and it
        carries nothing beside them."""
        return not any(each.reasons or any(field.reason for field in each.fields) for each in (self, *self.nested))

    def __str__(self) -> str:
        return "\n\n".join("\n".join(_lines_of(each)) for each in (self, *self.nested))


def explain(
    source: TypeForm[Any],
    target: TypeForm[Any] | AnyKindName,
    *,
    forbid_extra: bool = False,
    validate: bool = True,
    rules: Rules | None = None,
) -> Explanation:
    """Tells what `converter` of the same arguments does to each field, and whether generated lines do it.

    `rules`: explain `rules.converter` instead.

    Raises:
        NotAModelError, ClassConversionError, MissingFieldError: as `converter`.
    """
    root: Conversion | TypeConversion
    if rules is not None and (isinstance(rules, type) or not hasattr(rules, "fields_for")):
        raise wrong_argument("rules", "a Rules or None", rules)
    if rules is None:
        root = conversion_between(source, target, validate, forbid_extra)
    else:
        rules.converter(source, target, validate=validate, forbid_extra=forbid_extra)
        root = rules.conversion(source, target, validate, forbid_extra)
    found: dict[Conversion | TypeConversion, Explanation] = {}
    waiting = [root]
    for conversion in waiting:
        if isinstance(conversion, TypeConversion):
            found[conversion], callees = _explain_type(conversion)
        else:
            found[conversion], callees = _explain(conversion)
        waiting.extend(callee for callee in callees if callee not in waiting)
    first, *others = found.values()
    return dataclasses.replace(first, nested=tuple(others))


def _explain(conversion: Conversion) -> tuple[Explanation, list[Conversion]]:
    plan, pair = conversion.plan, conversion.pair
    writer = FunctionWriter(plan)
    refused = {error.path[0]: error for error in misfits(plan)}
    fields = tuple(_explain_field(writer, step, refused.get(step.field.name)) for step in plan.steps)
    code = conversion.compiled().__globals__["__loader__"].text
    reasons = tuple(reasons_to_interpret(plan))
    return Explanation(pair.source, pair.target, fields, reasons, (), code), _planned(writer.callees)


def _explain_type(conversion: TypeConversion) -> tuple[Explanation, list[Conversion]]:
    source, target, *_ = conversion.arguments
    writer = SourceWriter()
    how, interpreted = _how(writer, conversion.node, conversion.value)
    field = FieldExplanation("", "", how, _name_of_kind(conversion.node) if interpreted else "")
    code = conversion.compiled().code
    planned = _planned(writer.callees)
    return Explanation(source, target, (field,), (), (), code), planned


def _explain_field(writer: FunctionWriter, step: Step, refused: ConversionError | None) -> FieldExplanation:
    if not step.has_value:
        how = "its default" if not step.field.required else "set by the class itself"
        return FieldExplanation(step.field.name, "default", how, "")
    source = _describe_source(step)
    if refused is not None:
        return FieldExplanation(step.field.name, source, f"{refused.expected}, found {refused.found}", refused.reason)
    how, interpreted = _how(writer, step.field.node, step.converter)
    return FieldExplanation(step.field.name, source, how, _reason(writer.plan, step) if interpreted else "")


def _how(writer: SourceWriter, node: nodes.Node, converter: ValueConverter) -> tuple[str, bool]:
    """Returns a description of what happens to a value, and whether that is done step by step."""
    text = _short_name(node)
    passes = converter.passes(writer, "value")
    if passes is not None:
        return f"{text}, as it is" if passes else f"{text}, as it is, unchecked", False
    lines, callees = len(writer.lines), len(writer.callees)
    writer.looks_at_values = False
    converter.write(writer, "value", "convert(value, memo)")
    written = [line.strip() for line in writer.lines[lines:]]
    if writer.looks_at_values or set(written) <= {"value = convert(value, memo)", "if value is not None:"}:
        return f"{text}, step by step", True
    calls = _planned(writer.callees[callees:])
    if not calls and isinstance(nodes.alone(node), nodes.UnionNode):
        return f"{text}, by the class of a value", False
    how = ", ".join(f"{call.pair.source.__name__} to {call.pair.target.__name__}" for call in calls)
    return f"{text}, {how or 'converted in place'}", False


def _planned(callees: Iterable[tuple[Any, str]]) -> list[Conversion]:
    """The conversions of models whose functions are called, as far as the source tells them."""
    found = (callee.planned if isinstance(callee, Place) else callee for callee, _ in callees)
    return [conversion for conversion in found if conversion is not None]


def _describe_source(step: Step) -> str:
    if step.value_source is not None:
        return step.value_source.describe()
    return str(step.source) if step.place is None else format_path(step.place)


def _reason(plan: ConversionPlan, step: Step) -> str:
    """Returns the reason why no lines are written for the values of a field."""
    name = step.field.name
    if not isinstance(step.converter, FieldConverter):
        if plan.pair.checked and name in plan.builder.lenient_fields:
            return f"validators: {name}"
        return f"decoded from text: {name}" if name in plan.builder.decoded_fields else "a `Field` as its default"
    node = step.field.node
    while isinstance(node, nodes.UnionNode) and sum(not nodes.accepts_none(member) for member in node.members) == 1:
        node = next(member for member in node.members if not nodes.accepts_none(member))
    return _name_of_kind(node)


def _name_of_kind(node: nodes.Node) -> str:
    match node:
        case nodes.CollectionNode(origin=origin, item=item):
            return f"{origin.__name__} of {_many(item)}"
        case nodes.MappingNode(origin=origin, value=value):
            return f"{origin.__name__} of {_many(value)}"
        case nodes.TupleNode():
            return "tuple"
        case nodes.TypedDictNode():
            return "TypedDict"
        case nodes.UnionNode():
            return "union of several types"
        case nodes.AnnotatedNode(metadata=metadata):
            return f"constraints: {', '.join(map(str, metadata))}"
        case nodes.ModelNode():
            return "model of a class that the source does not declare"
        case nodes.OpaqueNode() | nodes.AnyNode():
            return f"copied: {_short_name(node)}"
        case nodes.RecursionNode():
            return "annotation that contains itself"
    return _short_name(node)


def _short_name(node: nodes.Node) -> str:
    """The annotation without modules."""
    return re.sub(r"\b(?:\w+\.|<locals>\.)+(?=\w)", "", name_of(node))


def _many(node: nodes.Node) -> str:
    if isinstance(node, nodes.ModelNode):
        return "models"
    return f"{_name_of_kind(node)} items" if node.children() else _short_name(node)


def _title(annotation: Any) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) else type_text(annotation)


def heading_of(explanation: Explanation) -> list[str]:
    """Returns the lines above the table: the two classes, and why instances leave the fast path."""
    title = f"{_title(explanation.source)} to {_title(explanation.target)}"
    return [title, *(f"not on the fast path: {reason}" for reason in explanation.reasons)]


def rows_of(explanation: Explanation) -> list[tuple[str, str, str, str]]:
    """Returns the rows of the table, the heads first."""
    return [
        ("field", "from", "how", "fast path"),
        *(
            (field.field, field.source, field.how, f"no: {field.reason}" if field.reason else "yes")
            for field in explanation.fields
        ),
    ]


def _lines_of(explanation: Explanation) -> Iterator[str]:
    rows = rows_of(explanation)
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    yield from heading_of(explanation)
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
