"""Handlers that FastAPI calls in worker threads, where a profiler may watch them."""

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Protocol

from fast_api.fastapi_bridge.internals import is_async_callable
from fast_api.models.signatures import like


class Thread_Runner(Protocol):
    """Runs functions in worker threads."""

    def run(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Calls a function in a worker thread and returns its result."""


# Calls the plain handlers of a request, where one is set.
thread_runner: ContextVar[Thread_Runner | None] = ContextVar("fast_api_thread_runner", default=None)


def runs_in_thread(function: Any) -> bool:
    """Whether FastAPI calls this handler in a worker thread and waits for what it returns."""
    return not (
        is_async_callable(function) or inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    )


def through_thread_runner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns `function`, called by the `thread_runner` of its request where there is one."""

    @like(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        runner = thread_runner.get()
        return function(*args, **kwargs) if runner is None else runner.run(function, args, kwargs)

    wrapped: Callable[..., Any] = call
    return wrapped
