"""JSON of a model class of any kind: one pydantic-core schema that validates into it and serialises it.

The schema of an origin class puts JSON straight into instances of that class. For a Type_Safe class and a
dataclass it is pydantic-core's `dataclass` schema, which fills the `__dict__` of a fresh instance of whatever class it
is told, with no Python in between; it is serialised as a model is, from that `__dict__`. Where the class has means of
its own (an `__init__`, attributes made on demand), a function puts the values in as a conversion does. Pydantic models
bring their own schema, and what was made from one goes through it, so that its validators run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic_core import CoreSchema, core_schema

from type_safe_convert.conversion.conversion import conversion, convert_default
from type_safe_convert.json.annotations import Renderer
from type_safe_convert.json.compilation import is_compiling
from type_safe_convert.json.definitions import argument_name, argument_names, defining
from type_safe_convert.json.field_schemas import Entry, FieldSchemas
from type_safe_convert.json.model_schema_builder import ModelSchemaBuilder
from type_safe_convert.json.options import DEFAULT_OPTIONS, Options
from type_safe_convert.json.schema_owner import has_own_schema_as_written, is_abstract, validates_as_origin
from type_safe_convert.json.subclasses import UNKNOWN, chooser_of, subclasses_of
from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING, Field, FromValues
from type_safe_convert.model.unresolved import is_provisional, reached_from, settle, tell_unresolved
from type_safe_convert.model.views import View
from type_safe_convert.model.waiting import is_loading, pending
from type_safe_convert.registry import KindName
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.names import parts
from type_safe_convert.types.parse import parse

# The key, with the options, of a class with its type arguments among the plans of the class.
CODEC_TYPE = "json type"

# After so many turns of a generic class in itself, each with larger arguments than the one before, these are left out.
_TURNS = 5

_enclosing = threading.local()


class ModelSchema:
    """Metadata for `Annotated[Any, ModelSchema(cls)]`: pydantic then reads and writes instances of `cls`.

    Attributes:
        arguments: the type parameters of a generic class with what stands for them.
        exact: whether subclasses, where the options allow them, are not meant here but in fields only.
    """

    __slots__ = ("arguments", "cls", "exact", "options")

    def __init__(
        self,
        cls: Any,
        arguments: Mapping[Any, Any] | None = None,
        options: Options = DEFAULT_OPTIONS,
        exact: bool = False,
    ) -> None:
        self.cls: Any = cls
        self.arguments: dict[Any, Any] = dict(arguments or {})
        self.options: Options = options
        self.exact: bool = exact

    def __repr__(self) -> str:
        return f"ModelSchema({self.cls.__name__})"

    @property
    def __type_safe_convert_model__(self) -> Any:
        """The class that a field with this metadata holds, for whoever reads annotations."""
        return self.cls

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if source is not self:  # found in Annotated; asked once more for itself, so that the schema can be referred to
            return handler.generate_schema(self)
        cls = self.cls
        if pending and not is_compiling():
            _wait_for_names(cls)
        if has_own_schema_as_written(cls):
            record_of(cls).shape  # noqa: B018  # completes a model whose names could not be resolved at its definition
            return handler.generate_schema(self._by_itself(cls))
        if validates_as_origin(cls):
            return self._through_origin(cls, self._by_itself(record_of(cls).origin), handler)
        if _takes_other_keys(cls):
            return self._through_origin(cls, self._nested(record_of(cls).origin, self.arguments), handler)
        if self.options.subclasses and not self.exact:
            return self._any_of(cls, handler)
        if self._grows():
            return ModelSchema(cls, None, self.options, self.exact).__get_pydantic_core_schema__(source, handler)
        ref = self._ref()
        with defining(ref, handler) as first:
            if not first:
                return core_schema.definition_reference_schema(ref)
            enclosing: list[ModelSchema] = _enclosing.__dict__.setdefault("schemas", [])
            enclosing.append(self)
            try:
                tell_unresolved(cls)
                record = record_of(cls)
                renderer = Renderer(record.kind, record_of(record.origin).kind, self._nested)
                fields = FieldSchemas(cls, entries_of(cls), self.arguments, self.options, handler, renderer.field)
                return ModelSchemaBuilder(fields, ref).build()
            finally:
                enclosing.pop()

    def _grows(self) -> bool:
        """Whether the type arguments grow with every turn, as in a `Box[T]` that holds a `Box[list[T]]`, so that there
        is no end to them: anything stands for them then."""
        around = [schema for schema in _enclosing.__dict__.get("schemas", ()) if schema.cls is self.cls]
        return sum(_size(schema.arguments) < _size(self.arguments) for schema in around) > _TURNS

    def _by_itself(self, cls: Any) -> Any:
        """A class that pydantic reads by itself, with its type arguments as pydantic is to read them."""
        if not self.arguments:
            return cls
        record = record_of(cls)
        key = (f"{CODEC_TYPE} {self.options}", *self.arguments.items())
        if key not in record.plans:
            renderer = Renderer(record.kind, record.kind, self._nested)
            given: list[Any] = []
            for variable in cls.__parameters__:
                arg = self.arguments.get(variable, variable)
                given += [_argument(item, renderer) for item in (arg if isinstance(arg, tuple) else (arg,))]
            record.plans[key] = cls[tuple(given)]
        return record.plans[key]

    def _nested(self, cls: Any, arguments: Mapping[Any, Any]) -> Any:
        """The annotation for a model in a field of this one."""
        return annotated(Any, ModelSchema(cls, arguments, self.options))

    def _through_origin(self, cls: Any, read: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of a generated class of which each instance becomes one of the origin, which `read` describes."""
        origin = record_of(cls).origin
        view = View(origin, self.arguments) if self.arguments else None
        there, back = conversion(origin, cls, view=view), conversion(cls, origin, view=view)
        held = get_kind(record_of(cls).kind).instance_class(cls)
        record_of(origin).shape  # noqa: B018  # as above
        return core_schema.no_info_after_validator_function(
            there.compiled(),
            handler.generate_schema(read),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: back.compiled()(value) if isinstance(value, held) else value,
                return_schema=handler.generate_schema(read),
            ),
        )

    def _any_of(self, cls: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        classes: list[Any] = [item for item in (cls, *subclasses_of(cls)) if not is_abstract(item)] or [cls]
        arguments = {cls: self.arguments}
        schemas = [ModelSchema(item, arguments.get(item), self.options, exact=True) for item in classes]
        if len(schemas) == 1:
            return handler.generate_schema(schemas[0])
        # Not a union: that would try every subclass on every level.
        choose, known = chooser_of({item: entries_of(item) for item in classes})
        choices: dict[Any, CoreSchema] = {
            f"<{number}>": handler.generate_schema(schema) for number, schema in enumerate(schemas)
        }
        tag_fields = {
            key: core_schema.typed_dict_field(core_schema.literal_schema(values), required=False)
            for key, values in known.items()
        }
        choices[UNKNOWN] = core_schema.typed_dict_schema(tag_fields)  # refuses the tag
        return core_schema.tagged_union_schema(choices, choose)

    def _ref(self) -> str:
        """As pydantic takes the names of definitions from it: the class that a user wrote names it."""
        origin = record_of(self.cls).origin
        # The mark keeps it apart from pydantic's own reference to a dataclass; the name ends before the colon.
        mark = "s" if self.options.subclasses else "j"
        return f"{origin.__module__}.{origin.__qualname__}:{id(self.cls)}{mark}{argument_names(self.arguments)}"


def _takes_other_keys(cls: type) -> bool:
    """Whether an origin that pydantic does not know has values under keys that it does not declare."""
    record = record_of(cls)
    return record.origin is not cls and record.shape.extra == "allow"


def _wait_for_names(cls: type) -> None:
    """For a field of a pydantic model that is being defined while modules are imported that have names it needs:
    pydantic then builds the model when it is first used."""
    settle(cls)
    for item in reached_from(cls) if is_provisional(cls) else ():
        if is_loading(item):
            raise PydanticUndefinedAnnotation(item.__name__, f"not all names of {item.__qualname__} are there yet")


def _size(arguments: Mapping[Any, Any]) -> int:
    return sum(1 + sum(1 for _ in parts(item)) for item in arguments.values())


def _argument(annotation: Any, renderer: Renderer) -> Any:
    """A type argument as pydantic is to read it, named as the annotation is: pydantic names the definition after it."""
    rendered = renderer.render(parse(annotation))
    if isinstance(rendered, type):
        return rendered
    name = getattr(annotation, "__qualname__", None) or argument_name(annotation)

    def schema(cls: Any, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(rendered)

    return type(name, (), {"__get_pydantic_core_schema__": classmethod(schema), "__module__": __name__})


def entries_of(cls: Any) -> list[Entry]:
    """The fields of a class in its own terms: attribute, aliases and default."""
    record = record_of(cls)
    kind = get_kind(record.kind)
    fields = record.shape.fields.values()
    if record.origin is cls:
        return [
            Entry(
                field.name,
                field,
                field.default,
                kind.default_factory(field),
                kind.constructor_has_default(cls, field.name),
            )
            for field in fields
        ]
    entries = []
    for field in fields:
        attribute = kind.attribute(field.name, record.shape)
        if field.required:  # what only the origin computes is None in a generated class
            entries.append(Entry(attribute, field, MISSING if field.init else None, None))
        elif field.default_factory is None and isinstance(field.default, nodes.IMMUTABLE_SCALARS):
            entries.append(Entry(attribute, field, convert_default(record.origin, field, record.kind), None))
        else:
            entries.append(Entry(attribute, field, MISSING, _made_default(record.origin, field, record.kind)))
    return entries


def _made_default(origin: type, field: Field, kind: KindName) -> Callable[..., Any]:
    """Returns the function by which a generated class makes the default of a field."""
    if type(field.default_factory) is FromValues:
        return FromValues(lambda values: convert_default(origin, field, kind, values))
    return lambda: convert_default(origin, field, kind)
