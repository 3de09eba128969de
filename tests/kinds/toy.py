"""A kind in thirty lines: plain classes with annotations. A test that registers it takes it out again."""

from collections.abc import Sequence
from typing import Any

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.generated_class import GeneratedClass
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.family import own_field_names
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.instances import StoreBuilder, StoreInDict
from type_safe_convert.model.kind import GeneratedField
from type_safe_convert.model.readers import DictReader
from type_safe_convert.model.shape import Field as ShapeField
from type_safe_convert.model.shape import Shape
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse


class Toy:
    """The base of toy classes: the annotations are the fields, and every field is to be given."""

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)


class ToyKind(GeneratingKind):
    name, label, suffix = "toy", "a toy class", "Toy"

    def is_model(self, cls: Any) -> bool:
        return isinstance(cls, type) and issubclass(cls, Toy) and cls is not Toy

    def read(self, cls: type) -> Shape:
        fields = {name: ShapeField(name, hint, parse(hint)) for name, hint in resolve_hints(cls).items()}
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        return Shape(cls, self.name, bases, fields, own_field_names(cls, bases, fields))

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        annotations = {made.attribute: made.annotation for made in fields}
        namespace = {**place_of(shape.cls, self.suffix), "__annotations__": annotations}
        return GeneratedClass(f"{shape.name}__{self.suffix}", bases or (Toy,), namespace)

    def reader(self, cls: type, shape: Shape) -> DictReader:
        def beside(instance: Any) -> Carried:
            more = {name: value for name, value in vars(instance).items() if name not in shape.fields}
            return Carried({"undeclared": more} if more else {})

        return DictReader(Carried.by if shape.cls is not cls else beside)

    def builder(self, cls: type, shape: Shape) -> StoreBuilder:
        def restore(instance: Any, carried: Carried) -> None:
            vars(instance).update(carried.values.get("undeclared", {}))

        return StoreBuilder(StoreInDict(), restore)
