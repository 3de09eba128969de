"""The kind-neutral description of a model class: all that the kinds exchange, and all that the planner knows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from type_safe_convert.registry import KindName
from type_safe_convert.types.nodes import AnnotatedNode, Node, ScalarNode, walk


class _Missing:
    """The type of MISSING; a default of None and no default at all are different things."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


def exact(name: str) -> str:
    """A field's name as a plain string: one of a subclass of `str` may show itself otherwise in generated code."""
    return str.__str__(name)


class FromValues:
    """A default factory that is given the values of the fields before, as pydantic's may be."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[dict[str, Any]], Any]) -> None:
        self.make: Callable[[dict[str, Any]], Any] = make

    def __call__(self, values: Mapping[str, Any] = MappingProxyType({})) -> Any:
        return self.make(dict(values))


def default_from(make: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Returns the default that a factory makes; `values` are those of the fields before."""
    return make(values) if type(make) is FromValues else make()


def field_options(node: Node) -> dict[str, Any]:
    """Returns what an annotation says of the field that it is of, as `Field.options` has it."""
    return dict(node.options) if isinstance(node, AnnotatedNode) else {}


@dataclasses.dataclass(slots=True, eq=False)  # nothing changes one; frozen, making one would take three times as long
class Field:
    """One field of a model.

    Attributes:
        name: the field's name in the class that a user wrote.
        annotation: with every name resolved; `Annotated` is kept.
        node: the annotation, parsed.
        default: MISSING where there is none, or where `default_factory` makes it.
        default_factory: makes a fresh default; takes no arguments, or is a `FromValues`.
        options: what a pydantic `Field` can say beyond type and default (alias, title, description, examples, ...).
        metadata: a dataclass field's own metadata.
        init, kw_only, repr, compare, hash: as in `dataclasses.field`.
        widens: whether a validator of the class may return a value that the annotation does not allow.
    """

    name: str
    annotation: Any
    node: Node
    default: Any = MISSING
    default_factory: Callable[[], Any] | None = None
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    metadata: Mapping[Any, Any] = dataclasses.field(default_factory=dict)
    init: bool = True
    kw_only: bool = False
    repr: bool = True
    compare: bool = True
    hash: bool | None = None
    widens: bool = False

    @property
    def required(self) -> bool:
        return self.default is MISSING and self.default_factory is None

    @property
    def in_hash(self) -> bool:
        """Whether the hash of an instance counts the field, where it is by value."""
        return self.compare if self.hash is None else self.hash

    @property
    def aliases(self) -> frozenset[str]:
        """The other names of the field, for reading and for writing."""
        found = [self.options.get(key) for key in ("alias", "validation_alias", "serialization_alias")]
        choices = [name for item in found for name in getattr(item, "choices", (item,))]
        return frozenset(name for name in choices if isinstance(name, str))

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The names in the annotation that could not be resolved at run time."""
        if type(self.node) is ScalarNode:  # most are
            return ()
        return tuple(name for node in walk(self.node) if (name := getattr(node, "unresolved", "")))

    def is_blank(self, value: Any) -> bool:
        """Whether a value is what an attribute that was never set shows: nothing, or the default."""
        if value is None or (isinstance(value, list | set | dict) and not value):
            return True
        return type(value) is type(self.default) and bool(value == self.default)

    def make_default(self, values: Mapping[str, Any] = MappingProxyType({})) -> Any:
        """A default for one instance; MISSING for a required field.

        `values`: those of the fields before it, by name.
        """
        if self.default_factory is None:
            return self.default
        return default_from(self.default_factory, values)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A model class, described without its kind's own vocabulary.

    Attributes:
        cls: the class that a user wrote.
        bases: its direct bases that are models of the same kind.
        fields: by name, in the order of the class.
        own: the names of the fields that this class adds or changes.
        frozen: whether instances refuse assignment.
        hashable: whether instances hash by value.
        by_identity: whether an instance equals nothing but itself, where its kind has instances equal by value.
        ordered: whether instances compare by `<`, field by field.
        extra: what happens to values that no field names: 'allow', 'forbid' or 'ignore'.
        extra_node: what such values may be, where the class says it.
        has_generated_doc: whether its kind wrote the docstring that it has.
        init_only: `InitVar` names with their defaults (MISSING where there is none).
        config: what a pydantic model says about itself, for a counterpart of the same look (title, alias handling,
        ...).
    """

    cls: type
    kind: KindName
    bases: tuple[type, ...]
    fields: Mapping[str, Field]
    own: frozenset[str]
    frozen: bool = False
    hashable: bool = False
    by_identity: bool = False
    ordered: bool = False
    extra: str = "ignore"
    extra_node: Node | None = None
    has_generated_doc: bool = False
    init_only: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    config: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.cls.__name__

    @property
    def module(self) -> str:
        return self.cls.__module__

    @property
    def doc(self) -> str | None:
        """The docstring that a user wrote for the class."""
        doc = self.cls.__dict__.get("__doc__")
        return doc if isinstance(doc, str) and not self.has_generated_doc else None
