"""Hashing of instances in each kind: what may stand in a set, or be a key of a dict."""

from __future__ import annotations

import collections
import collections.abc
from typing import Any

from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types import nodes

_SETS = frozenset({set, frozenset, collections.abc.Set, collections.abc.MutableSet})

# Not a defaultdict, whose factory is no item.
_PAIRED = frozenset({
    dict, nodes.FROZEN_DICT, collections.OrderedDict, collections.Counter,
    collections.abc.Mapping, collections.abc.MutableMapping,
})  # fmt: skip


def list_for(node: nodes.CollectionNode, kind: str) -> Any:
    """The type that stands for a set in generated classes of `kind`, where its members do not hash; None elsewhere.

    An abstract set may be a set, which becomes a list, or a frozenset, which becomes a tuple.
    """
    hashed = members_hash_by_value if node.origin is set else keys_hash
    if node.origin not in _SETS or hashed(node.item, kind):
        return None
    return collections.abc.Sequence if node.origin is collections.abc.Set else list


def is_paired(node: nodes.MappingNode, kind: str) -> bool:
    """Whether a list of pairs stands for a dict in generated classes of `kind`, since its keys do not hash there."""
    return node.origin in _PAIRED and not keys_hash(node.key, kind)


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
    if not models:  # of other kinds, the library may not be imported
        return True
    traits = get_kind(kind).traits
    if not traits.instances_hash:
        return False
    if traits.is_value and any(_is_by_identity(item.cls) for item in models):  # as values, they would become equal
        return False
    return not any(_hashes_by_identity_only(item.cls) for item in models) or _compares_by_identity(kind)


def _compares_by_identity(kind: str) -> bool:
    return get_kind(kind).traits.models_compare_by_identity


def _is_by_identity(cls: type) -> bool:
    return kind_of_base(cls) is None and record_of(cls).shape.by_identity


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
