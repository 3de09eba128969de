"""From functions to URL paths: the naming rule, `@route_path`, and the errors that a set-up can find."""

import inspect
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, get_args

from fastapi import BackgroundTasks, Request, Response, WebSocket
from fastapi.security import SecurityScopes
from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo
from starlette.requests import HTTPConnection

from fast_api.models.marks import Body, Depends, Param, Path
from fast_api.models.signatures import signature_of
from type_safe_convert import kind_of

Function = Callable[..., Any]
Handler = TypeVar("Handler", bound=Function)

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

logger: logging.Logger = logging.getLogger("fast_api")

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


def route_path(path: str) -> Callable[[Handler], Handler]:
    """Decorator: the function's path, instead of the one that its name gives.

    Raises RouteError when the path does not start with `/`.
    """
    if not path.startswith("/"):
        raise RouteError(f"a route path starts with '/': {path!r}")

    def decorate(function: Handler) -> Handler:
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
    words stay literal. Raises RouteError for an annotation that names nothing.
    """
    explicit = getattr(function, _ROUTE_PATH, None)
    taken = set(parameters_of(function))
    if explicit is None:
        return _path_of_name(function_name(function), lambda words: _longest_parameter(words, taken))
    return str(explicit)


def report_unread_parameters(path: str, function: Function, dependencies: Iterable[Depends]) -> None:
    """Logs a warning for each parameter of the path that neither the function nor a dependency can read.

    FastAPI accepts such a route; most often the parameter of the function has another name, and is read from the query.
    """
    functions = [function, *(depends.dependency for depends in dependencies if depends.dependency is not None)]
    names = [name for name, _ in _PATH_PARAMETER.findall(path)]
    if not names or any(map(_takes_request, functions)):
        return
    taken = {name for each in functions for name in parameters_of(each)}
    for name in names:
        if name not in taken:
            logger.warning("%s does not take the parameter %r of its path %s", describe(function), name, path)


def _takes_request(function: Function) -> bool:
    """Whether the function, or one of its dependencies, gets the request and with it every path parameter."""
    for parameter in signature_of(function).parameters.values():
        depends, annotation = _depends_of(parameter)
        if depends is None:
            if isinstance(annotation, type) and issubclass(annotation, HTTPConnection):
                return True
        elif callable(dependency := depends.dependency or annotation) and _takes_request(dependency):
            return True
    return False


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
    """The functions by method and path; adding one costs the same however many there are."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], Function] = {}

    def add(
        self,
        path: str,
        methods: Iterable[str],
        function: Function,
        is_registered: Callable[[str, Function], bool] = lambda path, function: True,
    ) -> list[str]:
        """Returns the methods that are new: the same function may be added at its place again, which changes nothing.

        Raises RouteError, naming both functions, where another function has the place, and `is_registered(path, it)`.
        """
        new = []
        for method in methods:
            key = (method.upper(), normal_path(path))
            known = self.functions.get(key)
            if known is None or not is_registered(path, known):
                new.append(method)
            elif not is_same_function(known, function):
                raise RouteError(f"{describe(function)} and {describe(known)} both answer {key[0]} {path}")
        self.functions.update({(method.upper(), normal_path(path)): function for method in new})
        return new


def is_same_function(one: Function, other: Function) -> bool:
    """Whether two are one function, or one method of two objects of one class with the same settings."""
    owners = getattr(one, "__self__", None), getattr(other, "__self__", None)
    if getattr(one, "__func__", one) != getattr(other, "__func__", other) or type(owners[0]) is not type(owners[1]):
        return False
    return owners[0] is owners[1] or _settings_of(owners[0]) == _settings_of(owners[1])


def _settings_of(owner: object) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(owner).items()
        if isinstance(value, str | int | float | None) and not name.startswith("__")
    }


def function_name(function: Function) -> str:
    """The name of a function; of an object that is called, that of its class."""
    name = getattr(function, "__name__", None) or type(function).__name__
    return str(name)


def describe(function: Function) -> str:
    """The module and the qualified name, for messages."""
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
        depends, annotation = _depends_of(parameter)
        if depends is not None:
            dependency = depends.dependency or annotation
            if callable(dependency):
                yield from parameters_of(dependency)
            continue
        info = next((mark for mark in _marks_of(parameter) if isinstance(mark, FieldInfo)), None)
        if info is not None and isinstance(info, Param | Body) and not isinstance(info, Path):
            continue
        if _may_stand_in_a_path(annotation):
            yield parameter.name
            if info is not None:
                yield from _aliases_of(info)


def _aliases_of(info: FieldInfo) -> Iterator[str]:
    wire = info.validation_alias
    for alias in (info.alias, *(wire.choices if isinstance(wire, AliasChoices) else (wire,))):
        if isinstance(alias, str):
            yield alias


def _marks_of(parameter: inspect.Parameter) -> list[Any]:
    return [parameter.default, *getattr(parameter.annotation, "__metadata__", ())]


def _depends_of(parameter: inspect.Parameter) -> tuple[Depends | None, Any]:
    """The `Depends` of a parameter, if it has one, and its annotation without metadata."""
    marks = _marks_of(parameter)
    annotation = get_args(parameter.annotation)[0] if len(marks) > 1 else parameter.annotation
    return next((mark for mark in marks if isinstance(mark, Depends)), None), annotation


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
