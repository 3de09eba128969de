"""Types and values as source text of a module that is being written."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import inspect
import ipaddress
import math
import pathlib
import re
import sys
import types
import typing
import uuid
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from typing_inspection import typing_objects
from typing_inspection.introspection import is_union_origin

from type_safe_convert.model.family import origin_of, shape_of
from type_safe_convert.model.kind import ModelKind, container_of, get_kind, unwrapped
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types.nodes import FROZEN_DICT, ModelNode, Node, walk
from type_safe_convert.types.parse import parse
from type_safe_convert.types.type_variables import substitute
from type_safe_convert.words import with_article
from type_safe_convert.writing.layout import (
    After,
    Alternatives,
    Brackets,
    Expression,
    call,
    subscript,
    text_literal,
    text_of,
)
from type_safe_convert.writing.names import Names, Unwritable, describe, place_of


class Code:
    """The types and values of one module that is being written.

    Attributes:
        names: what the module imports.
        classes: the names of the classes that are written, by their origins.
        defined: the origins whose classes stand above the place that is being written.
        variables: the statements that define type variables, by their names.
        known: the names of these.
        placeholders: the type variable that a class stands for: parsing an annotation loses variables.
        refers: whether a class was named before its definition.
        current: the origin of the class that is being written.
        as_written: the text that is written for nodes of types.
    """

    def __init__(self, kind: str, names: Names, classes: Mapping[type, str], quotes: bool) -> None:
        self.kind = kind
        self.names = names
        self.classes = classes
        self.quotes = quotes
        self.defined: set[type] = set()
        self.variables: dict[str, Expression] = {}
        self.known: dict[Any, str] = {}
        self.placeholders: dict[type, Any] = {}
        self.refers: bool = False
        self.current: type | None = None
        self.as_written: dict[Node, str] = {}

    # types

    def typing(self, name: str) -> str:
        return self.names.use("typing", name)

    def model(self, cls: type) -> str:
        """The class that stands for a model, in an annotation. Raises Unwritable."""
        name = self.class_name(cls)
        if origin_of(cls) in self.classes and origin_of(cls) not in self.defined:
            self.refers = True
            return f'"{name}"' if self.quotes else name
        return name

    def class_name(self, cls: type) -> str:
        return self.classes.get(origin_of(cls)) or self.names.reference(cls)

    def union(self, members: Sequence[Expression]) -> Expression:
        """A union, with None last."""
        found: list[Expression] = []
        for member in sorted(members, key=lambda item: item == "None"):
            for each in member.members if isinstance(member, Alternatives) else [member]:
                if each not in found:
                    found.append(each)
        found.sort(key=lambda item: item == "None")
        if any(isinstance(item, str) and item.startswith('"') for item in found):  # text has no `|`
            others = [item for item in found if item != "None"]
            if len(others) == 1 and len(found) == 2:
                return subscript(self.typing("Optional"), *others)
            return subscript(self.typing("Union"), *found)
        return Alternatives(found) if len(found) > 1 else found[0]

    def annotated(self, inner: Expression, *metadata: Expression) -> Expression:
        return subscript(self.typing("Annotated"), inner, *metadata) if metadata else inner

    def spelled(self, annotation: Any) -> Expression:
        """An annotation as it is written. Raises Unwritable."""
        if annotation is None or annotation is type(None):
            return "None"
        if annotation is Ellipsis:
            return "..."
        if isinstance(annotation, type) and annotation in self.placeholders:
            return self.variable(self.placeholders[annotation])
        if annotation is Any:
            return self.typing("Any")
        if typing_objects.is_typevar(annotation) or typing_objects.is_typevartuple(annotation):
            return self.variable(annotation)
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is None:
            return self.plain_type(annotation)
        if typing_objects.is_annotated(origin):
            return self.annotated(self.spelled(arguments[0]), *map(self.value, annotation.__metadata__))
        if typing_objects.is_literal(origin):
            return subscript(self.typing("Literal"), *map(self.value, arguments))
        if is_union_origin(origin):
            return self.union([*map(self.spelled, arguments)])
        if origin is collections.abc.Callable:
            *_, result = arguments
            given = arguments[0]
            inner = Brackets("[", [*map(self.spelled, given)], "]") if isinstance(given, list) else "..."
            return subscript(self.names.use("collections.abc", "Callable"), inner, self.spelled(result))
        if typing_objects.is_unpack(origin):
            return subscript(self.typing("Unpack"), *map(self.spelled, arguments))
        plain = self.plain_type(origin)
        return subscript(text_of(plain), *map(self.spelled, arguments)) if arguments else plain  # as `typing.Pattern`

    def plain_type(self, cls: Any) -> Expression:
        if isinstance(cls, type) and kind_of_class(cls) is not None:
            return self.model(cls)
        if isinstance(cls, str | typing.ForwardRef):
            raise Unwritable(f"the name {getattr(cls, '__forward_arg__', cls)} does not exist at run time")
        if not getattr(cls, "__module__", None):
            raise Unwritable(f"{describe(cls)} has no source text")
        return self.names.reference(cls)

    def with_placeholders(self, field: Field, cls: type) -> Node:
        """The node of a field in which a class stands for each type variable of the model."""
        arguments = {}
        for variable in getattr(cls, "__parameters__", ()):
            if typing_objects.is_typevar(variable):
                known = {item: each for each, item in self.placeholders.items()}
                arguments[variable] = known.get(variable) or type(variable.__name__, (), {})
                self.placeholders[arguments[variable]] = variable
        if not arguments:
            return field.node
        node = parse(substitute(field.annotation, arguments))
        models = [item.cls for item in walk(node) if isinstance(item, ModelNode)]
        before = [item.cls for item in walk(field.node) if isinstance(item, ModelNode)]
        return node if models == before else field.node  # pydantic makes a class of a generic one with arguments

    def variable(self, variable: Any) -> str:
        """A type variable: imported from where it is, or defined anew."""
        if variable in self.known:
            return self.known[variable]
        if place_of(variable) is not None:
            return self.names.reference(variable)
        name = self.known[variable] = self.names.free(variable.__name__)
        options: list[Expression] = []
        check = getattr(variable, "has_default", None)
        has_default = check is not None and check()
        if typing_objects.is_typevar(variable):
            options += map(self.spelled, variable.__constraints__)
            if variable.__bound__ is not None:
                options.append(After("bound=", self.spelled(variable.__bound__)))
        if has_default:
            options.append(After("default=", self.spelled(variable.__default__)))
        made = self.names.use("typing_extensions" if has_default else "typing", type(variable).__name__)
        self.variables[name] = call(made, text_literal(name), *options)
        return name

    # values

    def value(self, value: Any) -> Expression:
        """The expression that makes a value. Raises Unwritable."""
        value = unwrapped(value)
        cls = type(value)
        if value is None or value is Ellipsis or cls in (bool, int, complex):
            return "..." if value is Ellipsis else repr(value)
        if cls is float:
            return repr(value) if math.isfinite(value) else call("float", text_literal(str(value)))
        if cls in (str, bytes):
            return text_literal(value)
        if isinstance(value, enum.Enum):
            if value.name is None or value.name not in cls.__members__:
                raise Unwritable(f"{value!r} is no member with a name")
            return f"{self.names.reference(cls)}.{value.name}"
        write = _WRITTEN.get(cls)
        if write is not None:
            return call(self.names.reference(cls), *map(self.value, write(value)))
        if isinstance(value, pathlib.PurePath):
            plain = pathlib.Path if isinstance(value, pathlib.Path) else cls
            return call(self.names.use("pathlib", plain.__name__), text_literal(str(value)))
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta | datetime.tzinfo):
            return self.time(value)
        if kind_of_class(cls) is not None and not isinstance(value, tuple):
            return self.instance(value)
        if isinstance(value, type) or callable(value):
            return self.callable(value)
        return self.container(value)

    def callable(self, value: Any) -> Expression:
        if isinstance(value, type) and kind_of_class(value) is not None:
            return self.model(value)
        return self.spelled(value) if isinstance(value, types.GenericAlias) else self.names.reference(value)

    def time(self, value: Any) -> Expression:
        cls = type(value)
        if cls is datetime.timezone and value == datetime.UTC:
            return f"{self.names.use('datetime', 'timezone')}.utc"
        if cls is zoneinfo.ZoneInfo and value.key:
            return call(self.names.use("zoneinfo", "ZoneInfo"), text_literal(value.key))
        if cls is datetime.timedelta:
            given = {name: str(part) for name in ("days", "seconds", "microseconds") if (part := getattr(value, name))}
            return call(self.names.use("datetime", "timedelta"), **given)
        if cls not in (datetime.date, datetime.time, datetime.datetime) or getattr(value, "fold", False):
            raise Unwritable(f"{value!r} has no source text")
        parts = [int(part) for part in re.findall(r"\d+", repr(value).partition("tzinfo")[0])]
        zone = getattr(value, "tzinfo", None)
        more = {} if zone is None else {"tzinfo": self.value(zone)}
        return call(self.names.use("datetime", cls.__name__), *map(str, parts), **more)

    def container(self, value: Any) -> Expression:
        typed = container_of(value)
        cls: Any = type(value) if typed is None else typed.base
        if isinstance(value, list | set | dict) and cls.__module__ != "builtins":
            raise Unwritable(f"{with_article(cls.__name__)} has no source text")
        if cls is FROZEN_DICT:
            return call("frozendict", self.container(dict(value)))
        if isinstance(value, dict):
            pairs = [After(f"{text_of(self.value(key))}: ", self.value(item)) for key, item in value.items()]
            return Brackets("{", pairs, "}")
        if isinstance(value, list):
            return Brackets("[", [*map(self.value, value)], "]")
        if cls is tuple:
            return Brackets("(", [*map(self.value, value)], ")")
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            items = {name: self.value(getattr(value, name)) for name in value._fields}
            return call(self.names.reference(cls), **items)
        if isinstance(value, set | frozenset) and cls in (set, frozenset):
            items = sorted(map(self.value, value), key=text_of)  # type: ignore[assignment]
            inner = Brackets("{", [*items], "}")
            return (inner if items else call("set")) if cls is set else call("frozenset", *([inner] if items else []))
        return self.sentinel(value)

    def sentinel(self, value: Any) -> Expression:
        """An object that its library has under a name of its own, or its module under the name that it says."""
        if place_of(value) is not None:
            return self.names.reference(value)
        package = type(value).__module__.split(".")[0]
        for name, item in vars(sys.modules.get(package, typing)).items():
            if item is value and not name.startswith("_"):
                return self.names.use(package, name)
        return self.made_from_text(value)

    def made_from_text(self, value: Any) -> Expression:
        """A call with the text of a value, where its class makes the same of that: a URL, a version."""
        cls = type(value)
        try:
            made = cls(str(value))
            is_same = type(made) is cls and bool(made == value)
        except Exception:  # another library's class
            is_same = False
        if not is_same:
            raise Unwritable(f"{with_article(cls.__name__)} has no source text")
        return call(self.names.reference(cls), text_literal(str(value)))

    def instance(self, value: Any) -> Expression:
        """A call of the written class with the values that are not its defaults."""
        cls = type(value)
        shape, kind = shape_of(cls), get_kind(str(kind_of_class(cls)))
        if origin_of(cls) not in self.classes:
            return self.as_it_is(value)
        given = {}
        for name, field in shape.fields.items():
            found = _read(kind, value, name)
            default = self.default_text(field)
            written = self.value(found)
            if text_of(written) != default and field.init:
                given[self.keyword(cls, name)] = written
        return call(self.class_name(cls), **given)

    def as_it_is(self, value: Any) -> Expression:
        """An instance that stays what it is, such as one in metadata."""
        shape, kind = shape_of(type(value)), get_kind(str(kind_of_class(type(value))))
        found = {
            name: item
            for name, field in shape.fields.items()
            if field.init and text_of(self.value(item := _read(kind, value, name))) != self.default_text(field)
        }
        try:
            inspect.signature(type(value)).bind(**found)
        except (TypeError, ValueError):
            raise Unwritable(f"the constructor of {describe(type(value))} does not take its fields") from None
        return call(self.names.reference(type(value)), **{name: self.value(item) for name, item in found.items()})

    keyword: Callable[[type, str], str] = staticmethod(lambda cls, name: name)

    def default_text(self, field: Any) -> str | None:
        if field.required:
            return None
        try:
            return text_of(self.value(field.make_default()))
        except Exception:  # a user's factory
            return None


def _read(kind: ModelKind, instance: Any, name: str) -> Any:
    try:
        return kind.value_of(instance, name)
    except Exception as error:  # a user's class
        raise Unwritable(f"reading its {name} raises {type(error).__name__}") from error


# By class: the arguments that make a value again.
_WRITTEN: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    decimal.Decimal: lambda value: (str(value),),
    fractions.Fraction: lambda value: (value.numerator, value.denominator),
    uuid.UUID: lambda value: (str(value),),
    range: lambda value: (value.start, value.stop, value.step),
    **{
        cls: lambda value: (str(value),)
        for cls in (
            ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network,
            ipaddress.IPv4Interface, ipaddress.IPv6Interface,
        )
    },
}  # fmt: skip
