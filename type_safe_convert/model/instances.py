"""Builders of instances: each kind picks one for a class.

`build` does the work for one instance; the `emit` methods write the lines by which a generated function does the same.
Names of variables come from the compiler.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from type_safe_convert.model.carried import Carried
from type_safe_convert.model.source import ByIdentity, SourceWriter, can_be_spelled

if TYPE_CHECKING:
    from type_safe_convert.errors import ConversionError
    from type_safe_convert.model.shape import Field


@dataclasses.dataclass(frozen=True, slots=True)
class Allocation:
    """The way in which generated code makes an empty instance.

    Attributes:
        new: the expression.
        stores: whether attributes are stored one by one; else they are put into its `__dict__`.
        guarded: whether it is a plain object while it is filled and becomes the class at the end: the fastest way that
            CPython has if the class guards assignment (figures in docs/design.md).
        constructs: whether `emit` makes the instance, of all its values at once, where nothing needs it before.
    """

    new: str = "new(Target)"
    stores: bool = False
    guarded: bool = False
    constructs: bool = False


class InstanceBuilder:
    """Fills allocated instances of one class from converted values.

    Attributes:
        at_once: whether `build`, `unchecked` and `recall` return a new instance, of a class whose instances cannot be
            filled afterwards (a tuple). They are given None in the place of an allocated one then.
        build: `build(instance, values, restoring, carried)` fills an instance from values by attribute name, by the
            class's own means (constructor, validator) if it has any. With `restoring`, fields that these means changed
            get the given values again. `carried` is what the counterpart carries, if there is one. Raises
            ConversionError.
        unchecked: stands for `build` where nothing is to be checked.
        recall: fills an instance as `copy.copy` does, without the class's own means; None if it has none.
        aside: whether the class's own means judge copies of the values, on an instance that is thrown away, where an
            instance comes back; else they make the instance itself.
        restore: `restore(instance, carried)` gives an instance back what its counterpart carries.
        new: makes an empty instance.
        from_content: for a class over an immutable builtin (a dataclass that is a str, too): makes an instance from
            the content that is carried; None for any other.
        lenient_fields: fields with validators that may accept more than their annotations say. A value that fails our
            check is passed on to the validator, as `RejectedValue`.
        decoded_fields: fields whose validator makes the value from text (`Json`, `Base64Bytes`), and is given that.
        class_attributes: attributes that every instance has beside its fields, with their values.
        attribute_order: the attributes in the order in which the class's own constructor sets them; empty for the order
            of the fields.
        in_dict: whether an instance holds all its attributes in its `__dict__`; False with slots.
        post_init: whether `__post_init__` runs once the attributes are set.
        takes_defaults: whether fields without a value are given their defaults; else `build` sees to that.
        only_stores: whether `build` does no more than set attributes, so that others may do it.
        keeps_unset: whether attributes that are unset in the source stay so: `build` is given MISSING for them.
        removes: whether `restore` removes the attributes that the origin lacked.
        never_none: fields for which None says that there is no value, since their annotations do not allow it.
    """

    at_once = False
    class_attributes: Mapping[str, Any] = {}
    only_stores = False
    attribute_order: tuple[str, ...] = ()
    in_dict = True
    post_init = False
    takes_defaults = False
    keeps_unset = False
    removes = False
    never_none: frozenset[str] = frozenset()

    def __init__(
        self,
        build: Callable[..., Any],
        restore: Callable[[Any, Carried], None],
        *,
        unchecked: Callable[..., Any] | None = None,
        recall: Callable[[Any, dict[str, Any], bool], Any] | None = None,
        aside: bool = False,
        new: Callable[[type], Any] = object.__new__,
        from_content: Callable[[type, Carried], Any] | None = None,
        lenient_fields: frozenset[str] = frozenset(),
        decoded_fields: frozenset[str] = frozenset(),
    ) -> None:
        self.build = build
        self.restore = restore
        self.unchecked: Callable[..., Any] = unchecked or build
        self.recall = recall
        self.aside = aside
        self.new = new
        self.from_content = from_content
        self.lenient_fields = lenient_fields
        self.decoded_fields = decoded_fields

    def needs(self, field: Field) -> bool:
        """Whether no instance can be built without a value for a field of the class."""
        return field.required and field.init

    def carry(self, instance: Any, carried: Carried) -> None:
        """Lets an instance of a generated class carry what only its origin can express."""
        carried.give_to(instance)

    def means(self) -> str:
        """Names the class's own code that `build` runs; empty if there is none."""
        return ""

    def allocate(self, target: type, carried: Carried) -> Any:
        """An empty instance of `target`, with the content that is carried; None where instances are made at once."""
        if self.at_once:
            return None
        return self.new(target) if self.from_content is None else self.from_content(target, carried)

    def allocation(self, source: SourceWriter, target: type, attributes: Sequence[str]) -> Allocation:
        """Returns how generated code allocates an instance with these attributes."""
        return Allocation()

    def can_be_emitted(self, allocation: Allocation, attributes: Sequence[str], complete: bool) -> bool:
        """Whether `emit` does what `build` does; `complete`: whether each attribute has a value."""
        return False

    def emit(
        self, source: SourceWriter, allocation: Allocation, values: Mapping[str, str], made: str, state: str
    ) -> None:
        """Lines that fill `made` from expressions by attribute; `state` is the name of a free variable."""
        if not allocation.stores:
            source.add(2, f"{state} = {self.emit_state(source, made)}")
        always = {name: source.name(ByIdentity(value), "always") for name, value in self.class_attributes.items()}
        values = {**values, **{name: f"{held}.value" for name, held in always.items()}}
        for name in self.attribute_order or values:
            if name in values:
                place = f"{made}.{name}" if allocation.stores else f"{state}[{source.key(name)}]"
                source.add(2, f"{place} = {values[name]}")

    def emit_state(self, source: SourceWriter, made: str) -> str:
        source.namespace["state_of"] = object.__getattribute__
        return f"state_of({made}, '__dict__')"

    def emit_call(self, source: SourceWriter, made: str, values: str, instance: str) -> bool:
        """Adds the lines that do what `build` does with a dict of values that fit; False where `build` alone can."""
        return False

    def emit_class(self, source: SourceWriter, allocation: Allocation, made: str) -> None:
        """Lines that make what was filled an instance of its class."""

    def emit_restore(self, source: SourceWriter, made: str, marks: str) -> str | None:
        """A call that does what `restore` does with these marks alone and returns whether it could; None for none."""
        return None

    def emit_end(self, source: SourceWriter, indent: int, made: str, given: frozenset[str]) -> None:
        """Lines for an instance whose attributes are set; `given` are those that the source has."""


class StoreBuilder(InstanceBuilder):
    """For classes whose constructor only stores: setting the attributes is all that it would do."""

    takes_defaults = True

    only_stores = True

    def __init__(
        self,
        build: Callable[..., None],
        restore: Callable[[Any, Carried], None],
        *,
        class_attributes: Mapping[str, Any] | None = None,
        attribute_order: Sequence[str] = (),
        in_dict: bool = True,
        post_init: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(build, restore, **more)
        self.class_attributes: Mapping[str, Any] = class_attributes or {}
        self.attribute_order: tuple[str, ...] = tuple(attribute_order)
        self.in_dict = in_dict
        self.post_init = post_init

    def allocation(self, source: SourceWriter, target: type, attributes: Sequence[str]) -> Allocation:
        if not self._can_be_spelled(attributes):
            return Allocation()
        if target.__setattr__ is object.__setattr__:
            return Allocation(stores=True)
        shell = source.namespace.setdefault("Shell", type("Shell", (), {}))
        try:
            shell().__class__ = target
        except TypeError:  # CPython wants the same layout in every base, and the names of these differ
            return Allocation()
        return Allocation("Shell()", stores=True, guarded=True)

    def can_be_emitted(self, allocation: Allocation, attributes: Sequence[str], complete: bool) -> bool:
        if self.in_dict and not self.post_init:
            return True
        return allocation.stores and self._can_be_spelled(attributes)

    def means(self) -> str:
        return "`__post_init__`" if self.post_init else "constructor of its own" if self.recall else ""

    def _can_be_spelled(self, attributes: Sequence[str]) -> bool:
        return all(map(can_be_spelled, [*attributes, *self.class_attributes]))

    def emit_class(self, source: SourceWriter, allocation: Allocation, made: str) -> None:
        if allocation.guarded:
            source.add(2, f"{made}.__class__ = Target")
        if self.post_init and not allocation.constructs:
            source.add(2, f"{made}.__post_init__()")


class ModelBuilder(InstanceBuilder):
    """For models whose `__dict__` has the fields, while slots beside it tell more of the instance."""

    def can_be_emitted(self, allocation: Allocation, attributes: Sequence[str], complete: bool) -> bool:
        return complete

    def emit_state(self, source: SourceWriter, made: str) -> str:
        return f"{made}.__dict__"


class CallBuilder(InstanceBuilder):
    """For classes with a constructor or validator of their own, which `build` calls."""

    def means(self) -> str:
        return "constructor of its own"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RejectedValue:
    """A value that its field's annotation does not allow, and why, for a validator that may make something of it."""

    value: Any
    error: ConversionError


def accepted_or_not(value: Any) -> Any:
    """The value itself, where it was rejected."""
    return value.value if type(value) is RejectedValue else value


def allocator(cls: Any) -> Callable[[type], Any]:
    """Returns what makes an empty instance of `cls`: `object.__new__` if the layout lets it, past a `__new__` of its
    own."""
    try:
        object.__new__(cls)
    except TypeError:
        return lambda target: cls.__new__(target)
    return object.__new__


class StoreInDict:
    """Fills an instance by its `__dict__` alone.

    Attributes:
        class_attributes: attributes that every instance has beside its fields.
        attribute_order: the order of all.
    """

    def __init__(self, class_attributes: Mapping[str, Any] | None = None, attribute_order: Sequence[str] = ()) -> None:
        self.class_attributes: Mapping[str, Any] = class_attributes or {}
        self.attribute_order = attribute_order

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        values = {**self.class_attributes, **values}
        ordered = {name: values[name] for name in self.attribute_order if name in values}
        object.__getattribute__(instance, "__dict__").update({**ordered, **values})
