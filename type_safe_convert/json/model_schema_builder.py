"""The pydantic-core schemas that read and write a model class: one of them fits its kind."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Mapping
from types import MemberDescriptorType
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert.errors import ConversionError
from type_safe_convert.json.compilation import hide_compiled
from type_safe_convert.json.field_schemas import Entry, FieldSchemas
from type_safe_convert.json.schema_owner import is_abstract
from type_safe_convert.json.serializers import StateOf, install_serializer, set_attributes
from type_safe_convert.json.unions import READ_TAG, JsonSchema
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.readers import AttributeReader, InstanceReader
from type_safe_convert.model.shape import MISSING, Shape
from type_safe_convert.model.shape import Field as ShapeField
from type_safe_convert.model.state import object_state
from type_safe_convert.types import nodes


class ModelSchemaBuilder:
    """Builds the schema of one class that pydantic does not know by itself; its kind chooses which."""

    def __init__(self, fields: FieldSchemas, ref: str) -> None:
        self.fields = fields
        self.cls: Any = fields.cls
        self.shape: Shape = fields.shape
        self.entries: list[Entry] = fields.entries
        self.reader: InstanceReader = fields.reader
        self.arguments: dict[Any, Any] = fields.arguments
        self.ref = ref
        # A further key in the class's own JSON, and the value by which that tells the class from others.
        self.tag: tuple[str, Any] | None = None
        # Such a key in the JSON that the library of the kind writes: it is read, and neither written nor shown.
        self.foreign_tag: tuple[str, Any] | None = None
        # pydantic-core itself reads dataclasses attribute by attribute, all of which must be there.
        self.by_dict: bool = not dataclasses.is_dataclass(self.cls)
        self.metadata: dict[str, Any] = {"pydantic_js_functions": [_Description(self.cls, self.shape, fields.extra)]}

    def build(self) -> CoreSchema:
        kind = get_kind(self.fields.kind)
        if not kind.has_serializer:
            # Pydantic writes instances of these as values in models of other kinds.
            if kind.traits.instances_know_class and not (self.shape.cls is self.cls and kind.traits.is_value):
                install_serializer(self.cls)
            if is_abstract(self.cls):
                return self.abstract()
        schema: CoreSchema = kind.core_schema(self.cls, self.shape, self)
        return schema

    def model(self) -> CoreSchema:
        """For a generated model of pydantic."""
        hide_compiled(self.cls)
        extra: Any = self.fields.extra
        config: Any = {**self.fields.config(), "extra_fields_behavior": extra}  # or extra values are not written
        return core_schema.model_schema(
            self.cls, self.fields.model_fields(), config=config, ref=self.ref, metadata=self.metadata
        )

    def parametrised(self, make: Callable[[Any], Any]) -> CoreSchema:
        """For a generated model with type arguments, which `make` makes of its state, extra values and set of fields.
        Not a model schema: in the place of one pydantic-core would take what the class has by itself, with no
        arguments."""
        config = self.fields.config()
        fields: Any = {**self.fields.model_fields(), "config": config}
        serialization: Any = {**core_schema.model_ser_schema(self.cls, fields), "config": config}
        return self.read_by(make, fields, serialization, self.ref)

    def filled(self, always: Mapping[str, Any], post_init: bool = False) -> CoreSchema:
        """For a class whose instances pydantic-core can fill by itself; `always` are attributes that all have.

        `post_init`: whether their `__post_init__` runs then.
        """
        cls, shape = self.cls, self.shape
        fields = [self.fields.argument(entry) for entry in self.entries] + self.fields.init_only()
        fields += [
            core_schema.dataclass_field(
                name, core_schema.with_default_schema(core_schema.any_schema(), default=value), init=False
            )
            for name, value in always.items()
        ]
        return core_schema.dataclass_schema(
            cls,
            core_schema.dataclass_args_schema(
                cls.__name__,
                fields,
                collect_init_only=bool(shape.init_only) and shape.cls is cls,
                extra_behavior=self.fields.extra,  # type: ignore[arg-type]  # a string of these three
            ),
            [entry.attribute for entry in self.entries],
            strict=False,  # or it would take no dict
            post_init=post_init,
            slots=not cls.__dictoffset__ or any(is_slot(cls, entry.attribute) for entry in self.entries),
            ref=self.ref,
            config=self.fields.config(),
            metadata=self.metadata,
            serialization=self.serialization() if self.by_dict else None,  # else pydantic-core reads the attributes
        )

    def abstract(self) -> CoreSchema:
        """For a class of which there are no instances but those of subclasses: it is written, and not read."""
        cls = self.cls

        def check(value: Any) -> Any:
            if not isinstance(value, cls):
                raise ValueError(f"{cls.__name__} is abstract, and its subclasses were not asked for")
            return value

        # The second step takes an instance as it is; it is there because it says how to serialise one.
        checked = core_schema.no_info_plain_validator_function(
            check, metadata={"pydantic_js_functions": [lambda schema, handler: {"not": {}}]}
        )
        written = self.serialization() if self.by_dict else None
        return core_schema.chain_schema([checked, self.instances()], ref=self.ref, serialization=written)

    def instances(self) -> CoreSchema:
        """Instances as they are, and how they are written attribute by attribute."""
        cls = self.cls
        arguments = core_schema.dataclass_args_schema(
            cls.__name__, [self.fields.argument(item) for item in self.entries]
        )
        return core_schema.dataclass_schema(
            cls, arguments, [item.attribute for item in self.entries], config=self.fields.config()
        )

    def called(
        self,
        finish: Any,
        init_only: bool = False,
        allocate: Any = None,
        at_once: bool = False,
        has_defaults: bool = True,
    ) -> CoreSchema:
        """For a class that must be asked itself: values are read first, and given to it as a conversion gives them.

        Args:
            init_only: whether `finish` takes values that are no fields, too (`InitVar`).
            allocate: makes an empty instance, where the class's `__new__` does not.
            at_once: whether `finish` makes the instance.
            has_defaults: whether the class sees to its own defaults.
        """
        cls = self.cls
        allocate = allocate or (object.__new__ if cls.__new__ is object.__new__ else cls.__new__)

        rest = [field for field in self.shape.fields.values() if not field.init and not at_once]

        def make(values: dict[str, Any]) -> Any:
            made = None if at_once else allocate(cls)
            given = [(field, values.pop(field.name)) for field in rest if field.name in values]
            try:
                finished = finish(made, values, False)
            except ConversionError as error:
                raise ValueError(str(error)) from error
            for field, value in given:
                if _is_as_default(made, field):  # else `__post_init__` has computed it
                    object.__setattr__(made, field.name, value)
            return finished if at_once else made

        return self.constructed(make, init_only, has_defaults)

    def constructed(
        self, make: Callable[[dict[str, Any]], Any], init_only: bool = False, has_defaults: bool = True
    ) -> CoreSchema:
        """For a class whose instances `make` makes of values by attribute, without those that are missing."""
        cls = self.cls
        # Missing values stay missing if the class knows its own defaults, except those that a `Field` describes.
        fields = {
            entry.attribute: core_schema.typed_dict_field(
                self.fields.with_default(entry)
                if not (has_defaults and entry.constructor_has_default)
                else self.fields.value(entry.field),
                required=entry.field.required and entry.field.init,
                **entry.arguments,
            )
            for entry in self.entries
        }
        if init_only:
            fields |= {item["name"]: self.fields.init_only_key(item) for item in self.fields.init_only()}
        metadata: dict[str, Any] = {}
        if (tag := self.tag or self.foreign_tag) is not None:
            key, value = tag
            fields[key] = core_schema.typed_dict_field(core_schema.literal_schema([value]), required=False)
            make = _without(key, make)
            metadata = {"pydantic_js_functions": [_hide(key)]} if self.tag is None else {}
        values = core_schema.typed_dict_schema(
            fields,
            extra_behavior="forbid" if self.fields.extra == "forbid" else "ignore",
            config=self.fields.config(),
            metadata=metadata,
        )
        by_function = self.by_dict or cls.__dictoffset__
        serialization = self.written() if by_function else None
        schema = self.read_by(make, values, serialization, self.ref if by_function else None)
        if by_function:
            return schema
        # The second step never changes the value. The chain needs it for its serialization schema.
        return core_schema.chain_schema([schema, self.instances()], ref=self.ref)

    def record(self, other: nodes.Node | None) -> CoreSchema:
        """For a class whose instances are dicts; `other`: what may be under keys that it does not declare."""
        written = self.shape.cls is self.cls
        fields = {
            entry.field.name: core_schema.typed_dict_field(
                # The default of a key that need not be there stands for that, and is no value.
                self.fields.value(dataclasses.replace(entry.field, default=MISSING) if written else entry.field),
                required=entry.field.required and entry.field.init,
                **entry.arguments,
            )
            for entry in self.entries
        }
        extra: Any = self.fields.extra
        return core_schema.typed_dict_schema(
            fields,
            cls=self.cls,
            extra_behavior=extra,
            extras_schema=None if other is None else self.fields.of_node(other),
            config=self.fields.config(),
            ref=self.ref,
            metadata=self.metadata,
        )

    def read_by(self, make: Callable[[Any], Any], values: Any, serialization: Any, ref: str | None) -> Any:
        """An instance as it is, or what `make` makes of what `values` reads."""
        cls = self.cls
        read = core_schema.no_info_after_validator_function(make, values)
        # A union in which pydantic finds the tags of a discriminated union around it, and whose members are read from
        # JSON as such: what a function is given has been made Python's.
        return core_schema.tagged_union_schema(
            {
                READ_TAG: read,
                "<instance>": core_schema.no_info_wrap_validator_function(lambda value, handler: value, values),
            },
            lambda value: "<instance>" if isinstance(value, cls) else READ_TAG,
            metadata={
                "pydantic_js_functions": [
                    lambda schema, handler: handler(read),
                    *self.metadata["pydantic_js_functions"],
                ]
            },
            serialization=serialization,
            ref=ref,
        )

    def written(self) -> Any:
        """Serialization of instances that a constructor made: by attribute, if not all values are in their dict."""
        return self.serialization() if self.by_dict else self.instances()

    def serialization(self) -> Any:
        """Serialization of instances."""
        state = self.reader.state
        if state is None and isinstance(self.reader, AttributeReader):
            attribute_of = {entry.field.name: entry.attribute for entry in self.entries}
            state = functools.partial(set_attributes, attribute_of)
        if state is None:
            # pydantic-core reads the key `config` here as in a model's schema; the helper has no argument for it.
            return {
                **core_schema.model_ser_schema(self.cls, self.fields.model_fields()),
                "config": self.fields.config(),
            }
        entries = {
            entry.field.name: core_schema.typed_dict_field(
                self.fields.value(entry.field), required=False, **entry.arguments
            )
            for entry in self.entries
        }
        if self.tag is not None:
            key, value = self.tag
            entries = {key: core_schema.typed_dict_field(core_schema.any_schema()), **entries}
            state = _with(key, value, state)
        names = tuple(key for key, item in entries.items() if not item.get("serialization_exclude"))
        tests = {key: item.pop("serialization_exclude_if", None) for key, item in entries.items()}
        exact = core_schema.typed_dict_schema(entries, config=self.fields.config())
        return core_schema.plain_serializer_function_ser_schema(
            StateOf(self.cls, state, names, {key: test for key, test in tests.items() if test is not None}),
            # An instance of a subclass is written as its own class says.
            return_schema=core_schema.union_schema(
                [exact, self.instances()],
                metadata={"pydantic_js_functions": [lambda schema, handler: handler(exact)]},
            ),
        )


def _hide(key: str) -> Callable[[Any, GetJsonSchemaHandler], JsonSchema]:
    """Leaves a key out of a JSON Schema."""

    def show(schema: Any, handler: GetJsonSchemaHandler) -> JsonSchema:
        shown = handler(schema)
        shown["properties"].pop(key)
        return shown

    return show


def _without(key: str, make: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def make_without(values: dict[str, Any]) -> Any:
        values.pop(key, None)
        return make(values)

    return make_without


def _with(key: str, value: Any, state: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    return lambda instance: {key: value, **state(instance)}


def _is_as_default(instance: Any, field: ShapeField) -> bool:
    """Whether an instance's constructor left a field unset, or at its default."""
    if not hasattr(instance, field.name):
        return True
    value, default = getattr(instance, field.name), field.make_default(object_state(instance))
    return value is default or (type(value) is type(default) and bool(value == default))


class _Description:
    """Completes the JSON Schema of a class: its own name and text, and whether other keys are refused."""

    def __init__(self, cls: type, shape: Shape, extra: str) -> None:
        self.cls = cls
        self.shape = shape
        self.extra = extra

    def __call__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        shown = handler(schema)
        if not isinstance(shown.get("additionalProperties"), dict):  # else it says what they may be
            shown.pop("additionalProperties", None)
        shown["title"] = self.shape.config.get("title") or self.shape.name
        doc = self.shape.doc
        shown.pop("description", None)
        if doc:
            shown["description"] = inspect.cleandoc(doc)
        if self.extra == "forbid":
            shown["additionalProperties"] = False
        return shown


def is_slot(cls: type, attribute: str) -> bool:
    """Whether the class or a base keeps the attribute in a slot; a class may have a `__dict__` for the others."""
    return isinstance(inspect.getattr_static(cls, attribute, None), MemberDescriptorType)
