"""TypedDicts of `typing` and of typing_extensions. Their instances are dicts, which do not tell their class."""

from __future__ import annotations

import copyreg
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict, is_typeddict

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.kinds.typeddict.instances import ItemBuilder, ItemReader
from type_safe_convert.model.family import reduce_class, shape_of
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.kind import GeneratedField, Traits
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import MISSING, Field, Shape, exact, field_options
from type_safe_convert.types.annotations import not_required, read_only
from type_safe_convert.types.lazy_annotations import share_annotations
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.types.typed_dicts import bare_item, bases_of, other_keys, required_keys

# In a generated class: those below it, to which its annotations are handed on.
_BELOW = "__typeddict_below__"

_MAKE: Any = TypedDict


class TypedDictKind(GeneratingKind):
    name = "typeddict"
    label = "a TypedDict"
    suffix = "TypedDict"
    drawn_classes = "type_safe_convert.kinds.typeddict.drawn_classes"
    source_writer = "type_safe_convert.kinds.typeddict.source"
    traits: Traits = Traits(
        is_value=True,
        instances_know_class=False,
        instances_hash=False,
        carries=False,
        attribute_order_shows=False,
        takes_positions=False,
    )

    def is_model(self, cls: Any) -> bool:
        return isinstance(cls, type) and "__required_keys__" in cls.__dict__ and is_typeddict(cls)

    # using a class

    def instance_class(self, cls: type) -> type:
        return dict

    def call(self, cls: Any, values: Mapping[str, Any]) -> Any:
        """A dict of the values, in the order of the class."""
        names = [name for name in shape_of(cls).fields if name in values]
        return {name: values[name] for name in dict.fromkeys([*names, *values])}

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        return True

    def value_of(self, instance: Any, attribute: str) -> Any:
        return dict.get(instance, attribute, MISSING)

    def state(self, instance: Any) -> dict[str, Any]:
        return dict(instance)

    def core_schema(self, cls: Any, shape: Shape, schema: Any) -> Any:
        other = other_keys(shape.cls)[0] if shape.kind == self.name else None
        return schema.record(None if other is None else parse(other, schema.fields.arguments, self.name))

    # reading a class

    def read(self, cls: Any) -> Shape:
        hints = resolve_hints(cls)
        required = required_keys(cls, hints)
        fields = {}
        for name, hint in hints.items():
            annotation, is_read_only = bare_item(hint)
            node = parse(annotation, holder=self.name)
            fields[exact(name)] = Field(
                exact(name),
                annotation,
                node,
                MISSING if name in required else None,  # for what has no value in a class without room for that
                options=field_options(node) | ({"frozen": True} if is_read_only else {}),
            )
        other, is_closed = other_keys(cls)
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases_of(cls),
            fields=fields,
            own=frozenset(fields),
            extra="allow" if other is not None else "forbid" if is_closed else "ignore",
            extra_node=None if other is None or other is Any else parse(other, holder=self.name),
        )

    # making a class

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        inherited = {name: hint for base in reversed(bases) for name, hint in base.__annotations__.items()}
        own = {made.attribute: _item(made) for made in fields}
        items = {name: own[name] if name in own else inherited[name] for name in map(exact, shape.fields)}
        more: dict[str, Any] = {"closed": True} if shape.extra == "forbid" else {}
        more |= {"extra_items": Any} if shape.extra == "allow" else {}
        cls: Any = _MAKE(f"{shape.name}__{self.suffix}", items, **more)
        names = {**place_of(shape.cls, self.suffix), "__doc__": shape.doc or f"{shape.name}, as {self.label}."}
        for name, value in names.items():
            type.__setattr__(cls, name, value)
        share_annotations(cls)
        type.__setattr__(cls, _BELOW, weakref.WeakSet())
        for base in bases:
            base.__dict__[_BELOW].add(cls)
        return cls

    def finish(self, cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        for made in fields:
            _hand_on(cls, made.attribute, cls.__annotations__[made.attribute], _item(made))

    # instances

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        return ItemReader(cls, shape)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        return ItemBuilder(cls, shape)


def _item(made: GeneratedField) -> Any:
    """The annotation of a key: one of a field with a default need not be there."""
    is_required = made.default is MISSING and made.default_factory is None
    annotation = read_only(made.annotation) if made.field.options.get("frozen") else made.annotation
    return annotation if is_required else not_required(annotation)


def _hand_on(cls: Any, name: str, before: Any, annotation: Any) -> None:
    """Sets the annotation of a key, and that of classes below which have it from there."""
    cls.__annotations__[name] = annotation
    for below in cls.__dict__[_BELOW]:
        if below.__annotations__.get(name) is before:
            _hand_on(below, name, before, annotation)


KIND = TypedDictKind()

# A class that a user wrote is pickled by name, as always.
copyreg.pickle(type(_MAKE("_Any", {})), reduce_class)
