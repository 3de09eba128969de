"""Lax rules: values are coerced as pydantic's conversion table has it in its lax mode."""

from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import functools
from collections.abc import Callable
from typing import Any

from type_safe_convert.errors import ConversionError, NestingTooDeepError
from type_safe_convert.model.family import class_for_field, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.registry import kind_names, kind_of_base, kind_of_class
from type_safe_convert.rules.coercions import class_of
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ATOMIC, Memo, Target, ValueConverter, ValueRules, converter_for
from type_safe_convert.values.fields import FieldConverter


class LaxConverter(ValueConverter):
    """Converts a value that the inner converter refuses by what the lax mode makes of it.

    Attributes:
        exact: the class of numbers and text, of which the lax mode makes exactly that: an int of an IntEnum's member.
    """

    __slots__ = ("coerce", "exact", "inner", "is_usual", "node", "target")

    def __init__(self, inner: ValueConverter, node: nodes.Node, target: Target, source: nodes.Node | None) -> None:
        self.inner: ValueConverter = inner
        self.node: nodes.Node = node
        self.target: Target = target
        self.coerce: Callable[[Any], Any] | None = lenient(node)
        self.exact: type | None = (
            node.cls if isinstance(node, nodes.ScalarNode) and node.cls in (int, float, str, bytes) else None
        )
        # Whether most values are refused by the inner converter.
        found, declared = None if source is None else class_of(source), class_of(node)
        roots = _root_in(node), None if source is None else _root_in(source)
        self.is_usual: bool = roots != (None, None) or not (found is None or declared is None or found is declared)

    def convert(self, value: Any, memo: Memo) -> Any:
        if self.exact is not None and type(value) is not self.exact and self._is_number_or_text(value):
            with contextlib.suppress(ValueError):
                return self._convert_lax(value, memo)
        try:
            return self.inner.convert(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError as error:
            if error.path and not isinstance(self.node, nodes.ModelNode):
                raise  # of something inside, where the same was tried
            try:
                return self._convert_lax(value, memo)
            except NestingTooDeepError:
                raise
            except (ValueError, TypeError, ArithmeticError):
                raise error from None

    def _is_number_or_text(self, value: Any) -> bool:
        """Whether the inner converter may leave a value in another class than exactly that of the node."""
        return isinstance(value, self.exact or ()) or (self.exact is float and type(value) is not bool)

    def _convert_lax(self, value: Any, memo: Memo) -> Any:
        """Raises ValueError for what is refused in lax mode too."""
        kind = kind_of_class(type(value))
        root = None if kind is None else get_kind(kind).root_field(type(value))
        if root is not None:
            return self.inner.convert(getattr(value, root), memo)
        if isinstance(self.node, nodes.ModelNode):
            return self._convert_to_root(self.node, value, memo)
        if self.coerce is None or not (kind is None or isinstance(value, tuple)):  # a NamedTuple is a tuple
            raise ValueError(value)
        made = self.coerce(value)
        if memo is not None and type(made) not in ATOMIC:
            memo[id(made), "computed"] = made  # a memo goes by identity, so nothing in it may be freed
        return self.inner.convert(made, memo)

    def _convert_to_root(self, node: nodes.ModelNode, value: Any, memo: Memo) -> Any:
        name = _root_in(node)
        if name is None:
            raise ValueError(value)
        cls = class_for_field(node.cls, self.target.kind, self.target.origin_kind)
        record = record_of(cls)
        root = FieldConverter(record.shape.fields[name], self.target).convert(value, memo)
        return get_kind(record.kind).call(cls, {name: root})

    def passes(self, source: SourceWriter, var: str) -> str | None:
        condition = None if self.is_usual else self.inner.passes(source, var)
        return (
            condition if condition is None or self.exact is None else f"type({var}) is {source.name(self.exact, 'T')}"
        )

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        if self.is_usual:
            source.add(2, f"{var} = {otherwise}")
        else:
            self.inner.write(source, var, otherwise)

    def call(self, source: SourceWriter, var: str) -> str | None:
        return None if self.is_usual else self.inner.call(source, var)


class StrictScalar(LaxConverter):
    """Converts a number or text of another class to exactly that of the node, and refuses what the inner one does."""

    def convert(self, value: Any, memo: Memo) -> Any:
        made = self.inner.convert(value, memo)
        if self.exact is not None and type(made) is not self.exact and self._is_number_or_text(made):
            with contextlib.suppress(ValueError):
                return self._convert_lax(made, memo)
        return made


class LaxUnion(ValueConverter):
    """Converts a value by the members that take it as it is, before the members that coerce it."""

    __slots__ = ("lax", "strict")

    def __init__(self, lax: ValueConverter, strict: ValueConverter) -> None:
        self.lax: ValueConverter = lax
        self.strict: ValueConverter = strict

    def convert(self, value: Any, memo: Memo) -> Any:
        try:
            return self.strict.convert(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError:
            return self.lax.convert(value, memo)

    def passes(self, source: SourceWriter, var: str) -> str | None:
        return self.lax.passes(source, var)

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        self.lax.write(source, var, otherwise)


class WithoutLax:
    """Rules, but for the coercions of their lax mode."""

    enums_by_value = True

    def __init__(self, rules: Any) -> None:
        self.rules = rules
        self.may_coerce: Callable[[nodes.Node, nodes.Node], bool] = rules.may_coerce
        self.coerces: Callable[[type, nodes.Node], bool] = rules.coerces
        self.is_mapped: Callable[[type, type], bool] = rules.is_mapped

    def coerced(
        self, node: nodes.Node, target: Target, source: nodes.Node | None, converter: ValueConverter
    ) -> ValueConverter:
        if isinstance(node, nodes.ScalarNode):
            converter = StrictScalar(converter, node, target, source)
        made: ValueConverter = self.rules.coerced_by_function(node, target, source, converter)
        return made


def lax_converter(
    converter: ValueConverter, node: nodes.Node, target: Target, source: nodes.Node | None, rules: ValueRules
) -> ValueConverter:
    """The lax converter of a node, around the one that coerces nothing."""
    is_strict = isinstance(node, nodes.AnnotatedNode) and node.is_strict
    if is_strict or isinstance(node, nodes.UnionNode):
        coercing_nothing = dataclasses.replace(target, rules=WithoutLax(rules), recursions={})
        strict = converter_for(node, coercing_nothing, source)
        if is_strict:
            return strict
        return LaxConverter(strict, node, target, source) if _is_of_scalars(node) else LaxUnion(converter, strict)
    if isinstance(node, nodes.AnnotatedNode) or (
        isinstance(node, nodes.AnyNode) and not isinstance(node, nodes.ValidatedNode)
    ):
        return converter
    return LaxConverter(converter, node, target, source)


def _is_of_scalars(node: nodes.Node) -> bool:
    """Whether the lax mode itself chooses a member of a union: one without containers and models."""
    if isinstance(node, nodes.UnionNode):
        return node.choose is None and all(map(_is_of_scalars, node.members))
    return isinstance(node, nodes.ScalarNode | nodes.EnumNode | nodes.LiteralNode)


def lenient(node: nodes.Node) -> Callable[[Any], Any] | None:
    """Returns a function that turns a laxer value into one of the node; it does not look inside containers."""
    match node:
        case nodes.ScalarNode(cls=cls) if cls is not type(None):
            return _validator(cls)
        case nodes.EnumNode(cls=cls):
            return _validator(cls)
        case nodes.CollectionNode(origin=origin) if origin is not collections.abc.Iterable:  # that would be read later
            return _validator(origin)
        case nodes.MappingNode():
            return _lenient_mapping(node)
        case nodes.TupleNode(cls=cls):
            return _lenient_tuple(cls)
        case nodes.UnionNode() | nodes.LiteralNode() | nodes.ValidatedNode(encode=None):
            return _new_validator(node.annotation)
        case nodes.OpaqueNode():
            return None if node.validate is None else _new_validator(node.annotation)
    return None


def _lenient_mapping(node: nodes.MappingNode) -> Callable[[Any], Any] | None:
    validate = _validator(dict)
    if node.origin in (dict, collections.abc.Mapping, collections.abc.MutableMapping) or validate is None:
        return validate
    empty = _new_validator(node.annotation)  # tells the default factory of a defaultdict, too

    def coerce(value: Any) -> Any:
        items = validate(value)
        made = items if empty is None else empty({})
        made.update(items)
        return made

    return coerce


def _lenient_tuple(cls: Any) -> Callable[[Any], Any] | None:
    validate = _validator(tuple)
    if cls is tuple or validate is None:
        return validate

    def coerce(value: Any) -> Any:
        """A NamedTuple takes its items by place, or by name from a dict."""
        return cls(**value) if isinstance(value, collections.abc.Mapping) else cls(*validate(value))

    return coerce


@functools.cache
def _validator(cls: type) -> Callable[[Any], Any] | None:
    return _new_validator(cls)


def _new_validator(annotation: Any) -> Callable[[Any], Any] | None:
    for name in kind_names():
        found = get_kind(name).lenient_validator(annotation)
        if found is not None:
            return found
    return None


def _root_in(node: nodes.Node) -> str | None:
    """The field that instances of a model stand for; None of other nodes."""
    if not isinstance(node, nodes.ModelNode) or kind_of_base(node.cls) is not None:
        return None
    return get_kind(record_of(node.cls).kind).root_field(node.cls)
