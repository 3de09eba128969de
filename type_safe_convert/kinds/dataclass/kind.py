"""Standard dataclasses: how a class is recognised and read."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.errors import ConversionError
from type_safe_convert.kinds.dataclass.generated_classes import build_class, resolve_references
from type_safe_convert.kinds.dataclass.instances import (
    builder_of,
    construct,
    is_generated,
    reader_of,
    sets_more_than_its_dict,
)
from type_safe_convert.model.constructors import set_attribute
from type_safe_convert.model.family import own_field_names
from type_safe_convert.model.field_metadata import constraints_in, options_in
from type_safe_convert.model.instances import InstanceBuilder, allocator
from type_safe_convert.model.kind import GeneratedField, Traits
from type_safe_convert.model.names import writable_name
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import MISSING, Field, Shape, exact
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.model.state import object_state, read_into
from type_safe_convert.registry import ReprParts, has_type_marker, widen_kind
from type_safe_convert.types.annotations import forward_reference
from type_safe_convert.types.lazy_annotations import own_annotations
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse


class DataclassKind(GeneratingKind):
    name = "dataclass"
    label = "a dataclass"
    suffix = "Dataclass"
    source_writer = "type_safe_convert.kinds.dataclass.source"
    class_statements = "type_safe_convert.kinds.dataclass.statements"
    base: type | None = None
    traits: Traits = Traits(attribute_order_shows=False)

    def is_model(self, cls: Any) -> bool:
        return isinstance(cls, type) and hasattr(cls, "__dataclass_fields__")

    def is_undecorated(self, cls: type) -> bool:
        own = cls.__dict__
        fields = own.get("__dataclass_fields__")
        if fields is None:
            return bool(own_annotations(cls))
        if "__slots__" not in own and _has_twin(cls, fields):
            return True
        params = own["__dataclass_params__"]  # what follows the fields
        is_finished = (not params.eq or "__hash__" in own) and (not params.init or "__init__" in own)
        return "__match_args__" not in own and not is_finished

    def state(self, instance: Any) -> dict[str, Any]:
        state = object_state(instance)
        for item in dataclasses.fields(instance):  # one may be a property
            read_into(state, item.name, getattr, instance, item.name)
        return state

    def repr_parts(self, value: Any) -> ReprParts | None:
        if not _is_generated_repr(type(value).__repr__):
            return None
        names = [name for name, item in value.__dataclass_fields__.items() if item.repr]
        return type(value).__qualname__, ((name, getattr(value, name)) for name in names)

    def reconstruct(self, instance: Any) -> Any:
        if hasattr(type(instance), "__post_init__"):
            self.constructed_again(instance)
        return instance  # what a `__post_init__` did to the values shows in these

    def constructed_again(self, instance: Any) -> Any:
        """A new instance from the values of this one; itself, where the constructor does not take them."""
        cls = type(instance)
        given = {item.name: getattr(instance, item.name) for item in dataclasses.fields(instance) if item.init}
        return cls(**given) if accepts_keywords(cls.__init__, tuple(given)) else instance

    def told_by_library(self, error: Exception, cls: type, given: Mapping[str, Any]) -> ConversionError | None:
        """The error of a library's validator in a constructor, as one of ours; None for any other error."""
        return None

    # JSON

    def core_schema(self, cls: Any, shape: Shape, schema: Any) -> Any:
        if not (is_generated(cls.__init__) and cls.__new__ is object.__new__):
            return schema.called(self.builder(cls, shape).build)
        if shape.cls is cls and sets_more_than_its_dict(cls, shape):
            return schema.called(construct, init_only=True)
        return schema.filled({}, post_init=hasattr(cls, "__post_init__"))

    # reading a class

    def read(self, cls: Any) -> Shape:
        if has_type_marker(cls) or any(constraints_in(item.metadata) for item in dataclasses.fields(cls)):
            widen_kind(self.name)  # `read_shape` has that read the class anew
        fields = self.read_fields(cls)
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            frozen=cls.__dataclass_params__.frozen,
            hashable=cls.__hash__ not in (None, object.__hash__),
            by_identity=cls.__eq__ is object.__eq__,
            ordered=cls.__dataclass_params__.order,
            has_generated_doc=str(cls.__doc__).startswith(f"{cls.__name__}("),  # and names types by their modules
            init_only=_init_only(cls),
        )

    def read_fields(self, cls: Any) -> dict[str, Field]:
        hints = resolve_hints(cls)
        return {exact(item.name): _read_field(cls, item, hints) for item in dataclasses.fields(cls)}

    # making a class

    def attribute(self, name: str, shape: Shape) -> str:
        return writable_name(name, shape.fields)

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        return build_class(self, shape, bases, fields)

    def finish(self, cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        resolve_references(cls, fields)

    # instances

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        return reader_of(cls, shape)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        return builder_of(cls, shape)


def _has_twin(cls: type, fields: Any) -> bool:
    """Whether `slots=True` made the class anew, and left it to the garbage collector."""
    for base in cls.__bases__:
        # Nobody looks for the subclasses of `object`, of which there are thousands.
        beside: list[type] = [] if base is object else type.__subclasses__(base)
        if any(item.__dict__.get("__dataclass_fields__") is fields and item is not cls for item in beside):
            return True
    return False


def _is_generated_repr(write: Any) -> bool:
    """Whether `dataclass` wrote the method: its code then has no file."""
    code = getattr(getattr(write, "__wrapped__", None), "__code__", None)
    return code is not None and code.co_filename == "<string>"


def _read_field(cls: Any, item: dataclasses.Field[Any], hints: Mapping[str, Any]) -> Field:
    annotation = hints.get(item.name, item.type)
    if isinstance(annotation, str):
        annotation = forward_reference(annotation)
    metadata = item.metadata
    options = options_in(metadata)
    if isinstance(doc := getattr(item, "doc", None), str):  # since Python 3.14
        options.setdefault("description", doc)
    default: Any = MISSING if item.default is dataclasses.MISSING else item.default
    factory: Any = None if item.default_factory is dataclasses.MISSING else item.default_factory
    if hasattr(type(default), "__set__") and inspect.getattr_static(cls, item.name, None) is default:
        default, factory = MISSING, functools.partial(_set_and_get, cls, item.name, default)
    return Field(
        name=exact(item.name),
        annotation=annotation,
        node=parse(annotation),
        default=default,
        default_factory=factory,
        options=options,
        metadata=metadata,
        init=item.init,
        kw_only=item.kw_only is True,
        repr=item.repr,
        compare=item.compare,
        hash=item.hash,
    )


def _set_and_get(cls: Any, name: str, default: Any) -> Any:
    """Returns the value of a field with a property of that name after its default was assigned to a new instance."""
    instance = allocator(cls)(cls)
    set_attribute(instance, name, default)
    return getattr(instance, name)


def _init_only(cls: Any) -> dict[str, Any]:
    return {
        name: MISSING if item.default is dataclasses.MISSING else item.default
        for name, item in cls.__dataclass_fields__.items()
        if isinstance(item.type, dataclasses.InitVar) or item._field_type is dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]
    }


KIND = DataclassKind()
