"""A service can be copied, its events are JSON, and a generated instance can be made again from its own attributes."""

import copy
import json
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from fast_api import Fast_API, Fast_API__Http_Events
from fast_api.http_events.event import Fast_API__Http_Event
from type_safe_convert import convert


def hello() -> str:
    return "hello"


def test_a_copy_has_the_settings_and_a_life_of_its_own() -> None:
    class Service(Fast_API):
        def setup_routes(self) -> None:
            self.add_route_get(hello)

    first = Service(name="n", cors_origins=["https://a.example"], title="t")
    first.http_events.secret_names = "badge"
    for original in (first, first.setup()):
        second = copy.deepcopy(original)
        assert (second.name, second.cors_origins, second.app().title) == ("n", ["https://a.example"], "t")
        assert second.http_events.secret_names == "badge"
        assert second.server_id != original.server_id
        second.cors_origins.append("https://b.example")
        assert second.setup().client().get("/hello?badge=abcd").json() == "hello"
        assert len(second.http_events.requests_data) == 1
        assert original.cors_origins == ["https://a.example"]
    assert not first.http_events.requests_data


def test_a_copy_of_the_recorder_keeps_a_store_that_is_elsewhere() -> None:
    events, elsewhere = Fast_API__Http_Events(max_requests_logged=3), Fast_API__Http_Events().store
    events.store = elsewhere
    assert copy.deepcopy(events).store is elsewhere
    assert copy.deepcopy(events).max_requests_logged == 3


def test_an_event_is_json_and_comes_back() -> None:
    service = Fast_API().setup().add_route_get(hello)
    service.client().get("/hello")
    (event,) = service.http_events.requests_data.values()
    data = json.loads(json.dumps(event.json()))
    assert data["http_event_request"]["duration"] == str(event.http_event_request.duration)
    for part in (event.http_event_info, event.http_event_request, event.http_event_response, event.http_event_traces):
        json.dumps(part.json())
    back = Fast_API__Http_Event.from_json(data)
    assert back.http_event_request.duration == event.http_event_request.duration
    assert back.json() == event.json()


def test_a_generated_instance_is_made_again_of_its_attributes() -> None:
    class Written(Type_Safe):
        a: int = 1

    class Model(BaseModel):
        model_config = {"extra": "allow"}
        a: int = 1

    class Holder(BaseModel):
        model: Model = Model()

    sources: list[Any] = [Written(a=2), Model(a=2), Model(), Model(a=2, z=3), Holder(model=Model(z=1))]
    for source in sources:
        for kind in ("dataclass", "type_safe"):
            made = convert(source, kind)
            again = type(made)(**vars(made))
            if kind != "type_safe":
                assert again == made
            back = convert(again, type(source))
            assert vars(back) == vars(source) if isinstance(source, Written) else back == source
