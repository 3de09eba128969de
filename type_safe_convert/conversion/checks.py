"""Finds the mistakes in the classes of a conversion before the first instance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from type_safe_convert.conversion.conversion import Conversion, conversion_inside
from type_safe_convert.conversion.pair import merge_class_errors
from type_safe_convert.conversion.sources import FOR_ROOT
from type_safe_convert.errors import ClassConversionError, ConversionError
from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import class_for_field, record_of, subclasses_of
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import name_of
from type_safe_convert.values.fields import FieldConverter
from type_safe_convert.values.fits import may_fit
from type_safe_convert.values.members import hand_written_counterpart, is_told_by_value

if TYPE_CHECKING:
    from type_safe_convert.conversion.pair import ClassPair
    from type_safe_convert.conversion.plan import ConversionPlan, Step
    from type_safe_convert.conversion.type_conversion import TypeConversion


def refuse_classes(root: Conversion | TypeConversion) -> None:
    """Raises MissingFieldError or ClassConversionError, with all that is wrong with the classes of a conversion."""
    problems = [*check_classes(root)]
    if problems:
        raise merge_class_errors(problems)


def check_classes(root: Conversion | TypeConversion) -> Iterator[ConversionError]:
    """Yields what keeps each instance of the source from becoming one of the target, or each of a model in its fields.

    A field that may be None, or one of several models, is judged when the value is there.
    """
    if isinstance(root, Conversion):
        waiting = [root]
    else:
        waiting = [place.planned for place in root.places.values() if place.planned is not None]
    # Nothing is wrong with the classes of one family; what rules map may be inside.
    waiting = [found for found in waiting if not found.pair.same_family or found.pair.rules is not None]
    named, seen = {*waiting}, {*waiting}
    # The root and the classes below it, and the fields for which their calls have values.
    at_root: set[Any] = {root}
    given: tuple[str, ...] = ()
    while waiting:
        found = waiting.pop()
        try:
            plan = found.new_plan()
        except ConversionError as problem:
            yield problem
            continue
        below = [] if found.pair.same_family else [*_of_subclasses(found)]
        if found in named or not (plan.problems and any(map(_may_convert, below))):
            yield from plan.problems
        yield from misfits(plan)
        if found is root:
            given = tuple(plan.from_call)
        yield from _not_given(plan, given if found in at_root else ())
        inside = [inner for step in plan.steps for inner in _inside(found, step.source_node, step.field.node)]
        mapped = [inner for inner in below if inner is not None and _is_mapped_itself(inner.pair)]
        if found in at_root:
            at_root.update(inner for inner in mapped if inner not in seen)
        for inner in inside:
            if inner in at_root:
                yield from _not_given(inner.new_plan(), ())
        for inner in (*inside, *mapped):
            if inner not in seen and (not inner.pair.same_family or inner.pair.rules is not None):
                seen.add(inner)
                waiting.append(inner)


def _not_given(plan: ConversionPlan, given: Sequence[str]) -> Iterator[ConversionError]:
    """An error for each field whose value comes with the call, but is not among those that are given."""
    for name in plan.from_call:
        if name not in given:
            yield ClassConversionError(
                FOR_ROOT,
                path=(name,),
                advice=f"convert each {plan.pair.source.__name__} by itself, with values=",
                source_class=plan.pair.source,
                target_class=plan.pair.target,
            )


def misfits(plan: ConversionPlan) -> Iterator[ConversionError]:
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
        if not step.field.required and (step.optional or plan.reader.may_lack(str(step.source))):
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
    """Yields the nodes that the source class and its subclasses declare for the value of a step."""
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
        case nodes.ModelNode(cls=cls), nodes.ModelNode() if not _is_coerced(found.pair, cls, target):
            inside = found.places.declared(target, cls)
            if inside is not None:
                yield inside
        case nodes.MappingNode(key=key, value=item), nodes.MappingNode(key=other_key, value=other):
            yield from _inside(found, key, other_key)
            yield from _inside(found, item, other)
        case ((nodes.CollectionNode() | nodes.TupleNode()), (nodes.CollectionNode() | nodes.TupleNode())):
            items, others = _items(source), _items(target)
            length = max(len(items), len(others)) if items and others else 0
            for index in range(length):
                yield from _inside(found, items[index % len(items)], others[index % len(others)])


def _is_coerced(pair: ClassPair, cls: type, node: nodes.Node) -> bool:
    return pair.rules is not None and pair.rules.coerces(cls, node)


def _items(node: nodes.CollectionNode | nodes.TupleNode) -> tuple[nodes.Node, ...]:
    if isinstance(node, nodes.CollectionNode):
        return (node.item,)
    return node.items if node.cls is tuple else ()  # those of a NamedTuple go by name


def _of_subclasses(found: Conversion) -> Iterator[Conversion | None]:
    """The conversions of the classes below the source that users wrote; None for one whose target a value tells."""
    pair = found.pair
    for cls in subclasses_of(pair.source_record.origin):
        if kind_of_class(cls) is None or origin_in(cls) is not None:
            continue
        source = class_for_field(cls, pair.source_kind, pair.source_origin_kind)
        ruled = None if pair.rules is None else pair.rules.target_of(cls, pair.target)
        if ruled is None and is_told_by_value(source, pair.target):
            yield None
        else:
            yield conversion_inside(source, ruled or hand_written_counterpart(source, pair.target), pair)


def _is_mapped_itself(pair: ClassPair) -> bool:
    """Whether a rule names the source, so that there are instances of just this class."""
    return pair.rules is not None and pair.rules.names(pair.source_record.origin, pair.target_record.origin)


def _may_convert(found: Conversion | None) -> bool:
    try:
        return found is None or not found.new_plan().problems
    except ConversionError:
        return False
