"""Reads annotations: any annotation becomes a small tree of nodes, and a node becomes an annotation again.

This is the only module that knows `typing`. A node says what a value may be, in words that belong to no kind of model;
the kinds decide which form the value takes in them.

| annotation | node |
|---|---|
| `Any`, `object`, an unbound TypeVar, a name that cannot be resolved | `AnyNode` |
| an alias, a TypedDict or a NamedTuple class inside of itself | `RecursionNode`, an `AnyNode` |
| `str int float bool bytes complex None`, `Decimal`, `datetime` family, `UUID`, `Path`, ... | `ScalarNode` |
| an `Enum` class | `EnumNode` |
| `Literal[...]` | `LiteralNode` |
| a `Type_Safe__Primitive` subclass | `RefinedNode` |
| `list set frozenset deque Sequence ...`, `Type_Safe__List`, `Type_Safe__Set` | `CollectionNode` |
| `dict Mapping ...`, `Type_Safe__Dict` | `MappingNode` |
| `tuple[A, B]`, `tuple[A, ...]`, `Type_Safe__Tuple`, a NamedTuple class | `TupleNode` |
| a TypedDict class | `TypedDictNode` |
| `Optional`, `Union`, `X | Y` | `UnionNode` |
| `Annotated[X, ...]` | `AnnotatedNode` |
| a model class of any kind, parametrised or not | `ModelNode` |
| any other class, `type[X]`, `Callable`, protocols, pydantic's own types | `OpaqueNode` |
"""

from __future__ import annotations

import ast
import builtins
import collections
import collections.abc
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import inspect
import ipaddress
import pathlib
import re
import sys
import types
import typing
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from typing_extensions import is_typeddict
from typing_inspection import typing_objects
from typing_inspection.introspection import is_union_origin

from type_safe_convert.model.registry import base_of, kind_of_class
from type_safe_convert.types.type_variables import (
    SELF,
    args_of,
    arguments_of,
    default_of,
    inherited_arguments,
    is_variable,
    rebuild,
    substitute,
    union,
    unpacked,
)

# The nodes are neither frozen nor slotted nor compared: each of these costs a millisecond at import for the thirteen.


class Named(typing.NamedTuple):
    """A type alias, TypedDict or NamedTuple, its type arguments, and how many nodes it has where it is written out."""

    of: Any
    arguments: typing.Mapping[Any, Any]
    size: int


@dataclasses.dataclass(eq=False, repr=False)
class Node:
    """What a value may be. `annotation` is the annotation that it was read from, with names resolved.

    Nodes are never changed once they are made. `named` tells of the alias, TypedDict or NamedTuple that it was read
    from.
    """

    annotation: Any
    named: Named | None = dataclasses.field(default=None, kw_only=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def children(self) -> tuple[Node, ...]:
        return ()


@dataclasses.dataclass(eq=False, repr=False)
class AnyNode(Node):
    """No promise about the value. `unresolved` holds the name that could not be resolved, if that is why."""

    unresolved: str = ""


@dataclasses.dataclass(eq=False, repr=False)
class RecursionNode(AnyNode):
    """The place in an alias, TypedDict or NamedTuple where it stands in itself; `target()` is its node.

    `of` is the alias or class with what its type variables stand for. A made class has anything there, since an
    annotation cannot be written out for ever; conversions and JSON look inside.
    """

    target: Callable[[], Node] = dataclasses.field(kw_only=True)
    of: tuple[Any, typing.Mapping[Any, Any]] = dataclasses.field(kw_only=True)


@dataclasses.dataclass(eq=False, repr=False)
class ScalarNode(Node):
    """An immutable value of `cls`. Not coerced: a bool is no int; an int may stand for a float."""

    cls: type


@dataclasses.dataclass(eq=False, repr=False)
class EnumNode(Node):
    cls: type[enum.Enum]


@dataclasses.dataclass(eq=False, repr=False)
class LiteralNode(Node):
    """One of `values`, of the same type."""

    values: tuple[Any, ...]


@dataclasses.dataclass(eq=False, repr=False)
class RefinedNode(Node):
    """A self-validating Type_Safe primitive; `base` is the plain type that stands for it elsewhere."""

    cls: type
    base: type


@dataclasses.dataclass(eq=False, repr=False)
class CollectionNode(Node):
    """Items of one annotation in a list, set, frozenset, deque, or an abstract collection of these.

    `declared` is the typed collection class of Type_Safe where the annotation names one.
    """

    origin: type
    item: Node
    declared: type | None = None
    bare: bool = False

    def children(self) -> tuple[Node, ...]:
        return (self.item,)


@dataclasses.dataclass(eq=False, repr=False)
class MappingNode(Node):
    origin: type
    key: Node
    value: Node
    declared: type | None = None
    bare: bool = False

    def children(self) -> tuple[Node, ...]:
        return (self.key, self.value)


@dataclasses.dataclass(eq=False, repr=False)
class TupleNode(Node):
    """A tuple of fixed items, or of any number of the one item (`variadic`); `cls` is tuple or a NamedTuple class."""

    items: tuple[Node, ...]
    variadic: bool = False
    cls: type = tuple
    bare: bool = False

    def children(self) -> tuple[Node, ...]:
        return self.items


@dataclasses.dataclass(eq=False, repr=False)
class TypedDictNode(Node):
    """A TypedDict: a dict with these keys; `required` are the keys that must be there."""

    cls: type
    items: dict[str, Node]
    required: frozenset[str]

    def children(self) -> tuple[Node, ...]:
        return tuple(self.items.values())


@dataclasses.dataclass(eq=False, repr=False)
class UnionNode(Node):
    members: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.members


@dataclasses.dataclass(eq=False, repr=False)
class AnnotatedNode(Node):
    """`Annotated`: the inner node with its metadata, in order."""

    inner: Node
    metadata: tuple[Any, ...]

    def children(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclasses.dataclass(eq=False, repr=False)
class ModelNode(Node):
    """A model class of any kind, or a bare base class; `arguments` are what a parametrised one gives its TypeVars."""

    cls: type
    arguments: typing.Mapping[Any, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(eq=False, repr=False)
class OpaqueNode(Node):
    """A value that passes through as it is, once `accepts(value)` said yes."""

    accepts: Callable[[Any], bool]
    name: str


IMMUTABLE_SCALARS: tuple[type, ...] = (
    str, int, float, bool, bytes, complex, type(None),
    decimal.Decimal, fractions.Fraction,
    datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone,
    uuid.UUID, pathlib.PurePath, re.Pattern, type(Ellipsis), range,
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network,
    ipaddress.IPv4Interface, ipaddress.IPv6Interface,
)  # fmt: skip

_SCALARS = frozenset(IMMUTABLE_SCALARS)

_COLLECTIONS: dict[Any, type] = {
    list: list,
    set: set,
    frozenset: frozenset,
    collections.deque: collections.deque,
    collections.abc.Sequence: collections.abc.Sequence,
    collections.abc.MutableSequence: collections.abc.MutableSequence,
    collections.abc.Collection: collections.abc.Collection,
    collections.abc.Iterable: collections.abc.Iterable,
    collections.abc.Container: collections.abc.Container,
    collections.abc.Reversible: collections.abc.Reversible,
    collections.abc.Set: collections.abc.Set,
    collections.abc.MutableSet: collections.abc.MutableSet,
}

_MAPPINGS: dict[Any, type] = {
    dict: dict,
    collections.OrderedDict: collections.OrderedDict,
    collections.defaultdict: collections.defaultdict,
    collections.Counter: collections.Counter,
    collections.abc.Mapping: collections.abc.Mapping,
    collections.abc.MutableMapping: collections.abc.MutableMapping,
}


def parse(annotation: Any, substitutions: dict[Any, Any] | None = None) -> Node:
    """The node tree of an annotation whose names are resolved; `substitutions` maps TypeVars to annotations."""
    return _Parser().parse(substitute(annotation, substitutions or {}))


class _Parser:
    """One walk over one annotation; remembers what it is inside of that may refer to itself: type aliases, and classes
    that describe dicts and tuples."""

    def __init__(self) -> None:
        self.inside: list[tuple[Any, dict[Any, Any], list[Node]]] = []
        self.circles: list[tuple[Any, dict[Any, Any], list[Node]]] = []
        # Those without a reference to what they are inside of; each is parsed once, however often it is met.
        self.complete: dict[int, list[tuple[dict[Any, Any], Node]]] = {}
        self.outermost = sys.maxsize  # the place in `inside` of the outermost that was referred to

    def parse(self, annotation: Any) -> Node:
        if annotation is None:
            annotation = type(None)
        if annotation is Any or annotation is typing.AnyStr:  # Any is a class since Python 3.11
            return AnyNode(Any)
        if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
            return self.parse_class(annotation)
        if isinstance(annotation, str | typing.ForwardRef):
            name = annotation if isinstance(annotation, str) else annotation.__forward_arg__
            for known, arguments, found in self.inside:  # a recursive alias, such as a JSON value
                if name == getattr(known, "__name__", None):
                    self.outermost = 0
                    return RecursionNode(Any, target=functools.partial(found.__getitem__, 0), of=(known, arguments))
            return AnyNode(Any, unresolved=name if name.strip() else "<empty text>")
        if isinstance(annotation, dataclasses.InitVar):
            return self.parse(annotation.type)
        if is_variable(annotation):
            return self.parse_type_variable(annotation)
        if typing_objects.is_newtype(annotation):
            return self.parse(annotation.__supertype__)
        if typing_objects.is_typealiastype(annotation):
            return self.parse_alias(annotation, {})
        origin = typing.get_origin(annotation)
        if origin is None:
            return self.parse_bare(annotation)
        return self.parse_generic(annotation, origin, typing.get_args(annotation))

    def parse_type_variable(self, variable: Any) -> Node:
        if not typing_objects.is_typevar(variable):
            return AnyNode(Any)
        names = collections.ChainMap(vars(sys.modules.get(variable.__module__, types.ModuleType("missing"))))
        try:
            default = default_of(variable)
            if default is not variable:
                return self.parse(resolve(default, names))
            if variable.__constraints__:
                members = (resolve(member, names) for member in variable.__constraints__)
                return UnionNode(variable, tuple(map(self.parse, members)))
            if variable.__bound__ is not None:
                return self.parse(resolve(variable.__bound__, names))
        except NameError as error:  # those of a type parameter are evaluated here
            return AnyNode(Any, unresolved=str(error.name))
        return AnyNode(Any)

    def parse_alias(self, alias: Any, arguments: dict[Any, Any]) -> Node:
        def parse_value() -> Node:
            try:
                return self.parse(substitute(resolve(alias.__value__, _names_of_alias(alias)), arguments))
            except NameError as error:
                return AnyNode(Any, unresolved=str(error.name))

        return self.parse_once(alias, arguments, parse_value)

    def parse_once(self, entered: Any, arguments: dict[Any, Any], parse: Callable[[], Node]) -> Node:
        """The node that `parse` makes; a RecursionNode where `entered` is met again, with these arguments, in itself.

        Of many that refer to each other (pydantic's core schemas: some fifty) each is told once, and is a RecursionNode
        from then on: there would be no end to the ways through them.
        """
        for known, node in self.complete.get(id(entered), ()):
            if known == arguments:
                return node
        met = [(place, known) for place, (item, known, _) in enumerate(self.inside) if item is entered]
        for place, known in met:
            if known == arguments:
                self.outermost = min(self.outermost, place)
                self.circles.extend(found for found in self.inside[place:] if found not in self.circles)
                return RecursionNode(
                    Any, target=functools.partial(self.inside[place][2].__getitem__, 0), of=(entered, arguments)
                )
        for item, known, found in self.circles if self.inside else ():
            if item is entered and known == arguments and found:
                self.outermost = 0
                return RecursionNode(Any, target=functools.partial(found.__getitem__, 0), of=(entered, arguments))
        if len(met) > 1:  # one whose arguments grow with every turn, as in `Nested[list[T]]`
            return AnyNode(Any)
        made: list[Node] = []
        self.inside.append((entered, arguments, made))
        before, self.outermost = self.outermost, sys.maxsize
        try:
            made.append(parse())
        finally:
            self.inside.pop()
            is_complete = self.outermost >= len(self.inside)
            self.outermost = before if is_complete else min(before, self.outermost)
        node = made[0]
        if node.named is None and not isinstance(node, RecursionNode):
            node.named = Named(entered, arguments, 1 + sum(map(_size, node.children())))
        if is_complete:
            self.complete.setdefault(id(entered), []).append((arguments, node))
        return node

    def parse_bare(self, annotation: Any) -> Node:
        """`typing.List`, `typing.Callable` and the like without parameters, and what is no annotation at all."""
        if annotation is typing.Callable or annotation is callable:  # Type_Safe classes use either
            return OpaqueNode(annotation, callable, "a callable")
        if typing_objects.is_literalstring(annotation):
            return ScalarNode(annotation, str)
        if typing_objects.is_noreturn(annotation) or typing_objects.is_never(annotation):
            return OpaqueNode(annotation, lambda value: False, "no value at all")
        if typing_objects.is_self(annotation):
            return AnyNode(Any, unresolved="Self")
        if type(annotation).__name__ == "PydanticRecursiveRef":
            model = _parametrised_model(annotation.type_ref)
            return AnyNode(Any, unresolved=str(annotation)) if model is None else self.parse_class(model)
        return AnyNode(Any, unresolved=str(annotation))

    def parse_generic(self, annotation: Any, origin: Any, args: tuple[Any, ...]) -> Node:
        if typing_objects.is_annotated(origin):
            inner, metadata = args[0], annotation.__metadata__
            for item in metadata:
                if isinstance(item, type) and issubclass(item, Type_Safe__Primitive):
                    return self.parse(item)
                if (model := getattr(item, "__type_safe_convert_model__", None)) is not None:
                    return self.parse(model)  # `Pydantic[User]`
            node = self.parse(inner)
            return AnnotatedNode(annotation, node, tuple(metadata))
        if typing_objects.is_literal(origin):
            return LiteralNode(annotation, args)
        if is_union_origin(origin):
            return UnionNode(annotation, tuple(self.parse(member) for member in args))
        if (
            typing_objects.is_classvar(origin)
            or typing_objects.is_final(origin)
            or typing_objects.is_required(origin)
            or typing_objects.is_notrequired(origin)
            or typing_objects.is_readonly(origin)
        ):
            return self.parse(args[0])
        is_empty_tuple = origin is tuple and annotation is not typing.Tuple  # noqa: UP006  # not the same as `tuple`
        if not args and isinstance(origin, type) and not is_empty_tuple:
            return self.parse_class(origin, annotation)  # `typing.Dict` and the like without parameters
        if typing_objects.is_typealiastype(origin):
            return self.parse_alias(origin, arguments_of(origin, args))
        if origin is type:
            return self.parse_type_of(annotation, args[0])
        if origin is collections.abc.Callable:
            return OpaqueNode(annotation if _is_resolved(annotation) else typing.Callable, callable, "a callable")
        if origin is tuple:
            return self.parse_tuple(annotation, args)
        if origin in _COLLECTIONS:
            return CollectionNode(annotation, _COLLECTIONS[origin], self.parse(args[0]) if args else AnyNode(Any))
        if origin is collections.Counter:
            return MappingNode(annotation, origin, self.parse(args[0]), ScalarNode(int, int))
        if origin in _MAPPINGS:
            return MappingNode(annotation, _MAPPINGS[origin], self.parse(args[0]), self.parse(args[1]))
        if isinstance(origin, type):
            if kind_of_class(origin) is not None:
                return ModelNode(annotation, origin, arguments_of(origin, args))
            if is_typeddict(origin) or _is_named_tuple(origin):
                return self.parse_fields(annotation, origin, arguments_of(origin, args))
            return self.parse_class(origin, annotation)
        return AnyNode(annotation)

    def parse_type_of(self, annotation: Any, arg: Any) -> Node:
        if isinstance(arg, type) and arg is not Any:
            bound = arg
            return OpaqueNode(
                annotation,
                lambda value: isinstance(value, type) and (bound is object or _is_subclass(value, bound)),
                f"a subclass of {bound.__name__}",
            )
        return OpaqueNode(type, lambda value: isinstance(value, type), "a class")

    def parse_tuple(self, annotation: Any, args: tuple[Any, ...]) -> Node:
        if len(args) == 2 and args[1] is Ellipsis:
            return TupleNode(annotation, (self.parse(args[0]),), variadic=True)
        args = tuple(item for arg in args for item in _spread(arg))
        if len(args) == 2 and args[1] is Ellipsis:
            return self.parse_tuple(annotation, args)
        if any(unpacked(arg) is not None for arg in args):
            return TupleNode(annotation, (AnyNode(Any),), variadic=True)
        return TupleNode(annotation, tuple(self.parse(arg) for arg in args))

    def parse_class(self, cls: type, annotation: Any = None) -> Node:
        annotation = cls if annotation is None else annotation
        if cls is object:
            return AnyNode(annotation)
        if cls in _SCALARS or issubclass(cls, pathlib.PurePath):
            return ScalarNode(annotation, cls)
        if issubclass(cls, enum.Enum):
            return EnumNode(annotation, cls)
        if issubclass(cls, Type_Safe__Primitive):
            return _parse_primitive(annotation, cls)
        if cls is tuple:
            return TupleNode(annotation, (AnyNode(Any),), variadic=True, bare=True)
        if cls in _COLLECTIONS:
            return CollectionNode(annotation, cls, AnyNode(Any), bare=True)
        if cls in _MAPPINGS:
            return MappingNode(annotation, cls, AnyNode(Any), AnyNode(Any), bare=True)
        if issubclass(cls, Type_Safe__List | Type_Safe__Set | Type_Safe__Dict):
            return self.parse_typed_collection(annotation, cls)
        if issubclass(cls, Type_Safe__Tuple):
            return TupleNode(annotation, (AnyNode(Any),), variadic=True, bare=True)
        if is_typeddict(cls) or _is_named_tuple(cls):
            return self.parse_fields(annotation, cls, {})
        if kind_of_class(cls) is not None or base_of(cls) is not None:
            return ModelNode(annotation, cls)
        return _parse_other_class(annotation, cls)

    def parse_fields(self, annotation: Any, cls: Any, arguments: dict[Any, Any]) -> Node:
        """A class that describes a dict by its keys, or a tuple by its items."""

        def parse() -> Node:
            hints = {name: substitute(hint, arguments) for name, hint in resolve_hints(cls).items()}
            if is_typeddict(cls):
                items = {name: self.parse(hint) for name, hint in hints.items()}
                return TypedDictNode(annotation, cls, items, _required_keys(cls, hints))
            return TupleNode(annotation, tuple(self.parse(hints.get(name, Any)) for name in cls._fields), cls=cls)

        return self.parse_once(cls, arguments, parse)

    def parse_typed_collection(self, annotation: Any, cls: Any) -> Node:
        """A subclass of Type_Safe__List/Set/Dict declares its types on the class; the bare class has none."""
        base = dict if issubclass(cls, Type_Safe__Dict) else list if issubclass(cls, Type_Safe__List) else set
        if base is dict:
            key, value = (cls.expected_key_type, cls.expected_value_type)
            nodes = [self.parse(Any if item is None else item) for item in (key, value)]
            return MappingNode(annotation, dict, nodes[0], nodes[1], declared=cls)
        item = Any if cls.expected_type is None else cls.expected_type
        return CollectionNode(annotation, base, self.parse(item), declared=cls)


def _required_keys(cls: Any, hints: dict[str, Any]) -> frozenset[str]:
    """The keys that a TypedDict requires; it does not see for itself what is said in text."""
    required = set(cls.__required_keys__)
    for name, hint in hints.items():
        origin = typing.get_origin(hint)
        while typing_objects.is_annotated(origin) or typing_objects.is_readonly(origin):
            hint = typing.get_args(hint)[0]
            origin = typing.get_origin(hint)
        if typing_objects.is_required(origin):
            required.add(name)
        elif typing_objects.is_notrequired(origin):
            required.discard(name)
    return frozenset(required)


def _spread(arg: Any) -> tuple[Any, ...]:
    """The items that `*tuple[int, str]` stands for in a tuple's annotation; any other argument as it is."""
    inner = unpacked(arg)
    if inner is not None and is_variable(inner):
        inner = unpacked(default_of(inner))
    if typing.get_origin(inner) is not tuple:
        return (arg,)
    args = typing.get_args(inner)
    return (arg,) if Ellipsis in args else args


def _parse_primitive(annotation: Any, cls: Any) -> Node:
    base = cls.__primitive_base__
    if base is None:
        return OpaqueNode(annotation, lambda value: isinstance(value, cls), cls.__name__)
    return RefinedNode(annotation, cls, base)


def _parse_other_class(annotation: Any, cls: Any) -> Node:
    """A class that is no model. isinstance decides, except where the class itself says that it does not do so."""
    if getattr(cls, "_is_protocol", False) and not getattr(cls, "_is_runtime_protocol", False):
        return AnyNode(annotation)
    if is_pydantic_type(cls) and not _instances_are_values(cls):
        return AnyNode(annotation)
    return OpaqueNode(annotation, lambda value: _is_instance(value, cls), cls.__name__)


def is_pydantic_type(annotation: Any) -> bool:
    """Whether pydantic asks the type itself what it accepts; a parametrised one, such as `Secret[int]`, its origin."""
    return hasattr(typing.get_origin(annotation) or annotation, "__get_pydantic_core_schema__")


def is_secret(annotation: Any) -> bool:
    """Whether it is `Secret[X]` or a subclass of that."""
    from pydantic import Secret

    cls = typing.get_origin(annotation) or annotation
    return isinstance(cls, type) and issubclass(cls, Secret)


def _instances_are_values(cls: Any) -> bool:
    """Whether values of a pydantic type are instances of it: so for SecretStr and AnyUrl; an EmailStr is a str."""
    from pydantic import AnyUrl, BaseModel, Secret, SecretBytes, SecretStr

    return issubclass(cls, Secret | SecretStr | SecretBytes | AnyUrl | BaseModel)


def _is_instance(value: object, cls: type) -> bool:
    try:
        return isinstance(value, cls)
    except TypeError:  # a protocol or an abstract class that refuses isinstance
        return True


def _is_subclass(cls: type, bound: type) -> bool:
    try:
        return issubclass(cls, bound)
    except TypeError:
        return True


def _is_named_tuple(cls: type) -> bool:
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, each node once."""
    seen = set()
    stack = [node]
    while stack:
        found = stack.pop()
        if found not in seen:
            seen.add(found)
            yield found
            stack.extend(reversed(found.children()))


def _size(node: Node) -> int:
    return node.named.size if node.named is not None else 1 + sum(map(_size, node.children()))


# Of more nodes, an alias, TypedDict or NamedTuple is referred to; of fewer, it is written out at each of its places.
_LARGE = 100


def is_large(node: Node) -> bool:
    """Whether a node must be described once: chains in which each alias has the one before twice grow exponentially."""
    return node.named is not None and node.named.size > _LARGE


def large_alias(node: Node) -> Any:
    """The alias that a large node was read from; None for any other node."""
    named = node.named
    return named.of if named and named.size > _LARGE and typing_objects.is_typealiastype(named.of) else None


def reference_to(node: Node) -> RecursionNode:
    """What stands for a large node wherever it is."""
    assert node.named is not None
    return RecursionNode(Any, target=lambda: node, of=(node.named.of, node.named.arguments))


def render(node: Node, render_class: Callable[[Node], Any]) -> Any:
    """The annotation of `node` in another kind.

    `render_class` is asked for `Model`, `Primitive`, `Collection`, `Mapping` and `Tuple` nodes first and returns the
    annotation to use, or NotImplemented for the plain one.
    """
    special = render_class(node)
    if special is not NotImplemented:
        return special

    def inner(child: Node) -> Any:
        return render(child, render_class)

    match node:
        case CollectionNode(declared=None, bare=True) | MappingNode(declared=None, bare=True) | TupleNode(bare=True):
            return node.annotation if node.annotation is not Type_Safe__Tuple else tuple
        case CollectionNode(origin=origin, item=item):
            return origin[inner(item)]  # type: ignore[index]  # every origin here is generic at run time
        case MappingNode(origin=collections.Counter, key=key):
            return collections.Counter[inner(key)]  # type: ignore[misc]
        case MappingNode(origin=origin, key=key, value=value):
            return origin[inner(key), inner(value)]  # type: ignore[index]
        case TupleNode(cls=cls) if cls is not tuple:
            return node.annotation
        case TupleNode(items=items, variadic=True):
            return tuple[inner(items[0]), ...]  # type: ignore[misc]
        case TupleNode(items=()):
            return tuple[()]
        case TupleNode(items=items):
            return tuple[tuple(inner(item) for item in items)]  # type: ignore[misc]
        case UnionNode(members=members):
            return union(*(inner(member) for member in members))
        case AnnotatedNode(inner=child, metadata=metadata):
            rendered = inner(child)
            return typing.Annotated[(rendered, *metadata)]
        case ScalarNode(annotation=annotation) if annotation is type(None):
            return None
        case _:
            return node.annotation


def own_annotations(cls: type) -> dict[str, Any]:
    """The annotations in the body of a class, as they are; since Python 3.14 with a ForwardRef for an unknown name."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(cls)


def signature_of(function: Any) -> inspect.Signature:
    """`inspect.signature`, with the annotations as `own_annotations` has them."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(function)


def resolve_hints(cls: type, *, with_self: bool = True) -> dict[str, Any]:
    """The annotations of a class and its bases, names resolved; a name that cannot be resolved stays a ForwardRef.

    Names are looked up as Python would at the place of definition: in the class's module, in the class itself (its own
    name and type parameters), and for a class made in a function, in that function's variables while it still runs, or
    else among the classes that the same function made. `Self` is `cls`, with its own type parameters, where that is
    not asked to stay.
    """
    hints: dict[str, Any] = {}
    if is_typeddict(cls):
        _resolve_inherited_items(cls, hints)
    arguments = inherited_arguments(cls)
    itself = {SELF: self_of(cls)} if with_self else {}
    for base in reversed(cls.__mro__):
        own = own_annotations(base)
        names: _Namespace | None = None
        for name, hint in own.items():
            if base is cls and name in hints and is_typeddict(cls):
                continue
            if not _is_resolved(hint):
                names = names or _Namespace(base)
                hint = resolve(hint, names)
            hints[name] = substitute(hint, {**arguments.get(base, {}), **itself})
    return hints


def variables_of_fields(cls: type) -> dict[str, typing.Mapping[Any, Any]]:
    """What type variables stand for, by field, in the annotation that the field has where it is declared."""
    arguments = inherited_arguments(cls)
    found: dict[str, typing.Mapping[Any, Any]] = {}
    for base in reversed(cls.__mro__):
        found.update({name: {**arguments.get(base, {}), SELF: self_of(cls)} for name in own_annotations(base)})
    return found


def _resolve_inherited_items(cls: Any, hints: dict[str, Any]) -> None:
    """The items of a TypedDict's bases, which are no classes in its MRO; those that it declares anew are left out."""
    own = own_annotations(cls)
    for generic in getattr(cls, "__orig_bases__", ()):
        base: Any = typing.get_origin(generic) or generic
        if is_typeddict(base):
            arguments = {**arguments_of(base, typing.get_args(generic)), SELF: self_of(cls)}
            inherited = own_annotations(base)
            for name, hint in resolve_hints(base, with_self=False).items():
                if name in own and (own[name] is inherited[name] or own[name] == inherited[name]):
                    hints[name] = substitute(hint, arguments)


def self_of(cls: Any) -> Any:
    """What `Self` means in the annotations of `cls`."""
    parameters = getattr(cls, "__parameters__", ())
    if not parameters or "__pydantic_generic_metadata__" in cls.__dict__:
        return cls
    return cls[tuple(typing.Unpack[item] if typing_objects.is_typevartuple(item) else item for item in parameters)]


def _is_resolved(hint: Any) -> bool:
    if isinstance(hint, str | typing.ForwardRef):
        return False
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        return True
    return all(_is_resolved(arg) for arg in _arguments(hint))


def _arguments(hint: Any) -> tuple[Any, ...]:
    args = args_of(hint)
    if not args or typing_objects.is_literal(typing.get_origin(hint)):
        return ()
    if typing_objects.is_annotated(typing.get_origin(hint)):
        return args[:1]
    return tuple(item for arg in args for item in (arg if isinstance(arg, list) else [arg]))


def parts(hint: Any) -> Iterator[Any]:
    """Every annotation in an annotation."""
    for arg in hint if isinstance(hint, tuple) else _arguments(hint):
        yield arg
        yield from parts(arg)


def resolve(hint: Any, names: typing.Mapping[str, Any], inside: tuple[str, ...] = ()) -> Any:
    """`hint` with every string and ForwardRef in it evaluated in `names`; one that fails stays a ForwardRef.

    `inside` are the strings that `hint` comes from: one that is met again there is a recursive alias, and stands for
    anything.
    """
    if isinstance(hint, typing.ForwardRef):
        names = _names_of_reference(hint, names)
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        if hint in inside:
            return Any
        try:
            value = _evaluate(hint, names)
        except Exception:
            value = _partly(hint, names)
            if isinstance(value, typing.ForwardRef):
                return value
        return value if value == hint else resolve(value, names, (*inside, hint))
    if isinstance(hint, list):  # the parameters of a Callable
        return [resolve(item, names, inside) for item in hint]
    if _is_resolved(hint):
        return hint
    args = args_of(hint)
    if typing_objects.is_annotated(typing.get_origin(hint)):
        args = args[:1]  # its metadata may be text
    return rebuild(hint, tuple(resolve(arg, names, inside) for arg in args))


def _names_of_reference(reference: Any, names: typing.Mapping[str, Any]) -> typing.Mapping[str, Any]:
    """`names`, and those that a ForwardRef brings along since Python 3.14: the variables of its function."""
    own: dict[str, Any] = dict(getattr(reference, "__extra_names__", None) or {})
    cells = getattr(reference, "__cell__", None)
    cells = cells if isinstance(cells, dict) else {reference.__forward_arg__: cells}
    cell: Any
    for name, cell in cells.items():
        with contextlib.suppress(AttributeError, ValueError):  # there is none, or nothing in it yet
            own[name] = cell.cell_contents
    return collections.ChainMap(own, names) if own else names  # type: ignore[arg-type]  # only read


def _evaluate(text: str, names: typing.Mapping[str, Any]) -> Any:
    # The builtins are real ones: with none, `typing.Generic` cannot be subscripted since Python 3.12.
    return eval(text, {"__builtins__": builtins}, names)  # what typing.get_type_hints does


def _partly(text: str, names: typing.Mapping[str, Any]) -> Any:
    """What is left of a string with unknown names in it: `list[Unknown]` is still a list."""
    replaced = _UnknownNames(names)
    try:
        tree = ast.fix_missing_locations(replaced.visit(ast.parse(text.strip(), mode="eval")))
        value = eval(compile(tree, "<annotation>", "eval"), {"__builtins__": builtins, **replaced.references}, names)
    except Exception:
        return _reference(text)
    return _reference(text) if _is_resolved(value) else value


class _UnknownNames(ast.NodeTransformer):
    """Puts a name of its own in place of each name, attribute or subscript that cannot be evaluated."""

    def __init__(self, names: typing.Mapping[str, Any]) -> None:
        self.names = names
        self.references: dict[str, typing.ForwardRef] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.reference(node) if self.is_unknown(node) else node

    visit_Attribute: Any = visit_Name

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return self.reference(node) if self.is_unknown(node.value) else self.generic_visit(node)

    def is_unknown(self, node: ast.expr) -> bool:
        try:
            _evaluate(ast.unparse(node), self.names)
        except (NameError, AttributeError):
            return True
        return False

    def reference(self, node: ast.expr) -> ast.Name:
        name = f"__unknown_{len(self.references)}__"
        self.references[name] = typing.ForwardRef(ast.unparse(node))
        return ast.Name(name, ast.Load())


def _reference(text: str) -> typing.ForwardRef:
    """Returns a ForwardRef of text that cannot be evaluated, even of text that is no expression."""
    try:
        return typing.ForwardRef(text)
    except (SyntaxError, IndexError):  # until Python 3.13; the latter for an empty text
        reference = typing.ForwardRef("NoExpression")
        reference.__forward_arg__ = text
        return reference


class _Namespace(dict[str, Any]):
    """The names that an annotation of `cls` can use, looked up when asked for."""

    def __init__(self, cls: type, thorough: bool = True) -> None:
        super().__init__()
        self.cls = cls
        self.thorough = thorough
        self.module = vars(sys.modules.get(cls.__module__, types.ModuleType("missing")))

    def __missing__(self, name: str) -> Any:
        cls = self.cls
        if name == cls.__name__:
            return cls
        for parameter in getattr(cls, "__type_params__", ()) or getattr(cls, "__parameters__", ()):
            if parameter.__name__ == name:
                return parameter
        if "<locals>" in cls.__qualname__:
            found = _find_local(cls, name, self.thorough)
            if found is not None:
                return found
        if name in self.module:
            return self.module[name]
        builtins = self.module.get("__builtins__", __builtins__)
        builtins = builtins if isinstance(builtins, dict) else vars(builtins)
        if name in builtins:
            return builtins[name]
        if name in vars(cls):
            return vars(cls)[name]
        raise KeyError(name)


def _names_of_alias(alias: Any) -> typing.Mapping[str, Any]:
    """The names that the text in a type alias can use; one that is written with `type` has none."""
    own = {alias.__name__: alias, **{item.__name__: item for item in alias.__type_params__}}
    module = vars(sys.modules.get(alias.__module__, types.ModuleType("missing")))
    return collections.ChainMap(own, module, vars(builtins))


def _find_local(cls: type, name: str, thorough: bool) -> Any:
    """A name of the function that made `cls`: from its frame while it runs, else a class that it made."""
    function, _, _ = cls.__qualname__.rpartition(".<locals>.")
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_qualname == function and name in frame.f_locals:
            return frame.f_locals[name]
        frame = frame.f_back  # type: ignore[assignment]
    if not thorough:
        return None
    qualified = f"{function}.<locals>.{name}"
    newest = None
    for candidate in _all_classes():
        if candidate.__qualname__ == qualified and candidate.__module__ == cls.__module__:
            newest = candidate
    return newest


def _all_classes() -> Iterator[type]:
    """Every class there is, once; only walked for a local name whose function has returned."""
    seen: set[int] = set()
    stack: list[type] = [object]
    while stack:
        subclasses: list[type] = type.__subclasses__(stack.pop())
        for subclass in subclasses:
            if id(subclass) not in seen:
                seen.add(id(subclass))
                stack.append(subclass)
                yield subclass


def names_for(cls: type, thorough: bool = True) -> typing.Mapping[str, Any]:
    """The names that an annotation in the body of `cls` can use.

    `thorough`: whether the variables of a function that has returned are looked for among all classes.
    """
    return _Namespace(cls, thorough)


def can_be_evaluated(text: str, names: typing.Mapping[str, Any]) -> bool:
    try:
        _evaluate(text, names)
    except Exception:
        return False
    return True


def is_expression(text: str) -> bool:
    try:
        compile(text.strip(), "<annotation>", "eval")
    except (SyntaxError, ValueError):  # the latter for null characters
        return False
    return True


def annotated(annotation: Any, *metadata: Any) -> Any:
    """`Annotated[annotation, *metadata]`; the annotation itself without metadata."""
    return typing.Annotated[(annotation, *metadata)] if metadata else annotation


def optional(annotation: Any) -> Any:
    """`annotation | None`, for any annotation."""
    return union(annotation, type(None))


def _parametrised_model(reference: str) -> Any:
    """The generic model that pydantic refers to where it stands in itself, by the identities of it and its arguments;
    the class did not exist yet."""
    identities = [int(number) for number in re.findall(r":(\d+)", reference)]
    for cls in _all_classes():
        metadata = cls.__dict__.get("__pydantic_generic_metadata__") or {}
        if metadata.get("origin") and [id(metadata["origin"]), *map(id, metadata["args"])] == identities:
            return cls
    return None


def is_parametrised_model(cls: Any) -> bool:
    """Whether it is a pydantic model with its type arguments, as `Box[int]`."""
    return bool((cls.__dict__.get("__pydantic_generic_metadata__") or {}).get("origin"))


def forward_reference(name: str) -> Any:
    return typing.ForwardRef(name)


def is_class_variable(hint: Any) -> bool:
    return hint is typing.ClassVar or typing_objects.is_classvar(typing.get_origin(hint))


# Containers that a default must not share between instances.
MUTABLE = frozenset({list, dict, set, collections.deque, bytearray})

# Collections that are no Sequence, Set or Mapping; pydantic turns an `Iterable` into a one-shot iterator, and has no
# schema for the others.
UNSIZED = frozenset({
    collections.abc.Iterable, collections.abc.Container, collections.abc.Reversible, collections.abc.Collection,
})  # fmt: skip


def accepts_none(node: Node) -> bool:
    match node:
        case RecursionNode():
            return False
        case AnyNode(annotation=annotation):
            return not is_pydantic_type(annotation)
        case ScalarNode(cls=cls):
            return cls is type(None)
        case LiteralNode(values=values):
            return None in values
        case UnionNode(members=members):
            return any(map(accepts_none, members))
        case AnnotatedNode(inner=inner):
            return accepts_none(inner)
    return False
