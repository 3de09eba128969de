"""Replaces secrets by `cleaned (size, sha256 prefix)` before anything is stored, logged or shown."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import quote, unquote_plus

from fast_api.api_key import ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE

SECRET_NAMES = "token|secret|password|api[-_]?key|session"

MAX_VALUE = 1024  # characters of one header, path or query that are kept
MAX_HEADERS = 64
_MIN_SECRET = 6  # characters of a value that is looked for in text wherever it stands

_HEADERS = ("cookie", "set-cookie", "authorization", "proxy-authorization")
# Headers repeat from request to request; those that need no cleaning are remembered, within these bounds.
_MAX_KNOWN = 2048
_MAX_KNOWN_SIZE = 256

_KEY = os.urandom(32)

# Between a secret name in text and its value: `[0]`, closing quotes, colours of a terminal, a sign, perhaps encoded.
_COLOUR = r"(?:\x1b\[[\d;]*m)*"
_SIGN = r"(?:[:=\uff1a\uff1d]{1,2}>?|->|%(?:25)*3[AaDd]|,\s?(?=[bBuUrRfF]{0,2}\\*[\"'])|(?<=[\"']),\s?(?=[\[({]))"
_SEPARATOR = (
    rf"(?:[\w.\[\]-]|%5[BbDd]){{0,64}}(?:>|{_COLOUR}(?:\\{{0,16}}[\"'])?{_COLOUR}\s{{0,32}}{_SIGN})\s{{0,32}}{_COLOUR}"
)
_CLEANED = re.compile(r"cleaned \(\d+, [0-9a-f]{12}\)")
_WORD = re.compile(r"(?:(?:Bearer|Basic|Digest|Token)\s+)?[^\s,;&\"'()\[\]{}<>\x1b]+", re.IGNORECASE)
_QUOTE = re.compile(r"(?:b|u|r|f|br|rb|fr|rf)?(\\*[\"'])", re.IGNORECASE)
_IN_QUOTES = {quote: re.compile(rf"(?:[^{quote}\\]|\\.|{quote}{quote})*+", re.DOTALL) for quote in "\"'"}
_LINE = re.compile(r"[^\r\n]*")
_TAG = re.compile(r"<[^<>\r\n]*>?")
_BRACKET = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|[\[({]|[\])}]", re.DOTALL)
_MAX_GROUP = 8192

_WITHOUT_SPACES = re.compile(r"[^\s\"'<>]+")
_PARAMETERS = re.compile(r"([&;?#])")
_MAX_ENCODINGS = 4


def cleaned(value: str | bytes) -> str:
    """What stands for a secret: equal for equal values within this process, and of no use outside of it."""
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    # Twelve digits of the hash let nobody extend it, so the key in front does what HMAC does, at a quarter of the cost.
    return f"cleaned ({len(raw)}, {hashlib.sha256(_KEY + raw).hexdigest()[:12]})"


def cleaned_once(value: str) -> str:
    """As `cleaned`, but for what was cleaned before, by its value or on its way through a logger, also as far as its
    first space."""
    return value if value in ("", "cleaned") or _CLEANED.fullmatch(value.strip()) else cleaned(value)


def shortened(text: str, limit: int = MAX_VALUE) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def shortened_middle(text: str, limit: int) -> str:
    """As `shortened`, but keeps the end too, where a trace says what happened."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 4]}\n… ({len(text)} characters)\n{text[-(limit - limit // 4) :]}"


def encodable(text: str) -> str:
    """Without what UTF-8 cannot say: a lone surrogate would cost an event, or a batch of spans."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


class Cleaner:
    """Cleans by name: `pattern` (a regular expression, any case), the headers of credentials, and the API key's name.

    `headers` may be called from any thread. Raises re.error for a pattern that is none.
    """

    def __init__(self, pattern: str = SECRET_NAMES, api_key_name: str = "") -> None:
        own = "[-_]".join(
            map(re.escape, re.split("[-_]", api_key_name.strip()))
        )  # in an environ, dashes are underscores
        names = "|".join(part for part in (pattern, own) if part) or r"(?!)"
        self.name = re.compile("|".join((names, *_HEADERS)), re.IGNORECASE)
        whole_line = "|".join(_HEADERS)
        # Most text holds nothing of the kind, and this says so at a fraction of the cost.
        self.suspicious = re.compile("|".join((names, *_HEADERS, "Bearer", "Basic", "://")), re.IGNORECASE)
        self.in_text = re.compile(
            rf"(?P<line>(?:{whole_line}){_SEPARATOR})"
            rf"|(?P<named>(?:{names}){_SEPARATOR}|(?<![\w-])--[\w-]{{0,32}}?(?:{names})[\w-]{{0,32}}\s+)"
            r"|\b(?:Bearer|Basic)(?:\s+|\s?[:=]\s?)(?!cleaned \(|\w+=[\"'])(?P<credentials>[\w.~+/=-]{6,})"
            r"|://(?!cleaned \()(?P<user>[^\s/?#\"'<>]+)(?=@)",
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
        full_name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        name = shortened(full_name, 128)
        if self.is_secret(full_name):
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
        plain = decoded(text) if b"%" in raw or b"+" in raw else text
        if self.suspicious.search(plain) is not None:
            text = "&".join(map(self._parameter, text.split("&")))
        return shortened(text)

    def _parameter(self, parameter: str) -> str:
        name, equals, value = parameter.partition("=")
        if equals and self.is_secret(decoded(name)):
            return name + equals + cleaned_once(value)
        plain = decoded(parameter)
        clean = self._free_text(plain)
        return parameter if clean == plain else quote(clean, safe="=/?&(), ")

    def text(self, text: str, secrets: Iterable[str] = ()) -> str:
        """Free text, with the values after secret names and every one of `secrets`, longest first, replaced."""
        text = without(text, secrets)
        if "%" in text and self.suspicious.search(decoded(text)) is not None:
            text = _WITHOUT_SPACES.sub(self._encoded, text)
        return self._free_text(text)

    def _encoded(self, match: re.Match[str]) -> str:
        """Something without spaces, as a URL is, whose names may be percent-encoded."""
        if "%" not in match[0]:
            return match[0]
        return "".join(self._parameter(part) if "%" in part else part for part in _PARAMETERS.split(match[0]))

    def _free_text(self, text: str) -> str:
        if self.suspicious.search(text) is None:
            return text
        parts: list[str] = []
        at = 0
        while (found := self.in_text.search(text, at)) is not None:
            if found.lastgroup in ("line", "named"):
                start, end = value_span(text, found.end(), whole_line=found.lastgroup == "line")
            else:
                start, end = found.span(found.lastgroup or 0)
            parts += text[at:start], cleaned_once(text[start:end])
            at = end
        return "".join((*parts, text[at:]))


def value_span(text: str, at: int, whole_line: bool) -> tuple[int, int]:
    """Where the value that begins at `at` stands: in its quotes or brackets, a word, or the rest of the line."""
    if match := _QUOTE.match(text, at):
        start, quotes = match.end(), match[1]
        inner = _IN_QUOTES.get(quotes)
        end = text.find(quotes, start) if inner is None else inner.match(text, start).end()  # type: ignore[union-attr]
        return start, end if 0 <= end < len(text) else _end(_LINE, text, start)
    if whole_line:
        return at, _end(_LINE, text, at)
    if match := _CLEANED.match(text, at) or _TAG.match(text, at):
        return match.span()
    end = _end(_WORD, text, at)
    return at, _end_of_group(text, end) if text[end : end + 1] in ("(", "[", "{") else end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return at if match is None else match.end()


def _end_of_group(text: str, at: int) -> int:
    """After the bracket that closes the one at `at`; text that ends before it, as one cut short does, is all inside."""
    depth = 0
    for match in _BRACKET.finditer(text, at, at + _MAX_GROUP):
        depth += (match[0] in "[({") - (match[0] in "])}")
        if depth == 0:
            return match.end()
    return min(len(text), at + _MAX_GROUP)


def decoded(text: str) -> str:
    """Percent-encoded text as it was, also where it was encoded several times."""
    for _ in range(_MAX_ENCODINGS):
        plain = unquote_plus(text)
        if plain == text:
            break
        text = plain
    return text


def without(text: str, secrets: Iterable[str]) -> str:
    """`text` with every one of `secrets`, longest first, replaced. A short one only where it is a word of its own."""
    parts = [text]  # by turns what is left of the text, and what stands for a secret
    for secret in secrets:
        if secret not in text:
            continue
        is_short = len(secret) < _MIN_SECRET
        stands, split = cleaned(secret), []
        for i, part in enumerate(parts):
            if i % 2:
                split.append(part)
                continue
            pieces = re.split(rf"(?<!\w){re.escape(secret)}(?!\w)", part) if is_short else part.split(secret)
            split.append(pieces[0])
            for piece in pieces[1:]:
                split += stands, piece
        parts = split
    return "".join(parts)


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
            scheme, _, credentials = value.partition(" ")
            found.add(credentials)
            if scheme.lower() == "basic":
                found.add(_password_of(credentials))
    for parameter in query.decode("latin-1").split("&"):
        name, _, value = parameter.partition("=")
        if cleaner.is_secret(decoded(name)):
            found.update((value, unquote_plus(value)))
    return usable_secrets(found)


def _password_of(credentials: str) -> str:
    try:
        return base64.b64decode(credentials).decode().partition(":")[2]
    except ValueError:
        return ""


def api_keys() -> list[str]:
    """The configured API keys."""
    more = re.split(r"[,\s]+", os.environ.get(ENV_VAR__MORE_VALUES, ""))
    return usable_secrets([os.environ.get(ENV_VAR__VALUE, "").strip(), *more])


def usable_secrets(values: Iterable[str], at_least: int = _MIN_SECRET) -> list[str]:
    """Longest first, each also as URLs and JSON write it."""
    found = {value for value in values if len(value) >= at_least}
    for value in list(found):
        if not value.isalnum() or not value.isascii():
            found.update((_quoted(value, "/"), _quoted(value, ""), json.dumps(value)[1:-1]))
    return sorted(found, key=len, reverse=True)


def _quoted(value: str, safe: str) -> str:
    return quote(value, safe=safe, errors="surrogatepass")


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
