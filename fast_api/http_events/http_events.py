"""`Fast_API__Http_Events`: records the requests that the pipeline reports, and calls the callbacks."""

import asyncio
import copy
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from contextvars import copy_context
from types import CoroutineType
from typing import Any, List  # noqa: UP035  # Type_Safe fields are declared with typing's names

from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.types import Message, Scope

from fast_api.http_events import access_log, logs, profiling
from fast_api.http_events.context import REQUEST_OF_ERROR, current_request
from fast_api.http_events.event import (
    Fast_API__Http_Event,
    Fast_API__Http_Event__Response,
    event_on_demand,
    hold,
    release,
)
from fast_api.http_events.live_request import Live_Request, Live_WebSocket
from fast_api.http_events.record import Request_Record
from fast_api.http_events.route_lookup import path_in_app
from fast_api.http_events.stores.base import Event_Store, store_problem
from fast_api.http_events.stores.memory import Memory_Event_Store
from fast_api.redaction.environment import Environment_Redactor
from fast_api.redaction.names import SECRET_NAMES
from fast_api.redaction.redactor import Redactor
from fast_api.security.api_key import Path_Set

logger: logging.Logger = logging.getLogger("fast_api.http_events")

_RUNTIME = "__runtime__"

BACKGROUND_SECONDS = 5.0


class Fast_API__Http_Events(Type_Safe):
    """Receives the life of every request from the `Http_Request` middleware, and keeps the newest events, cleaned.

    Attributes:
        max_requests_logged: how many events the ring in memory holds; the oldest goes first.
        callback_on_request: called with the event when a request arrives.
        callback_on_response: called with the event's response part and the event when it ended.
        background_tasks: functions called as `callback_on_response`, without delaying the request's end.
        secret_names: names whose values are secrets: a regular expression, in any case.
        trust_cdn_headers: take client ip, country and city from the headers that a CDN sets.
        trace_calls: `off`, `all`, `sampled` (a share of `trace_sample_rate`), `header` (requests that carry
            `fast-api-trace`), or `slow` (kept for those that fail or take `trace_slow_seconds`).
        access_log: log a line of JSON for each request; see `fast_api.http_events.access_log`.

    Callbacks may be plain or async; one that raises is logged and counted, and breaks no request. Plain ones run in the
    event loop and must be short. The response part refuses changes: it was sent.
    """

    max_requests_logged: int = 50
    callback_on_request: Any  # osbot-utils accepts no function in a field `Callable`
    callback_on_response: Any
    background_tasks: List[Any]  # noqa: UP006
    secret_names: str = SECRET_NAMES
    trust_cdn_headers: bool = False
    trace_calls: str = "off"
    trace_sample_rate: float = 0.01
    trace_slow_seconds: float = 0.5
    access_log: bool = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        object.__setattr__(self, _RUNTIME, Runtime(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Fast_API__Http_Events":
        """A recorder with the same settings, and no events yet; a store elsewhere is the same one."""
        twin = object.__new__(type(self))
        memo[id(self)] = twin
        twin.__dict__.update({n: copy.deepcopy(v, memo) for n, v in self.__dict__.items() if n != _RUNTIME})
        object.__setattr__(twin, _RUNTIME, Runtime(twin))
        if self.store is not self.runtime().ring:
            twin.runtime().store = self.store
        return twin

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "store":
            self.runtime().store = value
            return
        if name.startswith("callback_on_") and value is not None and not callable(value):
            raise ValueError(f"{name} is a function, found {type(value).__name__}")
        if name == "trace_calls" and isinstance(value, str):
            _check_tracing(value)
        elif name == "secret_names" and isinstance(value, str):
            Redactor(value)  # a pattern may be valid by itself, and not as a part of another one
        super().__setattr__(name, value)
        runtime = self.__dict__.get(_RUNTIME)
        if runtime is not None:
            runtime.configure(self)

    def runtime(self) -> "Runtime":
        """The state of the running process, apart from settings: the store, the tasks, the counts."""
        runtime: Runtime = self.__dict__[_RUNTIME]
        return runtime

    # what was recorded

    @property
    def store(self) -> Event_Store:
        """The store of the events; may be replaced before the first request."""
        return self.runtime().store

    @property
    def requests_data(self) -> dict[str, Fast_API__Http_Event]:
        """The events by id, oldest first, as they are now."""
        return {event.event_id: event for event in self.store.recent()}

    def counts(self) -> dict[str, int]:
        """The store's counts, and `in_flight`, `unrecorded` (the page's and the probes), `failed_callbacks`."""
        runtime = self.runtime()
        counts = self.store.counts()
        return {
            **counts,
            "dropped": counts["dropped"] + runtime.dropped,
            "in_flight": runtime.in_flight,
            "unrecorded": runtime.unrecorded,
            "failed_callbacks": runtime.failed_callbacks,
        }

    def problem(self) -> str:
        """Says in words that may be public what is wrong with the store; empty when all is well."""
        return store_problem(self.store) or self.runtime().failing

    def close(self) -> None:
        """The application ends, after its last request: the background tasks get `BACKGROUND_SECONDS` to end, and a
        store that keeps events elsewhere sends off what it still holds. Called in a thread beside the event loop."""
        tasks, deadline = self.runtime().tasks, time.monotonic() + BACKGROUND_SECONDS
        while tasks and not _in_event_loop() and time.monotonic() < deadline:
            time.sleep(0.01)
        if tasks:
            logger.warning("the application ended with %d background tasks unfinished", len(tasks))
        close = getattr(self.store, "close", None)
        if close is not None:
            close()

    # what the pipeline calls

    def request_started(self, scope: Scope, request_id: str) -> Any:
        """Begins the record of a request; the result is handed to the other methods."""
        runtime: Runtime = self.__dict__[_RUNTIME]
        logs.install()
        is_unrecorded = self.is_unrecorded_path(scope)
        live = Live_Request(scope, request_id, runtime.redactors.get(), is_unrecorded, self.trust_cdn_headers)
        live.token = current_request.set(live)
        scope["state"]["http_event"] = event_on_demand(live)
        if not is_unrecorded:
            live.is_counted = True
            runtime.in_flight += 1
            if self.callback_on_request is not None:
                called = self._call(self.callback_on_request, scope["state"]["http_event"])
                if called is not None:
                    return self._after_callback(called, live)
            if self.trace_calls != "off":
                self._start_trace(live)
        return live

    async def _after_callback(self, called: Coroutine[Any, Any, None], live: Live_Request) -> Live_Request:
        try:
            await called
        except BaseException as error:  # the request was cancelled, and the middleware does not know of it yet
            if (ended := self.request_ended(live, error)) is not None:
                await ended
            raise
        self._start_trace(live)
        return live

    def _start_trace(self, live: Live_Request) -> None:
        if profiling.trace_wanted(self.trace_calls, self.trace_sample_rate, live.scope):
            live.trace = profiling.Trace()

    def websocket_started(self, scope: Scope, request_id: str) -> Live_WebSocket:
        """A WebSocket was opened: the log lines of its context lose its secrets from now on."""
        runtime: Runtime = self.__dict__[_RUNTIME]
        logs.install()
        live = Live_WebSocket(scope, request_id, runtime.redactors.get(), True, self.trust_cdn_headers)
        live.token = current_request.set(live)
        return live

    def websocket_ended(self, live: Live_WebSocket, error: BaseException | None) -> None:
        """The WebSocket was closed, or its handler raised `error`, which the server logs afterwards."""
        live.forget_scope()
        if error is not None and hasattr(error, "__dict__"):
            error.__dict__[REQUEST_OF_ERROR] = live
        current_request.reset(live.token)

    def request_passed_on(self, scope: Scope) -> None:
        """An enclosing application records this request; but what watches this one is no event there either."""
        live = current_request.get()
        if isinstance(live, Live_Request) and self.is_unrecorded_path(scope):
            live.is_unrecorded = True

    def message_sent(self, live: Live_Request, message: Message) -> None:
        """Notes an ASGI message of the response that was sent: its start, or a part of its body."""
        live.on_message(message)

    def request_ended(self, live: Live_Request, error: BaseException | None) -> Any:
        """Ends the record: the response is complete, or was cut off by `error`, which may be a cancellation."""
        runtime: Runtime = self.__dict__[_RUNTIME]
        trace = live.trace
        if trace is not None:
            trace.stop()
        record = live.end(error)
        if live.is_counted:
            runtime.in_flight -= 1
        if live.is_unrecorded and 0 < record.response["status_code"] < 400:
            runtime.unrecorded += 1
            current_request.reset(live.token)
            return None
        if trace is not None and self._keep_trace(record):
            record.keep_calls(*trace.calls())
        live.trace = None
        try:
            runtime.store.append(record)
        except Exception as error:
            runtime.store_failed(error)
        else:
            if runtime.failing:
                runtime.failing = ""
                logger.warning("the event store takes events again")
        if self.access_log:
            access_log.write(record)
        for task in self.background_tasks:
            runtime.run_in_background(self._background(task, record.event))
        called = None
        if self.callback_on_response is not None and live.is_counted:
            event = record.event
            called = self._tell(self.callback_on_response, event)
        if called is not None:
            return self._after_response(called, live)
        current_request.reset(live.token)
        return None

    async def _after_response(self, called: Coroutine[Any, Any, None], live: Live_Request) -> None:
        try:
            await called
        finally:
            current_request.reset(live.token)

    def _keep_trace(self, record: Request_Record) -> bool:
        if self.trace_calls != "slow":
            return True
        status = record.response["status_code"]
        slow = record.request["duration"] >= self.trace_slow_seconds * 1e6
        return slow or bool(record.response["cause"]) or status >= 500 or status == 0

    # callbacks

    def _call(self, callback: Callable[..., Any], *args: Any) -> Coroutine[Any, Any, None] | None:
        """Calls a plain callback; of an async one, what is to be awaited."""
        try:
            result = callback(*args)
        except (Exception, asyncio.CancelledError):
            self._failed(callback)
            return None
        return self._await(callback, result) if isinstance(result, CoroutineType) else None

    def _tell(self, callback: Callable[..., Any], event: Fast_API__Http_Event) -> Coroutine[Any, Any, None] | None:
        """Calls with the response part, which refuses changes meanwhile, and the event; what is to be awaited."""
        response = event.http_event_response
        hold(response)
        called = self._call(callback, response, event)
        if called is None:
            release(response)
            return None
        return self._release_after(called, response)

    async def _release_after(self, called: Coroutine[Any, Any, None], response: Fast_API__Http_Event__Response) -> None:
        try:
            await called
        finally:
            release(response)

    async def _await(self, callback: Callable[..., Any], result: Coroutine[Any, Any, Any]) -> None:
        try:
            await result
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            self._failed(callback)  # it waited for something that was cancelled; the request was not
        except Exception:
            self._failed(callback)

    async def _background(self, task: Callable[..., Any], event: Fast_API__Http_Event) -> None:
        called = self._tell(task, event)
        if called is not None:
            await called

    def _failed(self, callback: Callable[..., Any]) -> None:
        self.runtime().failed_callbacks += 1
        name = getattr(callback, "__qualname__", None) or type(callback).__name__
        logger.exception("the callback %s failed", name)

    # for the page

    def redactor(self) -> Redactor:
        """The redactor for the present pattern and API key."""
        redactors: Environment_Redactor = self.__dict__[_RUNTIME].redactors
        return redactors.get()

    def add_unrecorded_paths(self, *paths: str) -> None:
        """Requests to these that succeed leave no event: they watch the service. `/*` at the end: all below a path."""
        self.runtime().add_unrecorded_paths(paths)

    def is_unrecorded_path(self, scope: Scope) -> bool:
        """Whether the request watches the service, and no route of the user answers it."""
        unrecorded_paths: Path_Set = self.__dict__[_RUNTIME].unrecorded_paths
        if path_in_app(scope) not in unrecorded_paths:
            return False
        decide = getattr(scope.get("app"), "is_taken_by_default", None)
        return decide is None or decide(scope) is not False


class Runtime:
    """The state of `Fast_API__Http_Events` besides its fields."""

    def __init__(self, events: Fast_API__Http_Events) -> None:
        self.ring: Memory_Event_Store = Memory_Event_Store(events.max_requests_logged)
        self.store: Event_Store = self.ring
        self.redactors: Environment_Redactor = Environment_Redactor(events.secret_names)
        self.unrecorded_paths: Path_Set = Path_Set(())
        self._unrecorded_paths: list[str] = []
        self.in_flight = 0
        self.unrecorded = 0
        self.failed_callbacks = 0
        self.dropped: int = 0  # events that the store failed to take
        self.failing: str = ""  # what is wrong with a store that failed to take the last one
        self.tasks: set[asyncio.Task[None]] = set()  # the loop itself keeps only weak references

    def configure(self, events: Fast_API__Http_Events) -> None:
        if self.redactors.pattern != events.secret_names:
            self.redactors = Environment_Redactor(events.secret_names)
        self.ring.size = events.max_requests_logged

    def add_unrecorded_paths(self, paths: Iterable[str]) -> None:
        self._unrecorded_paths += paths
        self.unrecorded_paths = Path_Set(self._unrecorded_paths)

    def store_failed(self, error: Exception) -> None:
        """Counts an event; logs the error at the first one only."""
        self.dropped += 1
        failing = f"the event store fails: {type(error).__name__}"
        if failing != self.failing:
            self.failing = failing
            logger.error("the event store failed; the next ones are only counted", exc_info=error)

    def run_in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, context=copy_context())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _check_tracing(mode: str) -> None:
    if mode not in profiling.MODES:
        raise ValueError(f"trace_calls is one of {', '.join(profiling.MODES)}, found {mode!r}")
    if mode != "off":
        try:
            import pyinstrument  # noqa: F401
        except ImportError:
            raise ImportError("trace_calls needs pyinstrument: pip install 'type-safe-convert[events]'") from None
