"""Events: a record of every request of a `Fast_API`."""

from fast_api.http_events.event import (
    Fast_API__Http_Event,
    Fast_API__Http_Event__Call,
    Fast_API__Http_Event__Info,
    Fast_API__Http_Event__Log,
    Fast_API__Http_Event__Request,
    Fast_API__Http_Event__Response,
    Fast_API__Http_Event__Traces,
)
from fast_api.http_events.http_events import Fast_API__Http_Events
from fast_api.http_events.logs import Correlation_Formatter, Event_Log_Handler
from fast_api.http_events.record import Request_Record
from fast_api.http_events.stores.base import Event_Store
from fast_api.http_events.stores.memory import Memory_Event_Store
from fast_api.http_events.stores.redis import Redis_Event_Store

__all__ = [
    "Correlation_Formatter",
    "Event_Log_Handler",
    "Event_Store",
    "Fast_API__Http_Event",
    "Fast_API__Http_Event__Call",
    "Fast_API__Http_Event__Info",
    "Fast_API__Http_Event__Log",
    "Fast_API__Http_Event__Request",
    "Fast_API__Http_Event__Response",
    "Fast_API__Http_Event__Traces",
    "Fast_API__Http_Events",
    "Memory_Event_Store",
    "Redis_Event_Store",
    "Request_Record",
]
