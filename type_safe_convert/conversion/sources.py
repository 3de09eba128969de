"""Sources of field values in rules: another place in the source, a function, a constant, or the call.

A field that is only renamed needs none of these: its step names another attribute.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from type_safe_convert.errors import ConversionError, MissingFieldError, ValueConversionError, describe_value
from type_safe_convert.model.family import attribute_of, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING
from type_safe_convert.model.source import can_be_spelled
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ATOMIC

if TYPE_CHECKING:
    from type_safe_convert.conversion.compile import FunctionWriter
    from type_safe_convert.conversion.plan import Step

# The values for the fields that come with the call, by name.
Given = Mapping[str, Any] | None


class PathPart(NamedTuple):
    """One more name of a path, after the first.

    Attributes:
        name: as in the rule.
        attribute: the attribute of an instance of the declared class.
        after: what is known of the value that has it; None where nothing is.
        optional: whether that value may well be None.
        is_key: whether the name is a key of a dict.
        is_guarded: whether the value may be of a kind whose attributes are read with care.
    """

    name: str
    attribute: str
    after: nodes.Node | None
    optional: bool
    is_key: bool
    is_guarded: bool = False

    def read(self, value: Any) -> Any:
        """Raises AttributeError or KeyError."""
        if self.is_key:
            return value[self.name]
        cls = type(value)
        kind = kind_of_class(cls)
        if kind is None:
            return getattr(value, self.attribute)
        # It may be of another class than the declared one.
        found = get_kind(kind).value_of(value, attribute_of(record_of(cls), self.name))
        if found is MISSING:
            raise AttributeError(self.name)
        return found

    def emit(self, writer: FunctionWriter, value: str, number: int) -> str:
        """The expression that reads the part from another expression."""
        held = f"p{number}" if self.optional else value
        if self.is_key:
            found = f"{held}[{writer.key(self.name)}]"
        elif self.is_guarded:
            found = f"{writer.name(self.read, 'read')}({held})"
        elif can_be_spelled(self.attribute):
            found = f"{held}.{self.attribute}"
        else:
            found = f"getattr({held}, {writer.key(self.attribute)})"
        return f"({found} if ({held} := {value}) is not None else None)" if self.optional else found


def read_parts(value: Any, first: str, parts: tuple[PathPart, ...], none_fits: bool) -> Any:
    """The value at the end of a path; None where the path goes through None, or by a key that is not there.

    Raises ConversionError, with the path in the source, where it ends before, and at None unless `none_fits`.
    """
    done = [first]
    for part in parts:
        if value is None:
            if none_fits:
                return None
            raise ValueConversionError(
                "the path goes through None", source_path=tuple(done), expected=f"a value with {part.name}"
            )
        try:
            value = part.read(value)
        except (AttributeError, KeyError) as error:
            if none_fits and part.is_key:
                return None
            raise MissingFieldError(
                "the path ends before",
                source_path=(*done, part.name),
                expected=f"a value with {part.name}",
                found=describe_value(value),
            ).caused_by(error) from error
        done.append(part.name)
    return value


class Runner(Protocol):
    """A conversion."""

    run: Callable[..., Any]


class ValueSource(abc.ABC):
    """Gives the value of a field, if no attribute does."""

    from_call = False

    @abc.abstractmethod
    def read(self, instance: Any, given: Given) -> Any:
        """The value, not converted yet. Raises ConversionError."""

    @abc.abstractmethod
    def write(self, writer: FunctionWriter, var: str, step: Step) -> None:
        """Adds the lines that assign the converted value to `var`."""

    def check(self, step: Step) -> None:  # noqa: B027  # of most sources nothing is known before
        """Raises ConversionError if no value of this source can be one of the field."""

    @abc.abstractmethod
    def describe(self) -> str:
        """As `explain` shows it."""


def name_of_function(function: Any) -> str:
    """The name of a function, or that of the class of another callable, such as a `partial`."""
    name: str = getattr(function, "__qualname__", None) or type(function).__qualname__
    return name


class Computed(ValueSource):
    """The value is what a function returns of the source instance."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def read(self, instance: Any, given: Given) -> Any:
        try:
            return self.function(instance)
        except RecursionError:
            raise
        except Exception as error:
            raise self.failed(error, instance) from error

    def failed(self, error: Exception, instance: Any) -> ConversionError:
        name = name_of_function(self.function)
        return ValueConversionError(
            f"{name} raised {type(error).__name__}: {error}", found=describe_value(instance)
        ).caused_by(error)

    def write(self, writer: FunctionWriter, var: str, step: Step) -> None:
        function = writer.name(self.function, "function")

        def failed(error: Exception, instance: Any) -> ConversionError:
            return self.failed(error, instance).prepend(step.field.name, source=())

        # Called once: what it returns is not asked for again where the generated lines cannot take it.
        raise_error = f"    raise {writer.name(failed, 'failed')}(caught, s) from caught"
        writer.add(2, "try:", f"    {var} = {function}(s)", "except RecursionError:", "    raise")
        writer.add(2, "except Exception as caught:", raise_error)
        write_kept(writer, var)
        write_converted(writer, var, step)

    def describe(self) -> str:
        return f"computed by {name_of_function(self.function)}"


class Assembled(ValueSource):
    """The value is a model that is made of fields of the source instance itself.

    Attributes:
        inside: the conversion of the source to the model.
        names: the attributes of which one is not None, where a value is there at all; empty where it always is.
    """

    def __init__(self, inside: Runner, names: tuple[str, ...]) -> None:
        self.inside = inside
        self.names = names

    def read(self, instance: Any, given: Given) -> Any:
        if self.names and all(getattr(instance, name, None) is None for name in self.names):
            return None
        return self.inside.run(instance)

    def write(self, writer: FunctionWriter, var: str, step: Step) -> None:
        read = writer.name(step, "step")
        writer.add(2, f"{var} = {writer.name(writer.plan.read, 'read')}(s, {read})")
        write_kept(writer, var)
        write_converted(writer, var, step)

    def describe(self) -> str:
        return "made of several fields"


class Fixed(ValueSource):
    """The value is a constant."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def read(self, instance: Any, given: Given) -> Any:
        return self.value

    def write(self, writer: FunctionWriter, var: str, step: Step) -> None:
        made = step.convert(self.value, None)
        if type(made) in ATOMIC:
            writer.add(2, f"{var} = {writer.name(made, 'constant')}")
        else:
            writer.add(2, f"{var} = {writer.name(step.convert, 'value')}({writer.name(self.value, 'constant')}, None)")

    def check(self, step: Step) -> None:
        step.convert(self.value, None)

    def describe(self) -> str:
        return f"constant {describe_value(self.value).rpartition(' (')[0]}"


FOR_ROOT = "the value comes with the call, and is for the outermost class alone"


class FromCall(ValueSource):
    """The value comes with the call, for the root alone."""

    from_call = True

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, instance: Any, given: Given) -> Any:
        if given is None or self.name not in given:
            raise MissingFieldError(FOR_ROOT, advice="convert the instance by itself, with values=")
        return given[self.name]

    def write(self, writer: FunctionWriter, var: str, step: Step) -> None:
        writer.add(2, f"{var} = given[{writer.key(self.name)}]")
        write_converted(writer, var, step)

    def describe(self) -> str:
        return "given with the call"


def write_kept(writer: FunctionWriter, var: str) -> None:
    """Adds the lines that keep a computed value: a memo goes by identity, so nothing in it may be freed."""
    if writer.plan.remembers:
        writer.add(2, "if memo is not None:", f"    memo[id({var}), 'computed'] = {var}")


def write_converted(writer: FunctionWriter, var: str, step: Step) -> None:
    """Adds the line that converts a value which is no attribute, so that its place is not found by identity."""
    condition = step.converter.passes(writer, var)
    indent = 2
    if condition is not None:
        if not writer.plan.pair.checked:
            return
        writer.add(2, f"if not ({condition}):")
        indent = 3
    writer.add(indent, f"{var} = {writer.name(step.convert, 'value')}({var}, memo)")
