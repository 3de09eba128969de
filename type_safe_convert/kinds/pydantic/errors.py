"""Errors of pydantic's validators as those of conversions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from type_safe_convert.errors import (
    ConversionError,
    Path,
    ValueConversionError,
    describe_value,
    merge_errors,
    path_into,
)

_SHOULD = re.compile(r"(?P<subject>[A-Z][a-z]+(?: input)?) should (?P<verb>be|have|match) (?P<rest>.*)", re.DOTALL)

_VERBS = {"be": "", "have": "with ", "match": "that matches "}


def from_pydantic_detail(detail: Any, data: Any, root: Path = ()) -> ValueConversionError:
    """One of the `errors()` of a ValidationError as our own.

    Args:
        detail: the item; what its message says that the input should be is what was expected.
        data: what was validated: the path leads into it.
        root: what comes before the path.
    """
    reason, expected = detail["msg"], ""
    told = _SHOULD.fullmatch(reason)
    if told is not None:
        what = "" if told["subject"] == "Input" else f"a {told['subject'].lower()} {_VERBS[told['verb']]}"
        reason, expected = "", what + told["rest"]
    path = (*root, *path_into(data, detail["loc"], detail["type"]))
    return ValueConversionError(reason, path=path, expected=expected, found=describe_value(detail["input"]))


def from_pydantic(
    error: ValidationError, cls: type, data: Any, refused: Mapping[str, ConversionError] | None = None
) -> ConversionError:
    """A ValidationError as our own: the first problem's path, and all problems in `errors`.

    `refused` are the errors by field with which the conversion had refused values itself: they say more than pydantic
    does, unless it was a validator that spoke.
    """
    root = ("root",) if getattr(cls, "__pydantic_root_model__", False) else ()
    known = dict(refused or {})
    problems: list[ConversionError] = []
    for item in error.errors(include_url=False, include_context=False):
        name = (*root, *item["loc"], None)[0]
        if name in known and item["type"] not in ("value_error", "assertion_error"):
            told = known[name]
            problems += [problem for problem in told.errors or (told,) if problem not in problems]
        else:
            problems.append(from_pydantic_detail(item, data, root))
    for problem in problems:
        problem.target_class = cls
    made = merge_errors(problems)
    made.target_class = None
    return made


def complaints_of(error: Exception) -> Sequence[tuple[Path, str]]:
    """The places and reasons of which a ValidationError tells; none for any other error."""
    if not isinstance(error, ValidationError):
        return ()
    return [(item["loc"], item["msg"]) for item in error.errors(include_url=False)]
