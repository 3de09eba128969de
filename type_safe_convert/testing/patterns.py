"""Strings that match a regular expression."""

from __future__ import annotations

import random
import re
import string
from typing import Any

_CLASSES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_WORD": string.ascii_letters + string.digits,
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": string.ascii_letters,
    "CATEGORY_NOT_WORD": "-.",
    "CATEGORY_NOT_SPACE": string.ascii_letters,
}
_PRINTABLE = string.ascii_letters + string.digits + "-_. /:"


def matching(pattern: str, rng: random.Random) -> str:
    """A string that the pattern may match; look-arounds and the like are ignored, so the caller must try it.

    Raises:
        ValueError: the pattern is none that Python reads.
    """
    try:
        parsed = re._parser.parse(pattern)  # type: ignore[attr-defined]  # the only parser there is
    except re.error as error:
        raise ValueError(str(error)) from error
    return _sequence(parsed, rng, {})


def _sequence(parsed: Any, rng: random.Random, groups: dict[int, str]) -> str:
    return "".join(_part(str(operation), argument, rng, groups) for operation, argument in parsed)


def _part(operation: str, argument: Any, rng: random.Random, groups: dict[int, str]) -> str:
    match operation:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return rng.choice([char for char in _PRINTABLE if char != chr(argument)])
        case "ANY":
            return rng.choice(_PRINTABLE)
        case "IN":
            return rng.choice(_members(argument))
        case "BRANCH":
            return _sequence(rng.choice(argument[1]), rng, groups)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = argument
            times = rng.randint(least, min(int(most), least + 4))
            return "".join(_sequence(repeated, rng, groups) for _ in range(times))
        case "SUBPATTERN":
            group, _, _, inside = argument
            groups[group] = _sequence(inside, rng, groups)
            return groups[group]
        case "ATOMIC_GROUP":
            return _sequence(argument, rng, groups)
        case "GROUPREF":
            return groups.get(argument, "")
    return ""  # anchors and look-arounds


def _members(parts: Any) -> str:
    found: list[str] = []
    negated = False
    for operation, argument in parts:
        match str(operation):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found.append(chr(argument))
            case "RANGE":
                first, last = argument
                found.extend(map(chr, range(first, min(last, first + 200) + 1)))
            case "CATEGORY":
                found.append(_CLASSES.get(str(argument), "a"))
    members = "".join(found)
    return "".join(char for char in _PRINTABLE if char not in members) or "\u2603" if negated else members
