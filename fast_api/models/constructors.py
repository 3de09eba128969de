"""Constructs the classes of a request body by their own constructors: `__post_init__`, an `__init__` with keywords.

Conversions skip these because the instance existed before. A request body did not, so its class is constructed from the
fields that the request named, and the constructor may compute, correct or refuse.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from fast_api.models.walk import basemodels_of
from type_safe_convert import ConversionError, kind_of, origin_of
from type_safe_convert.model.signatures import signature_of


def through_own_constructors(
    annotation: Any, to_handler: Callable[[Any], Any], holder: int = 0
) -> Callable[[Any], Any]:
    """Returns `to_handler`, followed by the constructors of the classes in `annotation` that have their own.

    A ValueError or an AssertionError of a constructor becomes a ValidationError, as in pydantic's validators; every
    other exception goes on as it is. `holder`: how many steps of a path are those of a holder's field.
    """
    if not any(has_own_constructor(origin_of(model)) for model in basemodels_of(annotation, set())):
        return to_handler

    def make(value: Any) -> Any:
        try:
            return construct(value, to_handler(value))
        except ConversionError as error:
            found = error.errors or (error,)
            for each in found:
                if each.raised is not None and not isinstance(each.raised, ValueError | AssertionError):
                    raise each.raised from None
            problems = [_to_error_details(each, each.path[holder:], value) for each in found]
            raise ValidationError.from_exception_data("constructor", problems) from error

    return make


def _to_error_details(error: ConversionError, path: tuple[Any, ...], model: Any) -> InitErrorDetails:
    """Turns a refusal of a constructor into an item of a ValidationError, with the path into the value."""
    refused = model
    for step in path:
        refused = getattr(refused, step, None) if isinstance(refused, BaseModel) else _item(refused, step)
    raised = error.raised
    if isinstance(raised, PydanticCustomError):
        return InitErrorDetails(type=raised, loc=path, input=refused)
    if isinstance(raised, AssertionError):
        return InitErrorDetails(type="assertion_error", loc=path, input=refused, ctx={"error": raised})
    problem = ValueError(error.reason or error.detail) if raised is None else raised
    return InitErrorDetails(type="value_error", loc=path, input=refused, ctx={"error": problem})


def _item(value: Any, step: Any) -> Any:
    try:
        return value[step]
    except (TypeError, LookupError):
        return None


def has_own_constructor(cls: type) -> bool:
    """Whether the class does more at construction than to take its fields, and takes them as keywords."""
    kind = kind_of(cls)
    if kind == "dataclass":
        return hasattr(cls, "__post_init__")
    if kind != "type_safe" or cls.__init__ is Type_Safe.__init__:  # type: ignore[misc]  # compared, not called
        return False
    parameters = signature_of(cls).parameters.values()
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def construct(model: Any, value: Any) -> Any:
    """`value`, which was converted from `model`, with the objects in it made by their constructors where they have one.

    Raises what a constructor raises.
    """
    if isinstance(model, BaseModel):
        cls = type(value)
        if has_own_constructor(cls):
            named = {
                name: construct(getattr(model, name), getattr(value, name))
                for name in model.model_fields_set - _computed_fields(cls)
            }
            return cls(**named)
        for name in type(model).model_fields:
            before = getattr(value, name, None)
            after = construct(getattr(model, name), before)
            if after is not before:
                setattr(value, name, after)
    elif isinstance(model, list) and isinstance(value, list):
        for index, item in enumerate(model):
            value[index] = construct(item, value[index])
    elif isinstance(model, dict) and isinstance(value, dict):
        for key, item in zip(list(value), model.values(), strict=True):
            value[key] = construct(item, dict.__getitem__(value, key))
    elif isinstance(model, tuple) and isinstance(value, tuple) and type(value) is tuple:
        return tuple(construct(item, old) for item, old in zip(model, value, strict=True))
    return value


def _computed_fields(cls: type) -> set[str]:
    """The fields of a dataclass that its constructor does not take."""
    return (
        {field.name for field in dataclasses.fields(cls) if not field.init} if dataclasses.is_dataclass(cls) else set()
    )
