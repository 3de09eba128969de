"""The execution tree of a handler, sampled by pyinstrument (why not osbot-utils' Trace_Call: docs/events.md)."""

import inspect
import os
import random
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextvars import Token
from functools import cache
from importlib.util import find_spec
from typing import Any

from fast_api.fastapi_bridge.threads import Thread_Runner, thread_runner
from fast_api.http_events.assembly import assemble
from fast_api.http_events.event import Fast_API__Http_Event__Call

TRACE_HEADER = b"fast-api-trace"
MODES = ("off", "all", "sampled", "header", "slow")
INTERVAL = 0.001  # seconds between samples
MAX_CALLS = 500

_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + os.sep
_SITE = f"{os.sep}site-packages{os.sep}"


class Trace:
    """Samples one request: its coroutine, and the functions that it runs in worker threads."""

    def __init__(self) -> None:
        from pyinstrument import Profiler

        self.make = Profiler
        self.loop_frame: tuple[str, str] = _loop_frame()
        self.profiler: Any = Profiler(interval=INTERVAL, async_mode="enabled")
        self.threads: list[Any] = []  # the trees of worker threads
        self.own: Any = None  # that of the request's tasks
        self.token: Token[Thread_Runner | None] = thread_runner.set(self)
        self.profiler.start()

    def stop(self) -> None:
        """Ends sampling; called in the context that began it."""
        thread_runner.reset(self.token)
        self.own = _tree(self.profiler)

    def run(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Calls a plain function in a worker thread, sampled there."""
        profiler = self.make(interval=INTERVAL, async_mode="disabled")
        profiler.start()
        try:
            return function(*args, **kwargs)
        finally:
            self.threads.append(_tree(profiler))

    def calls(self) -> tuple[list[Fast_API__Http_Event__Call], int]:
        """The trees in preorder, and how many calls were left out.

        Where functions ran in worker threads only theirs: beside them, the request's own only waits.
        """
        calls: list[Fast_API__Http_Event__Call] = []
        found = 0
        start = 0.0
        roots: list[tuple[Any, int, float]] = []
        for frame in [f for tree in self.threads for f in outermost(tree)] or own_frames(self.own, self.loop_frame):
            roots.append((frame, 0, start))
            start += frame.time
        stack = roots[::-1]
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


def _tree(profiler: Any) -> Any | None:
    return profiler.stop().root_frame(trim_stem=False)


def _loop_frame() -> tuple[str, str]:
    """Name and file of the function that runs the tasks: what is called by it, directly, is another task."""
    frame, found = sys._getframe(1), ("", "")
    is_outside = False
    while frame is not None:
        if frame.f_code.co_flags & inspect.CO_COROUTINE:
            is_outside = False
        elif not is_outside:
            is_outside, found = True, (frame.f_code.co_name, frame.f_code.co_filename)
        frame = frame.f_back  # type: ignore[assignment]
    return found


def own_frames(root: Any, loop_frame: tuple[str, str]) -> list[Any]:
    """The outermost frames that are not the framework's: below the pipeline, and in the tasks that the request started,
    as for the generator of a stream."""
    if root is None:
        return []
    everywhere = _walk(root, lambda frame: True)
    top = next((frame for frame in everywhere if (frame.function, frame.file_path) == loop_frame), root)
    starts = (
        next((frame for frame in _walk(task, _is_not_pipeline) if not _is_not_pipeline(frame)), task)
        for task in top.children
    )
    return [frame for start in starts for frame in outermost(start)]


def outermost(root: Any) -> list[Any]:
    """The outermost frames below `root` that are not the framework's: of handlers, dependencies and other callbacks."""
    return [] if root is None else [frame for frame in _walk(root, _is_framework) if not _is_framework(frame)]


def _walk(root: Any, goes_deeper: Callable[[Any], bool]) -> Iterator[Any]:
    # An explicit stack: handlers may recurse deeper than we may.
    stack = [root]
    while stack:
        frame = stack.pop()
        yield frame
        if goes_deeper(frame):
            stack.extend(reversed(frame.children))


def _is_not_pipeline(frame: Any) -> bool:
    return frame.function != "__call__" or not (frame.file_path or "").endswith("http_request.py")


def _is_framework(frame: Any) -> bool:
    path = frame.file_path or "<"
    return path.startswith(_framework_folders()) or (path.startswith(_STANDARD_LIBRARY) and _SITE not in path)


def _is_library(frame: Any) -> bool:
    return _is_framework(frame) or _SITE in frame.file_path


@cache
def _framework_folders() -> tuple[str, ...]:
    names = (
        "fast_api", "fastapi", "starlette", "anyio", "sniffio", "idna", "uvicorn", "h11", "pydantic", "pydantic_core",
        "typing_extensions", "typing_inspection", "annotated_types", "annotated_doc", "type_safe_convert",
        "osbot_utils", "opentelemetry", "pyinstrument",
    )  # fmt: skip
    folders = ["<"]  # `<built-in>`, `<thread>`
    for spec in filter(None, map(find_spec, names)):
        # A namespace package, such as opentelemetry, has folders and no file.
        folders += [spec.origin.removesuffix("__init__.py")] if spec.origin else spec.submodule_search_locations or ()
    return tuple(folders)


def _call(frame: Any, depth: int, start: float) -> Fast_API__Http_Event__Call:
    path = frame.file_path_short or ""
    return assemble(
        Fast_API__Http_Event__Call,
        {
            "depth": depth,
            "name": frame.function or "",
            "is_library": _is_library(frame),
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
