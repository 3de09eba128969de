"""A field of an event is declared beside its value, and needs no other line."""

import json

import pytest

from fast_api import Fast_API
from fast_api.http_events import event as events


@pytest.mark.parametrize("part", ["info", "request", "response"])
def test_every_declared_field_has_a_value_and_every_value_a_field(part: str) -> None:
    fast_api = Fast_API().setup()
    fast_api.client().get("/config/status")
    (event,) = fast_api.http_events.requests_data.values()
    declared = getattr(events, f"Fast_API__Http_Event__{part.capitalize()}").__annotations__
    assert list(vars(getattr(event, f"http_event_{part}"))) == list(declared)
    assert json.loads(json.dumps(event.json()))[f"http_event_{part}"].keys() == declared.keys()
