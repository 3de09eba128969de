"""Redaction of free text: values beside secret names, credentials in URLs, tokens, and known secrets."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote_plus

MAX_VALUE = 1024  # characters of one header, path or query that are kept
MAX_TEXT = 16 * MAX_VALUE  # characters of a log message or a trace that are cleaned
MAX_RAW = 4 * MAX_TEXT  # of text in which the request's own secrets are looked for
WINDOW = MAX_VALUE + 256  # what is cleaned of a value: what follows tells whether its end is a secret
MIN_SECRET = 6  # characters of a value that is looked for in text wherever it stands
SECRET_HEADERS = ("set-cookie", "cookie", "proxy-authorization", "authorization")

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


# Characters that end a line, move a terminal's cursor or turn the direction of text, and lone surrogates.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MAX_ENCODINGS = 4


def redacted(value: str | bytes) -> str:
    """The text in place of a secret: equal for equal values within this process, and of no use outside of it."""
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    # Twelve digits of the hash let nobody extend it, so the key in front does what HMAC does, at a quarter of the cost.
    return f"cleaned ({len(raw)}, {hashlib.sha256(_KEY + raw).hexdigest()[:12]})"


def redacted_once(value: str) -> str:
    """Redacts a value unless it was redacted before, by its name or by a logger, also as far as its first space."""
    return value if value in ("", "cleaned") or _CLEANED.fullmatch(value.strip()) else redacted(value)


def shortened(text: str, limit: int = MAX_VALUE) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def shortened_to(text: str, size: int, limit: int = MAX_VALUE) -> str:
    """Shortens the rest of a text that had `size` characters."""
    return text if size <= limit and len(text) <= limit else f"{text[:limit]}… ({size} characters)"


def bounded(text: str, limit: int = MAX_TEXT) -> str:
    """Shortens in the middle, since the end of a trace has the exception. The end begins with a whole word, so that no
    rest of a secret stays."""
    if len(text) <= limit:
        return text
    end = text[-(limit - limit // 4) :]
    found = _START.search(end, 0, MAX_VALUE)
    return f"{text[: limit // 4]}\n… ({len(text)} characters)\n{end[found.end() if found else MAX_VALUE :]}"


_START = re.compile(r"\n|\s(?!.{0,200}\n)")


def escaped(text: str, lines: bool = False) -> str:
    """`text` with its control characters as Python writes them, so that it stays one line; with `lines`, as it has."""
    return (_CONTROL_IN_LINES if lines else CONTROL).sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def replace_surrogates(text: str) -> str:
    """Replaces lone surrogates, which UTF-8 cannot encode: one would cost an event, or a batch of spans."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


class Text_Redactor:
    """Cleans free text: the values beside `names`, in any case, and `capital_names`, as they are."""

    def __init__(self, names: str, capital_names: str) -> None:
        # They search text in lower case.
        flags = re.NOFLAG if names == names.lower() else re.IGNORECASE
        self.name: re.Pattern[str] = re.compile("|".join((names, *SECRET_HEADERS)), flags)
        self.suspicious: re.Pattern[str] = re.compile(
            "|".join((*SECRET_HEADERS, names, "bearer", "basic", "://", "--")), flags
        )
        self.option: re.Pattern[str] = re.compile(_OPTION.format(names), flags)
        self.capital_name: re.Pattern[str] = re.compile(capital_names)
        self.capital_option: re.Pattern[str] = re.compile(_OPTION.format(capital_names))

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

    def _free_text(self, text: str) -> str:
        lowered = lower(text)
        parts: list[str] = []
        at = 0  # what is before was copied or replaced
        found = self.suspicious.search(lowered)
        capital = None if lowered == text else self.capital_name.search(text)
        while nearest := _first_of(found, capital):
            start, end, ahead = self._value_after(text, lowered, nearest)
            if start < end:
                parts += text[at:start], redacted_once(text[start:end])
                at = end
            ahead = max(ahead, at)
            if found is not None and found.start() < ahead:
                found = self.suspicious.search(lowered, ahead)
            if capital is not None and capital.start() < ahead:
                capital = self.capital_name.search(text, ahead)
        return _TOKEN.sub(_redacted_match, "".join((*parts, text[at:])) if parts else text)

    def _value_after(self, text: str, lowered: str, found: re.Match[str]) -> tuple[int, int, int]:
        """The span of the value beside the name `found`, empty if there is none, and where to search on."""
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
        return (*value_span(text, match.end(), whole_line=name in SECRET_HEADERS), match.end())


def _first_of(one: re.Match[str] | None, other: re.Match[str] | None) -> re.Match[str] | None:
    if one is None or other is None:
        return one or other
    return one if one.start() <= other.start() else other


def _redacted_match(match: re.Match[str]) -> str:
    return redacted(match[0])


def lower(text: str) -> str:
    """`text` in lower case, each character where it was."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


_ASCII_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def value_span(text: str, at: int, whole_line: bool) -> tuple[int, int]:
    """The span of the value that begins at `at`: in its quotes or brackets, a word, or the rest of the line."""
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


def redact_values(text: str, secrets: Iterable[str]) -> str:
    """`text` with every one of `secrets`, longest first, replaced. A short one only where it is a word of its own."""
    replaced: dict[str, str] = {}
    for secret in secrets:
        if secret not in text:
            continue
        if not replaced and not text.isascii():
            text = _PRIVATE.sub("\ufffd", text)
        mark = chr(_FIRST_MARK + len(replaced))  # one character, in which no other secret is found
        replaced[mark] = redacted(secret)
        is_short = len(secret) < MIN_SECRET
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", mark, text) if is_short else text.replace(secret, mark)
    for mark, stands in replaced.items():
        text = text.replace(mark, stands)
    return text


_FIRST_MARK = 0xF0000  # of a plane for private use
_PRIVATE = re.compile("[\U000f0000-\U000fffff]")


def redact_values_of(values: dict[str, str], secrets: Sequence[str]) -> None:
    """Replaces `secrets` in all of `values`."""
    values.update({name: redact_values(value, secrets) for name, value in values.items()})


def usable_secrets(values: Iterable[str], at_least: int = MIN_SECRET) -> list[str]:
    """Longest first, each also as URLs and JSON write it."""
    found = {value for value in values if len(value) >= at_least}
    for value in list(found):
        if not value.isalnum() or not value.isascii():
            found.update((_quoted(value, "/"), _quoted(value, ""), json.dumps(value)[1:-1]))
    return sorted(found, key=len, reverse=True)


def _quoted(value: str, safe: str) -> str:
    return quote(value, safe=safe, errors="surrogatepass")
