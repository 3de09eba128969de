"""Plans: for a source class and a target class, where each field of the target comes from, and how."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from type_safe_convert.advice import did_you_mean
from type_safe_convert.conversion.pair import ClassPair, Found, refuse_abstract, tag_for
from type_safe_convert.conversion.sources import Fixed, Given, PathPart, ValueSource, read_parts
from type_safe_convert.conversion.unset import unset_in
from type_safe_convert.errors import (
    ClassConversionError,
    ConversionError,
    MissingFieldError,
    NestingTooDeepError,
    ValueConversionError,
    describe_value,
)
from type_safe_convert.model.class_graph import facts_of
from type_safe_convert.model.family import attribute_of
from type_safe_convert.model.instances import InstanceBuilder, RejectedValue
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import MISSING, Field, Shape
from type_safe_convert.model.unresolved import tell_unresolved
from type_safe_convert.types import nodes
from type_safe_convert.types.sentinels import sentinel_in
from type_safe_convert.values.base import (
    Convert,
    Memo,
    Target,
    Unfinished,
    ValueConverter,
    converter_for,
    name_of,
    none_fits_anywhere,
)
from type_safe_convert.values.copying import copy_value
from type_safe_convert.values.encoding import Encoder, encoder_of
from type_safe_convert.values.fields import CheckedFirst, FieldConverter


class Step:
    """The way in which one field of the target gets its value.

    Attributes:
        field: the target's field.
        source: the source's attribute; None if the value is no attribute of the source.
        parts: the rest of the path, where the value is not that attribute itself.
        value_source: what gives the value instead; None as well if the target's default is taken.
        target: the target's attribute.
        converter: the converter of the field's values.
        convert: that of the converter.
        source_field: the source's field of that attribute, or None.
        place: the path of the value in the source, where that is not the name of the field.
        make_default: makes the target's default, in the target's own terms.
        optional: whether the value is an extra one of the source, which not every instance has.
        unset: what in its place says that the source has no value, so that the target's default is taken; None where
            the target takes that, or has no default.
    """

    __slots__ = (
        "convert", "converter", "field", "make_default", "optional", "parts", "place", "source", "source_field",
        "source_node", "target", "unset", "value_source",
    )  # fmt: skip

    def __init__(
        self,
        field: Field,
        found: Found,
        target: str,
        converter: ValueConverter,
        make_default: Callable[[], Any],
    ) -> None:
        self.field: Field = field
        self.source: str | None = found.source
        self.source_field: Field | None = found.source_field
        self.optional: bool = found.optional
        self.parts: tuple[PathPart, ...] = found.parts
        self.value_source: ValueSource | None = found.value_source
        self.place: tuple[Any, ...] | None = found.place
        self.source_node: nodes.Node | None = found.node
        self.target: str = target
        self.converter: ValueConverter = converter
        self.convert: Convert = converter.convert
        self.make_default: Callable[[], Any] = make_default
        sentinel = None if found.node is None or field.required else sentinel_in(found.node)
        self.unset: Any = None if sentinel is None or sentinel_in(field.node) is not None else sentinel.value

    @property
    def has_value(self) -> bool:
        """Whether the value is not the target's default."""
        return self.source is not None or self.value_source is not None


class ConversionPlan:
    """The plan by which instances of one class become instances of another.

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
        carries: whether the target has room for what only the origin can express.
        notes_before: whether the source is an origin with a constructor or validators of its own, so that its values
            are noted for the way back.
        given: the target's attributes that come from the source.
        unfinished: what a memo has of an instance whose target is made at once, until it is made.
        problems: MissingFieldErrors and ClassConversionErrors; with any, no instance can be converted.
        from_call: the fields whose values come with the call.
        unset: `unset(instance)` gives the source's attributes that were never set, and are left to the target's
            defaults; None where all values count.
        taken: the names of the source that have a place in the target.
        takes_extra, refuses_extra: what happens to values for which the target has no field.
        convert_extra: converts such a value, where the target says what they are.
    """

    def __init__(
        self,
        pair: ClassPair,
        value_target: Target,
        default_of: Callable[[type, Field, str], Any],
    ) -> None:
        """Raises ClassConversionError. `default_of`: converts the default of an origin's field."""
        refuse_abstract(pair)
        for cls in (pair.source, pair.target):
            tell_unresolved(cls)
        self.pair = pair
        self.value_target = value_target
        self.source_shape: Shape = pair.source_record.shape
        self.target_shape: Shape = pair.target_record.shape
        self.reader: InstanceReader = get_kind(pair.source_kind).reader(pair.source, self.source_shape)
        self.builder: InstanceBuilder = get_kind(pair.kind).builder(pair.target, self.target_shape)
        self.build: Callable[..., Any] = self.builder.build if pair.checked else self.builder.unchecked
        facts = facts_of(pair.source_record.origin)
        target_facts = facts_of(pair.target_record.origin)
        self.cyclic: bool = facts.cyclic
        self.remembers: bool = facts.remembers or target_facts.shared
        self.holds_remembered: bool = facts.holds_remembered or target_facts.holds_shared
        self.restoring: bool = pair.same_family and pair.target_record.origin is pair.target
        self.carries: bool = get_kind(pair.kind).traits.carries or self.restoring
        keeps_origin = pair.same_family and self.carries and pair.source_record.origin is pair.source
        self.notes_before: bool = keeps_origin and self.source_builder.recall is not None
        self.viewed: dict[str, Field] = {} if pair.view is None else pair.view.fields(pair.target_record.origin)
        fields = {**self.target_shape.fields, **self.viewed}
        self.problems: list[ConversionError] = []
        self.steps: list[Step] = list(self._steps(fields.values(), default_of))
        self.given: frozenset[str] = frozenset(step.target for step in self.steps if step.has_value)
        self.from_call: list[str] = [
            step.field.name for step in self.steps if step.value_source and step.value_source.from_call
        ]
        keep_unset = pair.rules is not None and pair.rules.keep_unset and not pair.same_family
        self.unset: Callable[[Any], Collection[str]] | None = unset_in(self.reader, self.steps) if keep_unset else None
        self.taken: set[str] = {*self.target_shape.fields, *(step.place[0] for step in self.steps if step.place)}
        self.unfinished: Unfinished = Unfinished(pair.kind)
        extra = not pair.same_family
        node = self.target_shape.extra_node
        self.convert_extra: Convert | None = None if node is None else converter_for(node, value_target).convert
        self.takes_extra: bool = extra and self.target_shape.extra == "allow"
        self.refuses_extra: bool = extra and pair.forbid_extra and self.target_shape.extra != "allow"

    @property
    def source_builder(self) -> InstanceBuilder:
        """The builder of the source, which runs on the way back."""
        return get_kind(self.pair.source_kind).builder(self.pair.source, self.source_shape)

    def _steps(self, fields: Iterable[Field], default_of: Callable[[type, Field, str], Any]) -> Iterator[Step]:
        for field in fields:
            try:
                yield self._step(field, default_of)
            except ConversionError as problem:
                self.problems.append(problem)

    def _step(self, field: Field, default_of: Callable[[type, Field, str], Any]) -> Step:
        pair = self.pair
        found = self._found_by_rules(field) or self._found_by_name(field)
        target = attribute_of(pair.target_record, field.name)
        make_default = field.make_default
        if pair.target_record.origin is not pair.target:
            make_default = functools.partial(default_of, pair.target_record.origin, field, pair.kind)
        step = Step(field, found, target, self._converter_of(field, found), make_default)
        if step.value_source is not None:
            self._check(step, step.value_source)
        return step

    def _check(self, step: Step, source: ValueSource) -> None:
        try:
            source.check(step)
        except ConversionError as error:
            problem = ClassConversionError(error.reason, path=error.path, expected=error.expected, found=error.found)
            problem.advice = error.advice
            problem.source_class, problem.target_class = self.pair.source, self.pair.target
            raise problem from error

    def _found_by_rules(self, field: Field) -> Found | None:
        """Returns the source that rules give for the value; None without a rule."""
        if not self.pair.ruled or field.name not in self.pair.ruled:
            return None
        found = self.pair.ruled[field.name].find(self.pair, field)
        if found.source is None and found.value_source is None and self.builder.needs(field):
            raise self._missing(field, "the rules skip a field that has no default", "SKIP")
        return found

    def _found_by_name(self, field: Field) -> Found:
        pair = self.pair
        source_field = self.source_shape.fields.get(field.name)
        if pair.same_family and field.name in self.viewed:
            source_field = field
        if source_field is not None:
            return Found(attribute_of(pair.source_record, field.name), source_field)
        if pair.rules is not None and pair.rules.by_alias and (named := self._found_by_alias(field)) is not None:
            return named
        if not pair.same_family and get_kind(pair.source_kind).is_readable(pair.source, field.name):
            return Found(field.name)
        if not pair.same_family and self.source_shape.extra == "allow":
            return Found(field.name, optional=True, returned=self.source_shape.extra_node)
        if (tag := tag_for(pair, field)) is not MISSING and self._takes(field, tag):
            return Found(value_source=Fixed(tag))
        if not pair.same_family and self._origin_computes(field.name):
            origin = pair.source_record.origin.__name__
            raise self._missing(field, f"only a {origin} computes it: convert to {origin} first", "")
        if self.builder.needs(field):
            names = ", ".join(self.source_shape.fields) or "no fields"
            problem = self._missing(field, "the source has no such field", f"{pair.source.__name__} with {names}")
            problem.advice = self._names_like(field.name)
            raise problem
        return Found()

    def _takes(self, field: Field, tag: Any) -> bool:
        """Whether a tag is the value of the field: that needs one, or its annotation allows the tag."""
        if self.builder.needs(field):
            return True
        try:
            FieldConverter(field, self.value_target).convert(tag, None)
        except ConversionError:
            return False
        return True

    def _origin_computes(self, name: str) -> bool:
        origin = self.pair.source_record.origin
        return get_kind(self.pair.source_origin_kind).is_readable(origin, name)

    def _found_by_alias(self, field: Field) -> Found | None:
        """The source's first field of which a name or an alias is one of the target's."""
        names = field.aliases | {field.name}
        for name, source_field in self.source_shape.fields.items():
            if not names.isdisjoint(source_field.aliases | {name}):
                return Found(attribute_of(self.pair.source_record, name), source_field, place=(name,))
        return None

    def _names_like(self, name: str) -> str:
        """The field of the source that may be meant, one without a place in the target before any other."""
        unused = [each for each in self.source_shape.fields if each not in self.target_shape.fields]
        return did_you_mean(name, unused) or did_you_mean(name, self.source_shape.fields)

    def _missing(self, field: Field, message: str, found: str) -> MissingFieldError:
        return MissingFieldError(
            message,
            path=(field.name,),
            expected=name_of(field.node),
            found=found,
            source_class=self.pair.source,
            target_class=self.pair.target,
        )

    def _converter_of(self, field: Field, found: Found) -> ValueConverter:
        pair = self.pair
        converter: ValueConverter
        source_field = found.source_field
        if not pair.same_family and field.name in self.builder.decoded_fields:
            converter = self._encoder_of(field, found)
        else:
            converter = self._plain_converter_of(field, found)
        if source_field is not None and not found.parts and source_field.name in self.reader.stand_ins:
            replace = self.reader.stand_ins[source_field.name]
            converter = CheckedFirst(converter, _after(replace, converter.convert))
        may_defer = (self.restoring and field.widens) if pair.same_family else True
        if pair.checked and may_defer and field.name in self.builder.lenient_fields:
            converter = CheckedFirst(converter, _or_defer(converter.convert, self.value_target))
        return converter

    def _plain_converter_of(self, field: Field, found: Found) -> FieldConverter:
        none_fits = field.name in self.builder.never_none
        return FieldConverter(field, self.value_target, found.node, found.place, none_fits)

    def _encoder_of(self, field: Field, found: Found) -> ValueConverter:
        """For a field whose validator makes the value from text: the source has that text, unless it was made from such
        text itself; then it is encoded again."""
        encode = encoder_of(field.node)
        if encode is None or found.node is None or encoder_of(found.node) is None:
            converter = FieldConverter(field, dataclasses.replace(self.value_target, encoded=True, recursions={}))
            return CheckedFirst(converter, converter.convert)
        converter = self._plain_converter_of(field, found)
        return CheckedFirst(converter, _then(converter.convert, encode))

    # reading an instance by the plan

    def is_set(self, instance: Any, step: Step) -> bool:
        """Whether an instance has the value of a step. Where the target requires one, `read` says what is missing."""
        attribute, keeps_unset, unset = step.source, self.builder.keeps_unset, self.reader.unset
        if step.optional:
            return step.field.required or self.reader.has(instance, str(attribute))
        is_unset = keeps_unset and unset is not None and attribute in unset(instance)
        stands_for_none = self.pair.same_family and self.pair.source_record.origin is self.pair.source  # and a mark
        may_lack = attribute is not None and not stands_for_none and self.reader.may_lack(attribute)
        if not is_unset and (not may_lack or (step.field.required and not keeps_unset)):
            return True
        try:
            value = self.reader.read(instance, str(attribute))
        except AttributeError:
            return False
        return not (is_unset and step.field.is_blank(value))

    def read(self, instance: Any, step: Step, given: Given = None) -> Any:
        """The source's value for a step. Raises MissingFieldError if the attribute was never set.

        `given`: the values that came with the call.
        """
        try:
            if step.value_source is not None:
                return step.value_source.read(instance, given)
            value = self._read_attribute(instance, step)
            if not step.parts:
                return value
            assert step.place is not None
            return read_parts(value, step.place[0], step.parts, self._none_fits(step))
        except ConversionError as error:
            place = step.place if error.other_path is None else ()
            raise error.prepend(step.field.name, source=place) from error.raised
        except RecursionError:
            raise
        except Exception as error:  # of a property
            wrapped = ValueConversionError(f"{type(error).__name__}: {error}", found=describe_value(instance))
            raise wrapped.caused_by(error).prepend(step.field.name, source=step.place) from error

    def _read_attribute(self, instance: Any, step: Step) -> Any:
        attribute: Any = step.source
        try:
            return self.reader.read(instance, attribute)
        except AttributeError:
            if self.pair.same_family and self.reader.may_lack(attribute):
                return None
            place = None if step.place is None else step.place[:1]
            raise MissingFieldError(self.reader.absence, source_path=place, expected=name_of(step.field.node)) from None

    def _none_fits(self, step: Step) -> bool:
        return (
            nodes.accepts_none(step.field.node)
            or none_fits_anywhere(self.value_target)
            or step.field.name in self.builder.lenient_fields
        )

    def values_with_models(self, instance: Any) -> Iterator[tuple[int, Step, Any]]:
        """Yields (number, step, value) for each set field whose annotation may contain a model."""
        for number, step in enumerate(self.steps):
            if step.source is None or not _may_hold_models(step.field.node):  # computed values are located already
                continue
            try:
                value = self.read(instance, step)
            except ConversionError:
                continue
            yield number, step, value


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
