"""Tells a running handler that its client went away."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# One timer per event loop starts watcher tasks, only for requests older than this: a timer per request would double the
# cost of this middleware. The flag turns true at most twice this late.
WATCH_AFTER_SECONDS = 0.025

LAST_MESSAGES = ("http.response.body", "http.response.pathsend")  # the first one may have more to come

_timers: WeakKeyDictionary[asyncio.AbstractEventLoop, "Watch_Timer"] = WeakKeyDictionary()


class Detect_Disconnect:
    """Keeps `request.state.is_disconnected`: False until the client goes away while its request is being answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        if "is_disconnected" in state:  # an enclosing application watches already
            await self.app(scope, receive, send)
            return
        state["is_disconnected"] = False
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # trio: the flag stays false there
            await self.app(scope, receive, send)
            return
        watched = Watched_Request(receive, send, state)
        timer = _timers.get(loop) or _timers.setdefault(loop, Watch_Timer())
        timer.add(watched, loop)
        try:
            await self.app(scope, watched.receive, watched.send)
        finally:
            timer.remove(watched)
            if watched.watcher is not None:
                watched.watcher.cancel()


class Watch_Timer:
    """Starts the watchers of the older requests of one event loop."""

    def __init__(self) -> None:
        self.new: set[Watched_Request] = set()
        self.previous: set[Watched_Request] = set()
        self.running: bool = False

    def add(self, watched: "Watched_Request", loop: asyncio.AbstractEventLoop) -> None:
        self.new.add(watched)
        if not self.running:
            self.running = True
            loop.call_later(WATCH_AFTER_SECONDS, self.tick, loop)

    def remove(self, watched: "Watched_Request") -> None:
        self.new.discard(watched)
        self.previous.discard(watched)

    def tick(self, loop: asyncio.AbstractEventLoop) -> None:
        for watched in self.previous:
            watched.start_watching(loop)
        self.previous, self.new = self.new, set()
        self.running = bool(self.previous)
        if self.running:
            loop.call_later(WATCH_AFTER_SECONDS, self.tick, loop)


class Watched_Request:
    """The messages of a request, for the application and, in an older request, for the watcher.

    From then on the watcher is the only reader. It reads ahead by a single message, so that an upload keeps its pace.
    """

    answered: bool = False  # the last message of the response's body is on its way
    disconnected: bool = False
    complete: bool = False  # the last message of the body has come
    direct_readers: int = 0
    watching: bool = False
    watcher: asyncio.Task[None] | None = None
    loop: asyncio.AbstractEventLoop

    def __init__(self, receive: Receive, send: Send, state: dict[str, Any]) -> None:
        self.raw_receive = receive
        self.raw_send = send
        self.state = state

    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] in LAST_MESSAGES and not message.get("more_body", False):
            self.answered = True
        return self.raw_send(message)

    def start_watching(self, loop: asyncio.AbstractEventLoop) -> None:
        self.watching = True
        self.loop = loop
        if not self.direct_readers and not self.disconnected:
            self.buffer: list[Message] = []
            self.changed: asyncio.Event = asyncio.Event()
            self.consumed: asyncio.Event = asyncio.Event()
            self.watcher = loop.create_task(self.watch())

    async def watch(self) -> None:
        try:
            while True:
                was_complete = self.complete
                message = await self.raw_receive()
                self.on_message(message)
                if self.disconnected:
                    return
                if (
                    was_complete
                ):  # only http.disconnect may follow: whoever repeats itself, or never waits, tells nothing
                    return
                self.buffer.append(message)
                self.changed.set()
                if not self.complete:
                    self.consumed.clear()
                    await self.consumed.wait()
        finally:
            self.changed.set()

    def on_message(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            self.disconnected = True
            # Servers say http.disconnect after every response, hypercorn before the call that sends its end returns.
            if not self.answered:
                self.state["is_disconnected"] = True
        elif not message.get("more_body", False):
            self.complete = True

    async def receive(self) -> Message:
        if not self.watching:
            return await self.receive_directly()
        while True:
            if self.watcher is not None and self.buffer:
                message = self.buffer.pop()
                self.consumed.set()
                # An empty end of a body that nobody read must not hide from `request.is_disconnected()` who left.
                if not self.disconnected or message.get("body") or message.get("more_body"):
                    return message
            if self.disconnected:
                return {"type": "http.disconnect"}
            if self.watcher is None:
                return await self.receive_directly()
            if self.watcher.done():
                self.watcher.result()  # raises what the server's receive raised
                return await self.receive_directly()
            self.changed.clear()
            await self.changed.wait()

    async def receive_directly(self) -> Message:
        self.direct_readers += 1
        try:
            message = await self.raw_receive()
            self.on_message(message)
            return message
        finally:
            self.direct_readers -= 1
            if self.watching and self.watcher is None:
                self.start_watching(self.loop)
