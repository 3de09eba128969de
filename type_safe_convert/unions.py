"""Which member of a union a value belongs to: the one that it had, before the first that fits."""

from __future__ import annotations

from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple

from type_safe_convert import annotations as nodes
from type_safe_convert.family import link_of
from type_safe_convert.registry import base_of, kind_of_class


def flatten(node: nodes.Union) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for member in node.members:
        found.extend(flatten(member) if isinstance(member, nodes.Union) else [member])
    return found


def ambiguous_primitives(members: list[nodes.Node]) -> set[type]:
    """Primitives whose plain form another member claims too: unwrapped, they would not find back."""
    bare = [member.inner if isinstance(member, nodes.Constrained) else member for member in members]
    primitives = [member for member in bare if isinstance(member, nodes.Primitive)]
    bases = [member.base for member in primitives]
    bases += [member.cls for member in bare if isinstance(member, nodes.Scalar)]
    if any(isinstance(member, nodes.Choice | nodes.Enumeration | nodes.Anything) for member in bare):
        return {member.cls for member in primitives}
    return {member.cls for member in primitives if bases.count(member.base) > 1}


def ambiguous_collections(members: list[nodes.Node]) -> set[type]:
    """Typed collection classes whose plain form another member claims too."""
    collections = [member for member in members if isinstance(member, nodes.Collection | nodes.Mapping)]
    origins = [member.origin for member in collections]
    if any(isinstance(member, nodes.Anything) for member in members):
        return {member.declared for member in collections if member.declared is not None}
    return {
        member.declared for member in collections if member.declared is not None and origins.count(member.origin) > 1
    }


_CONTAINER_CLASSES = {
    Type_Safe__List: list,
    Type_Safe__Set: set,
    Type_Safe__Dict: dict,
    Type_Safe__Tuple: tuple,
}


def rank(node: nodes.Node, cls: type) -> int:
    """How near a member is to a value's class: 0 exactly it, 1 its base, 2 by conversion, 3 anything at all."""
    match node:
        case nodes.Scalar(cls=declared) | nodes.Enumeration(cls=declared):
            return 0 if cls is declared else 1 if issubclass(cls, declared) and cls is not bool else 2
        case nodes.Primitive(cls=declared, base=base):
            return 0 if cls is declared else 1 if issubclass(cls, declared) or cls is base else 2
        case nodes.Choice(values=values):
            return 0 if any(type(value) is cls for value in values) else 2
        case nodes.Collection(origin=origin, declared=declared) | nodes.Mapping(origin=origin, declared=declared):
            if declared is not None and issubclass(cls, declared):
                return 0
            found = _CONTAINER_CLASSES.get(cls, cls)
            # A Mapping is what a dict is for; but text is no Sequence that anybody means.
            return 1 if found is origin or (issubclass(found, origin) and found not in (str, bytes)) else 2
        case nodes.Tuple(cls=declared):
            return 0 if _CONTAINER_CLASSES.get(cls, cls) is declared else 1 if issubclass(cls, declared) else 2
        case nodes.Model(cls=declared):
            return _rank_model(declared, cls)
        case nodes.Constrained(inner=inner):
            return rank(inner, cls)
        case nodes.Instance(annotation=annotation):
            return 0 if cls is annotation else 1
        case nodes.Anything():
            return 3
    return 2


def _rank_model(declared: type, cls: type) -> int:
    if kind_of_class(cls) is None:
        return 2
    if base_of(declared) is not None:
        return 1
    origin = link_of(cls).origin
    expected = link_of(declared).origin
    if origin is expected:
        return 0
    if issubclass(origin, expected):
        return 1
    return 1 if origin.__name__ == expected.__name__ else 2


def tags(members: list[nodes.Node]) -> tuple[str, list[tuple[Any, int]]]:
    """The field by whose Literal the models among the members are told apart, and the number of the member for each of
    its values; no name where there is none."""
    bare = [member.inner if isinstance(member, nodes.Constrained) else member for member in members]
    shapes = {
        number: link_of(member.cls).shape
        for number, member in enumerate(bare)
        if isinstance(member, nodes.Model) and base_of(member.cls) is None
    }
    for name in next(iter(shapes.values())).fields if len(shapes) > 1 else ():
        found = {number: shape.fields[name].node for number, shape in shapes.items() if name in shape.fields}
        values = [(value, number) for number, node in found.items() for value in _choices(node)]
        every = len(found) == len(shapes) and all(map(_choices, found.values()))
        if every and len({(type(value), value) for value, _ in values}) == len(values):
            return name, values
    return "", []


def _choices(node: nodes.Node) -> tuple[Any, ...]:
    node = node.inner if isinstance(node, nodes.Constrained) else node
    return node.values if isinstance(node, nodes.Choice) else ()
