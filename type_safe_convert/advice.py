"""Errors that say what to do instead, for objects that are no model, class or kind; suggestions of near names."""

from __future__ import annotations

import collections
import difflib
import enum
import itertools
import os
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from type_safe_convert.errors import NotAModelError, describe_value, type_text
from type_safe_convert.registry import (
    describe_kinds,
    extra_of,
    foreign_row,
    kind_names,
    kind_of_base,
    kind_of_class,
    kind_words,
)
from type_safe_convert.words import with_article

CONTAINERS = (list, tuple, set, frozenset, dict, collections.deque)

# The number of items that are looked at to tell what a container holds.
_LOOKED_AT = 10


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name among `names` that is most like another; None where none is like it."""
    by_lower = {each.lower(): each for each in names}
    found = difflib.get_close_matches(name.lower(), by_lower, 1)
    return by_lower[found[0]] if found else None


def wrong_argument(name: str, expected: str, found: Any, advice: str = "") -> TypeError:
    """The error for an argument of a wrong type."""
    return TypeError(f"{name}: expected {expected}, found {describe_value(found)}{advice and f'; {advice}'}")


def refuse_one_instance(objects: Any) -> None:
    """Raises TypeError where an iterable of instances is expected, and there is one instance or no iterable."""
    is_instance = kind_of_class(type(objects)) is not None and not isinstance(objects, tuple)
    if is_instance or not isinstance(objects, Iterable):
        raise wrong_argument("objects", "an iterable of instances", objects, "for one of them: [obj]")


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The question for the nearest name; empty where none is like it."""
    found = nearest(name, names)
    return "" if found is None else f"did you mean {found!r}?"


def no_such_kind(name: Any) -> NotAModelError:
    """The error for what is given as a kind and is none, or whose library is not installed."""
    if not isinstance(name, str):
        advice = _about_class(name) if isinstance(name, type) and kind_of_class(name) is None else ""
        advice = advice or "to convert to a class of your own, call convert() or converter()"
        found = f"the class {name.__name__}" if isinstance(name, type) else describe_value(name)
        return NotAModelError(expected="the name of a kind", found=found, advice=advice)
    extra = extra_of(name)
    return NotAModelError(
        "the library of this kind is not installed" if extra else "no such kind",
        expected=" or ".join(map(repr, kind_names())),
        found=repr(name),
        advice=f"install the extra: pip install 'type-safe-convert[{extra}]'" if extra else _kind_like(name),
    )


def not_an_instance(obj: Any, target: Any) -> NotAModelError:
    """The error for the source of a conversion to `target` that is no model instance."""
    of_kind = isinstance(target, str)
    if not isinstance(obj, type):
        advice = about_value(obj, "YourClass" if of_kind else type_text(target))
        if not advice and isinstance(obj, Iterator):
            advice = f"map(converter(YourClass, {repr(target) if of_kind else type_text(target)}), values)"
        advice = advice or f"pass {describe_kinds()}"
        return NotAModelError(expected="a model instance", found=describe_value(obj), advice=advice)
    name = obj.__name__
    call = f"convert_class({name}, {target!r})" if of_kind else f"converter({name}, {type_text(target)})"
    advice = f"pass an instance; for the class itself, {call}" if kind_of_class(obj) else _about_class(obj)
    return NotAModelError(expected="a model instance", found=f"the class {name}", advice=advice)


def class_has_no_json(cls: type) -> NotAModelError:
    """The error for a model class where JSON is written of an instance."""
    name = cls.__name__
    advice = f"pass an instance; for the schema of the class, json_schema({name})"
    return NotAModelError(expected="a model instance", found=f"the class {name}", advice=advice)


def not_a_class(found: Any) -> NotAModelError:
    """The error for what is given as a model class and is none."""
    return _not_as_expected("a model class", found)


def not_a_type(found: Any) -> NotAModelError:
    """The error for what is given as a class, a type or a kind, and is none of these."""
    return _not_as_expected("a model class, a kind or a type such as list[User]", found)


def _not_as_expected(expected: str, found: Any) -> NotAModelError:
    if isinstance(found, type):
        return NotAModelError(expected=expected, found=f"the class {found.__name__}", advice=_about_class(found))
    cls = type(found)
    if typing.get_origin(found) is not None:
        advice = f"convert_class() takes one class; convert() and converter() take types such as {type_text(found)}"
    elif cls is str:
        advice = "" if found in kind_names() else _kind_like(found)
        advice = advice or "pass the class itself, not a name"
    elif kind_of_class(cls) is not None:
        advice = f"pass its class, {cls.__name__}"
    elif (kind := kind_words().get(getattr(found, "__name__", ""))) is not None:  # its module, function or decorator
        advice = f"use {kind!r}, or a class of that kind"
    else:
        advice = _about_class(cls)
    return NotAModelError(expected=expected, found=describe_value(found), advice=advice)


def about_value(obj: Any, target: str) -> str:
    """The way from a value that is no model to an instance of `target`; empty where there is none. The text has nothing
    of the value."""
    cls = type(obj)
    if isinstance(obj, type):
        return "pass an instance, not the class"
    if kind_of_class(cls) is not None and not isinstance(obj, CONTAINERS):
        return f"{cls.__name__} is a model already: convert(obj, {target})"
    row = foreign_row(cls)
    if row is not None:
        return f"{cls.__name__} is {row.label}: {row.instance_way.format(target=target)}"
    if hasattr(cls, "read") or isinstance(obj, os.PathLike) or is_file_name(obj):
        return f"to read a file: open it, and from_json({target}, file.read())"
    if isinstance(obj, str | bytes | bytearray):
        return f"to read JSON: from_json({target}, text)"
    if isinstance(obj, CONTAINERS):
        items = dict.values(obj) if isinstance(obj, dict) else iter(obj)
        if any(kind_of_class(type(item)) is not None for item in itertools.islice(items, _LOOKED_AT)):
            inside = f"dict[str, {target}]" if isinstance(obj, dict) else f"{_plain_name(obj)}[{target}]"
            return f"to convert what is in it: convert(values, {inside})"
        if isinstance(obj, dict):
            described = f"for a dict that a TypedDict describes, converter(ItsTypedDict, {target})"
            return f"to read plain data: from_python({target}, data); {described}"
        return f"to read plain data: from_python(list[{target}], data)"
    if isinstance(obj, Mapping):
        return f"to read plain data: from_python({target}, dict(data))"
    return "" if _is_of_python(cls) else _about_class(cls)


def about_items(obj: Any, target: Any) -> str:
    """The way to convert one model, or what an iterator gives, where `target` is a container of models; else empty."""
    item = item_of(target)
    if item is None:
        return ""
    if isinstance(obj, Iterator):
        return f"pass {with_article(typing.get_origin(target).__name__)}, or map(converter(YourClass, {item}), values)"
    if isinstance(obj, type):
        container = typing.get_origin(target).__name__
        types = f"converter({container}[{obj.__name__}], {type_text(target)})"
        return f"pass {with_article(container)} of instances; for the types, {types}"
    return f"to convert one: convert(obj, {item})" if kind_of_class(type(obj)) is not None else ""


def item_of(target: Any) -> str | None:
    """The text of the type of the items, where `target` is such as `list[User]`."""
    arguments = typing.get_args(target)
    return type_text(arguments[0]) if typing.get_origin(target) in CONTAINERS and len(arguments) == 1 else None


def not_of_kind(found: Any, kind: str, name: str, is_class: bool) -> NotAModelError:
    """The error for what is given to a converter of one kind.

    Args:
        name: of the converter's class.
        is_class: whether a class is expected, not an instance.
    """
    advice = "convert() and convert_class() take models of every kind"
    if isinstance(found, type):
        text = f"the class {found.__name__}"
        if not is_class and kind_of_class(found) is not None:
            advice = f"pass an instance; for the class itself, convert_class({found.__name__})"
    else:
        text = describe_value(found)
        if kind_of_class(type(found)) is None:
            advice = (not is_class and about_value(found, "YourClass")) or f"pass {describe_kinds()}"
        elif is_class:
            advice = f"pass its class, {type(found).__name__}"
    expected = f"a {kind} class" if is_class else f"a {kind} instance"
    return NotAModelError(f"{name} takes models of one kind", expected=expected, found=text, advice=advice)


def _plain_name(obj: Any) -> str:
    return next(cls.__name__ for cls in CONTAINERS if isinstance(obj, cls))


def is_file_name(obj: Any) -> bool:
    """Whether a text looks like the name of a file: it has an ending or a folder, and no character of JSON."""
    looks_like_one = isinstance(obj, str) and (os.path.splitext(obj)[1] or os.path.dirname(obj))
    return bool(looks_like_one) and not set(obj) & set('{}[]"\n')


def _about_class(cls: type) -> str:
    base = kind_of_base(cls)
    if base is not None:
        return f"{cls.__name__} is the base of its kind: use {base!r}, or a class derived from it"
    model = next((item for item in cls.__mro__[1:] if kind_of_class(item) is not None), None)
    if model is not None:
        unfinished = f"its library has not finished {cls.__name__}, which is derived from {model.__name__}"
        return f"{unfinished}: use it after its class statement, not in __init_subclass__"
    row = foreign_row(cls)
    if row is not None:
        return f"{cls.__name__} is {row.label}: {row.class_way.format(name=cls.__name__)}"
    if _is_of_python(cls):
        return f"pass {describe_kinds()}"
    return f"{cls.__name__} is a plain class: make it {describe_kinds()}, or teach its kind with register_kind()"


def _is_of_python(cls: type) -> bool:
    """Whether a class is one of Python itself, or an enum: it cannot be made a model."""
    return cls.__module__.partition(".")[0] in sys.stdlib_module_names or issubclass(cls, enum.Enum)


def _kind_like(name: str) -> str:
    words = kind_words()
    found = nearest(name, words)
    if found is not None:
        return f"did you mean {words[found]!r}?"
    return "pass the class itself, not a name" if name.isidentifier() and name[0].isupper() else ""
