"""The names whose values are secrets."""

from collections.abc import Iterable

# Names that Django (HIDDEN_SETTINGS), sentry-sdk (DEFAULT_DENYLIST) and Rails (filter_parameters) hide. Some count as
# whole words, and `key` only with a word before it: `author`, `passenger` and `sort_key` are no secrets.
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
