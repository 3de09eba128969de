"""Dataclasses as pydantic knows them: its own, with a validator, and standard ones with a `Field` of pydantic."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic.dataclasses import is_pydantic_dataclass
from pydantic.fields import FieldInfo
from pydantic_core import ArgsKwargs

from type_safe_convert.errors import ConversionError, hides_input
from type_safe_convert.kinds.dataclass.instances import CallOwnInit, builder_of
from type_safe_convert.kinds.dataclass.kind import DataclassKind
from type_safe_convert.kinds.pydantic.enum_values import makes_enum_values, note_members, restore_members
from type_safe_convert.kinds.pydantic.errors import complaints_of, from_pydantic
from type_safe_convert.kinds.pydantic.fields import field_info, is_field_info_default
from type_safe_convert.kinds.pydantic.model_fields import read_field
from type_safe_convert.kinds.pydantic.type_checks import constructor_checks_types_only
from type_safe_convert.kinds.pydantic.validators import (
    apply_class_settings,
    encoders_for,
    fields_validated_before_checks,
    unwrap_rejected,
)
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.constructors import CallInit
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.readers import DictReader, InstanceReader, StateReader
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.types.enum_members import has_members
from type_safe_convert.types.lazy_annotations import own_annotations
from type_safe_convert.types.names import variables_of_fields

# Settings in `__pydantic_config__` of a dataclass for the values that it reads; its counterparts and JSON have them.
_VALIDATION_CONFIG = frozenset({
    "str_strip_whitespace", "str_to_lower", "str_to_upper", "str_min_length", "str_max_length", "strict",
    "coerce_numbers_to_str", "allow_inf_nan",
})  # fmt: skip

# Settings for text and errors, in addition.
_CARRIED_CONFIG = _VALIDATION_CONFIG | {
    "ser_json_timedelta", "ser_json_temporal", "ser_json_bytes", "ser_json_inf_nan", "val_json_bytes",
    "regex_engine",
}  # fmt: skip


class AnyDataclassKind(DataclassKind):
    """Dataclasses, those of pydantic among them."""

    drawn_classes = "type_safe_convert.kinds.pydantic.drawn_dataclasses"

    def is_undecorated(self, cls: type) -> bool:
        # Pydantic's decorator goes on where that of the standard library has ended.
        is_unfinished = "__pydantic_complete__" not in cls.__dict__ and hasattr(cls, "__pydantic_complete__")
        return super().is_undecorated(cls) or (is_unfinished and bool(own_annotations(cls)))

    def constructor_has_default(self, cls: Any, name: str) -> bool:
        # A standard dataclass would put pydantic's `Field()` itself into an instance.
        return is_pydantic_dataclass(cls) or not is_field_info_default(cls, name)

    def complaints(self, error: Exception) -> Sequence[tuple[tuple[Any, ...], str]]:
        return complaints_of(error)

    def told_by_library(self, error: Exception, cls: type, given: Mapping[str, Any]) -> ConversionError | None:
        return from_pydantic(error, cls, given) if isinstance(error, ValidationError) else None

    def validation_config(self, cls: Any) -> Mapping[str, Any]:
        own = getattr(cls, "__pydantic_config__", None) or {}
        return {key: own[key] for key in _VALIDATION_CONFIG if key in own}

    def reconstruct(self, instance: Any) -> Any:
        if hasattr(type(instance), "__pydantic_validator__"):
            return self.constructed_again(instance)
        return super().reconstruct(instance)

    def has_own_schema(self, cls: Any) -> bool:
        return is_pydantic_dataclass(cls)

    def holds_enum_values(self, cls: type) -> bool:
        return makes_enum_values(cls)

    def read(self, cls: Any) -> Shape:
        config = getattr(cls, "__pydantic_config__", None) or {}
        hidden = {"hide_input_in_errors": True} if hides_input(cls) else {}
        return dataclasses.replace(
            super().read(cls),
            extra="forbid" if config.get("extra") == "forbid" else "ignore",
            config={**{key: config[key] for key in config if key in _CARRIED_CONFIG}, **hidden},
        )

    def read_fields(self, cls: Any) -> dict[str, Field]:
        infos: Mapping[str, FieldInfo] = getattr(cls, "__pydantic_fields__", {})
        variables = variables_of_fields(cls) if infos else {}
        fields = super().read_fields(cls)
        for item in dataclasses.fields(cls):
            info = infos.get(item.name) or field_info(item, fields[item.name].annotation)
            if info is not None:
                fields[item.name] = _described(fields[item.name], info, variables.get(item.name, {}))
        apply_class_settings(cls, fields, getattr(cls, "__pydantic_config__", None) or {})
        return fields

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        reader = super().reader(cls, shape)
        if shape.cls is cls and makes_enum_values(cls):
            reader.carried, reader.always_carries = _carries_members(reader, shape), True
        described = [field for name, field in shape.fields.items() if is_field_info_default(cls, name)]
        # The constructor of a standard dataclass puts a `Field` into an instance where it was given no value.
        reader.stand_ins = {field.name: _value_of(field) for field in described}
        with_default = [field for field in described if not field.required]
        if not with_default or not isinstance(reader, DictReader):
            return reader
        instead = StateReader(
            _state_without_field_info(with_default),
            reader.carried,
            always_carries=reader.always_carries,
            optional_attributes=reader.optional_attributes,
        )
        instead.stand_ins = reader.stand_ins
        return instead

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        has_validator = hasattr(cls, "__pydantic_validator__") and cls.__init__.__module__.startswith("pydantic.")
        # The constructor makes values of the enum members that its counterparts hold.
        keeps_values = not makes_enum_values(cls)
        stores = has_validator and shape.cls is cls and constructor_checks_types_only(cls, shape)
        found = builder_of(cls, shape, _CallValidator if has_validator else _CallInit, keeps_values, stores)
        if not keeps_values and shape.cls is cls:
            found.restore = _restores_members(found.restore)
        return found


def _carries_members(reader: InstanceReader, shape: Shape) -> Callable[[Any], Carried]:
    names = [name for name, field in shape.fields.items() if has_members(field.node)]
    carried_by = reader.carried

    def carried(instance: Any) -> Carried:
        found = Carried() if carried_by is None else carried_by(instance)
        note_members(found, {name: getattr(instance, name) for name in names if hasattr(instance, name)})
        return found

    return carried


def _restores_members(restore: Callable[[Any, Carried], None]) -> Callable[[Any, Carried], None]:
    def restore_all(instance: Any, carried: Carried) -> None:
        restore(instance, carried)
        restore_members(instance, carried)

    return restore_all


def _described(field: Field, info: FieldInfo, variables: Mapping[Any, Any]) -> Field:
    """The field with what pydantic says of it."""
    said = read_field(field.name, info, variables)
    return dataclasses.replace(
        field,
        annotation=said.annotation,
        node=said.node,
        default=said.default,
        default_factory=said.default_factory,
        options={**field.options, **said.options},
        kw_only=field.kw_only or info.kw_only is True,
        repr=field.repr and said.repr,
    )


def _value_of(field: Field) -> Callable[[Any], Any]:
    """From a `Field` to the default that it describes, and from any other value to itself."""
    if field.required:
        return lambda value: value
    return lambda value: field.make_default() if isinstance(value, FieldInfo) else value


def _state_without_field_info(described: list[Field]) -> Callable[[Any], dict[str, Any]]:
    """Returns a reader for instances that hold a `Field` where their constructor was given no value."""

    def state(instance: Any) -> dict[str, Any]:
        values: dict[str, Any] = instance.__dict__
        if not any(isinstance(values.get(item.name), FieldInfo) for item in described):
            return values
        values = dict(values)
        for item in described:
            if isinstance(values.get(item.name), FieldInfo):
                values[item.name] = item.make_default(values)
        return values

    return state


class _CallInit(CallOwnInit):
    """Calls a constructor that pydantic did not write, and must not see a `Field`."""

    def __init__(self, cls: Any, shape: Shape) -> None:
        super().__init__(cls, shape)
        self.defaults = {
            field.name: field.make_default
            for field in shape.fields.values()
            if field.init and not field.required and is_field_info_default(cls, field.name)
        }

    def construct(self, instance: Any, given: dict[str, Any], restoring: bool) -> None:
        for name, make_default in self.defaults.items():
            if name not in given:
                given[name] = make_default(given)
        super().construct(instance, given, restoring)


class _CallValidator(CallInit):
    """Does what the `__init__` of a pydantic dataclass does, by field name instead of alias."""

    def __init__(self, cls: Any, shape: Shape) -> None:
        super().__init__(cls, shape)
        self.callable = True
        self.encoders = encoders_for(cls, shape.fields)
        self.decoded_fields = frozenset(self.encoders)
        self.lenient_fields = fields_validated_before_checks(cls, shape, cls.__pydantic_config__ or {})
        if makes_enum_values(cls):  # which the values of its counterparts are not
            self.kept = tuple(name for name in self.arguments if not has_members(shape.fields[name].node))

    def construct(self, instance: Any, given: dict[str, Any], restoring: bool) -> None:
        refused = unwrap_rejected(given, self.lenient_fields)
        for name, encode in self.encoders.items() if restoring else ():
            if name in given and name not in refused:
                given[name] = encode(given[name])
        try:
            self.cls.__pydantic_validator__.validate_python(
                ArgsKwargs((), given),
                strict=True if refused else None,
                self_instance=instance,
                by_alias=False,
                by_name=True,
            )
        except ValidationError as error:
            raise from_pydantic(error, self.cls, given, refused) from error


KIND = AnyDataclassKind()
