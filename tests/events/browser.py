"""Debian's chromium, and what a test looks for on the page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def chromium(folder: Path) -> Iterator[Any]:
    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1280,1000"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def wait(driver: Any, selector: str, text: str = "") -> Any:
    """The element, once there is one; also where the page replaces others while they are looked at."""

    def found(driver: Any) -> Any:
        return next((e for e in driver.find_elements(By.CSS_SELECTOR, selector) if text in e.text), None)

    return WebDriverWait(driver, 60, ignored_exceptions=[StaleElementReferenceException]).until(found)


def wait_for_colours(driver: Any) -> None:
    """Until nothing fades any more."""
    WebDriverWait(driver, 60).until(lambda d: d.execute_script("return document.getAnimations().length") == 0)


def paths(driver: Any) -> list[str]:
    script = "return [...document.querySelectorAll('#rows .open')].map(e => e.textContent)"
    return list(driver.execute_script(script))
