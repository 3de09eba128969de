"""Replaces secrets by `cleaned (size, sha256 prefix)` before anything is stored, logged or shown."""

import base64
import contextlib
import hashlib
import json
import os
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from urllib.parse import quote, unquote_plus

from fast_api.security.api_key import ENV_VAR__NAME, Settings, key_settings, key_values

# What Django (HIDDEN_SETTINGS), sentry-sdk (DEFAULT_DENYLIST) and Rails (filter_parameters) hide. Some only as words of
# their own, and `key` only with what it opens: `author`, `passenger` and `sort_key` are no secrets.
_PARTS = (
    "token", "secret", "passw", "passphrase", "passcode", "pwd", "credential", "session", "sessid", "signature", "jwt",
    "csrf", "xsrf", "oauth[-_]", "client[-_]?assertion", "saml(?:request|response)", "code[-_]?verifier",
    "connection[-_]?string",
)  # fmt: skip
_WORDS = ("auth", "cvc", "cvv", "dsn", "mfa", "otp", "pass", "sid", "sig", "ssn", "totp")
_KEYS = (
    "access", "account", "admin", "api", "app", "application", "auth", "client", "crypto", "deploy", "encrypt",
    "encryption", "function", "functions", "hmac", "licence", "license", "master", "private", "server", "service",
    "shared", "sign", "signing", "ssh", "storage", "subscription", "webhook",
)  # fmt: skip
_CODES = ("auth", "authorization", "backup", "mfa", "recovery", "reset", "verification")


def _by_first_letter(patterns: Iterable[str]) -> str:
    """One pattern for all, in which few are tried at each letter of a text."""
    groups: dict[str, list[str]] = {}
    for pattern in patterns:
        groups.setdefault(pattern[0], []).append(pattern[1:])
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in groups.items())


# Each begins with a letter, and none has a capital: such a pattern is searched for ten times as fast as another one.
SECRET_NAMES = _by_first_letter((
    *_PARTS,
    *(f"{word}(?<![a-z]{word})(?![a-z])" for word in _WORDS),
    *(f"{word}[-_. ]?key" for word in _KEYS),
    *(f"{word}[-_. ]?code(?![a-z])" for word in _CODES),
))  # fmt: skip

# In names such as `dbPass`, `authHeader` and `userOTP` a capital ends or begins the words of their own.
CAPITAL_NAMES = "|".join((
    *(f"{word.capitalize()}(?![a-z])" for word in _WORDS),
    *(f"{word.upper()}(?<=[a-z]{word.upper()})(?![a-z])" for word in _WORDS),
    *(f"{word}(?<![A-Za-z]{word})(?=[A-Z])" for word in _WORDS),
))  # fmt: skip

MAX_VALUE = 1024  # characters of one header, path or query that are kept
MAX_HEADERS = 64
MAX_HEADER_TEXT = 4 * MAX_VALUE  # characters of all headers together that are kept, but for short and common ones
MAX_TEXT = 16 * MAX_VALUE  # characters of a log message or a trace that are cleaned
MAX_RAW = 4 * MAX_TEXT  # of text in which the request's own secrets are looked for
WINDOW = MAX_VALUE + 256  # what is cleaned of a value: what follows tells whether its end is a secret
_MAX_MESSAGE = 2 * MAX_VALUE  # characters of an exception's message in a trace
_MAX_EXCEPTIONS = 50  # of one trace
_MIN_SECRET = 6  # characters of a value that is looked for in text wherever it stands
_MAX_SECRETS = 64  # of one request that are looked for

_HEADERS = ("set-cookie", "cookie", "proxy-authorization", "authorization")
# Headers repeat from request to request; those that need no cleaning are remembered, within these bounds.
_MAX_KNOWN = 2048
_MAX_KNOWN_SIZE = 256
_MAX_NAME = 64

_KEY = os.urandom(32)

# Between a secret name in text and its value: the rest of the word, `[0]`, closing quotes, colours of a terminal, a
# sign, perhaps encoded. No pattern here goes back over what it has read, except within bounds: clients choose the text.
_TAIL = re.compile(r"(?:[\w.\[\]-]++|%5[bd])*+")
_COLOUR = r"(?:\x1b\[[\d;]{0,16}+m){0,8}+"
_SIGN = r"(?:[:=\uff1a\uff1d]{1,2}+>?|->|%(?:25){0,8}+3[ad]|,\s?(?=[burf]{0,2}\\{0,16}[\"'])|(?<=[\"']),\s?(?=[\[({]))"
_SEPARATOR = re.compile(rf"(?:>|(?<=-)>|{_COLOUR}(?:\\{{0,16}}+[\"'])?{_COLOUR}\s{{0,32}}+{_SIGN})\s{{0,32}}+{_COLOUR}")
_OPTION = r"(?<![\w-])--[\w-]{{0,32}}?(?:{})[\w-]{{0,32}}+\s{{1,32}}+"
_CREDENTIALS = re.compile(r"\b(?:bearer|basic)(?:\s{1,32}+|\s?[:=]\s?)(?!cleaned \(|\w{1,64}+=[\"'])([\w.~+/=-]{6,}+)")
_SCHEME = re.compile("bearer|basic")
_USER = re.compile(r"://(?!cleaned \()([^\s/?#\"'<>]+)(?=@)")
_CLEANED = re.compile(r"cleaned \(\d{1,9}+, [0-9a-f]{12}\)")
# A JSON Web Token, and what the best known services begin theirs with.
_TOKEN = re.compile(
    r"eyJ(?<![\w-]eyJ)[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+){0,4}"
    r"|gh[oprsu]_(?<![\w-]gh._)\w{16,}+|github_pat_(?<![\w-]github_pat_)\w{16,}+|glpat-(?<![\w-]glpat-)[\w-]{16,}+"
    r"|xox[abeoprs]-(?<![\w-]xox.-)[\w-]{16,}+|[rs]k_(?:live|test)_(?<![\w-][rs]k_(?:live|test)_)\w{16,}+"
    r"|npm_(?<![\w-]npm_)\w{16,}+|AIza(?<![\w-]AIza)[\w-]{35}|A[KS]IA(?<![\w-]A[KS]IA)[0-9A-Z]{16}(?!\w)"
)
_WORD = re.compile(r"(?:(?:Bearer|Basic|Digest|Token)\s++)?[^\s,;&\"'()\[\]{}<>\x1b]++", re.IGNORECASE)
_QUOTE = re.compile(r"(?:b|u|r|f|br|rb|fr|rf)?(\\{0,64}+[\"'])", re.IGNORECASE)
_BEFORE_QUOTES = frozenset("burfBURF\\\"'")  # what `_QUOTE` begins with
_IN_QUOTES = {quote: re.compile(rf"(?:[^{quote}\\]|\\.|{quote}{quote})*+", re.DOTALL) for quote in "\"'"}
_LINE = re.compile(r"[^\r\n]*+")
_TAG = re.compile(r"<[^<>\r\n]*+>?")
# A quote that is not closed takes all there is: to look on behind it would begin anew at every quote.
_BRACKET = re.compile(r"\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)|[\[({]|[\])}]", re.DOTALL)
_MAX_GROUP = 8192

# What ends a line, moves a terminal's cursor, turns the direction of text, or is no character by itself.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_WITHOUT_SPACES = re.compile(r"[^\s\"'<>]++")
_PARAMETERS = re.compile(r"([&;?#])")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
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


def shortened_to(text: str, size: int, limit: int = MAX_VALUE) -> str:
    """As `shortened`, for what is left of text that had `size` characters."""
    return text if size <= limit and len(text) <= limit else f"{text[:limit]}… ({size} characters)"


def bounded(text: str, limit: int = MAX_TEXT) -> str:
    """As `shortened`, but keeps the end too, where a trace says what happened. The end begins with a word of its own,
    and not with the rest of a secret."""
    if len(text) <= limit:
        return text
    end = text[-(limit - limit // 4) :]
    found = _START.search(end, 0, MAX_VALUE)
    return f"{text[: limit // 4]}\n… ({len(text)} characters)\n{end[found.end() if found else MAX_VALUE :]}"


_START = re.compile(r"\n|\s(?!.{0,200}\n)")


def escaped(text: str, lines: bool = False) -> str:
    """`text` with its control characters as Python writes them, so that it stays one line; with `lines`, as it has."""
    return (_CONTROL_IN_LINES if lines else _CONTROL).sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def encodable(text: str) -> str:
    """Without what UTF-8 cannot say: a lone surrogate would cost an event, or a batch of spans."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def trace_of(error: BaseException) -> str:
    """The trace as Python formats it, without carets under the lines, for which Python parses the source again.

    Each message is one line, and not a long one: clients write them too.
    """
    text = "".join(_with_plain_frames(error).format())
    for before, message in _messages(error):
        if len(message) > _MAX_MESSAGE or _CONTROL.search(message) is not None:
            text = text.replace(before + message, before + escaped(bounded(message, _MAX_MESSAGE)))
    return text


def _with_plain_frames(error: BaseException) -> traceback.TracebackException:
    """The exception and all that it names, whose frames know their lines and no columns."""
    found = traceback.TracebackException(type(error), error, error.__traceback__, limit=0, compact=True)
    waiting = [(found, error)]
    while waiting:
        trace, of = waiting.pop()
        trace.stack = traceback.StackSummary.extract(traceback.walk_tb(of.__traceback__))
        pairs = [(trace.__cause__, of.__cause__), (trace.__context__, of.__context__)]
        if isinstance(of, BaseExceptionGroup):
            pairs += zip(trace.exceptions or (), of.exceptions, strict=False)
        waiting += [(inner, cause) for inner, cause in pairs if inner is not None and cause is not None]
    return found


def _messages(error: BaseException) -> Iterator[tuple[str, str]]:
    """Those of the exceptions in a trace, and their notes, with what Python writes before each."""
    seen: set[int] = set()
    waiting = [error]
    while waiting and len(seen) < _MAX_EXCEPTIONS:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        with contextlib.suppress(Exception):  # a `__str__` that raises; Python shows something else, too
            yield ": ", str(found)
        yield from (("\n", note) for note in getattr(found, "__notes__", ()) if isinstance(note, str))
        waiting += [other for other in (found.__cause__, found.__context__) if other is not None]
        waiting += found.exceptions if isinstance(found, BaseExceptionGroup) else ()


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


class Cleaner:
    """Cleans by name: `pattern` (a regular expression, any case), the headers of credentials, and the API key's name.

    `headers` may be called from any thread. Raises re.error for a pattern that is none.
    """

    def __init__(self, pattern: str = SECRET_NAMES, api_key_name: str = "") -> None:
        own = "[-_]".join(
            map(re.escape, re.split("[-_]", api_key_name.strip().lower()))
        )  # in an environ, dashes are underscores
        names = "|".join(part for part in (pattern, own) if part) or r"(?!)"
        # They search text in lower case.
        flags = re.NOFLAG if names == names.lower() else re.IGNORECASE
        self.name = re.compile("|".join((names, *_HEADERS)), flags)
        self.suspicious = re.compile("|".join((*_HEADERS, names, "bearer", "basic", "://", "--")), flags)
        self.option = re.compile(_OPTION.format(names), flags)
        self.capital_name = re.compile(CAPITAL_NAMES if SECRET_NAMES in pattern else r"(?!)")
        self.capital_option = re.compile(_OPTION.format(self.capital_name.pattern))
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

    def has_secret_name(self, text: str) -> bool:
        """Whether the name of a secret stands in `text`, which may be a long one and hold the secret, too."""
        lowered = lower(text)
        if self.name.search(lowered) is not None:
            return True
        return lowered != text and self.capital_name.search(text) is not None

    def _is_suspicious(self, text: str) -> bool:
        lowered = lower(text)
        if self.suspicious.search(lowered) is not None or _TOKEN.search(text) is not None:
            return True
        return lowered != text and self.capital_name.search(text) is not None

    def is_harmless(self, text: str) -> bool:
        """Whether `text`, once decoded, stays as it is. Paths and queries repeat, as headers do."""
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
        """Those with the name of a secret, among the first ones."""
        names = self._header_names
        return [pair for pair in islice(raw, 16 * MAX_HEADERS) if names[pair[0]][1]]

    def headers(
        self,
        raw: Iterable[tuple[bytes, bytes]],
        secrets: Callable[[], Sequence[str]] = tuple,
        secret_pairs: list[tuple[bytes, bytes]] | None = None,
    ) -> dict[str, str]:
        """Names and cleaned values, those of a repeated header joined by commas; at most MAX_HEADERS of them.

        `secrets` tells which to look for in values that are too long to be kept whole; see `without_everywhere`.
        `secret_pairs` gets those with the name of a secret, among the first `4 * MAX_HEADERS`.
        """
        found: dict[str, str] = {}
        known = self._known
        left = MAX_HEADER_TEXT
        for pair in islice(raw, 4 * MAX_HEADERS):
            raw_name, raw_value = pair
            name_value = known.get(pair if type(pair) is tuple else (raw_name, raw_value))
            if name_value is None:
                name, is_secret = self._header_names[raw_name]
                if is_secret and secret_pairs is not None:
                    secret_pairs.append(pair)
                if len(found) >= MAX_HEADERS and name not in found:
                    continue
                if is_secret:
                    value = cleaned(raw_value)
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
            value = without(value, secrets())
        limit = min(limit, WINDOW)
        shown = shortened_to(self.text(value[:limit]), size, min(limit, MAX_VALUE))
        if shown == value and len(raw_name) + size <= _MAX_KNOWN_SIZE:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[bytes(raw_name), bytes(raw_value)] = (self._header_names[raw_name][0], value)
        return shown

    def query(self, raw: bytes, secrets: Sequence[str] = ()) -> str:
        """A query string as it came, but for `secrets` and the values of secret names, also in URLs within values."""
        if not raw:
            return ""
        text = without(raw[:MAX_RAW].decode("latin-1"), secrets)
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
            return name + equals + cleaned_once(value)
        plain = decoded(parameter) if is_encoded else parameter
        clean = self._free_text(without(plain, secrets) if secrets and is_encoded else plain)
        return parameter if clean == plain else quote(clean, safe="=/?&(), ")

    def text(self, text: str, secrets: Iterable[str] = ()) -> str:
        """Free text, with the values after secret names and every one of `secrets`, longest first, replaced."""
        text = without(text, secrets)
        if "%" in text and _ESCAPE.search(text) is not None and self._is_suspicious(decoded(text)):
            text = _WITHOUT_SPACES.sub(self._encoded, text)
        return self._free_text(text)

    def _encoded(self, match: re.Match[str]) -> str:
        """Something without spaces, as a URL is, whose names may be percent-encoded."""
        if _ESCAPE.search(match[0]) is None or not self._is_suspicious(decoded(match[0])):
            return match[0]
        return "".join(self._parameter(part) if "%" in part else part for part in _PARAMETERS.split(match[0]))

    def _free_text(self, text: str) -> str:
        lowered = lower(text)
        parts: list[str] = []
        at = 0  # what is before was copied or replaced
        found = self.suspicious.search(lowered)
        capital = None if lowered == text else self.capital_name.search(text)
        while nearest := _first_of(found, capital):
            start, end, ahead = self._value_after(text, lowered, nearest)
            if start < end:
                parts += text[at:start], cleaned_once(text[start:end])
                at = end
            ahead = max(ahead, at)
            if found is not None and found.start() < ahead:
                found = self.suspicious.search(lowered, ahead)
            if capital is not None and capital.start() < ahead:
                capital = self.capital_name.search(text, ahead)
        return _TOKEN.sub(_cleaned_match, "".join((*parts, text[at:])) if parts else text)

    def _value_after(self, text: str, lowered: str, found: re.Match[str]) -> tuple[int, int, int]:
        """Where the value stands that `found` announces, an empty span if none, and where to look on."""
        begin, name = found.start(), found[0]
        if name == "://":
            match = _USER.match(text, begin)
            return (*match.span(1), match.end()) if match else (0, 0, begin + 3)
        if name == "--":
            match = self.option.match(lowered, begin) or self.capital_option.match(text, begin)
            return (*value_span(text, match.end(), whole_line=False), match.end()) if match else (0, 0, begin + 2)
        if name in ("bearer", "basic"):
            match = _CREDENTIALS.match(lowered, begin)
            return (*match.span(1), match.end()) if match else (0, 0, found.end())
        end = _end(_TAIL, lowered, found.end())
        match = _SEPARATOR.match(lowered, end)
        if match is None:  # no other name in this word has a value either
            scheme = _SCHEME.search(lowered, begin + 1, end)
            return 0, 0, max(end, begin + 1) if scheme is None else scheme.start()
        return (*value_span(text, match.end(), whole_line=name in _HEADERS), match.end())


def _first_of(one: re.Match[str] | None, other: re.Match[str] | None) -> re.Match[str] | None:
    if one is None or other is None:
        return one or other
    return one if one.start() <= other.start() else other


def _cleaned_match(match: re.Match[str]) -> str:
    return cleaned(match[0])


def lower(text: str) -> str:
    """`text` in lower case, each character where it was."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


_ASCII_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def value_span(text: str, at: int, whole_line: bool) -> tuple[int, int]:
    """Where the value that begins at `at` stands: in its quotes or brackets, a word, or the rest of the line."""
    first = text[at : at + 1]
    if first in _BEFORE_QUOTES and (match := _QUOTE.match(text, at)):
        start, quotes = match.end(), match[1]
        inner = _IN_QUOTES.get(quotes)
        end = text.find(quotes, start, start + _MAX_GROUP) if inner is None else inner.match(text, start).end()  # type: ignore[union-attr]
        return start, end if 0 <= end < len(text) else _end(_LINE, text, start)
    if whole_line:
        return at, _end(_LINE, text, at)
    if first in ("c", "<") and (match := _CLEANED.match(text, at) or _TAG.match(text, at)):
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
    replaced: dict[str, str] = {}
    for secret in secrets:
        if secret not in text:
            continue
        if not replaced and not text.isascii():
            text = _PRIVATE.sub("\ufffd", text)
        mark = chr(_FIRST_MARK + len(replaced))  # one character, in which no other secret is found
        replaced[mark] = cleaned(secret)
        is_short = len(secret) < _MIN_SECRET
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", mark, text) if is_short else text.replace(secret, mark)
    for mark, stands in replaced.items():
        text = text.replace(mark, stands)
    return text


_FIRST_MARK = 0xF0000  # of a plane for private use
_PRIVATE = re.compile("[\U000f0000-\U000fffff]")


def without_everywhere(values: dict[str, str], secrets: Sequence[str]) -> None:
    """Replaces `secrets` in all of `values`."""
    values.update({name: without(value, secrets) for name, value in values.items()})


def secrets_of_request(raw_headers: Iterable[tuple[bytes, bytes]], query: bytes, cleaner: Cleaner) -> list[str]:
    """The secret values that a request brought, in every spelling, longest first: to find them wherever they stand."""
    return usable_secrets(secret_values(raw_headers, query, cleaner))


def secret_values(raw_headers: Iterable[tuple[bytes, bytes]], query: bytes, cleaner: Cleaner) -> list[str]:
    """The secret values that a request brought, or that a response sends.

    Left out are values of under six characters, and what a cookie without a secret name holds if it is a plain word:
    they would hit ordinary words. At most _MAX_SECRETS values are looked for, those of cookies and queries last.
    """
    return values_of_secrets(cleaner.secret_headers(raw_headers), query, cleaner)


def values_of_secrets(secret_headers: Iterable[tuple[bytes, bytes]], query: bytes, cleaner: Cleaner) -> list[str]:
    """As `secret_values`, of headers that all have the name of a secret."""
    found: list[str] = []
    others: list[str] = []
    for raw_name, raw_value in secret_headers:
        value = raw_value[:MAX_RAW].decode("latin-1")
        if raw_name.lower() in (b"cookie", b"set-cookie"):
            for part in value[:MAX_TEXT].split(";", 2 * _MAX_SECRETS):
                name, _, held = part.partition("=")
                held = held.strip().strip('"')
                if not (held.isascii() and held.isalpha() and held.islower()) or cleaner.is_secret(name):
                    others.append(held)
            continue
        scheme, space, credentials = value.partition(" ")
        found.append(credentials if space else value)
        if scheme.lower() == "basic":
            found.append(_password_of(credentials))
    if query:
        text = query[: 4 * MAX_VALUE].decode("latin-1")
        plain = decoded(text) if "%" in text or "+" in text else text
        if not cleaner.is_harmless(plain) and cleaner.has_secret_name(plain):
            for parameter in text.split("&", 2 * _MAX_SECRETS):
                name, _, value = parameter.partition("=")
                if value and cleaner.is_secret(decoded(name) if "%" in name or "+" in name else name):
                    others += value, decoded(value)
    if not found and not others:
        return []
    return [value for value in dict.fromkeys((*found, *others)) if len(value) >= _MIN_SECRET][:_MAX_SECRETS]


def may_hold(text: str, values: Iterable[str]) -> bool:
    """Whether one of `values` may be in `text`, in whichever spelling: all of them share its plain parts."""
    for value in values:
        if value.isalnum() and value.isascii():
            plain = value
        else:
            found = _PLAIN.search(value)
            plain = found[0] if found is not None else max(_NOT_PLAIN.split(value), key=len)
        if plain in text:
            return True
    return False


_PLAIN = re.compile(r"[A-Za-z0-9]{8,}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


def _password_of(credentials: str) -> str:
    try:
        return base64.b64decode(credentials).decode().partition(":")[2]
    except ValueError:
        return ""


def api_keys() -> list[str]:
    """The configured API keys, in every spelling, longest first."""
    return _api_keys(key_settings())


@lru_cache(maxsize=8)
def _api_keys(settings: Settings) -> list[str]:
    return usable_secrets(key_values())


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
        self.settings: Settings | None = None

    def get(self) -> Cleaner:
        settings = key_settings()
        if settings != self.settings:
            self.cleaner = self.make(os.environ.get(ENV_VAR__NAME, ""))
            self.settings = settings
        return self.cleaner
