"""The execution tree of a handler, sampled by pyinstrument (why not osbot-utils' Trace_Call: docs/events.md)."""

import inspect
import random
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache, wraps
from importlib.util import find_spec
from typing import Any

from starlette._utils import is_async_callable

from fast_api.http_events.event import Fast_API__Http_Event__Call, assemble

TRACE_HEADER = b"fast-api-trace"
MODES = ("off", "all", "sampled", "header", "slow")
INTERVAL = 0.001  # seconds between samples
MAX_CALLS = 500

current_trace: ContextVar["Trace | None"] = ContextVar("current_trace", default=None)


class Trace:
    """Samples one request: its coroutine, and the functions that it runs in worker threads."""

    def __init__(self) -> None:
        from pyinstrument import Profiler

        self.make = Profiler
        self.profiler = Profiler(interval=INTERVAL, async_mode="enabled")
        self.roots: list[Any] = []
        self.token = current_trace.set(self)
        self.profiler.start()

    def stop(self) -> None:
        """Ends sampling; called in the context that began it."""
        current_trace.reset(self.token)
        self.add(self.profiler)

    def run(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Calls a plain function in a worker thread, sampled there."""
        profiler = self.make(interval=INTERVAL, async_mode="disabled")
        profiler.start()
        try:
            return function(*args, **kwargs)
        finally:
            self.add(profiler)

    def add(self, profiler: Any) -> None:
        session = profiler.stop()
        root = session.root_frame(trim_stem=False)
        if root is not None:
            self.roots.append(root)

    def calls(self) -> tuple[list[Fast_API__Http_Event__Call], int]:
        """The tree in preorder, and how many calls were left out.

        A worker thread's tree comes first: beside it, the request's own only waits.
        """
        calls: list[Fast_API__Http_Event__Call] = []
        found = 0
        handler = handler_frame(self.roots[0]) if self.roots else None
        stack: list[tuple[Any, int, float]] = [] if handler is None else [(handler, 0, 0.0)]
        while stack:
            frame, depth, start = stack.pop()
            found += 1
            if len(calls) < MAX_CALLS:
                calls.append(_call(frame, depth, start))
            children = []
            for child in frame.children:
                if child.function != "[self]":
                    children.append((child, depth + 1, start))
                start += child.time
            stack.extend(reversed(children))
        return calls, found - len(calls)


def handler_frame(root: Any) -> Any | None:
    """The frame of the handler: the longest outermost one below the pipeline that is not the framework's."""
    pipeline = next((frame for frame in _walk(root, _is_not_pipeline) if not _is_not_pipeline(frame)), root)
    outermost = (frame for frame in _walk(pipeline, _is_framework) if not _is_framework(frame))
    return max(outermost, key=lambda frame: frame.time, default=None)


def _walk(root: Any, goes_deeper: Callable[[Any], bool]) -> Iterator[Any]:
    # An explicit stack: handlers may recurse deeper than we may.
    stack = [root]
    while stack:
        frame = stack.pop()
        yield frame
        if goes_deeper(frame):
            stack.extend(reversed(frame.children))


def _is_not_pipeline(frame: Any) -> bool:
    return not (frame.file_path or "").endswith("http_request.py")


def _is_framework(frame: Any) -> bool:
    return (frame.file_path or "<").startswith(_framework_folders())


@cache
def _framework_folders() -> tuple[str, ...]:
    names = ("fast_api", "fastapi", "starlette", "anyio", "uvicorn", "asyncio", "concurrent", "threading")
    specs = [find_spec(name) for name in names]
    origins = [spec.origin for spec in specs if spec is not None and spec.origin]
    return ("<", *(origin.removesuffix("__init__.py") for origin in origins))  # `<built-in>`, `<thread>`


def _call(frame: Any, depth: int, start: float) -> Fast_API__Http_Event__Call:
    path = frame.file_path_short or ""
    return assemble(
        Fast_API__Http_Event__Call,
        {
            "depth": depth,
            "name": frame.function or "",
            "location": f"{path}:{frame.line_no}" if path else "",
            "start": float(start),
            "duration": float(frame.time),
        },
    )


def trace_wanted(mode: str, sample_rate: float, scope: Any) -> bool:
    """Whether sampling begins with this request; for `slow` it always does, and the end decides what is kept."""
    if mode in ("all", "slow"):
        return True
    if mode == "sampled":
        return random.random() < sample_rate
    return mode == "header" and any(name == TRACE_HEADER for name, _ in scope["headers"])


def runs_in_thread(function: Any) -> bool:
    """Whether FastAPI calls this handler in a worker thread and waits for what it returns."""
    return not (
        is_async_callable(function) or inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    )


def traced_in_thread(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, for worker threads: sampled when its request is."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        trace = current_trace.get()
        return function(*args, **kwargs) if trace is None else trace.run(function, args, kwargs)

    return call
