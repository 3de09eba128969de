"""`Type_Safe_Route`: FastAPI's route for handlers that speak Type_Safe, made at first use."""

import functools
import json
import re
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pydantic_core
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, APIRouter
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.convertors import Convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.building import as_called, build_checked, build_validators, for_fastapi
from fast_api.fastapi_bridge.early_refusal import refuse_early
from fast_api.fastapi_bridge.fast_path import has_json, with_fast_path
from fast_api.fastapi_bridge.internals import Match, compile_path, get_name
from fast_api.fastapi_bridge.response_field import Response_Field, Untyped_Response_Field
from fast_api.fastapi_bridge.response_marks import polymorphic_now
from fast_api.models.handlers import Function
from fast_api.models.marks import Depends, Form
from fast_api.models.signatures import signature_of
from fast_api.models.walk import basemodels_of
from fast_api.paths import RouteError, describe
from type_safe_convert import origin_of


class Type_Safe_Route(APIRoute):
    """A route that knows its path and methods at once, and makes the rest when someone asks for it.

    So registering costs little and the same for every route, and the counterparts of a route's classes are made by its
    first request, or by the first look at the OpenAPI document. What FastAPI refuses is refused at once.

    What one thread makes is kept aside until all of it is there: the others wait, and never see half a route.
    """

    polymorphic_responses: bool | None = None
    group_router: APIRouter | None = None

    def __init__(self, path: str, endpoint: Function, **options: Any) -> None:
        self.path = path
        self.name: str = options.get("name") or get_name(endpoint)
        self.path_regex: re.Pattern[str]
        self.path_format: str
        self.param_convertors: dict[str, Convertor[Any]]
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods: set[str] = {method.upper() for method in options.get("methods") or ["GET"]}
        self.include_in_schema: bool = options.get("include_in_schema", True)
        self._declared = (endpoint, options)
        refuse_early(path, endpoint, options)
        _note_made(self)
        self._built = False
        self._unfinished: dict[str, Any] | None = None  # what the thread that holds the lock has made so far
        self._lock = threading.RLock()
        if not internals.ROUTES_MAY_WAIT:
            self.complete()

    def __getattr__(self, name: str) -> Any:
        # Called for what __init__ did not set: anything that needs the handler's signature.
        if name.startswith("__") or "_lock" not in self.__dict__:
            raise AttributeError(name)
        with self._lock:  # waits for the thread that makes it; that thread itself reads what it has made
            self.complete()
            made = self.__dict__ if self._unfinished is None else self._unfinished
            if name in made:
                return made[name]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        unfinished = self.__dict__.get("_unfinished")
        if unfinished is None or name in self.__dict__ or hasattr(type(self), name):
            super().__setattr__(name, value)
        else:
            unfinished[name] = value

    def complete(self) -> None:
        """Makes what is not made yet; in one thread, however many ask at once. Raises RouteError."""
        with self._lock:
            if self._built or self._unfinished is not None:
                return
            unfinished = self._unfinished = {} if internals.ROUTES_MAY_WAIT else self.__dict__
            try:
                self._build(*self._declared)
            except Exception as error:
                raise RouteError(f"{describe(self._declared[0])} cannot be a route: {error}") from error
            else:
                self.__dict__.update(unfinished)
                self._built = True
            finally:
                self._unfinished = None

    def complete_again(self) -> None:
        """Makes the route of what it is told now: its group's router may have got dependencies."""
        with self._lock:
            self._built = False
            self.complete()

    def _build(self, endpoint: Function, options: dict[str, Any]) -> None:
        options = {**options, "name": self.name, "dependencies": self._dependencies(options)}
        function, options = for_fastapi(endpoint, options)
        called = self._called = as_called(function, options)
        build_checked(self, functools.partial(super().__init__, self.path, called, **options), function, options)
        self.endpoint = function
        if internals.IN_USE and type(self).get_route_handler is Type_Safe_Route.get_route_handler:
            self.app: ASGIApp = with_fast_path(self, self.app, self._json_field)

    def _dependencies(self, options: dict[str, Any]) -> list[Depends]:
        """Those of the route, after those that its group's router got when the route was there already."""
        declared = list(options.get("dependencies") or ())
        given = () if self.group_router is None else self.group_router.dependencies
        late = [depends for depends in given if not any(depends is known for known in declared)]
        return [*late, *declared]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = super().matches(scope)
        if match is not Match.NONE:
            child_scope["endpoint"] = self._declared[0]  # what middlewares look at is the function that was written
        return match, child_scope

    def declaration(self) -> tuple[Function, dict[str, Any]]:
        """The function and FastAPI's options that this route was declared with."""
        return self._declared[0], dict(self._declared[1])

    def documented_models(self, known: set[type[BaseModel]]) -> Iterable[type[BaseModel]]:
        """The BaseModel classes in this route's schema that are not `known` yet."""
        return documented_models_of(self, known)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        if not internals.IN_USE:
            return self._get_json_handler()
        route = self._effective_route()
        if route is not self:
            build_validators(route)
        documented = route.response_field
        if documented is None:
            if not route.is_json_stream and not route.is_sse_stream:
                route.response_field = Untyped_Response_Field(name="response", field_info=FieldInfo(annotation=Any))
        else:
            route.response_field = documented = Response_Field.like(documented, self._polymorphic(), route)
        if route.stream_item_field is not None:
            route.stream_item_field = Response_Field.like(route.stream_item_field, self._polymorphic(), route)
        if route is self:
            self._json_field = route.response_field
        try:
            return self._get_json_handler()
        finally:
            route.response_field = documented

    def _effective_route(self) -> Any:
        """The route as the router that includes it sees it; the route itself where it was added directly."""
        context = internals.effective_route_context_var.get()
        return context if context is not None and context.original_route is self else self

    def _polymorphic(self) -> bool:
        if self.polymorphic_responses is not None:
            return self.polymorphic_responses
        return bool(getattr(self._effective_route().dependency_overrides_provider, "polymorphic_responses", False))

    def _get_json_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        if not internals.IN_USE:
            return self._by_what_requests_say(handler)
        body_field = self.body_field
        reads_json = body_field is not None and not isinstance(body_field.field_info, Form)

        async def handle(request: Request) -> Response:
            # The same object, which exception handlers get too: only it still has the body. One of a class of the
            # user's own parses as that class does.
            if reads_json and type(request) is Request:
                request.__class__ = Json_Request
            internals.name_handler(self._called)
            try:
                return await handler(request)
            except RequestValidationError as error:
                self._use_source_names(error)
                raise

        return handle

    def _by_what_requests_say(self, handler: Any) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As `_get_json_handler`, without a look at what FastAPI made of the route."""

        async def handle(request: Request) -> Response:
            if type(request) is Request and has_json(request.scope):
                request.__class__ = Json_Request
            polymorphic_now.set(self._is_polymorphic_in(request.scope))
            try:
                response: Response = await handler(request)
                return response
            except RequestValidationError as error:
                self._use_source_names(error)
                raise

        return handle

    def _is_polymorphic_in(self, scope: Scope) -> bool:
        if self.polymorphic_responses is not None:
            return self.polymorphic_responses
        return bool(getattr(scope.get("app"), "polymorphic_responses", False))

    def _use_source_names(self, error: RequestValidationError) -> None:
        """Names the members of a union, in the paths of its errors, by the origin classes."""
        made, names = self._source_names
        for problem in error.errors():
            problem["loc"] = tuple(
                made.sub(lambda match: names[match[0]], part) if isinstance(part, str) else part
                for part in problem["loc"]
            )

    @functools.cached_property
    def _source_names(self) -> tuple[re.Pattern[str], dict[str, str]]:
        names = {model.__name__: origin_of(model).__name__ for model in self.documented_models(set())}
        names = {name: source for name, source in names.items() if name != source}
        return re.compile("|".join(map(re.escape, names)) or "(?!)"), names


_made: ContextVar[list[Type_Safe_Route] | None] = ContextVar("fast_api_made_routes", default=None)


@contextmanager
def routes_made() -> Iterator[list[Type_Safe_Route]]:
    """Collects the routes that are made inside of the block."""
    made: list[Type_Safe_Route] = []
    token = _made.set(made)
    try:
        yield made
    finally:
        _made.reset(token)


def _note_made(route: Type_Safe_Route) -> None:
    made = _made.get()
    if made is not None:
        made.append(route)


def documented_models_of(route: Any, known: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Yields the BaseModel classes in the schema of a route, or of its inclusion, that are not `known` yet."""
    annotations = [getattr(route, name, None) for name in ("response_model", "stream_item_type")]
    annotations += [response.get("model") for response in (getattr(route, "responses", None) or {}).values()]
    functions: list[Any] = [depends.dependency for depends in getattr(route, "dependencies", None) or ()]
    if isinstance(getattr(route, "original_route", route), APIRoute):
        functions.append(route.endpoint)
    while functions:
        for parameter in signature_of(functions.pop()).parameters.values():
            annotations.append(parameter.annotation)
            marks = [parameter.default, *getattr(parameter.annotation, "__metadata__", ())]
            functions += [m.dependency for m in marks if isinstance(m, Depends) and m.dependency]
    for annotation in annotations:
        yield from basemodels_of(annotation, known)


class Json_Request(Request):
    """A request that parses JSON with pydantic's parser; what that refuses, the standard library decides.

    What it refuses for another reason than the syntax (bytes that are no text, too deep, a number too long) is invalid
    JSON too: a 422 that the OpenAPI document knows, where FastAPI answers 400. So is half of a surrogate pair: as a
    string it can neither be stored nor sent back.
    """

    async def json(self) -> Any:
        if not hasattr(self, "_parsed"):
            body = await self.body()
            try:
                self._parsed = pydantic_core.from_json(body, cache_strings="keys")
            except ValueError:
                try:
                    found = await super().json()
                    json.dumps(found, ensure_ascii=False).encode()
                    self._parsed = found
                except json.JSONDecodeError:
                    raise
                except (ValueError, RecursionError) as error:
                    raise json.JSONDecodeError(type(error).__name__, "", 0) from None
        return self._parsed
