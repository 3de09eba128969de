"""`ClassPair`: what a conversion is for, and what rules say of it."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from type_safe_convert.conversion.sources import PathPart, ValueSource
from type_safe_convert.errors import ClassConversionError, ConversionError, merge_errors
from type_safe_convert.model.family import ClassRecord, is_static, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING, Field
from type_safe_convert.model.views import View
from type_safe_convert.registry import KindName, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ValueRules


class Found(NamedTuple):
    """The source of a field's value, as in `Step`; all None if the target's default is taken.

    `returned`: what a function says that it returns, or a class of its extra values.
    """

    source: str | None = None
    source_field: Field | None = None
    optional: bool = False
    parts: tuple[PathPart, ...] = ()
    value_source: ValueSource | None = None
    place: tuple[Any, ...] | None = None
    returned: nodes.Node | None = None

    @property
    def node(self) -> nodes.Node | None:
        """The node of the value, if one is known."""
        if self.parts:
            return self.parts[-1].after
        return self.returned if self.source_field is None else self.source_field.node


class FieldRule(abc.ABC):
    """A rule for one field of the target."""

    __slots__ = ()

    @abc.abstractmethod
    def find(self, pair: ClassPair, field: Field) -> Found:
        """Returns the source of the value. Raises ClassConversionError."""


class ConversionRules(ValueRules, Protocol):
    """A user's rules for conversions, and the conversions that follow them.

    Attributes:
        plans: the conversions, as those without rules are on the records of their classes.
        by_alias: whether fields match by an alias on either side as well.
        keep_unset: whether fields that were never set in the source are left to the target's defaults.
        place: `package.module:name` of the global that the rules are; None where they are none.
    """

    plans: dict[Any, Any]
    by_alias: bool
    keep_unset: bool

    @property
    def place(self) -> str | None: ...

    def conversion(self, source: type, target: Any, validate: bool, forbid_extra: bool) -> Any:
        """The conversion of instances of `source`, without a look at what may be wrong."""

    def fields_for(self, source: type, target: type) -> Mapping[str, FieldRule] | None:
        """The rules for the fields of a target, both classes origins; None where no rule is for the two."""

    def target_of(self, source: type, target: type) -> type | None:
        """The class below `target` that rules give to instances of an origin class; None where they do not say."""

    def names(self, source: type, target: type) -> bool:
        """Whether a rule is for just these two classes."""


class OuterConversion(Protocol):
    """The conversion of the model, or of the value of a type, that holds a model; see `ClassPair`."""

    source_kind: KindName
    source_origin_kind: KindName
    kind: KindName
    origin_kind: KindName
    same_family: bool
    checked: bool
    forbid_extra: bool
    rules: ConversionRules | None


class ClassPair:
    """A source class and a target class, and how strictly instances are converted.

    Attributes:
        view: how the place declares the target, if that says more than the class.
        rules: what rules say of all conversions that have to do with this one; None without rules.
        ruled: what they say of the fields of this target, by name.
        same_family: whether both classes have the same origin, and no rule is for the two.
        source_kind, kind: the kinds of the classes.
        source_type, target_type: the classes that their instances have: where these do not tell, `dict`.
        is_told: whether instances of both tell their class.
        source_origin_kind, origin_kind: the kinds of their origins.
    """

    def __init__(
        self,
        source: type,
        target: type,
        checked: bool,
        forbid_extra: bool,
        view: View | None,
        rules: ConversionRules | None = None,
    ) -> None:
        self.source = source
        self.target = target
        self.checked = checked
        self.forbid_extra = forbid_extra
        self.view = view
        self.source_record: ClassRecord = record_of(source)
        self.target_record: ClassRecord = record_of(target)
        self.records: tuple[ClassRecord, ClassRecord] = self.source_record, self.target_record
        self.rules = rules
        self.ruled: Mapping[str, FieldRule] | None = (
            None if rules is None else rules.fields_for(self.source_record.origin, self.target_record.origin)
        )
        self.same_family: bool = self.source_record.origin is self.target_record.origin and self.ruled is None
        self.source_kind: KindName = self.source_record.kind
        self.kind: KindName = self.target_record.kind
        kinds = get_kind(self.source_kind), get_kind(self.kind)
        self.source_type: type = kinds[0].instance_class(source)
        self.target_type: type = kinds[1].instance_class(target)
        self.is_told: bool = all(kind.traits.instances_know_class for kind in kinds)
        self.source_origin_kind: KindName = record_of(self.source_record.origin).kind
        self.origin_kind: KindName = record_of(self.target_record.origin).kind

    @property
    def is_held_by_source(self) -> bool:
        """Whether the conversion lives on the source. It keeps both classes alive: let it be on the one that will go
        first, if a look at the module tells."""
        same_origin = self.source_record.origin is self.target_record.origin
        return same_origin or not is_static(self.source) or is_static(self.target)

    def takes(self, instance: Any) -> bool:
        """Whether an instance is exactly of the source class, as far as it tells."""
        cls = type(instance)
        if cls is self.source_type:
            return True
        return self.source_type is not self.source and isinstance(instance, self.source_type) and not kind_of_class(cls)


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


def tag_for(pair: ClassPair, field: Field) -> Any:
    """The tag of the source's class, if it has the name of a field of the target; else MISSING."""
    tag = None if pair.same_family else get_kind(pair.source_origin_kind).tag(pair.source_record.origin)
    return MISSING if tag is None or tag[0] != field.name else tag[1]


def merge_class_errors(
    problems: Sequence[ConversionError], cls: type[ConversionError] | None = None
) -> ConversionError:
    """One error for all that is wrong with the classes of a conversion: of `cls`, else of that of all problems."""
    first = problems[0]
    if cls is None and any(type(problem) is not type(first) for problem in problems):
        cls = ClassConversionError
    merged = merge_errors(problems, cls)
    merged.source_class, merged.target_class = first.source_class, first.target_class
    return merged
