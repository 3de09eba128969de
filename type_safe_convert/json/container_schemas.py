"""Metadata for `Annotated`: containers that pydantic reads otherwise, or not at all."""

from __future__ import annotations

import collections
import functools
import types
import typing
from collections.abc import Callable
from typing import Any

from pydantic import Field, GetCoreSchemaHandler
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import CoreSchema, core_schema

from type_safe_convert.json.python_values import defaultdict_from_dict
from type_safe_convert.json.unions import FALLBACK_TAG, other_value
from type_safe_convert.model.signatures import accepts_positions
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.containers import ContainerType, items_of
from type_safe_convert.values.containers import write_container

_COLLECTIONS = (list, tuple, set, frozenset, collections.deque)


def maker_of(container: ContainerType) -> Callable[[Any], Any]:
    """`ContainerType.make` for one type, written out: it runs once for each container in the data."""
    if container.base is tuple:
        return container.make
    source = SourceWriter()
    source.add(0, "def make(items):")
    write_container(source, 1, "made", "items", container)
    source.add(1, "return made")
    exec(_compiled("\n".join(source.lines)), source.namespace)
    made: Callable[[Any], Any] = source.namespace["make"]
    return made


@functools.cache
def _compiled(text: str) -> types.CodeType:
    """The code of a function that `maker_of` wrote: one text for each class of containers, whatever these hold."""
    return compile(text, "container_schemas.py", "exec")


class After:
    """A function over the value that the annotation gives; it is written as the annotation says."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function: Callable[[Any], Any] = function

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.function, handler(source))


class WrittenAs:
    """An abstract collection, which is written as a list or frozenset, as it is read, whatever collection it is."""

    __slots__ = ("cls",)

    def __init__(self, cls: Any) -> None:
        self.cls: Any = cls

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        cls = self.cls

        def written(value: Any) -> Any:
            return value if isinstance(value, cls) or not isinstance(value, _COLLECTIONS) else cls(items_of(value))

        return {
            **schema,
            "serialization": core_schema.plain_serializer_function_ser_schema(written, return_schema=schema),
        }


class SequenceSchema:
    """A Sequence, which pydantic writes by a function that takes any value, so a union would try no other member."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        return {
            **schema,
            "serialization": core_schema.plain_serializer_function_ser_schema(_only_sequence, return_schema=schema),
        }


def _only_sequence(value: Any) -> Any:
    if isinstance(value, str | bytes) or not isinstance(value, collections.abc.Sequence):
        raise other_value(value, "Sequence")
    return value


class DefaultDictSchema:
    """A defaultdict, which strict mode takes from a dict too: a dump to Python's values has one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        try:
            schema: Any = handler(source)
        except PydanticSchemaGenerationError:  # of values of this type pydantic makes none by itself
            schema = handler.generate_schema(_with_factory(source))
        made = defaultdict_from_dict(schema)
        if made is None:
            return schema
        # A function around a schema is given Python's values, among which the strict mode knows no text for an int.
        read = core_schema.no_info_after_validator_function(
            lambda value: _without_factory(made["function"]["function"](value, lambda items: items)), made["schema"]
        )
        return core_schema.json_or_python_schema(
            json_schema=read,
            python_schema=core_schema.no_info_after_validator_function(
                _without_factory, {**schema, "strict_schema": made}
            ),
            serialization=schema.get("serialization"),
        )


def _with_factory(source: Any) -> Any:
    """A defaultdict that makes models by their constructors, and for a missing key of any other type nothing."""
    key, value = typing.get_args(source)
    models = (getattr(item, "__type_safe_convert_model__", None) for item in getattr(value, "__metadata__", ()))
    factory = next(filter(None, models), None)
    pairs: Any = collections.defaultdict
    return pairs[key, annotated(value, Field(default_factory=factory or _nothing))]


def _nothing() -> Any:
    """Stands for the factory of a defaultdict that has none, where pydantic asks for one."""


def _without_factory(value: Any) -> Any:
    if isinstance(value, collections.defaultdict) and value.default_factory is _nothing:
        value.default_factory = None
    return value


class TupleSchema:
    """A tuple of fixed items; an empty one fits too, since that is Type_Safe's own default."""

    __slots__ = ("finish",)

    def __init__(self, finish: Callable[[Any], Any]) -> None:
        self.finish: Callable[[Any], Any] = finish

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        nothing = core_schema.tuple_schema([], min_length=0, max_length=0)
        either = core_schema.union_schema([handler(source), (nothing, FALLBACK_TAG)], mode="left_to_right")
        return either if self.finish is tuple else core_schema.no_info_after_validator_function(self.finish, either)


class RecordSchema:
    """A TypedDict: a dict with these keys, of which `keys` has further arguments for pydantic-core's schema."""

    __slots__ = ("extra", "items", "keys", "node")

    def __init__(
        self, node: nodes.TypedDictNode, items: dict[str, Any], keys: dict[str, dict[str, Any]], extra: Any
    ) -> None:
        self.node: nodes.TypedDictNode = node
        self.items: dict[str, Any] = items
        self.keys: dict[str, dict[str, Any]] = keys
        self.extra: Any = extra

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields = {
            name: core_schema.typed_dict_field(
                handler.generate_schema(item), required=name in self.node.required, **self.keys[name]
            )
            for name, item in self.items.items()
        }
        if self.node.extra is None:
            extra_behavior: core_schema.ExtraBehavior = "forbid" if self.node.is_closed else "ignore"
            return core_schema.typed_dict_schema(fields, cls=self.node.cls, extra_behavior=extra_behavior)
        return core_schema.typed_dict_schema(
            fields, cls=self.node.cls, extra_behavior="allow", extras_schema=handler.generate_schema(self.extra)
        )


class NamedTupleSchema:
    """A NamedTuple: an array of its items, or an object with their names; written as an array."""

    __slots__ = ("cls", "items")

    def __init__(self, cls: Any, items: dict[str, Any]) -> None:
        self.cls: Any = cls
        self.items: dict[str, Any] = items

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schemas = {name: handler.generate_schema(item) for name, item in self.items.items()}
        defaults = {name: value for name, value in self.cls._field_defaults.items() if name in schemas}
        items = {
            name: core_schema.with_default_schema(schema, default=defaults[name]) if name in defaults else schema
            for name, schema in schemas.items()
        }
        written: Any = core_schema.plain_serializer_function_ser_schema(
            lambda value: (*tuple.__iter__(value),) if isinstance(value, tuple) else value,
            return_schema=core_schema.tuple_schema(list(schemas.values())),
        )
        takes_positions = accepts_positions(self.cls.__new__, 1 + len(items))

        def by_name(*args: Any, **more: Any) -> Any:
            return self.cls(**dict(zip(items, args, strict=False)), **more)

        # Since pydantic 2.14, whose unions prefer a list where both fit.
        if hasattr(core_schema, "named_tuple_schema") and takes_positions:
            fields = [core_schema.named_tuple_field(name, schema) for name, schema in items.items()]
            return core_schema.named_tuple_schema(self.cls, fields, serialization=written)
        parameters = [core_schema.arguments_parameter(name, schema) for name, schema in items.items()]
        return core_schema.call_schema(
            # Or its JSON Schema would be that of the object only.
            core_schema.arguments_schema(parameters, metadata={"pydantic_js_prefer_positional_arguments": True}),
            self.cls if takes_positions else by_name,
            serialization=written,
        )
