"""Tells a running handler that its client went away."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A watcher is a task, and even a timer for every request costs as much as the rest of this middleware: one timer looks
# after all requests of an event loop. In a request that lasts, the flag turns true at most twice this late.
WATCH_AFTER_SECONDS = 0.025

_lookouts: WeakKeyDictionary[asyncio.AbstractEventLoop, "Lookout"] = WeakKeyDictionary()


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
        responder = Disconnect_Responder(receive, state)
        lookout = _lookouts.get(loop) or _lookouts.setdefault(loop, Lookout())
        lookout.add(responder, loop)
        try:
            await self.app(scope, responder.receive, send)
        finally:
            lookout.remove(responder)
            if responder.watcher is not None:
                responder.watcher.cancel()


class Lookout:
    """Starts the watchers of the requests that have lasted a while, on one event loop."""

    def __init__(self) -> None:
        self.new: set[Disconnect_Responder] = set()
        self.older: set[Disconnect_Responder] = set()
        self.running = False

    def add(self, responder: "Disconnect_Responder", loop: asyncio.AbstractEventLoop) -> None:
        self.new.add(responder)
        if not self.running:
            self.running = True
            loop.call_later(WATCH_AFTER_SECONDS, self.look, loop)

    def remove(self, responder: "Disconnect_Responder") -> None:
        self.new.discard(responder)
        self.older.discard(responder)

    def look(self, loop: asyncio.AbstractEventLoop) -> None:
        for responder in self.older:
            responder.start_watching(loop)
        self.older, self.new = self.new, set()
        self.running = bool(self.older)
        if self.running:
            loop.call_later(WATCH_AFTER_SECONDS, self.look, loop)


class Disconnect_Responder:
    """The request's messages, for the application and, once the request has lasted a while, for the watcher.

    From then on the watcher is the only reader. It reads ahead by a single message, so that an upload keeps its pace.
    """

    disconnected = False
    complete = False  # the last message of the body has come
    direct_readers = 0
    watching = False
    watcher: asyncio.Task[None] | None = None
    loop: asyncio.AbstractEventLoop

    def __init__(self, receive: Receive, state: dict[str, Any]) -> None:
        self.raw_receive = receive
        self.state = state

    def start_watching(self, loop: asyncio.AbstractEventLoop) -> None:
        self.watching = True
        self.loop = loop
        if not self.direct_readers and not self.disconnected:
            self.buffer: list[Message] = []
            self.changed = asyncio.Event()
            self.consumed = asyncio.Event()
            self.watcher = loop.create_task(self.watch())

    async def watch(self) -> None:
        try:
            while True:
                was_complete = self.complete
                message = await self.raw_receive()
                self.note(message)
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

    def note(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            self.disconnected = True
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
            self.note(message)
            return message
        finally:
            self.direct_readers -= 1
            if self.watching and self.watcher is None:
                self.start_watching(self.loop)
