"""What a plan consists of, as the generator of code sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from type_safe_convert.errors import ConversionError
from type_safe_convert.model.family import Link
from type_safe_convert.model.instances import InstanceBuilder, InstanceReader
from type_safe_convert.model.registry import KindName
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.values.base import Memo, Target, ValueConverter


class Step:
    """How one field of the target gets its value.

    Attributes:
        field: the target's field.
        source: the source's attribute, or None where the target's default is taken.
        target: the target's attribute.
        converter: the converter of the field's values.
        convert: that of the converter.
        source_field: the source's field, or None.
        make_default: what makes the target's default, in the target's own terms.
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


class Plan(Protocol):
    """From one class to another.

    Attributes:
        family: whether both classes are of one family.
        cyclic: whether instances may refer to themselves.
        remembers: whether what an instance became is remembered, for its other places.
        holds_remembered: whether that may be so of something in an instance, itself among these.
        steps: how each field of the target gets its value.
        fields_given: the target's attributes that come from the source.
        notes_before: whether the source is an origin with a constructor or validators of its own, so that its values
            are noted for the way back.
        restoring: whether the target is the origin, which gets back what its counterpart remembers.
        forbid_extra: whether values that the target has no field for are refused; see `convert`.
        takes_extra, refuses_extra: what happens to values that the target has no field for, where they count.
        by_class: the compiled function for a class of instances, or the default, as `dict.get`.
    """

    source: type
    target: type
    checked: bool
    forbid_extra: bool
    family: bool
    cyclic: bool
    remembers: bool
    holds_remembered: bool
    source_kind: KindName
    kind: KindName
    source_link: Link
    source_shape: Shape
    target_shape: Shape
    reader: InstanceReader
    builder: InstanceBuilder
    context: Target
    steps: list[Step]
    fields_given: frozenset[str]
    notes_before: bool
    restoring: bool
    takes_extra: bool
    refuses_extra: bool
    by_class: Callable[..., Any]

    def use_in(self, user: Any, name: str) -> None: ...

    def other(self, instance: Any, memo: Memo = None) -> Any: ...

    def slow(self, instance: Any, memo: Memo = None, key: Any = None) -> Any: ...

    def again(
        self, instance: Any, memo: Memo = None, whole: bool = False, key: Any = None, made: Any = None
    ) -> Any: ...

    def deep(self, instance: Any, problem: ConversionError) -> Any: ...

    def nested(self, instance: Any) -> Iterator[tuple[Plan, Any]]: ...

    def more(self, made: Any, instance: Any, memo: Memo = None) -> None: ...

    def assemble(self, made: Any, values: dict[str, Any], instance: Any, memo: Memo = None) -> None: ...

    def locate(self, error: ConversionError, instance: Any, memo: Memo = None) -> ConversionError: ...

    def failed(self, error: ConversionError, instance: Any, memo: Memo, key: Any) -> None: ...

    def known(self, made: Any, instance: Any, memo: dict[Any, Any]) -> tuple[Any, Any]: ...

    def extra_errors(self, instance: Any) -> list[ConversionError]: ...

    def too_deep(self, instance: Any) -> ConversionError: ...

    def unexpected(self, error: Exception, instance: Any) -> ConversionError: ...
