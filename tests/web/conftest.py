"""Where the tests find a browser and a load generator, and what they share."""

import shutil
from collections.abc import Iterator

import pytest

from fast_api.security.api_key import ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE

KEY_NAME = "x-api-key"
KEY_VALUE = "the-key-of-the-tests"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs_chromium: drives Debian's chromium; skipped where it is not installed")
    config.addinivalue_line("markers", "needs_wrk: loads a server with wrk; skipped where it is not installed")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for program in ("chromium", "wrk"):
        if item.get_closest_marker(f"needs_{program}") and shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (apt-get install {program})")


@pytest.fixture
def api_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv(ENV_VAR__NAME, KEY_NAME)
    monkeypatch.setenv(ENV_VAR__VALUE, KEY_VALUE)
    monkeypatch.delenv(ENV_VAR__MORE_VALUES, raising=False)
    return KEY_VALUE


@pytest.fixture
def no_api_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ENV_VAR__NAME, ENV_VAR__VALUE, ENV_VAR__MORE_VALUES):
        monkeypatch.delenv(name, raising=False)
