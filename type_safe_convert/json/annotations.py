"""Annotations as pydantic is to read them: as they are, but for what JSON has otherwise."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import pathlib
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import InstanceOf, Strict, Tag

from type_safe_convert.json.builtin_schemas import (
    PATTERN,
    PURE_PATH,
    KeySchema,
    NumberKeySchema,
    NumberKeysSchema,
    OffsetSchema,
    is_no_text,
    remade,
)
from type_safe_convert.json.container_schemas import (
    After,
    DefaultDictSchema,
    NamedTupleSchema,
    RecordSchema,
    SequenceSchema,
    TupleSchema,
    WrittenAs,
    maker_of,
)
from type_safe_convert.json.definitions import RecursionSchema
from type_safe_convert.json.field_schemas import described, names_and_exclusion, without_field_info
from type_safe_convert.json.opaque_schemas import ClassSchema, OpaqueSchema
from type_safe_convert.json.options import pydantic_kind
from type_safe_convert.json.scalar_schemas import (
    DecimalSchema,
    EnumSchema,
    FloatSchema,
    FractionSchema,
    LiteralSchema,
    RefinedSchema,
    is_otherwise,
    written_by_name,
)
from type_safe_convert.json.tags import keys_of
from type_safe_convert.json.unions import TaggedSchema
from type_safe_convert.json.untyped_keys import Place, RootPlace, is_anything, untyped_keys
from type_safe_convert.model.family import class_for_field
from type_safe_convert.model.hashing import is_paired, list_for
from type_safe_convert.model.kind import ModelKind, Traits, get_kind
from type_safe_convert.model.shape import field_options
from type_safe_convert.registry import KindName, kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.containers import ContainerType
from type_safe_convert.types.parse import expanded, parse
from type_safe_convert.types.render import render
from type_safe_convert.values.containers import expected_in_kind
from type_safe_convert.values.members import tags_of_union

_KEYED = (dict, nodes.FROZEN_DICT, collections.OrderedDict, collections.abc.Mapping, collections.abc.MutableMapping)

# Scalars that pydantic has no schema for, and that have no form in JSON.
_WITHOUT_JSON = frozenset({range, datetime.timezone, type(Ellipsis)})


class Renderer:
    """Writes annotation nodes for a class of `kind` whose origin is of the kind `origin_kind`.

    `model_annotation(cls, arguments)` is the annotation that stands for a model.
    """

    def __init__(
        self, kind: KindName, origin_kind: KindName, model_annotation: Callable[[Any, Mapping[Any, Any]], Any]
    ) -> None:
        self.kind = kind
        self.origin_kind = origin_kind
        self.model_annotation = model_annotation
        self.into_origin: bool = kind == origin_kind
        self.model_kind: ModelKind = get_kind(kind)
        self.traits: list[Traits] = [get_kind(name).traits for name in (kind, origin_kind)]
        self.recursive: dict[nodes.Node, nodes.RecursionNode] = {}
        self.place: Place | RootPlace | None = None
        self.is_watched: bool = False

    def field(self, node: nodes.Node, place: Place | RootPlace) -> Any:
        """A field's own annotation: Type_Safe's constructor types the collection there and those in a dict there."""
        self.place = place
        for inner in nodes.walk(node):
            if isinstance(inner, nodes.RecursionNode):
                self.recursive[inner.target()] = inner
        return self.nested(node, 0)

    def nested(self, node: nodes.Node, depth: int) -> Any:
        """`depth` is the number of dicts of the field's value around it: constructors type containers by that."""
        held = node.inner if isinstance(node, nodes.AnnotatedNode) and not self.into_origin else None
        if self.model_kind.containers and isinstance(held, nodes.CollectionNode | nodes.MappingNode | nodes.TupleNode):
            inner = self.nested(held, depth)
            base, *finish = typing.get_args(inner) if typing.get_origin(inner) is typing.Annotated else (inner,)
            return annotated(base, *pydantic_kind().metadata(node), *finish)  # type: ignore[arg-type]
        is_named = getattr(node, "container", None) is not None
        container = None if is_named else self.model_kind.container(node, depth, self.item)
        if container is None:
            return self.render(node)
        return self.watched(node, lambda: self.typed_container(node, container, depth))

    def typed_container(self, node: nodes.Node, container: ContainerType, depth: int) -> Any:
        match node:
            case nodes.CollectionNode(item=item):
                items: Any = container.base
                return annotated(items[self.render(item)], After(maker_of(container)))
            case nodes.MappingNode(key=key, value=value):
                pairs: Any = dict
                return annotated(pairs[self.key(key), self.nested(value, depth + 1)], After(maker_of(container)))
            case nodes.TupleNode(items=fixed, variadic=False):
                return annotated(
                    tuple[tuple(self.render(item) for item in fixed)],  # type: ignore[misc]
                    TupleSchema(container.make),
                )
        return self.render(node)

    def render(self, node: nodes.Node) -> Any:
        return render(node, self.special)

    def recursion(self, node: nodes.RecursionNode) -> Any:
        """A reference to what stands in itself, which is described once, whoever refers to it."""
        cls, arguments = node.of
        whole = node.target()

        def once(inner: nodes.Node) -> Any:
            return self.in_json(inner) if inner is whole else self.special(inner)

        return annotated(
            Any, RecursionSchema(cls, arguments, self.kind + self.origin_kind, lambda: render(whole, once))
        )

    def special(self, node: nodes.Node) -> Any:
        recursion = node if isinstance(node, nodes.RecursionNode) else self.recursive.get(node)
        if recursion is None and nodes.is_large(node):
            recursion = self.recursive[node] = nodes.reference_to(node)
        return self.watched(node, lambda: self.in_json(node)) if recursion is None else self.recursion(recursion)

    def watched(self, node: nodes.Node, render_node: Callable[[], Any]) -> Any:
        """Returns the result of `render_node`. If the annotation declares no type of keys, a check of the written keys
        is added: one for a whole container, none for each item of it."""
        schema = None if self.place is None or self.is_watched else untyped_keys(node, self.place)
        if schema is None:
            return render_node()
        self.is_watched = schema.inside
        try:
            found = render_node()
            if found is NotImplemented:
                found = self.plain(node)
        finally:
            self.is_watched = False
        return annotated(found, schema)

    def in_json(self, node: nodes.Node) -> Any:
        """The annotation of a node that JSON has otherwise; NotImplemented for any other."""
        match node:
            case nodes.AnyNode(annotation=annotation):
                return annotation if isinstance(node, nodes.ValidatedNode) else Any
            case nodes.ScalarNode(cls=cls) if cls is float:
                return annotated(float, FloatSchema())
            case nodes.ScalarNode(cls=cls) if cls is decimal.Decimal:
                return annotated(cls, DecimalSchema())
            case nodes.ScalarNode(cls=cls) if cls is fractions.Fraction:
                return annotated(cls, FractionSchema())
            case nodes.ScalarNode(cls=cls) if cls is re.Pattern:
                return annotated(cls, PATTERN)
            case nodes.ScalarNode(cls=cls) if cls is pathlib.PurePath:
                return annotated(cls, PURE_PATH)
            case nodes.ScalarNode(cls=cls) if cls is datetime.datetime or cls is datetime.time:
                return annotated(cls, OffsetSchema())
            case nodes.ScalarNode(cls=cls) if cls in _WITHOUT_JSON:
                return annotated(Any, OpaqueSchema(lambda value: isinstance(value, cls), cls.__name__))
            case nodes.EnumNode(cls=cls) if written_by_name(cls) or any(traits.enum_by_name for traits in self.traits):
                return annotated(cls, EnumSchema(cls))
            case nodes.LiteralNode(annotation=annotation, values=values) if any(map(is_otherwise, values)):
                return annotated(annotation, LiteralSchema(values))
            case nodes.RefinedNode():
                keep = self.into_origin or self.model_kind.traits.holds_refined_values
                return annotated(Any, RefinedSchema(node, keep))
            case nodes.ModelNode():
                return self.model(node)
            case nodes.OpaqueNode():
                return self.instance(node)
            case nodes.TypedDictNode():
                return self.record(node)
            case nodes.AnnotatedNode(inner=nodes.ScalarNode(cls=cls)) if cls is float or cls is decimal.Decimal:
                # The constraints first: pydantic-core checks those of a float itself, those of a union it cannot. A tag
                # last: it names the member of a union that the whole is.
                metadata = pydantic_kind().metadata(node)
                tags = [item for item in metadata if isinstance(item, Tag)]
                schema = FloatSchema() if cls is float else DecimalSchema()
                return annotated(cls, *(item for item in metadata if item not in tags), schema, *tags)
            case nodes.UnionNode():
                return self.union(node)
            case nodes.AnnotatedNode():
                return self.with_metadata(node)
            case nodes.TupleNode() if node.cls is not tuple:
                named: Any = node.cls
                items = {name: self.item_of(item) for name, item in zip(named._fields, node.items, strict=True)}
                return annotated(Any, NamedTupleSchema(named, items))
            case nodes.CollectionNode() | nodes.MappingNode() | nodes.TupleNode():
                return self.container(node)
        return NotImplemented

    def record(self, node: nodes.TypedDictNode) -> Any:
        items = {name: self.item_of(item) for name, item in node.items.items()}
        options = {name: field_options(item) for name, item in node.items.items()}
        keys = {name: names_and_exclusion(node.items[name], said, said.get("alias")) for name, said in options.items()}
        return annotated(Any, RecordSchema(node, items, keys, node.extra and self.render(node.extra)))

    def item_of(self, node: nodes.Node) -> Any:
        """The annotation of a key of a TypedDict, or of an item of a NamedTuple."""
        return described(self.render(without_field_info(node)), field_options(node))

    def with_metadata(self, node: nodes.AnnotatedNode) -> Any:
        inner = node.inner
        metadata = pydantic_kind().metadata(node)
        if isinstance(inner, nodes.UnionNode) and any(getattr(item, "discriminator", None) for item in metadata):
            return annotated(self.plain(inner), *metadata)
        if isinstance(inner, nodes.RefinedNode) and any(isinstance(item, Strict) for item in expanded(metadata)):
            # The primitive decides which text it takes, and pydantic refuses to make its schema strict.
            metadata = tuple(item for item in expanded(metadata) if not isinstance(item, Strict))
        if isinstance(inner, nodes.ModelNode):  # whose schema takes instances as they are
            instance_of: Any = InstanceOf
            metadata = tuple(item for item in metadata if not isinstance(item, instance_of))
        return annotated(self.render(inner), *metadata)

    def plain(self, node: nodes.Node) -> Any:
        """The annotation of a node as it is, and of what is in it as JSON has that."""
        return render(node, lambda inner: NotImplemented if inner is node else self.special(inner))

    def union(self, node: nodes.UnionNode) -> Any:
        """A union of models that a Literal tells apart is read by that, where no discriminator says so already."""
        members = [member for member in node.members if not nodes.is_none(member)]
        tags = tags_of_union(members)
        models = all(isinstance(member, nodes.ModelNode) for member in members)
        if tags is None or tags.is_beside or not models or getattr(self.place, "has_discriminator", False):
            return NotImplemented
        if not all(type(tag) is str for tag, _ in tags.choices):
            return NotImplemented
        keys = [key for key in keys_of(tags.name, members) if isinstance(key, str)]
        return annotated(self.plain(node), TaggedSchema(keys, dict(tags.choices)))

    def container(self, node: nodes.Node) -> Any:
        match node:
            case nodes.CollectionNode(container=container, origin=origin, item=item) if container is not None:
                plain = origin[self.render(item)]  # type: ignore[index]  # list or set
                if self.holds(container):
                    return annotated(plain, After(maker_of(container)))
                return plain if self.listed(node) is None else self.listed(node)[self.render(item)]
            case nodes.MappingNode(container=container, key=key, value=value) if container is not None:
                plain = dict[self.key(key), self.render(value)]  # type: ignore[misc]
                if self.holds(container):
                    return annotated(plain, After(maker_of(container)))
                return self.pairs(key, value) if self.paired(node) else plain
            case nodes.MappingNode(key=key, value=value) if self.paired(node):
                return self.pairs(key, value)
            case nodes.MappingNode(origin=collections.defaultdict, key=key, value=value):
                pairs: Any = collections.defaultdict
                return annotated(pairs[self.key(key), self.render(value)], DefaultDictSchema())
            case nodes.MappingNode(origin=collections.Counter, key=key) if self.has_schema(key):
                counted: Any = collections.Counter
                return counted[self.key(key)]
            case nodes.MappingNode(origin=origin, key=key, value=value) if origin in _KEYED and self.has_schema(key):
                keyed: Any = origin
                if origin is dict and not is_no_text(key):
                    return annotated(dict[int, self.render(value)], NumberKeysSchema())  # type: ignore[misc]
                return keyed[self.key(key), self.render(value)]
            case nodes.CollectionNode(item=item) if (listed := self.listed(node)) is not None:
                return listed[self.render(item)]
            case nodes.CollectionNode(origin=origin, item=item) if origin in nodes.UNSIZED:
                # Pydantic makes a one-shot iterator of these.
                return annotated(list[self.render(item)], WrittenAs(list))  # type: ignore[misc]
            case nodes.CollectionNode(origin=collections.abc.Sequence, item=item):
                sequence: Any = collections.abc.Sequence
                return annotated(sequence[self.render(item)], SequenceSchema())
            case nodes.CollectionNode(origin=collections.abc.MutableSequence, item=item):
                return annotated(list[self.render(item)], WrittenAs(list))  # type: ignore[misc]
            case nodes.CollectionNode(origin=collections.abc.Set, item=item):
                return annotated(frozenset[self.render(item)], WrittenAs(frozenset))  # type: ignore[misc]
            case nodes.TupleNode(cls=cls, items=items, variadic=False, unparametrised=False) if cls is tuple:
                if items and any(traits.tuples_may_be_empty for traits in self.traits):
                    plain = tuple[tuple(self.render(item) for item in items)]  # type: ignore[misc]
                    return annotated(plain, TupleSchema(tuple))
        return NotImplemented

    def holds(self, container: ContainerType) -> bool:
        """Whether instances hold the containers of a class that the annotation names."""
        return self.into_origin or issubclass(container.cls, (*self.model_kind.containers,))

    def listed(self, node: nodes.CollectionNode) -> Any:
        """The type by which a generated class holds a set whose members do not hash there; else None."""
        return None if self.into_origin else list_for(node, self.kind)

    def paired(self, node: nodes.MappingNode) -> bool:
        """Whether a generated class holds a list of pairs where its origin holds a dict: keys without a hash."""
        return not self.into_origin and is_paired(node, self.kind)

    def has_schema(self, node: nodes.Node) -> bool:
        return is_no_text(node) or (isinstance(node, nodes.ScalarNode) and node.cls is int)

    def key(self, node: nodes.Node) -> Any:
        """The keys of a dict, which are text in JSON, whatever they stand for."""
        if is_anything(node):
            return Any
        if isinstance(node, nodes.ScalarNode) and node.cls is int:
            return annotated(int, NumberKeySchema())
        return annotated(self.render(node), KeySchema()) if is_no_text(node) else self.render(node)

    def pairs(self, key: nodes.Node, value: nodes.Node) -> Any:
        return list[tuple[self.render(key), self.render(value)]]  # type: ignore[misc]

    def item(self, node: nodes.Node) -> Any:
        """Returns the type that a typed collection expects of its items, as `values.render_item` does."""
        if self.into_origin:
            return node.annotation
        return expected_in_kind(node, self.kind, self.origin_kind)

    def model(self, node: nodes.ModelNode) -> Any:
        base: Any = node.cls
        if kind_of_base(base) is not None:
            return annotated(Any, OpaqueSchema(lambda value: kind_of_class(type(value)) is not None, "model"))
        cls = class_for_field(base, self.kind, self.origin_kind)
        return self.model_annotation(cls, node.arguments)

    def instance(self, node: nodes.OpaqueNode) -> Any:
        annotation = node.annotation
        if node.validate is not None:
            return annotation
        if typing.get_origin(annotation) is type or annotation is type:
            return annotated(Any, ClassSchema(node.accepts, node.name))
        if (found := remade(annotation)) is not None:
            read, schema = found
            # A conversion leaves what such a class holds as it is: models of the origin's kind, in every kind.
            renderer = self if self.into_origin else Renderer(self.origin_kind, self.origin_kind, self.model_annotation)
            renderer.place = self.place
            return annotated(renderer.render(parse(read)), schema)
        return annotated(Any, OpaqueSchema(node.accepts, node.name))
