"""Ranks the members of a union by how near they are to a value's class."""

from __future__ import annotations

from type_safe_convert.model.family import is_subclass, record_of
from type_safe_convert.model.kind import builtin_container
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes


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
        return {member.container_class for member in collections if member.container_class is not None}
    return {
        member.container_class
        for member in collections
        if member.container_class is not None and origins.count(member.origin) > 1
    }


def rank(node: nodes.Node, cls: type) -> int:
    """Returns how near a member is to a value's class: 0 exactly it, 1 its base, 2 by conversion, 3 anything at all."""
    match node:
        case nodes.ScalarNode(cls=declared) | nodes.EnumNode(cls=declared):
            return 0 if cls is declared else 1 if issubclass(cls, declared) and cls is not bool else 2
        case nodes.RefinedNode(cls=declared, base=base):
            return 0 if cls is declared else 1 if issubclass(cls, declared) or cls is base else 2
        case nodes.LiteralNode(values=values):
            return 0 if any(type(value) is cls for value in values) else 2
        case (
            nodes.CollectionNode(origin=origin, container_class=declared)
            | nodes.MappingNode(origin=origin, container_class=declared)
        ):
            if declared is not None and issubclass(cls, declared):
                return 0
            found = builtin_container(cls)
            # A Mapping is what a dict is for; but text is not meant by a Sequence.
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
        case nodes.ValidatedNode(annotation=annotation) if cls is annotation:  # a ByteSize
            return 0
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
    if is_subclass(origin, expected):
        return 1
    return 1 if origin.__name__ == expected.__name__ else 2
