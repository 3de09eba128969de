"""Generated dataclasses: their metaclass, and how `dataclass` is brought to accept bases that it refuses."""

from __future__ import annotations

import copy
import copyreg
import dataclasses
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from type_safe_convert.generated_class import CARRIED, GeneratedClass, hash_of
from type_safe_convert.model.constructors import (
    default_arguments,
    has_required_after_default,
    is_required,
    namespace_of,
)
from type_safe_convert.model.family import reduce_class
from type_safe_convert.model.hashing import hashes_by_value
from type_safe_convert.model.kind import GeneratedField, ModelKind
from type_safe_convert.model.shape import MISSING, FromValues, Shape

_FIELDS_HAVE_DOC = "doc" in inspect.signature(dataclasses.field).parameters  # since Python 3.14


class GeneratedDataclassMeta(GeneratedClass):
    """The metaclass of generated dataclasses: a copy by `dataclasses.replace` keeps what only the origin can
    express."""

    @property
    def __signature__(cls) -> inspect.Signature:
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]
        return signature.replace(parameters=[*signature.parameters.values()][1:])

    def __call__(cls, /, *args: Any, **values: Any) -> Any:
        if CARRIED not in values:
            return super().__call__(*args, **values)
        carried = values.pop(CARRIED)
        instance = super().__call__(*args, **values)
        instance.__dict__[CARRIED] = dict(carried)
        return instance


copyreg.pickle(GeneratedDataclassMeta, reduce_class)


class _FieldsAndCarried:
    """The `__dataclass_fields__` of a generated class; those of an instance that remembers something have an `InitVar`
    for that, since `dataclasses.replace` hands the values of such on to the constructor."""

    def __init__(self, fields: dict[str, dataclasses.Field[Any]]) -> None:
        self.fields = fields
        item: Any = dataclasses.field(default=None)
        item.name, item.type, item._field_type = CARRIED, dataclasses.InitVar[Any], dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]
        self.carried = item

    def __get__(self, instance: Any, owner: Any) -> dict[str, dataclasses.Field[Any]]:
        if instance is None or CARRIED not in instance.__dict__:
            return self.fields
        return {**self.fields, CARRIED: self.carried}


class GeneratedDataclass(metaclass=GeneratedDataclassMeta):
    """Base of generated dataclasses whose hierarchy mixes frozen and mutable classes, which `dataclass` itself
    refuses."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _setter_but_for(frozen_fields: set[str]) -> Callable[[Any, str, Any], None]:
    def set_attribute(self: Any, name: str, value: Any) -> None:
        if name in frozen_fields and name in self.__dict__:  # else its constructor is at work
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    return set_attribute


def _hash_by_value(instance: Any) -> int:
    return hash_of(type(instance), [getattr(instance, item.name) for item in dataclasses.fields(instance)])


def build_class(kind: ModelKind, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
    namespace = namespace_of(kind, shape, fields)
    for made in fields:
        namespace[made.attribute] = _make_field(made)
    if any(type(field.default_factory) is FromValues for field in shape.fields.values()):
        namespace["__post_init__"] = _make_pending
    frozen_bases = [base.__dataclass_params__.frozen for base in bases]  # type: ignore[attr-defined]
    mixed = shape.frozen and not all(frozen_bases)
    frozen_fields = {kind.attribute(name, shape) for name, item in shape.fields.items() if item.options.get("frozen")}
    if frozen_fields and not shape.frozen:
        namespace["__setattr__"] = _setter_but_for(frozen_fields)
    if mixed:
        namespace["__setattr__"] = GeneratedDataclass.__setattr__
        namespace["__delattr__"] = GeneratedDataclass.__delattr__
    hashes = shape.hashable and not hashes_by_value(shape.cls)
    if hashes:
        namespace["__hash__"] = _hash_by_value
    if shape.by_identity:
        namespace.update(__eq__=object.__eq__, __hash__=object.__hash__)
    known = [base.__dataclass_params__.frozen for item in bases for base in item.__mro__ if kind.is_model(base)]  # type: ignore[attr-defined]
    cls: Any
    mixes_frozen = any(known) and not (shape.frozen and all(known))
    if mixes_frozen or _needs_keywords(bases, ()):
        freeze = GeneratedDataclass if shape.frozen else object
        for name in ("__setattr__", "__delattr__") if mixes_frozen else ():
            namespace.setdefault(name, getattr(freeze, name))
        cls = GeneratedDataclassMeta(f"{shape.name}__{kind.suffix}", bases, namespace)
        _complete_apart(cls, shape.frozen, _needs_keywords(bases, fields))
        cls.__dataclass_fields__ = _FieldsAndCarried(cls.__dataclass_fields__)
        return cls
    cls = GeneratedDataclassMeta(f"{shape.name}__{kind.suffix}", bases, namespace)
    frozen = (shape.frozen or any(frozen_bases)) and not mixed
    unsafe_hash = mixed and not hashes and not shape.by_identity
    kw_only = _needs_keywords(bases, fields)
    if frozen or unsafe_hash:
        dataclasses.dataclass(frozen=frozen, unsafe_hash=unsafe_hash, kw_only=kw_only)(cls)
    else:
        _complete_later(cls, kw_only)
    cls.__dataclass_fields__ = _FieldsAndCarried(cls.__dataclass_fields__)
    return cls


def resolve_references(cls: Any, fields: Sequence[GeneratedField]) -> None:
    for made in fields:
        cls.__annotations__[made.attribute] = made.annotation
        cls.__dataclass_fields__[made.attribute].type = made.annotation
        if inspect.isfunction(cls.__dict__.get("__init__")):
            cls.__init__.__annotations__[made.attribute] = made.annotation


# The methods and attributes that `dataclass` adds to a class.
_GENERATED = (
    "__init__", "__repr__", "__eq__", "__hash__", "__match_args__", "__replace__",
    "__dataclass_fields__", "__dataclass_params__",
)  # fmt: skip


class _UnwrittenMethod:
    """A method that `dataclass` writes, until it is looked up: writing those of a class takes half of the time in which
    it is generated, and a conversion needs none."""

    __slots__ = ("cls", "name")

    def __init__(self, cls: Any, name: str) -> None:
        self.cls = cls
        self.name = name

    def __get__(self, instance: Any, owner: Any) -> Any:
        cls = self.cls
        if cls.__dict__.get(self.name) is self:
            _write_methods(cls)
        return cls.__dict__[self.name].__get__(instance, owner)


_WRITTEN = ("__init__", "__repr__", "__eq__")


def _complete_later(cls: Any, kw_only: bool) -> None:
    """Completes a class as `dataclass` does, but for the methods that it writes."""
    dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls)
    params = cls.__dataclass_params__
    params.init = params.repr = params.eq = True
    if "__hash__" not in cls.__dict__:
        cls.__hash__ = None
    for name in _WRITTEN:
        if name not in cls.__dict__:
            setattr(cls, name, _UnwrittenMethod(cls, name))


def _write_methods(cls: Any) -> None:
    """Has `dataclass` write the methods for a class with the same fields, and moves them."""
    fields = cls.__dataclass_fields__.values()
    settings = ("default", "default_factory", "init", "repr", "hash", "compare", "kw_only")
    namespace: dict[str, Any] = {
        item.name: dataclasses.field(**{name: getattr(item, name) for name in settings}) for item in fields
    }
    if hasattr(cls, "__post_init__"):
        namespace["__post_init__"] = cls.__post_init__
    namespace.update(
        __annotations__={item.name: item.type for item in fields},
        __doc__=cls.__doc__,
        __module__=cls.__module__,
        __qualname__=cls.__qualname__,
    )
    apart: Any = dataclasses.dataclass(type(cls.__name__, (), namespace))
    for name in _WRITTEN:
        if type(cls.__dict__.get(name)) is _UnwrittenMethod:
            setattr(cls, name, apart.__dict__[name])


def _complete_apart(cls: Any, frozen: bool, kw_only: bool) -> None:
    """Completes a class as `dataclass` does, for bases that it refuses: some frozen and others not, or a field without
    a default after one with a default that another base has.

    So the methods are generated for a class with the same fields and no bases, and are moved.
    """
    inherited: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        if "__dataclass_fields__" in base.__dict__:
            inherited.update(base.__dataclass_fields__)
    own = inspect.get_annotations(cls)
    namespace = {name: copy.copy(item) for name, item in inherited.items()}
    if kw_only:
        for item in namespace.values():
            item.kw_only = True
    namespace.update({name: cls.__dict__[name] for name in own})
    annotations = {name: item.type for name, item in inherited.items()} | own
    apart = type(cls.__name__, (), {**namespace, "__annotations__": annotations, "__qualname__": cls.__qualname__})
    dataclasses.dataclass(frozen=frozen, kw_only=kw_only)(apart)
    for name in own:
        if name in apart.__dict__:
            setattr(cls, name, apart.__dict__[name])
        else:
            delattr(cls, name)
    for name in _GENERATED:
        if name in apart.__dict__ and (name not in ("__eq__", "__hash__") or name not in cls.__dict__):
            setattr(cls, name, apart.__dict__[name])


class _Pending:
    """Stands for a default that is made from the fields before, until the constructor has these."""

    __slots__ = ("make",)

    def __init__(self, make: FromValues) -> None:
        self.make = make


def _make_pending(instance: Any) -> None:
    """The `__post_init__` of a generated class with such defaults."""
    state = instance.__dict__
    before: dict[str, Any] = {}
    for item in dataclasses.fields(instance):
        value = state.get(item.name, MISSING)
        if type(value) is _Pending:
            value = state[item.name] = value.make(before)
        before[item.name] = value


def _make_field(made: GeneratedField) -> Any:
    field = made.field
    arguments: dict[str, Any] = {
        "repr": field.repr,
        "compare": field.compare,
        "hash": field.hash,
        "metadata": {**field.options, **field.metadata},
    }
    if field.kw_only:
        arguments["kw_only"] = True
    if _FIELDS_HAVE_DOC and "description" in field.options:
        arguments["doc"] = field.options["description"]
    arguments.update(default_arguments(made, "default_factory"))
    if type(made.default_factory) is FromValues:
        pending = _Pending(made.default_factory)
        arguments["default_factory"] = lambda: pending
    return dataclasses.field(**arguments)


def _needs_keywords(bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> bool:
    """Whether a required field comes after one with a default, in the order in which `dataclass` lines them up."""
    # None marks a keyword-only field. A field that is declared again without `kw_only` stays at its first place.
    ordered: dict[str, bool | None] = {}
    for base in reversed(bases):
        for item in dataclasses.fields(base):
            without_default = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
            ordered[item.name] = None if item.kw_only else without_default
    for made in fields:
        ordered[made.attribute] = None if made.field.kw_only else is_required(made)
    return has_required_after_default([item for item in ordered.values() if item is not None])
