"""The secret values of a request: those of headers, cookies and parameters with secret names."""

import base64
import re
from collections.abc import Iterable

from fast_api.redaction.redactor import Redactor
from fast_api.redaction.text import MAX_RAW, MAX_TEXT, MAX_VALUE, MIN_SECRET, decoded, usable_secrets

_MAX_SECRETS = 64  # of one request that are looked for


def secrets_of_request(raw_headers: Iterable[tuple[bytes, bytes]], query: bytes, redactor: Redactor) -> list[str]:
    """The secret values that a request brought, in every spelling, longest first: to find them wherever they stand."""
    return usable_secrets(secret_values(raw_headers, query, redactor))


def secret_values(raw_headers: Iterable[tuple[bytes, bytes]], query: bytes, redactor: Redactor) -> list[str]:
    """The secret values that a request brought, or that a response sends.

    Left out are values of under six characters, and what a cookie without a secret name holds if it is a plain word:
    they would hit ordinary words. At most _MAX_SECRETS values are looked for, those of cookies and queries last.
    """
    return values_of_secrets(redactor.secret_headers(raw_headers), query, redactor)


def values_of_secrets(secret_headers: Iterable[tuple[bytes, bytes]], query: bytes, redactor: Redactor) -> list[str]:
    """The secret values of headers that all have the name of a secret, and of a query."""
    found: list[str] = []
    others: list[str] = []
    for raw_name, raw_value in secret_headers:
        value = raw_value[:MAX_RAW].decode("latin-1")
        if raw_name.lower() in (b"cookie", b"set-cookie"):
            for part in value[:MAX_TEXT].split(";", 2 * _MAX_SECRETS):
                name, _, held = part.partition("=")
                held = held.strip().strip('"')
                if not (held.isascii() and held.isalpha() and held.islower()) or redactor.is_secret(name):
                    others.append(held)
            continue
        scheme, space, credentials = value.partition(" ")
        found.append(credentials if space else value)
        if scheme.lower() == "basic":
            found.append(_password_of(credentials))
    if query:
        text = query[: 4 * MAX_VALUE].decode("latin-1")
        plain = decoded(text) if "%" in text or "+" in text else text
        if not redactor.is_harmless(plain) and redactor.has_secret_name(plain):
            for parameter in text.split("&", 2 * _MAX_SECRETS):
                name, _, value = parameter.partition("=")
                if value and redactor.is_secret(decoded(name) if "%" in name or "+" in name else name):
                    others += value, decoded(value)
    if not found and not others:
        return []
    return [value for value in dict.fromkeys((*found, *others)) if len(value) >= MIN_SECRET][:_MAX_SECRETS]


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
