"""From functions to URL paths: the naming rule, `@route_path`, and the errors that a set-up can find."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args

from fastapi import BackgroundTasks, Request, Response, WebSocket, params
from fastapi.security import SecurityScopes
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.requests import HTTPConnection

from fast_api.signatures import signature_of
from type_safe_convert import kind_of

Function = Callable[..., Any]

_ROUTE_PATH = "__fast_api_route_path__"
_PATH_PARAMETER = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")
_NEVER_IN_A_PATH = (
    HTTPConnection,
    Request,
    WebSocket,
    Response,
    BackgroundTasks,
    SecurityScopes,
    BaseModel,
    list,
    dict,
)


class RouteError(ValueError):
    """A route that cannot be registered; the message names the function, or both functions where two clash."""


def route_path(path: str) -> Callable[[Function], Function]:
    """Decorator: the function's path, instead of the one that its name gives.

    Raises RouteError when the path does not start with `/`.
    """
    if not path.startswith("/"):
        raise RouteError(f"a route path starts with '/': {path!r}")

    def decorate(function: Function) -> Function:
        setattr(function, _ROUTE_PATH, path)
        return function

    return decorate


def parse_function_name(name: str) -> str:
    """The path of a function, by its name alone: the first word after each `__` is a parameter.

    `an_post` → `/an-post`, `users__id` → `/users/{id}`, `users__id_profile` → `/users/{id}/profile`.
    """
    return _path_of_name(name, lambda words: 1)


def path_of_function(function: Function) -> str:
    """The path at which a function is registered: that of `@route_path`, else by its name and its parameters.

    After each `__`, the longest leading run of words that is a parameter becomes `{parameter}`; where none is, the
    words stay literal. Raises RouteError for a path parameter that the function does not take.
    """
    explicit = getattr(function, _ROUTE_PATH, None)
    taken = set(parameters_of(function))
    if explicit is None:
        return _path_of_name(function_name(function), lambda words: _longest_parameter(words, taken))
    check_path_parameters(explicit, function)
    return str(explicit)


def check_path_parameters(path: str, function: Function) -> None:
    """Raises RouteError where the path has a parameter that neither the function nor its dependencies take."""
    taken = set(parameters_of(function))
    for name, _ in _PATH_PARAMETER.findall(path):
        if name not in taken:
            raise RouteError(f"{describe(function)} does not take the parameter {name!r} of its path {path}")


def check_return_annotation(function: Function) -> None:
    """Raises RouteError for a return annotation that names nothing."""
    if isinstance(getattr(function, "__annotations__", {}).get("return"), str):
        returned = signature_of(function).return_annotation
        if isinstance(returned, str):
            raise RouteError(f"{describe(function)}: nothing is known under its return annotation {returned!r}")


def normal_path(path: str) -> str:
    """The path without its parameters' names: two routes with the same one answer the same requests."""
    return _PATH_PARAMETER.sub(lambda match: "{%s}" % (match[2] or ""), path)


class RouteTable:
    """Which function answers which method and path; adding one costs the same however many there are."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], Function] = {}

    def add(self, path: str, methods: Iterable[str], function: Function) -> None:
        """Raises RouteError, naming both functions, where another function has the place already."""
        keys = [(method.upper(), normal_path(path)) for method in methods]
        for key in keys:
            if key in self.functions:
                first = describe(self.functions[key])
                raise RouteError(f"{describe(function)} and {first} both answer {key[0]} {path}")
        self.functions.update(dict.fromkeys(keys, function))


def function_name(function: Function) -> str:
    name = getattr(function, "__name__", None) or type(function).__name__
    return str(name)


def describe(function: Function) -> str:
    qualified = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{getattr(function, '__module__', '?')}.{qualified}"


def parameters_of(function: Function) -> Iterator[str]:
    """The names under which a function, or one of its dependencies, can take a path parameter.

    Raises RouteError for an annotation that names nothing.
    """
    for parameter in signature_of(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if isinstance(parameter.annotation, str):
            raise RouteError(
                f"{describe(function)}: nothing is known under the annotation {parameter.annotation!r} "
                f"of its parameter {parameter.name!r}"
            )
        marks = [parameter.default, *getattr(parameter.annotation, "__metadata__", ())]
        annotation = get_args(parameter.annotation)[0] if len(marks) > 1 else parameter.annotation
        depends = next((mark for mark in marks if isinstance(mark, params.Depends)), None)
        if depends is not None:
            dependency = depends.dependency or annotation
            if callable(dependency):
                yield from parameters_of(dependency)
            continue
        info = next((mark for mark in marks if isinstance(mark, FieldInfo)), None)
        if info is not None and isinstance(info, params.Param | params.Body) and not isinstance(info, params.Path):
            continue
        if _may_stand_in_a_path(annotation):
            yield parameter.name
            if info is not None and info.alias:
                yield info.alias


def _may_stand_in_a_path(annotation: Any) -> bool:
    if not isinstance(annotation, type):
        return True
    return not issubclass(annotation, _NEVER_IN_A_PATH) and kind_of(annotation) is None


def _path_of_name(name: str, parameter_length: Callable[[list[str]], int]) -> str:
    first, *others = name.split("__")
    segments = [_literal(first.split("_"))]
    for part in others:
        words = [word for word in part.split("_") if word]
        length = parameter_length(words) if words else 0
        if length:
            segments.append("{" + "_".join(words[:length]) + "}")
        segments.append(_literal(words[length:]))
    return "/" + "/".join(segment for segment in segments if segment)


def _literal(words: Iterable[str]) -> str:
    return "-".join(word for word in words if word)


def _longest_parameter(words: list[str], parameters: set[str]) -> int:
    return next((n for n in range(len(words), 0, -1) if "_".join(words[:n]) in parameters), 0)
