"""A real server for tests: in a thread, on a free port, for as long as a `with` block lasts."""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

import httpx2 as httpx
import uvicorn
from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api.serve import as_application


class Fast_API_Server(Type_Safe):
    """Serves `app` (a Fast_API, or any ASGI application) with uvicorn while its `with` block runs.

    `requests_get(path, **kwargs)` and its family take httpx's arguments and return its Response. `port` 0 is any free
    one; the one that was found is in `port` once the server runs. Raises RuntimeError when it does not start.
    """

    app: Any
    host: str = "127.0.0.1"
    port: int = 0
    log_level: str = "warning"
    timeout: float = 10.0

    def __enter__(self) -> Self:
        listening = socket.create_server((self.host, self.port))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(as_application(self.app), log_level=self.log_level)
        server = uvicorn.Server(config)

        def serve() -> None:
            with contextlib.suppress(SystemExit):  # uvicorn's word for a start that failed; it has logged why
                server.run(sockets=[listening])

        thread = threading.Thread(target=serve, daemon=True)
        running = {
            "server": server,
            "thread": thread,
            "client": httpx.Client(base_url=self.url(), timeout=self.timeout),
        }
        object.__setattr__(self, "__running__", running)
        thread.start()
        deadline = time.monotonic() + self.timeout
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                self.__exit__(None, None, None)
                raise RuntimeError("the server did not start; its log says why")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        running: dict[str, Any] = self.__dict__.pop("__running__")
        running["client"].close()
        running["server"].should_exit = True
        running["thread"].join(self.timeout)

    def url(self, path: str = "") -> str:
        return f"http://{self.host}:{self.port}{path}"

    def requests(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        if "__running__" not in self.__dict__:
            raise RuntimeError("the server runs only inside of its `with` block")
        client: httpx.Client = self.__dict__["__running__"]["client"]
        return client.request(method, path, **kwargs)

    def requests_get(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        return self.requests("GET", path, **kwargs)

    def requests_post(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        return self.requests("POST", path, **kwargs)

    def requests_put(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        return self.requests("PUT", path, **kwargs)

    def requests_patch(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        return self.requests("PATCH", path, **kwargs)

    def requests_delete(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        return self.requests("DELETE", path, **kwargs)

    def requests_options(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        return self.requests("OPTIONS", path, **kwargs)

    def requests_head(self, path: str = "/", **kwargs: Any) -> httpx.Response:
        return self.requests("HEAD", path, **kwargs)
