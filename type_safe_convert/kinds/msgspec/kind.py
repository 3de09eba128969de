"""Structs of msgspec: how a class is recognised, read and built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import NODEFAULT, Struct, StructMeta

from type_safe_convert.conversion.build import GeneratingKind
from type_safe_convert.kinds.msgspec.generated_classes import GeneratedStruct, generate, kept_bases
from type_safe_convert.kinds.msgspec.instances import (
    HASH_CACHE,
    builder_of,
    constructor_stores_only,
    post_init_of,
    reader_of,
)
from type_safe_convert.kinds.msgspec.metadata import (
    constrained_union,
    expand_meta,
    meta_of_rules,
    options_of_meta,
    parse_unset,
    struct_annotation,
    struct_metadata,
)
from type_safe_convert.kinds.msgspec.unions import render_leaf, render_union, tag_members
from type_safe_convert.model.family import own_field_names, shape_of
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.kind import GeneratedField, Traits
from type_safe_convert.model.names import writable_name
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import MISSING, Field, Shape, exact, field_options
from type_safe_convert.model.state import object_state
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse


class MsgspecKind(GeneratingKind):
    name = "msgspec"
    label = "a msgspec Struct"
    suffix = "Struct"
    drawn_classes = "type_safe_convert.kinds.msgspec.drawn_classes"
    source_writer = "type_safe_convert.kinds.msgspec.source"
    class_statements = "type_safe_convert.kinds.msgspec.statements"
    base: type | None = Struct
    traits: Traits = Traits(attribute_order_shows=False)

    def is_base(self, cls: Any) -> bool:
        return cls is Struct or cls is GeneratedStruct

    def is_model(self, cls: Any) -> bool:
        # One that is still being defined has no defaults yet.
        return isinstance(cls, StructMeta) and not self.is_base(cls) and hasattr(cls, "__struct_defaults__")

    # using a class

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        given, required = set(names), _required(cls)
        return given.issubset(cls.__struct_fields__) and given.issuperset(required)

    def state(self, instance: Any) -> dict[str, Any]:
        return {name: value for name, value in object_state(instance).items() if name != HASH_CACHE}

    def given(self, instance: Any) -> Any:
        state = object_state(instance)
        return {name: state[name] for name in instance.__struct_fields__ if name in state}

    def reconstruct(self, instance: Any) -> Any:
        cls, given = type(instance), self.given(instance)
        if post_init_of(cls) is None or len(given) < len(cls.__struct_fields__):
            return instance
        return cls(**given)

    def core_schema(self, cls: Any, shape: Shape, schema: Any) -> Any:
        # pydantic-core cannot allocate a Struct.
        struct: Any = cls  # the comparison makes a plain `type` of it
        config = struct.__struct_config__
        tag = None if config.tag is None else (config.tag_field, config.tag)
        if shape.cls is cls:
            schema.tag = tag
        else:
            schema.foreign_tag = tag
        if shape.cls is not cls or constructor_stores_only(cls):
            return schema.constructed(lambda values: cls(**values))
        builder = self.builder(cls, shape)
        return schema.called(builder.build, allocate=builder.new)

    # reading a class

    def tag(self, cls: type) -> tuple[str, Any] | None:
        config = cls.__struct_config__  # type: ignore[attr-defined]
        return None if config.tag is None else (config.tag_field, config.tag)

    def read(self, cls: Any) -> Shape:
        hints = resolve_hints(cls)
        required = _required(cls)
        defaults = dict(zip(reversed(cls.__struct_fields__), reversed(cls.__struct_defaults__), strict=False))
        encoded = dict(zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True))
        by_keyword = set(cls.__struct_fields__) - set(cls.__match_args__)
        fields = {
            exact(name): _read_field(
                name,
                hints.get(name, Any),
                MISSING if name in required else defaults[name],
                encoded[name],
                name in by_keyword,
            )
            for name in cls.__struct_fields__
        }
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        config = cls.__struct_config__
        hashes_itself = cls.__hash__ is not Struct.__hash__
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            frozen=config.frozen,
            hashable=cls.__hash__ not in (None, object.__hash__) if hashes_itself else config.frozen and config.eq,
            by_identity=not config.eq and cls.__eq__ is Struct.__eq__,
            ordered=config.order,
            extra="forbid" if config.forbid_unknown_fields else "ignore",
        )

    # types

    def parse_type(self, cls: Any, annotation: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node | None:
        return parse_unset(cls)

    def expand_metadata(self, item: Any) -> Iterable[Any] | None:
        return expand_meta(item)

    def parse_metadata(self, node: nodes.AnnotatedNode) -> None:
        node.options = {**node.options, **options_of_meta(node)}

    def annotate(self, node: nodes.Node, inner: Callable[[nodes.Node], Any]) -> Any:
        match node:
            case nodes.RefinedNode(base=base, cls=cls):
                return annotated(base, cls, *meta_of_rules(node))
            case nodes.AnnotatedNode(inner=nodes.UnionNode()):
                return constrained_union(node, inner)
            case nodes.UnionNode():
                return render_union(node, inner)
            case nodes.OpaqueNode() | nodes.LiteralNode() | nodes.TypedDictNode() | nodes.EnumNode():
                return render_leaf(node)
            case nodes.TupleNode(cls=cls) if cls is not tuple:
                return render_leaf(node)
        return NotImplemented

    def metadata(self, node: nodes.AnnotatedNode) -> tuple[Any, ...]:
        return struct_metadata(node)

    # making a class

    def attribute(self, name: str, shape: Shape) -> str:
        return writable_name(name, shape.fields)

    def inherits(self, name: str, shape: Shape) -> bool:
        return any(name in shape_of(base).fields for base in kept_bases(shape))

    def before_fields(self, shape: Shape) -> None:
        tag_members(shape)

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        return generate(self, shape, bases, fields)

    def finish(self, cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        for made in fields:
            cls.__annotations__[made.attribute] = struct_annotation(made)

    # instances

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        return reader_of(cls, shape)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        return builder_of(cls, shape)


def _required(cls: Any) -> set[str]:
    """The fields without a default."""
    defaults = cls.__struct_defaults__
    names = cls.__struct_fields__
    first = len(names) - len(defaults)
    after = (name for name, default in zip(names[first:], defaults, strict=True) if default is NODEFAULT)
    return {*names[:first], *after}


def _read_field(name: str, annotation: Any, default: Any, encoded: str, kw_only: bool) -> Field:
    node = parse(annotation)
    options = field_options(node)
    if encoded != name:
        options["alias"] = encoded
    factory: Callable[[], Any] | None = None
    if type(default) is _FACTORY:
        default, factory = MISSING, default.factory
    return Field(exact(name), annotation, node, default, factory, options, kw_only=kw_only)


class _WithFactory(Struct):
    made: list[int] = []


# Msgspec's wrapper of a default factory; it has no public name.
_FACTORY: Any = type(_WithFactory.__struct_defaults__[0])

KIND = MsgspecKind()
