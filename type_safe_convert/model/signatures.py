"""Finds the arguments that a constructor takes."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from typing import Any


def signature_of(function: Any) -> inspect.Signature:
    """`inspect.signature`, with the annotations as `types.names.own_annotations` has them."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(function)


def is_other_signature(error: Exception) -> bool:
    """Whether an `__init__` that takes `**kwargs` has passed them on to one that does not know them all."""
    return isinstance(error, TypeError) and "unexpected keyword argument" in str(error)


def accepts_keywords(init: Any, names: Sequence[str], by_any_name: bool = False) -> bool:
    """Whether `init` can be called with these keywords; `by_any_name`: whether `**kwargs` takes them, too."""
    try:
        parameters = signature_of(init).parameters
    except (TypeError, ValueError):
        return False
    keywords = by_any_name and any(item.kind is inspect.Parameter.VAR_KEYWORD for item in parameters.values())
    for name in names:
        parameter = parameters.get(name)
        if parameter is None:
            if not keywords:
                return False
        elif parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            return False
    required = [
        name
        for name, item in list(parameters.items())[1:]
        if item.default is inspect.Parameter.empty
        and item.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    ]
    return all(name in names for name in required)


def accepts_positions(function: Any, count: int) -> bool:
    """Whether a function can be called with that many values by position; True where nothing tells."""
    try:
        signature = signature_of(function)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
