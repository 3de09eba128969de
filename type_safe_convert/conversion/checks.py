"""What is wrong with the classes of a conversion, found before the first instance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from type_safe_convert.errors import ClassConversionError, ConversionError
from type_safe_convert.model.family import has_subclasses
from type_safe_convert.types import nodes

if TYPE_CHECKING:
    from type_safe_convert.conversion.conversion import Conversion
    from type_safe_convert.conversion.plan import ConversionPlan


def check_classes(root: Conversion) -> Iterator[ConversionError]:
    """Yields what keeps each instance of the source from becoming one of the target, or models that it always holds."""
    waiting, seen = [root], {root}
    while waiting:
        found = waiting.pop()
        try:
            plan = found.prepare()
        except ConversionError as problem:
            if found is root or not has_subclasses(found.pair.source_record.origin):
                yield problem
            continue
        if found is not root:
            yield from _given_inside(plan)
        for step in plan.steps:
            for inner in _inside(found, step.source_node, step.field.node):
                if inner not in seen:
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


def _inside(found: Conversion, source: nodes.Node | None, target: nodes.Node) -> Iterator[Conversion]:
    """The conversions of models that a field holds, where the two annotations tell which."""
    match source, target:
        case nodes.AnnotatedNode(inner=inner), _:
            yield from _inside(found, inner, target)
        case _, nodes.AnnotatedNode(inner=inner):
            yield from _inside(found, source, inner)
        case nodes.ModelNode(cls=cls), nodes.ModelNode():
            inside = found.callee(target, cls)
            if inside is not None:
                yield inside
        case nodes.CollectionNode(item=item), nodes.CollectionNode(item=other):
            yield from _inside(found, item, other)
        case nodes.MappingNode(value=item), nodes.MappingNode(value=other):
            yield from _inside(found, item, other)
