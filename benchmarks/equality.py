"""Whether a contender's result is the right one: an oracle that knows nothing of the converters.

`facts(x)` is a plain tree of everything that the suite expects of a result: class names without the suffix of a made
class, exact types of values, typed collections with what they expect, fields in order.
"""

import re
from dataclasses import fields, is_dataclass
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from pydantic import BaseModel

_SUFFIX = re.compile(r"(__(BaseModel|Type_Safe|Dataclass))+$")


def concept(cls: type) -> str:
    """'Person' for Person, Person__BaseModel and Person__Type_Safe."""
    return _SUFFIX.sub("", cls.__name__)


def kind_of(instance: Any) -> str | None:
    if isinstance(instance, Type_Safe):
        return "type_safe"
    if isinstance(instance, BaseModel):
        return "basemodel"
    return "dataclass" if is_dataclass(instance) and not isinstance(instance, type) else None


def facts(value: Any, plain: bool = False) -> Any:
    """A tree to compare results by; with `plain`, as a class has it that was made from one without Type_Safe
    primitives.
    """
    if kind := kind_of(value):
        # A name with two leading underscores is no field of a Type_Safe: `.json()` does not see it either.
        held = [name for name in vars(value) if not name.startswith("__")]
        names = [field.name for field in fields(value)] if kind == "dataclass" else held
        return (kind, concept(type(value)), {name: facts(getattr(value, name), plain) for name in names})
    if isinstance(value, Type_Safe__Primitive):
        base = value.__to_primitive__()
        return (type(base if plain else value).__name__, base)
    if isinstance(value, list):
        return (
            type(value).__name__,
            _expected(value, "expected_type", plain),
            [facts(x, plain) for x in list.__iter__(value)],
        )
    if isinstance(value, dict):
        expected = [_expected(value, name, plain) for name in ("expected_key_type", "expected_value_type")]
        return (type(value).__name__, expected, [(facts(k, plain), facts(v, plain)) for k, v in dict.items(value)])
    return (type(value).__name__, value)


def _expected(collection: Any, attribute: str, plain: bool) -> str | None:
    expected: Any = getattr(collection, attribute, None)
    if plain:
        expected = getattr(expected, "__primitive_base__", None) or expected
    return concept(expected) if isinstance(expected, type) else None if expected is None else str(expected)


def difference(found: Any, wanted: Any, path: str = "") -> str | None:
    """The first place where two trees of facts differ, in words; None when they are equal."""
    if found == wanted:
        return None
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        return next(d for k in wanted if (d := difference(found[k], wanted[k], f"{path}.{k}")))
    if isinstance(found, list | tuple) and isinstance(wanted, list | tuple) and len(found) == len(wanted):
        return next(d for i, w in enumerate(wanted) if (d := difference(found[i], w, path)))
    return f"{path.lstrip('.') or 'result'}: {found!r:.60} instead of {wanted!r:.60}"
