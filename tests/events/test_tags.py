"""An application's own tags are recorded, redacted, filtered by, shown on the page and exported like any field."""

import copy
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from starlette.requests import Request

from fast_api import Fast_API, Fast_API_Server
from fast_api.http_events import Fast_API__Http_Event, Fast_API__Http_Events
from fast_api.http_events.event import state_of
from fast_api.http_events.tags import MAX_NAME, MAX_TAG, MAX_TAGS
from type_safe_convert import from_json, to_json

from .browser import chromium, paths, wait


def orders__tenant(request: Request, tenant: str) -> str:
    request.state.http_event.tags["tenant"] = tenant
    return tenant


def service(*functions: Any, **settings: Any) -> Fast_API:
    fast_api = Fast_API(events_page="open", **settings).setup()
    for function in functions or (orders__tenant,):
        fast_api.add_route_get(function)
    return fast_api


def event_of(fast_api: Fast_API) -> Fast_API__Http_Event:
    return list(fast_api.http_events.requests_data.values())[-1]


def test_tags_are_texts_of_the_event_and_of_its_json() -> None:
    def tagged(request: Request) -> None:
        event = request.state.http_event
        event.tags["tenant"] = "acme"
        event.tags.update(order=17, paid=True)
        event.tags |= {"user.id": 3.5}
        event.tags = {**event.tags, "late": "yes"}
        assert state_of(event) == {}  # tags do not assemble the event

    fast_api = service(tagged)
    assert fast_api.client().get("/tagged").status_code == 200
    event = event_of(fast_api)
    expected = {"tenant": "acme", "order": "17", "paid": "True", "user.id": "3.5", "late": "yes"}
    assert event.tags == event.json()["tags"] == copy.deepcopy(event).tags == expected
    assert from_json(Fast_API__Http_Event, to_json(event)).tags == expected


def test_a_tag_that_is_set_after_the_event_was_read_or_has_ended_is_in_it() -> None:
    events: list[Any] = []

    def tagged(request: Request) -> None:
        event = request.state.http_event
        assert event.http_event_request.path == "/tagged"
        event.tags["during"] = "1"
        events.append(event)

    fast_api = service(tagged)
    fast_api.client().get("/tagged")
    events[0].tags["after"] = "2"
    assert event_of(fast_api).tags == {"during": "1", "after": "2"}


def test_tags_are_redacted_by_name_by_pattern_and_by_the_secrets_of_the_request() -> None:
    def tagged(request: Request, token: str) -> None:
        tags = request.state.http_event.tags
        tags["password"] = "hunter-22"
        tags["customer"] = "Mrs Nobody-1"
        tags["note"] = "retry with api_key=nobody-knows-3"
        tags["seen"] = f"for {token}"
        shown.append(json.dumps(request.state.http_event.json()))

    shown: list[str] = []
    fast_api = service(tagged, http_events=Fast_API__Http_Events(secret_names="token|password|api_key|customer"))
    fast_api.client().get("/tagged?token=query-token-4")
    shown.append(json.dumps(event_of(fast_api).json()))
    assert len(shown) == 2
    for text in shown:
        for secret in ("hunter-22", "Nobody-1", "nobody-knows-3", "query-token-4"):
            assert secret not in text
    assert event_of(fast_api).tags["customer"].startswith("cleaned (12, ")


def test_tags_are_bounded() -> None:
    def tagged(request: Request) -> None:
        tags = request.state.http_event.tags
        for n in range(2 * MAX_TAGS):
            tags[f"tag {n}"] = "x" * 100_000
        tags["n" * 1000] = "left out"
        tags["tag 0"] = "changed"
        del tags["tag 1"]
        tags["n" * 1000] = "has a place"

    fast_api = service(tagged)
    fast_api.client().get("/tagged")
    tags = event_of(fast_api).tags
    assert len(tags) == MAX_TAGS
    assert tags["tag 0"] == "changed"
    assert tags["tag 2"] == f"{'x' * MAX_TAG}… ({100_000} characters)"
    assert tags["n" * MAX_NAME] == "has a place"


def test_the_api_filters_by_tags() -> None:
    client = service().client()
    for tenant in ("acme", "other", "acme"):
        client.get(f"/orders/{tenant}")
    client.get("/config/status")

    def found(query: str) -> list[dict[str, str]]:
        return [row["tags"] for row in client.get(f"/events/api/events?{query}").json()]

    assert found("tag=tenant:acme") == [{"tenant": "acme"}] * 2
    assert len(found("tag=tenant")) == 3
    assert found("tag=tenant:acm") == found("tag=acme") == found("tag=tenant:acme&tag=tenant:other") == []
    assert sum(route["count"] for route in client.get("/events/api/statistics?tag=tenant:acme").json()["routes"]) == 2


def test_tags_are_in_the_access_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "fast_api.access"):
        logging.getLogger("fast_api.access").addHandler(caplog.handler)
        try:
            service(http_events=Fast_API__Http_Events(access_log=True)).client().get("/orders/acme")
        finally:
            logging.getLogger("fast_api.access").removeHandler(caplog.handler)
    assert json.loads(caplog.messages[-1])["tags"] == {"tenant": "acme"}


@pytest.mark.needs_chromium
def test_the_page_shows_tags_and_filters_by_them(tmp_path: Path) -> None:
    with chromium(tmp_path) as driver, Fast_API_Server(app=service()) as server:
        server.requests_get("/orders/acme")
        driver.get(server.url("/events"))
        wait(driver, "#connection", "live")
        wait(driver, "#rows .tags", "tenant:acme")
        server.requests_get("/orders/other")
        wait(driver, "#rows .tags", "tenant:other")
        driver.find_element(By.NAME, "tag").send_keys("tenant:other")
        WebDriverWait(driver, 60).until(lambda d: paths(d) == ["/orders/other"])
        server.requests_get("/orders/acme")
        server.requests_get("/orders/other")
        WebDriverWait(driver, 60).until(lambda d: paths(d) == ["/orders/other"] * 2)
        wait(driver, "#rows .open", "/orders/other").click()
        wait(driver, "#detail-title", "GET /orders/other 200")
        assert "tenant\nother" in driver.find_element(By.ID, "detail").text
