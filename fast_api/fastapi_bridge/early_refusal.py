"""Refuses a route that FastAPI would refuse where the route is added, although it is made at first use.

A signature of types that FastAPI takes in any case is told by a look at its parameters. With every other one FastAPI
makes a route that is thrown away, since the routers that the route belongs to may still change.
"""

import datetime
import decimal
import enum
import inspect
import re
import types
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, Union, get_args, get_origin

from fastapi import BackgroundTasks
from fastapi.routing import APIRoute
from fastapi.security import SecurityScopes
from pydantic import BaseModel
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic.fields import FieldInfo
from starlette.requests import HTTPConnection
from starlette.responses import Response

from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.arguments import check_max_body_size
from fast_api.fastapi_bridge.building import build_checked, for_fastapi
from fast_api.fastapi_bridge.internals import DefaultPlaceholder, is_body_allowed_for_status_code
from fast_api.models.signatures import signature_of
from fast_api.paths import RouteError, describe
from type_safe_convert import ConversionError, kind_of

_SCALARS = frozenset({
    str, int, float, bool, bytes, decimal.Decimal, uuid.UUID,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
})  # fmt: skip
_PLAIN = _SCALARS | {Any, None, type(None), dict, list, set, tuple, frozenset, object}
_OF_A_REQUEST = (HTTPConnection, Response, BackgroundTasks, SecurityScopes)
_COLLECTIONS = (list, dict, set, tuple, frozenset, Union, types.UnionType)
_PATH_PARAMETER = re.compile(r"{([^}:]+)")


def refuse_early(path: str, endpoint: Callable[..., Any], options: Mapping[str, Any]) -> None:
    """Raises what FastAPI raises about a route that it does not take."""
    check_max_body_size(options.get("max_body_size"))
    try:
        signature = signature_of(endpoint)
        # On versions that were not tested, each route shows whether FastAPI reads all that we put into signatures.
        if _has_unknown_names(signature) or (internals.IN_USE and _is_surely_taken(path, signature, options)):
            return
        function, options = for_fastapi(endpoint, options)
        probe: APIRoute = object.__new__(APIRoute)
        build_checked(probe, lambda: APIRoute.__init__(probe, path, function, **options), function, options)
    except (AssertionError, RuntimeError, TypeError, ValueError) as error:
        if not _may_be_known_later(error):
            raise
    except Exception:  # names that do not exist yet: the first use tells, or finds them
        return


@contextmanager
def as_route_errors(function: Callable[..., Any]) -> Iterator[None]:
    """Turns what is raised inside of the block into RouteErrors that name the function."""
    try:
        yield
    except RouteError:
        raise
    except Exception as error:
        raise _as_route_error(function, error) from error


def _as_route_error(function: Callable[..., Any], error: Exception) -> RouteError:
    """A RouteError that names the function, and is an error of FastAPI's class as well."""
    message = f"{describe(function)} cannot be a route: {error}"
    try:
        made: RouteError = type("RouteError", (RouteError, type(error)), {"__module__": RouteError.__module__})(message)
    except TypeError:  # two classes of exceptions that cannot be one
        return RouteError(message)
    return made


def _may_be_known_later(error: Exception) -> bool:
    return isinstance(error, ConversionError | PydanticUndefinedAnnotation) or (
        isinstance(error, PydanticUserError) and error.code == "class-not-fully-defined"
    )


def _has_unknown_names(signature: inspect.Signature) -> bool:
    annotations = [parameter.annotation for parameter in signature.parameters.values()]
    return any(isinstance(annotation, str) for annotation in [*annotations, signature.return_annotation])


def _is_surely_taken(path: str, signature: inspect.Signature, options: Mapping[str, Any]) -> bool:
    status, model = options.get("status_code"), options.get("response_model")
    if options.get("dependencies") or options.get("responses") or not is_body_allowed_for_status_code(status):
        return False
    if model is not None and not isinstance(model, DefaultPlaceholder) and not _is_plain(model):
        return False
    in_path = set(_PATH_PARAMETER.findall(path))
    returned = signature.return_annotation
    return (returned is signature.empty or _is_class_of(returned, (Response,)) or _is_plain(returned)) and all(
        _is_plain_parameter(parameter, parameter.name in in_path) for parameter in signature.parameters.values()
    )


def _is_plain_parameter(parameter: inspect.Parameter, is_in_path: bool) -> bool:
    annotation, default = parameter.annotation, parameter.default
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return False
    if is_in_path:
        return default is parameter.empty and (annotation is parameter.empty or _is_scalar(annotation))
    if isinstance(default, FieldInfo) or type(default).__module__.startswith("fastapi."):
        return False
    return annotation is parameter.empty or _is_class_of(annotation, _OF_A_REQUEST) or _is_plain(annotation)


def _is_plain(annotation: Any) -> bool:
    """Whether FastAPI makes a field of the annotation, whatever else; some that it takes are not known here."""
    origin = get_origin(annotation)
    if origin is None:
        try:
            known = annotation in _PLAIN
        except TypeError:
            return False
        return known or _is_scalar(annotation) or _is_class_of(annotation, (BaseModel,)) or _is_type_safe(annotation)
    if origin is Literal:
        return True
    return origin in _COLLECTIONS and all(item is ... or _is_plain(item) for item in get_args(annotation))


def _is_scalar(annotation: Any) -> bool:
    return annotation in _SCALARS or (
        isinstance(annotation, type)
        and (issubclass(annotation, enum.Enum) or getattr(annotation, "__primitive_base__", None) is not None)
    )


def _is_type_safe(annotation: Any) -> bool:
    return isinstance(annotation, type) and kind_of(annotation) == "type_safe"


def _is_class_of(annotation: Any, classes: tuple[type, ...]) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, classes)
