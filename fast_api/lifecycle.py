"""Where in its life an application is."""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send


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

    def watched(self, app: ASGIApp) -> ASGIApp:
        """`app`, and the lifespan messages noted; requests pay one plain call."""

        def watching(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            if scope["type"] != "lifespan":
                return app(scope, receive, send)

            async def noting_receive() -> Message:
                message = await receive()
                self.phase = "starting" if message["type"] == "lifespan.startup" else "stopping"
                return message

            async def noting_send(message: Message) -> None:
                if message["type"] == "lifespan.startup.complete":
                    self.phase = "running"
                elif message["type"].startswith("lifespan.shutdown."):
                    await run_in_threadpool(self.end)  # a server ends the process as soon as it hears of this
                await send(message)

            return app(scope, noting_receive, noting_send)

        return watching
