"""Pydantic models: `BaseModel` subclasses, RootModels and parametrised generics among them."""

from __future__ import annotations

import contextlib
import copyreg
import dataclasses
import enum
import inspect
import keyword
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import annotated_types
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, RootModel, ValidationError
from pydantic import Field as pydantic_field
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticUndefined, SchemaValidator, core_schema

from type_safe_convert.conversion.unchanged import is_same, snapshot
from type_safe_convert.errors import ClassConversionError, ConversionError, ValueConversionError
from type_safe_convert.kinds.pydantic.annotations import EagerItems, typed_dict
from type_safe_convert.kinds.pydantic.fields import options_in
from type_safe_convert.kinds.pydantic.metadata import RefinedRules, pydantic_metadata
from type_safe_convert.kinds.pydantic.types import expand_metadata, is_function_validator, parse_metadata, parse_type
from type_safe_convert.kinds.pydantic.validators import (
    fields_that_take_more,
    from_pydantic,
    seen_by_validators,
    take_unjudged,
)
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.family import LINK, hashes_by_value, own_field_names, reduce_class
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.instances import CallBuilder, DictReader, InstanceBuilder, InstanceReader, ModelBuilder
from type_safe_convert.model.kind import MadeField, ModelKind, Traits, hash_of
from type_safe_convert.model.made import MadeClass
from type_safe_convert.model.registry import kind_of_class
from type_safe_convert.model.shape import MISSING, Field, FromValues, Shape, exact
from type_safe_convert.types import nodes
from type_safe_convert.types.names import names_for, resolve_hints, self_of
from type_safe_convert.types.parse import parse
from type_safe_convert.types.render import annotated
from type_safe_convert.types.type_variables import SELF, substitute
from type_safe_convert.values.constraints import input_forms
from type_safe_convert.values.source import SourceWriter

_ModelMetaclass = type(BaseModel)
set_fields_set = BaseModel.__dict__["__pydantic_fields_set__"].__set__
set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
set_private = BaseModel.__dict__["__pydantic_private__"].__set__

# Settings of a model that change neither which values it accepts nor what it makes of them.
_HARMLESS_CONFIG = frozenset({
    "title", "model_title_generator", "field_title_generator", "alias_generator", "extra", "frozen", "populate_by_name",
    "arbitrary_types_allowed", "from_attributes", "loc_by_alias", "ignored_types", "json_schema_extra", "json_encoders",
    "ser_json_timedelta", "ser_json_temporal", "ser_json_bytes", "ser_json_inf_nan", "val_json_bytes", "defer_build",
    "protected_namespaces", "hide_input_in_errors", "json_schema_serialization_defaults_required", "serialize_by_alias",
    "json_schema_mode_override", "validate_by_alias", "validate_by_name", "use_attribute_docstrings",
    "schema_generator",
    "polymorphic_serialization", "validate_assignment", "plugin_settings", "cache_strings", "validation_error_cause",
    "validate_return", "regex_engine", "val_temporal_unit", "strict",
})  # fmt: skip

_CARRIED_CONFIG = frozenset({
    "title", "json_schema_extra", "ser_json_timedelta", "ser_json_temporal", "ser_json_bytes", "ser_json_inf_nan",
    "val_json_bytes", "json_encoders", "loc_by_alias", "serialize_by_alias", "hide_input_in_errors",
})  # fmt: skip

_SIMPLE_CONSTRAINTS = (
    annotated_types.Gt, annotated_types.Ge, annotated_types.Lt, annotated_types.Le,
    annotated_types.MinLen, annotated_types.MaxLen,
)  # fmt: skip

_IMMUTABLE = frozenset(nodes.IMMUTABLE_SCALARS)

_PLAIN_CONTAINERS = frozenset({list, set, frozenset, dict})


class _Signature:
    """The signature of a class whose validator pydantic has yet to build: asking for it builds the class."""

    def __get__(self, instance: Any, owner: Any) -> inspect.Signature:
        owner.model_rebuild()
        own = owner.__dict__["__signature__"]
        return inspect.signature(BaseModel) if isinstance(own, _Signature) else owner.__signature__


class MadeBaseModelMeta(MadeClass, _ModelMetaclass):  # type: ignore[misc, valid-type]  # pydantic's metaclass is private
    """Pydantic's metaclass for made classes."""


copyreg.pickle(MadeBaseModelMeta, reduce_class)


class _NotPublishedError(PydanticUndefinedAnnotation):
    """Pydantic then builds the model's schema when it is first used."""


class TypeArguments:
    """Metadata in generated models: pydantic reads the model of `cls` with what its type variables stand for."""

    __slots__ = ("arguments", "cls")

    def __init__(self, cls: type, arguments: Mapping[Any, Any]) -> None:
        self.cls = cls
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"TypeArguments({', '.join(f'{name}={value}' for name, value in self.arguments.items())})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from type_safe_convert.json.core import JsonForm  # at first use: it is not needed for the classes themselves

        if not isinstance(source, type) or LINK not in source.__dict__:
            raise _NotPublishedError(self.cls.__name__, "the classes that it needs are still being made")
        return handler.generate_schema(JsonForm(source, self.arguments))


def _set_fields(instance: Any) -> dict[str, Any]:
    """The values of the fields that were set, those of them that the model has in its `__dict__`."""
    set_fields = instance.model_fields_set
    return {name: item for name, item in instance.__dict__.items() if name in set_fields}


class BaseModelKind(ModelKind):
    name = "basemodel"
    label = "a BaseModel"
    suffix = "BaseModel"
    base = BaseModel
    traits = Traits(validator_widens=True, enum_by_value=True)

    def is_model(self, cls: Any) -> bool:
        return isinstance(cls, _ModelMetaclass) and cls is not BaseModel and hasattr(cls, "__pydantic_fields__")

    # using a class

    def call(self, cls: Any, values: Mapping[str, Any]) -> Any:
        if issubclass(cls, RootModel):
            return cls(*values.values())
        # By field name; pydantic's own function, since a class may override `model_validate`.
        return BaseModel.model_validate.__func__(cls, dict(values), by_name=True, by_alias=False)  # type: ignore[attr-defined]  # a class method has one

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        return True

    def state(self, instance: Any) -> dict[str, Any]:
        state = {name: item for name, item in instance.__dict__.items() if name in type(instance).__pydantic_fields__}
        return {
            **state,
            "model_fields_set": frozenset(instance.__pydantic_fields_set__),
            "model_extra": instance.__pydantic_extra__,
            "private attributes": instance.__pydantic_private__,
        }

    # types

    def parse_type(self, cls: Any, annotation: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node | None:
        return parse_type(cls, annotation, parse)

    def expand_metadata(self, item: Any) -> Iterable[Any] | None:
        return expand_metadata(item)

    def parse_metadata(self, node: nodes.AnnotatedNode) -> None:
        parse_metadata(node)

    def accepted(self, cls: Any, values: Mapping[str, Any]) -> dict[str, Any] | None:
        # The class may say of what type its extra values are.
        declared = {name: value for name, value in values.items() if name in cls.__pydantic_fields__}
        return declared if len(declared) < len(values) else None

    def annotations_of(self, cls: Any) -> Mapping[str, Any]:
        return {name: info.annotation for name, info in cls.model_fields.items()}

    def given(self, instance: Any) -> Any:
        if isinstance(instance, RootModel):
            return instance
        return {**_set_fields(instance), "model_fields_set": {*instance.model_fields_set}}

    def reconstruct(self, instance: Any) -> Any:
        cls = type(instance)
        if isinstance(instance, RootModel):
            return cls(instance.root) if "root" in instance.model_fields_set else instance
        return self.call(cls, {**_set_fields(instance), **(instance.__pydantic_extra__ or {})})

    # JSON

    has_serializer = True

    def has_own_schema(self, cls: type) -> bool:
        return True

    def core_schema(self, cls: Any, shape: Shape, schema: Any) -> Any:
        if not schema.arguments:
            return schema.model()

        def make(values: Any) -> Any:
            state, extra, fields_set = values
            model = cls.__new__(cls)
            model.__dict__.update(state)
            set_fields_set(model, fields_set)
            set_extra(model, extra)
            set_private(model, None)
            return model

        return schema.parametrised(make)

    # reading a class

    def read(self, cls: type) -> Shape:
        infos = _complete_fields(cls)
        validated = cls.model_config.get("validate_default")  # type: ignore[attr-defined]
        bases = tuple(base for base in cls.__bases__ if self.is_model(base))
        itself = {SELF: self_of(cls)}
        fields = {exact(name): read_field(exact(name), info, itself) for name, info in infos.items()}
        for name, info in infos.items():
            if validated if info.validate_default is None else info.validate_default:
                fields[exact(name)] = _with_validated_default(cls, fields[exact(name)])
        config = cls.model_config  # type: ignore[attr-defined]
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=own_field_names(cls, bases, fields),
            frozen=bool(config.get("frozen")),
            hashable=cls.__hash__ is not None,
            extra=config.get("extra") or "ignore",
            config={key: value for key, value in config.items() if key in _CARRIED_CONFIG},
        )

    # making a class

    def attribute(self, name: str, shape: Shape) -> str:
        if not refused_name(name):
            return name
        attribute = name.lstrip("_") or "field"
        if name == attribute or keyword.iskeyword(attribute) or not attribute.isidentifier():
            attribute += "_"
        while attribute in shape.fields or refused_name(attribute):
            attribute += "_"
        return attribute

    def annotate(self, node: nodes.Node, inner: Callable[[nodes.Node], Any]) -> Any:
        match node:
            case nodes.RefinedNode(base=base):
                return annotated(base, RefinedRules(node))
            case nodes.TypedDictNode():
                return typed_dict(node, inner)
            case nodes.RecursionNode() if isinstance(whole := node.target(), nodes.TypedDictNode):
                return typed_dict(whole, inner)
            case nodes.AnyNode():
                return node.annotation if nodes.is_pydantic_type(node.annotation) else Any
            case nodes.CollectionNode(origin=origin, item=item) if origin in nodes.UNSIZED:
                generic: Any = origin
                return annotated(generic if node.bare else generic[inner(item)], EagerItems())
        return NotImplemented

    def with_arguments(self, node: nodes.ModelNode, annotation: Any) -> Any:
        return annotated(annotation, TypeArguments(node.cls, node.arguments)) if node.arguments else annotation

    def metadata(self, node: nodes.AnnotatedNode) -> tuple[Any, ...]:
        return pydantic_metadata(node)

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[MadeField]) -> type:
        namespace: dict[str, Any] = {
            **place_of(shape.cls, self.suffix),
            "__annotations__": {made.attribute: made.annotation for made in fields},
            "__doc__": shape.doc,
            "__signature__": _Signature(),
            "model_config": ConfigDict(
                **{"title": shape.name, **shape.config},  # type: ignore[typeddict-item]
                arbitrary_types_allowed=True,
                defer_build=True,
                frozen=shape.frozen,
                polymorphic_serialization=True,
                protected_namespaces=(),
                validate_by_alias=True,
                validate_by_name=True,
            ),
        }
        if any(self.attribute(name, shape) != name for name in shape.fields):
            namespace["model_config"].setdefault("serialize_by_alias", True)  # under the name that the origin has
        if not any(issubclass(base, RootModel) for base in bases):  # which has no extra values and may not say so
            namespace["model_config"]["extra"] = shape.extra
        if shape.hashable and not hashes_by_value(shape.cls):
            namespace["__hash__"] = _hash_by_value
        if shape.by_identity:
            namespace.update(__eq__=object.__eq__, __hash__=object.__hash__)
        for made in fields:
            namespace[made.attribute] = _make_field(made)
        with warnings.catch_warnings():
            # A field may be called `json` or `copy`: the origin has it, so it is meant.
            warnings.simplefilter("ignore")
            return MadeBaseModelMeta(
                f"{shape.name}__{self.suffix}",
                bases or (BaseModel,),
                namespace,
                __pydantic_reset_parent_namespace__=False,
            )

    def finish(self, cls: Any, fields: Sequence[MadeField], names: Mapping[str, type]) -> None:
        cls.__annotations__ = {made.attribute: made.annotation for made in fields}
        with contextlib.suppress(_NotPublishedError):
            cls.model_rebuild(force=True, _types_namespace=names)

    # instances

    def reader(self, cls: Any, shape: Shape) -> InstanceReader:
        return DictReader(Carried.by) if shape.cls is not cls else _ModelReader(cls, shape)

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        if shape.cls is not cls or _validates_nothing_of_its_own(cls, shape):
            return _ModelBuilder(cls)
        lenient = fields_that_take_more(cls, shape, cls.model_config)  # type: ignore[attr-defined]  # mypy narrows it to `type`
        validation = _ValidateModel(cls, lenient)
        return CallBuilder(
            validation,
            _restore,
            unchecked=_FillModel(cls),
            lenient_fields=lenient,
            decoded_fields=frozenset(validation.form_of),
            recall=_recall if _has_own_means(cls, shape) else None,
        )


class _ModelReader(DictReader):
    """Reads instances of a model class that a user wrote."""

    def __init__(self, cls: Any, shape: Shape) -> None:
        super().__init__(_carried_by)
        self.cls = cls
        self.shape = shape
        # Its validators may set fields without marking them as set, so what is unset needs a closer look.
        self.has_validators = not _validates_nothing_of_its_own(cls, shape)

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
        changing = _changing_defaults(self.cls)
        if not changing:
            return self._is_unset(instance), f"{{'fields_set': {{*{instance}.__pydantic_fields_set__}}}}"

        def marks_of_set(model: Any) -> dict[str, Any]:
            fields_set = set(model.__pydantic_fields_set__)
            unset = _unset_values(model, fields_set, changing)
            return {"fields_set": fields_set, "unset": unset} if unset else {"fields_set": fields_set}

        source.namespace["marks_of_set"] = marks_of_set
        return self._is_unset(instance), f"marks_of_set({instance})"

    def _is_unset(self, instance: str) -> str:
        return f"len({instance}.__pydantic_fields_set__) != {len(self.shape.fields)}"


class _ModelBuilder(ModelBuilder):
    """Fills instances of a model class whose validator only checks types."""

    def __init__(self, cls: Any) -> None:
        super().__init__(_FillModel(cls), _restore)
        self.takes_extra = cls.model_config.get("extra") == "allow"

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


def _hash_by_value(model: Any) -> int:
    """For a model that hashes, as its origin does, while it or its fields may change; pydantic hashes all fields."""
    return hash_of(type(model), [model.__dict__[name] for name in type(model).__pydantic_fields__])


def refused_name(name: str) -> bool:
    """Whether pydantic refuses a field of that name, or would lose a method of its own to it."""
    return name.startswith("_") or (name.startswith("model_") and hasattr(BaseModel, name))


def _complete_fields(cls: Any) -> dict[str, FieldInfo]:
    if not cls.__pydantic_fields_complete__:
        names = names_for(cls)
        try:
            cls.model_rebuild(raise_errors=False, _types_namespace=names)
        except Exception as error:
            raise ClassConversionError(
                f"pydantic cannot build the class: {type(error).__name__}: {str(error).splitlines()[0]}",
                source_class=cls,
            ) from error
    infos = cls.__pydantic_fields__
    if cls.__pydantic_fields_complete__:
        return dict(infos)
    hints = resolve_hints(cls)
    completed = {}
    for name, info in infos.items():
        if not info._complete:
            original = hints.get(name, Any)
            info = FieldInfo.from_annotated_attribute(original, info._original_assignment)
        completed[name] = info
    return completed


def read_field(name: str, info: FieldInfo, arguments: Mapping[Any, Any] = MappingProxyType({})) -> Field:
    """The field that a FieldInfo describes, with these type variables put in."""
    annotation = substitute(info.annotation, arguments)
    annotation = annotated(annotation, *info.metadata)
    options = options_in(info)
    default: Any = MISSING
    factory: Any = info.default_factory
    if factory is not None:
        factory = FromValues(factory) if info.default_factory_takes_validated_data else factory
    elif not info.is_required():
        default = info.default
        if type(default) in nodes.MUTABLE:
            default, factory = MISSING, lambda: info.get_default(call_default_factory=True)
    return Field(name, annotation, parse(annotation), default, factory, options, repr=info.repr)


def _with_validated_default(cls: Any, field: Field) -> Field:
    """The field with the default that its own validators make of the one that was written."""
    if field.required:
        return field

    def make(values: Mapping[str, Any]) -> Any:
        default = field.make_default(values)
        validator = _field_validator(cls, field.name)
        return default if validator is None else validator.validate_python(default, by_name=True)

    if type(field.default_factory) is FromValues:
        return dataclasses.replace(field, default_factory=FromValues(make))
    if field.default_factory is None:
        try:
            default = make({})
        except Exception:  # said by the class itself, when the default is asked for
            default = None
        if type(default) in _IMMUTABLE and default is not None:
            return dataclasses.replace(field, default=default)
    return dataclasses.replace(field, default=MISSING, default_factory=lambda: make({}))


def _field_validator(cls: Any, name: str) -> SchemaValidator | None:
    """What validates one field of a model; None where the model's schema is not that of its fields."""
    cls.model_rebuild()
    schema: Any = cls.__pydantic_core_schema__
    definitions: Any = []
    while isinstance(schema, dict) and schema["type"] != "model-fields":
        definitions = schema.get("definitions", definitions)
        schema = schema.get("schema")
    if not isinstance(schema, dict) or name not in schema["fields"]:
        return None
    return SchemaValidator(core_schema.definitions_schema(schema["fields"][name]["schema"], [*definitions]))


def _make_field(made: MadeField) -> Any:
    options = dict(made.field.options)
    if not made.field.repr:
        options["repr"] = False
    if made.attribute != made.field.name and not {"alias", "validation_alias", "serialization_alias"} & options.keys():
        options["alias"] = made.field.name
    if made.default_factory is not None:
        factory = made.default_factory
        if type(factory) is FromValues:
            return pydantic_field(default_factory=factory.make, **options)
        return pydantic_field(default_factory=factory, **options)
    if made.default is not MISSING:
        return pydantic_field(made.default, **options)
    return pydantic_field(**options)


def _carried_by(model: Any) -> Carried:
    fields_set = set(model.__pydantic_fields_set__)
    carried = Carried(marks={"fields_set": fields_set})
    unset = _unset_values(model, fields_set, type(model).__pydantic_fields__)
    if unset:
        carried.marks["unset"] = unset
    if model.__pydantic_extra__:
        carried.values["extra"] = dict(model.__pydantic_extra__)
    if model.__pydantic_private__:
        carried.values["private"] = dict(model.__pydantic_private__)
    return carried


def _changing_defaults(cls: Any) -> dict[str, FieldInfo]:
    """The fields whose default is made for each instance, validated, or can be changed in place."""
    validated = cls.model_config.get("validate_default")
    return {
        name: info
        for name, info in cls.__pydantic_fields__.items()
        if info.default_factory is not None
        or not (info.is_required() or _is_immutable(info.default))
        or (info.validate_default if info.validate_default is not None else validated)
    }


def _is_immutable(value: Any) -> bool:
    return type(value) in _IMMUTABLE or isinstance(value, (enum.Enum, type))  # a union is slower


def _unset_values(model: Any, fields_set: set[str], fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Snapshots of the values of unset fields, but for those that every instance has by default."""
    state = model.__dict__
    return {
        name: snapshot(state[name])
        for name, info in fields.items()
        if name not in fields_set and name in state and not _is_usual_default(info, state[name])
    }


def _restore(model: Any, carried: Carried) -> None:
    if "fields_set" in carried.marks:
        values = model.__dict__
        fields_set = set(carried.marks["fields_set"])
        for name, info in type(model).__pydantic_fields__.items():
            # What was changed after the conversion counts as set, or a dump without unset fields would lose it.
            if name not in fields_set and not _is_still_unset(name, info, values.get(name), carried):
                fields_set.add(name)
        set_fields_set(model, fields_set)
    if carried.values.get("extra"):
        set_extra(model, dict(carried.values["extra"]))
    if private := carried.values.get("private"):
        # Not through the slot: a RootModel has an attribute in its place.
        object.__setattr__(model, "__pydantic_private__", {**(model.__pydantic_private__ or {}), **private})


def _is_usual_default(info: FieldInfo, value: Any) -> bool:
    """Whether the value is a default that is the same for every instance: a constant, or an empty container."""
    default = info.default_factory or info.default
    if default in _PLAIN_CONTAINERS if isinstance(default, type) else False:
        return type(value) is default and not value
    if info.default_factory is not None:
        return False
    if _is_immutable(default):
        return bool(default is value or (type(default) is type(value) and default == value))
    return type(value) is type(default) and type(default) in _PLAIN_CONTAINERS and not value and not default


def _is_still_unset(name: str, info: FieldInfo, value: Any, carried: Carried) -> bool:
    """Whether an unset field still has the value with which its instance left, whatever a fresh default would be."""
    unset = carried.marks.get("unset", {})
    return is_same(value, unset[name]) if name in unset else _is_usual_default(info, value)


def _validates_nothing_of_its_own(cls: Any, shape: Shape) -> bool:
    """Whether the class's validator only checks types: then our own checks, which are stricter, say the same."""
    decorators = cls.__pydantic_decorators__
    return (
        not (decorators.field_validators or decorators.model_validators)
        and not (decorators.validators or decorators.root_validators)
        and not cls.__pydantic_custom_init__
        and not cls.__private_attributes__
        and cls.model_post_init is BaseModel.model_post_init
        and cls.__new__ is BaseModel.__new__
        and _function(cls.__get_pydantic_core_schema__) is _function(BaseModel.__get_pydantic_core_schema__)
        and shape.extra != "allow"
        and cls.model_config.keys() <= _HARMLESS_CONFIG
        and all(_checks_types_only(field.node) and "exclude_if" not in field.options for field in shape.fields.values())
    )


def _function(method: Any) -> Any:
    return method.__func__


def _checks_types_only(node: nodes.Node) -> bool:
    if nodes.is_large(node):
        return False
    match node:
        case nodes.AnyNode(annotation=annotation):
            return annotation is Any or annotation is object
        case nodes.ScalarNode() | nodes.EnumNode() | nodes.LiteralNode():
            return True
        case nodes.OpaqueNode(annotation=annotation):
            return not nodes.is_pydantic_type(annotation)
        case nodes.ModelNode(cls=cls):
            return kind_of_class(cls) is not None
        case nodes.CollectionNode(origin=origin, declared=None) | nodes.MappingNode(origin=origin, declared=None):
            return origin in _PLAIN_CONTAINERS and all(map(_checks_types_only, node.children()))
        case nodes.TupleNode(cls=cls):
            return cls is tuple and all(map(_checks_types_only, node.children()))
        case nodes.UnionNode(members=members):
            return all(map(_checks_types_only, members))
        case nodes.AnnotatedNode(inner=inner, metadata=metadata):
            simple = all(isinstance(item, _SIMPLE_CONSTRAINTS) for item in metadata)
            return simple and isinstance(inner, nodes.ScalarNode | nodes.CollectionNode) and _checks_types_only(inner)
    return False


def _has_own_means(cls: Any, shape: Shape) -> bool:
    """Whether code that somebody wrote for the class runs where an instance is made or validated."""
    decorators = cls.__pydantic_decorators__
    post_init = inspect.getattr_static(cls, "model_post_init")
    return bool(
        decorators.field_validators
        or decorators.model_validators
        or decorators.validators
        or decorators.root_validators
        or cls.__pydantic_custom_init__
        or getattr(post_init, "__module__", "").split(".")[0] != "pydantic"
        or any(
            is_function_validator(item)
            for field in shape.fields.values()
            for node in nodes.walk(field.node)
            if isinstance(node, nodes.AnnotatedNode)
            for item in node.constraints
        )
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

    def __init__(self, cls: Any, lenient: frozenset[str]) -> None:
        self.cls = cls
        self.lenient = lenient
        infos: dict[str, FieldInfo] = cls.__pydantic_fields__
        self.form_of = input_forms({name: read_field(name, info) for name, info in infos.items()})
        self.kept = _changed_by_post_init_only(cls)

    def __call__(self, model: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        given = dict(values) if restoring and (self.kept or self.form_of) else {}
        unset: dict[str, Any] = {}
        if carried is not None and "fields_set" in carried.marks:
            infos = self.cls.__pydantic_fields__
            for name in [name for name in values if name not in carried.marks["fields_set"]]:
                if name in infos and _is_still_unset(name, infos[name], values[name], carried):
                    unset[name] = values.pop(name)
        if carried is not None and (extra := carried.values.get("extra")):
            fields = self.cls.__pydantic_fields__
            values.update({name: value for name, value in extra.items() if name not in fields})
        if restoring:
            for name, form in self.form_of.items():
                if name in values:
                    values[name] = form(values[name])
        asked = take_unjudged(values, self.lenient)
        strict = True if asked else None
        given_to_it = values.get("root", PydanticUndefined) if self.cls.__pydantic_root_model__ else values
        try:
            self.cls.__pydantic_validator__.validate_python(
                given_to_it, strict=strict, self_instance=model, by_alias=False, by_name=True
            )
        except ValidationError as error:
            raise from_pydantic(error, self.cls, given_to_it, asked) from error
        except ConversionError:
            raise
        except Exception as error:
            raise ValueConversionError(f"its validator raised {type(error).__name__}: {error}").caused_by(
                error
            ) from error
        state = model.__dict__
        state.update(unset)
        for name in (*self.kept, *self.form_of) if given else ():
            if name in given:
                state[name] = given[name]


def _changed_by_post_init_only(cls: Any) -> list[str]:
    """The fields that no validator of the model's own sees, where `model_post_init` may change them."""
    decorators = cls.__pydantic_decorators__
    if cls.model_post_init is BaseModel.model_post_init or decorators.model_validators or decorators.root_validators:
        return []
    seen = seen_by_validators(decorators)
    fields = {name: read_field(name, info) for name, info in cls.__pydantic_fields__.items()}
    makes_values = cls.model_config.get("use_enum_values")
    return [
        name
        for name, field in fields.items()
        if name not in seen
        and "*" not in seen
        and _checks_types_only(field.node)
        and not (makes_values and any(isinstance(node, nodes.EnumNode) for node in nodes.walk(field.node)))
    ]


KIND = BaseModelKind()
