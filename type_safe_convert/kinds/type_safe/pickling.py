"""Pickles of generated Type_Safe classes, whose typed collections do not survive pickle by themselves."""

from __future__ import annotations

import collections
from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple

from type_safe_convert.model.family import record_of
from type_safe_convert.model.shape import Field
from type_safe_convert.types import nodes
from type_safe_convert.types.names import parts
from type_safe_convert.types.type_variables import is_variable
from type_safe_convert.values.copying import like, like_dict


def typed_by_checks(cls: type) -> frozenset[str]:
    """The fields of which the checks type every collection as it was; the others travel with the types they have."""
    found: frozenset[str] | None = cls.__dict__.get("__type_safe_convert_typed_by_checks__")
    if found is None:
        found = frozenset(name for name, field in record_of(cls).shape.fields.items() if _types_again(field))
        type.__setattr__(cls, "__type_safe_convert_typed_by_checks__", found)
    return found


def _types_again(field: Field) -> bool:
    """Whether the annotation of a field tells the types of all collections in it.

    One with a type variable in it does not: the place of the instance gave that its argument.
    """
    known = (list, set, dict, tuple)
    return not any(map(is_variable, parts((field.annotation,)))) and not any(
        isinstance(item, nodes.AnyNode | nodes.OpaqueNode | nodes.UnionNode | nodes.TypedDictNode)
        or getattr(item, "container_class", None) is not None
        or (isinstance(item, nodes.CollectionNode | nodes.MappingNode) and item.origin not in known)
        for item in nodes.walk(field.node)
    )


def picklable(value: Any, keep: bool, seen: dict[int, tuple[Any, Any]] | None = None) -> Any:
    """A value in which typed collections are plain; with `keep`, such that they are typed again when they are read."""
    cls = type(value)
    if not isinstance(value, list | dict | set | tuple | collections.deque):
        return value
    seen = {} if seen is None else seen
    if id(value) in seen:
        return seen[id(value)][1]
    seen[id(value)] = value, value  # for what is in itself, and for the value where nothing in it is typed
    held: list[Any] = [*dict.values(value)] if isinstance(value, dict) else [*value]
    plain = [picklable(item, keep or cls not in _TYPED_AGAIN, seen) for item in held]
    made: Any = value
    if isinstance(value, Type_Safe__List | Type_Safe__Set | Type_Safe__Dict | Type_Safe__Tuple):
        made = dict(zip(dict.keys(value), plain, strict=True)) if isinstance(value, dict) else _base(value)(plain)
        if keep or cls not in _TYPED_AGAIN:
            expected = {name: item for name, item in vars(value).items() if name.startswith("expected_")}
            made = _Typed(cls, made, expected)
    elif any(one is not other for one, other in zip(held, plain, strict=True)):
        if isinstance(value, dict):
            made = like_dict(value, dict(zip(value, plain, strict=True)))
        else:
            made = tuple(plain) if cls is tuple else like(value, plain)
    seen[id(value)] = value, made
    return made


_TYPED_AGAIN = frozenset({Type_Safe__List, Type_Safe__Set, Type_Safe__Dict, Type_Safe__Tuple, list, set, dict, tuple})


def _base(value: Any) -> Any:
    return next(base for base in (list, set, tuple) if isinstance(value, base))


class _Typed:
    """Stands for a typed collection in a pickle, which is one again when it is read."""

    __slots__ = ("cls", "expected", "held")

    def __init__(self, cls: type, held: Any, expected: dict[str, Any]) -> None:
        self.cls = cls
        self.held = held
        self.expected = expected

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_typed, (self.cls, self.held, self.expected)


def _read_typed(cls: Any, held: Any, expected: dict[str, Any]) -> Any:
    if isinstance(held, tuple):
        made = tuple.__new__(cls, held)
    else:
        made = cls.__new__(cls)
        fill: Any = dict.update if isinstance(held, dict) else set.update if isinstance(held, set) else list.extend
        fill(made, held)
    vars(made).update(expected)
    return made
