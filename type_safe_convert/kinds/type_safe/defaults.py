"""The defaults of Type_Safe fields: those that the class has, and those that Type_Safe makes of an annotation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.steps.Type_Safe__Step__Default_Value import type_safe_step_default_value

from type_safe_convert.model.family import is_subclass
from type_safe_convert.model.shape import MISSING
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import ContainerType
from type_safe_convert.types.lazy_annotations import own_annotations

CONSTANT_DEFAULTS = (str, int, float, bool, bytes, complex, type(None))


def default_of(cls: type, name: str, annotation: Any, node: nodes.Node) -> tuple[Any, Callable[[], Any] | None]:
    """The default as Type_Safe's constructor finds it: the class's value, else the default of the annotation's type.

    A field annotated anew, without a value, takes the type's default instead of an inherited None, but no other
    inherited value (`Type_Safe__Step__Class_Kwargs` and `Type_Safe__Step__Init`, osbot-utils 3.75).
    """
    declared_here = name in own_annotations(cls)
    value: Any = getattr(cls, name, MISSING)
    anew = declared_here and name not in cls.__dict__ and (value is None or hasattr(Type_Safe, name))
    if value is not MISSING and not anew:
        if isinstance(node, nodes.RefinedNode) and value is not None:
            primitive: Any = node.cls
            try:
                return (value if isinstance(value, primitive) else primitive(value)), None
            except Exception:  # whoever asks for the default is told
                return MISSING, lambda: primitive(value)
        if type(value) in nodes.MUTABLE:
            return MISSING, lambda: type(value)(value)
        return value, None
    return default_of_type(cls, node)


def default_of_type(cls: type, node: nodes.Node) -> tuple[Any, Callable[[], Any] | None]:
    """The default that Type_Safe gives a field of that annotation: None where it cannot make one, MISSING where the
    attempt raises."""
    match node:
        case nodes.ScalarNode(cls=scalar) if scalar in CONSTANT_DEFAULTS:
            return _zero(scalar), None
        case nodes.AnnotatedNode(inner=inner):
            default, factory = default_of_type(cls, inner)
            return (None, None) if isinstance(inner, nodes.CollectionNode | nodes.MappingNode) else (default, factory)
        case nodes.ModelNode(cls=model) if not getattr(model, "__abstractmethods__", None):
            if is_subclass(model, cls) or is_subclass(cls, model):
                return MISSING, model  # its own kind again: constructing one to look would never end
        case (
            nodes.CollectionNode() | nodes.MappingNode() | nodes.TupleNode() | nodes.RefinedNode() | nodes.OpaqueNode()
        ):
            pass
        case nodes.ScalarNode() | nodes.EnumNode() | nodes.AnyNode() | nodes.UnionNode() | nodes.LiteralNode():
            pass
    annotation = node.annotation

    def make() -> Any:
        return type_safe_step_default_value.default_value(cls, annotation)

    if isinstance(node, nodes.CollectionNode | nodes.MappingNode | nodes.TupleNode) and not getattr(
        node, "unparametrised", False
    ):
        return (None, None) if _is_unsupported_collection(node) else (MISSING, make)
    if isinstance(node, nodes.ModelNode):
        return MISSING, make
    try:
        value = make()
    except Exception:
        return MISSING, None
    if value is None or type(value) in CONSTANT_DEFAULTS:
        return value, None
    return MISSING, make


def _zero(scalar: Any) -> Any:
    return None if scalar is type(None) else scalar()


def _is_unsupported_collection(node: nodes.Node) -> bool:
    """Collections that Type_Safe cannot make a default of: only list, dict, set and tuple (and its own) are made."""
    if isinstance(node, nodes.CollectionNode):
        return node.origin not in (list, set)
    if isinstance(node, nodes.MappingNode):
        return node.origin is not dict
    return isinstance(node, nodes.TupleNode) and node.cls is not tuple


def quick_factory(make: Callable[[], Any]) -> Callable[[], Any]:
    """For the usual case, an empty typed collection, a quick factory with the same result."""
    try:
        example: Any = make()
    except Exception:
        return make
    if type(example) in (Type_Safe__List, Type_Safe__Set, Type_Safe__Dict) and not example:
        make_container = ContainerType(type(example), {**vars(example)}).make
        return lambda: make_container(())
    return make
