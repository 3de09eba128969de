"""Type_Safe classes and dataclasses as pydantic's own: in models, type adapters and plain FastAPI endpoints."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema

from type_safe_convert import kinds as _kinds  # noqa: F401  # registers the kinds
from type_safe_convert.advice import not_a_type
from type_safe_convert.json import codec as _codec  # noqa: F401  # makes the serializers
from type_safe_convert.json.adapters import annotation_of
from type_safe_convert.json.model_schemas import ModelSchema
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.roots import models_in

Model = TypeVar("Model")

if TYPE_CHECKING:
    # For a type checker `Pydantic[User]` is a User.
    Pydantic = Annotated[Model, "a model of any kind"]
else:

    class Pydantic:
        """`Pydantic[User]` is an `Annotated` alias by which pydantic reads and writes a `User` of any kind. A type with
        model classes in it (`Pydantic[list[User]]`) is the type with such aliases in their places.

        In a BaseModel's field, in a `TypeAdapter`, as parameter and return annotation of a FastAPI endpoint: the value
        is an instance of User itself, validated by a compiled validator with no other model in between, and the JSON
        Schema has it as `User`.

        Raises:
            NotAModelError: what is in the brackets is no model class, and no type with one in it.
        """

        def __class_getitem__(cls, model: Any) -> Any:
            if kind_of_class(model) is not None:
                return _field_of(model, {})
            if not models_in(model):
                raise not_a_type(model)
            return annotation_of(model, _field_of)


def _field_of(cls: Any, arguments: Mapping[Any, Any]) -> Any:
    field: Any = ModelField
    return annotated(field[cls], ModelSchema(cls, arguments))


class ModelField:
    """The annotation behind `Pydantic[User]`: by the hook of `ModelField[User]`, FastAPI tells a body from a query."""

    __class_getitem__: Any = classmethod(types.GenericAlias)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(ModelSchema(typing.get_args(source)[0]))


__all__ = ["Pydantic"]
