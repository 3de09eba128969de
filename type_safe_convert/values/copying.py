"""Copies of values that no annotation describes, and containers like another."""

from __future__ import annotations

import collections
import copy
import types
from collections.abc import Callable, Iterable
from typing import Any

from type_safe_convert.errors import ConversionError, NestingTooDeepError, ValueConversionError, describe_value
from type_safe_convert.model.family import value_kind
from type_safe_convert.model.kind import container_of
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types.containers import items_of, models_in_value, pairs_of
from type_safe_convert.values.base import ATOMIC, Failed, Memo, Target, forget
from type_safe_convert.words import with_article

# The exact builtin value of an instance of a subclass, whose own `__str__` and friends may format.
BUILTIN_VALUE: dict[type, Any] = {str: str.__str__, int: int.__int__, float: float.__float__, bytes: bytes.__bytes__}

_CONTAINERS = (list, tuple, set, frozenset, dict, collections.deque, bytearray)
_PLAIN = frozenset(_CONTAINERS)

# Classes whose items are told apart from the attributes of a subclass, the narrowest first.
_BASES = (
    *(collections.Counter, collections.defaultdict, collections.OrderedDict, dict),
    *(list, set, collections.deque, bytearray),
)
_COPYING = frozenset({"__copy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__"})


def copy_value(value: Any, memo: Memo, target: Target, convert_models: bool = True) -> Any:
    """A value that no annotation describes: containers are copied, models follow their own class, the rest passes.

    As in `copy.deepcopy`, a container that stands in several places, itself among them, is copied once.
    """
    cls = type(value)
    if cls in ATOMIC or target.check_only:
        return value
    if cls not in _PLAIN:
        if isinstance(value, type):
            return value
        if kind_of_class(cls) is not None and not (isinstance(value, _CONTAINERS) and _is_value(cls, target)):
            return target.any_model(value, memo, target if convert_models else target.of_another_family)
        if not isinstance(value, _CONTAINERS):
            return value
    if memo is None:
        memo = {}
    key = (id(value), target.copies if convert_models else target.of_another_family.copies)
    known = memo.get(key)
    if known is not None:
        if type(known) is Failed:
            raise known.repeated_error()
        memo[~id(value)] = True
        return known[1]
    try:
        return _copy_container(value, memo, key, lambda item: copy_value(item, memo, target, convert_models))
    except ConversionError as error:
        forget(memo, value, key)
        if not isinstance(error, NestingTooDeepError):
            memo[key] = Failed(None, error, value)
        raise
    except BaseException:
        forget(memo, value, key)
        raise


def _is_value(cls: type, target: Target) -> bool:
    """Whether a class that describes tuples or dicts is no model for the one that holds the instance."""
    kind = value_kind(cls)
    return kind is not None and kind != target.origin_kind and not target.becomes_models


def _copy_container(value: Any, memo: dict[Any, Any], key: Any, again: Callable[[Any], Any]) -> Any:
    """A copy of a container, noted in the memo: before what it holds is copied, where that may hold it in turn."""
    cls = type(value)
    made: Any
    if cls is list:
        made = []
        memo[key] = (value, made)
        for item in value:
            made.append(item if type(item) in ATOMIC else again(item))
        return made
    if cls is dict:
        made = {}
        memo[key] = (value, made)
        for name, item in value.items():
            name = name if type(name) in ATOMIC else again(name)
            made[name] = item if type(item) in ATOMIC else again(item)
        refuse_merged(value, made)
        return made
    container = None if cls in _PLAIN else container_of(value)
    if isinstance(value, dict) and container is None:
        base: Any = collections.OrderedDict if isinstance(value, collections.OrderedDict) else dict
        made = blank(value)
        memo[key] = (value, made)
        for name, item in pairs_of(value):
            base.__setitem__(made, name, again(item))
        return made
    if isinstance(value, bytearray):
        made = blank(value)
        bytearray.__setitem__(made, slice(None), value)
    elif isinstance(value, dict) and container is not None:
        items = {again(name): again(item) for name, item in dict.items(value)}
        refuse_merged(value, items)
        made = container.make(items)
    else:
        copies = [again(item) for item in items_of(value)]
        if key in memo:  # it is in itself, by way of a list or dict
            return memo[key][1]
        if cls in _PLAIN:
            made = cls(copies) if cls is not collections.deque else collections.deque(copies, value.maxlen)
        elif container is not None:
            made = container.make(copies)
        elif isinstance(value, frozenset):
            made = value
        else:
            made = like(value, copies)
        refuse_merged(copies, made)
    memo[key] = (value, made)
    return made


def blank(value: Any) -> Any:
    """A container of the same class with the same attributes, to be filled.

    Past its constructor and the methods that add items, which may take other arguments and do anything with the items;
    but one that says itself how it is copied comes with its items.
    """
    cls: Any = type(value)
    base: Any = next((base for base in _BASES if isinstance(value, base)), None)
    if base is None or any(_COPYING & vars(other).keys() for other in cls.__mro__ if other not in base.__mro__):
        return copy.copy(value)
    made = base.__new__(cls)
    if base is collections.deque:
        collections.deque.__init__(made, (), value.maxlen)
    elif base is collections.defaultdict:
        collections.defaultdict.__init__(made, value.default_factory)
    state = object.__getstate__(value)
    in_dict, in_slots = state if isinstance(state, tuple) else (state, None)
    if in_dict:
        vars(made).update(in_dict)
    for name, attribute in (in_slots or {}).items():
        object.__setattr__(made, name, attribute)
    return made


def refuse_merged(before: Any, made: Any) -> None:
    """Raises ValueConversionError for keys or items that are equal once they are converted, and so are lost."""
    if type(before) in _PLAIN and type(made) in _PLAIN and len(before) == len(made):  # as nearly always
        return
    lost = _size(before) - _size(made)
    if lost:
        what, cls = ("keys", "a dict") if isinstance(made, dict) else ("items", with_article(type(made).__name__))
        raise ValueConversionError(f"{lost} of the {what} become equal to others", found=cls)


def _size(value: Any) -> int:
    """The number of items, past a `__len__` of the container's own."""
    base: Any = next((base for base in _BASES if isinstance(value, base)), type(value))
    return int(base.__len__(value))


def like(value: Any, items: Iterable[Any]) -> Any:
    """A collection of the same class as `value`, with its other attributes, holding `items`."""
    if isinstance(value, tuple | frozenset):  # not by `copy.copy`, which calls a `__new__` of the class's own
        new: Any = tuple.__new__ if isinstance(value, tuple) else frozenset.__new__
        made = new(type(value), items)
        if state := getattr(value, "__dict__", None):
            made.__dict__.update(state)
        return made
    made = blank(value)
    if isinstance(made, list):
        list.__setitem__(made, slice(None), items)
    elif isinstance(made, set):
        set.clear(made)
        set.update(made, items)
    elif isinstance(made, collections.deque):
        collections.deque.clear(made)
        collections.deque.extend(made, items)
    return made


def like_dict(value: Any, items: dict[Any, Any]) -> Any:
    if not isinstance(value, dict):  # a frozendict
        return type(value)(items)
    made = blank(value)
    cls = collections.OrderedDict if isinstance(made, collections.OrderedDict) else dict  # which keeps its order apart
    cls.clear(made)
    for key, item in items.items():
        cls.__setitem__(made, key, item)
    return made


def of_other_class(value: Any, items: Any, memo: Memo, target: Target) -> Any:
    """A container that is no builtin one, with its items, converted to a list or a dict; without models it stays.
    Raises ValueConversionError where it cannot be made with other items."""
    cls: Any = type(value)
    before = [*value, *value.values()] if isinstance(items, dict) else [*value]
    # A dict does not tell that it is a model: what it was, or what it became, does.
    if all(value_kind(type(model)) is not None for model in models_in_value((before, items))):
        return copy_value(value, memo, target)
    if cls is types.MappingProxyType:
        return cls(items)
    if cls in (collections.UserDict, collections.UserList):
        made = copy.copy(value)
        made.data = items
        return made
    raise ValueConversionError(
        f"{with_article(cls.__name__)} with models cannot be made again with converted ones",
        expected="a container of Python's own",
        found=describe_value(value),
    )
