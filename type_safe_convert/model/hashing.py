"""Hashing of instances in each kind: what may stand in a set, or be a key of a dict."""

from __future__ import annotations

from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types import nodes


def members_hash_by_value(node: nodes.Node, kind: str) -> bool:
    """Whether set members of that annotation hash by value in `kind`, so that a set of them can be a set there."""
    models = [item for item in nodes.walk(node) if isinstance(item, nodes.ModelNode) and kind_of_base(item.cls) is None]
    if models and not get_kind(kind).traits.instances_hash:
        return False
    return all(hashes_by_value(item.cls) for item in models) or _compares_by_identity(kind)


def keys_hash(node: nodes.Node, kind: str) -> bool:
    """Whether dict keys of this type stay hashable in `kind`. Counterparts of models that hash by identity compare by
    value, and hash only if the class defines `__hash__`."""
    models = [item for item in nodes.walk(node) if isinstance(item, nodes.ModelNode)]
    if models and not get_kind(kind).traits.instances_hash:
        return False
    return not any(_hashes_by_identity_only(item.cls) for item in models) or _compares_by_identity(kind)


def _compares_by_identity(kind: str) -> bool:
    return get_kind(kind).traits.models_compare_by_identity


def _hashes_by_identity_only(cls: type) -> bool:
    base = kind_of_base(cls)
    if base is not None:
        return _compares_by_identity(base)
    shape = record_of(cls).shape
    return _compares_by_identity(shape.kind) and not shape.hashable


def hashes_by_value(cls: type, seen: set[type] | None = None) -> bool:
    """Whether instances of the made counterparts hash by value: frozen, as all of their fields are."""
    seen = set() if seen is None else seen
    shape = record_of(cls).shape
    if not shape.frozen or _compares_by_identity(shape.kind):
        return False
    if cls in seen:
        return True
    seen.add(cls)
    for field in shape.fields.values():
        for node in nodes.walk(field.node):
            if isinstance(node, nodes.CollectionNode) and node.origin is not frozenset:
                return False
            if isinstance(node, nodes.MappingNode) and node.origin is not nodes.FROZEN_DICT:
                return False
            if isinstance(node, nodes.TypedDictNode | nodes.AnyNode):
                return False
            known = isinstance(node, nodes.ModelNode) and kind_of_base(node.cls) is None
            if isinstance(node, nodes.ModelNode) and not (known and hashes_by_value(node.cls, seen)):
                return False
    return True
