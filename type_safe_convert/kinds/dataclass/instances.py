"""Reads and builds instances of dataclasses: slots, a builtin base, a constructor of their own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any

from type_safe_convert.errors import ConversionError
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.constructors import (
    CallInit,
    absent_gaps,
    fields_are_in_dict,
    file_of,
    gaps,
    restore_attributes,
    store_attributes,
)
from type_safe_convert.model.instances import CallBuilder, InstanceBuilder, StoreBuilder, StoreInDict, allocator
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.readers import AttributeReader, DictReader, InstanceReader
from type_safe_convert.model.shape import MISSING, FromValues, Shape
from type_safe_convert.model.state import is_computed, slots_of
from type_safe_convert.values.copying import BUILTIN_VALUE


def reader_of(cls: Any, shape: Shape) -> InstanceReader:
    if not fields_are_in_dict(cls, shape, (_builtin_base(cls) or object).__getattribute__):
        return _reader_of_slots(cls, shape)
    if shape.cls is not cls:
        return DictReader(Carried.by)
    names = shape.fields.keys()
    builtin = _builtin_base(cls)
    slots = slots_of(cls).keys() - shape.fields.keys()

    def carried(instance: Any) -> Carried:
        undeclared = {
            key: value for key, value in instance.__dict__.items() if key not in names and not is_computed(cls, key)
        }
        undeclared.update({name: getattr(instance, name) for name in slots if hasattr(instance, name)})
        held = Carried({"undeclared": undeclared} if undeclared else {}, _unseen(shape, instance))
        if builtin is not None:
            held.values["content"] = _content(builtin, instance)
        return held

    more = builtin is not None or slots or MISSING in shape.init_only.values()
    return DictReader(carried, always_carries=bool(more), optional_attributes=gaps(shape))


def _reader_of_slots(cls: Any, shape: Shape) -> InstanceReader:
    """Attributes are read one by one; slots and undeclared attributes that are no fields are remembered."""
    if shape.cls is not cls:
        return AttributeReader(Carried.by, always_carries=True)
    slots = slots_of(cls).keys() - shape.fields.keys()
    more = slots or cls.__dictoffset__ or MISSING in shape.init_only.values()
    unset = gaps(shape)
    if not more and not unset:
        return AttributeReader()

    def carried(instance: Any) -> Carried:
        held = {name: getattr(instance, name) for name in slots if hasattr(instance, name)}
        state = instance.__dict__ if cls.__dictoffset__ else {}
        held.update(
            {name: value for name, value in state.items() if name not in shape.fields and not is_computed(cls, name)}
        )
        return Carried({"undeclared": held} if held else {}, _unseen(shape, instance))

    return AttributeReader(carried, always_carries=bool(more), optional_attributes=unset)


def _unseen(shape: Shape, instance: Any) -> dict[str, Any]:
    """Returns what field values do not tell: the fields never set, and whether the constructor had its `InitVar`s."""
    held = absent_gaps(shape, instance)
    if MISSING in shape.init_only.values():
        held["constructed"] = True
    return held


class CallOwnInit(CallInit):
    """Calls a constructor that may have a library validate the values, which may be imported there."""

    def __init__(self, cls: Any, shape: Shape) -> None:
        super().__init__(cls, shape)
        self.kind = shape.kind

    def construct(self, instance: Any, given: dict[str, Any], restoring: bool) -> None:
        try:
            self.init(instance, **given)
        except Exception as error:
            kind: Any = get_kind(self.kind)  # the wider one, if its library was imported meanwhile
            told: ConversionError | None = kind.told_by_library(error, self.cls, given)
            if told is None:
                raise
            raise told from error


def builder_of(
    cls: Any,
    shape: Shape,
    construct: type[CallInit] = CallOwnInit,
    keeps_values: bool = True,
    init_stores: bool = False,
) -> InstanceBuilder:
    """Returns what builds instances of a dataclass.

    Args:
        keeps_values: whether an instance comes back with its own values, past what the constructor makes of them.
        init_stores: whether a constructor that `dataclass` did not write only stores its arguments.
    """
    in_dict = fields_are_in_dict(cls, shape, (_builtin_base(cls) or object).__getattribute__)
    if shape.cls is not cls:
        if not in_dict:  # the generated class extends a slotted class of a user
            return StoreBuilder(store_attributes, _restore, in_dict=False)
        return StoreBuilder(StoreInDict(), _restore)
    construction = construct(cls, shape)
    post_init = hasattr(cls, "__post_init__")
    init_stores = init_stores or is_generated(inspect.getattr_static(cls, "__init__"))
    stores = (
        init_stores
        and cls.__new__ is object.__new__
        and not shape.init_only
        and not any(type(field.default_factory) is FromValues for field in shape.fields.values())
        and not (post_init and not all(field.init for field in shape.fields.values()))
        and (in_dict or _fields_are_slots(cls, shape))
        and (cls.__setattr__ is object.__setattr__ or (in_dict and shape.frozen and is_generated(cls.__setattr__)))
    )
    only_stores = init_stores and cls.__new__ is object.__new__ and _sets_plainly(cls)
    recall = store_attributes if keeps_values and (post_init or not only_stores) else None
    if not stores:
        return _builder_over_builtin(cls, construction, recall) or CallBuilder(
            construction,
            _restore,
            new=allocator(cls),
            lenient_fields=construction.lenient_fields,
            decoded_fields=construction.decoded_fields,
            recall=recall,
            aside=True,
        )
    plain = in_dict and not post_init
    return StoreBuilder(
        StoreInDict() if plain else construction,
        _restore,
        new=allocator(cls),
        in_dict=in_dict,
        post_init=post_init,
        recall=recall,
        aside=True,
    )


def _fields_are_slots(cls: Any, shape: Shape) -> bool:
    return all(isinstance(inspect.getattr_static(cls, name, None), MemberDescriptorType) for name in shape.fields)


def _builtin_base(cls: type) -> Any:
    """The builtin that a dataclass extends besides being one: `class Info(dict)`, an exception; else None."""
    for base in cls.__mro__:
        if not base.__flags__ & _HEAP_TYPE:
            return None if base is object else base
    return None


# Py_TPFLAGS_HEAPTYPE: set for the classes that Python code made.
_HEAP_TYPE = 1 << 9


def _content(builtin: Any, instance: Any) -> Any:
    if issubclass(builtin, BaseException):
        return instance.args
    if builtin is dict:
        return dict(dict.items(instance))
    if builtin in (str, int, float, bytes):
        return BUILTIN_VALUE[builtin](instance)
    return builtin(builtin.__iter__(instance)) if builtin in _CONTAINERS else None


_CONTAINERS = (list, set, frozenset, tuple)


def is_generated(method: Any) -> bool:
    """Whether `dataclass` wrote the method: its code then has no file."""
    return file_of(method) == "<string>"


def construct(instance: Any, values: dict[str, Any], keep: bool) -> None:
    """Fills an instance by the constructor that `dataclass` wrote for its class."""
    type(instance).__init__(instance, **values)


def sets_more_than_its_dict(cls: Any, shape: Shape) -> bool:
    """Whether a class has its own `__setattr__`, properties or descriptors over its fields, or fields that its
    constructor does not take: pydantic-core would go past the first, and leave out the last."""
    if not _sets_plainly(cls):
        return True
    own = [inspect.getattr_static(cls, name, None) for name in shape.fields]
    described = any(hasattr(type(item), "__set__") and not isinstance(item, MemberDescriptorType) for item in own)
    return described or not all(field.init for field in shape.fields.values())


def _sets_plainly(cls: Any) -> bool:
    """Whether the class has no `__setattr__` of its own but that of a frozen dataclass."""
    return cls.__setattr__ is object.__setattr__ or is_generated(cls.__setattr__)


def _builder_over_builtin(
    cls: Any, build: Callable[..., None], recall: Callable[..., None] | None
) -> InstanceBuilder | None:
    builtin = _builtin_base(cls)
    if builtin is None:
        return None
    new = builtin.__new__
    if builtin in (str, int, float, bytes, tuple, frozenset):

        def from_content(target: type, carried: Carried) -> Any:
            return new(target, carried.values["content"]) if "content" in carried.values else new(target)

        return CallBuilder(build, _restore, new=new, from_content=from_content, recall=recall, aside=True)
    return CallBuilder(build, _restore, new=new, recall=recall, aside=True)


def _restore(instance: Any, carried: Carried) -> None:
    restore_attributes(instance, carried)
    if "content" not in carried.values:
        return
    content = carried.values["content"]
    if isinstance(instance, BaseException):
        BaseException.args.__set__(instance, content)  # type: ignore[attr-defined]  # past a frozen `__setattr__`
    elif isinstance(instance, list):
        list.__setitem__(instance, slice(None), content)
    elif isinstance(instance, dict | set):
        type(content).clear(instance)
        type(content).update(instance, content)
