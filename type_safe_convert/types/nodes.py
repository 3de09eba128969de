"""Nodes say what a value may be, independently of any kind of model: an annotation becomes a small tree of them.

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
| the type of an object that says that there is no value (msgspec's `UnsetType`), a sentinel | `SentinelNode` |
| any other class, `type[X]`, `Callable`, protocols, pydantic's own types | `OpaqueNode` |
"""

from __future__ import annotations

import builtins
import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import typing
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from typing_inspection import typing_objects

if TYPE_CHECKING:
    from type_safe_convert.types.containers import ContainerType

# The nodes are neither frozen nor slotted nor compared: each of these costs a millisecond at import for the thirteen.


class Named(typing.NamedTuple):
    """A type alias, TypedDict or NamedTuple, its type arguments, and how many nodes it has where it is written out."""

    of: Any
    arguments: typing.Mapping[Any, Any]
    size: int


@dataclasses.dataclass(eq=False, repr=False)
class Node:
    """A set of allowed values. `annotation` is the annotation from which it was read, with names resolved.

    Nodes never change. `named` tells of the alias, TypedDict or NamedTuple that it was read from.
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
class ValidatedNode(AnyNode):
    """A type whose library says which values it takes, of whatever class (pydantic's `EmailStr`).

    Attributes:
        validate: returns what the library makes of a value; raises ConversionError.
        encode: writes a value as the text from which the library made it (`Json`); None where a value stays as it is.
        makes_text: whether the library may make text of a value that it would refuse itself (`ImportString`).
    """

    validate: Callable[[Any], Any] = dataclasses.field(kw_only=True)
    encode: Callable[[Any], Any] | None = dataclasses.field(default=None, kw_only=True)
    makes_text: bool = dataclasses.field(default=False, kw_only=True)


@dataclasses.dataclass(eq=False, repr=False)
class RecursionNode(AnyNode):
    """The place in an alias, TypedDict or NamedTuple where it stands in itself; `target()` is its node.

    `of` is the alias or class with its type arguments. A generated class has anything there, conversions look inside.
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


def raising_value_errors(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """As `make`, with a ValueError in place of a TypeError or an ArithmeticError."""

    def validate(value: Any) -> Any:
        try:
            return make(value)
        except ValueError:
            raise
        except (TypeError, ArithmeticError) as error:
            raise ValueError(str(error)) from None

    return validate


@dataclasses.dataclass(eq=False, repr=False)
class RefinedNode(Node):
    """A class of values that keep rules of their own, such as a `Safe_Str`.

    Attributes:
        base: the plain type that stands for it in kinds without such values.
        make: returns the value of `cls` for a plain one, or raises what `cls` raises.
        unwrap: returns the plain value of one of `cls`.
        json_rules: the keywords of JSON Schema that say the rules in the same sense.
        validate: as `make`, but raises a ValueError for every value that `cls` refuses.
    """

    cls: type
    base: type
    make: Callable[[Any], Any]
    unwrap: Callable[[Any], Any]
    json_rules: Callable[[], dict[str, Any]]
    validate: Any = None  # a function after `__post_init__`

    def __post_init__(self) -> None:
        self.validate = self.validate or raising_value_errors(self.make)


@dataclasses.dataclass(eq=False, repr=False)
class CollectionNode(Node):
    """Items of one annotation in a list, set, frozenset, deque, or an abstract collection of these.

    `container` is there where the annotation names a class of containers of one kind of model.
    """

    origin: type
    item: Node
    unparametrised: bool = False
    container: ContainerType | None = None

    @property
    def container_class(self) -> type | None:
        return None if self.container is None else self.container.cls

    def children(self) -> tuple[Node, ...]:
        return (self.item,)


@dataclasses.dataclass(eq=False, repr=False)
class MappingNode(Node):
    origin: type
    key: Node
    value: Node
    unparametrised: bool = False
    container: ContainerType | None = None

    @property
    def container_class(self) -> type | None:
        return None if self.container is None else self.container.cls

    def children(self) -> tuple[Node, ...]:
        return (self.key, self.value)


@dataclasses.dataclass(eq=False, repr=False)
class TupleNode(Node):
    """A tuple of fixed items, or of any number of the one item (`variadic`); `cls` is tuple or a NamedTuple class."""

    items: tuple[Node, ...]
    variadic: bool = False
    cls: type = tuple
    unparametrised: bool = False

    def children(self) -> tuple[Node, ...]:
        return self.items


@dataclasses.dataclass(eq=False, repr=False)
class TypedDictNode(Node):
    """A TypedDict: a dict with these keys.

    Attributes:
        required: the keys that must be there.
        extra: what is under other keys, where the class says that there may be some.
        is_closed: whether the class says that there are none.
    """

    cls: type
    items: dict[str, Node]
    required: frozenset[str]
    extra: Node | None = None
    is_closed: bool = False

    def children(self) -> tuple[Node, ...]:
        return (*self.items.values(), *(() if self.extra is None else (self.extra,)))


@dataclasses.dataclass(eq=False, repr=False)
class UnionNode(Node):
    """One of the members. `choose` returns the tag of the one that a value is meant for; None where nothing tells."""

    members: tuple[Node, ...]
    choose: Callable[[Any], Any] | None = None

    def children(self) -> tuple[Node, ...]:
        return self.members


@dataclasses.dataclass(eq=False, repr=False)
class AnnotatedNode(Node):
    """`Annotated`: the inner node with its metadata, in order.

    The kinds of model that know an item of the metadata say the rest.

    Attributes:
        constraints: the metadata with groups of them taken apart, and a Rule for each that only one kind knows.
        checks: raise ConversionError for a value that one library refuses, by constraints that only it can check.
        narrow_checks: the same by constraints that `validate` includes.
        validate: returns what validators in the metadata make of a value; None where there are none.
        widens: whether a validator may take a value that the annotation does not allow.
        encode: writes a value as the text from which a validator made it; None where none did.
        decodes_inside: whether what the inner annotation has made from text is; a validator may take its place.
        check_text: checks the text from which a validator (`Json`) makes the value.
        tag: the name of this member of a union.
        options: what else the metadata says of the field that the annotation is of, as in `Field.options`.
        is_strict: whether nothing is coerced here.
    """

    inner: Node
    metadata: tuple[Any, ...]
    constraints: tuple[Any, ...] = ()
    checks: tuple[Callable[[Any], Any], ...] = ()
    narrow_checks: tuple[Callable[[Any], Any], ...] = ()
    validate: Callable[[Any], Any] | None = None
    widens: bool = False
    encode: Callable[[Any], Any] | None = None
    decodes_inside: bool = True
    check_text: Callable[[Any], Any] | None = None
    tag: str | None = None
    options: typing.Mapping[str, Any] = dataclasses.field(default_factory=dict)
    is_strict: bool = False

    def children(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclasses.dataclass(eq=False, repr=False)
class ModelNode(Node):
    """A model class of any kind, or a bare base class; `arguments` are what a parametrised one gives its TypeVars."""

    cls: type
    arguments: typing.Mapping[Any, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(eq=False, repr=False)
class OpaqueNode(Node):
    """A value that passes through as it is, once `accepts(value)` said yes.

    Attributes:
        validate: returns what the library of the type makes of a value; raises ConversionError. None where it has no
            say.
        is_shell: whether `accepts` says nothing of what the value holds, so that `validate` counts, too (`Secret`).
        widens, encode: as in `AnnotatedNode`, for what the value holds.
    """

    accepts: Callable[[Any], bool]
    name: str
    validate: Callable[[Any], Any] | None = None
    is_shell: bool = False
    widens: bool = False
    encode: Callable[[Any], Any] | None = None


@dataclasses.dataclass(eq=False, repr=False)
class SentinelNode(OpaqueNode):
    """The type of the one object, `value`, that stands for a value that is not there: a sentinel, msgspec's `UNSET`."""

    value: Any = dataclasses.field(kw_only=True)


FROZEN_DICT: Any = getattr(builtins, "frozendict", None) or type("frozendict", (), {})  # no dict; since Python 3.15

IMMUTABLE_SCALARS: tuple[type, ...] = (
    str, int, float, bool, bytes, complex, type(None), decimal.Decimal, fractions.Fraction,
    datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone,
    uuid.UUID, pathlib.PurePath, re.Pattern, type(Ellipsis), range,
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network,
    ipaddress.IPv4Interface, ipaddress.IPv6Interface,
)  # fmt: skip


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, each node once."""
    if not node.children():  # most are, and looked at often
        yield node
        return
    seen = set()
    stack = [node]
    while stack:
        found = stack.pop()
        if found not in seen:
            seen.add(found)
            yield found
            stack.extend(reversed(found.children()))


def size_of(node: Node) -> int:
    return node.named.size if node.named is not None else 1 + sum(map(size_of, node.children()))


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
    """Returns the reference that stands for a large node wherever that occurs."""
    assert node.named is not None
    return RecursionNode(Any, target=lambda: node, of=(node.named.of, node.named.arguments))


# Containers that a default must not share between instances.
MUTABLE = frozenset({list, dict, set, collections.deque, bytearray})

# Collections that are no Sequence, Set or Mapping; pydantic makes a one-shot iterator of the first, and knows no other.
UNSIZED = frozenset({
    collections.abc.Iterable, collections.abc.Container, collections.abc.Reversible, collections.abc.Collection,
})  # fmt: skip


def is_none(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.cls is type(None)


def alone(node: Node) -> Node:
    """The node inside of an `Annotated`, or of a union with None; any other node itself."""
    while isinstance(node, AnnotatedNode | UnionNode):
        inside = [item for item in node.children() if not is_none(item)]
        if len(inside) != 1:
            break
        node = inside[0]
    return node


def accepts_none(node: Node) -> bool:
    match node:
        case AnyNode():
            return not isinstance(node, ValidatedNode | RecursionNode)
        case ScalarNode(cls=cls):
            return cls is type(None)
        case LiteralNode(values=values):
            return None in values
        case UnionNode(members=members):
            return any(map(accepts_none, members))
        case AnnotatedNode(inner=inner):
            return accepts_none(inner)
    return False
