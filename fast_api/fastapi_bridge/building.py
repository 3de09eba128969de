"""Adapts a route for FastAPI, and checks that FastAPI read all conversions of its parameters."""

import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import fastapi
from fastapi import APIRouter
from pydantic import TypeAdapter
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.response_marks import From_Handler, returning_models
from fast_api.fastapi_bridge.threads import runs_in_thread, through_thread_runner
from fast_api.models.annotations import response_annotation
from fast_api.models.conversions import conversions_of, conversions_read
from fast_api.models.handlers import (
    Function,
    adapt_depends,
    adapt_handler,
    adapt_responses,
)
from fast_api.models.signatures import signature_of
from fast_api.paths import RouteError

_RETURN_MARK = None if internals.IN_USE else From_Handler


def for_fastapi(endpoint: Function, options: Mapping[str, Any]) -> tuple[Function, dict[str, Any]]:
    """Adapts the handler and the options of a route for FastAPI."""
    new = {
        **options,
        "dependencies": list(map(adapt_depends, options.get("dependencies") or ())),
        "responses": adapt_responses(options.get("responses") or {}),
    }
    model = options.get("response_model")
    if model is not None and not isinstance(model, internals.DefaultPlaceholder):
        new["response_model"] = response_annotation(model, _RETURN_MARK)
    return adapt_handler(endpoint, with_return=True, mark=_RETURN_MARK), new


def as_called(function: Function, options: Mapping[str, Any]) -> Function:
    """Returns the handler that FastAPI calls."""
    if not internals.IN_USE and _returns_anything(function, options):
        function = returning_models(function)
    return through_thread_runner(function) if runs_in_thread(function) else function


def _returns_anything(function: Function, options: Mapping[str, Any]) -> bool:
    model = options.get("response_model", inspect.Parameter.empty)
    if model is inspect.Parameter.empty or isinstance(model, internals.DefaultPlaceholder):
        return signature_of(function).return_annotation is inspect.Signature.empty
    return model is None


def build_checked(route: Any, build: Callable[[], object], function: Function, options: Mapping[str, Any]) -> None:
    """Calls `build`, which makes `route`. Raises RouteError where FastAPI dropped the conversion of a parameter."""
    with conversions_read() as read:
        build()
        build_validators(route)
    dependencies = (depends.dependency for depends in options["dependencies"])
    for reader in (function, *filter(None, dependencies)):
        for name, conversion in conversions_of(reader):
            if conversion not in read:
                raise RouteError(f"FastAPI {fastapi.__version__} dropped the conversion of its parameter {name!r}")


def build_validators(route: Any) -> None:
    """Builds the validators that pydantic left for later because a generated model asks for that.

    FastAPI gives them settings that only it reads, and silences pydantic's warnings about these while it makes them; so
    does this.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=UnsupportedFieldAttributeWarning)
        for adapter in type_adapters_of(route):
            adapter.rebuild()


def type_adapters_of(route: Any) -> Iterator[TypeAdapter[Any]]:
    """Yields the TypeAdapters that a route holds, wherever in FastAPI's objects they are."""
    seen: set[int] = set()
    waiting: list[Any] = list(_attributes_of(route))
    while waiting:
        found = waiting.pop()
        if isinstance(found, TypeAdapter):
            yield found
        elif id(found) not in seen and not isinstance(found, _NOT_OF_ONE_ROUTE):
            seen.add(id(found))
            if isinstance(found, list | tuple | set | frozenset):
                waiting += found
            elif isinstance(found, dict):
                waiting += found.values()
            elif type(found).__module__.partition(".")[0] in ("fastapi", "fast_api"):
                waiting += _attributes_of(found)


_NOT_OF_ONE_ROUTE = (Starlette, APIRouter, BaseRoute, type, str)


def _attributes_of(found: Any) -> Iterator[Any]:
    yield from getattr(found, "__dict__", {}).values()
    for name in _slots_of(found.__class__):
        yield getattr(found, name, None)


@functools.cache
def _slots_of(cls: type) -> tuple[str, ...]:
    return tuple(name for base in cls.__mro__ for name in base.__dict__.get("__slots__", ()) if name != "__weakref__")
