"""Plans: for a source class and a target class, where each field of the target comes from, and how."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

from type_safe_convert.errors import ClassConversionError, ConversionError, MissingFieldError, NestingTooDeepError
from type_safe_convert.model.class_graph import facts_of
from type_safe_convert.model.family import attribute_of, record_of, tell_unresolved
from type_safe_convert.model.instances import InstanceBuilder, RejectedValue
from type_safe_convert.model.kind import get_kind, is_readable
from type_safe_convert.model.shape import Field
from type_safe_convert.model.views import View
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Convert, Memo, Target, ValueConverter, name_of
from type_safe_convert.values.copying import copy_value
from type_safe_convert.values.encoding import Encoder, encoder_of
from type_safe_convert.values.fields import CheckedFirst, FieldConverter


class ClassPair:
    """A source class and a target class, and how strictly instances are converted.

    Attributes:
        view: how the place declares the target, if that says more than the class.
        same_family: whether both classes have the same origin.
        source_kind, kind: the kinds of the classes.
        source_origin_kind, origin_kind: the kinds of their origins.
    """

    def __init__(self, source: type, target: type, checked: bool, forbid_extra: bool, view: View | None) -> None:
        self.source = source
        self.target = target
        self.checked = checked
        self.forbid_extra = forbid_extra
        self.view = view
        self.source_record, self.target_record = record_of(source), record_of(target)
        self.same_family = self.source_record.origin is self.target_record.origin
        self.source_kind, self.kind = self.source_record.kind, self.target_record.kind
        self.source_origin_kind = record_of(self.source_record.origin).kind
        self.origin_kind = record_of(self.target_record.origin).kind


class Step:
    """How one field of the target gets its value.

    Attributes:
        field: the target's field.
        source: the source's attribute, or None if the target's default is taken.
        target: the target's attribute.
        converter: the converter of the field's values.
        convert: that of the converter.
        source_field: the source's field, or None.
        make_default: makes the target's default, in the target's own terms.
        optional: whether the value is an extra one of the source, which not every instance has.
    """

    __slots__ = ("convert", "converter", "field", "make_default", "optional", "source", "source_field", "target")

    def __init__(
        self,
        field: Field,
        source: str | None,
        target: str,
        converter: ValueConverter,
        source_field: Field | None,
        make_default: Callable[[], Any],
        optional: bool = False,
    ) -> None:
        self.field = field
        self.source = source
        self.target = target
        self.converter = converter
        self.convert = converter.convert
        self.source_field = source_field
        self.make_default = make_default
        self.optional = optional


class ConversionPlan:
    """How instances of one class become instances of another.

    Attributes:
        pair: the classes.
        value_target: where values go; its callables find the conversions of models in fields.
        reader, builder: of the source class and the target class.
        build: fills an instance of the target, checked or not.
        steps: how each field of the target gets its value.
        viewed: the fields to which the place gives another annotation.
        cyclic: whether instances may refer to themselves.
        remembers: whether what an instance became is remembered, for its other places.
        holds_remembered: whether that may be so of something in an instance, itself among these.
        restoring: whether the target is the origin, which gets back what its counterpart carries.
        notes_before: whether the source is an origin with a constructor or validators of its own, so that its values
            are noted for the way back.
        given: the target's attributes that come from the source.
        takes_extra, refuses_extra: what happens to values for which the target has no field.
    """

    def __init__(
        self,
        pair: ClassPair,
        value_target: Target,
        default_of: Callable[[type, Field, str], Any],
    ) -> None:
        """Raises MissingFieldError, ClassConversionError. `default_of`: converts the default of an origin's field."""
        refuse_abstract(pair)
        for cls in (pair.source, pair.target):
            tell_unresolved(cls)
        self.pair = pair
        self.value_target = value_target
        self.source_shape, self.target_shape = pair.source_record.shape, pair.target_record.shape
        self.reader = get_kind(pair.source_kind).reader(pair.source, self.source_shape)
        self.builder = get_kind(pair.kind).builder(pair.target, self.target_shape)
        self.build = self.builder.build if pair.checked else self.builder.unchecked
        facts = facts_of(pair.source_record.origin)
        self.cyclic, self.remembers, self.holds_remembered = facts.cyclic, facts.remembers, facts.holds_remembered
        self.restoring = pair.same_family and pair.target_record.origin is pair.target
        self.notes_before = (
            pair.same_family and pair.source_record.origin is pair.source and self.source_builder.recall is not None
        )
        self.viewed = {} if pair.view is None else pair.view.fields(pair.target_record.origin)
        fields = {**self.target_shape.fields, **self.viewed}
        self.steps = [self._step(field, default_of) for field in fields.values()]
        self.given = frozenset(step.target for step in self.steps if step.source is not None)
        extra = not pair.same_family
        self.takes_extra = extra and self.target_shape.extra == "allow"
        self.refuses_extra = extra and pair.forbid_extra and self.target_shape.extra != "allow"

    @property
    def source_builder(self) -> InstanceBuilder:
        """The builder of the source, which runs on the way back."""
        return get_kind(self.pair.source_kind).builder(self.pair.source, self.source_shape)

    def _step(self, field: Field, default_of: Callable[[type, Field, str], Any]) -> Step:
        pair = self.pair
        source_field = self.source_shape.fields.get(field.name)
        if pair.same_family and field.name in self.viewed:
            source_field = field
        source, optional = self._source_of(field, source_field)
        target = attribute_of(pair.target_record, field.name)
        make_default = field.make_default
        if pair.target_record.origin is not pair.target:
            make_default = functools.partial(default_of, pair.target_record.origin, field, pair.kind)
        converter = self._converter_of(field, source_field)
        return Step(field, source, target, converter, source_field, make_default, optional)

    def _source_of(self, field: Field, source_field: Field | None) -> tuple[str | None, bool]:
        """The source's attribute for a field, or None for the default; and whether an instance may lack it."""
        pair = self.pair
        if source_field is not None:
            return attribute_of(pair.source_record, field.name), False
        if not pair.same_family and is_readable(pair.source, field.name):
            return field.name, False
        if not pair.same_family and self.source_shape.extra == "allow":
            return field.name, True
        if not pair.same_family and is_readable(pair.source_record.origin, field.name):
            origin = pair.source_record.origin.__name__
            raise self._missing(field, f"only a {origin} computes it: convert to {origin} first", "")
        if field.required and field.init:
            names = ", ".join(self.source_shape.fields) or "no fields"
            raise self._missing(field, "the source has no such field", f"{pair.source.__name__} with {names}")
        return None, False

    def _missing(self, field: Field, message: str, found: str) -> MissingFieldError:
        return MissingFieldError(
            message,
            path=(field.name,),
            expected=name_of(field.node),
            found=found,
            source_class=self.pair.source,
            target_class=self.pair.target,
        )

    def _converter_of(self, field: Field, source_field: Field | None) -> ValueConverter:
        pair = self.pair
        converter: ValueConverter
        if not pair.same_family and field.name in self.builder.decoded_fields:
            converter = self._encoder_of(field, source_field)
        else:
            converter = self._plain_converter_of(field, source_field)
        if source_field is not None and field.name in self.reader.stand_ins:
            converter = CheckedFirst(converter, _after(self.reader.stand_ins[field.name], converter.convert))
        if pair.checked and not pair.same_family and field.name in self.builder.lenient_fields:
            converter = CheckedFirst(converter, _or_defer(converter.convert, self.value_target))
        return converter

    def _plain_converter_of(self, field: Field, source_field: Field | None) -> FieldConverter:
        return FieldConverter(field, self.value_target, None if source_field is None else source_field.node)

    def _encoder_of(self, field: Field, source_field: Field | None) -> ValueConverter:
        """For a field whose validator makes the value from text: the source has that text, unless it was made from such
        text itself; then it is encoded again."""
        encode = encoder_of(field.node)
        if encode is None or source_field is None or encoder_of(source_field.node) is None:
            converter = FieldConverter(field, dataclasses.replace(self.value_target, encoded=True, recursions={}))
            return CheckedFirst(converter, converter.convert)
        converter = self._plain_converter_of(field, source_field)
        return CheckedFirst(converter, _then(converter.convert, encode))

    # reading an instance by the plan

    def read(self, instance: Any, step: Step) -> Any:
        """The source's value for a step. Raises MissingFieldError if the attribute was never set."""
        attribute: Any = step.source
        try:
            return self.reader.read(instance, attribute)
        except AttributeError:
            if self.pair.same_family and attribute in self.reader.optional_attributes:
                return None
            raise MissingFieldError(
                "the attribute was never set", path=(step.field.name,), expected=name_of(step.field.node)
            ) from None

    def values_with_models(self, instance: Any) -> Iterator[tuple[int, Step, Any]]:
        """Yields (number, step, value) for each set field whose annotation may contain a model."""
        for number, step in enumerate(self.steps):
            if step.source is None or not _may_hold_models(step.field.node):
                continue
            try:
                value = self.read(instance, step)
            except ConversionError:
                continue
            yield number, step, value


def refuse_abstract(pair: ClassPair) -> None:
    """Raises ClassConversionError if the target has no instances."""
    if missing := getattr(pair.target, "__abstractmethods__", None):
        raise ClassConversionError(
            "the target is abstract, and has no instances",
            expected="a class with all of its methods",
            found=f"{pair.target.__name__} without {', '.join(sorted(missing))}",
            source_class=pair.source,
            target_class=pair.target,
        )


def _may_hold_models(node: nodes.Node) -> bool:
    return any(isinstance(item, nodes.ModelNode | nodes.AnyNode | nodes.OpaqueNode) for item in nodes.walk(node))


def _or_defer(convert: Convert, target: Target) -> Convert:
    """`convert`, with what it refuses passed on to the target's validator."""

    def convert_or_defer(value: Any, memo: Memo) -> Any:
        try:
            return convert(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError as error:
            return RejectedValue(copy_value(value, memo, target), error)

    return convert_or_defer


def _after(replace: Callable[[Any], Any], convert: Convert) -> Convert:
    return lambda value, memo: convert(replace(value), memo)


def _then(convert: Convert, encode: Encoder) -> Convert:
    return lambda value, memo: encode(convert(value, memo))
