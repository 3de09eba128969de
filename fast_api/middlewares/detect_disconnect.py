"""Tells a running handler that its client went away."""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A watcher is a task, and a task for every request would cost more than the rest of the pipeline together. Handlers
# that are done sooner than this never start one; in the others the flag turns true this much later at most.
WATCH_AFTER_SECONDS = 0.05


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
        responder = Disconnect_Responder(receive, state, loop)
        try:
            await self.app(scope, responder.receive, send)
        finally:
            responder.stop()


class Disconnect_Responder:
    """The request's messages, for the application and, once the request has lasted a while, for the watcher.

    From then on the watcher is the only reader. It reads ahead by a single message, so that an upload keeps its pace.
    """

    __slots__ = ("buffer", "changed", "consumed", "disconnected", "direct_readers", "loop", "raw_receive", "state",
                 "timer", "watcher", "watching")  # fmt: skip

    def __init__(self, receive: Receive, state: dict[str, Any], loop: asyncio.AbstractEventLoop) -> None:
        self.raw_receive = receive
        self.state = state
        self.loop = loop
        self.disconnected = False
        self.direct_readers = 0
        self.watching = False
        self.watcher: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle = loop.call_later(WATCH_AFTER_SECONDS, self.start_watching)

    def start_watching(self) -> None:
        self.watching = True
        if not self.direct_readers and not self.disconnected:
            self.buffer: list[Message] = []
            self.changed = asyncio.Event()
            self.consumed = asyncio.Event()
            self.watcher = self.loop.create_task(self.watch())

    async def watch(self) -> None:
        try:
            while True:
                message = await self.raw_receive()
                self.note(message)
                if self.disconnected:
                    return
                self.buffer.append(message)
                self.changed.set()
                if message.get("more_body", False):
                    self.consumed.clear()
                    await self.consumed.wait()
        finally:
            self.changed.set()

    def note(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            self.disconnected = True
            self.state["is_disconnected"] = True

    async def receive(self) -> Message:
        if not self.watching:
            return await self.receive_directly()
        while True:
            if self.watcher is not None and self.buffer:
                message = self.buffer.pop()
                self.consumed.set()
                return message
            if self.disconnected:
                return {"type": "http.disconnect"}
            if self.watcher is None:
                return await self.receive_directly()
            if self.watcher.done():
                self.watcher.result()  # raises what the server's receive raised
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
                self.start_watching()

    def stop(self) -> None:
        self.timer.cancel()
        self.disconnected = True
        if self.watcher is not None:
            self.watcher.cancel()
