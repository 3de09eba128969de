"""Marks in the annotations that FastAPI gets: they convert values between the handler's classes and the models.

Pydantic reads a mark when it builds the validator of a parameter, and the mark notes that: so a route can tell whether
FastAPI handed on all of them, whatever FastAPI does with annotations.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from fast_api.models.marks import Depends
from fast_api.models.signatures import signature_of

_read: ContextVar[set[Any] | None] = ContextVar("fast_api_read_conversions", default=None)


class To_Handler:
    """Converts what the annotation's validator returns into the handler's class."""

    __slots__ = ("convert",)

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        self.convert: Callable[[Any], Any] = convert

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        read = _read.get()
        if read is not None:
            read.add(self)
        return core_schema.no_info_after_validator_function(self.convert, handler(source))


@contextmanager
def conversions_read() -> Iterator[set[Any]]:
    """Collects the conversions of which pydantic builds validators inside of the block."""
    read: set[Any] = set()
    token = _read.set(read)
    try:
        yield read
    finally:
        _read.reset(token)


def conversions_of(function: Callable[..., Any]) -> Iterator[tuple[str, To_Handler]]:
    """Yields the parameters of a function, and of its dependencies, that have a conversion."""
    functions = [function]
    while functions:
        for parameter in signature_of(functions.pop()).parameters.values():
            for mark in _marks_of(parameter):
                if isinstance(mark, To_Handler):
                    yield parameter.name, mark
                elif isinstance(mark, Depends) and mark.dependency is not None:
                    functions.append(mark.dependency)


def _marks_of(parameter: inspect.Parameter) -> Iterator[Any]:
    for mark in (parameter.default, *getattr(parameter.annotation, "__metadata__", ())):
        yield mark
        if isinstance(mark, FieldInfo):
            yield from mark.metadata
