"""The redactor and the secrets that go by the API key of the environment."""

import os
from collections.abc import Callable
from functools import lru_cache, partial

from fast_api.redaction.redactor import Redactor
from fast_api.redaction.text import usable_secrets
from fast_api.security.api_key import ENV_VAR__NAME, Settings, key_settings, key_values


def api_keys() -> list[str]:
    """The configured API keys, in every spelling, longest first."""
    return _api_keys(key_settings())


@lru_cache(maxsize=8)
def _api_keys(settings: Settings) -> list[str]:
    return usable_secrets(key_values())


class Environment_Redactor:
    """The redactor for the API keys of the environment; another one as soon as it has other keys."""

    def __init__(self, pattern: str) -> None:
        self.make: Callable[[str], Redactor] = partial(Redactor, pattern)
        self.pattern = pattern
        self.settings: Settings | None = None

    def get(self) -> Redactor:
        settings = key_settings()
        if settings != self.settings:
            self.redactor: Redactor = self.make(os.environ.get(ENV_VAR__NAME, ""))
            self.redactor.api_keys = api_keys()
            self.settings = settings
        return self.redactor
