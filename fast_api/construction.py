"""Classes whose own constructor does something: what a request holds goes through it, as a caller's values would.

A conversion restores what an instance held, so it lets no `__post_init__` have the last word. A request is no instance
yet: the constructor is called with the fields that the request named, and may compute, correct or refuse.
"""

from collections.abc import Callable
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails

from fast_api.models_in import models_in
from type_safe_convert import ConversionError, annotations, kind_of, origin_of


def constructing(annotation: Any, to_handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`to_handler`, followed by the constructors of the classes in `annotation` that have one of their own."""
    if not any(has_own_constructor(origin_of(model)) for model in models_in(annotation, set())):
        return to_handler

    def make(value: Any) -> Any:
        try:
            return construct(value, to_handler(value))
        except ConversionError as error:
            raise _as_pydantic_says_it(error, value) from error

    return make


def _as_pydantic_says_it(error: ConversionError, model: Any) -> ValidationError:
    """What a constructor refused, in its own words and with the path into the value."""
    words = error.reason.removeprefix("ValueError: ") or error.detail
    refused = model
    for step in error.path:
        if isinstance(refused, BaseModel):
            refused = getattr(refused, step, None)
        else:
            refused = refused[step] if isinstance(refused, dict | list | tuple) else None
    problem = InitErrorDetails(type="value_error", loc=error.path, input=refused, ctx={"error": ValueError(words)})
    return ValidationError.from_exception_data("constructor", [problem])


def has_own_constructor(cls: type) -> bool:
    """Whether the class does more at construction than to take its fields, and takes them as keywords."""
    kind = kind_of(cls)
    if kind == "dataclass":
        return hasattr(cls, "__post_init__")
    if kind != "type_safe" or cls.__init__ is Type_Safe.__init__:  # type: ignore[misc]  # compared, not called
        return False
    parameters = annotations.signature_of(cls).parameters.values()
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def construct(model: Any, value: Any) -> Any:
    """`value`, which was converted from `model`, with the objects in it made by their constructors where they have one.

    Raises what a constructor raises.
    """
    if isinstance(model, BaseModel):
        cls = type(value)
        if has_own_constructor(cls):
            named = {name: construct(getattr(model, name), getattr(value, name)) for name in model.model_fields_set}
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
