"""Whether two results are the same: the one oracle of tests and benchmarks. It knows nothing of the converters.

`facts(x)` is a plain tree of what a value is and holds, to compare by `==`; `difference` names the first place where
two trees differ. A view says what counts: everything, what JSON can hold, or what classes of different kinds share.
"""

import collections
import dataclasses
import datetime
import decimal
import enum
import functools
import operator
import re
import types
import typing
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from pydantic import BaseModel
from typing_inspection import typing_objects

_SUFFIX = re.compile(r"(__(BaseModel|Type_Safe|Dataclass|Attrs))+$")
_NAME = re.compile(r"(?:\w+\.)*(\w+)")
_EXPECTATIONS = ("expected_type", "expected_types", "expected_key_type", "expected_value_type")
_SETTINGS = ("maxlen", "default_factory")
# Their text tells all values apart, also NaN from NaN and -0.0 from 0.0.
_BY_TEXT: tuple[type, ...] = (
    *(str, bytes, bytearray, int, float, complex, range, type, decimal.Decimal),
    *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
)
# `str(value)`, as osbot-utils has it, runs the `__init__` of a primitive whose `__str__` returns itself.
_PLAIN: dict[type, Callable[[Any], Any]] = {str: str.__str__, int: int.__int__, float: float.__float__}


class View(NamedTuple):
    """The differences that count.

    `by_name`: classes count by their name without the suffix of a generated class, and fields alone.
    `plain`: Type_Safe's primitives count as the values that they hold. `json`: neither which fields were set, nor which
    objects were shared, nor the name of a time zone beside its offset."""

    by_name: bool = False
    plain: bool = False
    json: bool = False


EXACT = View()
BY_NAME = View(by_name=True)
PLAIN = View(by_name=True, plain=True)
AS_JSON = View(json=True)


class _Equal:
    """A value of a class with an `==` of its own: the same as another of its class that it equals."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Equal) and type(self.value) is type(other.value) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.value)


def facts(value: Any, view: View = EXACT) -> Any:
    return _Facts(view).of(value)


def concept(cls: type) -> str:
    """'Person' for Person, Person__BaseModel, Person__Type_Safe and Person[int]."""
    return _SUFFIX.sub("", cls.__name__.partition("[")[0])


def kind_of(instance: Any) -> str | None:
    cls = type(instance)
    if isinstance(instance, Type_Safe):
        return "type_safe"
    if isinstance(instance, BaseModel):
        return "basemodel"
    if dataclasses.is_dataclass(cls):
        return "dataclass"
    if hasattr(cls, "__struct_fields__"):
        return "msgspec"
    return "attrs" if "__attrs_attrs__" in cls.__dict__ else None


class _Facts:
    def __init__(self, view: View) -> None:
        self.view = view
        self.seen: dict[int, int] = {}

    def of(self, value: Any) -> Any:
        if kind := kind_of(value):
            return self.of_model(value, kind)
        if isinstance(value, Type_Safe__Primitive):
            base = _PLAIN[value.__primitive_base__](value)
            return (self.name(type(base if self.view.plain else value)), self.of_atom(base))
        if isinstance(value, dict | list | tuple | set | frozenset | collections.deque):
            return (self.name(type(value)), self.expected(value), self.content(value))
        return (self.name(type(value)), self.of_atom(value))

    def name(self, cls: type) -> Any:
        return concept(cls) if self.view.by_name else cls

    def of_model(self, value: Any, kind: str) -> Any:
        if self.view == EXACT:
            if id(value) in self.seen:
                return ("seen", self.seen[id(value)])
            self.seen[id(value)] = len(self.seen)
        cls = type(value)
        # A name with two leading underscores is no field of a Type_Safe: `.json()` does not see it either.
        # Nor what osbot-utils puts into instances of on-demand classes, functions of the class, has JSON.
        hidden = ("__", "_on_demand__") if self.view.json else "__"
        state = {name: item for name, item in getattr(value, "__dict__", {}).items() if not name.startswith(hidden)}
        fields = [field.name for field in getattr(cls, "__attrs_attrs__", ())] or list(
            getattr(cls, "__struct_fields__", ())
        )
        if dataclasses.is_dataclass(cls):
            fields = [field.name for field in dataclasses.fields(cls)]
        if self.view.by_name:
            held = {name: getattr(value, name) for name in fields or state}
            return (kind, concept(cls), {name: self.of(item) for name, item in held.items()})
        state |= {name: getattr(value, name, "<unset>") for name in fields}
        tree = [cls, {name: self.of(state[name]) for name in sorted(state)}, self.content(value)]
        if isinstance(value, BaseModel):
            marked = None if self.view.json else sorted(value.model_fields_set)
            tree += [marked, self.of(value.__pydantic_extra__), self.of(value.__pydantic_private__)]
        return tuple(tree)

    def content(self, value: Any) -> Any:
        """The items of a container, which a model may be as well."""
        if isinstance(value, dict):
            return [(self.of(key), self.of(item)) for key, item in dict.items(value)]
        if isinstance(value, set | frozenset):
            return sorted([repr(self.of(item)) for item in value])
        if isinstance(value, list | tuple | collections.deque):
            base: Any = next(base for base in (list, tuple, collections.deque) if isinstance(value, base))
            return [self.of(item) for item in base.__iter__(value)]
        return None

    def expected(self, value: Any) -> Any:
        """The types that one of Type_Safe's collections expects, and the settings of those of `collections`."""
        annotations = [self.annotation(getattr(value, name, None)) for name in _EXPECTATIONS]
        return [*annotations, *(repr(getattr(value, name, None)) for name in _SETTINGS)]

    def annotation(self, annotation: Any) -> Any:
        annotation = without_aliases(annotation)
        if self.view.json and isinstance(annotation, TypeVar):  # open: anything may stand there
            annotation = Any
        if self.view.plain:
            annotation = getattr(annotation, "__primitive_base__", None) or annotation
        if self.view.by_name and isinstance(annotation, type):
            return concept(annotation)
        text = str(annotation)
        return _NAME.sub(lambda found: _SUFFIX.sub("", found[1]), text) if self.view.by_name else text

    def of_atom(self, value: Any) -> Any:
        if self.view.json and isinstance(value, datetime.datetime | datetime.time):
            return (repr(value.replace(tzinfo=None, fold=0)), value.utcoffset())
        if isinstance(value, enum.Enum):
            return value
        for base in _BY_TEXT:
            if isinstance(value, base):
                return base.__repr__(value)  # type: ignore[call-arg]  # of any of them, on an instance of it
        return repr(value) if type(value).__eq__ is object.__eq__ else (repr(value), _Equal(value))


def without_aliases(annotation: Any) -> Any:
    """An annotation with what type aliases in it stand for; one that refers to itself or to text stays. (osbot-utils
    keeps the alias, of which its collections take no value.)"""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    alias = origin if typing_objects.is_typealiastype(origin) else annotation
    if typing_objects.is_typealiastype(alias):
        value = alias.__value__
        if alias in _parts(value) or isinstance(value, str):
            return annotation
        return without_aliases(value[arguments] if alias is origin else value)
    meant = tuple(map(without_aliases, arguments))
    if meant == arguments:
        return annotation
    if origin is types.UnionType:
        return functools.reduce(operator.or_, meant)
    return annotation.copy_with(meant) if hasattr(annotation, "copy_with") else origin[meant]


def _parts(annotation: Any) -> list[Any]:
    return [annotation, *(part for item in typing.get_args(annotation) for part in _parts(item))]


def difference(found: Any, wanted: Any, path: str = "") -> str | None:
    """The first place where two trees of facts differ, in words; None when they are equal."""
    if found == wanted:
        return None
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        return next(d for k in wanted if (d := difference(found[k], wanted[k], f"{path}.{k}")))
    if isinstance(found, list | tuple) and isinstance(wanted, list | tuple) and len(found) == len(wanted):
        return next(d for i, w in enumerate(wanted) if (d := difference(found[i], w, path)))
    return f"{path.lstrip('.') or 'result'}: {found!r:.60} instead of {wanted!r:.60}"
