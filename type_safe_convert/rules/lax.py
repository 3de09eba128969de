"""Lax rules: values are coerced as pydantic's conversion table has it in its lax mode."""

from __future__ import annotations

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
        if self.coerce is None or kind is not None:
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
    """Rules, but for their lax mode."""

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
        made: ValueConverter = self.rules.coerced_by_function(node, source, converter)
        return made


def lax_converter(
    converter: ValueConverter, node: nodes.Node, target: Target, source: nodes.Node | None, rules: ValueRules
) -> ValueConverter:
    """The lax converter of a node, around the one that coerces nothing."""
    if isinstance(node, nodes.UnionNode):
        strict = dataclasses.replace(target, rules=WithoutLax(rules), recursions={})
        return LaxUnion(converter, converter_for(node, strict, source))
    if isinstance(node, nodes.AnyNode | nodes.AnnotatedNode):
        return converter
    return LaxConverter(converter, node, target, source)


def lenient(node: nodes.Node) -> Callable[[Any], Any] | None:
    """Returns a function that turns a laxer value into one of the node; it does not look inside containers."""
    match node:
        case nodes.ScalarNode(cls=cls) if cls is not type(None):
            return _validator(cls)
        case nodes.EnumNode(cls=cls):
            return _validator(cls)
        case nodes.CollectionNode(origin=origin):
            return _validator(origin)
        case nodes.MappingNode():
            return _validator(dict)
        case nodes.TupleNode(cls=cls):
            # A NamedTuple takes its items by place.
            make = _validator(tuple)
            named: Any = getattr(cls, "_make", None)
            return make if named is None or make is None else lambda value: named(make(value))
        case nodes.OpaqueNode():
            return node.validate
    return None


@functools.cache
def _validator(cls: Any) -> Callable[[Any], Any] | None:
    for name in kind_names():
        found = get_kind(name).lenient_validator(cls)
        if found is not None:
            return found
    return None


def _root_in(node: nodes.Node) -> str | None:
    """The field that instances of a model stand for; None of other nodes."""
    if not isinstance(node, nodes.ModelNode) or kind_of_base(node.cls) is not None:
        return None
    return get_kind(record_of(node.cls).kind).root_field(node.cls)
