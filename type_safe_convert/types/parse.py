"""Reads annotations: any annotation, its names resolved, becomes a tree of nodes."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import enum
import functools
import pathlib
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from typing_extensions import Sentinel, TypeForm, is_typeddict
from typing_inspection import typing_objects
from typing_inspection.introspection import is_union_origin

from type_safe_convert.registry import KindName, generic_parts, kind_of_base, kind_of_class, kinds_of_values
from type_safe_convert.types.names import is_resolved, names_of_alias, resolve, resolve_hints
from type_safe_convert.types.nodes import (
    FROZEN_DICT,
    IMMUTABLE_SCALARS,
    AnnotatedNode,
    AnyNode,
    CollectionNode,
    EnumNode,
    LiteralNode,
    MappingNode,
    ModelNode,
    Named,
    Node,
    OpaqueNode,
    RecursionNode,
    RefinedNode,
    ScalarNode,
    SentinelNode,
    TupleNode,
    TypedDictNode,
    UnionNode,
    size_of,
)
from type_safe_convert.types.type_variables import arguments_of, default_of, is_variable, substitute, unpacked
from type_safe_convert.types.typed_dicts import other_keys, required_keys

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
    FROZEN_DICT: FROZEN_DICT,
    collections.OrderedDict: collections.OrderedDict,
    collections.defaultdict: collections.defaultdict,
    collections.Counter: collections.Counter,
    collections.abc.Mapping: collections.abc.Mapping,
    collections.abc.MutableMapping: collections.abc.MutableMapping,
}


# For values that become those of a kind without a model that holds them.
EVERY_KIND: KindName = "*"


def parse(annotation: Any, substitutions: dict[Any, Any] | None = None, holder: KindName = "") -> Node:
    """The node tree of an annotation whose names are resolved; `substitutions` maps TypeVars to annotations.

    `holder` is the kind of the model whose field has the annotation. A class that describes a dict or a tuple is a
    model in those of its own kind, and a value in all others. EVERY_KIND: it is a model, as by itself.
    """
    return _Parser(holder).parse(substitute(annotation, substitutions or {}))


class _Parser:
    """One walk over one annotation; remembers what it is inside of that may refer to itself: type aliases, and classes
    that describe dicts and tuples."""

    def __init__(self, holder: KindName) -> None:
        self.holder = holder
        self.inside: list[tuple[Any, dict[Any, Any], list[Node]]] = []
        self.circles: list[tuple[Any, dict[Any, Any], list[Node]]] = []
        # Those without a reference to what they are inside of; each is parsed once, however often it is met.
        self.complete: dict[int, list[tuple[Any, dict[Any, Any], Node]]] = {}
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
                return self.parse(substitute(resolve(alias.__value__, names_of_alias(alias)), arguments))
            except NameError as error:
                return AnyNode(Any, unresolved=str(error.name))

        return self.parse_once(alias, arguments, parse_value)

    def parse_once(self, entered: Any, arguments: dict[Any, Any], parse: Callable[[], Node]) -> Node:
        """The node that `parse` makes; a RecursionNode where `entered` is met again, with these arguments, in itself.

        Each member of a group of mutually recursive types is expanded once; later references are RecursionNodes.
        Expanding every path would be exponential (pydantic's core schemas are some fifty such types).
        """
        for _, known, node in self.complete.get(id(entered), ()):
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
            node.named = Named(entered, arguments, 1 + sum(map(size_of, node.children())))
        if is_complete:
            self.complete.setdefault(id(entered), []).append((entered, arguments, node))
        return node

    def parse_bare(self, annotation: Any) -> Node:
        """`typing.List`, `typing.Callable` and the like without parameters, and what is no annotation at all."""
        if annotation is typing.Callable or annotation is callable:  # Type_Safe classes use either
            return OpaqueNode(annotation, callable, "a callable")
        if typing_objects.is_literalstring(annotation):
            return ScalarNode(annotation, str)
        if typing_objects.is_noreturn(annotation) or typing_objects.is_never(annotation):
            return OpaqueNode(annotation, lambda value: False, "no value at all")
        if annotation is TypeForm:
            return AnyNode(Any)
        if typing_objects.is_self(annotation):
            return AnyNode(Any, unresolved="Self")
        if isinstance(annotation, Sentinel):
            return SentinelNode(annotation, lambda value: value is annotation, repr(annotation), value=annotation)
        return self.parse_by_kinds(annotation, annotation) or AnyNode(Any, unresolved=str(annotation))

    def parse_by_kinds(self, item: Any, annotation: Any) -> Node | None:
        """The node of a type that a kind of model brings along; None of any other."""
        for kind in kinds_of_values(item):
            node: Node | None = kind.parse_type(item, annotation, self.parse)
            if node is not None:
                return node
        return None

    def parse_generic(self, annotation: Any, origin: Any, args: tuple[Any, ...]) -> Node:
        if typing_objects.is_annotated(origin):
            return self.parse_annotated(annotation, args[0], annotation.__metadata__)
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
            return OpaqueNode(annotation if is_resolved(annotation) else typing.Callable, callable, "a callable")
        if origin is tuple:
            return self.parse_tuple(annotation, args)
        if origin in _COLLECTIONS:
            return CollectionNode(annotation, _COLLECTIONS[origin], self.parse(args[0]) if args else AnyNode(Any))
        if origin is collections.Counter:
            return MappingNode(annotation, origin, self.parse(args[0]), ScalarNode(int, int))
        if origin in _MAPPINGS:
            return MappingNode(annotation, _MAPPINGS[origin], self.parse(args[0]), self.parse(args[1]))
        if isinstance(origin, type):
            if self.is_value(origin):
                return self.parse_fields(annotation, origin, arguments_of(origin, args))
            if kind_of_class(origin) is not None:
                return ModelNode(annotation, origin, arguments_of(origin, args))
            return self.parse_class(origin, annotation)
        return AnyNode(annotation)

    def parse_annotated(self, annotation: Any, inner: Any, metadata: tuple[Any, ...]) -> Node:
        for item in metadata:
            if (model := getattr(item, "__type_safe_convert_model__", None)) is not None:
                return self.parse(model)  # `Pydantic[User]`
            if isinstance(item, type) and isinstance(node := self.parse_by_kinds(item, item), RefinedNode):
                return node  # of `Annotated[str, Safe_Str]`
        constraints = tuple(expanded(metadata))
        made = AnnotatedNode(annotation, self.parse(inner), metadata, constraints)
        for kind in {kind.name: kind for item in (*metadata, *constraints) for kind in kinds_of_values(item)}.values():
            kind.parse_metadata(made)
        return made

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
        if cls is tuple:
            return TupleNode(annotation, (AnyNode(Any),), variadic=True, unparametrised=True)
        if cls in _COLLECTIONS:
            return CollectionNode(annotation, cls, AnyNode(Any), unparametrised=True)
        if cls in _MAPPINGS:
            return MappingNode(annotation, cls, AnyNode(Any), AnyNode(Any), unparametrised=True)
        if self.is_value(cls):
            return self.parse_fields(annotation, cls, {})
        node = self.parse_by_kinds(cls, annotation)
        if node is not None:
            return node
        if kind_of_class(cls) is not None or kind_of_base(cls) is not None:
            return ModelNode(annotation, cls)
        return _parse_other_class(annotation, cls)

    def is_value(self, cls: Any) -> bool:
        """Whether a class describes a dict or a tuple, and is no model in this place."""
        if not is_typeddict(cls) and not _is_named_tuple(cls):
            return False
        return self.holder != EVERY_KIND and (not self.holder or kind_of_class(cls) != self.holder)

    def parse_fields(self, annotation: Any, cls: Any, arguments: dict[Any, Any]) -> Node:
        """A class that describes a dict by its keys, or a tuple by its items."""

        def parse() -> Node:
            hints = {name: substitute(hint, arguments) for name, hint in resolve_hints(cls).items()}
            if is_typeddict(cls):
                items = {name: self.parse(hint) for name, hint in hints.items()}
                extra, is_closed = other_keys(cls)
                other = None if extra is None else self.parse(substitute(extra, arguments))
                return TypedDictNode(annotation, cls, items, required_keys(cls, hints), other, is_closed)
            return TupleNode(annotation, tuple(self.parse(hints.get(name, Any)) for name in cls._fields), cls=cls)

        return self.parse_once(cls, arguments, parse)


# Marks a group of `annotated_types`. Importing that package to ask it would cost most of the import time.
_IS_GROUP = "__is_annotated_types_grouped_metadata__"


def expanded(metadata: Iterable[Any]) -> Iterator[Any]:
    """The items of metadata, with groups of them taken apart."""
    for item in metadata:
        if hasattr(item, _IS_GROUP) and hasattr(item, "__iter__"):
            yield from expanded(item)
            continue
        found = (kind.expand_metadata(item) for kind in kinds_of_values(item))
        group = next((items for items in found if items is not None), None)
        if group is None:
            yield item
        else:
            yield from expanded(group)


def _spread(arg: Any) -> tuple[Any, ...]:
    """The items that `*tuple[int, str]` stands for in a tuple's annotation; any other argument as it is."""
    inner = unpacked(arg)
    if inner is not None and is_variable(inner):
        inner = unpacked(default_of(inner))
    if typing.get_origin(inner) is not tuple:
        return (arg,)
    args = typing.get_args(inner)
    return (arg,) if Ellipsis in args else args


def _parse_other_class(annotation: Any, cls: Any) -> Node:
    """A class that is no model. isinstance decides, except where the class itself says that it does not do so."""
    if getattr(cls, "_is_protocol", False) and not getattr(cls, "_is_runtime_protocol", False):
        return AnyNode(annotation)
    return OpaqueNode(annotation, accepts_instances(cls), cls.__name__)


def accepts_instances(cls: type) -> Callable[[Any], bool]:
    """Whether a value is an instance, except where the class itself says that it does not tell."""
    return lambda value: _is_instance(value, cls)


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


def is_parametrised_model(cls: Any) -> bool:
    """Whether it is a class that a kind made of a generic one for type arguments, as pydantic makes `Box[int]`."""
    parts = generic_parts(cls)
    return parts is not None and parts.origin is not None
