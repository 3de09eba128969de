"""Turns the return values of handlers into JSON."""

from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import ResponseValidationError
from pydantic import BaseModel

from fast_api.errors import Safe_JSON_Response
from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.internals import ModelField
from fast_api.models.annotations import holds_dataclass, to_basemodel, to_basemodels, to_dataclasses
from fast_api.models.serialization import serializer_of_origins
from fast_api.models.signatures import original_of
from fast_api.models.walk import basemodels_of, holds_bare_base
from type_safe_convert import origin_of

_FOR_MODELS = ("exclude_unset", "exclude_defaults", "include", "exclude")


def handler_context(route: Any) -> Any:
    """Returns where the handler of a route stands, for the text of an error, as FastAPI does it."""
    context = {} if route is None else internals.endpoint_context(original_of(route.endpoint))
    if route is not None:
        context["path"] = f"{' '.join(sorted(route.methods or ()))} {route.path}"
    return context


class Response_Field(ModelField):
    """FastAPI's response field, for return types and values that may hold Type_Safe classes.

    Instances of the declared classes are serialised directly. Everything else (counterparts, dicts, other models) is
    made into models, validated and dumped as FastAPI does it. The declared type says at every level which fields go
    out; with `polymorphic` the runtime type does.
    """

    @classmethod
    def like(cls, field: ModelField, polymorphic: bool, route: Any) -> "Response_Field":
        new = cls(name=field.name, field_info=field.field_info, mode=field.mode)
        new.route = route
        models = list(basemodels_of(field.field_info.annotation, set()))
        new.has_models = bool(models) or holds_bare_base(field.field_info.annotation)
        if polymorphic:
            new.polymorphic = True
        elif any(origin_of(model) is not model for model in models):
            # Counterparts are polymorphic by themselves; models that a user wrote say themselves what they are.
            new.polymorphic = False
            new.origin_serializer = serializer_of_origins(new._type_adapter)
        return new

    route: Any = None
    has_models = False
    polymorphic: bool | None = None
    origin_serializer: Any = None

    def validate(self, value: Any, *args: Any, **kwargs: Any) -> tuple[Any, list[dict[str, Any]]]:
        if self.origin_serializer is not None:  # checked when it is serialised, in the same pass
            return value, []
        return self._validate(value, *args, **kwargs)

    def _validate(self, value: Any, *args: Any, **kwargs: Any) -> tuple[Any, list[dict[str, Any]]]:
        found = super().validate(self.as_models(value), *args, **kwargs)
        if found[1] and holds_dataclass(self.field_info.annotation):
            again = super().validate(to_dataclasses(value), *args, **kwargs)
            return found if again[1] else again
        return found

    def serialize_json(self, value: Any, **options: Any) -> bytes:
        if self.origin_serializer is not None:
            # Only the counterparts know which fields were set, what the defaults were, and which fields are meant.
            if not any(options.get(name) for name in _FOR_MODELS):
                try:
                    return self.origin_serializer.to_json(value, warnings="error", **options)
                except Exception:  # something is not of the declared class: the models accept it, or say what is wrong
                    pass
            value = self.validated(value)
        serializer = self._type_adapter.serializer
        return serializer.to_json(value, polymorphic_serialization=self.polymorphic, fallback=to_basemodel, **options)

    def serialize(self, value: Any, *, mode: Any = "json", **options: Any) -> Any:
        if self.origin_serializer is not None:
            value = self.validated(value)
        serializer = self._type_adapter.serializer
        return serializer.to_python(
            value, mode=mode, polymorphic_serialization=self.polymorphic, fallback=to_basemodel, **options
        )

    def as_models(self, value: Any) -> Any:
        return to_basemodels(value) if self.has_models and not isinstance(value, BaseModel) else value

    def validated(self, value: Any) -> Any:
        """The value as validated models. Raises ResponseValidationError."""
        models, errors = self._validate(value, {}, loc=("response",))
        if errors:
            raise ResponseValidationError(errors=errors, body=value, endpoint_ctx=handler_context(self.route))
        return models

    def __hash__(self) -> int:
        return id(self)


class Untyped_Response_Field(Response_Field):
    """For handlers without a return type: as FastAPI does it, with Type_Safe instances as models."""

    def serialize_json(self, value: Any, **options: Any) -> bytes:
        return Safe_JSON_Response(None).render(self.serialize(value))

    def serialize(self, value: Any, **options: Any) -> Any:
        return jsonable_encoder(to_basemodels(value))
