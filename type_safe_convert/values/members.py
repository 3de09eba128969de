"""Which member of a union a value belongs to: the one that it had, or the one that takes most of it."""

from __future__ import annotations

import collections
import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import class_for_field, counterpart, record_of, subclasses_of
from type_safe_convert.model.kind import builtin_container, get_kind
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Target


def flatten(node: nodes.UnionNode) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for member in node.members:
        found.extend(flatten(member) if isinstance(member, nodes.UnionNode) else [member])
    return found


def ambiguous_primitives(members: list[nodes.Node]) -> set[type]:
    """Primitives whose plain form another member claims too: unwrapped, they would not find back."""
    unparametrised = [member.inner if isinstance(member, nodes.AnnotatedNode) else member for member in members]
    primitives = [member for member in unparametrised if isinstance(member, nodes.RefinedNode)]
    bases = [member.base for member in primitives]
    bases += [member.cls for member in unparametrised if isinstance(member, nodes.ScalarNode)]
    if any(isinstance(member, nodes.LiteralNode | nodes.EnumNode | nodes.AnyNode) for member in unparametrised):
        return {member.cls for member in primitives}
    return {member.cls for member in primitives if bases.count(member.base) > 1}


def ambiguous_collections(members: list[nodes.Node]) -> set[type]:
    """Typed collection classes whose plain form another member claims too."""
    collections = [member for member in members if isinstance(member, nodes.CollectionNode | nodes.MappingNode)]
    origins = [member.origin for member in collections]
    if any(isinstance(member, nodes.AnyNode) for member in members):
        return {member.declared for member in collections if member.declared is not None}
    return {
        member.declared for member in collections if member.declared is not None and origins.count(member.origin) > 1
    }


def rank(node: nodes.Node, cls: type) -> int:
    """How near a member is to a value's class: 0 exactly it, 1 its base, 2 by conversion, 3 anything at all."""
    match node:
        case nodes.ScalarNode(cls=declared) | nodes.EnumNode(cls=declared):
            return 0 if cls is declared else 1 if issubclass(cls, declared) and cls is not bool else 2
        case nodes.RefinedNode(cls=declared, base=base):
            return 0 if cls is declared else 1 if issubclass(cls, declared) or cls is base else 2
        case nodes.LiteralNode(values=values):
            return 0 if any(type(value) is cls for value in values) else 2
        case (
            nodes.CollectionNode(origin=origin, declared=declared) | nodes.MappingNode(origin=origin, declared=declared)
        ):
            if declared is not None and issubclass(cls, declared):
                return 0
            found = builtin_container(cls)
            # A Mapping is what a dict is for; but text is no Sequence that anybody means.
            return 1 if found is origin or (issubclass(found, origin) and found not in (str, bytes)) else 2
        case nodes.TupleNode(cls=declared):
            return 0 if builtin_container(cls) is declared else 1 if issubclass(cls, declared) else 2
        case nodes.ModelNode(cls=declared):
            return _rank_model(declared, cls)
        case nodes.AnnotatedNode(inner=inner):
            return rank(inner, cls)
        case nodes.UnionNode(members=members):
            return min((rank(member, cls) for member in members), default=2)
        case nodes.OpaqueNode(annotation=annotation):
            return 0 if cls is annotation else 1
        case nodes.AnyNode():
            return 3
    return 2


def _rank_model(declared: type, cls: type) -> int:
    if kind_of_class(cls) is None:
        return 2
    if kind_of_base(declared) is not None:
        return 1
    origin = record_of(cls).origin
    expected = record_of(declared).origin
    if origin is expected:
        return 0
    if issubclass(origin, expected):
        return 1
    return 1 if origin.__name__ == expected.__name__ else 2


# unions in a class of another family: what arrives there counts


class Likeness(NamedTuple):
    """How much of a value a member of a union takes; the greatest is the nearest.

    Pydantic's smart mode counts the fields that are set as well, and takes the first member of equals. Here the others
    decide first.

    Attributes:
        allowed: 0, or less for each Literal that excludes the value and each required field that the value lacks.
        named: how many models have the class's own name.
        fields: how many fields get a value.
        tags: how many of these are Literals with this value.
        unfilled: how many fields are left to their defaults, as a negative number.
        similar: how many models have a name that contains the class's, or the other way round (`Dog`, `DogModel`).
    """

    allowed: int = 0
    named: int = 0
    fields: int = 0
    tags: int = 0
    unfilled: int = 0
    similar: int = 0


# Models in models are looked at to this depth, so that a look costs no more for a deep value.
_DEPTH = 3


def likeness(value: Any, node: nodes.Node, context: Target, depth: int = _DEPTH) -> Likeness:
    """How much of `value` would arrive in a place annotated `node`, which is of another family."""
    match node:
        case nodes.AnnotatedNode(inner=inner):
            return likeness(value, inner, context, depth)
        case nodes.UnionNode(members=members):
            return max((likeness(value, member, context, depth) for member in members), default=Likeness())
        case nodes.LiteralNode(values=values):
            return Likeness(tags=1) if any(_is_choice(item, value) for item in values) else Likeness(allowed=-1)
        case nodes.ModelNode(cls=cls) if kind_of_base(cls) is None:
            return _model_likeness(value, cls, context, depth)
        case nodes.CollectionNode(item=item) if isinstance(value, _ITERABLE):
            return _sum(likeness(element, item, context, depth) for element in _one_of_each_class(value))
        case nodes.TupleNode(items=items, variadic=variadic) if isinstance(value, tuple):
            pairs = zip(items * len(value) if variadic else items, value, strict=False)
            return _sum(likeness(element, item, context, depth) for item, element in pairs)
        case nodes.MappingNode(key=key, value=item) if isinstance(value, dict):
            inside = [likeness(element, key, context, depth) for element in _one_of_each_class(dict.keys(value))]
            inside += [likeness(element, item, context, depth) for element in _one_of_each_class(dict.values(value))]
            return _sum(inside)
    return Likeness()


_ITERABLE = (list, set, frozenset, collections.deque, tuple)


def _is_choice(choice: Any, value: Any) -> bool:
    """Whether a Literal's value is meant: enums and texts of a class of their own stand for their values."""
    choice = choice.value if isinstance(choice, enum.Enum) else choice
    value = value.value if isinstance(value, enum.Enum) else value
    return isinstance(value, type(choice)) and bool(choice == value)


def _one_of_each_class(values: Iterable[Any]) -> list[Any]:
    return list({type(value): value for value in values}.values())


def _sum(found: Iterable[Likeness]) -> Likeness:
    return Likeness(*map(sum, zip(Likeness(), *found, strict=True)))


def _model_likeness(value: Any, declared: type, context: Target, depth: int) -> Likeness:
    total, inside = _known_likeness(type(value), declared, context)
    if not depth or not inside:
        return total
    found = [(getattr(value, attribute, None), node) for attribute, node in inside]
    return _sum([total, *(likeness(item, node, context, depth - 1) for item, node in found if item is not None)])


def _known_likeness(cls: type, declared: type, context: Target) -> tuple[Likeness, list[tuple[str, nodes.Node]]]:
    """What the class of a value tells already; and the attributes by whose values models are told apart further, with
    the nodes of their fields."""
    key = (cls, declared)
    known = context.likenesses.get(key)
    if known is None:
        known = _class_likeness(cls, declared, context)
        if len(context.likenesses) < 1000:
            context.likenesses[key] = known
    return known


def _class_likeness(cls: type, declared: type, context: Target) -> tuple[Likeness, list[tuple[str, nodes.Node]]]:
    if kind_of_class(cls) is None:
        return Likeness(allowed=-1), []
    target = hand_written_counterpart(cls, class_for_field(declared, context.kind, context.origin_kind))
    record = record_of(cls)
    fields, given = record_of(target).shape.fields, record.shape.fields
    if context.rules is not None and context.rules.is_mapped(record.origin, record_of(target).origin):
        return Likeness(named=2, fields=len(fields)), []
    both = [field for name, field in fields.items() if name in given]
    lacking = [field for name, field in fields.items() if name not in given]
    total = Likeness(
        allowed=-sum(field.required and field.init for field in lacking),
        named=int(record_of(target).origin.__name__ == record.origin.__name__),
        fields=len(both),
        unfilled=-len(lacking),
        similar=int(_is_similar(record.origin.__name__, record_of(target).origin.__name__)),
    )
    inside = []
    for field in both:
        if any(isinstance(node, nodes.ModelNode | nodes.LiteralNode) for node in nodes.walk(field.node)):
            name = field.name if record.origin is cls else get_kind(record.kind).attribute(field.name, record.shape)
            inside.append((name, field.node))
    return total, inside


def told_by(cls: type, members: Iterable[nodes.Node], context: Target) -> str | None:
    """The attribute that tells to which member a model of that class is nearest, by a text; an empty name where the
    class alone tells; None where it takes more."""
    if kind_of_class(cls) is None or issubclass(cls, (*_ITERABLE, dict)):
        return None
    found: set[str] = set()
    waiting = [*members]
    while waiting:
        member = waiting.pop()
        if isinstance(member, nodes.AnnotatedNode | nodes.UnionNode):
            waiting.extend(member.children())
        elif isinstance(member, nodes.LiteralNode):
            return None
        elif isinstance(member, nodes.ModelNode) and kind_of_base(member.cls) is None:
            for attribute, node in _known_likeness(cls, member.cls, context)[1]:
                if any(isinstance(item, nodes.ModelNode) for item in nodes.walk(node)):
                    return None
                found.add(attribute)
    return "".join(found) if len(found) < 2 else None


def _is_similar(name: str, other: str) -> bool:
    name, other = name.strip("_").lower(), other.strip("_").lower()
    return name in other or other in name


def hand_written_counterpart(cls: type, target: type) -> type:
    """The class that an instance of `cls` becomes where `target` is declared, in a class of another family: its own
    counterpart, the subclass of the same name, or `target` itself."""
    # By the kind of `target`, which may not be that of the class that holds it: a dataclass in a BaseModel.
    kind = kind_of_class(target) or ""
    if origin_in(target) is not None and issubclass(record_of(cls).origin, record_of(target).origin):
        return counterpart(cls, kind)
    known = record_of(cls).counterparts.get(kind)
    if known is not None and issubclass(known, target):
        return known
    named = [item for item in subclasses_of(target) if item.__name__ == cls.__name__ and origin_in(item) is None]
    return named[0] if len(named) == 1 else target


def by_discriminator(
    members: Sequence[nodes.Node], choose: Callable[[Any], Any] | None
) -> Callable[[Any], int | None] | None:
    """The number of the member whose tag the function `choose` returns for a value; None where there is none."""
    if choose is None:
        return None
    numbers = {
        member.tag: number
        for number, member in enumerate(members)
        if isinstance(member, nodes.AnnotatedNode) and member.tag is not None
    }

    def number_for(value: Any) -> int | None:
        try:
            return numbers.get(choose(value))
        except Exception:  # written for the models of this class, and not for those of another
            return None

    return number_for


def tags(members: list[nodes.Node]) -> tuple[str, list[tuple[Any, int]]]:
    """The field by whose Literal the models among the members are told apart, and the number of the member for each of
    its values; no name where there is none."""
    unparametrised = [member.inner if isinstance(member, nodes.AnnotatedNode) else member for member in members]
    shapes = {
        number: record_of(member.cls).shape
        for number, member in enumerate(unparametrised)
        if isinstance(member, nodes.ModelNode) and kind_of_base(member.cls) is None
    }
    for name in next(iter(shapes.values())).fields if len(shapes) > 1 else ():
        found = {number: shape.fields[name].node for number, shape in shapes.items() if name in shape.fields}
        values = [(value, number) for number, node in found.items() for value in _choices(node)]
        every = len(found) == len(shapes) and all(map(_choices, found.values()))
        if every and len({(type(value), value) for value, _ in values}) == len(values):
            return name, values
    return "", []


def _choices(node: nodes.Node) -> tuple[Any, ...]:
    node = node.inner if isinstance(node, nodes.AnnotatedNode) else node
    return node.values if isinstance(node, nodes.LiteralNode) else ()
