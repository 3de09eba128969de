"""The place of the middleware pipeline in an application."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from fast_api.fastapi_bridge import internals
from fast_api.fastapi_bridge.default_routes import Default_Routes
from fast_api.fastapi_bridge.exception_handlers import unless_answered
from fast_api.fastapi_bridge.route import Type_Safe_Route


class Pipelined_FastAPI(FastAPI):
    """FastAPI with a pipeline: middlewares that are added later run inside of it.

    Attributes:
        before_start: called once, before the first request builds the middleware stack.
        pipeline_end: the number of middlewares up to the end of the pipeline; None without one.
    """

    default_routes: Default_Routes
    before_start: Callable[[], object] | None = None
    pipeline_end: int | None = None
    _collected: list[Middleware] | None = None
    _started = False

    def add_pipeline(self, pipeline: Sequence[Middleware]) -> None:
        """Adds our middlewares, outermost first, inside of what was added before."""
        if not internals.HAS_USER_MIDDLEWARE:  # then outside of what was added before
            for middleware in reversed([*pipeline, *self.default_routes.innermost()]):
                super().add_middleware(middleware.cls, *middleware.args, **middleware.kwargs)
            self.pipeline_end = 0
            return
        self.user_middleware.extend(pipeline)
        self.pipeline_end = len(self.user_middleware)

    def middlewares_added_by(self, hook: Callable[[], object]) -> list[Middleware]:
        """Returns the middlewares that `hook` adds by `add_middleware`, outermost first."""
        self._collected = []
        try:
            hook()
            return self._collected
        finally:
            self._collected = None

    def add_middleware(self, middleware_class: Any, *args: Any, **kwargs: Any) -> None:
        """As Starlette's: the last one added runs first; but once the pipeline is there, inside of it.

        So its errors and refusals have a request id, CORS headers and a record like those of a handler.
        """
        if self._collected is not None:
            self._collected.insert(0, Middleware(middleware_class, *args, **kwargs))
            return
        super().add_middleware(middleware_class, *args, **kwargs)
        if self.pipeline_end is not None and internals.HAS_USER_MIDDLEWARE:
            self.user_middleware.insert(self.pipeline_end, self.user_middleware.pop(0))

    def _start(self) -> None:
        """Before the first request: an application that nobody set up must not be without its key check."""
        if self._started:
            return
        if self.before_start is not None:
            self.before_start()
        if not internals.ROUTES_MAY_WAIT:
            for context in iter_route_contexts(self.router.routes):
                if isinstance(context.original_route, Type_Safe_Route):
                    context.original_route.complete_again()
        if internals.HAS_USER_MIDDLEWARE:
            self.user_middleware.extend(self.default_routes.innermost())
        self._started = True

    def build_middleware_stack(self) -> ASGIApp:
        self._start()
        handlers = self.exception_handlers
        own = {kind: unless_answered(handlers[kind]) for kind in (500, Exception) if kind in handlers}
        self.exception_handlers = {**handlers, **own}
        try:
            return super().build_middleware_stack()
        finally:
            self.exception_handlers: dict[Any, Any] = handlers
