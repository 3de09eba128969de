"""Whether any value that one annotation allows could stand where another is declared, as the annotations alone tell.

Only a plain no counts: where a value decides, or code of a user, the answer is yes.
"""

from __future__ import annotations

import collections
import datetime
import enum
from typing import Any

from type_safe_convert.model.described import is_described
from type_safe_convert.model.family import subclasses_of
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Target, none_fits_anywhere

_CONTAINERS = (nodes.CollectionNode, nodes.MappingNode, nodes.TupleNode, nodes.TypedDictNode)
_CONCRETE = (list, set, frozenset, collections.deque, tuple, dict)


def may_fit(source: nodes.Node | None, node: nodes.Node, target: Target) -> bool:
    """Whether a value of `source` could fit `node`; None stands for anything."""
    if source is None or any(_may_be_anything(item) for item in (source, node)):
        return True
    may_be_none = target.source_traits.any_field_may_be_none or nodes.accepts_none(source)
    if may_be_none and (nodes.accepts_none(node) or none_fits_anywhere(target)):
        return True
    if target.rules is not None and target.rules.may_coerce(source, node):
        return True
    return _may_fit(source, node, target)


def _may_be_anything(node: nodes.Node) -> bool:
    """Whether a node does not tell the class of its values: only a class without a metaclass does."""
    if isinstance(node, nodes.OpaqueNode):
        return node.validate is not None or type(node.annotation) is not type or isinstance(node, nodes.SentinelNode)
    return isinstance(node, nodes.AnyNode)


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
        case nodes.OpaqueNode(annotation=cls), _:
            return _instance_may_fit(cls, node)
        case _, nodes.OpaqueNode(annotation=cls):
            return _may_share_instances(_classes_of(source), cls)
        case nodes.ModelNode(), _:
            return _model_may_fit(source, node)
        case _, nodes.ModelNode(cls=cls):
            return _may_be_model(source, cls)
        case _ if isinstance(source, _CONTAINERS):
            return _container_may_fit(source, node, target)
    return _scalar_may_fit(source, node, target)


def _instance_may_fit(cls: type, node: nodes.Node) -> bool:
    """Whether an instance of a class that no library knows could fit."""
    if isinstance(node, nodes.RefinedNode):
        return True  # by its text
    if isinstance(node, nodes.ModelNode):
        return any(kind_of_class(item) is not None for item in subclasses_of(cls))
    return _may_share_instances(_classes_of(node), cls)


def _may_share_instances(classes: tuple[Any, ...], cls: type) -> bool:
    """Whether there is a class below one of several, and below another one."""
    below = (cls, *subclasses_of(cls))
    return any(issubclass(other, cls) or any(issubclass(item, other) for item in below) for other in classes)


def _classes_of(node: nodes.Node) -> tuple[Any, ...]:
    """The classes of the values of a node that is no union."""
    match node:
        case nodes.LiteralNode(values=values):
            return tuple(map(type, values))
        case nodes.OpaqueNode(annotation=cls) | nodes.ModelNode(cls=cls):
            return (dict if is_described(cls) else cls,)
        case nodes.RefinedNode(cls=cls, base=base):
            return (cls, base)
        case nodes.ScalarNode(cls=cls) if cls is float:
            return (float, int)
    return (_container_class(node) if isinstance(node, _CONTAINERS) else _class_of(node),)


def _model_may_fit(source: nodes.ModelNode, node: nodes.Node) -> bool:
    if isinstance(node, nodes.ModelNode) or kind_of_base(source.cls) is not None:
        return True
    if _is_record(node) or isinstance(node, nodes.RefinedNode):
        return True
    # A model may be text or a dict as well, and so may a class below it.
    declared: Any = _container_class(node) if isinstance(node, _CONTAINERS) else _class_of(node)
    if isinstance(node, nodes.LiteralNode):
        declared = tuple(map(type, node.values))
    return any(issubclass(cls, declared) for cls in (source.cls, *subclasses_of(source.cls)))


def _may_be_model(source: nodes.Node, cls: type) -> bool:
    """Whether a value that is declared as no model may become one: a dict, a NamedTuple, or a model that is text."""
    if isinstance(source, nodes.LiteralNode):
        return any(issubclass(cls, type(value)) for value in source.values)
    if isinstance(source, nodes.TupleNode):
        return True  # a NamedTuple is a tuple
    if isinstance(source, _CONTAINERS):
        is_dict = isinstance(source, nodes.MappingNode) and is_described(cls)
        return _is_record(source) or is_dict or issubclass(cls, _container_class(source))
    return issubclass(cls, _class_of(source))


def _is_record(node: nodes.Node) -> bool:
    """Whether a node is a TypedDict or a NamedTuple, which have fields as models have."""
    return isinstance(node, nodes.TypedDictNode) or (isinstance(node, nodes.TupleNode) and node.cls is not tuple)


def _container_may_fit(source: nodes.Node, node: nodes.Node, target: Target) -> bool:
    if isinstance(node, nodes.RefinedNode):  # it may take anything by its text, but what its converter knows
        return _container_class(source) is collections.deque
    if not isinstance(node, _CONTAINERS):
        return False
    if _is_record(source) and _is_record(node):  # by their fields
        return True
    found, declared = _container_class(source), _container_class(node)
    if not (issubclass(found, declared) or issubclass(declared, found)) and {found, declared} & {*_CONCRETE}:
        return False
    if isinstance(source, nodes.TupleNode) and not source.variadic and isinstance(node, nodes.CollectionNode):
        return all(may_fit(item, node.item, target) for item in source.items)
    if not (isinstance(source, nodes.TupleNode) and isinstance(node, nodes.TupleNode)):
        return True  # an empty one fits
    if node.variadic and not (source.variadic or node.unparametrised or source.unparametrised):
        return all(may_fit(item, node.items[0], target) for item in source.items)
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
            if isinstance(source, nodes.LiteralNode):
                return any(isinstance(value, origin) for value in source.values)
            return issubclass(_class_of(source), origin)
        case nodes.MappingNode() | nodes.TupleNode() | nodes.TypedDictNode():
            return False
        case nodes.RefinedNode():
            return not _is_none(source)
        case nodes.EnumNode(cls=cls):
            return _may_be_member(source, cls, target)
        case nodes.LiteralNode(values=values):
            return target.enum_values or any(_may_be(source, value) for value in values)
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
    if declared is datetime.date and issubclass(found, datetime.datetime):  # has a time of day, which a date has not
        return False
    if declared is float and issubclass(found, int):
        return True
    if found is float and declared is int:  # a float field may hold an int
        return True
    return issubclass(declared, found) or _may_share_instances((declared,), found)  # a PosixPath is of two classes


def _may_be_member(source: nodes.Node, cls: type[enum.Enum], target: Target) -> bool:
    match source:
        case nodes.EnumNode(cls=found):
            return issubclass(found, cls) or issubclass(cls, found) or target.enum_values
        case nodes.LiteralNode(values=values):
            told = (*cls.__members__, *(member.value for member in cls))
            return any(isinstance(value, cls) or value in told for value in values) or target.enum_values
        case nodes.ScalarNode(cls=found):
            return found is str or target.enum_values or issubclass(cls, found)
    return True


def _may_be(source: nodes.Node, choice: Any) -> bool:
    """Whether a value may be one of a Literal; a member of an enum that is text as well stands for the text."""
    if isinstance(source, nodes.LiteralNode):
        return any(value == choice for value in source.values)
    if isinstance(source, nodes.EnumNode):
        return any(member == choice for member in source.cls)
    found = _class_of(source)
    return isinstance(choice, found) and (found is bool or type(choice) is not bool)


def _class_of(node: nodes.Node) -> Any:
    match node:
        case nodes.ScalarNode(cls=cls) | nodes.EnumNode(cls=cls):
            return cls
        case nodes.RefinedNode(base=base):
            return base
    return None


def _is_none(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode) and node.cls is type(None)
