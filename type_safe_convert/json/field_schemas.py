"""The pydantic-core schemas of the fields of a model class."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import AliasChoices, AliasPath, Field, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreConfig, CoreSchema, core_schema

from type_safe_convert.json.options import CONFIG, Options
from type_safe_convert.json.unions import TagsOrNone, show_without_null
from type_safe_convert.json.untyped_keys import Place
from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import MISSING, FromValues, Shape
from type_safe_convert.model.shape import Field as ShapeField
from type_safe_convert.registry import KindName
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.types.rules import Rule
from type_safe_convert.types.sentinels import excluded_if, is_sentinel, without_sentinel

# Arguments of a `Field` that show in a JSON Schema.
_DESCRIPTIONS = ("title", "description", "examples", "json_schema_extra")


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A field in the class's own terms: the attribute that holds it, and the default as this class has it.

    Where the constructor has no default, it may put the `Field` into instances that describes one.
    """

    attribute: str
    field: ShapeField
    default: Any
    default_factory: Callable[[], Any] | None
    constructor_has_default: bool = True

    @property
    def alias(self) -> str | None:
        return self.field.name if self.attribute != self.field.name else self.field.options.get("alias")

    @property
    def validation_alias(self) -> Any:
        return self.arguments["validation_alias"]

    @property
    def arguments(self) -> dict[str, Any]:
        """Further arguments for pydantic-core's schema of the field."""
        return names_and_exclusion(self.field.node, self.field.options, self.alias)


def names_and_exclusion(node: nodes.Node, options: Mapping[str, Any], alias: str | None) -> dict[str, Any]:
    """The arguments for pydantic-core's schema of a field that say how it is named, and when it is not written."""
    read = options.get("validation_alias") or alias
    return {
        "validation_alias": read.convert_to_aliases() if isinstance(read, AliasPath | AliasChoices) else read,
        "serialization_alias": options.get("serialization_alias") or alias,
        "serialization_exclude": True if options.get("exclude") else None,
        "serialization_exclude_if": excluded_if(node, options),
    }


class FieldSchemas:
    """Builds the schemas of the fields of one class that pydantic does not know by itself.

    `annotation_of(node, place)` is the annotation of a field as pydantic is to read it.
    """

    def __init__(
        self,
        cls: Any,
        entries: list[Entry],
        arguments: dict[Any, Any],
        options: Options,
        handler: GetCoreSchemaHandler,
        annotation_of: Callable[[nodes.Node, Place], Any],
    ) -> None:
        record = record_of(cls)
        self.cls = cls
        self.kind: KindName = record.kind
        self.origin_kind: KindName = record_of(record.origin).kind
        self.shape: Shape = record.shape
        self.entries = entries
        self.arguments = arguments
        self.options = options
        self.handler = handler
        self.annotation_of = annotation_of
        # Type_Safe lets every attribute be None, and `Type_Safe.from_json` reads null for each.
        self.takes_none: bool = any(
            get_kind(kind).traits.any_field_may_be_none for kind in (self.kind, self.origin_kind)
        )
        self.reader: InstanceReader = get_kind(self.kind).reader(cls, record.shape)
        self.extra: str = self.extra_behavior()

    def extra_behavior(self) -> str:
        if get_kind(self.kind).traits.refuses_other_keys and self.shape.cls is self.cls:
            return "forbid"
        config = getattr(self.cls, "__pydantic_config__", None) or {}
        return config.get("extra") or self.shape.extra

    def config(self) -> CoreConfig:
        own = getattr(self.shape.cls, "__pydantic_config__", None) or {}
        known = {key: own[key] for key in CONFIG if key in own}
        known |= get_kind(self.shape.kind).validation_config(self.shape.cls)
        if any(entry.attribute != entry.field.name for entry in self.entries):
            known.setdefault("serialize_by_alias", True)  # the field's own name is the alias of the attribute
        return typing.cast(CoreConfig, {**CONFIG, "strict": self.options.strict, **known})

    def argument(self, entry: Entry) -> Any:
        return core_schema.dataclass_field(
            entry.attribute,
            self.with_default(entry),
            kw_only=True,
            init=entry.field.init or self.shape.cls is not self.cls,
            **entry.arguments,
        )

    def model_fields(self) -> CoreSchema:
        fields = {
            entry.attribute: core_schema.model_field(
                self.with_default(entry),
                **entry.arguments,
            )
            for entry in self.entries
        }
        extra: Any = self.extra
        return core_schema.model_fields_schema(fields, model_name=self.shape.name, extra_behavior=extra)

    def init_only_key(self, item: Any) -> Any:
        schema = item["schema"]
        has_default = schema["type"] == "default"
        # The constructor has the default itself.
        return core_schema.typed_dict_field(schema["schema"] if has_default else schema, required=not has_default)

    def init_only(self) -> list[Any]:
        fields: list[Any] = []
        if self.shape.cls is not self.cls:  # a generated class has none, since nobody can be asked for its value
            return fields
        hints = resolve_hints(self.cls) if self.shape.init_only else {}
        for name, default in self.shape.init_only.items():
            node = parse(hints.get(name, Any), self.arguments, self.shape.kind)
            schema = self.handler.generate_schema(self.annotation_of(without_field_info(node), Place(self.cls, name)))
            if default is not MISSING:
                schema = core_schema.with_default_schema(schema, default=default)
            fields.append(core_schema.dataclass_field(name, schema, kw_only=True, init_only=True))
        return fields

    def value(self, field: ShapeField) -> CoreSchema:
        node = parse(field.annotation, self.arguments, self.shape.kind) if self.arguments else field.node
        node = without_sentinel(node)
        place = Place(self.cls, field.name, bool(field.options.get("discriminator")))
        annotation = described(self.annotation_of(without_field_info(node), place), field.options)
        schema = self.handler.generate_schema(annotation)
        if nodes.accepts_none(node):
            return schema
        if field.default is None or (self.shape.cls is not self.cls and field.required and not field.init):
            return core_schema.nullable_schema(schema)
        if self.takes_none and schema["type"] == "literal":
            return {**schema, "expected": TagsOrNone([*schema["expected"], None])}
        if self.takes_none:
            return core_schema.nullable_schema(schema, metadata={"pydantic_js_functions": [show_without_null]})
        return schema

    def of_node(self, node: nodes.Node) -> CoreSchema:
        """The schema of values that belong to no field."""
        return self.handler.generate_schema(self.annotation_of(node, Place(self.cls, "")))

    def with_default(self, entry: Entry) -> CoreSchema:
        schema = self.value(entry.field)
        described = not entry.field.required and not entry.constructor_has_default
        serialization = self.described_value(entry.field) if described else None
        if entry.default_factory is not None:
            return core_schema.with_default_schema(
                schema,
                default_factory=entry.default_factory,
                default_factory_takes_data=type(entry.default_factory) is FromValues,
                serialization=serialization,
            )
        if is_sentinel(entry.field.node, entry.default):
            return core_schema.with_default_schema(schema, default_factory=lambda: entry.default)  # shown in no schema
        if entry.default is not MISSING:
            return core_schema.with_default_schema(schema, default=entry.default, serialization=serialization)
        return schema

    def described_value(self, field: ShapeField) -> Any:
        """Serialization of a field for which an instance may hold the `Field` that describes its default."""
        state = self.reader.state

        def write(instance: Any, value: Any, handler: Callable[[Any], Any]) -> Any:
            if isinstance(value, FieldInfo):
                value = state(instance)[field.name] if state is not None else field.make_default()
            return handler(value)

        return core_schema.wrap_serializer_function_ser_schema(write, is_field_serializer=True)


def described(annotation: Any, options: Mapping[str, Any]) -> Any:
    """The annotation of a field with what its options say of its values, and show in a JSON Schema."""
    told = {key: options[key] for key in _DESCRIPTIONS if key in options}
    if told:
        annotation = annotated(annotation, Field(**told))
    if options.get("discriminator"):
        annotation = annotated(annotation, Field(discriminator=options["discriminator"]))
    if options.get("deprecated"):  # pydantic warns of `Field(deprecated=...)` that is no model's field
        annotation = annotated(annotation, Field(json_schema_extra={"deprecated": True}))
    return annotation


def without_field_info(node: nodes.Node) -> nodes.Node:
    """The node of a field with the constraints of a `Field` in its `Annotated`, and not what belongs to the field."""
    if not isinstance(node, nodes.AnnotatedNode) or not _has_field_info(node.annotation):
        return node
    metadata = tuple(item.item if isinstance(item, Rule) else item for item in node.constraints)
    return dataclasses.replace(node, metadata=metadata)


def _has_field_info(annotation: Any) -> bool:
    return any(isinstance(item, FieldInfo) for item in getattr(annotation, "__metadata__", ()))
