"""Readers of instances: each kind picks one for a class.

`read` does the work for one attribute; the `emit` methods write the lines by which a generated function does the same.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from type_safe_convert.model.carried import Carried
from type_safe_convert.model.source import SourceWriter, can_be_spelled


class InstanceReader(abc.ABC):
    """Reads the attributes of instances of one class.

    Attributes:
        carried: what an instance holds beside its fields; None if instances of the class hold nothing.
        always_carries: whether every instance is to be asked for that.
        class_attributes: attributes that every instance has beside its fields, with the values that they usually have.
        attribute_order: the attributes in the order in which an instance has them; empty for the order of the fields.
        optional_attributes: attributes that a valid instance may lack, because its constructor need not set them.
        removable_attributes: attributes with a default that instances lack if they were deleted. The target takes its
            own default, and an instance that comes back lacks them again.
        unset: `unset(instance)`: the attributes that were never given a value; None where an instance does not tell.
        state: `state(instance)`: the attributes of an instance, if its `__dict__` is not all of them.
        in_dict: whether the attributes of an instance are those in its `__dict__`.
        tells_gaps: whether `emit` reads an attribute as MISSING where an instance lacks it, if it is asked for that.
        marks_are_all: whether an instance that passes the test of `emit_marks` holds nothing else beside its fields.
        absence: what it means that an instance lacks an attribute, for an error.
        stand_ins: by field, a function from what an instance may hold in place of a value to the value.
    """

    in_dict = False
    tells_gaps = False
    marks_are_all = False
    absence = "the attribute was never set"
    removable_attributes: frozenset[str] = frozenset()
    stand_ins: Mapping[str, Callable[[Any], Any]] = {}
    state: Callable[[Any], dict[str, Any]] | None = None
    unset: Callable[[Any], Collection[str]] | None = None

    def __init__(
        self,
        carried: Callable[[Any], Carried] | None = None,
        *,
        always_carries: bool = False,
        class_attributes: Mapping[str, Any] | None = None,
        attribute_order: Sequence[str] = (),
        optional_attributes: frozenset[str] = frozenset(),
    ) -> None:
        self.carried = carried
        self.always_carries = always_carries
        self.class_attributes: Mapping[str, Any] = class_attributes or {}
        self.attribute_order: tuple[str, ...] = tuple(attribute_order)
        self.optional_attributes = optional_attributes

    @abc.abstractmethod
    def read(self, instance: Any, attribute: str) -> Any:
        """The value of an attribute. Raises AttributeError if the instance lacks it."""

    def has(self, instance: Any, attribute: str) -> bool:
        """Whether an instance has an attribute."""
        try:
            self.read(instance, attribute)
        except AttributeError:
            return False
        return True

    def may_lack(self, attribute: str) -> bool:
        """Whether a valid instance may lack an attribute."""
        return attribute in self.optional_attributes

    def extra(self, instance: Any) -> Mapping[str, Any]:
        """The extra values of an instance, which no field declares."""
        return Carried.by(instance).values.get("extra") or {}

    @abc.abstractmethod
    def emit(
        self, source: SourceWriter, attributes: Sequence[tuple[str, bool]], instance: str, state: str
    ) -> list[str]:
        """Adds the lines before the first attribute is read; returns an expression for each.

        Args:
            attributes: names, and whether the attribute is that of a field.
            instance, state: names of variables, of which `state` is free.
        """

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        """Expressions of which one is true if `carried` is to be asked; `fields`: how many fields the class has."""
        return ["True"] if self.always_carries else []

    def emit_unset(self, source: SourceWriter, instance: str, attributes: frozenset[str]) -> str:
        """An expression that is false if `unset` has none of the attributes; empty if the reader has no `unset`."""
        if self.unset is None:
            return ""
        return f"not {source.name(attributes, 'optional')}.isdisjoint({source.name(self.unset, 'unset')}({instance}))"

    def emit_marks(self, source: SourceWriter, instance: str) -> tuple[str, str] | None:
        """A further test, and the marks to carry if it is true: for what most instances hold beside their fields."""
        return None


class DictReader(InstanceReader):
    """For instances whose `__dict__` has their attributes.

    Attributes:
        by_name: whether generated lines read attributes by name, where they do not need the `__dict__`: quicker if the
            class's own constructor made the instance, which has no dict then until it is asked for.
    """

    in_dict = True
    by_name = True

    def read(self, instance: Any, attribute: str) -> Any:
        values = instance.__dict__
        return values[attribute] if attribute in values else getattr(instance, attribute)

    def emit(
        self, source: SourceWriter, attributes: Sequence[tuple[str, bool]], instance: str, state: str
    ) -> list[str]:
        if self.by_name and not source.fills_gaps and all(can_be_spelled(name) for name, _ in attributes):
            return [f"{instance}.{name}" for name, _ in attributes]
        source.add(2, f"{state} = {self.emit_state(source, instance)}")
        return [
            f"{state}[{source.key(name)}]" if is_field else f"getattr({instance}, {source.key(name)})"
            for name, is_field in attributes
        ]

    def emit_state(self, source: SourceWriter, instance: str) -> str:
        return f"{instance}.__dict__"

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        tests = [f"len({state}) != {fields + len(self.class_attributes)}"]
        for number, (name, value) in enumerate(self.class_attributes.items()):
            source.namespace[f"always_{number}"] = value
            tests.append(f"{state}.get({name!r}) is not always_{number}")
        return [*tests, *super().emit_tests(source, instance, state, fields)]


class StateReader(DictReader):
    """For instances of whose `__dict__` a function makes the attributes."""

    in_dict = False
    by_name = False

    def __init__(
        self, state: Callable[[Any], dict[str, Any]], carried: Callable[[Any], Carried] | None = None, **more: Any
    ) -> None:
        super().__init__(carried, **more)
        self.state: Callable[[Any], dict[str, Any]] = state

    def read(self, instance: Any, attribute: str) -> Any:
        assert self.state is not None
        values = self.state(instance)
        return values[attribute] if attribute in values else getattr(instance, attribute)

    def emit_state(self, source: SourceWriter, instance: str) -> str:
        return f"{source.name(self.state, 'state')}({instance})"


class AttributeReader(InstanceReader):
    """For instances with slots or properties: attributes are read one by one."""

    def read(self, instance: Any, attribute: str) -> Any:
        return getattr(instance, attribute)

    def emit(
        self, source: SourceWriter, attributes: Sequence[tuple[str, bool]], instance: str, state: str
    ) -> list[str]:
        return [
            f"{instance}.{name}" if can_be_spelled(name) else f"getattr({instance}, {source.key(name)})"
            for name, _ in attributes
        ]
