"""NamedTuples: of `typing.NamedTuple` and `collections.namedtuple`, and classes derived from one."""

from __future__ import annotations

import collections
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.errors import ConversionError, ValueConversionError, describe_value, refused_by
from type_safe_convert.generated_class import CARRIED, GeneratedClass, hash_of
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.constructors import is_required, namespace_of, restore_attributes
from type_safe_convert.model.family import own_field_names, shape_of
from type_safe_convert.model.hashing import hashes_by_value
from type_safe_convert.model.instances import Allocation, InstanceBuilder
from type_safe_convert.model.kind import GeneratedField, Traits
from type_safe_convert.model.names import writable_name
from type_safe_convert.model.readers import AttributeReader, InstanceReader
from type_safe_convert.model.shape import MISSING, Field, Shape, default_from, exact, field_options
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.model.state import object_state
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.words import with_article

# In a generated class: the fields that it declares, by attribute.
_FIELDS = "__namedtuple_fields__"


class NamedTupleKind(GeneratingKind):
    name = "namedtuple"
    label = "a NamedTuple"
    suffix = "NamedTuple"
    drawn_classes = "type_safe_convert.kinds.namedtuple.drawn_classes"
    source_writer = "type_safe_convert.kinds.namedtuple.source"
    traits: Traits = Traits(is_value=True, attribute_order_shows=False)

    def is_model(self, cls: Any) -> bool:
        return isinstance(cls, type) and issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple)

    # using a class

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        return accepts_keywords(cls.__new__, names, by_any_name=True)

    def state(self, instance: Any) -> dict[str, Any]:
        return {**object_state(instance), **_items_of(instance)}

    def given(self, instance: Any) -> Any:
        return _items_of(instance)

    def reconstruct(self, instance: Any) -> Any:
        cls, given = type(instance), _items_of(instance)
        if self.builder(cls, shape_of(cls)).recall is None or not self.is_called_with(cls, tuple(given)):
            return instance
        return self.call(cls, given)

    # reading a class

    def read(self, cls: Any) -> Shape:
        hints = resolve_hints(cls)
        defaults = getattr(cls, "_field_defaults", {})
        fields = {}
        for name in map(exact, cls._fields):
            annotation = hints.get(name, Any)
            node = parse(annotation, holder=self.name)
            made = cls.__dict__.get(_FIELDS, {}).get(name)
            factory = None if made is None else made.default_factory
            options = field_options(node)
            fields[name] = Field(name, annotation, node, defaults.get(name, MISSING), factory, options)
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            frozen=True,
            hashable=cls.__hash__ not in (None, object.__hash__),
            by_identity=cls.__eq__ is object.__eq__,
            ordered=cls.__lt__ is tuple.__lt__,
            has_generated_doc=str(cls.__doc__) == f"{cls.__name__}({', '.join(cls._fields)}{',' * (len(fields) == 1)})",
        )

    # making a class

    def attribute(self, name: str, shape: Shape) -> str:
        return writable_name(name, shape.fields, never_first="_")

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        declared = {made.attribute: made for made in fields}
        known = {name: made for base in reversed(bases) for name, made in base.__dict__[_FIELDS].items()} | declared
        made_fields = {name: known[name] for name in (self.attribute(field, shape) for field in shape.fields)}
        name = f"{shape.name}__{self.suffix}"
        make: Any = collections.namedtuple
        plain = make(name if name.isidentifier() else self.suffix, [*made_fields])
        namespace = {
            **{name: item for name, item in plain.__dict__.items() if name not in ("__slots__", "__doc__")},
            **namespace_of(self, shape, fields),
            "__new__": _constructor(plain, made_fields),
            "__signature__": _Signature(),
            "_field_defaults": {key: made.default for key, made in made_fields.items() if made.default is not MISSING},
            _FIELDS: made_fields,
        }
        if shape.hashable and not hashes_by_value(shape.cls):
            namespace["__hash__"] = _hash_by_value
        # Without `__slots__`, so that an instance has room for what only its origin can express.
        try:
            return GeneratedClass(name, bases or (tuple,), namespace)
        except TypeError:  # of several tuples with such room, CPython refuses to inherit
            if len(bases) < 2:
                raise
            return GeneratedClass(name, bases[:1], namespace)

    # instances

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        if shape.cls is not cls:
            return _TupleReader(cls, Carried.by, generated=True)
        if cls.__dictoffset__ == 0:
            return _TupleReader(cls)

        def carried(instance: Any) -> Carried:
            state = object_state(instance)
            return Carried({"undeclared": state} if state else {})

        return _TupleReader(cls, carried)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        return _TupleBuilder(cls) if _only_stores(cls) else _CallBuilder(cls)


def _items_of(instance: Any) -> dict[str, Any]:
    return dict(zip(map(exact, type(instance)._fields), tuple.__iter__(instance), strict=False))


# making


class _Missing:
    """In the place of an argument that was not given."""

    def __repr__(self) -> str:
        return "..."


_MISSING: Any = _Missing()


def _constructor(plain: Any, fields: Mapping[str, GeneratedField]) -> Any:
    """The `__new__` of a generated class, with defaults that are made anew each time."""
    new: Any = plain.__new__
    # After a field with a default every other has one, too, be it this mark.
    first = next((number for number, made in enumerate(fields.values()) if not is_required(made)), len(fields))
    new.__defaults__ = tuple(_MISSING if made.default is MISSING else made.default for made in fields.values())[first:]
    if not any(item is _MISSING for item in new.__defaults__):
        return new

    @functools.wraps(new)
    def __new__(cls: Any, /, *args: Any, **values: Any) -> Any:
        made = new(cls, *args, **values)
        if not any(item is _MISSING for item in made):
            return made
        given: dict[str, Any] = {}
        for item, (name, field) in zip(made, fields.items(), strict=True):
            if item is _MISSING:
                if field.default_factory is None:
                    raise TypeError(f"{cls.__name__}() lacks a value for {name!r}")
                item = default_from(field.default_factory, given)
            given[name] = item
        return tuple.__new__(cls, given.values())

    return __new__


class _Signature:
    """The parameters of `__new__`: `inspect` would show those of the metaclass."""

    def __get__(self, instance: Any, cls: Any) -> inspect.Signature:
        signature = inspect.signature(cls.__new__)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


def _hash_by_value(instance: Any) -> int:
    return hash_of(type(instance), tuple.__iter__(instance))


# instances


class _TupleReader(AttributeReader):
    """Reads items by their places: a property of a subclass may hide the name of one."""

    def __init__(self, cls: Any, carried: Callable[[Any], Carried] | None = None, generated: bool = False) -> None:
        super().__init__(carried)
        self.places = {name: place for place, name in enumerate(map(exact, cls._fields))}
        self.is_plain = cls.__getitem__ is tuple.__getitem__
        self.generated = generated

    def read(self, instance: Any, attribute: str) -> Any:
        place = self.places.get(attribute)
        if place is None:
            return getattr(instance, attribute)
        try:
            return tuple.__getitem__(instance, place)
        except IndexError as error:
            raise AttributeError(attribute) from error

    def emit(
        self, source: SourceWriter, attributes: Sequence[tuple[str, bool]], instance: str, state: str
    ) -> list[str]:
        other = [super(_TupleReader, self).emit(source, [item], instance, state)[0] for item in attributes]
        return [
            self.emit_item(source, instance, self.places[name]) if name in self.places else read
            for (name, _), read in zip(attributes, other, strict=True)
        ]

    def emit_item(self, source: SourceWriter, instance: str, place: int) -> str:
        if self.is_plain:
            return f"{instance}[{place}]"
        return f"{source.name(tuple.__getitem__, 'item_of')}({instance}, {place})"

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        if self.carried is None:
            return []
        # To look into the `__dict__` of an instance would make it one.
        return [f"hasattr({instance}, {source.name(CARRIED, 'memory')})" if self.generated else f"{instance}.__dict__"]


class _TupleBuilder(InstanceBuilder):
    """For classes whose constructor only stores: a tuple of all values is an instance."""

    at_once = True
    in_dict = False
    takes_defaults = True

    def __init__(self, cls: Any) -> None:
        super().__init__(self.make, restore_attributes)
        self.cls = cls
        self.names = tuple(map(exact, cls._fields))

    def make(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> Any:
        return tuple.__new__(self.cls, [values[name] for name in self.names])

    def can_be_emitted(self, allocation: Allocation, attributes: Sequence[str], complete: bool) -> bool:
        return True

    def emit(
        self, source: SourceWriter, allocation: Allocation, values: Mapping[str, str], made: str, state: str
    ) -> None:
        items = "".join(f"{values[name]}, " for name in self.names)
        source.add(2, f"{made} = {source.name(tuple.__new__, 'new_tuple')}(Target, ({items.rstrip()}))")


class _CallBuilder(InstanceBuilder):
    """For classes with a `__new__` or `__init__` of their own that takes the fields, which is called."""

    at_once = True
    in_dict = False

    def __init__(self, cls: Any) -> None:
        super().__init__(self.make, restore_attributes, recall=self.recalled, aside=True)
        self.cls = cls
        self.names = tuple(map(exact, cls._fields))

    def means(self) -> str:
        return "constructor of its own"

    def make(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> Any:
        try:
            made = self.cls(**values)
        except ConversionError:
            raise
        except Exception as error:
            raise refused_by(self.cls, error) from error
        if type(made) is not self.cls:
            raise ValueConversionError(
                "its constructor makes no instance of it",
                expected=with_article(self.cls.__name__),
                found=describe_value(made),
            )
        if restoring and any(values.get(name) is not item for name, item in _items_of(made).items()):
            again = self.recalled(None, {**_items_of(made), **values}, restoring)
            vars(again).update(getattr(made, "__dict__", {})) if hasattr(again, "__dict__") else None
            return again
        return made

    def recalled(self, instance: Any, values: dict[str, Any], restoring: bool) -> Any:
        return tuple.__new__(self.cls, [values[name] for name in self.names])


def _only_stores(cls: Any) -> bool:
    """Whether the constructor does nothing but store its arguments, or does not take the fields."""
    new: Any = getattr(cls.__new__, "__wrapped__", cls.__new__)
    generated = str(getattr(new, "__globals__", {}).get("__name__", "")).startswith("namedtuple_")
    if generated and cls.__init__ is object.__init__:
        return True
    methods = [cls.__new__, *(() if cls.__init__ is object.__init__ else (cls.__init__,))]
    return not all(accepts_keywords(method, cls._fields) for method in methods)


KIND = NamedTupleKind()
