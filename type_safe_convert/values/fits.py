"""Whether any value that one annotation allows could stand where another is declared, as the annotations alone tell.

Only a plain no counts: where a value decides, or code of a user, the answer is yes.
"""

from __future__ import annotations

import collections
import enum
from typing import Any

from type_safe_convert.model.family import subclasses_of
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Target, none_fits_anywhere

_CONTAINERS = (nodes.CollectionNode, nodes.MappingNode, nodes.TupleNode, nodes.TypedDictNode)
_CONCRETE = (list, set, frozenset, collections.deque, tuple, dict)


def may_fit(source: nodes.Node | None, node: nodes.Node, target: Target) -> bool:
    """Whether a value of `source` could fit `node`; None stands for anything."""
    if source is None or isinstance(source, nodes.AnyNode | nodes.OpaqueNode):
        return True
    if isinstance(node, nodes.AnyNode | nodes.OpaqueNode):
        return True
    if target.source_traits.any_field_may_be_none and (nodes.accepts_none(node) or none_fits_anywhere(target)):
        return True
    if target.rules is not None and target.rules.may_coerce(source, node):
        return True
    return _may_fit(source, node, target)


def _may_fit(source: nodes.Node, node: nodes.Node, target: Target) -> bool:
    match source, node:
        case nodes.UnionNode(members=members), _:
            return any(may_fit(member, node, target) for member in members)
        case _, nodes.UnionNode(members=members):
            return any(may_fit(source, member, target) for member in members)
        case nodes.AnnotatedNode(inner=inner), _:
            return source.widens or source.encode is not None or may_fit(inner, node, target)
        case _, nodes.AnnotatedNode(inner=inner):
            takes_more = node.widens or node.validate is not None or node.encode is not None
            return takes_more or node.check_text is not None or may_fit(source, inner, target)
        case nodes.ModelNode(), _:
            return _model_may_fit(source, node)
        case _, nodes.ModelNode(cls=cls):
            # A NamedTuple or a dict may be what a model is made of; a scalar may be of a model's class itself.
            declared = _class_of(source)
            return isinstance(source, _CONTAINERS) or declared is None or issubclass(cls, declared)
        case _ if isinstance(source, _CONTAINERS):
            return _container_may_fit(source, node, target)
    return _scalar_may_fit(source, node, target)


def _model_may_fit(source: nodes.ModelNode, node: nodes.Node) -> bool:
    if isinstance(node, nodes.ModelNode) or kind_of_base(source.cls) is not None:
        return True
    if isinstance(node, nodes.TypedDictNode) or (isinstance(node, nodes.TupleNode) and node.cls is not tuple):
        return True
    declared = _class_of(node)
    return declared is None or any(issubclass(cls, declared) for cls in (source.cls, *subclasses_of(source.cls)))


def _container_may_fit(source: nodes.Node, node: nodes.Node, target: Target) -> bool:
    if not isinstance(node, _CONTAINERS):
        return False
    found, declared = _container_class(source), _container_class(node)
    if found in _CONCRETE and declared in _CONCRETE and found is not declared:
        return False
    if not (isinstance(source, nodes.TupleNode) and isinstance(node, nodes.TupleNode)):
        return True  # an empty one fits
    if source.variadic or node.variadic or source.unparametrised or node.unparametrised:
        return True
    same = len(source.items) == len(node.items)
    return same and all(may_fit(item, other, target) for item, other in zip(source.items, node.items, strict=True))


def _container_class(node: nodes.Node) -> Any:
    match node:
        case nodes.CollectionNode(origin=origin) | nodes.MappingNode(origin=origin):
            return origin
        case nodes.TupleNode():
            return tuple
    return dict


def _scalar_may_fit(source: nodes.Node, node: nodes.Node, target: Target) -> bool:
    """For a source that holds no others: a scalar, an enum, a Literal or a refined value."""
    match node:
        case nodes.CollectionNode(origin=origin):  # text is a Sequence
            found = _class_of(source)
            return found is None or issubclass(found, origin)
        case nodes.MappingNode() | nodes.TupleNode() | nodes.TypedDictNode():
            return False
        case nodes.RefinedNode():
            return not _is_none(source)
        case nodes.EnumNode(cls=cls):
            return _may_be_member(source, cls, target)
        case nodes.LiteralNode(values=values):
            return any(_may_be(source, value) for value in values)
    declared = _class_of(node)
    match source:
        case nodes.LiteralNode(values=values):
            return any(_is_taken(type(value), declared) for value in values)
        case nodes.RefinedNode():
            return _is_taken(source.cls, declared) or _is_taken(source.base, declared)
    return _is_taken(_class_of(source), declared)


def _is_taken(found: Any, declared: Any) -> bool:
    """Whether a place of one scalar class may take a value of another, or of a class below it."""
    if found is bool:
        return declared is bool
    if declared is float and issubclass(found, int):
        return True
    if found is float and declared is int:  # a float field may hold an int
        return True
    return issubclass(found, declared) or issubclass(declared, found)


def _may_be_member(source: nodes.Node, cls: type[enum.Enum], target: Target) -> bool:
    match source:
        case nodes.EnumNode(cls=found):
            return issubclass(found, cls) or issubclass(cls, found) or issubclass(found, str | int)
        case nodes.LiteralNode(values=values):
            return any(isinstance(value, str | cls) for value in values) or target.enum_values
        case nodes.ScalarNode(cls=found):
            return found is str or target.enum_values or issubclass(cls, found)
    return True


def _may_be(source: nodes.Node, choice: Any) -> bool:
    match source:
        case nodes.LiteralNode(values=values):
            return any(value == choice or isinstance(value, enum.Enum) for value in values) or isinstance(
                choice, enum.Enum
            )
        case nodes.EnumNode():
            return True
    found: Any = _class_of(source)
    return isinstance(choice, enum.Enum) or _is_taken(type(choice), found) or _is_taken(found, type(choice))


def _class_of(node: nodes.Node) -> Any:
    match node:
        case nodes.ScalarNode(cls=cls) | nodes.EnumNode(cls=cls):
            return cls
        case nodes.RefinedNode(base=base):
            return base
    return None


def _is_none(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode) and node.cls is type(None)
