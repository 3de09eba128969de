"""Typed collections of osbot-utils: `Type_Safe__List`, `Type_Safe__Set`, `Type_Safe__Dict`, `Type_Safe__Tuple`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple

from type_safe_convert.types import nodes
from type_safe_convert.types.containers import ContainerType

# The constructor types the collection in a field, and those that are the values of a dict there
# (`Type_Safe__Step__Init.convert_value_to_type_safe_objects`, osbot-utils 3.75).
CONSTRUCTOR_DEPTH = 2

BUILTIN_CONTAINERS: dict[type, type] = {
    Type_Safe__List: list,
    Type_Safe__Set: set,
    Type_Safe__Dict: dict,
    Type_Safe__Tuple: tuple,
}


def parse_collection(cls: Any, annotation: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node | None:
    """A subclass of Type_Safe__List/Set/Dict declares its types on the class; the bare class has none."""
    if issubclass(cls, Type_Safe__Tuple):
        return nodes.TupleNode(annotation, (parse(Any),), variadic=True, unparametrised=True)
    if issubclass(cls, Type_Safe__Dict):
        key, value = cls.expected_key_type, cls.expected_value_type
        container = ContainerType(cls, {"expected_key_type": key, "expected_value_type": value})
        key_node, value_node = (parse(Any if item is None else item) for item in (key, value))
        return nodes.MappingNode(annotation, dict, key_node, value_node, container=container)
    if issubclass(cls, Type_Safe__List | Type_Safe__Set):
        container = ContainerType(cls, {"expected_type": cls.expected_type})
        item = parse(Any if cls.expected_type is None else cls.expected_type)
        return nodes.CollectionNode(annotation, container.base, item, container=container)
    return None


def constructed_container(
    node: nodes.Node, depth: int, expected_of: Callable[[nodes.Node], Any]
) -> ContainerType | None:
    """The typed collection that the constructor makes of a value inside `depth` dicts of a field's value.

    `expected_of` returns what one in the class at hand expects of the values of a node.
    """
    if depth >= CONSTRUCTOR_DEPTH or not is_typed(node):
        return None
    match node:
        case nodes.CollectionNode(origin=origin, item=item):
            cls = Type_Safe__List if origin is list else Type_Safe__Set
            return ContainerType(cls, {"expected_type": expected_of(item)})
        case nodes.MappingNode(key=key, value=value):
            expected = {"expected_key_type": expected_of(key), "expected_value_type": expected_of(value)}
            return ContainerType(Type_Safe__Dict, expected)
        case nodes.TupleNode(items=items, variadic=variadic):
            types = (expected_of(items[0]), Ellipsis) if variadic else tuple(map(expected_of, items))
            return ContainerType(Type_Safe__Tuple, {"expected_types": types})
    return None


def is_typed(node: nodes.Node) -> bool:
    """Whether Type_Safe's constructor makes a typed collection of a value for it."""
    match node:
        case nodes.CollectionNode(origin=origin, unparametrised=False):
            return origin in (list, set)
        case nodes.MappingNode(origin=origin, unparametrised=False):
            return origin is dict
        case nodes.TupleNode(cls=cls, unparametrised=False):
            return cls is tuple
    return False


def container_of(value: Any) -> ContainerType | None:
    """The type of a typed collection, such that others of it hold the same."""
    if not isinstance(value, Type_Safe__List | Type_Safe__Set | Type_Safe__Dict | Type_Safe__Tuple):
        return None
    return ContainerType(type(value), {**vars(value)})
