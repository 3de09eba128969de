"""The service of which the tests start several workers: `python -m fast_api serve tests.stores.service:make`."""

import asyncio
import logging
import os

from starlette.requests import Request

from fast_api import Fast_API
from fast_api.http_events import Fast_API__Http_Events, Redis_Event_Store

log = logging.getLogger("orders")


def orders__number(number: int) -> dict[str, int]:
    return {"pid": os.getpid(), "number": number}


async def slow() -> dict[str, int]:
    await asyncio.sleep(0.5)
    return {"pid": os.getpid()}


def reset__token(token: str) -> str:
    log.warning("resetting with %s", token)
    return "reset"


def login(request: Request) -> str:
    log.warning("logging in, password=%s", request.query_params["password"])
    request.state.http_event.add_log_message(f"bearer {request.headers['authorization']}")
    return "in"


def make() -> Fast_API:
    events = Fast_API__Http_Events()
    events.store = Redis_Event_Store(
        os.environ["REDIS_URL"],
        max_events=int(os.environ.get("MAX_EVENTS", "20000")),
        timeout=float(os.environ.get("TIMEOUT", "60")),
        close_timeout=float(os.environ.get("CLOSE_TIMEOUT", "60")),
    )
    fast_api = Fast_API(http_events=events, events_page="open", enable_api_key="API_KEY" in os.environ).setup()
    for function in (orders__number, slow, reset__token, login):
        fast_api.add_route_get(function)
    return fast_api
