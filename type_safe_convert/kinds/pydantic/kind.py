"""Pydantic models: `BaseModel` subclasses, RootModels and parametrised generics among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, RootModel

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.kinds.pydantic.annotations import (
    EagerItems,
    OmittedFromSchema,
    named_tuple,
    named_tuple_again,
    typed_dict,
)
from type_safe_convert.kinds.pydantic.carried import set_extra, set_fields_set, set_private
from type_safe_convert.kinds.pydantic.enum_values import makes_enum_values
from type_safe_convert.kinds.pydantic.errors import complaints_of
from type_safe_convert.kinds.pydantic.generated_classes import (
    MODEL_METACLASS,
    SUFFIX,
    TypeArguments,
    attribute_of,
    complete,
    generate,
)
from type_safe_convert.kinds.pydantic.instances import builder_of, reader_of
from type_safe_convert.kinds.pydantic.metadata import RefinedRules, pydantic_metadata
from type_safe_convert.kinds.pydantic.model_fields import complete_fields, read_field, with_validated_default
from type_safe_convert.kinds.pydantic.types import (
    expand_metadata,
    lenient_validator,
    parse_metadata,
    parse_type,
)
from type_safe_convert.kinds.pydantic.validators import apply_class_settings
from type_safe_convert.model.family import own_field_names
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.kind import GeneratedField, Traits
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import Shape, exact
from type_safe_convert.registry import GenericParts, ReprParts
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.names import self_of
from type_safe_convert.types.type_variables import SELF

_CARRIED_CONFIG = frozenset({
    "title", "json_schema_extra", "ser_json_timedelta", "ser_json_temporal", "ser_json_bytes", "ser_json_inf_nan",
    "val_json_bytes", "json_encoders", "loc_by_alias", "serialize_by_alias", "hide_input_in_errors",
})  # fmt: skip


def _set_fields(instance: Any) -> dict[str, Any]:
    """The values of the fields that were set, those of them that the model has in its `__dict__`."""
    set_fields = instance.model_fields_set
    return {name: item for name, item in instance.__dict__.items() if name in set_fields}


class BaseModelKind(GeneratingKind):
    name = "basemodel"
    label = "a BaseModel"
    suffix = SUFFIX
    base: type | None = BaseModel
    drawn_classes = "type_safe_convert.kinds.pydantic.drawn_classes"
    source_writer = "type_safe_convert.kinds.pydantic.source"
    class_statements = "type_safe_convert.kinds.pydantic.statements"
    traits: Traits = Traits(validator_widens=True, enum_by_value=True, knows_set_fields=True, takes_positions=False)

    def is_model(self, cls: Any) -> bool:
        # Of its own: one that is still being defined has those of its base.
        return isinstance(cls, MODEL_METACLASS) and cls is not BaseModel and "__pydantic_fields__" in cls.__dict__

    # using a class

    def call(self, cls: Any, values: Mapping[str, Any]) -> Any:
        if issubclass(cls, RootModel):
            return cls(*values.values())
        # By field name; pydantic's own function, since a class may override `model_validate`.
        return BaseModel.model_validate.__func__(cls, dict(values), by_name=True, by_alias=False)  # type: ignore[attr-defined]  # a class method has one

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        return True

    def state(self, instance: Any) -> dict[str, Any]:
        state = {name: item for name, item in instance.__dict__.items() if name in type(instance).__pydantic_fields__}
        return {
            **state,
            "model_fields_set": frozenset(instance.__pydantic_fields_set__),
            "model_extra": instance.__pydantic_extra__,
            "private attributes": instance.__pydantic_private__,
        }

    def holds_enum_values(self, cls: type) -> bool:
        return makes_enum_values(cls)

    def generic_parts(self, cls: Any) -> GenericParts | None:
        found = cls.__dict__.get("__pydantic_generic_metadata__")
        return GenericParts(found["origin"], found["args"], found["parameters"]) if found else None

    # types

    def parse_type(self, cls: Any, annotation: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node | None:
        return parse_type(cls, annotation, parse)

    def expand_metadata(self, item: Any) -> Iterable[Any] | None:
        return expand_metadata(item)

    def parse_metadata(self, node: nodes.AnnotatedNode) -> None:
        parse_metadata(node)

    def accepted(self, cls: Any, values: Mapping[str, Any]) -> dict[str, Any] | None:
        # The class may say of what type its extra values are.
        declared = {name: value for name, value in values.items() if name in cls.__pydantic_fields__}
        return declared if len(declared) < len(values) else None

    def complaints(self, error: Exception) -> Sequence[tuple[tuple[Any, ...], str]]:
        return complaints_of(error)

    def other_keys(self, cls: Any) -> str | None:
        config = cls.__dict__.get("__pydantic_config__")
        return None if config is None else config.get("extra") or ""

    def hides_input(self, cls: Any) -> bool:
        config = getattr(cls, "model_config", None) or getattr(cls, "__pydantic_config__", None)
        return isinstance(config, dict) and bool(config.get("hide_input_in_errors"))

    def repr_parts(self, value: Any) -> ReprParts | None:
        return (value.__repr_name__(), value.__repr_args__()) if type(value).__repr__ is BaseModel.__repr__ else None

    def lenient_validator(self, annotation: Any) -> Callable[[Any], Any] | None:
        return lenient_validator(annotation)

    def root_field(self, cls: Any) -> str | None:
        return "root" if cls.__pydantic_root_model__ else None

    def annotations_of(self, cls: Any) -> Mapping[str, Any] | None:
        return {name: info.annotation for name, info in cls.model_fields.items()}

    def given(self, instance: Any) -> Any:
        if isinstance(instance, RootModel):
            return instance
        return {**_set_fields(instance), "model_fields_set": {*instance.model_fields_set}}

    def reconstruct(self, instance: Any) -> Any:
        cls = type(instance)
        if isinstance(instance, RootModel):
            return cls(instance.root) if "root" in instance.model_fields_set else instance
        return self.call(cls, {**_set_fields(instance), **(instance.__pydantic_extra__ or {})})

    # JSON

    has_serializer = True

    def has_own_schema(self, cls: type) -> bool:
        return True

    def core_schema(self, cls: Any, shape: Shape, schema: Any) -> Any:
        if not schema.arguments:
            return schema.model()

        def make(values: Any) -> Any:
            state, extra, fields_set = values
            model = cls.__new__(cls)
            model.__dict__.update(state)
            set_fields_set(model, fields_set)
            set_extra(model, extra)
            set_private(model, None)
            return model

        return schema.parametrised(make)

    # reading a class

    def read(self, cls: type) -> Shape:
        infos = complete_fields(cls)
        validated = cls.model_config.get("validate_default")  # type: ignore[attr-defined]
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        itself = {SELF: self_of(cls)}
        fields = {exact(name): read_field(exact(name), info, itself) for name, info in infos.items()}
        for name, info in infos.items():
            if validated if info.validate_default is None else info.validate_default:
                fields[exact(name)] = with_validated_default(cls, fields[exact(name)])
        config = cls.model_config  # type: ignore[attr-defined]
        apply_class_settings(cls, fields, config)
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            frozen=bool(config.get("frozen")),
            hashable=cls.__hash__ is not None,
            extra=config.get("extra") or "ignore",
            config={key: value for key, value in config.items() if key in _CARRIED_CONFIG},
        )

    # making a class

    def attribute(self, name: str, shape: Shape) -> str:
        return attribute_of(name, shape)

    def annotate(self, node: nodes.Node, inner: Callable[[nodes.Node], Any]) -> Any:
        match node:
            case nodes.RefinedNode(base=base):
                return annotated(base, RefinedRules(node))
            case nodes.TypedDictNode():
                return typed_dict(node, inner)
            case nodes.RecursionNode() if isinstance(whole := node.target(), nodes.TypedDictNode):
                return typed_dict(whole, inner)
            case nodes.RecursionNode():
                return named_tuple_again(node)
            case nodes.TupleNode(cls=cls) if cls is not tuple:
                return named_tuple(node, inner)
            case nodes.SentinelNode(annotation=annotation, value=value):
                return annotated(annotation, OmittedFromSchema(value))
            case nodes.AnyNode():
                return node.annotation if isinstance(node, nodes.ValidatedNode) else Any
            case nodes.CollectionNode(origin=origin, item=item) if origin in nodes.UNSIZED:
                generic: Any = origin
                return annotated(generic if node.unparametrised else generic[inner(item)], EagerItems())
        return NotImplemented

    def with_arguments(self, node: nodes.ModelNode, annotation: Any) -> Any:
        return annotated(annotation, TypeArguments(node.cls, node.arguments)) if node.arguments else annotation

    def metadata(self, node: nodes.AnnotatedNode) -> tuple[Any, ...]:
        return pydantic_metadata(node)

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        return generate(shape, bases, fields)

    def finish(self, cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        complete(cls, fields, names)

    # instances

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        return reader_of(cls, shape)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        return builder_of(cls, shape)


KIND = BaseModelKind()
