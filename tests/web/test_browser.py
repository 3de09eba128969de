"""Documentation and the API key page in a real browser, without a word to any other host."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from fast_api import Fast_API, Fast_API_Server

from ..events.browser import FLAGS, wait
from .models import Order

pytestmark = pytest.mark.needs_chromium


class Browser:
    """Chromium, and the network log that it writes itself: also of requests that the performance log does not have."""

    def __init__(self, driver: Any, log: Path) -> None:
        self.driver = driver
        self.log = log
        self.running = True

    def quit(self) -> None:
        if self.running:
            self.running = False
            self.driver.quit()

    def open(self, url: str) -> None:
        self.driver.get(url)

    def wait(self, selector: str, text: str = "") -> Any:
        return wait(self.driver, selector, text)

    def page_hosts(self) -> set[str]:
        """The hosts of all requests that pages made, by the browser's performance log."""
        hosts = set()
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if url.startswith(("http:", "https:", "ws:", "wss:")):
                    hosts.add(urlsplit(url).netloc)
        return hosts

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def contacted_hosts(self) -> set[str]:
        """The hosts that pages contacted, by the browser's network log.

        What Chromium asks for by itself (the time, updates, models), whatever its flags, has no origin as initiator.
        Ends the browser: the log is complete only then.
        """
        self.quit()
        text = self.log.read_text(errors="replace")
        net_log = json.loads(text if text.rstrip().endswith("}") else text.rstrip().rstrip(",") + "]}")
        url_request = net_log["constants"]["logSourceType"]["URL_REQUEST"]
        hosts = set()
        for event in net_log["events"]:
            initiator = event.get("params", {}).get("initiator", "not an origin")
            if event["source"]["type"] == url_request and initiator != "not an origin":
                hosts.add(urlsplit(event["params"]["url"]).netloc)
        return hosts


def start_browser(folder: Path) -> Browser:
    log = folder / "net-log.json"
    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--log-net-log={log}", f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return Browser(webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver"))), log)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    browser = start_browser(tmp_path)
    yield browser
    browser.quit()


def orders(order: Order) -> Order:
    """Takes an order."""
    return order


@pytest.mark.parametrize(("path", "selector", "text"), [("/docs", ".opblock-summary", "/orders"), ("/redoc", "h2", "")])
def test_documentation_contacts_no_other_host(path: str, selector: str, text: str, browser: Browser) -> None:
    with Fast_API_Server(app=Fast_API(name="My service").add_route_post(orders)) as server:
        own = urlsplit(server.url()).netloc
        browser.open(server.url(path))
        browser.wait(selector, text)
        browser.wait("body", "My service")
        time.sleep(1)  # whatever a page loads late
        assert browser.page_hosts() == {own}
        assert not browser.errors()
        assert browser.contacted_hosts() == {own}


def test_try_it_out_works_under_the_content_policy(browser: Browser) -> None:
    with Fast_API_Server(app=Fast_API().add_route_post(orders)) as server:
        browser.open(server.url("/docs"))
        browser.wait(".opblock-summary", "/orders").click()
        browser.wait("button.try-out__btn").click()
        browser.wait("button.execute").click()
        assert "200" in browser.wait(".live-responses-table .response-col_status", "200").text


def test_documentation_below_a_mount(browser: Browser) -> None:
    parent = Fast_API().setup()
    Fast_API(base_path="/inner", name="Inner").setup().add_route_post(orders).mount(parent)
    with Fast_API_Server(app=parent) as server:
        browser.open(server.url("/inner/"))
        browser.wait(".opblock-summary", "/orders")
        assert browser.driver.current_url == server.url("/inner/docs")


def test_the_api_key_page(browser: Browser, api_key: str) -> None:
    def secret() -> str:
        return "for your eyes only"

    with Fast_API_Server(app=Fast_API(enable_api_key=True).setup().add_route_get(secret)) as server:
        browser.open(server.url("/secret"))
        browser.wait("body", "API key is missing")
        browser.open(server.url("/auth/set-cookie"))
        browser.wait("#key").send_keys("wrong")
        browser.wait("form button").click()
        browser.wait("#result", "not valid")
        browser.driver.find_element(By.ID, "key").clear()
        browser.wait("#key").send_keys(api_key)
        browser.wait("form button").click()
        browser.wait("#result", "Cookie set")
        assert browser.driver.execute_script("return document.cookie") == ""  # HttpOnly
        browser.open(server.url("/secret"))
        browser.wait("body", "for your eyes only")
        browser.open(server.url("/docs"))
        browser.wait(".opblock-summary", "/secret")
        browser.open(server.url("/auth/set-cookie"))
        browser.wait("#clear").click()
        browser.wait("#result", "Cookie cleared")
        browser.open(server.url("/secret"))
        browser.wait("body", "API key is missing")
