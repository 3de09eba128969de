"""Serves a request with events, and imports every store and the telemetry."""

import fast_api.http_events.stores.redis
import fast_api.telemetry.providers  # noqa: F401
from examples.orders.service import fast_api as service

if __name__ == "__main__":
    service.setup()
    answer = service.client().get("/config/version")
    assert answer.status_code in (200, 401), answer.text
