"""Redaction by name: of headers, queries and parameters."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from fast_api.redaction.names import CAPITAL_NAMES, SECRET_NAMES
from fast_api.redaction.text import (
    MAX_RAW,
    MAX_VALUE,
    WINDOW,
    Text_Redactor,
    decoded,
    redact_values,
    redacted,
    redacted_once,
    shortened,
    shortened_to,
)

MAX_HEADERS = 64
MAX_HEADER_TEXT = 4 * MAX_VALUE  # characters of all headers together that are kept, but for short and common ones


# Headers repeat from request to request; those that need no cleaning are remembered, within these bounds.
_MAX_KNOWN = 2048
_MAX_KNOWN_SIZE = 256
_MAX_NAME = 64

_WITHOUT_SPACES = re.compile(r"[^\s\"'<>]++")
_PARAMETERS = re.compile(r"([&;?#])")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


class _Header_Names(dict[bytes, tuple[str, bool]]):
    """The names of headers as they are shown, and whether they are those of secrets."""

    def __init__(self, is_secret: Callable[[str], bool]) -> None:
        self.is_secret = is_secret

    def __missing__(self, raw_name: bytes) -> tuple[str, bool]:
        name = raw_name[:MAX_VALUE].decode("latin-1").lower()
        found = shortened(name, 128), self.is_secret(name)
        if len(raw_name) <= _MAX_KNOWN_SIZE:
            if len(self) >= _MAX_KNOWN:
                self.clear()
            self[bytes(raw_name)] = found
        return found


class Redactor(Text_Redactor):
    """Cleans by name: `pattern` (a regular expression, any case), the headers of credentials, and the API key's name.

    `headers` may be called from any thread. Raises re.error for a pattern that is none.

    Attributes:
        api_keys: those of the environment when this redactor was made for it.
    """

    def __init__(self, pattern: str = SECRET_NAMES, api_key_name: str = "") -> None:
        # Environment variables have underscores where headers have dashes.
        own = "[-_]".join(map(re.escape, re.split("[-_]", api_key_name.strip().lower())))
        names = "|".join(part for part in (pattern, own) if part) or r"(?!)"
        super().__init__(names, CAPITAL_NAMES if SECRET_NAMES in pattern else r"(?!)")
        self.api_keys: list[str] = []
        self._known: dict[tuple[bytes, bytes], tuple[str, str]] = {}
        self._names: dict[str, bool] = {}  # short ones, and whether they are those of secrets
        self._harmless: dict[str, None] = {}  # short texts that were found to need no cleaning
        self._header_names = _Header_Names(self.is_secret)

    def is_secret(self, name: str) -> bool:
        """Whether this is the name of a secret. Names repeat from request to request."""
        found = self._names.get(name)
        if found is None:
            found = self.has_secret_name(name)
            if len(name) <= _MAX_NAME:
                if len(self._names) >= _MAX_KNOWN:
                    self._names.clear()
                self._names[name] = found
        return found

    def is_harmless(self, text: str) -> bool:
        """Whether decoded `text` needs no redaction. Paths and queries repeat, as headers do."""
        if text in self._harmless:
            return True
        if self._is_suspicious(text):
            return False
        if len(text) <= _MAX_KNOWN_SIZE and "%" not in text:
            if len(self._harmless) >= _MAX_KNOWN:
                self._harmless.clear()
            self._harmless[text] = None
        return True

    def secret_headers(self, raw: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers with the name of a secret, among the first ones."""
        names = self._header_names
        return [pair for pair in islice(raw, 16 * MAX_HEADERS) if names[pair[0]][1]]

    def known_headers(self, raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str] | None:
        """Names and redacted values of headers that `headers` has found free of secrets, but for the API key.

        None where one was not seen before, or several have one name.
        """
        if len(raw) > MAX_HEADERS:
            return None
        try:
            found: list[Any] = list(map(self._known.get, raw))
        except TypeError:  # ASGI allows lists in the place of pairs
            return None
        if None in found:
            return None
        headers = dict(found)
        return headers if len(headers) == len(found) else None

    def headers(
        self,
        raw: Iterable[tuple[bytes, bytes]],
        secrets: Callable[[], Sequence[str]] = tuple,
        secret_pairs: list[tuple[bytes, bytes]] | None = None,
    ) -> dict[str, str]:
        """Names and cleaned values, those of a repeated header joined by commas; at most MAX_HEADERS of them.

        `secrets` tells which to look for in values that are too long to be kept whole.
        `secret_pairs` gets those with the name of a secret, but for the API key, among the first `4 * MAX_HEADERS`.
        """
        found: dict[str, str] = {}
        known = self._known
        left = MAX_HEADER_TEXT
        for pair in islice(raw, 4 * MAX_HEADERS):
            raw_name, raw_value = pair
            name_value = known.get(pair if type(pair) is tuple else (raw_name, raw_value))
            if name_value is None:
                name, is_secret = self._header_names[raw_name]
                if is_secret and secret_pairs is not None and not self._is_api_key(raw_value):
                    secret_pairs.append(pair)
                if len(found) >= MAX_HEADERS and name not in found:
                    continue
                if is_secret:
                    value = redacted(raw_value)
                    if self._is_api_key(raw_value):
                        self._remember(raw_name, raw_value, value)
                else:
                    value = self._header(raw_name, raw_value, max(left, 0), secrets)
                    left -= min(len(raw_value), WINDOW)
            else:
                name, value = name_value
                if len(found) >= MAX_HEADERS and name not in found:
                    continue
            found[name] = shortened(f"{found[name]}, {value}") if name in found else value
        return found

    def _header(self, raw_name: bytes, raw_value: bytes, limit: int, secrets: Callable[[], Sequence[str]]) -> str:
        """The value of a header that is no secret by its name; its first `limit` characters are looked at, and no
        others kept."""
        size = len(raw_value)
        value = raw_value[:MAX_RAW].decode("latin-1")
        if size > MAX_VALUE:
            value = redact_values(value, secrets())
        limit = min(limit, WINDOW)
        shown = shortened_to(self.text(value[:limit]), size, min(limit, MAX_VALUE))
        if shown == value and not any(key in value for key in self.api_keys):
            self._remember(raw_name, raw_value, value)
        return shown

    def _remember(self, raw_name: bytes, raw_value: bytes, value: str) -> None:
        if len(raw_name) + len(raw_value) <= _MAX_KNOWN_SIZE:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[bytes(raw_name), bytes(raw_value)] = (self._header_names[raw_name][0], value)

    def _is_api_key(self, raw_value: bytes) -> bool:
        """Whether a header is one of the `api_keys`, which are looked for in every text anyway."""
        return raw_value.isascii() and raw_value.decode("ascii") in self.api_keys

    def query(self, raw: bytes, secrets: Sequence[str] = ()) -> str:
        """A query string as it came, but for `secrets` and the values of secret names, also in URLs within values."""
        if not raw:
            return ""
        text = redact_values(raw[:MAX_RAW].decode("latin-1"), secrets)
        size, text = len(raw), text[:WINDOW]
        is_encoded = "%" in text or "+" in text
        plain = decoded(text) if is_encoded else text
        if not self.is_harmless(plain) or (is_encoded and any(secret in plain for secret in secrets)):
            text = "&".join([self._parameter(part, secrets) for part in text.split("&")])
        return shortened_to(text, size)

    def _parameter(self, parameter: str, secrets: Sequence[str] = ()) -> str:
        name, equals, value = parameter.partition("=")
        is_encoded = "%" in parameter or "+" in parameter
        if equals and self.is_secret(decoded(name) if is_encoded else name):
            return name + equals + redacted_once(value)
        plain = decoded(parameter) if is_encoded else parameter
        clean = self._free_text(redact_values(plain, secrets) if secrets and is_encoded else plain)
        return parameter if clean == plain else quote(clean, safe="=/?&(), ")

    def text(self, text: str, secrets: Iterable[str] = ()) -> str:
        """Free text, with the values after secret names and every one of `secrets`, longest first, replaced."""
        text = redact_values(text, secrets)
        if "%" in text and _ESCAPE.search(text) is not None and self._is_suspicious(decoded(text)):
            text = _WITHOUT_SPACES.sub(self._encoded, text)
        return self._free_text(text)

    def _encoded(self, match: re.Match[str]) -> str:
        """Something without spaces, as a URL is, whose names may be percent-encoded."""
        if _ESCAPE.search(match[0]) is None or not self._is_suspicious(decoded(match[0])):
            return match[0]
        return "".join(self._parameter(part) if "%" in part else part for part in _PARAMETERS.split(match[0]))
