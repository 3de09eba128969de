"""The errors that a conversion can raise: each says the class, the path, what was expected and what was found."""

from __future__ import annotations

import collections
import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Self

from type_safe_convert import registry
from type_safe_convert.generated_class import ORIGIN

Path = tuple[Any, ...]

_FOUND_LENGTH = 120
_PATH_LENGTH = 40

# In place of the object in which an error happened: its path is complete as it is.
UNLOCATED: Final = object()


class Key(str):
    """A text that is the key of a dict, in a path: shown as `['a']`, where a field is `.a`."""

    __slots__ = ()


def as_step(key: Any) -> Any:
    """The key of a dict, as a step of a path."""
    return Key(key) if type(key) is str else key


def format_path(path: Path) -> str:
    """`('items', 1, 'price')` as `items[1].price`; keys of dicts are shown by repr, long paths cut."""
    if len(path) > _PATH_LENGTH:
        half = _PATH_LENGTH // 2
        return f"{format_path(path[:half])} ... {format_path(path[-half:])}"
    text = ""
    for step in path:
        if isinstance(step, str) and step.isidentifier() and type(step) is not Key:
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text


def type_text(annotation: Any) -> str:
    """A class by its name, and any other type as a user would write it, without modules."""
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return annotation.__name__
    text = annotation if isinstance(annotation, str) else repr(annotation)
    return re.sub(r"\b(?:[A-Za-z_]\w*\.|<locals>\.)+(?=[A-Za-z_])", "", text).replace("NoneType", "None")


def describe_value(value: object) -> str:
    """A short, safe description of a value: its repr, cut, with the type; never raises."""
    try:
        text = _start_of_repr(value)
    except Exception:
        text = "<unprintable>"
    if len(text) > _FOUND_LENGTH:
        text = text[:_FOUND_LENGTH] + "..."
    return f"{text} ({type(value).__name__})"


def _start_of_repr(value: object) -> str:
    """The repr of a value, or so much of it as is shown: the whole of one that holds others often can be endless."""
    text = ""
    stack: list[tuple[int, Iterator[Any]]] = [(0, iter([(value,)]))]
    inside: set[int] = set()
    while stack and len(text) <= _FOUND_LENGTH:
        piece = next(stack[-1][1], None)
        if piece is None:
            inside.discard(stack.pop()[0])
        elif type(piece) is str:
            text += piece
        elif id(piece[0]) in inside:
            text += "..."
        else:
            stack.append((id(piece[0]), _pieces(piece[0])))
            if type(piece[0]) not in _HOLD_NOTHING:
                inside.add(id(piece[0]))
    return text


_HOLD_NOTHING = frozenset({str, bytes, int, float, bool, type(None)})


def hides_input(cls: Any) -> bool:
    """Whether errors are to show nothing of instances of a model class, or of the origin of a generated one."""
    origin = cls.__dict__.get(ORIGIN, cls) if isinstance(cls, type) else cls
    return isinstance(origin, type) and registry.hides_input(origin)


def _pieces(value: Any) -> Iterator[Any]:
    """The repr of a value in pieces: text, and in tuples of one the values that stand between."""
    cls: Any = type(value)
    write = cls.__repr__
    if cls.__module__ != "builtins" and hides_input(cls):
        yield f"{cls.__name__}(...)"
        return
    if write in (str.__repr__, bytes.__repr__):
        yield repr(value[: _FOUND_LENGTH + 1])
    elif write is dict.__repr__:
        yield "{"
        for number, (key, item) in enumerate(dict.items(value)):
            yield from (", ",) if number else ()
            yield from ((key,), ": ", (item,))
        yield "}"
    elif write in _BRACKETS and value and not (isinstance(value, set | frozenset) and cls not in (set, frozenset)):
        start, end = _BRACKETS[write]
        if isinstance(value, collections.deque) and value.maxlen is not None:
            end = f"], maxlen={value.maxlen})"
        yield start
        for number, item in enumerate(tuple.__iter__(value) if isinstance(value, tuple) else value):
            yield from (", ",) if number else ()
            yield (item,)
        yield ",)" if write is tuple.__repr__ and len(value) == 1 else end
    else:
        parts = registry.repr_parts(value)
        yield from (repr(value),) if parts is None else _named(*parts)


def _named(name: str, held: Iterable[tuple[str | None, Any]]) -> Iterator[Any]:
    yield f"{name}("
    for number, (key, item) in enumerate(held):
        yield from (", ",) if number else ()
        yield f"{key}=" if key is not None else ""
        yield (item,)
    yield ")"


_BRACKETS: dict[Any, tuple[str, str]] = {
    list.__repr__: ("[", "]"),
    tuple.__repr__: ("(", ")"),
    set.__repr__: ("{", "}"),
    frozenset.__repr__: ("frozenset({", "})"),
    collections.deque.__repr__: ("deque([", "])"),
}


class ConversionError(Exception):
    """Base of every error of this package.

    Attributes:
        path: where, as a tuple of field names, indexes and keys; empty for a class as a whole.
        source_path: where in the source, which rules may have under other names; else the same as `path`.
        expected: what would have fitted, as text.
        found: what was there, as text.
        advice: what to do instead, as text; empty where that is not known.
        source_class, target_class: the classes of the conversion that was asked for, where known; a type or the name of
            a kind, where that was asked for.
        errors: all problems of the same conversion, each a ConversionError, this one among them; empty when there is
            one.
    """

    def __init__(
        self,
        reason: str = "",
        *,
        path: Path = (),
        expected: str = "",
        found: str = "",
        source_class: type | None = None,
        target_class: type | None = None,
        errors: Iterable[ConversionError] = (),
        source_path: Path | None = None,
        advice: str = "",
    ) -> None:
        super().__init__(reason)
        # Errors of earlier attempts do not help. A cause that does is given by `raise ... from`.
        self.__suppress_context__ = True
        self.reason = reason
        self.path = path
        self.other_path = source_path
        self.expected = expected
        self.found = found
        self.advice = advice
        self.source_class = source_class
        self.target_class = target_class
        self.errors: tuple[ConversionError, ...] = tuple(errors)
        # The object in which it happened; the caller one level up finds its place by identity and adds to the path.
        self.source: object = UNLOCATED
        # The error of a constructor or validator; `__cause__` does not outlive `raise ... from None`.
        self.raised: Exception | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: value for name, value in self.__dict__.items() if name not in ("source", "raised")}
        return (_restore, (type(self), state))

    def caused_by(self, error: Exception) -> Self:
        """Remembers what a constructor or a validator raised; returns self."""
        self.raised = error
        return self

    @property
    def source_path(self) -> Path:
        """The path in the source, which rules may make another one than that in the target."""
        return self.path if self.other_path is None else self.other_path

    def prepend(self, *steps: Any, source: Path | None = None) -> ConversionError:
        """Puts `steps` before the path, of this error and of the further ones; returns self.

        `source`: the same steps in the source, where they have other names there.
        """
        errors = (self, *(error for error in self.errors if error is not self))
        for error in errors:
            if source is not None or error.other_path is not None:
                error.other_path = (*(steps if source is None else source), *error.source_path)
            error.path = (*steps, *error.path)
        return self

    def __str__(self) -> str:
        what = ""
        if self.source_class is not None:
            what = type_text(self.source_class)
            if self.target_class is not None:
                what += f" -> {type_text(self.target_class)}"
        head = ": ".join(part for part in (what, self.place) if part)
        text = f"{head}: {self.detail}" if head else self.detail
        others = list(self.errors)
        for number, error in enumerate(others):
            if (error.path, error.detail) == (self.path, self.detail):  # the first line tells it
                del others[number]
                break
        return text + "".join(f"\n  {self._line_of(error)}" for error in others)

    @property
    def place(self) -> str:
        """The path as text, with that in the source if it has another there."""
        place = format_path(self.path)
        if self.other_path is None or self.other_path == self.path:
            return place
        return f"{place} (from {format_path(self.other_path) or 'the source'})"

    def _line_of(self, error: ConversionError) -> str:
        """One of several problems, with its place."""
        place = self._place_of(error)
        return f"{place}: {error.detail}" if place else error.detail

    def _place_of(self, error: ConversionError) -> str:
        return error.place

    @property
    def detail(self) -> str:
        """The message without classes and path."""
        text = self.reason
        if self.expected:
            text += f"{': ' if text else ''}expected {self.expected}"
        if self.found:
            text += f"{', ' if self.expected else ': ' if text else ''}found {self.found}"
        if self.advice:
            text += f"; {self.advice}"
        return text


def path_into(data: Any, loc: Path, kind: str, lists: dict[int, list[Any]] | None = None) -> Path:
    """The steps of pydantic's `loc` that lead into the data; the others name members of unions and functions.

    `lists` keeps the sets in the data as lists, for the other errors in them.
    """
    path: list[Any] = []
    last = len(loc) - 1
    for number, step in enumerate(loc):
        if isinstance(data, set | frozenset):
            lists = {} if lists is None else lists
            if id(data) not in lists:
                lists[id(data)] = list(data)
            data = lists[id(data)]
        if isinstance(data, dict):
            found = step in data
        elif isinstance(data, list | tuple):
            found = type(step) is int and step < len(data)
        else:
            data = getattr(data, "__dict__", {})
            found = step in data
        if found:
            data = data[step]
        elif not (number == last and kind.startswith("missing")):
            continue
        path.append(step)
    return tuple(path)


def without_values(error: ConversionError) -> ConversionError:
    """The error without what was found, for a class that hides its input; a new one, since the causes tell it too."""
    made = copy.copy(error)
    made.source = error.source
    made.reason, made.found = hidden_in(error.reason, error.found), ""
    made.args = (made.reason,)
    made.errors = tuple(map(without_values, error.errors))
    return made


def hidden_in(reason: str, found: str) -> str:
    """A reason without the value that a constructor or validator put into it; `found` describes the value."""
    value = found.rpartition(" (")[0]
    for text in (value, value.strip("'\"")):
        if text:
            reason = reason.replace(text, "...")
    return reason


def refused_by(cls: type, error: Exception, path: Path = ()) -> ValueConversionError:
    """The error of values that the constructor of `cls` refuses by raising `error`."""
    reason = f"{cls.__name__} refused the values: {type(error).__name__}: {error}"
    return ValueConversionError(reason, path=path).caused_by(error)


def merge_errors(errors: Sequence[ConversionError], cls: type[ConversionError] | None = None) -> ConversionError:
    """One error that stands for all: the first, with every one of them in its `errors`; of its class, or of `cls`."""
    first = errors[0]
    cls = type(first) if cls is None else cls
    if len(errors) == 1 and type(first) is cls:
        return first
    further = first.errors if len(errors) == 1 else [item for error in errors for item in error.errors or (error,)]
    merged = cls(
        first.reason,
        path=first.path,
        source_path=first.other_path,
        expected=first.expected,
        found=first.found,
        advice=first.advice,
        errors=further,
    )
    merged.raised, merged.__cause__ = first.raised, first.__cause__
    return merged


def _restore(cls: type[ConversionError], state: dict[str, Any]) -> ConversionError:
    error = cls.__new__(cls)
    Exception.__init__(error, state["reason"])
    error.__dict__.update({"other_path": None, "advice": "", **state}, source=UNLOCATED, raised=None)
    return error


class NotAModelError(ConversionError, TypeError):
    """The source or the target is no model of the kind that was asked for."""


class ClassConversionError(ConversionError, ValueError):
    """A class has no counterpart in the other kind, or cannot be converted to another class; says which field and why.

    Its `errors` may be of classes inside of the two.
    """

    def _place_of(self, error: ConversionError) -> str:
        if error.target_class in (None, self.target_class) or error.source_class is None:
            return error.place
        return f"{error.source_class.__name__} -> {error.target_class.__name__}: {error.place}"


class UnresolvedNameWarning(UserWarning):
    """A name in an annotation does not exist at run time, so that any value passes there.

    Told once a class. With `warnings.simplefilter("error", UnresolvedNameWarning)` a ClassConversionError is raised.
    """


class UntypedKeyWarning(UserWarning):
    """A dict was written to JSON whose keys are no text, in a place whose annotation declares no type of keys.

    Told once a class: the keys come back as text. With `warnings.simplefilter("error", UntypedKeyWarning)` a
    ValueConversionError is raised.
    """


class ValueConversionError(ConversionError, ValueError):
    """A value does not fit the field that it goes to."""


class MissingFieldError(ConversionError, ValueError):
    """The target requires a field that the source does not have, or whose attribute was never set."""


class ExtraFieldError(ConversionError, ValueError):
    """`forbid_extra=True` was asked for and the target has no place for a field of the source."""


class UntoldClassError(ConversionError, ValueError):
    """The value would become one that does not tell its class, and its place does not tell it either: it would not come
    back as what it is."""


class NestingTooDeepError(ConversionError, ValueError):
    """The object nests deeper than the interpreter's recursion limit allows."""
