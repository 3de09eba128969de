"""Forms of single values in JSON, where pydantic has none or another: metadata for `Annotated`."""

from __future__ import annotations

import base64
import collections
import contextlib
import enum
import inspect
import math
import sys
import threading
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import CoreSchema, core_schema

from type_safe_convert.json.python_values import defaultdict_from_dict
from type_safe_convert.kinds.type_safe.primitives import json_rules
from type_safe_convert.kinds.type_safe.quick_constructors import quick_constructor
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import ContainerType
from type_safe_convert.types.render import annotated
from type_safe_convert.values.copying import BUILTIN_VALUE

JsonSchema = dict[str, Any]

_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

# The label of what is read besides; in errors, that it does not fit either says nothing.
FALLBACK_TAG = "or-else"


def typing_collection(cls: Any, expected_type: Any) -> Callable[[Any], Any]:
    """`ContainerType.make` for one class, written out: it runs once for each list in the data."""
    new = cls.__new__
    fill: Any = list.extend if issubclass(cls, list) else set.update

    def typed(items: Any) -> Any:
        made = new(cls)
        fill(made, items)
        made.expected_type = expected_type
        return made

    return typed


def typing_dict(cls: Any, key_type: Any, value_type: Any) -> Callable[[Any], Any]:
    new, fill = cls.__new__, dict.update

    def typed(items: Any) -> Any:
        made = new(cls)
        fill(made, items)
        made.expected_key_type = key_type
        made.expected_value_type = value_type
        return made

    return typed


def typing_tuple(expected_types: tuple[Any, ...]) -> Callable[[Any], Any]:
    return ContainerType(Type_Safe__Tuple, {"expected_types": expected_types}).make


class After:
    """A function over the value that the annotation gives; it is written as the annotation says."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.function, handler(source))


class FloatSchema:
    """A float, with the three values that JSON has no number for as strings; they are written so."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _number_or_word(handler(source))


def _number_or_word(number: CoreSchema) -> CoreSchema:
    words = core_schema.chain_schema(
        [
            core_schema.literal_schema(list(_NOT_FINITE)),
            core_schema.no_info_plain_validator_function(_NOT_FINITE.__getitem__),
            number,
        ]
    )
    # One error, as a float alone has; but where a constraint may be what refused, each must speak for itself.
    plain = number == core_schema.float_schema()
    return core_schema.union_schema(
        [number, (words, FALLBACK_TAG)],
        mode="left_to_right",
        custom_error_type="float_type" if plain else None,
        serialization=core_schema.simple_ser_schema("float"),
        metadata={"pydantic_js_functions": [_show_first]},
    )


class DecimalSchema:
    """A Decimal; its JSON Schema says which text is one."""

    pattern = r"^[-+]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,9})?|s?NaN|Infinity)$"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        # pydantic-core counts no digits of infinity.
        any_value = schema["type"] == "decimal" and not {"max_digits", "decimal_places"} & schema.keys()
        return {**schema, "allow_inf_nan": schema.get("allow_inf_nan", True)} if any_value else schema

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        shown = handler(schema)
        for item in (shown, *shown.get("anyOf", ())):
            if item.get("type") == "string":
                item.setdefault("pattern", self.pattern)
        return shown


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


class FractionSchema:
    """A fraction, also from its text: pydantic-core writes that into dicts of Python's values too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = {**handler(source), "strict": False}
        return schema


class EnumSchema:
    """An enum that is also read by the names of its members, as Type_Safe does; written by value, or by name where some
    value has no form in JSON from which it could be told."""

    __slots__ = ("cls",)

    def __init__(self, cls: type[enum.Enum]) -> None:
        self.cls = cls

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        cls = self.cls
        members = dict(cls.__members__)
        schema = handler.generate_schema(cls)
        if handler.resolve_ref_schema(schema)["type"] != "enum":
            return schema
        names = core_schema.chain_schema(
            [
                core_schema.literal_schema(list(members)),
                core_schema.no_info_plain_validator_function(members.__getitem__),
            ]
        )
        by_name = written_by_name(cls)
        either = core_schema.union_schema(
            [schema, (names, FALLBACK_TAG)],
            mode="left_to_right",
            metadata={"pydantic_js_functions": [self._show_names if by_name else _show_first]},
        )
        if not by_name:
            # The second step takes a member as it is; it is there because it says how to serialise one.
            return core_schema.chain_schema([either, handler.generate_schema(cls)])
        either["serialization"] = core_schema.plain_serializer_function_ser_schema(
            lambda value: value.name if isinstance(value, cls) else value, when_used="json-unless-none"
        )
        return either

    def _show_names(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return {"title": self.cls.__name__, "type": "string", "enum": list(self.cls.__members__)}


def has_other_form(value: Any) -> bool:
    """Whether pydantic does not read what it writes for a value of a Literal: bytes, or a member of an enum that is no
    text and no number itself."""
    return isinstance(value, bytes | enum.Enum) and not isinstance(value, str | int | float)


def _form_of(value: Any) -> Any:
    """The form in JSON of such a value: base64, the value of a member where JSON has it, or its name."""
    if not isinstance(value, enum.Enum):
        return base64.urlsafe_b64encode(value).decode()
    plain = type(value.value) in (str, int, float, bool) and value.value == value.value
    return value.value if plain and value.value not in _NOT_FINITE.values() else value.name


class LiteralSchema:
    """A Literal with values that are read by another form in JSON."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        forms = {(type(item), item): _form_of(item) for item in self.values if has_other_form(item)}
        values = {(type(form), form): item for (_, item), form in forms.items()}

        def read(value: Any) -> Any:
            try:
                return values[type(value), value]
            except (KeyError, TypeError):  # the latter for what has no hash
                raise ValueError("no value of the Literal") from None

        def write(value: Any) -> Any:
            return forms.get((type(value), value), value) if isinstance(value, bytes | enum.Enum) else value

        return core_schema.union_schema(
            [handler(source), (core_schema.no_info_plain_validator_function(read), FALLBACK_TAG)],
            mode="left_to_right",
            serialization=core_schema.plain_serializer_function_ser_schema(write, when_used="json-unless-none"),
            metadata={"pydantic_js_functions": [self._show]},
        )

    def _show(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return handler(
            core_schema.literal_schema([_form_of(item) if has_other_form(item) else item for item in self.values])
        )


def written_by_name(cls: type[enum.Enum]) -> bool:
    values = [member.value for member in cls.__members__.values()]
    return not all(isinstance(value, str | int | float) and value == value for value in values)


class PrimitiveSchema:
    """A Type_Safe primitive, or the plain base type instead (`keep` is False).

    It is read from a value of its base type, as its JSON Schema says; then its constructor decides.
    """

    __slots__ = ("cls", "keep")

    def __init__(self, cls: Any, keep: bool) -> None:
        self.cls = cls
        self.keep = keep

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        cls, base = self.cls, self.cls.__primitive_base__
        plain = None if self.keep else BUILTIN_VALUE[base]

        def make(value: Any) -> Any:
            try:
                made = cls(value)
            except ValueError:
                raise
            except (TypeError, ArithmeticError) as error:
                raise ValueError(str(error)) from None
            return made if plain is None else plain(made)

        construct = make if plain else quick_constructor(cls, make)
        value = _base_schema(base)
        read: CoreSchema = core_schema.no_info_after_validator_function(construct, value)
        if base is not str:  # pydantic's lax mode makes a number of a bool
            lax = core_schema.no_info_before_validator_function(_no_bool, value)
            read = core_schema.lax_or_strict_schema(
                core_schema.no_info_after_validator_function(construct, lax), strict_schema=read
            )
        return core_schema.json_or_python_schema(
            json_schema=read,
            python_schema=core_schema.no_info_wrap_validator_function(
                lambda value, handler: value if type(value) is cls and plain is None else handler(value), read
            ),
            serialization=core_schema.simple_ser_schema(base.__name__),
            metadata={"pydantic_js_functions": [self._show]},
        )

    def _show(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        base = self.cls.__primitive_base__
        name = "string" if base is str else "integer" if base is int else "number"
        return {"type": name, **json_rules(self.cls)}


def _base_schema(base: type) -> CoreSchema:
    if base is float:
        return _number_or_word(core_schema.float_schema())
    return core_schema.str_schema() if base is str else core_schema.int_schema()


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a boolean is no number")
    return value


class TupleSchema:
    """A tuple of fixed items; an empty one fits too, since that is Type_Safe's own default."""

    __slots__ = ("finish",)

    def __init__(self, finish: Callable[[Any], Any]) -> None:
        self.finish = finish

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        nothing = core_schema.tuple_schema([], min_length=0, max_length=0)
        either = core_schema.union_schema([handler(source), (nothing, FALLBACK_TAG)], mode="left_to_right")
        return either if self.finish is tuple else core_schema.no_info_after_validator_function(self.finish, either)


class RecordSchema:
    """A TypedDict: a dict with these keys."""

    __slots__ = ("extra", "items", "node")

    def __init__(self, node: nodes.TypedDictNode, items: dict[str, Any], extra: Any) -> None:
        self.node = node
        self.items = items
        self.extra = extra

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields = {
            name: core_schema.typed_dict_field(handler.generate_schema(item), required=name in self.node.required)
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
        self.cls = cls
        self.items = items

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schemas = {name: handler.generate_schema(item) for name, item in self.items.items()}
        defaults = {name: value for name, value in self.cls._field_defaults.items() if name in schemas}
        items = {
            name: core_schema.with_default_schema(schema, default=defaults[name]) if name in defaults else schema
            for name, schema in schemas.items()
        }
        written: Any = core_schema.plain_serializer_function_ser_schema(
            lambda value: tuple(value) if isinstance(value, tuple) else value,
            return_schema=core_schema.tuple_schema(list(schemas.values())),
        )
        if hasattr(core_schema, "named_tuple_schema"):  # since pydantic 2.14, whose unions prefer a list where both fit
            fields = [core_schema.named_tuple_field(name, schema) for name, schema in items.items()]
            return core_schema.named_tuple_schema(self.cls, fields, serialization=written)
        parameters = [core_schema.arguments_parameter(name, schema) for name, schema in items.items()]
        return core_schema.call_schema(
            # Or its JSON Schema would be that of the object only.
            core_schema.arguments_schema(parameters, metadata={"pydantic_js_prefer_positional_arguments": True}),
            self.cls,
            serialization=written,
        )


class RecursionSchema:
    """A type alias, TypedDict or NamedTuple that stands in itself: a definition, and references to it."""

    __slots__ = ("name", "ref", "render")

    def __init__(self, cls: Any, arguments: Mapping[Any, Any], kinds: str, render: Callable[[], Any]) -> None:
        self.name = getattr(cls, "__qualname__", cls.__name__)
        # In the form from which pydantic makes the names of definitions.
        self.ref = f"{cls.__module__}.{self.name}:{id(cls)}{kinds}{argument_names(arguments)}"
        self.render = render

    def __repr__(self) -> str:
        return f"RecursionSchema({self.name})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if source is not self:  # found in Annotated; asked once more for itself, so that the schema can be referred to
            return handler.generate_schema(self)
        reference = core_schema.definition_reference_schema(self.ref)
        with defining(self.ref, handler) as first:
            if not first:
                return reference
            schema: Any = handler.generate_schema(self.render())
        if schema["type"] == "definition-ref" or "ref" in schema:
            return core_schema.chain_schema([schema], ref=self.ref)
        return {**schema, "ref": self.ref}


_started = threading.local()


@contextlib.contextmanager
def defining(ref: str, handler: GetCoreSchemaHandler) -> Iterator[bool]:
    """While the schema with that reference is made; whether it is to be made, and is not there or on its way."""
    refs: set[str] = _started.__dict__.setdefault("refs", set())
    if ref in refs or _is_defined(ref, handler):
        yield False
        return
    refs.add(ref)
    try:
        yield True
    finally:
        refs.discard(ref)


def _is_defined(ref: str, handler: GetCoreSchemaHandler) -> bool:
    try:
        handler.resolve_ref_schema(core_schema.definition_reference_schema(ref))
    except LookupError:
        return False
    return True


def argument_names(arguments: Mapping[Any, Any]) -> str:
    """Type arguments as part of a reference: pydantic takes the names of definitions from what is before a colon."""
    names = ",".join(f"{argument_name(item)}:{id(item)}" for item in arguments.values())
    return f"[{names}]" if names else ""


def argument_name(annotation: Any) -> str:
    if isinstance(annotation, type):
        return f"{annotation.__module__}.{annotation.__qualname__}"
    return "".join(item if item.isalnum() else "_" for item in str(annotation))


class OpaqueSchema:
    """A value that has no form in JSON; instances pass as they are."""

    __slots__ = ("accepts", "name")

    def __init__(self, accepts: Callable[[Any], bool], name: str) -> None:
        self.accepts = accepts
        self.name = name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(value: Any) -> Any:
            if not self.accepts(value):
                raise ValueError(f"expected {self.name}, which has no form in JSON")
            return value

        return core_schema.no_info_plain_validator_function(
            check,
            serialization=core_schema.plain_serializer_function_ser_schema(self.written, when_used="json-unless-none"),
            metadata={"pydantic_js_functions": [lambda schema, handler: {"not": {}}]},
        )

    def written(self, value: Any) -> Any:
        """A model is written, for whoever reads it as such; anything else could not be read."""
        if kind_of_class(type(value)) is None and self.accepts(value):
            raise ValueError(f"a {type(value).__name__} in a field of {self.name} has no form in JSON")
        return value


class ClassSchema(OpaqueSchema):
    """A class, written as `module.Name`, and found again only among the modules that are imported already."""

    __slots__ = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def find(value: Any) -> Any:
            found = find_class(value) if isinstance(value, str) else value
            if not self.accepts(found):
                raise ValueError(f"expected {self.name}, as module.Name")
            return found

        return core_schema.no_info_plain_validator_function(
            find,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: f"{value.__module__}.{value.__qualname__}" if isinstance(value, type) else value,
                when_used="json-unless-none",
            ),
            metadata={"pydantic_js_functions": [lambda schema, handler: {"type": "string", "format": "python-class"}]},
        )


def find_class(place: str) -> Any:
    """The class at `package.module.Outer.Inner` in a module that is imported; None where there is none."""
    parts = place.split(".")
    for size in range(len(parts) - 1, 0, -1):
        found: Any = sys.modules.get(".".join(parts[:size]))
        if found is not None:
            for name in parts[size:]:
                found = inspect.getattr_static(found, name, None)
            return found if isinstance(found, type) else None
    return None


class TagsOrNone(list[Any]):
    """The values of a Literal field, and None, which any field of a Type_Safe class may be.

    Iterating leaves None out: so pydantic shows the field, and so it finds the tags of a discriminated union, where the
    None of two classes would be one tag for both. pydantic-core reads the list itself.
    """

    def __iter__(self) -> Iterator[Any]:
        return (value for value in super().__iter__() if value is not None)


# JSON Schema


def show_without_null(schema: Any, handler: GetJsonSchemaHandler) -> JsonSchema:
    shown = handler(schema)
    members = [item for item in shown.pop("anyOf", ()) if item != {"type": "null"}]
    if len(members) != 1:
        return {"anyOf": members, **shown} if members else shown
    return _alone(members[0], shown, handler)


def _show_first(schema: Any, handler: GetJsonSchemaHandler) -> JsonSchema:
    shown = handler(schema)
    members = shown.pop("anyOf", None)
    return _alone(members[0], shown, handler) if members else shown


def _alone(member: JsonSchema, others: JsonSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
    if "$ref" in member:
        try:
            handler.resolve_ref_schema(member)
        except LookupError:  # pydantic looks up what a bare reference refers to, which may not be there yet
            return {"allOf": [member], **others}
    return {**member, **others}
