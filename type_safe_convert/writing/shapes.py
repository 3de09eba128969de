"""Describes what classes say as plain data, and compares them, whichever kinds they are of."""

from __future__ import annotations

import dataclasses
import enum
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert.errors import format_path, type_text
from type_safe_convert.model.family import origin_of, shape_of
from type_safe_convert.model.kind import ModelKind, get_kind, unwrapped
from type_safe_convert.model.shape import Field, FromValues, Shape
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse
from type_safe_convert.types.type_variables import args_of, arguments_in_class, generic_of, unbound
from type_safe_convert.writing.fields import ALIASES, aspect_of, said_by, settled_options

Description = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class ShapeDifference:
    """Something that two classes say differently.

    Attributes:
        path: the name of a field and what of it, or what of the class: `("price", "default")`, `("frozen",)`.
        expected, found: as text.
    """

    path: tuple[str, ...]
    expected: str
    found: str

    @property
    def field(self) -> str:
        """The field; empty where the class as a whole differs."""
        return self.path[0] if len(self.path) > 1 else ""

    @property
    def aspect(self) -> str:
        return self.path[-1]

    def __str__(self) -> str:
        return f"{format_path(self.path)}: expected {self.expected}, found {self.found}"


def shape_differences(
    expected: type, found: type, classes: Mapping[type, str] | None = None, fields: Mapping[str, str] | None = None
) -> list[ShapeDifference]:
    """Compares two classes of any kinds, field by field.

    Args:
        classes: the names of the classes that stand, in `found`, for those that `expected` refers to; by default a
            class stands for one of its own name.
        fields: the names in `found` of the fields of `expected` that have others there.
    """
    return compare(describe(expected, classes), describe(found), fields)


def describe(cls: type, classes: Mapping[type, str] | None = None) -> Description:
    """Describes a class as plain data that can go to another process as JSON; `classes` as in `shape_differences`."""
    return _Describer(cls, classes or {}).description()


def compare(
    expected: Description, found: Description, fields: Mapping[str, str] | None = None
) -> list[ShapeDifference]:
    """The differences of two descriptions, by the names of fields that `expected` has."""
    names = fields or {}
    given = {names.get(name, name): (name, field) for name, field in expected["fields"].items()}
    others: Mapping[str, Description] = found["fields"]
    differences = _aspects(expected, found, ())
    if [*given] != [*others] and given.keys() == others.keys():
        differences.append(ShapeDifference(("order of fields",), ", ".join(given), ", ".join(others)))
    for attribute, (name, field) in given.items():
        if attribute in others:
            other = others[attribute]
            differences += _aspects(_named_apart(field, name, attribute), _named_apart(other, name, attribute), (name,))
        else:
            differences.append(ShapeDifference((name, "name"), "a field", "nothing"))
    more = [ShapeDifference((name, "name"), "nothing", "a field") for name in others if name not in given]
    return differences + more


def _named_apart(field: Description, *names: str) -> Description:
    """A field without the aliases that are one of its names: a field that is renamed keeps its own by such an alias."""
    own = {*map(repr, names)}
    return {**field, "aliases": {key: value for key, value in field["aliases"].items() if value not in own}}


def _aspects(expected: Description, found: Description, path: tuple[str, ...]) -> list[ShapeDifference]:
    """Returns the aspects that differ; None stands for an aspect that a kind leaves open."""
    return [
        ShapeDifference((*path, aspect), str(value), str(found[aspect]))
        for aspect, value in expected.items()
        if aspect != "fields" and value != found[aspect] and None not in (value, found[aspect])
    ]


def own_doc(shape: Shape) -> str | None:
    """The docstring that a user wrote for the class, without its indentation; None where there is none."""
    return inspect.cleandoc(shape.doc) if shape.doc and shape.doc.strip() else None


class _Describer:
    """Describes one class. What a kind leaves open is None, which differs from nothing."""

    def __init__(self, cls: type, classes: Mapping[type, str]) -> None:
        self.cls = cls
        self.shape: Shape = shape_of(cls)
        self.kind: ModelKind = get_kind(self.shape.kind)
        self.classes = classes

    def description(self) -> Description:
        shape = self.shape
        return {
            "frozen": shape.frozen,
            "extra": None if self.kind.traits.refuses_other_keys else shape.extra,
            "equality": self.equality(),
            "hash": shape.hashable,
            "order": shape.ordered,
            "doc": own_doc(shape) or "",
            "fields": {name: self.field(field) for name, field in shape.fields.items()},
        }

    def equality(self) -> str | None:
        """The way in which instances compare; None if neither the kind nor the class defines that."""
        if self.kind.traits.models_compare_by_identity and self.cls.__eq__ is object.__eq__:
            return None
        return "identity" if self.shape.by_identity else "values"

    def field(self, field: Field) -> Description:
        metadata = {**field.metadata, **settled_options(field.options)}
        aliases = {name: metadata[name] for name in ALIASES if metadata.get(name, field.name) != field.name}
        node, constraints = field.node, dict[str, Any]()
        if isinstance(node, nodes.AnnotatedNode):
            constraints, node = said_by(node.constraints)[0], node.inner
        compares = self.equality() == "values"
        written = self.type_of(node)
        default = self.default(field)
        if default == "None" and not nodes.accepts_none(field.node):
            written = f"{written} | None"
        return {
            "type": written,
            "default": default,
            "constraints": self.named(constraints),
            "aliases": self.named(aliases),
            "frozen": None if self.shape.frozen else bool(metadata.get("frozen")),
            "kw_only": field.kw_only if self.kind.traits.takes_positions else None,
            "init": field.init,
            "repr": field.repr,
            "compare": field.compare if compares else None,
            "hash": field.in_hash if compares else None,
            "doc": metadata.get("description", ""),
            "metadata": self.named(
                {str(key): value for key, value in metadata.items() if aspect_of(str(key)) == "metadata"}
            ),
        }

    def named(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: self.value(values[name]) for name in sorted(values)}

    # types

    def type_of(self, node: nodes.Node) -> str:
        """Returns the text of a node, without the words of a kind."""
        if nodes.is_large(node) and node.named is not None:  # written out, it has no end
            return type_text(node.named.of)
        match node:
            case nodes.RefinedNode(cls=cls) | nodes.EnumNode(cls=cls) | nodes.ScalarNode(cls=cls):
                return "None" if cls is type(None) else cls.__qualname__
            case nodes.AnyNode() if not isinstance(node, nodes.ValidatedNode):
                return "Any"
            case nodes.AnnotatedNode(inner=inner, constraints=constraints):
                said = self.named(said_by(constraints)[0])
                text = ", ".join(f"{name}={value}" for name, value in said.items())
                return f"{self.type_of(inner)}[{text}]" if said else self.type_of(inner)
            case nodes.LiteralNode(values=values):
                return self.with_items("Literal", sorted(map(self.value, values)))  # `typing` keeps any order
            case nodes.UnionNode():
                return self.union(node)
            case nodes.ModelNode(cls=cls, arguments=arguments):
                if kind_of_base(cls) is not None:
                    return "Any"
                return self.with_arguments(cls, arguments)
            case nodes.TupleNode(cls=cls, items=items, variadic=variadic) if cls is tuple:
                return self.with_items("tuple", [*map(self.type_of, items), *(["..."] if variadic else [])])
            case nodes.TupleNode(cls=cls) | nodes.TypedDictNode(cls=cls):
                return self.with_arguments(cls, {} if node.named is None else node.named.arguments)
            case nodes.CollectionNode(origin=origin) | nodes.MappingNode(origin=origin):
                return self.with_items(origin.__name__, map(self.type_of, node.children()))
        generic, given = generic_of(node.annotation), args_of(node.annotation)
        if isinstance(generic, type) and given:
            return self.with_items(generic.__name__, map(self.argument, given))
        return type_text(node.annotation)

    def union(self, node: nodes.UnionNode) -> str:
        members: dict[str, None] = {}
        stack = [*node.members][::-1]
        while stack:
            member = stack.pop()
            if isinstance(member, nodes.UnionNode):
                stack += reversed(member.members)
            else:
                members[self.type_of(member)] = None
        if "Any" in members:
            return "Any"
        return " | ".join(sorted(members, key=lambda text: text == "None"))

    def with_arguments(self, cls: type, arguments: Mapping[Any, Any]) -> str:
        """The name of a class with what its variables stand for, where that says more than Any."""
        known = {item: unbound(item) for item in getattr(cls, "__parameters__", ())}
        given = [*map(self.argument, {**known, **arguments}.values())]
        return self.name(cls) if {*given} <= {"Any", "Any, ..."} else self.with_items(self.name(cls), given)

    def argument(self, argument: Any) -> str:
        """Returns the text of a type argument; variables of the class itself say as much as Any."""
        if isinstance(argument, tuple | list):
            return ", ".join(map(self.argument, argument))
        return self.type_of(argument if isinstance(argument, nodes.Node) else parse(argument, holder=self.shape.kind))

    def name(self, cls: type) -> str:
        """The name of a model class; a class stands for its counterpart of the same name."""
        origin = origin_of(cls) if kind_of_class(cls) is not None else cls
        kind = kind_of_class(origin)
        generic = None if kind is None or origin in self.classes else get_kind(kind).generic_of(origin)
        if generic is None:
            return self.classes.get(origin, origin.__name__)
        parameters = getattr(generic, "__parameters__", ())  # pydantic makes a class of a generic one with arguments
        return self.with_arguments(generic, dict(zip(parameters, arguments_in_class(origin), strict=False)))

    @staticmethod
    def with_items(name: str, items: Any) -> str:
        return f"{name}[{', '.join(items)}]"

    # values

    def default(self, field: Field) -> str:
        """The default as text; a factory of other values each time by their class."""
        if field.required:
            return "required"
        if type(field.default_factory) is FromValues:
            return "made from the fields before"
        made = [self.made(field.make_default), self.made(field.make_default)]
        return made[0] if made[0] == made[1] else "another value each time"

    def made(self, make: Callable[[], Any]) -> str:
        try:
            return self.value(make())
        except Exception as error:  # a user's factory
            return f"raises {type(error).__name__}"

    def value(self, value: Any) -> str:
        value = unwrapped(value)
        cls = type(value)
        if isinstance(value, enum.Enum):
            return f"{cls.__qualname__}.{value.name}"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.value(key)}: {self.value(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list | set | frozenset):
            items = [*map(self.value, value)]
            return self.with_items(_plain(cls), items if isinstance(value, list) else sorted(items))
        kind = kind_of_class(cls)
        if kind is not None:
            read = get_kind(kind).value_of
            items = [self.value(read(value, name)) for name in shape_of(cls).fields]  # which may have other names
            return f"{self.name(cls)}({', '.join(items)})"
        if isinstance(value, tuple):
            return self.with_items("tuple", map(self.value, value))
        if isinstance(value, type) or callable(value):
            return str(getattr(value, "__qualname__", cls.__qualname__))
        text = repr(value)
        return cls.__qualname__ if cls.__repr__ is object.__repr__ or " at 0x" in text else text


def _plain(cls: type) -> str:
    return next(item.__name__ for item in cls.__mro__ if item in (list, set, frozenset))
