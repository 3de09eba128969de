"""Constructs instances through the constructors of their classes, and repairs values that these refuse."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from type_safe_convert.model.kind import ModelKind, get_kind
from type_safe_convert.model.shape import MISSING, Field, Shape
from type_safe_convert.model.signatures import signature_of
from type_safe_convert.testing.objects import arguments_for, classes_for
from type_safe_convert.testing.random_values import NoValueError, RandomValues, Request
from type_safe_convert.testing.values import FLOATS, NUMBERS, STRINGS
from type_safe_convert.types import nodes
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse

# A field whose value was refused gets so many others by its annotation, then every plain one if it is required.
_REPAIRS = 12
_PLAIN = (*STRINGS, *NUMBERS, *FLOATS)

_MOST_KEYWORDS = 60

EXTRA_FIELD = "an_extra"


class Refused(Exception):
    """The class did not take the values."""


def call_kind(kind: ModelKind, cls: Any, values: dict[str, Any]) -> Any:
    """Calls a class with values by field name; takes values out that it refuses, if its kind can tell which.

    Raises what the class raises.
    """
    try:
        return kind.call(cls, values)
    except ValueError:
        accepted = kind.accepted(cls, values)
        if accepted is None:
            raise
        for name in values.keys() - accepted.keys():
            del values[name]
        return kind.call(cls, accepted)


def init_only_nodes(cls: type, shape: Shape) -> dict[str, nodes.Node]:
    """The annotations of the parameters that the constructor requires and that are no fields (`InitVar`)."""
    required = [name for name, default in shape.init_only.items() if default is MISSING]
    hints = resolve_hints(cls) if required else {}
    return {name: parse(hints.get(name, Any), holder=shape.kind) for name in required}


def construct(cls: Any, shape: Shape, given: dict[str, Any], request: Request, values: RandomValues) -> Any:
    """An instance of `cls` from values by field name; changes `given` to what was taken. Raises Refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _Construction(cls, shape, request, values).run(given)
    except (Refused, NoValueError):
        raise
    except (Exception, SystemExit) as error:  # a user's constructor may raise anything
        complaints = get_kind(shape.kind).complaints(error) if isinstance(error, Exception) else ()
        raise Refused(f"refused the values: {_first_line(error, complaints)}") from error
    if type(found) is not get_kind(shape.kind).instance_class(cls):
        raise Refused(f"its constructor gives a {type(found).__name__}")
    return found


def _first_line(error: BaseException, complaints: Sequence[tuple[tuple[Any, ...], str]]) -> str:
    lines = str(error).strip().splitlines()
    text = type(error).__name__ + (f": {lines[0]}" if lines else "")
    if complaints:
        text = "; ".join(f"{'.'.join(map(str, path))}: {reason}" for path, reason in complaints[:3])
    return text[:200]


class _Construction:
    """Makes one instance, with as many calls of the constructor as that takes."""

    def __init__(self, cls: Any, shape: Shape, request: Request, values: RandomValues) -> None:
        self.cls = cls
        self.shape = shape
        self.kind = get_kind(shape.kind)
        self.request = request
        self.values = values

    def value(self, node: nodes.Node) -> Any:
        return self.values.value(node, self.request)

    def run(self, given: dict[str, Any]) -> Any:
        rng = self.request.rng
        more = {name: self.value(node) for name, node in init_only_nodes(self.cls, self.shape).items()}
        if not self.kind.is_called_with(self.cls, (*given, *more)):
            return self.by_signature()
        if self.shape.extra == "allow" and not self.request.minimal and rng.random() < 0.5:
            node = self.shape.extra_node
            more[EXTRA_FIELD] = rng.choice((1, "text", [1, {"a": None}])) if node is None else self.value(node)
        try:
            instance = self.repairing(given, more)
        except TypeError:
            if self.kind.base is None or self.cls.__init__ is self.kind.base.__init__:  # type: ignore[misc]
                raise
            return self.by_signature()
        if given and not self.kind.state(instance).keys() & self.shape.fields.keys():
            # A constructor or a `__new__` of its own may drop what it is given, and yet know a default.
            return self.kind.call(self.cls, {})
        return instance

    def repairing(self, given: dict[str, Any], more: dict[str, Any]) -> Any:
        """Calls the class; gives other values to the fields of which its error complains, and tries again."""
        repairs: dict[str, int] = {}
        first: ValueError | None = None
        while True:
            try:
                return self.adding_keys({**given, **more}, lambda values: self.call(values, given))
            except ValueError as error:
                complaints = self.kind.complaints(error)
                wrong = {str(path[0]) for path, _ in complaints if path} & self.shape.fields.keys()
                if complaints and not wrong and len(self.shape.fields) == 1:
                    wrong = {*self.shape.fields}
                if not wrong:
                    raise
                first = first or error
                for name in sorted(wrong):
                    repairs[name] = repairs.get(name, 0) + 1
                    self.repair(self.shape.fields[name], given, repairs[name], first)

    def call(self, values: dict[str, Any], given: dict[str, Any]) -> Any:
        if self.request.minimal:
            return self.kind.call(self.cls, values)
        instance = call_kind(self.kind, self.cls, values)
        for name in given.keys() - values.keys():
            del given[name]
        return instance

    def repair(self, field: Field, given: dict[str, Any], attempt: int, error: Exception) -> None:
        """Another value for a field whose value was refused; none, if it can do without."""
        if attempt <= _REPAIRS:
            if typing.get_origin(field.annotation) is type:
                given[field.name] = classes_for(field.annotation)[0]
            else:
                given[field.name] = self.values.value(field.node, dataclasses.replace(self.request, attempt=attempt))
        elif field.required and attempt <= _REPAIRS + len(_PLAIN):
            given[field.name] = _PLAIN[attempt - _REPAIRS - 1]
        elif field.required or field.name not in given:
            raise error
        else:
            del given[field.name]

    def by_signature(self) -> Any:
        """Calls a constructor that does not take the fields with values for its own parameters."""

        def wants_optional() -> bool:
            return not self.request.minimal and self.request.rng.random() >= 0.5

        given = arguments_for(self.cls, self.value, self.shape.fields, wants_optional)
        return self.adding_keys(given, lambda values: self.cls(**values), guessed=True)

    def adding_keys(self, given: dict[str, Any], call: Callable[[dict[str, Any]], Any], guessed: bool = False) -> Any:
        """Calls the class; a key that it misses in the data that it is made from is added.

        Args:
            guessed: whether values were given to parameters that no field describes.
        """
        while True:
            try:
                instance = call(given)
            except KeyError as error:
                key = error.args[0] if error.args else None
                data = _data(self.cls, given)
                if not isinstance(key, str) or data is None or key in data or len(data) > _MOST_KEYWORDS:
                    raise
                # Keys are spelt as in the source of the data, often in camel case.
                field = self.shape.fields.get(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower())
                value = "text" if field is None else self.value(field.node)
                guessed = True
                data[key] = "2026-01-02T03:04:05.678Z" if isinstance(value, datetime.datetime) else value
            else:
                if guessed:
                    _require_fitting(instance, self.shape)
                return instance


def _data(cls: Any, given: dict[str, Any]) -> dict[str, Any] | None:
    """The dict in which a constructor looks for keys: its keywords, or the dict that it is given."""
    if any(item.kind is item.VAR_KEYWORD for item in signature_of(cls).parameters.values()):
        return given
    return next((value for value in given.values() if type(value) is dict), None)


def _require_fitting(made: Any, shape: Shape) -> None:
    """Refuses an instance in which a guessed value stands in a field that declares another type.

    The constructor of a dataclass checks nothing.
    """
    for name, field in shape.fields.items():
        value = getattr(made, name, None)
        allowed = _classes_of(field.node)
        if value is not None and allowed and not isinstance(value, (*allowed, *((int,) if float in allowed else ()))):
            raise Refused(f"its constructor takes other data for {name}")


def _classes_of(node: nodes.Node) -> tuple[type, ...]:
    """The classes of the values that an annotation allows; none if they are not known."""
    match node:
        case nodes.ScalarNode(cls=cls):
            return (cls,)
        case nodes.CollectionNode(origin=origin) | nodes.MappingNode(origin=origin):
            return (origin,)
        case nodes.TypedDictNode():
            return (dict,)
        case nodes.TupleNode():
            return (tuple,)
        case nodes.UnionNode(members=members):
            found = [_classes_of(member) for member in members]
            return tuple(cls for classes in found for cls in classes) if all(found) else ()
    return ()
