"""What is wrong with the classes of a conversion, found before the first instance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from type_safe_convert.conversion.conversion import Conversion
from type_safe_convert.conversion.plan import merge_class_errors
from type_safe_convert.errors import ClassConversionError, ConversionError
from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import has_subclasses, record_of, subclasses_of
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import name_of
from type_safe_convert.values.fields import FieldConverter
from type_safe_convert.values.fits import may_fit

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import ConversionPlan, Step
    from type_safe_convert.conversion.type_conversion import TypeConversion


def refuse_classes(root: Conversion | TypeConversion) -> None:
    """Raises MissingFieldError or ClassConversionError, with all that is wrong with the classes of a conversion."""
    if isinstance(root, Conversion):
        found = [] if root.pair.same_family else [root]
    else:
        found = [place.planned for place in root.places.values() if place.planned is not None]
    problems = [problem for each in found for problem in check_classes(each)]
    if problems:
        raise merge_class_errors(problems)


def check_classes(root: Conversion) -> Iterator[ConversionError]:
    """Yields what keeps each instance of the source from becoming one of the target, or each of a model in its fields.

    A field that may be None, or one of several models, is judged when the value is there.
    """
    waiting, seen = [root], {root}
    while waiting:
        found = waiting.pop()
        try:
            plan = found.new_plan()
        except ConversionError as problem:
            yield problem
            continue
        if found is root or not has_subclasses(found.pair.source_record.origin):
            yield from plan.problems
        if found is not root:
            yield from _given_inside(plan)
        yield from _misfits(plan)
        for step in plan.steps:
            for inner in _inside(found, step.source_node, step.field.node):
                # Nothing is wrong with the classes of one family; what rules map may be inside.
                if inner not in seen and (not inner.pair.same_family or inner.pair.rules is not None):
                    seen.add(inner)
                    waiting.append(inner)


def _given_inside(plan: ConversionPlan) -> Iterator[ConversionError]:
    for step in plan.steps:
        if step.value_source is not None and step.value_source.from_call:
            yield ClassConversionError(
                "the value comes with the call, and for the outermost instance alone",
                path=(step.field.name,),
                source_class=plan.pair.source,
                target_class=plan.pair.target,
            )


def _misfits(plan: ConversionPlan) -> Iterator[ConversionError]:
    """An error for each field into which no value of the source could fit."""
    pair = plan.pair
    if pair.same_family or not pair.checked or pair.source_record.origin is not pair.source:
        return
    for step in plan.steps:
        # Validators of the target may take what its annotation does not say.
        if not step.has_value or not isinstance(step.converter, FieldConverter):
            continue
        if any(may_fit(node, step.field.node, plan.value_target) for node in _nodes_of(step, pair.source)):
            continue
        if step.source_field is not None and not step.parts and _default_fits(step, step.source_field):
            continue
        assert step.source_node is not None
        yield ClassConversionError(
            "no value of the source could fit",
            path=(step.field.name,),
            expected=name_of(step.field.node),
            found=name_of(step.source_node),
            source_class=pair.source,
            target_class=pair.target,
        )


def _nodes_of(step: Step, source: type) -> Iterator[nodes.Node | None]:
    """What the source and the classes below it say of the value of a step."""
    yield step.source_node
    if step.source_field is not None and not step.parts:
        for cls in subclasses_of(source):
            if kind_of_class(cls) is not None and origin_in(cls) is None:
                field = record_of(cls).shape.fields.get(step.source_field.name)
                yield None if field is None else field.node


def _default_fits(step: Step, field: Field) -> bool:
    """Whether the source's default fits, which its annotation need not allow."""
    if field.required:
        return False
    try:
        step.convert(field.make_default(), None)
    except Exception:  # a user's factory may raise anything
        return False
    return True


def _inside(found: Conversion, source: nodes.Node | None, target: nodes.Node) -> Iterator[Conversion]:
    """The conversions of models that a field holds, where the two annotations tell which."""
    match source, target:
        case nodes.AnnotatedNode(inner=inner), _:
            yield from _inside(found, inner, target)
        case _, nodes.AnnotatedNode(inner=inner):
            yield from _inside(found, source, inner)
        case nodes.ModelNode(cls=cls), nodes.ModelNode():
            inside = found.places.callee(target, cls)
            if inside is not None:
                yield inside
        case nodes.CollectionNode(item=item), nodes.CollectionNode(item=other):
            yield from _inside(found, item, other)
        case nodes.MappingNode(value=item), nodes.MappingNode(value=other):
            yield from _inside(found, item, other)
