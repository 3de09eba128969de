"""Instances of classes that are no models: they only pass through a conversion, so any valid instance will do."""

from __future__ import annotations

import contextlib
import functools
import http
import inspect
import io
import threading
import typing
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from type_safe_convert.model.family import subclasses_of
from type_safe_convert.model.shape import Field
from type_safe_convert.model.signatures import signature_of
from type_safe_convert.registry import has_type_marker, kind_of_class
from type_safe_convert.testing.values import FLOATS, NUMBERS, STRINGS, validator_of
from type_safe_convert.types import nodes
from type_safe_convert.types.names import names_for, resolve, resolve_hints
from type_safe_convert.types.parse import parse

# Constructors that do something in the world when called.
_NEVER_CALLED = frozenset({"subprocess", "multiprocessing", "socket", "ssl", "_socket", "ftplib", "smtplib", "imaplib"})

_BUILT_ON: tuple[tuple[type, Any], ...] = (
    (str, "text"), (bool, True), (int, 3), (float, 1.5), (bytes, b"bytes"), (dict, {"key": 1}), (list, [1]), (set, {1}),
    (frozenset, frozenset({1})), (tuple, (1,)),
)  # fmt: skip

# Substitutes for abstract classes that callers pass around.
_KNOWN: tuple[Callable[[], Any], ...] = (
    lambda: len, lambda: iter((1, 2)), lambda: (number for number in (1, 2)), io.StringIO, io.BytesIO, threading.Lock,
    lambda: MappingProxyType({"key": 1}), lambda: typing, lambda: memoryview(b"bytes"),
    lambda: slice(1, 3), lambda: http.HTTPStatus,
)  # fmt: skip


def arbitrary(node: nodes.OpaqueNode, value: Callable[[nodes.Node], Any]) -> Any:
    """A value that the node accepts.

    Args:
        value: gives a value for the annotation of a constructor's parameter.

    Raises:
        LookupError: no way to make one succeeded.
    """
    annotation = node.annotation
    origin = typing.get_origin(annotation) or annotation
    for make in _ways(annotation, origin, value):
        try:
            made = make()
        except (Exception, SystemExit):  # a user's constructor may raise anything
            continue
        if node.accepts(made):
            return made
    raise LookupError("it cannot be constructed")


def _ways(annotation: Any, origin: Any, value: Callable[[nodes.Node], Any]) -> Iterator[Callable[[], Any]]:
    if origin is type:
        yield from (functools.partial(_itself, cls) for cls in classes_for(annotation))
        return
    if not isinstance(origin, type):
        yield from (functools.partial(_itself, found) for found in (len, None, "text"))
        return
    if issubclass(origin, type):
        yield lambda: int
    yield from _KNOWN
    for base, plain in _BUILT_ON:
        if issubclass(origin, base):
            yield functools.partial(_made_of, origin, plain)
    if has_type_marker(origin):
        yield functools.partial(_validated, annotation)
    concrete = [origin] if not inspect.isabstract(origin) else []
    below = sorted(
        (sub for sub in subclasses_of(origin) if not inspect.isabstract(sub)), key=lambda sub: sub.__qualname__
    )
    for cls in [*concrete, *below[:10]]:
        if kind_of_class(cls) is not None:
            yield functools.partial(value, parse(cls))
        elif cls.__module__.partition(".")[0] not in _NEVER_CALLED:
            yield cls
            yield functools.partial(_called, cls, value)
    for cls in concrete:
        yield functools.partial(object.__new__, cls)


def classes_for(annotation: Any) -> list[type]:
    """Classes that may fit `type[...]`: those that it names, also as the bound of a type variable, and two others."""
    named = [getattr(bound, "__bound__", None) or bound for bound in typing.get_args(annotation)]
    return [*(bound for bound in named if isinstance(bound, type)), int, str]


def _itself(value: Any) -> Any:
    return value


def _made_of(cls: Any, plain: Any) -> Any:
    return cls(plain)


def _called(cls: Any, value: Callable[[nodes.Node], Any]) -> Any:
    return cls(**arguments_for(cls, value))


def arguments_for(
    cls: type,
    value: Callable[[nodes.Node], Any],
    fields: Mapping[str, Field] = MappingProxyType({}),
    wants_optional: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Keywords for a constructor, by its signature.

    Args:
        value: gives a value for an annotation.
        fields: describe parameters of the same names.
        wants_optional: whether to give the next parameter with a default, too.
    """
    hints = resolve_hints(cls)
    found: dict[str, Any] = {}
    for name, parameter in signature_of(cls).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty and not wants_optional():
            continue
        if name in fields:
            node = fields[name].node
        else:
            hint = hints.get(name, Any) if parameter.annotation is parameter.empty else parameter.annotation
            node = parse(resolve(hint, names_for(cls)))
        found[name] = value(node)
    return found


def _validated(annotation: Any) -> Any:
    """The result of the library's validation of some plain value."""
    validate = validator_of(annotation)
    tried: tuple[Any, ...] = (*STRINGS, *NUMBERS, *FLOATS, {}, [], b"bytes", True)
    for plain in tried:
        with contextlib.suppress(ValueError):
            if validate is not None:
                return validate(plain)
    raise LookupError("no library accepts a value that was tried")
