"""Signatures of callables, with annotations resolved as far as they can be."""

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from type_safe_convert.model.signatures import signature_of as unevaluated_signature_of

ORIGINAL = "__fast_api_original__"  # attribute of an adapted function: the function that the user wrote


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The signature with string annotations evaluated; names that exist for type checkers only stay strings."""
    try:
        return inspect.signature(function, eval_str=True)
    except NameError:
        return _signature_with_gaps(function)
    except ValueError:  # a builtin that does not tell its signature takes nothing that a route could give
        return inspect.Signature()


def like(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """A decorator as `functools.wraps`; the signature is that of the very function, without the `self` of a method."""

    def decorate(wrapper: Any) -> Any:
        wrapper = functools.wraps(function)(wrapper)
        wrapper.__signature__ = signature_of(function)
        return wrapper

    return decorate


def original_of(function: Any) -> Any:
    """Returns the function that `adapt_handler` was given."""
    if isinstance(function, types.MethodType):
        original = getattr(function.__func__, ORIGINAL, None)
        return function if original is None else types.MethodType(original, function.__self__)
    return getattr(function, ORIGINAL, function)


def _signature_with_gaps(function: Callable[..., Any]) -> inspect.Signature:
    names = getattr(inspect.unwrap(function), "__globals__", {})

    def resolve(annotation: Any) -> Any:
        text = getattr(annotation, "__forward_arg__", annotation)  # a ForwardRef since Python 3.14
        if isinstance(text, str):
            try:
                # The annotation is the source code of the function's own author, as for `inspect.signature`.
                return eval(text, names)
            except Exception:
                return text
        return annotation

    signature = unevaluated_signature_of(function)
    parameters = [
        parameter.replace(annotation=resolve(parameter.annotation)) for parameter in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters, return_annotation=resolve(signature.return_annotation))
