"""Where the tests of the events page find a browser."""

import shutil
from collections.abc import Iterator

import pytest

from fast_api.security.api_key import ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE

KEY_NAME = "x-service-key"
KEY_VALUE = "kV7-planted-key-of-the-service"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs_chromium: drives Debian's chromium; skipped where it is not installed")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("needs_chromium") and shutil.which("chromium") is None:
        pytest.skip("chromium is not installed (apt-get install chromium chromium-driver)")


@pytest.fixture
def api_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv(ENV_VAR__NAME, KEY_NAME)
    monkeypatch.setenv(ENV_VAR__VALUE, KEY_VALUE)
    monkeypatch.delenv(ENV_VAR__MORE_VALUES, raising=False)
    return KEY_VALUE
