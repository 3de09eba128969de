"""Reads and builds dicts that a TypedDict describes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from type_safe_convert.errors import ExtraFieldError, ValueConversionError, describe_value
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.instances import Allocation, InstanceBuilder
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import MISSING, Shape
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.types.enum_members import has_members, holds_member


class ItemReader(InstanceReader):
    """Reads the items of a dict by their keys.

    Attributes:
        written: whether a user wrote the class; else the keys that its origin does not know are refused.
    """

    absence = "the key is not there"
    tells_gaps = True
    marks_are_all = True

    def __init__(self, cls: type, shape: Shape) -> None:
        self.cls = cls
        self.shape = shape
        self.written: bool = shape.cls is cls
        self.usual = shape.fields.keys()
        self.gaps = frozenset() if self.written else gaps_of(shape)
        optional = frozenset(name for name, field in shape.fields.items() if not field.required)
        super().__init__(self.carried_by, optional_attributes=optional | self.gaps)
        if self.written:
            self.unset: Callable[[Any], Collection[str]] | None = self.unset_in
        # Of the others, the origin tells by their values which may have been left out. A member does not tell where the
        # origin makes its value of it: what is there counts as set, as it does for the origin's own validator.
        self.set_fields: set[str] = {name for name, field in shape.fields.items() if field.required}
        by_value = not self.written and get_kind(shape.kind).holds_enum_values(shape.cls)
        self.members: set[str] = {name for name, field in shape.fields.items() if by_value and has_members(field.node)}
        self.always_carries: bool = not self.written and get_kind(shape.kind).traits.knows_set_fields

    def unset_in(self, instance: Any) -> Collection[str]:
        return {name for name in self.optional_attributes if name not in instance}

    def carried_by(self, instance: Any) -> Carried:
        extra = self.extra(instance)
        if extra and self.shape.extra != "allow" and (self.shape.extra == "forbid" or not self.written):
            name = next(iter(extra))
            raise ExtraFieldError(
                "unknown key", path=(name,), expected=f"a key of {self.cls.__name__}", found=describe_value(extra[name])
            )
        absent = self.unset_in(instance) if self.written else [name for name in self.gaps if name not in instance]
        marks: dict[str, Any] = {"absent": set(absent)} if absent else {}
        if self.always_carries:
            members = {name for name in self.members if holds_member(instance.get(name))}
            marks |= {"fields_set": self.set_fields | extra.keys() | members, "by_default": True}
        return Carried({"extra": extra} if extra else {}, marks)

    def read(self, instance: Any, attribute: str) -> Any:
        value = dict.get(instance, attribute, MISSING)  # an index would make the missing values of a defaultdict
        if value is MISSING:
            raise AttributeError(attribute)
        return value

    def extra(self, instance: Any) -> dict[str, Any]:
        return {name: value for name, value in dict.items(instance) if name not in self.shape.fields}

    def emit(
        self, source: SourceWriter, attributes: Sequence[tuple[str, bool]], instance: str, state: str
    ) -> list[str]:
        gaps = self.optional_attributes if source.fills_gaps and self.written else ()
        expressions = []
        for name, _ in attributes:
            key = source.key(name)
            if name in source.gaps:
                expressions.append(f"{instance}.get({key}, {source.name(MISSING, 'missing')})")
            else:
                expressions.append(f"{instance}.get({key})" if name in gaps else f"{instance}[{key}]")
        return expressions

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        if source.gaps:
            return [f"len({instance}) != len({source.made})"]
        if self.written and self.optional_attributes:
            return [f"{instance}.keys() != {source.name(self.usual, 'usual')}"]
        return ["True"] if self.always_carries else [f"len({instance}) != {fields}"]

    def emit_marks(self, source: SourceWriter, instance: str) -> tuple[str, str] | None:
        if source.gaps or not (self.written and self.optional_attributes):
            return None
        usual = source.name(self.usual, "usual")
        return f"{instance}.keys() < {usual}", f"{{'absent': {usual} - {instance}.keys()}}"


def gaps_of(shape: Shape) -> frozenset[str]:
    """Fields that instances of the origin may lack, and that have no default to take then."""
    kind: Any = get_kind(shape.kind)
    may_lack, keeps_unset = kind.reader(shape.cls, shape).may_lack, kind.builder(shape.cls, shape).keeps_unset
    return frozenset(name for name, field in shape.fields.items() if may_lack(name) and (field.required or keeps_unset))


class ItemBuilder(InstanceBuilder):
    """Fills dicts. A key that need not be there has no value rather than a None that its annotation does not allow."""

    in_dict = False

    def __init__(self, cls: type, shape: Shape) -> None:
        super().__init__(self.fill, self.carry, new=lambda target: {})
        self.shape = shape
        self.written: bool = shape.cls is cls
        self.gaps = frozenset() if self.written else gaps_of(shape)
        self.takes_defaults, self.keeps_unset = not self.written, self.written
        self.never_none: frozenset[str] = frozenset(
            name
            for name, field in shape.fields.items()
            if self.written and not field.required and not nodes.accepts_none(field.node)
        )

    def fill(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        for name in (*self.shape.fields, *values):
            value = values.get(name, MISSING)
            if value is not MISSING and not (value is None and name in self.never_none):
                instance.setdefault(name, value)

    def carry(self, instance: Any, carried: Carried) -> None:
        """Puts extra values under their keys, and leaves the keys of absent attributes out; nothing else has room in a
        dict."""
        if carried.values.get("content"):
            raise ValueConversionError(
                "a dict has no room for what an instance holds as a builtin value",
                expected="a class over no builtin one",
                found=describe_value(carried.values["content"]),
            )
        for name, value in carried.values.get("extra", {}).items():
            instance.setdefault(name, value)
        for name in self.gaps.intersection(carried.marks.get("absent", ())):
            if instance.get(name, MISSING) is None:
                del instance[name]

    def allocation(self, source: SourceWriter, target: type, attributes: Sequence[str]) -> Allocation:
        return Allocation("{}", constructs=True)

    def can_be_emitted(self, allocation: Allocation, attributes: Sequence[str], complete: bool) -> bool:
        return True

    def emit(
        self, source: SourceWriter, allocation: Allocation, values: Mapping[str, str], made: str, state: str
    ) -> None:
        items = [(name, values[name]) for name in self.shape.fields if name in values]
        if allocation.constructs:
            sure = list(itertools.takewhile(lambda item: not self._conditions(source, *item), items))
            items = items[len(sure) :]
            source.add(2, f"{made} = {{{', '.join(f'{source.key(name)}: {value}' for name, value in sure)}}}")
        for name, value in items:
            line = f"{made}[{source.key(name)}] = {value}"
            conditions = self._conditions(source, name, value)
            source.add(2, *([f"if {' and '.join(conditions)}:", f"    {line}"] if conditions else [line]))

    def _conditions(self, source: SourceWriter, name: str, value: str) -> list[str]:
        """The tests of a value by which its key is there."""
        conditions = [f"{value} is not None"] if name in self.never_none else []
        if value in source.may_be_missing:
            conditions.append(f"{value} is not {source.name(MISSING, 'missing')}")
        return conditions
