"""What happened to the requests of a `Fast_API`."""

from fast_api.http_events.http_events import Fast_API__Http_Events

__all__ = ["Fast_API__Http_Events"]
