"""Copies of values that no annotation describes, and Type_Safe's typed collections, made of checked items."""

from __future__ import annotations

import collections
import copy
import dataclasses
from collections.abc import Iterable
from typing import Any

from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple

from type_safe_convert.context import ATOMIC, Context, Memo
from type_safe_convert.registry import kind_of_class


def copy_value(value: Any, memo: Memo, context: Context, convert_models: bool = True) -> Any:
    """A value that no annotation describes: containers are copied, models follow their own class, the rest passes."""
    cls = type(value)
    if cls in ATOMIC or context.adopt:
        return value

    def again(item: Any) -> Any:
        return copy_value(item, memo, context, convert_models)

    if cls is list:
        return [item if type(item) in ATOMIC else again(item) for item in value]
    if cls is dict:
        return {
            key if type(key) in ATOMIC else again(key): item if type(item) in ATOMIC else again(item)
            for key, item in value.items()
        }
    if cls is tuple:
        return tuple([again(item) for item in value])
    if cls is set or cls is frozenset:
        return cls([again(item) for item in value])
    if isinstance(value, type):
        return value
    if kind_of_class(cls) is not None:
        return context.any_model(value, memo, context if convert_models else dataclasses.replace(context, family=False))
    if isinstance(value, Type_Safe__List | Type_Safe__Set):
        return typed_collection(cls, value.expected_type, [again(item) for item in value])
    if isinstance(value, Type_Safe__Dict):
        items = {again(key): again(item) for key, item in dict.items(value)}
        return typed_dict(cls, value.expected_key_type, value.expected_value_type, items)
    if cls is Type_Safe__Tuple:
        return typed_tuple(value.expected_types, [again(item) for item in value])
    if isinstance(value, list | tuple | set | collections.deque) and not isinstance(value, Type_Safe__Primitive):
        return like(value, [again(item) for item in value])
    if isinstance(value, collections.Counter):
        return copy.copy(value)
    if isinstance(value, dict):
        made = copy.copy(value)
        for key, item in dict.items(value):
            dict.__setitem__(made, key, again(item))
        return made
    if cls is bytearray:
        return bytearray(value)
    return value


def typed_collection(cls: Any, expected_type: Any, items: Iterable[Any]) -> Any:
    """A Type_Safe__List or Type_Safe__Set of items that were checked already."""
    made = cls.__new__(cls)
    if isinstance(made, list):
        list.extend(made, items)
    else:
        set.update(made, items)
    made.expected_type = expected_type
    return made


def typed_dict(cls: Any, key_type: Any, value_type: Any, items: dict[Any, Any]) -> Any:
    made = cls.__new__(cls)
    dict.update(made, items)
    made.expected_key_type = key_type
    made.expected_value_type = value_type
    return made


def typed_tuple(expected_types: tuple[Any, ...], items: Iterable[Any]) -> Any:
    made = tuple.__new__(Type_Safe__Tuple, items)
    made.expected_types = expected_types
    return made


def like(value: Any, items: Iterable[Any]) -> Any:
    """A collection of the same class as `value`, with its other attributes, holding `items`."""
    made = copy.copy(value)
    if isinstance(made, list):
        list.__setitem__(made, slice(None), items)
    elif isinstance(made, set):
        set.clear(made)
        set.update(made, items)
    elif isinstance(made, collections.deque):
        made.clear()
        made.extend(items)
    elif isinstance(made, tuple):
        made = value._make(items) if hasattr(value, "_make") else tuple.__new__(type(value), items)
    elif isinstance(made, frozenset):
        made = frozenset.__new__(type(value), items)
    return made


def like_dict(value: Any, items: dict[Any, Any]) -> Any:
    made = copy.copy(value)
    dict.clear(made)
    dict.update(made, items)
    return made
