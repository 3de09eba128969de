"""Annotations of generated pydantic models for what pydantic reads lazily, or not at all."""

from __future__ import annotations

import functools
import sys
from collections import abc, deque
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError, PydanticOmit, core_schema
from typing_extensions import TypedDict

from type_safe_convert.json.container_schemas import NamedTupleSchema
from type_safe_convert.json.definitions import RecursionSchema
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated, not_required
from type_safe_convert.types.type_variables import args_of, generic_of

Inner = Callable[[nodes.Node], Any]


class EagerItems:
    """Metadata for `Iterable[T]` and the like: the items are validated at once, and there is no one-shot iterator.

    Lists, tuples, sets and deques stay what they are; other iterables become lists. As for `Sequence`, text is none.
    """

    def __repr__(self) -> str:
        return "EagerItems()"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (item,) = args_of(source) or (Any,)
        origin: Any = generic_of(source) or source
        kept = tuple(cls for cls in (tuple, set, frozenset) if issubclass(cls, origin))
        return core_schema.no_info_wrap_validator_function(
            functools.partial(_validated_items, kept),
            core_schema.list_schema(handler.generate_schema(item)),
            serialization=core_schema.simple_ser_schema("any"),  # of sets and tuples, too
        )


def _validated_items(kept: tuple[Any, ...], value: Any, validate: Callable[[Any], list[Any]]) -> Any:
    if not isinstance(value, abc.Iterable | abc.Container):
        raise PydanticKnownError("iterable_type")
    if isinstance(value, deque):
        return deque(validate([*value]), value.maxlen)
    for cls in kept:
        if isinstance(value, cls):
            return cls(validate([*value]))
    return validate([*value] if isinstance(value, set | frozenset | abc.Iterator) else value)


class OmittedFromSchema:
    """Metadata for the type of an object that stands for no value: it is no part of the JSON Schema."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: Any = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OmittedFromSchema) and other.value is self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema([self.value])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        raise PydanticOmit


# The counterpart of a TypedDict without type arguments, in its `__dict__`; that of one with them is kept by its node.
_COUNTERPART = "__type_safe_convert_counterpart__"

# The TypedDicts whose items were rendered since the outermost of them was met; classes are made under a lock.
_rendered: set[Any] = set()


def typed_dict(node: nodes.TypedDictNode, inner: Inner) -> Any:
    """A TypedDict as pydantic is to read it: a counterpart of the same keys where it holds what pydantic cannot read.

    That is a model of another kind, and before Python 3.12 a TypedDict of `typing`; a dict where names are unknown.
    """
    if any(map(_is_unresolved, nodes.walk(node))):
        return dict[str, Any]
    if not any(map(_is_rewritten, nodes.walk(node))):
        return node.annotation
    made = _counterpart(node)
    if made in _rendered:
        return made
    outermost = not _rendered
    _rendered.add(made)
    try:
        # Each time: models in it may have been named by a ForwardRef that only the first class could resolve.
        items = {name: inner(item) for name, item in node.items.items()}
        extra = None if node.extra is None else inner(node.extra)
    finally:
        if outermost:
            _rendered.clear()
    made.__annotations__ = dict(_with_presence(node, items))
    if node.is_closed:
        made.__closed__ = True
    elif node.extra is not None:
        made.__extra_items__ = extra
    return made


def _counterpart(node: nodes.TypedDictNode) -> Any:
    made = _known_counterpart(node)
    if made is None:
        cls: Any = node.cls
        make: Any = TypedDict
        made = make(cls.__name__, dict(_with_presence(node, dict.fromkeys(node.items, Any))))
        for name in ("__module__", "__qualname__", "__doc__", "__pydantic_config__"):
            if name in cls.__dict__:
                setattr(made, name, cls.__dict__[name])
        setattr(_holder(node), _COUNTERPART, made)
    return made


def _known_counterpart(node: nodes.TypedDictNode) -> Any:
    return _holder(node).__dict__.get(_COUNTERPART)


def _holder(node: nodes.TypedDictNode) -> Any:
    return node if args_of(node.annotation) else node.cls


# The results for the NamedTuples whose items are being rendered.
_named_tuples: dict[nodes.Node, list[NamedTupleSchema]] = {}


def named_tuple(node: nodes.TupleNode, inner: Inner) -> Any:
    """A NamedTuple as pydantic is to read it: with its own schema where it holds what pydantic cannot read."""
    if not any(_is_rewritten(item) or _is_unresolved(item) for item in nodes.walk(node)):
        return node.annotation
    found = _named_tuples[node] = []
    cls: Any = node.cls
    try:
        items = {name: inner(item) for name, item in zip(cls._fields, node.items, strict=True)}
    finally:
        del _named_tuples[node]
    found.append(NamedTupleSchema(cls, items))
    return annotated(node.annotation, *found)


def named_tuple_again(node: nodes.RecursionNode) -> Any:
    """A NamedTuple that stands in itself; NotImplemented where pydantic reads it by itself."""
    found = _named_tuples.get(node.target())
    if found is None:
        return NotImplemented
    cls, arguments = node.of
    return annotated(cls, RecursionSchema(cls, arguments, "", lambda: annotated(Any, *found)))


def _is_unresolved(node: nodes.Node) -> bool:
    return bool(getattr(node, "unresolved", ""))


def _with_presence(node: nodes.TypedDictNode, items: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, annotation in items.items():
        yield name, annotation if name in node.required else not_required(annotation)


def _is_rewritten(node: nodes.Node) -> bool:
    """Whether pydantic cannot read the annotation of a node as it is."""
    match node:
        case nodes.RecursionNode():
            whole = node.target()
            return isinstance(whole, nodes.TypedDictNode) and (
                _is_of_old_typing(whole) or _known_counterpart(whole) in _rendered
            )
        case nodes.TypedDictNode():
            return _is_of_old_typing(node)
        case nodes.ModelNode(cls=cls):
            return kind_of_class(cls) != "basemodel"
        case nodes.CollectionNode(container_class=declared, origin=origin):
            return declared is not None or origin in nodes.UNSIZED
        case nodes.MappingNode(container_class=declared):
            return declared is not None
    return isinstance(node, nodes.RefinedNode | nodes.SentinelNode)


def _is_of_old_typing(node: nodes.TypedDictNode) -> bool:
    return sys.version_info < (3, 12) and type(node.cls).__module__ == "typing"
