"""Replaces secrets by `cleaned (size, sha256 prefix)` before anything is stored, logged or shown."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import quote, unquote_plus

from fast_api.api_key import ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE

SECRET_NAMES = "token|secret|password|api[-_]?key|session"

MAX_VALUE = 1024  # characters of one header, path or query that are kept
MAX_HEADERS = 64

_HEADERS = ("cookie", "set-cookie", "authorization", "proxy-authorization")
# Headers repeat from request to request; those that need no cleaning are remembered, within these bounds.
_MAX_KNOWN = 2048
_MAX_KNOWN_SIZE = 256

_KEY = os.urandom(32)

_SEPARATOR = r"[\w.-]{0,64}(?:\\?[\"'])?\s{0,4}(?:[:=]|%3[Aa]|%3[Dd]|,\s?(?=b?[\"']))\s{0,4}(?:b(?=[\"']))?"
_QUOTED = r"\\\"(?:[^\"\\])*\\\"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_CLEANED = re.compile(r"cleaned \(\d+, [0-9a-f]{12}\)")
_WORD = r"(?:(?:Bearer|Basic|Digest|Token)\s+)?[^\s,;&\"'()\[\]{}<>]+"


def cleaned(value: str | bytes) -> str:
    """What stands for a secret: equal for equal values within this process, and of no use outside of it."""
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    # Twelve digits of the hash let nobody extend it, so the key in front does what HMAC does, at a quarter of the cost.
    return f"cleaned ({len(raw)}, {hashlib.sha256(_KEY + raw).hexdigest()[:12]})"


def shortened(text: str, limit: int = MAX_VALUE) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def shortened_middle(text: str, limit: int) -> str:
    """As `shortened`, but keeps the end too, where a trace says what happened."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 4]}\n… ({len(text)} characters)\n{text[-(limit - limit // 4) :]}"


class Cleaner:
    """Cleans by name: `pattern` (a regular expression, any case), the headers of credentials, and the API key's name.

    `headers` may be called from any thread. Raises re.error for a pattern that is none.
    """

    def __init__(self, pattern: str = SECRET_NAMES, api_key_name: str = "") -> None:
        own = re.escape(api_key_name.strip())
        names = "|".join(part for part in (pattern, own) if part) or r"(?!)"
        self.name = re.compile("|".join((names, *_HEADERS)), re.IGNORECASE)
        whole_line = "|".join(_HEADERS)
        # Most text holds nothing of the kind, and this says so at a fraction of the cost.
        self.suspicious = re.compile("|".join((names, *_HEADERS, "Bearer", "Basic", "://")), re.IGNORECASE)
        self.in_text = re.compile(
            rf"(?P<header>(?:{whole_line}){_SEPARATOR})(?P<rest>{_QUOTED}|[^\r\n]+)"
            rf"|(?P<named>(?:{names}){_SEPARATOR})(?P<value>{_QUOTED}|{_CLEANED.pattern}|{_WORD})"
            rf"|(?P<scheme>\b(?:Bearer|Basic)\s+)(?!cleaned \()(?P<credentials>[\w.~+/=-]{{6,}})"
            rf"|(?P<user>://)(?P<password>[^\s/@:]*:[^\s/@]+)(?=@)",
            re.IGNORECASE,
        )
        self._known: dict[tuple[bytes, bytes], tuple[str, str]] = {}
        self._secret_headers: dict[bytes, str] = {}

    def is_secret(self, name: str) -> bool:
        return self.name.search(name) is not None

    def headers(self, raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
        """Names and cleaned values, those of a repeated header joined by commas; at most MAX_HEADERS of them."""
        found: dict[str, str] = {}
        known = self._known
        for pair in raw:
            raw_name, raw_value = pair
            name_value = known.get(pair if type(pair) is tuple else (raw_name, raw_value))
            name, value = self._header(raw_name, raw_value) if name_value is None else name_value
            if name in found:
                found[name] = shortened(f"{found[name]}, {value}")
            elif len(found) < MAX_HEADERS:
                found[name] = value
        return found

    def _header(self, raw_name: bytes, raw_value: bytes) -> tuple[str, str]:
        secret_name = self._secret_headers.get(raw_name)
        if secret_name is not None:
            return secret_name, cleaned(raw_value)
        name, value = shortened(raw_name.decode("latin-1").lower(), 128), raw_value.decode("latin-1")
        if self.is_secret(name):
            if len(self._secret_headers) < MAX_HEADERS:
                self._secret_headers[bytes(raw_name)] = name
            return name, cleaned(raw_value)
        shown = shortened(self.text(value))
        if shown == value and len(raw_name) + len(raw_value) <= _MAX_KNOWN_SIZE:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[bytes(raw_name), bytes(raw_value)] = (name, value)
        return name, shown

    def query(self, raw: bytes) -> str:
        """A query string as it came, with the values of secret names replaced, also in URLs within values."""
        if not raw:
            return ""
        text = raw.decode("latin-1")
        plain = unquote_plus(text) if b"%" in raw or b"+" in raw else text
        if self.suspicious.search(plain) is not None:
            text = "&".join(map(self._parameter, text.split("&")))
        return shortened(text)

    def _parameter(self, parameter: str) -> str:
        name, equals, value = parameter.partition("=")
        if equals and self.is_secret(unquote_plus(name)):
            return name + equals + cleaned(value)
        plain = unquote_plus(parameter)
        clean = self.text(plain)
        return parameter if clean == plain else quote(clean, safe="=/?&(), ")

    def text(self, text: str, secrets: Iterable[str] = ()) -> str:
        """Free text, with the values after secret names and every one of `secrets` replaced."""
        for secret in secrets:
            if secret in text:
                text = text.replace(secret, cleaned(secret))
        return text if self.suspicious.search(text) is None else self.in_text.sub(_replace, text)


def _replace(match: re.Match[str]) -> str:
    before = match["header"] or match["named"] or match["scheme"] or match["user"]
    value = match["rest"] or match["value"] or match["credentials"] or match["password"]
    if _CLEANED.fullmatch(value.strip()):  # cleaned before, by the value or on its way through a logger
        return match[0]
    for quotes in ('\\"', '"', "'"):
        if value.startswith(quotes):
            inner = value[len(quotes) : -len(quotes)]
            return before + quotes + (inner if _CLEANED.fullmatch(inner) else cleaned(inner)) + quotes
    return before + cleaned(value)


def secrets_of_request(raw_headers: Iterable[tuple[bytes, bytes]], query: bytes, cleaner: Cleaner) -> list[str]:
    """The secret values that a request brought, longest first: to find them in text wherever they stand.

    Values of under six characters are left out: they would hit ordinary words.
    """
    found: set[str] = set()
    for raw_name, raw_value in raw_headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if not cleaner.is_secret(name):
            continue
        found.add(value)
        if name == "cookie":
            found.update(part.partition("=")[2].strip().strip('"') for part in value.split(";"))
        else:
            found.add(value.partition(" ")[2])
    for parameter in query.decode("latin-1").split("&"):
        name, _, value = parameter.partition("=")
        if cleaner.is_secret(unquote_plus(name)):
            found.update((value, unquote_plus(value)))
    return usable_secrets(found)


def api_keys() -> list[str]:
    """The configured API keys."""
    more = re.split(r"[,\s]+", os.environ.get(ENV_VAR__MORE_VALUES, ""))
    return usable_secrets([os.environ.get(ENV_VAR__VALUE, "").strip(), *more])


def usable_secrets(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if len(value) >= 6}, key=len, reverse=True)


class Cleaner_Of_Environment:
    """The cleaner for the API key's present name; another one as soon as the environment has another name."""

    def __init__(self, pattern: str) -> None:
        self.make: Callable[[str], Cleaner] = partial(Cleaner, pattern)
        self.pattern = pattern
        self.api_key_name: str | None = None

    def get(self) -> Cleaner:
        name = os.environ.get(ENV_VAR__NAME, "")
        if name != self.api_key_name:
            self.cleaner = self.make(name)
            self.api_key_name = name
        return self.cleaner
