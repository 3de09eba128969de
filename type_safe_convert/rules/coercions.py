"""Coercions: what becomes of a value of one class in a place that declares another."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from type_safe_convert.conversion.sources import name_of_function
from type_safe_convert.errors import ClassConversionError, ConversionError, ValueConversionError, describe_value
from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.described import is_described
from type_safe_convert.model.family import lineage
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.rules.fields import can_be_called
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ATOMIC, Memo, Target, ValueConverter, mismatch, name_of
from type_safe_convert.words import with_article

# By the class of values: the function that makes a value of the declared class.
Coercions = Mapping[type, Callable[[Any], Any]]


def enum_by_value(source: type[enum.Enum], target: type[enum.Enum]) -> dict[Any, Any]:
    """The members of an enum by those of another that have the same value, else the same name."""
    members = target.__members__.values()  # with those of a Flag that stand for several
    by_value = {(type(item.value) is bool, item.value): item for item in members if _hashes(item.value)}
    table: dict[Any, Any] = {}
    for name, member in source.__members__.items():
        value = member.value
        if _hashes(value):
            found = by_value.get((type(value) is bool, value))  # True is no 1
        else:
            found = next((item for item in target if item.value == value), None)
        found = found if found is not None else target.__members__.get(name)
        if found is not None:
            table.setdefault(member, found)
    return table


def _hashes(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


class EnumCoercion:
    """A member of an enum becomes that of another with the same value, else with the same name.

    The flags in a member of a Flag become one each. A source without members stands for the enums below it.
    """

    def __init__(self, source: type[enum.Enum], target: type[enum.Enum]) -> None:
        self.source = source
        self.target = target
        self.tables: dict[type, dict[Any, Any]] = {source: enum_by_value(source, target)}

    @property
    def fits_none(self) -> bool:
        """Whether no member of the source has a counterpart."""
        return bool(self.source.__members__) and not self.tables[self.source]

    def __call__(self, member: Any) -> Any:
        cls = type(member)
        table = self.tables.get(cls)
        if table is None:
            table = self.tables[cls] = enum_by_value(cls, self.target)
        found = table.get(member)
        if found is None and isinstance(member, enum.Flag) and issubclass(self.target, enum.Flag):
            found = self._combined(member, table)
        if found is None:
            raise mismatch(member, f"{with_article(self.target.__name__)} of the same value or name")
        return found

    def _combined(self, member: enum.Flag, table: dict[Any, Any]) -> Any:
        """The flags of the target for all flags in a member; None if it has others."""
        found, known = self.target(0), 0
        for flag in member:
            if flag not in table:
                return None
            found |= table[flag]
            known |= flag.value
        return found if known == member.value else None


def class_of(node: nodes.Node) -> type | None:
    """The class that a place declares, as coercions name it."""
    match node:
        case (
            nodes.ScalarNode(cls=cls) | nodes.EnumNode(cls=cls) | nodes.RefinedNode(cls=cls) | nodes.ModelNode(cls=cls)
        ):
            return origin_in(cls) or cls
        case nodes.TypedDictNode(cls=cls) | nodes.TupleNode(cls=cls):
            return cls
        case (
            nodes.CollectionNode(origin=origin, container_class=declared)
            | nodes.MappingNode(origin=origin, container_class=declared)
        ):
            return declared or origin
        case nodes.RecursionNode():
            return None
        case nodes.AnyNode(annotation=annotation) | nodes.OpaqueNode(annotation=annotation):
            return annotation if isinstance(annotation, type) and annotation is not Any else None
    return None


def _lineage(cls: type) -> Sequence[type]:
    origin = origin_in(cls) or cls
    return lineage(origin) if is_described(origin) else origin.__mro__


def is_below(cls: type, base: type) -> bool:
    """Whether instances of a class are instances of another, too; none are of a protocol that does not tell."""
    try:
        return base in _lineage(cls) or issubclass(cls, base)
    except TypeError:  # of a TypedDict as well
        return False


def _tells_instances(cls: type) -> bool:
    """Whether a value, or its place, tells that it is of a class."""
    try:
        issubclass(object, cls)
    except TypeError:
        return is_described(cls)
    return True


def refuse_coercion(source: Any, target: Any, function: Any) -> None:
    """Raises ClassConversionError for what is no coercion."""
    for given in (source, target):
        if not isinstance(given, type) or given is Any:
            raise ClassConversionError(
                "a coercion is between two classes", expected="a class such as str or list", found=describe_value(given)
            )
    if not _tells_instances(source):
        reason, expected, found = "no value tells that it is of the protocol", "a class", describe_value(source)
    elif function is None and not (issubclass(source, enum.Enum) and issubclass(target, enum.Enum)):
        reason, expected, found = "a coercion needs a function", "two enums, or a function", ""
    elif function is not None and not (callable(function) and can_be_called(function)):
        reason, expected = "a coercion calls a function with the value alone", "a function of one argument, not async"
        found = describe_value(function)
    else:
        return
    raise ClassConversionError(reason, expected=expected, found=found, source_class=source, target_class=target)


def function_for(cls: type, declared: type, coercions: Coercions) -> Callable[[Any], Any] | None:
    """The coercion for values of a class: that of the nearest class, unless they are of the declared one."""
    for base in (cls, *_lineage(cls)):
        if base in coercions and not (cls is bool and base is not bool):  # a bool is no int
            return coercions[base]
        if base is declared:
            return None
    if is_below(cls, declared) or cls is bool:
        return None
    # Abstract classes, of which no class inherits.
    found = [base for base in coercions if is_below(cls, base)]
    nearest = next(
        (base for base in found if not any(is_below(other, base) for other in found if other is not base)), None
    )
    return None if nearest is None else coercions[nearest]


def may_apply(coercions: Coercions, cls: type) -> bool:
    """Whether there is a coercion for values of a class, or of a class below it."""
    return any(is_below(base, cls) or is_below(cls, base) for base in coercions)


class CoercingConverter(ValueConverter):
    """Converts a value of a coerced class by what its function returns, and any other value as ever."""

    __slots__ = ("by_class", "class_in", "coercions", "declared", "expected", "inner", "takes_passing", "usual")

    runs_user_code = True

    def __init__(
        self,
        inner: ValueConverter,
        node: nodes.Node,
        declared: type,
        coercions: Coercions,
        source: nodes.Node | None,
        target: Target,
    ) -> None:
        self.inner: ValueConverter = inner
        self.declared: type = declared
        self.coercions: Coercions = coercions
        self.expected: str = name_of(node)
        described = target.described(node, source)  # the class of a dict, if the place tells it
        self.class_in: Callable[[Any], type] = type if described is None else described.class_in
        self.by_class: dict[type, Callable[[Any], Any] | None] = {}
        usual = None if source is None else class_of(source)
        # The class of most values, where a coercion is for these.
        self.usual: type | None = usual if usual is not None and self.function_for(usual) is not None else None
        # Without checks, lines take what passes without a test.
        is_tested = target.checked or (usual is not None and not may_apply(coercions, usual))
        self.takes_passing: bool = self.usual is not None or not is_tested or self._takes_passing()

    def function_for(self, cls: type) -> Callable[[Any], Any] | None:
        """The coercion for values of a class: that of the nearest class, unless they are of the declared one."""
        if cls not in self.by_class:
            found = function_for(cls, self.declared, self.coercions)
            if len(self.by_class) >= 1000:
                return found
            self.by_class[cls] = found
        return self.by_class[cls]

    def convert(self, value: Any, memo: Memo) -> Any:
        function = self.function_for(self.class_in(value))
        if function is None:
            return self.inner.convert(value, memo)
        try:
            made = function(value)
        except (ConversionError, RecursionError):
            raise
        except Exception as error:
            name = name_of_function(function)
            raise ValueConversionError(
                f"{name} raised {type(error).__name__}: {error}", expected=self.expected, found=describe_value(value)
            ).caused_by(error) from error
        if memo is not None and type(made) not in ATOMIC:
            memo[id(made), "computed"] = made  # a memo goes by identity, so nothing in it may be freed
        return self.inner.convert(made, memo)

    def passes(self, source: SourceWriter, var: str) -> str | None:
        # A value that passes is of exactly the declared class.
        return None if self.takes_passing else self.inner.passes(source, var)

    def _takes_passing(self) -> bool:
        """Whether a coercion may be for values that pass as they are otherwise."""
        if self.declared is float or not _tells_instances(self.declared):
            return True
        return any(is_below(cls, self.declared) for cls in self.coercions)

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        condition = self.coerced_in_place(source, var)
        if condition is None:
            source.add(2, f"{var} = {otherwise}")
        else:
            made = f"    {var} = {var}c if {condition} else {otherwise}"
            source.add(2, "try:", made, "except Exception:", f"    {var} = {otherwise}")

    def call(self, source: SourceWriter, var: str) -> str | None:
        condition = self.coerced_in_place(source, var)
        return condition and f"{var}c if {condition} else {source.name(self.convert, 'value')}({var}, memo)"

    def coerced_in_place(self, source: SourceWriter, var: str) -> str | None:
        """A test that is true if the value in `v` is of the usual class, and what is made of it, in `vc`, passes."""
        made = f"{var}c"
        condition = None if self.usual is None else self.inner.passes(source, made)
        if condition is None or self.usual is None:
            return None
        function = source.name(self.function_for(self.usual), "coerce")
        condition = condition.replace(made, f"({made} := {function}({var}))", 1)
        return f"type({var}) is {source.name(self.usual, 'T')} and {condition}"
