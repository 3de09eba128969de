"""Calling a model class's own constructor with sampled values, as each kind wants to be called."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing
import warnings
from typing import Any

from pydantic import BaseModel, RootModel, ValidationError

from type_safe_convert.model.shape import MISSING, Field, Shape
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.testing.sampled_values import NoValueError, Values, Want
from type_safe_convert.testing.values import FLOATS, NUMBERS, STRINGS
from type_safe_convert.types import nodes
from type_safe_convert.types.names import names_for, resolve, resolve_hints, signature_of
from type_safe_convert.types.parse import parse

# How often one field of a pydantic model is given another value, because its validator refused the last one.
_REPAIRS = 12 + len(STRINGS) + len(NUMBERS) + len(FLOATS)

_MOST_KEYWORDS = 60


class Refused(Exception):
    """The class did not take the values."""


def construct(cls: Any, shape: Shape, given: dict[str, Any], want: Want, values: Values) -> Any:
    """An instance of `cls` from values by field name; changes `given` to what was taken. Raises Refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if shape.kind == "basemodel":
                made = _basemodel(cls, shape, given, want, values)
            elif shape.kind == "type_safe":
                made = _type_safe(cls, shape, given, want, values)
            else:
                made = _dataclass(cls, shape, given, want, values)
    except (Refused, NoValueError):
        raise
    except (Exception, SystemExit) as error:  # a constructor of somebody's may raise anything
        raise Refused(f"refused the values: {_first_line(error)}") from error
    if type(made) is not cls:
        raise Refused(f"its constructor gives a {type(made).__name__}")
    return made


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    text = type(error).__name__ + (f": {lines[0]}" if lines else "")
    if isinstance(error, ValidationError):
        text = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:3])
    return text[:200]


# pydantic


def _basemodel(cls: Any, shape: Shape, given: dict[str, Any], want: Want, values: Values) -> Any:
    if issubclass(cls, RootModel):
        return _root_model(cls, shape, given, want, values)
    extra: dict[str, Any] = {}
    if shape.extra == "allow" and not want.low and want.rng.random() < 0.5:
        extra = {"an_extra": want.rng.choice((1, "text", [1, {"a": None}]))}
    repairs: dict[str, int] = {}
    first: ValidationError | None = None
    while True:
        try:
            return validate(cls, {**given, **extra})
        except TypeError:
            if cls.__init__ is BaseModel.__init__:
                raise
            return _by_signature(cls, shape, want, values)
        except ValidationError as error:
            wrong = {str(item["loc"][0]) for item in error.errors(include_url=False) if item["loc"]}
            wrong = {name for name in wrong if name in shape.fields}
            if not wrong:
                raise
            first = first or error
            for name in sorted(wrong):
                repairs[name] = repairs.get(name, 0) + 1
                _repair(shape.fields[name], given, repairs[name], want, values, first)


def validate(cls: Any, given: dict[str, Any]) -> Any:
    """An instance from values by field name; pydantic's own function, since a class may override `model_validate`."""
    return BaseModel.model_validate.__func__(cls, given, by_name=True, by_alias=False)  # type: ignore[attr-defined]  # a class method has one


def _root_model(cls: Any, shape: Shape, given: dict[str, Any], want: Want, values: Values) -> Any:
    repairs = 0
    while True:
        try:
            made = cls(given["root"]) if "root" in given else cls()
            # A constructor or a `__new__` of its own may drop what it is given, and yet know a default.
            return made if "root" in made.__dict__ else cls()
        except ValidationError as error:
            repairs += 1
            _repair(shape.fields["root"], given, repairs, want, values, error)


def _repair(field: Field, given: dict[str, Any], turn: int, want: Want, values: Values, error: Exception) -> None:
    """Another value for a field whose value was refused; none, where one can do without."""
    if turn > (_REPAIRS if field.required else 12):
        if field.required or field.name not in given:
            raise error
        del given[field.name]
        return
    if turn > 12:
        plain = (*STRINGS, *NUMBERS, *FLOATS)[turn - 13]
        given[field.name] = plain
        return
    if typing.get_origin(field.annotation) is type:
        given[field.name] = values.class_of(field.annotation)
    else:
        given[field.name] = values.value(field.node, dataclasses.replace(want, turn=turn))


# Type_Safe


def _type_safe(cls: Any, shape: Shape, given: dict[str, Any], want: Want, values: Values) -> Any:
    if not accepts_keywords(cls.__init__, tuple(shape.fields), by_any_name=True):
        return _by_signature(cls, shape, want, values)
    try:
        return cls(**given)
    except Exception as error:
        if want.low or len(given) < 2:
            raise
        refused = error
    # Some field is not taken; find out which, one more at a time.
    taken: dict[str, Any] = {}
    made = None
    for name, value in given.items():
        try:
            made = cls(**taken, **{name: value})
        except Exception:  # this one it is
            continue
        taken[name] = value
    if made is None or not taken:
        raise refused
    given.clear()
    given.update(taken)
    return made


# dataclasses


def _dataclass(cls: Any, shape: Shape, given: dict[str, Any], want: Want, values: Values) -> Any:
    arguments = dict(given)
    for name, default in shape.init_only.items():
        if default is MISSING:
            hint = cls.__dataclass_fields__[name].type
            annotation = getattr(hint, "type", hint)
            arguments[name] = values.value(parse(resolve(annotation, names_for(cls))), want)
    if not accepts_keywords(cls.__init__, tuple(arguments), by_any_name=True):
        return _by_signature(cls, shape, want, values)
    return _called(cls, arguments, shape, want, values)


def _by_signature(cls: Any, shape: Shape, want: Want, values: Values) -> Any:
    """A constructor that does not take the fields gets what it asks for: the field of that name, or its annotation."""
    hints = resolve_hints(cls)
    given: dict[str, Any] = {}
    for name, parameter in signature_of(cls).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty and (want.low or want.rng.random() < 0.5):
            continue
        if name in shape.fields:
            node = shape.fields[name].node
        else:
            annotation = parameter.annotation
            hint = hints.get(name, Any) if annotation is parameter.empty else annotation
            node = parse(resolve(hint, names_for(cls)))
        given[name] = values.value(node, want)
    return _called(cls, given, shape, want, values, guessed=True)


def _called(cls: Any, given: dict[str, Any], shape: Shape, want: Want, values: Values, guessed: bool = False) -> Any:
    """The class called; a key that it misses in the data it is made from is added.

    `guessed`: whether values were given to parameters that no field describes.
    """
    while True:
        try:
            made = cls(**given)
            if guessed:
                _require_fitting(made, shape)
            return made
        except KeyError as error:
            key = error.args[0] if error.args else None
            data = _data(cls, given)
            if not isinstance(key, str) or data is None or key in data or len(data) > _MOST_KEYWORDS:
                raise
            # Keys are spelt as where the data comes from.
            field = shape.fields.get(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower())
            value = "text" if field is None else values.value(field.node, want)
            guessed = True
            data[key] = "2026-01-02T03:04:05.678Z" if isinstance(value, datetime.datetime) else value


def _data(cls: Any, given: dict[str, Any]) -> dict[str, Any] | None:
    """Where a constructor looks for keys: among its keywords, or in the one dict that it is given."""
    if any(item.kind is item.VAR_KEYWORD for item in signature_of(cls).parameters.values()):
        return given
    return next((value for value in given.values() if type(value) is dict), None)


def _require_fitting(made: Any, shape: Shape) -> None:
    """Nothing checks a dataclass, and what was guessed may stand in a field that is declared otherwise."""
    for name, field in shape.fields.items():
        value = getattr(made, name, None)
        allowed = _classes_of(field.node)
        if value is not None and allowed and not isinstance(value, (*allowed, *((int,) if float in allowed else ()))):
            raise Refused(f"its constructor takes data of another form for {name}")


def _classes_of(node: nodes.Node) -> tuple[type, ...]:
    """The classes of the values that an annotation allows; none where that is not to be told."""
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
