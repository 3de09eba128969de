"""Finds the mistakes in the classes of a conversion before the first instance."""

from __future__ import annotations

import itertools
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
from type_safe_convert.values.base import Target, model_class, name_of, none_fits_anywhere
from type_safe_convert.values.fields import FieldConverter
from type_safe_convert.values.fits import may_fit
from type_safe_convert.values.members import hand_written_counterpart, is_told_by_value

if TYPE_CHECKING:
    from type_safe_convert.conversion.pair import ClassPair
    from type_safe_convert.conversion.plan import ConversionPlan, Step
    from type_safe_convert.conversion.type_conversion import TypeConversion

_NEVER_FITS = "no value of the source could fit"


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
        yield from _misfit_of_types(root)
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
        inside = [inner for step in plan.steps for inner in _inside_step(found, plan, step)]
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


def _misfit_of_types(root: TypeConversion) -> Iterator[ConversionError]:
    """An error for a type of which no value could become one of another."""
    declared, values = root.source_node, root.values
    if declared is not None and values.checked and not values.same_family and not may_fit(declared, root.node, values):
        source, target = root.arguments[:2]
        yield ClassConversionError(
            _NEVER_FITS,
            expected=name_of(root.node),
            found=name_of(declared),
            source_class=source,
            target_class=target,
        )


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
        if step.source_field is not None and step.source_field.widens:
            continue
        if any(may_fit(node, step.field.node, plan.value_target) for node in _nodes_of(step, pair.source)):
            continue
        if _may_do_without(plan, step):
            continue
        assert step.source_node is not None
        yield ClassConversionError(
            _NEVER_FITS,
            path=(step.field.name,),
            expected=name_of(step.field.node),
            found=name_of(step.source_node),
            source_class=pair.source,
            target_class=pair.target,
        )


def _may_do_without(plan: ConversionPlan, step: Step) -> bool:
    """Whether the field may get a value that the annotation of its source does not tell: a default."""
    if step.source_field is not None and not step.parts and _default_fits(step, step.source_field):
        return True
    return not step.field.required and (step.optional or plan.reader.may_lack(str(step.source)))


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


def _inside_step(found: Conversion, plan: ConversionPlan, step: Step) -> list[Conversion]:
    """The conversions of models in the value of a step. Those in containers are judged though an empty one fits."""
    source, target, values = step.source_node, step.field.node, plan.value_target
    is_model = source is not None and model_class(nodes.alone(source)) is not None
    inside = [*_inside(found, values, source, target, is_model and _may_be_none(values, source, target))]
    if inside and is_model and _may_do_without(plan, step):
        return [*_inside(found, values, source, target, True)]
    return inside


def _inside(
    found: Conversion, values: Target, source: nodes.Node | None, target: nodes.Node, only_named: bool
) -> Iterator[Conversion]:
    """The conversions of models that a field holds, where the two annotations tell which.

    Args:
        only_named: whether other values fit, too, so that only what a rule names is wrong with the classes.
    """
    if source is None:
        return
    match source, target:
        case nodes.AnnotatedNode(inner=inner), _:
            yield from _inside(found, values, inner, target, only_named)
        case _, nodes.AnnotatedNode(inner=inner):
            yield from _inside(found, values, source, inner, only_named)
        case (nodes.UnionNode(), _) | (_, nodes.UnionNode()):
            members, others = _but_none(source), _but_none(target)
            has_others = len(members) != 1 or len(others) != 1
            only_named = only_named or has_others or _may_be_none(values, source, target)
            for member, other in itertools.product(members, others):
                yield from _inside(found, values, member, other, only_named)
        case nodes.MappingNode(key=key, value=item), nodes.MappingNode(key=other_key, value=other):
            yield from _inside(found, values, key, other_key, only_named)
            yield from _inside(found, values, item, other, only_named)
        case _ if (cls := model_class(source)) is not None and (declared := model_class(target)) is not None:
            if _is_coerced(found.pair, cls, target) or (only_named and not _is_named(found.pair, cls, declared)):
                return
            node = target if isinstance(target, nodes.ModelNode) else nodes.ModelNode(target.annotation, declared)
            inside = found.places.declared(node, cls)
            if inside is not None:
                yield inside
        case ((nodes.CollectionNode() | nodes.TupleNode()), (nodes.CollectionNode() | nodes.TupleNode())):
            items, item_targets = _items(source), _items(target)
            length = max(len(items), len(item_targets)) if items and item_targets else 0
            for index in range(length):
                item, other = items[index % len(items)], item_targets[index % len(item_targets)]
                yield from _inside(found, values, item, other, only_named)


def _may_be_none(target: Target, source: nodes.Node | None, node: nodes.Node) -> bool:
    """Whether a value may be None, and None fits."""
    may_be = target.source_traits.any_field_may_be_none or (source is not None and nodes.accepts_none(source))
    return may_be and (nodes.accepts_none(node) or none_fits_anywhere(target))


def _but_none(node: nodes.Node) -> list[nodes.Node]:
    """The members of a union without None; a list of the node itself where it is none."""
    members = node.members if isinstance(node, nodes.UnionNode) else (node,)
    return [member for member in members if not nodes.is_none(member)]


def _is_named(pair: ClassPair, cls: type, declared: type) -> bool:
    return pair.rules is not None and pair.rules.names(record_of(cls).origin, record_of(declared).origin)


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
