"""Turns return values into JSON by metadata of the return annotation, which every FastAPI reads.

Used where `Response_Field` cannot be. It is slower: a value is converted to models, validated and dumped.
"""

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from fast_api.fastapi_bridge.internals import is_async_callable
from fast_api.models.annotations import holds_dataclass, to_basemodel, to_basemodels, to_dataclasses
from fast_api.models.signatures import like
from fast_api.models.walk import basemodels_of, holds_bare_base
from type_safe_convert import origin_of

# Whether the runtime type of a value says which fields go out, in the request that is being answered.
polymorphic_now: ContextVar[bool] = ContextVar("fast_api_polymorphic", default=False)


class From_Handler:
    """Metadata of a return annotation: converts what the handler returned, and serialises it."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
        models = list(basemodels_of(annotation, set()))
        self.has_models: bool = bool(models) or holds_bare_base(annotation)
        self.has_generated: bool = any(origin_of(model) is not model for model in models)

    def __repr__(self) -> str:
        return "From_Handler()"

    @functools.cached_property
    def adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.annotation)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        serialization: Any = core_schema.wrap_serializer_function_ser_schema(self.serialize, info_arg=True)
        return core_schema.no_info_wrap_validator_function(self.validate, handler(source), serialization=serialization)

    def validate(self, value: Any, handler: Callable[[Any], Any]) -> Any:
        models = to_basemodels(value) if self.has_models and not isinstance(value, BaseModel) else value
        try:
            return handler(models)
        except ValueError:
            if not holds_dataclass(self.annotation):
                raise
            try:
                return handler(to_dataclasses(value))
            except ValueError:
                return handler(models)

    def serialize(self, value: Any, handler: Any, info: Any) -> Any:
        polymorphic = True if polymorphic_now.get() else (False if self.has_generated else None)
        return self.adapter.serializer.to_python(
            value,
            mode=info.mode,
            include=info.include,
            exclude=info.exclude,
            by_alias=info.by_alias,
            exclude_unset=info.exclude_unset,
            exclude_defaults=info.exclude_defaults,
            exclude_none=info.exclude_none,
            polymorphic_serialization=polymorphic,
            fallback=to_basemodel,
        )


def returning_models(function: Callable[..., Any]) -> Callable[..., Any]:
    """A handler without a return annotation that returns models in the place of Type_Safe instances."""
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return function
    if is_async_callable(function):

        @like(function)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            return to_basemodels(await function(*args, **kwargs))

        return call_async

    @like(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return to_basemodels(function(*args, **kwargs))

    return call
