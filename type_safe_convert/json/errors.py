"""Errors of reading and writing JSON, made of those of pydantic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from os import PathLike
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticSerializationError
from pydantic_core import from_json as _parse

from type_safe_convert.advice import about_value, did_you_mean, is_file_name, item_of, wrong_argument
from type_safe_convert.errors import (
    ClassConversionError,
    ConversionError,
    NestingTooDeepError,
    Path,
    ValueConversionError,
    as_step,
    describe_value,
    hidden_in,
    path_into,
    type_text,
    without_values,
)
from type_safe_convert.json.hidden import hides_anything, hides_at
from type_safe_convert.json.tags import problems_by_tag
from type_safe_convert.json.unions import FALLBACK_TAG, READ_TAG
from type_safe_convert.json.unwritable import unwritable
from type_safe_convert.model.family import shape_of
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse

JsonData = bytes | bytearray | str


class JsonError(ValueConversionError):
    """Data that does not fit a class.

    Attributes:
        path: into the data: keys as they are spelled there, and indexes.
        errors: one ValueConversionError for each problem, where there are several.
    """

    details: list[ErrorDetails]

    def pydantic_errors(self) -> list[ErrorDetails]:
        """The list that pydantic's `ValidationError.errors()` gives, with `loc`, `msg`, `type` and `input`."""
        return self.details


def check_size(cls: Any, data: JsonData, max_bytes: int) -> None:
    check_limit(max_bytes)
    # No character is less than a byte: text that is too long already is not encoded.
    size = len(data)
    if isinstance(data, str) and size <= max_bytes:
        size = len(data.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise JsonError("too long", expected=f"at most {max_bytes} bytes", found=f"{size} bytes", target_class=cls)


def check_limit(max_bytes: int) -> None:
    if not isinstance(max_bytes, int):
        raise wrong_argument("max_bytes", "an int or None", max_bytes)


def read_error(error: ValidationError, cls: Any, data: Any) -> JsonError:
    details = error.errors(include_url=False)
    content = data
    if isinstance(data, bytes | bytearray | str):
        try:
            content = _parse(data)
        except (ValueError, TypeError):  # the latter for text that is no UTF-8
            content = None
    details = [item for item in details if FALLBACK_TAG not in item["loc"]]
    for item in details:
        item["loc"] = tuple(step for step in item["loc"] if step != READ_TAG)
    problems: list[ConversionError] = []
    lists: dict[int, list[Any]] = {}
    hides = hides_anything(cls)
    by_key = kind_of_class(cls) is None and isinstance(nodes.alone(parse(cls)), nodes.MappingNode)
    for item in details:
        found = "" if item["type"] == "json_invalid" else describe_value(item["input"])
        path = path_into(content, item["loc"], item["type"], lists)
        if by_key and path:
            path = (as_step(path[0]), *path[1:])
        reason = _MESSAGES.get(item["type"], item["msg"])
        place = item["loc"][:-1] if item["type"].startswith("missing") else item["loc"]  # where the input is
        if hides and hides_at(cls, place, item["input"]):
            reason, found = hidden_in(reason, found), ""
        advice = _advice(item, path, content, cls, data)
        problems.append(ValueConversionError(reason, path=path, found=found, target_class=cls, advice=advice))
    problems = _told_by_tags(problems, cls, content, hides)
    first = problems[0]
    made = JsonError(
        first.reason,
        path=first.path,
        expected=first.expected,
        found=first.found,
        target_class=cls,
        advice=first.advice,
        errors=problems if len(problems) > 1 else (),
    )
    made.details = [_picklable(item) for item in details]
    return made


def _told_by_tags(problems: list[ConversionError], cls: Any, content: Any, hides: bool) -> list[ConversionError]:
    """The problems, with one in place of what all members of a union say of a tag that is unknown or missing."""
    found, known = problems_by_tag(cls, content, {problem.path for problem in problems})
    kept = [problem for problem in problems if problem.path not in known] or problems
    told: list[ConversionError] = []
    places: set[Path] = set()
    for problem in kept:
        place = next((place for place in found if problem.path[: len(place)] == place), None)
        if place is None:
            told.append(problem)
        elif place not in places:
            places.add(place)
            by_tag = without_values(found[place]) if hides else found[place]
            by_tag.path = (*place, *by_tag.path)
            by_tag.target_class = cls
            told.append(by_tag)
    return told


def _advice(item: ErrorDetails, path: Path, content: Any, cls: Any, data: Any) -> str:
    """Returns what to do about one problem; empty if that is not known."""
    fields = shape_of(cls).fields if len(path) == 1 and kind_of_class(cls) is not None else {}
    if item["type"].startswith("missing") and path:
        return did_you_mean(str(path[-1]), [key for key in _keys_at(content, path[:-1]) if key not in fields])
    if path:
        return did_you_mean(str(path[0]), fields) if _MESSAGES.get(item["type"]) == "unknown key" else ""
    if kind_of_class(cls) is None and isinstance(cls, type) and kind_of_base(cls):
        return f"pass a class derived from {cls.__name__}"
    kind = item["type"]
    if isinstance(content, list) and content is not data and kind_of_class(cls) is not None:
        return f"to read what is in it: from_json(list[{type_text(cls)}], data)"
    if isinstance(content, dict) and content is not data and (of_items := item_of(cls)) is not None:
        return f"to read one: from_json({of_items}, data)"
    if kind == "json_invalid":
        if data[:2] in ("{'", b"{'", "['", b"['"):
            return "JSON has double quotes"
        misplaced = is_file_name(data)
    elif kind in ("dataclass_type", "model_type", "model_attributes_type"):
        misplaced = item["input"] is data and not isinstance(data, dict)
    else:
        misplaced = kind == "json_type" or (
            kind.endswith("_type") and isinstance(data, str | bytes | bytearray | PathLike)
        )
    return about_value(data, type_text(cls)) if misplaced else ""


def _keys_at(content: Any, path: Path) -> list[str]:
    for step in path:
        content = content[step] if isinstance(content, dict | list | tuple) else None
    return [key for key in content if isinstance(key, str)] if isinstance(content, dict) else []


# Types of errors in which pydantic-core speaks of arguments, as dataclasses have them, but the data has keys.
_MESSAGES = {
    "unexpected_keyword_argument": "unknown key",
    "extra_forbidden": "unknown key",
    "dataclass_type": "Input should be an object",
}


def _picklable(item: ErrorDetails) -> ErrorDetails:
    context = item.get("ctx")
    if context and isinstance(context.get("error"), Exception):
        item["ctx"] = {**context, "error": str(context["error"])}
    return item


def unexpected(error: Exception, cls: Any, data: Any) -> ConversionError:
    """Returns our error for one that the class's own code raised, or on which pydantic-core gave up."""
    if isinstance(error, RecursionError):
        return NestingTooDeepError("nested deeper than the recursion limit allows", target_class=cls)
    found = "" if hides_anything(cls) else describe_value(data)
    made = JsonError(f"{type(error).__name__}: {error}", found=found, target_class=cls)
    made.details = []
    return made


_MISFIT = "Pydantic serializer warnings"


_FLAGS = ("strict", "exclude_unset", "exclude_defaults", "exclude_none", "round_trip")


def refuse_options(options: Mapping[str, Any]) -> None:
    """Raises TypeError for an argument of a wrong type, which pydantic-core does not name."""
    for name, value in options.items():
        if name in ("include", "exclude"):
            fits = value is None or isinstance(value, Set | Mapping)
            expected = "a set or dict of names, or None"
        elif name == "indent":
            fits, expected = value is None or isinstance(value, int), "an int or None"
        else:
            fits = isinstance(value, bool) or (value is None and name not in _FLAGS)
            expected = "True or False" if name in _FLAGS else "True, False or None"
        if not fits:
            raise wrong_argument(name, expected, value)


def refuse(error: Exception, obj: Any, options: Mapping[str, Any], check: Callable[[], None]) -> NoReturn:
    """Raises our error for one of a serializer. For its warning of a value of another type than its annotation's, where
    a filter makes that an error, it is what `check` raises."""
    refuse_options(options)
    if _MISFIT in str(error):
        try:
            check()
        except ClassConversionError:
            pass
        except ConversionError as misfit:
            for each in (misfit, *misfit.errors):
                each.target_class = None  # it was asked for no other class
            raise misfit from None
    raise unwritable(error, obj) from cause_of(error)


def cause_of(error: Exception) -> BaseException | None:
    """Returns the error to show as the cause; None for one of pydantic-core, which says the same once more."""
    return error.__cause__ if isinstance(error, PydanticSerializationError) else error
