"""Errors for values that have no form in JSON: each says where its value stands."""

from __future__ import annotations

import collections
import re
import threading
from collections.abc import Iterable
from typing import Any

from pydantic_core import PydanticSerializationError

from type_safe_convert.conversion.unchanged import fields_of
from type_safe_convert.errors import ConversionError, NestingTooDeepError, Path, ValueConversionError, as_step
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types.containers import items_of
from type_safe_convert.words import with_article

_NO_FORM = " has no form in JSON"

# The prefix that pydantic-core adds to the text of an error for each function that was called.
_PREFIX = re.compile(r"Error serializing to \w+: |PydanticSerializationError: |Error calling function `\w+`: ")

# The last value of this thread that had none: pydantic-core hands on the text of an error only.
_last = threading.local()


def no_form(value: Any, place: str = "") -> str:
    """Returns the text of the error for a value, and notes the value; `place`: in which sort of place, in words."""
    _last.value = value
    return f"{with_article(type(value).__name__)}{place}{_NO_FORM}"


def unwritable(error: Exception, obj: Any) -> ConversionError:
    """Returns our error for one that was raised when `obj` was written."""
    value, _last.value = getattr(_last, "value", None), None
    if isinstance(error, ConversionError):
        return error
    text = str(error)
    if isinstance(error, RecursionError) or "depth exceeded" in text:
        return NestingTooDeepError("nested deeper than JSON is written", source_class=type(obj))
    reason = text if isinstance(error, PydanticSerializationError | ValueError) else f"{type(error).__name__}: {text}"
    while found := _PREFIX.match(reason):
        reason = reason[found.end() :]
    without_class = reason.removeprefix("ValueError: ").removeprefix("TypeError: ")
    unknown, has_no_form, _ = without_class.partition(_NO_FORM)
    if has_no_form and unknown.startswith(with_article(type(value).__name__)):
        return ValueConversionError(
            unknown + _NO_FORM,
            path=_path_to(value, obj),
            source_class=type(obj),
            advice="make its class a model, or leave it out by exclude=",
        )
    return ValueConversionError(reason, expected="a value with a form in JSON", source_class=type(obj))


def _path_to(value: Any, obj: Any) -> Path:
    """The path of a value in an object, through fields and containers; empty if it is not found."""
    stack: list[tuple[Path, Any]] = [((), obj)]
    seen: dict[int, Any] = {}  # which keeps each: a property gives a new value every time
    while stack:
        path, item = stack.pop()
        if item is value:
            return path
        if id(item) not in seen:
            seen[id(item)] = item
            stack += [((*path, step), held) for step, held in _held_by(item)]
    return ()


def _held_by(item: Any) -> Iterable[tuple[Any, Any]]:
    if kind_of_class(type(item)) is not None:
        return fields_of(item).items()
    if isinstance(item, dict):
        return [(as_step(key), held) for key, held in dict.items(item)]
    return enumerate(items_of(item)) if isinstance(item, list | tuple | set | frozenset | collections.deque) else ()
