"""The API key: where it is configured, and whether a request may pass."""

import hmac
import os
import re
from collections.abc import Iterable
from typing import Any

from fast_api.fastapi_bridge.internals import cookie_parser

ENV_VAR__NAME = "FAST_API__AUTH__API_KEY__NAME"
ENV_VAR__VALUE = "FAST_API__AUTH__API_KEY__VALUE"
ENV_VAR__MORE_VALUES = "FAST_API__AUTH__API_KEY__MORE_VALUES"

NOT_CONFIGURED = "API key is not configured on this server"
MISSING = "API key is missing: send it in a header or a cookie"
WRONG = "API key is not valid"
CHALLENGE = {"www-authenticate": "APIKey"}  # of a 401, as FastAPI's own API key classes have it


class Api_Key:
    """The name and the valid keys, read once from the environment.

    Attributes:
        name: of the header and of the cookie; empty when not configured.
        keys: the encodings of each valid key; empty when not configured.
    """

    __slots__ = ("header_name", "keys", "name")

    def __init__(self, name: str, values: Iterable[str]) -> None:
        self.name: str = name.strip()
        self.header_name: bytes = self.name.lower().encode()
        # Clients send a header in UTF-8 or in Latin-1; which one, nothing tells.
        self.keys: list[bytes] = []
        for value in values:
            if value:
                self.keys.append(value.encode())
                # Only an encoding that loses nothing: `?` for what is missing would let other keys in.
                if not value.isascii() and all(ord(character) < 256 for character in value):
                    self.keys.append(value.encode("latin-1"))

    @property
    def configured(self) -> bool:
        return bool(self.name and self.keys)

    def accepts(self, value: bytes) -> bool:
        """Whether `value` is one of the keys. Compares with all of them, each in constant time."""
        accepted = False
        for key in self.keys:
            accepted |= hmac.compare_digest(key, value)
        return accepted

    def refusal(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Returns the reason why a request with these raw headers is refused; None if it may pass.

        A header that is present decides, also an empty one; the cookie is read only without it. A header or cookie that
        comes more than once is refused, since a proxy may have read the other one.
        """
        if not self.configured:
            return NOT_CONFIGURED
        values: list[bytes] = []
        cookies: list[bytes] = []
        for name, value in headers:
            if name == self.header_name:
                values.append(value)
            elif name == b"cookie":
                cookies.append(value)
        if not values:
            values = [found for header in cookies for found in self.cookie_values(header)]
            if not values:
                return MISSING
        if len(values) == 1 and self.accepts(values[0].strip()):
            return None
        return WRONG

    def cookie_values(self, header: bytes) -> list[bytes]:
        values = []
        for part in header.decode("latin-1").split(";"):
            for name, value in cookie_parser(part).items():
                if name == self.name:
                    values.append(decode_cookie(value).encode("latin-1", "replace"))
        return values


class Path_Set:
    """Paths that need no key: exact ones, or all below one that ends in `/*`."""

    __slots__ = ("exact", "folders")

    def __init__(self, paths: Iterable[str]) -> None:
        listed = list(paths)
        self.exact: frozenset[str] = frozenset(path for path in listed if not path.endswith("/*"))
        self.folders: tuple[str, ...] = tuple(path.removesuffix("*") for path in listed if path.endswith("/*"))

    def __contains__(self, path: str) -> bool:
        return path in self.exact or (bool(self.folders) and path.startswith(self.folders) and ".." not in path)


Settings = tuple[Any, Any, Any]


def key_settings() -> Settings:
    """Returns the keys' variables of the environment, to be compared with those of before.

    `os.environ` encodes and decodes at each look, which several looks a request would feel: this one does neither.
    """
    raw = getattr(os.environ, "_data", None)
    if raw is None:
        return tuple(map(os.environ.get, _NAMES))  # type: ignore[return-value]  # three names
    name, value, more = _RAW_NAMES
    return raw.get(name), raw.get(value), raw.get(more)


_NAMES = (ENV_VAR__NAME, ENV_VAR__VALUE, ENV_VAR__MORE_VALUES)
_RAW_NAMES = tuple(map(getattr(os.environ, "encodekey", str), _NAMES))


def api_key_from_environment() -> Api_Key:
    """The key as the environment has it now.

    `FAST_API__AUTH__API_KEY__VALUE` is one key, whatever its characters. For rotation, `..._MORE_VALUES` holds further
    valid keys, separated by commas or white space.
    """
    return Api_Key(os.environ.get(ENV_VAR__NAME, ""), key_values())


def key_values() -> list[str]:
    """The keys as the environment has them; some may be empty."""
    more = re.split(r"[,\s]+", os.environ.get(ENV_VAR__MORE_VALUES, ""))
    return [os.environ.get(ENV_VAR__VALUE, "").strip(), *more]


# A cookie holds ASCII without separators; what a key has besides is written in this form, which no other cookie uses.
_ENCODED_COOKIE = "utf8-hex."


def encode_cookie(value: str) -> str:
    """The key as a cookie value."""
    if re.fullmatch(r"[!#$%&'()*+\-./0-9:<=>?@A-Z\[\]^_`a-z{|}~]+", value) and not value.startswith(_ENCODED_COOKIE):
        return value
    return _ENCODED_COOKIE + value.encode().hex()


def decode_cookie(value: str) -> str:
    """The bytes of the key in a cookie, as Latin-1 text; undoes `encode_cookie`."""
    if value.startswith(_ENCODED_COOKIE):
        try:
            return bytes.fromhex(value.removeprefix(_ENCODED_COOKIE)).decode("latin-1")
        except ValueError:
            return value
    return value
