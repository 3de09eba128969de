"""Instances of models: how they are read, filled, and validated."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, SchemaValidator

from type_safe_convert.errors import ConversionError, ValueConversionError
from type_safe_convert.kinds.pydantic.carried import (
    become,
    carried_by,
    changing_defaults,
    is_still_unset,
    restore,
    restorer,
    set_extra,
    set_fields_set,
    set_private,
    unset_values,
)
from type_safe_convert.kinds.pydantic.enum_values import makes_enum_values
from type_safe_convert.kinds.pydantic.errors import from_pydantic
from type_safe_convert.kinds.pydantic.generated_classes import attribute_of
from type_safe_convert.kinds.pydantic.model_fields import field_validator, read_field
from type_safe_convert.kinds.pydantic.type_checks import (
    changed_by_post_init_only,
    fields_with_own_code,
    has_own_code,
    makes_instances,
    own_code,
    validates_types_only,
)
from type_safe_convert.kinds.pydantic.types import refuses_only_instances
from type_safe_convert.kinds.pydantic.validators import (
    MadeByValidators,
    OwnInit,
    after_validators,
    encoders_for,
    fields_validated_before_checks,
    unwrap_rejected,
)
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.instances import CallBuilder, InstanceBuilder, ModelBuilder
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.readers import DictReader, InstanceReader
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.types.enum_members import has_members


def reader_of(cls: Any, shape: Shape) -> InstanceReader:
    if shape.cls is cls:
        return _ModelReader(cls, shape)
    if shape.extra != "allow":
        return _GeneratedModelReader(Carried.by)
    names = {attribute_of(name, shape): name for name in shape.fields}
    tells_absent = get_kind(shape.kind).builder(shape.cls, shape).keeps_unset
    reader = _GeneratedModelReader(
        (lambda model: _with_absent(model, names)) if tells_absent else _carried_by_generated
    )
    reader.holds_extra, reader.tells_absent = True, tells_absent
    return reader


def builder_of(cls: Any, shape: Shape) -> InstanceBuilder:
    if shape.cls is not cls or validates_types_only(cls, shape):
        return _ModelBuilder(cls, shape)
    lenient = fields_validated_before_checks(cls, shape, cls.model_config)  # type: ignore[attr-defined]  # mypy narrows it to `type`
    validation = _ValidateModel(cls, shape, lenient)
    return _ValidatedModelBuilder(
        validation,
        restore,
        means=lambda: own_code(cls, shape),
        unchecked=_FillModel(cls),
        lenient_fields=lenient,
        decoded_fields=frozenset(validation.encoders),
        recall=_recall if has_own_code(cls, shape) else None,
    )


class _ValidatedModelBuilder(CallBuilder):
    """Fills instances of a model class by its validator."""

    removes = True

    def __init__(self, validation: _ValidateModel, *functions: Any, means: Callable[[], str], **more: Any) -> None:
        super().__init__(validation, *functions, **more)
        self.validation = validation
        self._means = means

    def means(self) -> str:
        return self._means()

    def emit_call(self, source: SourceWriter, made: str, values: str, instance: str) -> bool:
        validation = self.validation
        cls = validation.cls
        if validation.encoders or validation.makes_instances or cls.__pydantic_root_model__ or validation.own_init:
            return False
        refusal = source.name(validation.refusal, "refusal")
        source.add(2, f"values = {values}", "try:")
        source.add(
            3,
            "found = Target.__pydantic_validator__.validate_python("
            f"values, self_instance={made}, by_alias=False, by_name=True)",
            f"if found is not {made}:",
            f"    {source.name(become, 'become')}({made}, found)",
        )
        source.add(2, "except Exception as problem:", f"    raise {refusal}(problem, values, {instance}) from problem")
        return True


def _with_absent(model: Any, names: Mapping[str, str]) -> Carried:
    """Adds the fields that the origin lacked: the unset ones, since extra values have the place of what is carried."""
    carried = _carried_by_generated(model)
    if absent := {name for attribute, name in names.items() if attribute not in model.__pydantic_fields_set__}:
        carried.marks["absent"] = absent
    return carried


def _carried_by_generated(model: Any) -> Carried:
    carried = Carried.by(model)
    if model.__pydantic_extra__:
        carried.values["extra"] = {**carried.values.get("extra", {}), **model.__pydantic_extra__}
    return carried


class _GeneratedModelReader(DictReader):
    """Reads instances of a generated model class."""

    holds_extra = False
    tells_absent = False
    by_name = False  # the `__getattr__` of a BaseModel makes that slow, and its instances have a dict

    def unset(self, instance: Any) -> Collection[str]:
        fields: Mapping[str, Any] = type(instance).__pydantic_fields__
        return fields.keys() - instance.__pydantic_fields_set__

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        tests = super().emit_tests(source, instance, state, fields)
        if self.holds_extra:
            tests.append(f"{instance}.__pydantic_extra__")
        if self.tells_absent:
            tests.append(f"len({instance}.__pydantic_fields_set__) != {fields}")
        return tests

    def extra(self, instance: Any) -> Mapping[str, Any]:
        return super().extra(instance) or getattr(instance, "__pydantic_extra__", None) or {}


class _ModelReader(_GeneratedModelReader):
    """Reads instances of a model class that a user wrote."""

    def __init__(self, cls: Any, shape: Shape) -> None:
        super().__init__(carried_by)
        self.cls = cls
        self.shape = shape
        self.removable_attributes = frozenset(name for name, field in shape.fields.items() if not field.required)

    @functools.cached_property
    def has_validators(self) -> bool:
        """Whether its validators may set fields without marking them as set, so that what is unset needs a closer
        look."""
        return not validates_types_only(self.cls, self.shape)

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        tests = super().emit_tests(source, instance, state, fields)
        if self.shape.extra == "allow":
            tests.append(f"{instance}.__pydantic_extra__")
        if self.cls.__private_attributes__:
            tests.append(f"{instance}.__pydantic_private__")
        return [*tests, self._is_unset(instance)] if self.has_validators else tests

    def emit_marks(self, source: SourceWriter, instance: str) -> tuple[str, str] | None:
        if self.has_validators:
            return None
        test = f"len((f := {instance}.__pydantic_fields_set__)) != {len(self.shape.fields)}"
        marks = "{'fields_set': {*f}}"
        if changing := changing_defaults(self.cls):

            def marks_of_set(model: Any, fields_set: set[str]) -> dict[str, Any]:
                unset = unset_values(model, fields_set, changing)
                return {"fields_set": {*fields_set}, "unset": unset} if unset else {"fields_set": {*fields_set}}

            marks = f"{source.name(marks_of_set, 'marks_of_set')}({instance}, f)"
        if tags := {name for name, field in self.shape.fields.items() if _is_tag(field)}:
            # Callers often leave out the tag of an instance, and hardly ever another field.
            usual = frozenset(self.shape.fields.keys() - tags)
            known = source.name({"fields_set": usual}, "marks")
            marks = f"{known} if f == {source.name(usual, 'usual')} else {marks}"
        return test, marks

    def emit_unset(self, source: SourceWriter, instance: str, attributes: frozenset[str]) -> str:
        if self.shape.extra == "allow":  # the set has the names of extra values as well
            return super().emit_unset(source, instance, attributes)
        return self._is_unset(instance)

    def _is_unset(self, instance: str) -> str:
        return f"len({instance}.__pydantic_fields_set__) != {len(self.shape.fields)}"


def _is_tag(field: Field) -> bool:
    """Whether every instance has the same value in a field, which it has by default."""
    return isinstance(field.node, nodes.LiteralNode) and len(field.node.values) == 1 and not field.required


class _ModelBuilder(ModelBuilder):
    """Fills instances of a model class whose validator only checks types."""

    removes = True

    def __init__(self, cls: Any, shape: Shape) -> None:
        super().__init__(_FillModel(cls), restore)
        self.cls = cls
        self.takes_extra = cls.model_config.get("extra") == "allow"
        self.shape = shape
        # The origin's builder asks which fields were set.
        self.tells_unset = shape.cls is not cls and get_kind(shape.kind).builder(shape.cls, shape).keeps_unset

    def carry(self, instance: Any, carried: Carried) -> None:
        if absent := carried.marks.get("absent"):  # what a row has not loaded, a dump without unset fields leaves out
            attributes = {attribute_of(name, self.shape) for name in absent}
            set_fields_set(instance, instance.__pydantic_fields_set__ - attributes)
        if self.takes_extra:  # whatever else is in the `__dict__` is written into JSON then
            set_extra(instance, {**(instance.__pydantic_extra__ or {}), **carried.values.pop("extra", {})})
            if self.tells_unset:
                carried.marks.pop("absent", None)
        if carried:
            super().carry(instance, carried)

    def emit_restore(self, source: SourceWriter, made: str, marks: str) -> str | None:
        return f"{source.name(restorer(self.cls), 'restore')}({made}, {marks})"

    def emit_end(self, source: SourceWriter, indent: int, made: str, given: frozenset[str]) -> None:
        source.namespace.update(
            given=given, set_fields_set=set_fields_set, set_extra=set_extra, set_private=set_private
        )
        source.add(
            indent,
            f"set_fields_set({made}, {{*given}})",
            f"set_extra({made}, {'{}' if self.takes_extra else 'None'})",
            f"set_private({made}, None)",
        )


def _recall(model: Any, values: dict[str, Any], restoring: bool) -> None:
    """Fills a model as `copy.copy` does; extra and private values follow from what was remembered."""
    cls = type(model)
    fields = cls.__pydantic_fields__
    model.__dict__.update({name: values[name] for name in fields if name in values})
    set_fields_set(model, {name for name in values if name in fields})
    set_extra(model, {} if cls.model_config.get("extra") == "allow" else None)
    set_private(model, {} if cls.__private_attributes__ else None)


class _FillModel:
    """Fills an allocated model from values that need no validation; its other fields get their defaults."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls

    def __call__(self, model: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        cls = self.cls
        if carried is not None:  # an extra value may be called as a field is that has an alias
            values = {**carried.values.get("extra", {}), **values}
        fields = cls.__pydantic_fields__
        extra = {name: value for name, value in values.items() if name not in fields}
        state = model.__dict__
        for name, info in fields.items():
            default = None if name in values else info.get_default(call_default_factory=True, validated_data=state)
            state[name] = values.get(name, default)
        set_fields_set(model, {name for name in values if name in fields})
        set_extra(model, extra if cls.model_config.get("extra") == "allow" else None)
        set_private(model, None)
        model.model_post_init(None)


class _ValidateModel:
    """Fills an allocated model through its class's own validator; unset defaults keep out of it, as with pydantic."""

    def __init__(self, cls: Any, shape: Shape, lenient: frozenset[str]) -> None:
        self.cls = cls
        self.lenient = lenient
        infos: dict[str, FieldInfo] = cls.__pydantic_fields__
        self.encoders = encoders_for(cls, {name: read_field(name, info) for name, info in infos.items()})
        self.kept = changed_by_post_init_only(cls)
        self.fill = _FillModel(cls)
        self.makes_instances = makes_instances(shape)
        self.own_init = OwnInit(cls) if cls.__pydantic_custom_init__ and not cls.__pydantic_root_model__ else None
        makes_values = makes_enum_values(cls)  # of the members that a counterpart holds
        made = fields_with_own_code(cls, shape)
        self.made = MadeByValidators(
            cls, [name for name in made if not (makes_values and has_members(shape.fields[name].node))]
        )

    def __call__(self, model: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        asked = unwrap_rejected(values, self.lenient)
        given = dict(values) if restoring else {}
        unchanged = self.made.unchanged(values, carried) if restoring else frozenset()
        if asked and unchanged:
            asked = {name: error for name, error in asked.items() if name not in unchanged}
        unset: dict[str, Any] = {}
        if carried is not None and "fields_set" in carried.marks:
            infos = self.cls.__pydantic_fields__
            for name in [name for name in values if name not in carried.marks["fields_set"]]:
                info = infos.get(name)
                if info and not info.is_required() and is_still_unset(name, info, given or values, carried):
                    unset[name] = values.pop(name)
        if carried is not None and (extra := carried.values.get("extra")):
            fields = self.cls.__pydantic_fields__
            values.update({name: value for name, value in extra.items() if name not in fields})
        if restoring:
            for name, encode in self.encoders.items():
                if name in values and name not in asked and name not in unchanged:
                    values[name] = encode(values[name])
        strict = True if asked else None
        given_to_it = values.get("root", PydanticUndefined) if self.cls.__pydantic_root_model__ else values
        validator = self.made.validator_without(unchanged.intersection(values))
        try:
            if self.own_init is not None and not strict and self.own_init.fill(model, values, carried):
                found = model
            else:
                found = validator.validate_python(
                    given_to_it, strict=strict, self_instance=model, by_alias=False, by_name=True
                )
            become(model, found)
        except ConversionError:
            raise
        except Exception as error:
            if asked or not refuses_only_instances(error, given_to_it):
                raise self.error_of(error, given_to_it, asked) from error
            self.fill(model, {name: self.value_of(name, value) for name, value in values.items()}, restoring, carried)
            if self.after is not None:
                self.validate_after(model, asked)
        state = model.__dict__
        state.update(unset)
        for name in (*self.kept, *self.encoders):
            if name in given:
                state[name] = given[name]

    @functools.cached_property
    def after(self) -> SchemaValidator | None:
        """The class's model validators in the mode "after"."""
        return after_validators(self.cls)

    def validate_after(self, model: Any, asked: Mapping[str, ConversionError]) -> None:
        assert self.after is not None
        try:
            become(model, self.after.validate_python(model))
        except ConversionError:
            raise
        except Exception as error:
            raise self.error_of(error, model, asked) from error

    def value_of(self, name: str, value: Any) -> Any:
        """The value of a field by its own validator; an instance of a class that pydantic makes of text stays."""
        validator = field_validator(self.cls, name)
        try:
            return value if validator is None else validator.validate_python(value)
        except ValidationError:
            return value if name in self.encoders else self.makers[name](value)

    @functools.cached_property
    def makers(self) -> Mapping[str, Callable[[Any], Any]]:
        """Functions by field that make such instances of the text beside others."""
        from type_safe_convert.conversion.field_checks import field_checks

        return field_checks(self.cls)

    def error_of(self, error: Exception, given: Any, asked: Mapping[str, ConversionError]) -> ConversionError:
        """Returns our error for one that the validator raised."""
        if isinstance(error, ValidationError):
            return from_pydantic(error, self.cls, given, asked)
        return ValueConversionError(f"its validator raised {type(error).__name__}: {error}").caused_by(error)

    def refusal(self, error: Exception, values: dict[str, Any], instance: Any) -> ConversionError:
        """Returns our error for one that the validator raised for the values of an instance."""
        found = error if isinstance(error, ConversionError) else self.error_of(error, values, {})
        found.source = instance
        return found
