"""When the page is served, what its API says, and what it looks like in a real browser."""

import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import HTTPException
from openapi_spec_validator import validate
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from starlette.testclient import TestClient

from fast_api import Fast_API, Fast_API_Server
from fast_api.builtin.events_page import stream
from fast_api.http_events import Fast_API__Http_Events

from ..ports import free_port
from .browser import chromium, paths, wait, wait_for_colours

SCREENSHOT_VARIABLE = "EVENTS_SCREENSHOT"  # a folder: the browser test leaves its pictures there


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def read_stock() -> None:
    busy(0.012)


def price_order() -> None:
    busy(0.02)


def orders__order_id(order_id: int) -> dict[str, int]:
    busy(0.001 * (order_id % 7))
    return {"order_id": order_id}


def checkout() -> None:
    read_stock()
    price_order()
    raise RuntimeError("the till is closed, token=till-token-1234")


def teapot() -> None:
    raise HTTPException(418)


def service(**settings: Any) -> Fast_API:
    fast_api = Fast_API(http_events=Fast_API__Http_Events(trace_calls="slow"), **settings).setup()
    for function in (orders__order_id, checkout, teapot):
        fast_api.add_route_get(function)
    return fast_api


def test_only_behind_the_key_or_when_opened(api_key: str) -> None:
    assert service().client().get("/events").status_code == 404
    assert service(events_page="open").client().get("/events").status_code == 200
    locked = service(enable_api_key=True).client()
    for path in ("/events", "/events/api/events", "/events/files/events.js", "/events/api/stream"):
        assert locked.get(path).status_code == 401
    assert locked.get("/events", headers={"x-service-key": api_key}).status_code == 200
    assert service(enable_api_key=True, events_page="off").client().get("/events").status_code == 401
    with pytest.raises(ValueError, match="events_page"):
        service(events_page="yes")


def test_the_api_filters_and_sums_up() -> None:
    client = service(events_page="open").client(raise_server_exceptions=False)
    for n in range(20):
        client.get(f"/orders/{n}")
    client.get("/checkout")
    client.get("/teapot")

    def found(query: str) -> list[str]:
        return [event["path"] for event in client.get(f"/events/api/events?{query}").json()]

    assert found("")[:2] == ["/teapot", "/checkout"]
    assert found("status=5xx") == found("failed=true") == found("path=CHECK") == ["/checkout"]
    assert found("status=418") == ["/teapot"]
    assert len(found("path=/orders&min_duration=4")) >= 5
    assert found("client=nobody") == found("method=POST") == []
    statistics = client.get("/events/api/statistics").json()
    by_route = {route["route"]: route for route in statistics["routes"]}
    assert by_route["/orders/{order_id}"]["count"] == 20
    assert by_route["/checkout"]["failed"] == 1
    assert by_route["/checkout"]["p50"] >= 32
    assert sum(bucket["count"] for bucket in statistics["histogram"]) == 22
    assert sum(bar["count"] for bar in statistics["timeline"]) == 22
    event_id = client.get("/events/api/events?status=500").json()[0]["event_id"]
    event = client.get(f"/events/api/events/{event_id}").json()
    assert event["http_event_response"]["error"] == "RuntimeError"
    assert {"read_stock", "price_order"} <= {call["name"] for call in event["http_event_traces"]["calls"]}
    assert client.get("/events/api/events/none").status_code == 404


def test_behind_the_key_events_can_be_deleted(api_key: str) -> None:
    fast_api = service(enable_api_key=True)
    client = fast_api.client(headers={"x-service-key": api_key})
    client.get("/orders/1")
    assert 'id="clear"' in client.get("/events").text
    assert client.delete("/events/api/events").json()["stored"] == 0
    assert fast_api.http_events.requests_data == {}


@pytest.mark.parametrize("enable_cors", [True, False])
def test_an_open_page_is_read_only_and_for_the_same_origin(enable_cors: bool) -> None:
    fast_api = service(events_page="open", enable_cors=enable_cors)
    client = fast_api.client()
    client.get("/orders/1")
    (event_id,) = fast_api.http_events.requests_data
    assert client.delete("/events/api/events").status_code == 405
    assert 'id="clear"' not in client.get("/events").text
    assert len(fast_api.http_events.requests_data) == 2
    foreign = (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:81"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    )
    paths = ("events", "counts", "statistics", f"events/{event_id}", "stream")
    for path in paths:
        for headers in foreign:
            answer = client.get(f"/events/api/{path}", headers=headers)
            assert answer.status_code == 403, (path, headers)
            assert "orders" not in answer.text
    for headers in ({}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}):
        assert client.get("/events/api/events", headers=headers).status_code == 200
    assert (
        client.get("/events", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200
    )


def test_text_that_is_no_unicode_breaks_no_list() -> None:
    """As the names of files may be, which are not UTF-8; a server may decode paths like that too."""

    def files() -> None:
        logging.getLogger("files").warning("found report-\udcff.txt")

    fast_api = service(events_page="open").add_route_get(files)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await fast_api.app()({**scope, "path": scope["path"].replace("~", "\udcff")}, receive, send)

    client = TestClient(app)
    client.get("/files")
    client.get("/nothing~")
    listed = client.get("/events/api/events").json()
    assert [event["path"] for event in listed] == ["/nothing\\udcff", "/files"]
    info = client.get(f"/events/api/events/{listed[1]['event_id']}").json()["http_event_info"]
    assert info["log_messages"][0]["text"] == "found report-\\udcff.txt"


def test_the_api_is_documented() -> None:
    document = service(events_page="open").app().openapi()
    validate(document)
    schema = document["paths"]["/events/api/events/{event_id}"]["get"]["responses"]["200"]
    assert schema["content"]["application/json"]["schema"]["$ref"].endswith("Fast_API__Http_Event")


def test_a_stream_comes_back_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "STREAM_SECONDS", 0.2)
    client = service(events_page="open").client()
    ids = [client.get(f"/orders/{n}").headers["fast-api-request-id"] for n in range(3)]
    lines = client.get("/events/api/stream", headers={"last-event-id": ids[0]}).text
    assert [line[4:] for line in lines.splitlines() if line.startswith("id: ")] == ids[1:]


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Any]:
    with chromium(tmp_path) as driver:
        yield driver


def picture(driver: Any, name: str) -> None:
    if folder := os.environ.get(SCREENSHOT_VARIABLE):
        driver.save_screenshot(str(Path(folder) / name))


@pytest.mark.needs_chromium
def test_a_person_watches_filters_and_opens(driver: Any) -> None:
    with Fast_API_Server(app=service(events_page="open")) as server:
        server.requests_get("/orders/1")
        driver.get(server.url("/events"))
        wait(driver, "#rows .open", "/orders/1")
        wait(driver, "#connection", "live")

        for n in range(2, 40):
            server.requests_get(f"/orders/{n}", headers={"cookie": "session=cookie-of-a-person"})
        server.requests_get("/teapot")
        server.requests_get("/checkout?token=query-token-5678", headers={"authorization": "Bearer person-bearer-9"})
        wait(driver, "#rows .open", "/checkout")  # arrived without a reload
        wait(driver, "#routes td", "/orders/{order_id}")
        assert paths(driver)[:2] == ["/checkout", "/teapot"]
        wait(driver, "#counts", "41 stored")
        assert (
            driver.find_element(By.CSS_SELECTOR, "#histogram svg").get_attribute("aria-label").startswith("41 requests")
        )
        assert "1 failed" in driver.find_element(By.CSS_SELECTOR, "#timeline svg").get_attribute("aria-label")
        wait_for_colours(driver)
        picture(driver, "events.png")

        driver.find_element(By.NAME, "status").send_keys("5xx")
        WebDriverWait(driver, 60).until(lambda d: d.find_element(By.ID, "shown").text == "1 shown")
        assert paths(driver) == ["/checkout"]
        server.requests_get("/orders/99")
        time.sleep(0.5)
        assert paths(driver) == ["/checkout"]  # the filter holds for what arrives

        wait(driver, "#rows .open", "/checkout").click()
        wait(driver, "#detail-title", "GET /checkout 500")
        detail = driver.find_element(By.ID, "detail").text
        assert "RuntimeError: the till is closed" in detail
        assert "cleaned (" in detail
        for secret in ("till-token-1234", "query-token-5678", "person-bearer-9", "cookie-of-a-person"):
            assert secret not in driver.page_source
        calls = [e.text for e in driver.find_elements(By.CSS_SELECTOR, ".flame button")]
        assert {"checkout", "read_stock", "price_order"} <= set(calls)
        own = {e.text for e in driver.find_elements(By.CSS_SELECTOR, ".flame .own")}
        assert {"checkout", "read_stock", "price_order", "busy"} <= own
        assert "perf_counter" not in own
        driver.set_window_size(1280, 860)  # without the paths of the machine, which the trace in the log has
        picture(driver, "events-detail.png")

        driver.find_element(By.CSS_SELECTOR, ".flame button").send_keys(Keys.ARROW_DOWN)
        assert driver.switch_to.active_element.get_attribute("aria-label").startswith("level 2")
        driver.switch_to.active_element.send_keys(Keys.ESCAPE)
        WebDriverWait(driver, 60).until(lambda d: d.switch_to.active_element.text == "/checkout")  # where one was

        messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
        urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        assert {urlsplit(url).netloc for url in urls if url.startswith("http")} == {urlsplit(server.url()).netloc}
        assert not [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.mark.needs_chromium
def test_by_keyboard_and_with_names_for_a_screen_reader(driver: Any) -> None:
    with Fast_API_Server(app=service(events_page="open")) as server:
        for n in range(3):
            server.requests_get(f"/orders/{n}")
        driver.get(server.url("/events"))
        wait(driver, "#rows .open", "/orders/2")
        body = driver.find_element(By.TAG_NAME, "body")
        body.send_keys("/")
        assert driver.switch_to.active_element.get_attribute("name") == "path"
        driver.execute_script("document.querySelector('#rows .open').focus()")
        driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
        assert driver.switch_to.active_element.text == "/orders/1"
        driver.switch_to.active_element.send_keys(Keys.ENTER)
        wait(driver, "#detail-title", "GET /orders/1 200")
        driver.switch_to.active_element.send_keys(Keys.ESCAPE)
        WebDriverWait(driver, 60).until(lambda d: d.switch_to.active_element.text == "/orders/1")
        tree = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        named = (
            "table",
            "region",
            "button",
            "textbox",
            "searchbox",
            "combobox",
            "checkbox",
            "spinbutton",
            "image",
            "dialog",
            "link",
        )
        nameless = [
            node["role"]["value"]
            for node in tree
            if not node["ignored"] and node["role"]["value"] in named and not node.get("name", {}).get("value")
        ]
        assert nameless == []


@pytest.mark.needs_chromium
def test_what_arrives_while_the_table_is_fetched_stays(driver: Any) -> None:
    """Also the focus of who moves through the table by keyboard, and the newest filter wins."""
    with Fast_API_Server(app=service(events_page="open")) as server:
        server.requests_get("/orders/1")
        driver.get(server.url("/events"))
        wait(driver, "#connection", "live")
        wait(driver, "#rows .open", "/orders/1")
        driver.execute_script(
            """
            const original = window.fetch
            window.waiting = {}
            window.fetch = async (path, ...rest) => {
              const response = await original(path, ...rest)
              const filter = path.includes('nothing') ? 'nothing' : 'all'
              const isFirst = path.includes('/events?') && !(filter in window.waiting)
              if (isFirst) await new Promise(go => { window.waiting[filter] = go })
              return response
            }
            document.querySelector('#rows .open').focus()
            for (const text of ['nothing', '']) setTimeout(() => {
              document.querySelector('[name=path]').value = text
              document.querySelector('#filter').dispatchEvent(new Event('input'))
            }, text ? 0 : 400)
            """
        )
        WebDriverWait(driver, 60).until(lambda d: d.execute_script("return Object.keys(window.waiting).length") == 2)
        server.requests_get("/orders/2")
        wait(driver, "#rows .open", "/orders/2")
        driver.execute_script("window.waiting.all()")
        WebDriverWait(driver, 60).until(
            lambda d: d.find_element(By.ID, "found").get_attribute("textContent") == "2 events shown"
        )
        driver.execute_script("window.waiting.nothing()")
        time.sleep(0.3)
        assert paths(driver) == ["/orders/2", "/orders/1"]
        assert driver.switch_to.active_element.text == "/orders/1"


@pytest.mark.needs_chromium
def test_a_server_that_is_gone_and_comes_back(driver: Any) -> None:
    with Fast_API_Server(app=service(events_page="open"), port=free_port()) as server:
        server.requests_get("/orders/1")
        driver.get(server.url("/events"))
        wait(driver, "#connection", "live")
        wait(driver, "#rows .open", "/orders/1")
    wait(driver, "#connection", "no connection")
    with Fast_API_Server(app=service(events_page="open"), port=server.port) as again:
        wait(driver, "#connection", "live")
        again.requests_get("/orders/2")
        wait(driver, "#rows .open", "/orders/2")
        wait(driver, "#counts", "1 stored")
        assert paths(driver) == ["/orders/2"]  # and nothing of what the first one stored


@pytest.mark.needs_chromium
def test_on_a_telephone_nothing_is_wider_than_the_screen(driver: Any) -> None:
    with Fast_API_Server(app=service(events_page="open")) as server:
        server.requests_get("/orders/1")
        server.requests_get("/checkout")
        size = {"width": 375, "height": 740, "deviceScaleFactor": 1, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(server.url("/events"))
        wait(driver, "#rows .open", "/checkout")
        driver.execute_script("document.querySelector('#rows .open').click()")
        wait(driver, "#detail-title", "GET /checkout 500")
        picture(driver, "events-telephone.png")
        overflow = "const e = document.querySelector(arguments[0]); return e.scrollWidth - e.clientWidth"
        for selector in ("html", "#detail", ".scroll"):
            assert driver.execute_script(overflow, selector) <= 0, selector


@pytest.mark.needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_have_contrast(driver: Any, scheme: str) -> None:
    with Fast_API_Server(app=service(events_page="open")) as server:
        for path in ("/orders/1", "/teapot", "/checkout"):
            server.requests_get(path)
        feature = [{"name": "prefers-color-scheme", "value": scheme}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
        driver.get(server.url("/events"))
        wait(driver, "#rows .open", "/checkout")
        wait_for_colours(driver)
        picture(driver, f"events-{scheme}.png")
        ratios = driver.execute_script(
            """
            const channel = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }
            const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number)
              return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b) }
            const ground = light(getComputedStyle(document.documentElement).backgroundColor)
            return ['td', '.open', '.s2', '.s4', '.s5', '.hint', 'th', 'label'].map(selector => {
              const one = light(getComputedStyle(document.querySelector(selector)).color)
              return [selector, (Math.max(one, ground) + .05) / (Math.min(one, ground) + .05)] })
            """
        )
        assert not [(selector, ratio) for selector, ratio in ratios if ratio < 4.5]


@pytest.mark.needs_chromium
def test_behind_the_key_with_the_cookie(driver: Any, api_key: str) -> None:
    with Fast_API_Server(app=service(enable_api_key=True)) as server:
        driver.get(server.url("/auth/set-cookie"))
        wait(driver, "#key").send_keys(api_key)
        wait(driver, "form button").click()
        wait(driver, "#result", "Cookie set")
        driver.get(server.url("/events"))
        wait(driver, "#connection", "live")
        server.requests_get("/orders/1", headers={"x-service-key": api_key})
        wait(driver, "#rows .open", "/orders/1")
        assert api_key not in driver.page_source
