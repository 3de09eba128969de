"""Records of requests, made by the real middleware."""

import asyncio
from typing import Any

from fast_api.http_events import Fast_API__Http_Events, Memory_Event_Store, Request_Record
from fast_api.middlewares.http_request import Http_Request


class Collecting_Store(Memory_Event_Store):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[Request_Record] = []

    def append(self, record: Request_Record) -> None:
        self.records.append(record)


def records(count: int, request_id: str = "") -> list[Request_Record]:
    """Of GET /orders/0, /orders/1, ..., all with the id if one is given."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"hello"})

    async def send(message: Any) -> None:
        pass

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def run() -> None:
        for n in range(count):
            headers = [(b"host", b"api.example.com"), (b"x-number", str(n).encode())]
            if request_id:
                headers.append((b"fast-api-request-id", request_id.encode()))
            scope = {"type": "http", "method": "GET", "path": f"/orders/{n}", "query_string": b"", "headers": headers}
            await middleware({**scope, "client": ("10.0.0.1", 1), "server": ("10.0.0.2", 80)}, receive, send)

    events = Fast_API__Http_Events()
    store = Collecting_Store()
    events.store = store
    middleware = Http_Request(app, events, trust_request_id=True)
    asyncio.run(run())
    return store.records


def ids(events: Any) -> list[str]:
    return [event.event_id for event in events]
