"""Tracks the phase of an application: starting, running, stopping."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Send


class Lifecycle:
    """Whether the application has started, as the lifespan messages of its server say.

    Attributes:
        phase: `starting`, `running` or `stopping`; `running` also where a server sends no such messages.
        at_end: called, in a thread, after the last request and what the application itself does when it stops.
    """

    def __init__(self) -> None:
        self.phase = "running"
        self.at_end: list[Callable[[], object]] = []

    def end(self) -> None:
        for call in self.at_end:
            call()

    def watched(self, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """Returns the channels of a lifespan, whose messages set the phase."""

        async def noting_receive() -> Message:
            message = await receive()
            self.phase = "starting" if message["type"] == "lifespan.startup" else "stopping"
            return message

        async def noting_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self.phase = "running"
            elif message["type"].startswith("lifespan.shutdown."):
                await run_in_threadpool(self.end)  # before the message: uvicorn ends the process on it
            await send(message)

        return noting_receive, noting_send
