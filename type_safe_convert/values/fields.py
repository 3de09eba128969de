"""Values of fields: errors have the name of the field; defaults and None pass where the annotation refuses them."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

from type_safe_convert.errors import UNLOCATED, ConversionError, ValueConversionError, describe_value
from type_safe_convert.model.family import class_for_field, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING, Field
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.model.views import View
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.annotated import annotated_converter
from type_safe_convert.values.base import (
    HANDLERS,
    INSIDE,
    Convert,
    Memo,
    Target,
    ValueConverter,
    converter_for,
    mismatch,
    none_fits_anywhere,
)
from type_safe_convert.values.containers import begin_retry, end_retry
from type_safe_convert.values.copying import copy_value
from type_safe_convert.values.mappings import TypedDictConverter, mapping_converter
from type_safe_convert.values.models import ModelConverter, OpaqueConverter, RecursionConverter, any_converter
from type_safe_convert.values.scalars import EnumConverter, LiteralConverter, RefinedConverter, ScalarConverter
from type_safe_convert.values.sequences import TupleConverter, collection_converter
from type_safe_convert.values.unions import UnionConverter
from type_safe_convert.words import with_article


class FieldConverter(ValueConverter):
    """The converter of the values of one field.

    Attributes:
        value: the converter of the field's annotation.
        none_fits: whether None is taken, whatever the annotation.
        none_passes: whether None is not checked: it is the default, or the kind allows None in every field.
        carries: whether a validator of the origin may have returned a value that the annotation does not allow, so that
            it is carried.
        place: the path of the values in the source, where that is not the name of the field.
    """

    __slots__ = ("carries", "convert_value", "exact", "field", "none_fits", "none_passes", "place", "target", "value")

    def __init__(
        self,
        field: Field,
        target: Target,
        source: nodes.Node | None = None,
        place: tuple[Any, ...] | None = None,
        none_fits: bool = False,
    ) -> None:
        self.place: tuple[Any, ...] | None = place
        node = field.node
        if isinstance(node, nodes.UnionNode) and "discriminator" in field.options:
            # As if it were written in `Annotated`: a function, where it is no field's name.
            choose = getattr(field.options["discriminator"], "discriminator", None)
            node = dataclasses.replace(node, choose=choose if callable(choose) else None)
        self.field: Field = field
        self.target: Target = target
        self.value: ValueConverter = converter_for(node, target, source, 0)
        self.exact: type | None = self.value.exact
        self.none_fits: bool = none_fits or none_fits_anywhere(target)
        self.none_passes: bool = self.none_fits or (target.same_family and field.default is None)
        self.carries: bool = field.widens and not (target.into_origin or target.check_only)
        self.convert_value: Convert = self.value.convert
        if target.same_family and _keeps_default(field, target):
            self.convert_value = _unless_default(field.default, self.convert_value)

    def convert(self, value: Any, memo: Memo) -> Any:
        try:
            return self.convert_value(value, memo)
        except ConversionError as error:
            if value is None and self.none_fits:
                return None
            if self.target.same_family and (self.carries or _is_default(self.field, value)):
                return copy_value(value, memo, self.target)
            error.source = UNLOCATED
            raise error.prepend(self.field.name, source=self.place) from error.raised
        except RecursionError:
            raise
        except Exception as error:
            wrapped = ValueConversionError(
                f"{type(error).__name__}: {error}",
                path=(self.field.name,),
                source_path=self.place,
                found=describe_value(value),
            )
            raise wrapped.caused_by(error) from error

    def passes(self, source: SourceWriter, var: str) -> str | None:
        condition = self.value.passes(source, var)
        if condition and self.none_passes and self.field.default is None:
            return f"({var} is None or {condition})"
        return condition

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        with contextlib.nullcontext() if not self.none_passes or self.value.takes_none else source.unless_none(var):
            # The functions of models, which lines call at once, refuse what this converter lets pass.
            lets_pass = self.target.same_family and (self.carries or _has_other_default(self.field))
            retries = lets_pass and any(isinstance(node, nodes.ModelNode) for node in nodes.walk(self.field.node))
            start = len(source.lines)
            if retries:
                begin_retry(source, 2)
            self.value.write(source, var, otherwise)
            if retries:
                end_retry(source, 2, var, otherwise)
            if retries and source.lines[start + 1].strip() == f"{var} = {otherwise}":  # which is this converter
                del source.lines[start:]
                source.add(2, f"{var} = {otherwise}")


class CheckedFirst(ValueConverter):
    """The converter of a field whose values all go to a function, but for those that pass as they are."""

    __slots__ = ("exact", "inner")

    def __init__(self, inner: ValueConverter, convert: Convert) -> None:
        self.inner: ValueConverter = inner
        self.exact: type | None = inner.exact
        self.convert = convert

    def passes(self, source: SourceWriter, var: str) -> str | None:
        return self.inner.passes(source, var)


_EMPTY = frozenset({list, dict, set, tuple, frozenset})


def _keeps_default(field: Field, target: Target) -> bool:
    """Whether the model holds a default that its validator would change: it does not validate defaults, so an int stays
    one in a float field, and a string in a field that is an enum."""
    members = field.node.members if isinstance(field.node, nodes.UnionNode) else (field.node,)
    text = type(field.default) is str and any(isinstance(member, nodes.EnumNode) for member in members)
    return text or (target.into_origin and target.traits.validator_widens and type(field.default) is int)


def _has_other_default(field: Field) -> bool:
    """Whether the default of a field may be what the annotation refuses, as far as that is known without a call."""
    default, factory = field.default, field.default_factory
    if default is not MISSING:
        return default is not None and kind_of_class(type(default)) is None
    if isinstance(factory, type):
        is_empty = factory in _EMPTY and not isinstance(nodes.alone(field.node), nodes.ModelNode)
        return not is_empty and kind_of_class(factory) is None
    return factory is not None and not str(getattr(factory, "__module__", "")).startswith("type_safe_convert.")


def _unless_default(default: Any, convert: Convert) -> Convert:
    cls = type(default)
    return lambda value, memo: value if type(value) is cls and value == default else convert(value, memo)


def _is_default(field: Field, value: Any) -> bool:
    if field.required:
        return False
    if field.default_factory is not None:
        # An instance that compares by identity equals no fresh one, and making one makes all that it holds by default.
        kind = kind_of_class(type(value))
        if kind is not None and get_kind(kind).traits.models_compare_by_identity:
            return False
    try:
        default = field.make_default()
        return default is value or (type(default) is type(value) and bool(default == value))
    except Exception:
        return False


def _model_converter(
    node: nodes.ModelNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
) -> ValueConverter:
    return CheckedModel(node, target) if target.check_only else ModelConverter(node, target, source)


class CheckedModel(ValueConverter):
    """For a model that stays as it is: in construction and assignment of a generated class."""

    __slots__ = ("declared", "functions", "node", "takes_dicts", "target")

    def __init__(self, node: nodes.ModelNode, target: Target) -> None:
        self.node: nodes.ModelNode = node
        self.target: Target = target
        self.declared: Any = class_for_field(node.cls, target.kind, target.origin_kind)
        self.functions: dict[str, Convert] = {}
        kind = kind_of_class(self.declared)
        self.takes_dicts: bool = kind is not None and get_kind(kind).traits.assignment_takes_dicts

    def convert(self, value: Any, memo: Memo) -> Any:
        declared = self.declared
        if type(value) is dict and self.takes_dicts:
            value = declared(**value)
        if not isinstance(value, declared):
            raise mismatch(value, with_article(declared.__name__))
        if self.node.arguments and not self.functions:
            self.prepare()
        for attribute, function in self.functions.items():
            function(getattr(value, attribute), memo)
        return value

    def prepare(self) -> None:
        node, record = self.node, record_of(self.declared)
        for name, field in View(node.cls, node.arguments).fields(record.origin).items():
            attribute = name
            if record.origin is not self.declared:
                attribute = get_kind(record.kind).attribute(name, record.shape)
            self.functions[attribute] = FieldConverter(field, self.target).convert


HANDLERS.update({
    nodes.AnyNode: any_converter,
    nodes.RecursionNode: RecursionConverter,
    nodes.ValidatedNode: any_converter,
    nodes.ScalarNode: ScalarConverter,
    nodes.EnumNode: EnumConverter,
    nodes.LiteralNode: LiteralConverter,
    nodes.RefinedNode: RefinedConverter,
    nodes.CollectionNode: collection_converter,
    nodes.MappingNode: mapping_converter,
    nodes.TupleNode: TupleConverter,
    nodes.TypedDictNode: TypedDictConverter,
    nodes.UnionNode: UnionConverter,
    nodes.AnnotatedNode: annotated_converter,
    nodes.ModelNode: _model_converter,
    nodes.OpaqueNode: OpaqueConverter,
    nodes.SentinelNode: OpaqueConverter,
})  # fmt: skip
