"""The tags that an application gives to a request: `request.state.http_event.tags["tenant"] = "acme"`."""

from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict

from fast_api.http_events.context import current_redactor, redact_text
from fast_api.redaction.text import WINDOW, redact_values, redacted_once, replace_surrogates, shortened_to

MAX_TAGS = 32
MAX_NAME = 64
MAX_TAG = 256  # characters of a value


class Event_Tags(Type_Safe__Dict):
    """Names and values, both text; any other value is its `str()`. A value is redacted when it is set.

    Beyond MAX_TAGS names, further ones are left out.
    """

    expected_key_type = str
    expected_value_type = str

    def __setitem__(self, name: Any, value: Any) -> None:
        name = replace_surrogates(redact_text(str(name)))[:MAX_NAME]
        if len(self) < MAX_TAGS or dict.__contains__(self, name):
            dict.__setitem__(self, name, _redacted(name, str(value)))

    def clean(self, secrets: list[str]) -> None:
        """Replaces secrets that became known after the tags were set."""
        for name, value in [*super().items()]:  # a thread may set another one meanwhile
            dict.__setitem__(self, name, redact_values(value, secrets))


def _redacted(name: str, value: str) -> str:
    if current_redactor().is_secret(name):
        return redacted_once(value)
    return shortened_to(replace_surrogates(redact_text(value[:WINDOW])), len(value), MAX_TAG)


def has_tag(tags: dict[str, str], wanted: str) -> bool:
    """Whether `wanted` (`name`, or `name:value`) is one of the tags."""
    return any(wanted in (name, f"{name}:{value}") for name, value in dict.items(tags))
