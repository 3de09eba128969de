"""An event is made when somebody asks for it, and is then like any other object."""

import copy
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from fast_api import Fast_API
from fast_api.http_events import Fast_API__Http_Event, Fast_API__Http_Events
from fast_api.http_events.event import state_of
from type_safe_convert import convert, from_json, to_json

LOOKS: dict[str, Callable[[Fast_API__Http_Event], Any]] = {
    "attribute": lambda event: event.http_event_request.path,
    "id": lambda event: event.event_id,
    "vars": vars,
    "json": lambda event: event.json(),
    "convert": lambda event: convert(event, "basemodel"),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_every_way_to_look_at_the_running_event_finds_all_of_it(look: Callable[[Fast_API__Http_Event], Any]) -> None:
    seen: list[Any] = []
    events: list[Fast_API__Http_Event] = []

    async def handler(request: Request) -> None:
        event = request.state.http_event
        events.append(event)
        assert state_of(event) == {}
        seen.append(look(event))
        assert event.http_event_request.path == "/handler"
        assert event.http_event_response.outcome == "running"

    fast_api = Fast_API().setup().add_route_get(handler)
    response = fast_api.client().get("/handler")
    (stored,) = fast_api.http_events.requests_data.values()
    assert stored is events[0]
    assert stored.http_event_response.status_code == 200
    assert stored.event_id == response.headers["fast-api-request-id"]
    (first,) = seen
    if isinstance(first, Fast_API__Http_Event):
        assert (first.event_id, first.http_event_request.path) == (stored.event_id, "/handler")
    elif isinstance(first, dict):
        assert set(first) == set(Fast_API__Http_Event.__annotations__)


def test_an_event_that_was_never_looked_at_holds_nothing_of_its_request_afterwards() -> None:
    class Secret_Scope(dict[str, Any]):
        pass

    kept: list[weakref.ref[Any]] = []

    async def handler(request: Request) -> None:
        request.state.something = Secret_Scope()
        kept.append(weakref.ref(request.state.something))

    fast_api = Fast_API().setup().add_route_get(handler)
    fast_api.client().get("/handler")
    gc.collect()
    assert [ref() for ref in kept] == [None]
    assert len(fast_api.http_events.requests_data) == 1


def test_a_finished_event_is_the_same_object_each_time() -> None:
    fast_api = Fast_API(http_events=Fast_API__Http_Events()).setup()
    fast_api.client().get("/config/status")
    (first,), (second,) = (fast_api.http_events.requests_data.values() for _ in range(2))
    assert first is second
    assert first is fast_api.http_events.store.get(first.event_id)


def test_an_event_comes_back_from_json() -> None:
    fast_api = Fast_API().setup()
    fast_api.client().get("/config/status", headers={"x-note": "kept"})
    (event,) = fast_api.http_events.requests_data.values()
    home = from_json(Fast_API__Http_Event, to_json(event))
    assert home.json() == event.json()
    assert home.http_event_request.headers["x-note"] == "kept"


def test_an_event_made_by_hand_has_what_it_was_given() -> None:
    event = Fast_API__Http_Event(event_id="by hand")
    assert event.event_id == "by hand"
    assert event.http_event_request.path == ""
    event.add_log_message("one line")
    assert [line.text for line in event.http_event_info.log_messages] == ["one line"]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        event.nothing


def test_lines_of_before_and_after_the_first_look_are_all_there() -> None:
    async def handler(request: Request) -> None:
        event = request.state.http_event
        event.add_log_message("before")
        assert [line.text for line in event.http_event_info.log_messages] == ["before"]
        event.add_log_message("after")
        for n in range(60):
            event.add_log_message(str(n))
        kept.append(event)

    kept: list[Fast_API__Http_Event] = []
    fast_api = Fast_API().setup().add_route_get(handler)
    fast_api.client().get("/handler")
    info = kept[0].http_event_info
    assert [line.text for line in info.log_messages][:3] == ["before", "after", "0"]
    assert (len(info.log_messages), info.log_messages_dropped) == (50, 12)
