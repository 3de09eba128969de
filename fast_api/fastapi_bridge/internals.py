"""The private parts of FastAPI and Starlette that this package uses, and the check that they are what they were.

The fast path and what else reaches below FastAPI's documented interface are only used where every check of `CHECKS`
passes, on versions in `TESTED`. Elsewhere `IN_USE` is False: one log line says why, and handlers get and return the
same by documented means: metadata of annotations, `route_class`, middlewares, a second application.
"""

import dataclasses
import inspect
import logging
import os
import re
import signal
import warnings
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated, Any

import fastapi
import pydantic
import starlette
from fastapi import APIRouter, FastAPI, routing
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Scope

# Of each package the version that is installed, and those on which the tests passed: from the first, below the second.
TESTED = {
    "FastAPI": (fastapi.__version__, (0, 160), (0, 166)),
    "Starlette": (starlette.__version__, (1, 6), (1, 11)),
    "pydantic": (pydantic.VERSION, (2, 13), (2, 15)),
}

ENV_VAR__FAST_PATH = "FAST_API__FAST_PATH"
TELEMETRY = "fastapi.telemetry"  # in the scope of a request that FastAPI's own telemetry watches
# In a scope, Starlette's middleware finds the responder outside of it, and sets the `max_body_size` of that one.
BODY_LIMIT_RESPONDER = "starlette._body_limit_responder"
MAX_BODY_SIZE = "starlette.max_body_size"  # in the scope inside of that middleware
_INCLUSION = "effective_route_context"  # of a route, in FastAPI's state in a scope
_FRONTEND = "frontend_specificity"  # likewise: the length of a frontend's path

logger: logging.Logger = logging.getLogger("fast_api")


def _nothing() -> None: ...


# The classes of what documented functions give.
Match: Any = type(Route("/", _nothing).matches({"type": "http", "path": "/", "method": "GET"})[0])
DefaultPlaceholder: type[Any] = type(inspect.signature(APIRouter.add_api_route).parameters["response_model"].default)


def _from(module: str, name: str, otherwise: Any = None) -> Any:
    """The private `name` of a module; `otherwise` where it is not there."""
    try:
        return getattr(__import__(module, fromlist=[name]), name)
    except (ImportError, AttributeError):
        return otherwise


def _is_async_callable(function: Any) -> bool:
    return inspect.iscoroutinefunction(function) or (
        callable(function) and inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004
    )


def _get_route_path(scope: Scope) -> str:
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if not path.startswith(root):
        return path
    return path[len(root) :] if path == root or path[len(root)] == "/" else path


def _cookie_parser(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _is_body_allowed(status_code: int | str | None) -> bool:
    if status_code is None or not str(status_code).isdigit():
        return True
    return int(status_code) >= 200 and int(status_code) not in (204, 205, 304)


def _compile_path(path: str) -> Any:
    route = Route(path if path.startswith("/") else f"/{path}", _nothing)
    return route.path_regex, route.path_format, route.param_convertors


def _get_name(endpoint: Any) -> str:
    return str(getattr(endpoint, "__name__", endpoint.__class__.__name__))


# Small functions, with one of ours where a version no longer has them.
is_async_callable: Callable[[Any], bool] = _from("starlette._utils", "is_async_callable", _is_async_callable)
get_route_path: Callable[[Scope], str] = _from("starlette._utils", "get_route_path", _get_route_path)
cookie_parser: Callable[[str], dict[str, str]] = _from("starlette.requests", "cookie_parser", _cookie_parser)
compile_path: Callable[[str], Any] = _from("starlette.routing", "compile_path", _compile_path)
get_name: Callable[[Any], str] = _from("starlette.routing", "get_name", _get_name)
is_body_allowed_for_status_code: Callable[[Any], bool] = _from(
    "fastapi.utils", "is_body_allowed_for_status_code", _is_body_allowed
)

# The exceptions by which Starlette says that a body is too large.
_too_large: Any = _from("starlette.middleware.body_limit", "_RequestBodyTooLarge")
BODY_TOO_LARGE: tuple[type[Exception], ...] = () if _too_large is None else (_too_large,)

# Used by the fast path and its neighbours only, so without a replacement.
Dependant: Any = _from("fastapi.dependencies.models", "Dependant")
ModelField: Any = _from("fastapi._compat", "ModelField", object)
request_params_to_args: Any = _from("fastapi.dependencies.utils", "request_params_to_args")
request_body_to_args: Any = _from("fastapi.dependencies.utils", "request_body_to_args")
is_coroutine_callable: Any = _from("fastapi.routing", "_is_coroutine_callable")
is_gen_callable: Any = _from("fastapi.routing", "_is_gen_callable")
is_async_gen_callable: Any = _from("fastapi.routing", "_is_async_gen_callable")
effective_route_context_var: Any = _from("fastapi.routing", "_effective_route_context_var")
wrap_app_handling_exceptions: Callable[[ASGIApp, Any], ASGIApp] = _from(
    "starlette._exception_handler", "wrap_app_handling_exceptions"
)

_DEPENDANT_FIELDS = frozenset({
    "path_params", "query_params", "header_params", "cookie_params", "body_params", "dependencies", "name", "call",
    "request_param_name", "websocket_param_name", "http_connection_param_name", "response_param_name",
    "background_tasks_param_name", "security_scopes_param_name", "own_oauth_scopes", "parent_oauth_scopes", "use_cache",
    "path", "scope",
})  # fmt: skip
_NEWER_DEPENDANT_FIELDS = frozenset({"concurrency"})
_ROUTE_ATTRIBUTES = frozenset({
    "dependant", "body_field", "response_field", "stream_item_field", "response_fields", "is_json_stream",
    "is_sse_stream", "stream_item_type", "dependency_overrides_provider", "response_class", "status_code", "app",
    "_embed_body_fields",
})  # fmt: skip
_SERIALIZE = (
    "self", "value", "include", "exclude", "by_alias", "exclude_unset", "exclude_defaults", "exclude_none",
)  # fmt: skip


def _parameters(function: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _uses(function: Any, name: str) -> bool:
    """Whether the code of a function reads this attribute or holds this text."""
    return name in function.__code__.co_names or name in function.__code__.co_consts


@cache
def _probe() -> APIRoute:
    return APIRoute("/", _nothing)


def _has_dependant_fields() -> bool:
    fields = {field.name for field in dataclasses.fields(Dependant)}
    return fields >= _DEPENDANT_FIELDS and fields <= _DEPENDANT_FIELDS | _NEWER_DEPENDANT_FIELDS


def _has_methods_of_model_field() -> bool:
    return (
        _parameters(ModelField.validate) == ("self", "value", "values", "loc")
        and _parameters(ModelField.serialize_json) == _SERIALIZE
        and {*_parameters(ModelField.serialize)} == {*_SERIALIZE, "mode"}
        and {"name", "field_info", "mode"} <= {*_parameters(ModelField)}
    )


def _has_type_adapter() -> bool:
    field = ModelField(name="name", field_info=FieldInfo(annotation=int), mode="serialization")
    return isinstance(field._type_adapter, TypeAdapter)


def _has_no_class_attributes() -> bool:
    """Whether `APIRoute` has no class attribute of the name of an instance's: it would be found before that is made."""
    return not any(hasattr(APIRoute, name) for name in vars(_probe()))


class _Noticing:
    """Metadata that notes that pydantic read it."""

    is_read = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        self.is_read = True
        return handler(source)


def _hands_on_metadata() -> bool:
    marks = [_Noticing() for _ in range(4)]
    query, header, body, default = marks

    def function(q: Any, h: Any, b: Any, d: Any) -> None: ...

    function.__annotations__ = {
        "q": Annotated[int, query],
        "h": Annotated[int, fastapi.Header(), header],
        "b": Annotated[int, fastapi.Body(), body],
        "d": Annotated[int, fastapi.Query(), default],
    }
    APIRoute("/", function, methods=["POST"])
    return all(mark.is_read for mark in marks)


CHECKS: dict[str, Callable[[], bool]] = {
    "metadata of annotations": _hands_on_metadata,
    "fields of Dependant": _has_dependant_fields,
    "request_params_to_args": lambda: _parameters(request_params_to_args) == ("fields", "received_params"),
    "request_body_to_args": lambda: (
        _parameters(request_body_to_args) == ("body_fields", "received_body", "embed_body_fields")
    ),
    "_is_coroutine_callable": lambda: _parameters(is_coroutine_callable) == ("call",),
    "_is_gen_callable": lambda: _parameters(is_gen_callable) == ("call",),
    "_is_async_gen_callable": lambda: _parameters(is_async_gen_callable) == ("call",),
    "ModelField": _has_methods_of_model_field,
    "ModelField._type_adapter": _has_type_adapter,
    "attributes of APIRoute": lambda: vars(_probe()).keys() >= _ROUTE_ATTRIBUTES,
    "class attributes of APIRoute": _has_no_class_attributes,
    "APIRoute.get_route_handler": lambda: _uses(APIRoute.get_route_handler, "response_field"),
    "_effective_route_context_var": lambda: effective_route_context_var.get() is None,
    "effective_route_context": lambda: routing._FASTAPI_EFFECTIVE_ROUTE_CONTEXT_KEY == _INCLUSION,
    "frontend_specificity": lambda: routing._FASTAPI_FRONTEND_SPECIFICITY_KEY == _FRONTEND,
    "DefaultPlaceholder": lambda: isinstance(_probe().response_class, DefaultPlaceholder),
    "endpoint_ctx of ResponseValidationError": lambda: "endpoint_ctx" in _parameters(ResponseValidationError),
    "_extract_endpoint_context": lambda: isinstance(routing._extract_endpoint_context(_nothing), dict),
    "_endpoint_context_cache": lambda: isinstance(routing._endpoint_context_cache, dict),
    "fastapi.telemetry": lambda: _uses(FastAPI.__call__, TELEMETRY),
    "wrap_app_handling_exceptions": lambda: _parameters(wrap_app_handling_exceptions) == ("app", "conn"),
    "Request._body": lambda: _uses(Request.body, "_body"),
    "router.routes": lambda: type(APIRouter().routes) is list and _uses(Router.app, "routes"),
    "APIRouter._mark_routes_changed": lambda: _parameters(APIRouter._mark_routes_changed) == ("self",),
    "APIRouter._match_low_priority": lambda: _parameters(APIRouter._match_low_priority) == ("self", "scope"),
    "APIRouter._low_priority_routes": lambda: isinstance(APIRouter()._low_priority_routes, list),
    "class of the router": lambda: not {"__slots__", "__init_subclass__"} & vars(APIRouter).keys(),
    "user_middleware": lambda: _uses(FastAPI.build_middleware_stack, "user_middleware"),
    "build_middleware_stack": lambda: _uses(Starlette.__call__, "build_middleware_stack"),
}


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False


def difference() -> str:
    """Names the first part that differs from the tested ones; an empty text where none does."""
    chosen = os.environ.get(ENV_VAR__FAST_PATH, "")
    if chosen == "never":
        return f"{ENV_VAR__FAST_PATH} says never"
    if chosen != "always":
        for package, (found, first, end) in TESTED.items():
            if not first <= tuple(map(int, re.findall(r"\d+", found)[:2])) < end:
                return f"{package} {found} was not tested"
    for name, is_as_known in CHECKS.items():
        if not _passes(is_as_known):
            return f"FastAPI {fastapi.__version__} has another {name}"
    return ""


DIFFERENCE = difference()
IN_USE = not DIFFERENCE
_KNOWS_INCLUSIONS = _passes(CHECKS["effective_route_context"])
ROUTES_MAY_WAIT = _passes(_has_no_class_attributes)  # to be made when an attribute is not found
HAS_USER_MIDDLEWARE = isinstance(getattr(FastAPI(openapi_url=None), "user_middleware", None), list)

if not IN_USE:
    # FastAPI gives fields an alias that only it reads, and silences the warning where it makes their validators; but
    # pydantic makes those of generated models later.
    warnings.filterwarnings("ignore", "The 'alias' attribute", category=UnsupportedFieldAttributeWarning)
    logger.warning("the fast path is off, everything else works: %s", DIFFERENCE)


def effective_route(scope: Scope) -> Any:
    """The route of a request as the router that includes it sees it; the route itself where none does."""
    route = scope.get("route")
    state = scope.get("fastapi")
    included = state.get(_INCLUSION) if isinstance(state, dict) else None
    if included is not None and getattr(included, "original_route", None) is route:
        return included
    return route if _KNOWS_INCLUSIONS or route is None else _inclusion_of(route, scope)


def _inclusion_of(route: Any, scope: Scope) -> Any:
    """The same by FastAPI's list of all routes."""
    path = get_route_path(scope)
    for context in routing.iter_route_contexts(getattr(scope.get("app"), "routes", ())):
        pattern = getattr(context, "path_regex", None)
        if context.original_route is route and pattern is not None and pattern.match(path):
            return context
    return route


def is_specific_frontend(child_scope: Scope) -> bool:
    """Whether a frontend that matched is below a path: FastAPI says how long that is, 0 for one at the root."""
    return bool(child_scope.get("fastapi", {}).get(_FRONTEND))


def endpoint_context(function: Any) -> dict[str, Any]:
    """The file, the line and the name of a handler, as FastAPI's errors have them."""
    return dict(routing._extract_endpoint_context(function)) if IN_USE else {}


def name_handler(function: Any) -> None:
    """Tells FastAPI's errors the place of a handler; they do not look through a function that wraps another one."""
    if IN_USE and id(function) not in routing._endpoint_context_cache:
        context = routing._extract_endpoint_context(inspect.unwrap(function))
        routing._endpoint_context_cache[id(function)] = context


def keep_query(request: Request, parse: Callable[[bytes], Any]) -> None:
    """Parses the query where `Request.query_params` keeps it; elsewhere nobody looks at it."""
    if not hasattr(request, "_query_params"):
        request._query_params = parse(request.scope["query_string"])


def server_is_stopping() -> bool:
    """Whether uvicorn was asked to stop: it then waits for its responses before it says anything to the application.

    The handler that it has set for signals is a method of the server.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))


Handler = Callable[[Request], Awaitable[Any]]
