"""Where in its life an application is."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Lifecycle:
    """Whether the application has started, as the lifespan messages of its server say.

    Attributes:
        phase: `starting`, `running` or `stopping`; `running` also where a server sends no such messages.
    """

    def __init__(self) -> None:
        self.phase = "running"

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
                await send(message)

            return app(scope, noting_receive, noting_send)

        return watching
