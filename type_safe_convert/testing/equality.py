"""Strict equality of values: a bool for an int and a list for a typed list are differences, which `==` lets pass.

It knows nothing of how conversions work, so it can judge them. Objects are compared by their class and by all their
state, in `__dict__` and in slots; cycles must lead to the same place in both.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import re
import threading
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from typing_inspection import typing_objects

from type_safe_convert.errors import describe_value, format_path
from type_safe_convert.model.family import attribute_of, record_of
from type_safe_convert.model.kind import ModelKind, get_kind
from type_safe_convert.model.state import object_state
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.enum_members import has_members, without_members

Path = tuple[Any, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two values: its path of field names, indexes and keys, and its reason."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{format_path(self.path)}: {self.reason}" if self.path else self.reason


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


_ABSENT = _Absent()
_NOT_SET = {id(_ABSENT), id(None)}

_EXPECTATIONS = ("expected_type", "expected_types", "expected_key_type", "expected_value_type")

# `==` ignores the sign of zero, trailing zeros, the time zone or a fold of these; and NaN is unequal to itself.
_BY_REPR = (float, complex, decimal.Decimal, datetime.datetime, datetime.time)
_BY_EQUALITY = (int, str, bytes, bytearray, datetime.date, datetime.timedelta, range, re.Pattern)
_MAPPINGS = (dict, nodes.FROZEN_DICT)
_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_BY_IDENTITY = (type, enum.Enum, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type(None))


def differences(
    left: Any, right: Any, *, sharing: bool = False, limit: int = 20, beside: bool = True
) -> list[Difference]:
    """Returns where `right` differs from `left`; an empty list if their classes and all their state are the same.

    Args:
        sharing: whether an object that `left` holds in several places must be one object in `right` too. Cycles are
            compared so in any case.
        limit: stop after that many differences.
        beside: whether what a model holds beside its fields counts. A kind whose instances have no room for that loses
            it.
    """
    walk = _Walk(sharing, limit, beside=beside)
    walk.run(left, right)
    return walk.found


def same(left: Any, right: Any, *, sharing: bool = False) -> bool:
    """Whether two values have no difference; see `differences`."""
    return not differences(left, right, sharing=sharing, limit=1)


class _Leave:
    """A mark on the stack: all parts of the pair have been compared."""

    __slots__ = ("left", "right")

    def __init__(self, left: int, right: int) -> None:
        self.left = left
        self.right = right


# A path during the walk: the place above and the step from it. To build a tuple at each step would cost its length.
_Place = tuple[Any, Any] | None


def _steps(place: _Place) -> Path:
    steps: list[Any] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return tuple(reversed(steps))


class _Walk:
    """A walk over two values at once. It keeps its own stack, so that depth is no limit."""

    def __init__(self, sharing: bool, limit: int, outer: _Walk | None = None, beside: bool = True) -> None:
        self.sharing = sharing
        self.beside: bool = outer.beside if outer else beside
        self.limit = limit
        self.found: list[Difference] = []
        # The objects that the walk is inside of, and the partner of each, from either side.
        self.inside: dict[int, int] = dict(outer.inside) if outer else {}
        self.inside_right: dict[int, int] = dict(outer.inside_right) if outer else {}
        self.partners: dict[int, int] = {}
        self.compared: dict[tuple[int, int], None] = outer.compared if outer else {}
        self.kept: list[Any] = outer.kept if outer else []  # ids are compared, so nothing may be freed on the way
        self.stack: list[tuple[_Place, Any, Any] | _Leave] = []

    def run(self, left: Any, right: Any) -> None:
        self.stack.append((None, left, right))
        while self.stack and len(self.found) < self.limit:
            item = self.stack.pop()
            if isinstance(item, _Leave):
                del self.inside[item.left], self.inside_right[item.right]
            else:
                self.compare(*item)

    def differ(self, path: _Place, left: Any, right: Any, reason: str = "") -> None:
        words = f"expected {describe_value(left)}, found {describe_value(right)}"
        self.found.append(Difference(_steps(path), f"{reason}: {words}" if reason else words))

    def compare(self, path: _Place, left: Any, right: Any) -> None:
        cls: type = type(left)
        if cls is not type(right):
            self.differ(path, left, right, "another class")
        elif isinstance(left, _LOCKS):
            return  # has no value; what copies an object that holds one gives the copy its own
        elif isinstance(left, _BY_IDENTITY):
            if left is not right:
                self.differ(path, left, right)
        elif isinstance(left, _BY_REPR):
            if not _equal_atoms(left, right):
                self.differ(path, left, right)
        elif isinstance(left, _BY_EQUALITY):
            base = next(base for base in _BY_EQUALITY if isinstance(left, base))
            if not base.__eq__(left, right):  # type: ignore[operator]  # a subclass may have an `==` of its own
                self.differ(path, left, right)
            elif cls is not base:
                self.stack.extend(self.attributes(path, object_state(left), object_state(right)))
        else:
            self.enter(path, left, right)

    def enter(self, path: _Place, left: Any, right: Any) -> None:
        """Compares two objects that hold others, once."""
        if id(left) in self.inside or id(right) in self.inside_right:
            if self.inside.get(id(left)) != id(right):
                self.differ(path, left, right, "a cycle leads to another object")
            return
        model = _kind_of(left) is not None
        if self.sharing and model:
            if self.partners.setdefault(id(left), id(right)) != id(right):
                self.differ(path, left, right, "shared there, another object here")
            if self.partners.setdefault(-id(right), -id(left)) != -id(left):
                self.differ(path, left, right, "shared here, another object there")
        if (id(left), id(right)) in self.compared:
            return
        if left is right and not model:
            return
        self.compared[id(left), id(right)] = None
        self.kept += (left, right)
        self.inside[id(left)] = id(right)
        self.inside_right[id(right)] = id(left)
        self.stack.append(_Leave(id(left), id(right)))
        parts = list(self.parts(path, left, right))
        self.stack.extend(reversed(parts))

    def parts(self, path: _Place, left: Any, right: Any) -> Iterator[tuple[_Place, Any, Any]]:
        """The pairs of values that two objects of one class hold; reports what is missing on either side."""
        kind = _kind_of(left)
        if kind is not None and kind.traits.is_value:
            pass  # its state has the items by name
        elif isinstance(left, _MAPPINGS):
            yield from self.mapping(path, left, right)
        elif isinstance(left, list | tuple | collections.deque):
            yield from self.sequence(path, left, right)
        elif isinstance(left, set | frozenset):
            self.unordered(path, left, right)
        elif kind is None:
            if _says_equal(left, right):
                return
            if not object_state(left):
                self.differ(path, left, right)
        if kind is not None and not self.beside:
            yield from self.attributes(path, _fields_alone(kind, left, lost=True), _fields_alone(kind, right))
        else:
            state: Callable[[Any], dict[str, Any]] = object_state if kind is None else kind.state
            yield from self.attributes(path, state(left), state(right))

    def attributes(
        self, path: _Place, left: dict[str, Any], right: dict[str, Any]
    ) -> Iterator[tuple[_Place, Any, Any]]:
        for name in left | right:
            ours, theirs = left.get(name, _ABSENT), right.get(name, _ABSENT)
            if name in _EXPECTATIONS:
                if not _same_annotation(ours, theirs):
                    self.differ((path, name), ours, theirs, "another expected type")
            elif ours is _ABSENT or theirs is _ABSENT:
                # An unset field is noted beside the fields. Without room for that, its value is None.
                if ours is not theirs and (self.beside or not {id(ours), id(theirs)} <= _NOT_SET):
                    self.differ((path, name), ours, theirs)
            else:
                yield (path, name), ours, theirs

    def sequence(self, path: _Place, left: Iterable[Any], right: Iterable[Any]) -> Iterator[tuple[_Place, Any, Any]]:
        ours, theirs = list(left), list(right)
        if len(ours) != len(theirs):
            self.differ(path, left, right, f"{len(ours)} items became {len(theirs)}")
        if isinstance(left, collections.deque) and left.maxlen != right.maxlen:  # type: ignore[attr-defined]
            self.differ(path, left, right, "another maxlen")
        for index, (our, their) in enumerate(zip(ours, theirs, strict=False)):
            yield (path, index), our, their

    def mapping(self, path: _Place, left: Any, right: Any) -> Iterator[tuple[_Place, Any, Any]]:
        items: Any = dict.items if isinstance(left, dict) else nodes.FROZEN_DICT.items
        ours, theirs = list(items(left)), list(items(right))
        if len(ours) != len(theirs):
            self.differ(path, left, right, f"{len(ours)} keys became {len(theirs)}")
        if getattr(left, "default_factory", None) is not getattr(right, "default_factory", None):
            self.differ(path, left, right, "another default_factory")
        for (our_key, our), (their_key, their) in zip(ours, theirs, strict=False):
            yield (path, our_key), our_key, their_key
            yield (path, our_key), our, their

    def unordered(self, path: _Place, left: Any, right: Any) -> None:
        """Members have no order and some no value hash, so each looks for a partner; being the same is transitive."""
        rest: dict[Any, list[Any]] = {}
        for member in right:
            rest.setdefault(_likeness(member), []).append(member)
        for member in left:
            candidates = rest.get(_likeness(member), [])
            for index, candidate in enumerate(candidates):
                if self.alike(member, candidate):
                    del candidates[index]
                    break
            else:
                self.differ(path, member, _ABSENT, "a member is missing")
        for candidates in rest.values():
            for member in candidates:
                self.differ(path, _ABSENT, member, "a member too many")

    def alike(self, left: Any, right: Any) -> bool:
        """Whether there is no difference between two members; what was compared on the way counts only then."""
        known = len(self.compared)
        walk = _Walk(self.sharing, 1, self)
        walk.run(left, right)
        while walk.found and len(self.compared) > known:
            self.compared.popitem()
        return not walk.found


def _fields_alone(kind: ModelKind, instance: Any, lost: bool = False) -> dict[str, Any]:
    """The values of the fields; `lost`: as they come back where nothing tells which members were not made values."""
    record = record_of(type(instance))
    by_value = lost and kind.holds_enum_values(record.cls)
    found, values = {}, kind.field_values(instance)
    for name, field in record.shape.fields.items():
        attribute = attribute_of(record, name)
        if attribute in values:
            value = values[attribute]
            found[attribute] = without_members(value) if by_value and has_members(field.node) else value
    return found


def _likeness(value: Any) -> Any:
    """The same for all values between which there is no difference: by it a member of a set looks for its partner."""
    cls = type(value)
    if cls in _HASHED:
        return cls, value
    return (cls, *map(_likeness, value)) if cls is tuple and len(value) < 10 and {*map(type, value)} <= _HASHED else cls


_HASHED = frozenset({str, bytes, int, bool, type(None)})


def _equal_atoms(left: Any, right: Any) -> bool:
    if isinstance(left, float | complex):
        base = float if isinstance(left, float) else complex
        return base.__repr__(left) == base.__repr__(right)
    if isinstance(left, decimal.Decimal):
        return left.as_tuple() == right.as_tuple()
    return bool(left == right) and left.fold == right.fold and repr(left.tzinfo) == repr(right.tzinfo)


def _same_annotation(left: Any, right: Any) -> bool:
    """Whether two expected types say the same; a class is the same as a reference to it by name."""
    left, right = _meaning(left), _meaning(right)
    if left == right or _is_open(left) or _is_open(right):
        return True
    if isinstance(left, typing.ForwardRef) or isinstance(right, typing.ForwardRef):
        return _last_name(left) == _last_name(right)
    ours, theirs = typing.get_args(left), typing.get_args(right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        ours, theirs = left, right
    elif typing.get_origin(left) != typing.get_origin(right):
        return False
    return bool(ours) and len(ours) == len(theirs) and all(map(_same_annotation, ours, theirs))


def _meaning(annotation: Any) -> Any:
    """Returns the type behind a NewType or an alias: collections of osbot-utils expect the name itself."""
    if isinstance(annotation, str | type):
        return annotation
    if typing_objects.is_newtype(annotation):
        return _meaning(annotation.__supertype__)
    if typing_objects.is_typealiastype(annotation) and not isinstance(annotation.__value__, str):
        return _meaning(annotation.__value__)
    return annotation


def _is_open(annotation: Any) -> bool:
    """A type variable, of which osbot-utils does not know what stands for it, or an alias of text or with arguments."""
    if isinstance(annotation, str | type):
        return False
    alias = typing_objects.is_typealiastype(annotation) or typing_objects.is_typealiastype(
        typing.get_origin(annotation)
    )
    return alias or typing_objects.is_typevar(annotation)


def _last_name(annotation: Any) -> str:
    name = getattr(annotation, "__forward_arg__", None) or getattr(annotation, "__name__", "")
    return str(name).rpartition(".")[2]


def _kind_of(value: Any) -> ModelKind | None:
    cls = type(value)
    name = kind_of_class(cls) or kind_of_base(cls)
    return None if name is None else get_kind(name)


def _says_equal(left: Any, right: Any) -> bool:
    if type(left).__eq__ is object.__eq__:
        return False
    try:
        return bool(left == right)
    except Exception:
        return False
