"""Generated pydantic models."""

from __future__ import annotations

import copyreg
import inspect
import keyword
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, RootModel, create_model
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic_core import CoreSchema

from type_safe_convert.errors import ClassConversionError, type_text
from type_safe_convert.generated_class import GeneratedClass, hash_of
from type_safe_convert.kinds.pydantic.model_fields import make_field, says_more
from type_safe_convert.model.family import RECORD, reduce_class
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.hashing import hashes_by_value
from type_safe_convert.model.kind import GeneratedField
from type_safe_convert.model.shape import MISSING, Shape

MODEL_METACLASS = type(BaseModel)


class _Signature:
    """The signature of a class whose validator pydantic has yet to build: asking for it builds the class."""

    def __get__(self, instance: Any, owner: Any) -> inspect.Signature:
        owner.model_rebuild()
        own = owner.__dict__["__signature__"]
        return inspect.signature(BaseModel) if isinstance(own, _Signature) else owner.__signature__


class GeneratedBaseModelMeta(GeneratedClass, MODEL_METACLASS):  # type: ignore[misc, valid-type]  # pydantic's metaclass is private
    """Pydantic's metaclass for generated classes."""


copyreg.pickle(GeneratedBaseModelMeta, reduce_class)


class NotPublishedError(PydanticUndefinedAnnotation):
    """Pydantic then builds the model's schema when it is first used."""


class TypeArguments:
    """Metadata in generated models: pydantic reads the model of `cls` with what its type variables stand for."""

    __slots__ = ("arguments", "cls")

    def __init__(self, cls: type, arguments: Mapping[Any, Any]) -> None:
        self.cls: type = cls
        self.arguments: Mapping[Any, Any] = arguments

    def __repr__(self) -> str:
        return f"TypeArguments({', '.join(f'{name}={value}' for name, value in self.arguments.items())})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from type_safe_convert.json.model_schemas import (
            ModelSchema,  # at first use: it is not needed for the classes themselves
        )

        if not isinstance(source, type) or RECORD not in source.__dict__:
            raise NotPublishedError(self.cls.__name__, "the classes that it needs are still being made")
        return handler.generate_schema(ModelSchema(source, self.arguments))


SUFFIX = "BaseModel"


def attribute_of(name: str, shape: Shape) -> str:
    if not refused_name(name):
        return name
    attribute = name.lstrip("_") or "field"
    if name == attribute or keyword.iskeyword(attribute) or not attribute.isidentifier():
        attribute += "_"
    while attribute in shape.fields or refused_name(attribute):
        attribute += "_"
    return attribute


def generate(shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
    namespace: dict[str, Any] = {
        **place_of(shape.cls, SUFFIX),
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
    if any(attribute_of(name, shape) != name for name in shape.fields):
        namespace["model_config"].setdefault("serialize_by_alias", True)  # under the name that the origin has
    if not any(issubclass(base, RootModel) for base in bases):  # which has no extra values and may not say so
        namespace["model_config"]["extra"] = shape.extra
    if shape.hashable and not hashes_by_value(shape.cls):
        namespace["__hash__"] = hash_by_value
    if shape.by_identity:
        namespace.update(__eq__=object.__eq__, __hash__=object.__hash__)
    for made in fields:
        found = make_field(made) if says_more(made) else made.default
        # No value says that a field is required, but not under a name that a base has.
        if found is MISSING and any(hasattr(base, made.attribute) for base in bases or (BaseModel,)):
            found = make_field(made)
        if found is not MISSING:
            namespace[made.attribute] = found
    with warnings.catch_warnings():
        # A field may be called `json` or `copy`: the origin has it, so it is meant.
        warnings.simplefilter("ignore")
        return GeneratedBaseModelMeta(
            f"{shape.name}__{SUFFIX}",
            bases or (BaseModel,),
            namespace,
            __pydantic_reset_parent_namespace__=False,
        )


def complete(cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
    cls.__annotations__ = {made.attribute: made.annotation for made in fields}
    try:
        cls.model_rebuild(force=True, _types_namespace=names)
    except NotPublishedError:
        pass
    except Exception as error:
        raise _no_schema(cls, fields, names, error) from error


def _no_schema(cls: Any, fields: Sequence[GeneratedField], names: Mapping[str, type], error: Exception) -> Exception:
    """The error for a class of which pydantic makes no schema, with the field that it is due to."""
    config = ConfigDict(arbitrary_types_allowed=True, defer_build=True)
    for made in fields:
        alone: Any = create_model(cls.__name__, __config__=config, value=(made.annotation, ...))
        try:
            alone.model_rebuild(force=True, _types_namespace=names)
        except NotPublishedError:
            continue
        except Exception as found:
            return ClassConversionError(
                f"pydantic makes no schema of it: {type(found).__name__}: {str(found).splitlines()[0]}",
                path=(made.field.name,),
                expected="a type that pydantic knows, or one with a __get_pydantic_core_schema__",
                found=type_text(made.annotation),
            )
    return error


def hash_by_value(model: Any) -> int:
    """For a model that hashes, as its origin does, while it or its fields may change; pydantic hashes all fields."""
    return hash_of(type(model), [model.__dict__[name] for name in type(model).__pydantic_fields__])


def refused_name(name: str) -> bool:
    """Whether pydantic refuses a field of that name, or would lose a method of its own to it."""
    return name.startswith("_") or (name.startswith("model_") and hasattr(BaseModel, name))
