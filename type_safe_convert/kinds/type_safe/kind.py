"""The kind of osbot-utils' Type_Safe classes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.generated_class import origin_in
from type_safe_convert.kinds.type_safe.collections import (
    BUILTIN_CONTAINERS,
    constructed_container,
    container_of,
    parse_collection,
)
from type_safe_convert.kinds.type_safe.defaults import default_of, quick_factory
from type_safe_convert.kinds.type_safe.generated_classes import FROZEN, SUFFIX, GeneratedTypeSafe, generate
from type_safe_convert.kinds.type_safe.instances import builder_of, get_attribute, on_demand_state, reader_of
from type_safe_convert.kinds.type_safe.primitives import parse_primitive, plain_value
from type_safe_convert.kinds.type_safe.validators import parse_validators
from type_safe_convert.model.family import own_field_names
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.kind import GeneratedField, Traits
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import Field, Shape, exact, field_options
from type_safe_convert.model.state import is_kept
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import ContainerType
from type_safe_convert.types.names import is_class_variable, resolve_hints, self_of
from type_safe_convert.types.parse import parse
from type_safe_convert.types.type_variables import SELF, substitute


class TypeSafeKind(GeneratingKind):
    name = "type_safe"
    label = "a Type_Safe"
    suffix = SUFFIX
    drawn_classes = "type_safe_convert.kinds.type_safe.drawn_classes"
    source_writer = "type_safe_convert.kinds.type_safe.source"
    class_statements = "type_safe_convert.kinds.type_safe.statements"
    containers: Mapping[type, type] = BUILTIN_CONTAINERS
    base: type | None = Type_Safe
    traits: Traits = Traits(
        any_field_may_be_none=True,
        models_compare_by_identity=True,
        holds_refined_values=True,
        tuples_may_be_empty=True,
        enum_by_name=True,
        assignment_takes_dicts=True,
        refuses_other_keys=True,
        takes_positions=False,
    )

    def is_model(self, cls: Any) -> bool:
        return (
            isinstance(cls, type)
            and issubclass(cls, Type_Safe)
            and cls not in (Type_Safe, Type_Safe__On_Demand, GeneratedTypeSafe)
        )

    def state(self, instance: Any) -> dict[str, Any]:
        # A class may answer `.__dict__` with something else; Type_Safe itself passes names with two underscores over.
        state = get_attribute(instance, "__dict__")
        return {name: item for name, item in state.items() if not name.startswith("__") and not is_kept(instance, name)}

    # types

    def parse_type(self, cls: Any, annotation: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node | None:
        if not isinstance(cls, type):
            return None
        return parse_primitive(cls, annotation) or parse_collection(cls, annotation, parse)

    def parse_metadata(self, node: nodes.AnnotatedNode) -> None:
        parse_validators(node)

    def container(self, node: nodes.Node, depth: int, expected_of: Callable[[nodes.Node], Any]) -> ContainerType | None:
        return constructed_container(node, depth, expected_of)

    def container_of(self, value: Any) -> ContainerType | None:
        return container_of(value)

    def unwrapped(self, value: Any) -> Any:
        return plain_value(value)

    def accepted(self, cls: Any, values: Mapping[str, Any]) -> dict[str, Any] | None:
        # Its constructor refuses what some annotations allow (`X | None`).
        found = {}
        for name, value in values.items():
            with contextlib.suppress(ValueError, TypeError):
                cls(**{name: value})
                found[name] = value
        return found

    def field_values(self, instance: Any) -> dict[str, Any]:
        is_on_demand = isinstance(instance, Type_Safe__On_Demand)
        return on_demand_state(instance) if is_on_demand else self.state(instance)

    def given(self, instance: Any) -> Any:
        # None is what its constructor passes over.
        return {name: item for name, item in get_attribute(instance, "__dict__").items() if item is not None}

    def reconstruct(self, instance: Any) -> Any:
        cls, state = type(instance), get_attribute(instance, "__dict__")
        is_own = cls.__init__ is not Type_Safe.__init__
        return cls(**state) if is_own and self.is_called_with(cls, tuple(state)) else instance

    def default_factory(self, field: Field) -> Callable[[], Any] | None:
        make = field.default_factory
        # `quick_factory` calls the factory once more. Only those of containers are known to have no side effects.
        if make is None or not isinstance(field.node, nodes.CollectionNode | nodes.MappingNode):
            return make
        return quick_factory(make)

    # reading a class

    def read(self, cls: type) -> Shape:
        written = resolve_hints(cls, with_self=False)
        itself = {SELF: self_of(cls)}
        hints = {
            exact(name): substitute(hint, itself)
            for name, hint in written.items()
            if not name.startswith("__") and not is_class_variable(hint)
        }
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        fields = {name: _read_field(cls, name, hint, written[name]) for name, hint in hints.items()}
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            hashable=cls.__hash__ not in (None, object.__hash__),
            frozen=bool(origin_in(cls) is None and getattr(cls, FROZEN, False)),
        )

    # making a class

    def annotate(self, node: nodes.Node, inner: Callable[[nodes.Node], Any]) -> Any:
        return NotImplemented

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        return generate(shape, bases, fields)

    def finish(self, cls: type, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        cls.__annotations__ = {made.attribute: made.annotation for made in fields}

    # instances

    def reader(self, cls: type, shape: Shape) -> InstanceReader:
        return reader_of(cls, shape)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        return builder_of(cls, shape)


def _read_field(cls: type, name: str, annotation: Any, written: Any) -> Field:
    """`written`: the annotation with `Self` in it, of which Type_Safe makes no default."""
    node = parse(annotation)
    default, factory = default_of(cls, name, written, node if written == annotation else parse(written))
    return Field(name, annotation, node, default, factory, field_options(node))


KIND = TypeSafeKind()
