"""A real server for tests: in a thread, on a free port, for as long as a `with` block lasts."""

import contextlib
import os
import socket
import threading
import time
import weakref
from types import TracebackType
from typing import Any, Self

from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api.extra import missing_extra
from type_safe_convert import kind_of, to_json

try:
    import httpx
    import uvicorn
except ModuleNotFoundError as _error:
    raise missing_extra("Fast_API_Server", _error) from None

_RUNNING = "__running__"
_RESERVED = "__reserved__"


class Fast_API_Server(Type_Safe):
    """Serves `app` (a Fast_API, or any ASGI application) with uvicorn from `start()` to `stop()`, or while its `with`
    block runs.

    `requests_get(path, **kwargs)` and its family take httpx's arguments and return its Response; they follow redirects,
    and `data` may be a model of any kind, which is sent as JSON. Without a `port` a free one is reserved at once, so
    that `port` and `url()` are known before the server runs. `start()` raises RuntimeError when it does not start.
    """

    app: Any
    host: str = "127.0.0.1"
    port: int = 0
    log_level: str = "warning"
    timeout: float = 60.0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.port == 0:
            reserved = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reserved.bind((self.host, 0))
            self.port = reserved.getsockname()[1]
            descriptor = reserved.detach()
            object.__setattr__(self, _RESERVED, (descriptor, weakref.finalize(self, os.close, descriptor)))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> bool:
        """Starts the server; True once it answers. Raises RuntimeError where it does not, or runs already."""
        if _RUNNING in self.__dict__:
            raise RuntimeError(f"the server runs already, on port {self.port}")
        listening = self._listen()
        server = uvicorn.Server(uvicorn.Config(_set_up(self.app), log_level=self.log_level))

        def serve() -> None:
            with contextlib.suppress(SystemExit):  # uvicorn's word for a start that failed; it has logged why
                server.run(sockets=[listening])

        thread = threading.Thread(target=serve, daemon=True)
        client = httpx.Client(base_url=self.url(), timeout=self.timeout, follow_redirects=True)
        object.__setattr__(self, _RUNNING, {"server": server, "thread": thread, "client": client})
        thread.start()
        deadline = time.monotonic() + self.timeout
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the server did not start; its log says why")
            time.sleep(0.005)
        return True

    def stop(self) -> bool:
        """Stops the server, where it runs; returns whether its port is closed."""
        running: dict[str, Any] | None = self.__dict__.pop(_RUNNING, None)
        if running is not None:
            running["client"].close()
            running["server"].should_exit = True
            running["thread"].join(self.timeout)
        return not self.is_port_open()

    def is_port_open(self) -> bool:
        """Whether something accepts connections at the port."""
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
            return True
        return False

    def url(self, path: str = "") -> str:
        """The address of `path` on this server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{path}"

    def requests(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """Sends a request and returns the response of httpx; RuntimeError where the server does not run."""
        if _RUNNING not in self.__dict__:
            raise RuntimeError("the server does not run: call start(), or use a `with` block")
        if kind_of(kwargs.get("data")) is not None:
            headers = {"content-type": "application/json", **dict(kwargs.pop("headers", None) or {})}
            kwargs.update(content=to_json(kwargs.pop("data")), headers=headers)
        client: httpx.Client = self.__dict__[_RUNNING]["client"]
        return client.request(method, path, **kwargs)

    def requests_get(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        """Sends a GET request; see `requests`."""
        return self.requests("GET", path, **kwargs)

    def requests_post(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        """Sends a POST request; see `requests`."""
        return self.requests("POST", path, **kwargs)

    def requests_put(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        """Sends a PUT request; see `requests`."""
        return self.requests("PUT", path, **kwargs)

    def requests_patch(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        """Sends a PATCH request; see `requests`."""
        return self.requests("PATCH", path, **kwargs)

    def requests_delete(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        """Sends a DELETE request; see `requests`."""
        return self.requests("DELETE", path, **kwargs)

    def requests_options(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        """Sends a OPTIONS request; see `requests`."""
        return self.requests("OPTIONS", path, **kwargs)

    def requests_head(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        """Sends a HEAD request; see `requests`."""
        return self.requests("HEAD", path, **kwargs)

    def _listen(self) -> socket.socket:
        descriptor, close = self.__dict__.pop(_RESERVED, (None, None))
        if descriptor is None:
            family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
            return socket.create_server((self.host, self.port), family=family)
        close.detach()
        listening = socket.socket(fileno=descriptor)
        listening.listen(128)
        return listening


def _set_up(app: Any) -> Any:
    """Sets a `Fast_API` up, so that what it refuses is raised here; uvicorn makes the application of a factory."""
    app = app() if isinstance(app, type) else app
    return app.setup().app() if hasattr(app, "setup") and hasattr(app, "app") else app
