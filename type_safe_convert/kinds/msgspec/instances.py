"""Reads and builds Structs."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, StructMeta
from msgspec.structs import force_setattr

from type_safe_convert.errors import ConversionError, refused_by
from type_safe_convert.generated_class import CARRIED
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.instances import Allocation, InstanceBuilder, StoreBuilder
from type_safe_convert.model.readers import AttributeReader, InstanceReader
from type_safe_convert.model.shape import Shape, default_from
from type_safe_convert.model.source import SourceWriter, can_be_spelled
from type_safe_convert.model.state import object_state, slots_of

get_attribute: Callable[[Any, str], Any] = object.__getattribute__

# The attribute in which msgspec keeps the hash of an instance with `cache_hash=True`.
HASH_CACHE = "__msgspec_cached_hash__"

# The fields that the constructor takes by position, whatever the class itself has as its `__match_args__`.
_BY_POSITION: Callable[[type], tuple[str, ...]] = StructMeta.__dict__["__match_args__"].__get__

# A Struct has no `__new__`; this is what its constructor allocates an instance by.
_allocate: Callable[[type, int], Any] = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_ssize_t)(
    ("PyType_GenericAlloc", ctypes.pythonapi)
)


def allocate(cls: type) -> Any:
    """An instance without its attributes."""
    return _allocate(cls, 0)


def allocator(cls: Any) -> Callable[[], Any]:
    """Returns a function that makes an empty instance of `cls`, with None in its fields."""
    if not cls.__struct_config__.gc:  # an instance without garbage collection would keep its class alive
        return functools.partial(allocate, cls)
    blank = allocate(cls)
    for name in cls.__struct_fields__:
        force_setattr(blank, name, None)
    copy: Callable[[], Any] = Struct.__copy__.__get__(blank)  # type: ignore[attr-defined]  # a quarter of the time
    return copy


def post_init_of(cls: Any) -> Any:
    """The `__post_init__` of a class; None if it has none."""
    return getattr(cls, "__post_init__", None)


def constructor_stores_only(cls: Any) -> bool:
    """Whether the constructor does nothing but store its arguments and defaults."""
    return post_init_of(cls) is None and type(cls).__call__ is StructMeta.__call__


def reader_of(cls: Any, shape: Shape) -> InstanceReader:
    read = _StructReader if cls.__getattribute__ is get_attribute else _PlainReader
    if shape.cls is not cls:
        return read(Carried.by, has_more=f"{CARRIED} is not None")
    beside = slots_of(cls).keys() - shape.fields.keys() - {HASH_CACHE}
    if cls.__dictoffset__ == 0 and not beside:
        return read()

    def carried(instance: Any) -> Carried:
        state = object_state(instance)
        more = {name: value for name, value in state.items() if name not in shape.fields and name != HASH_CACHE}
        return Carried({"undeclared": more} if more else {})

    return read(carried, has_more="" if beside else "__dict__")


class _StructReader(AttributeReader):
    """Reads Structs.

    Attributes:
        has_more: the attribute, with what follows it in a test, of whether an instance holds anything beside its
            fields; empty where each is to be asked.
    """

    def __init__(self, carried: Callable[[Any], Carried] | None = None, has_more: str = "") -> None:
        super().__init__(carried, always_carries=carried is not None and not has_more)
        self.has_more = has_more

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        tests = super().emit_tests(source, instance, state, fields)
        return [*tests, f"{instance}.{self.has_more}"] if self.has_more else tests


class _PlainReader(_StructReader):
    """Reads Structs past a `__getattribute__` of their own, such as one that decodes or hides what is unset."""

    def read(self, instance: Any, attribute: str) -> Any:
        return get_attribute(instance, attribute)

    def emit(
        self, source: SourceWriter, attributes: Sequence[tuple[str, bool]], instance: str, state: str
    ) -> list[str]:
        get = source.name(get_attribute, "get")
        return [f"{get if is_field else 'getattr'}({instance}, {source.key(name)})" for name, is_field in attributes]


def builder_of(cls: Any, shape: Shape) -> InstanceBuilder:
    post_init = post_init_of(cls) is not None and shape.cls is cls
    return _StructBuilder(
        allocator(cls),
        _Fill(cls, shape, post_init),
        restore,
        in_dict=False,
        post_init=post_init,
        recall=store if post_init else None,
        aside=True,
    )


class _StructBuilder(StoreBuilder):
    """Fills Structs by their constructor, or field by field where an instance must exist before its values do."""

    def __init__(self, blank: Callable[[], Any], *functions: Callable[..., None], **more: Any) -> None:
        super().__init__(*functions, new=lambda target: blank(), **more)
        self.blank = blank

    def allocation(self, source: SourceWriter, target: Any, attributes: Sequence[str]) -> Allocation:
        return Allocation(
            f"{source.name(self.blank, 'blank')}()", constructs=constructor_stores_only(target) or self.post_init
        )

    def can_be_emitted(self, allocation: Allocation, attributes: Sequence[str], complete: bool) -> bool:
        return True

    def emit(
        self, source: SourceWriter, allocation: Allocation, values: Mapping[str, str], made: str, state: str
    ) -> None:
        target: Any = source.namespace["Target"]
        if allocation.constructs:
            source.add(2, f"{made} = Target({', '.join(_arguments(source, target, values))})")
            return
        for name, value in values.items():
            if target.__setattr__ is Struct.__setattr__ and can_be_spelled(name):
                source.add(2, f"{made}.{name} = {value}")
            else:
                source.add(2, f"{source.name(force_setattr, 'set')}({made}, {source.key(name)}, {value})")


def _arguments(source: SourceWriter, cls: Any, values: Mapping[str, str]) -> list[str]:
    """The arguments of the constructor: by position as far as that goes, which takes half of the time."""
    by_position = cls.__struct_fields__[: len(_BY_POSITION(cls))]
    arguments = [values[name] for name in by_position]
    for name, value in values.items():
        if name not in by_position:
            arguments.append(f"{name}={value}" if can_be_spelled(name) else f"**{{{source.key(name)}: {value}}}")
    return arguments


def store(instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
    """Fills an allocated instance field by field, past a `__setattr__` and `__post_init__`."""
    for name, value in values.items():
        force_setattr(instance, name, value)


def restore(instance: Any, carried: Carried) -> None:
    """Gives an instance of an origin its undeclared attributes back."""
    for name, value in carried.values.get("undeclared", {}).items():
        force_setattr(instance, name, value)


class _Fill:
    """Fills an allocated instance as the constructor does."""

    def __init__(self, cls: Any, shape: Shape, post_init: bool) -> None:
        self.cls = cls
        self.shape = shape
        self.post_init = post_init

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        store(instance, values, restoring)
        if self.shape.cls is self.cls:
            before = dict(values)
            for name, field in self.shape.fields.items():
                if name not in values and not field.required:
                    before[name] = (
                        default_from(field.default_factory, before) if field.default_factory else field.default
                    )
                    force_setattr(instance, name, before[name])
        if not self.post_init:
            return
        try:
            instance.__post_init__()
        except ConversionError:
            raise
        except Exception as error:
            raise refused_by(self.cls, error) from error
        if restoring:
            for name, value in values.items():
                if get_attribute(instance, name) is not value:
                    force_setattr(instance, name, value)
