"""The kinds of models, and the kind of each class. The module of a kind is imported at first use."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, runtime_checkable

KindName = str
# The name in the repr of an instance, and what stands in its brackets: values by name, or without one.
ReprParts = tuple[str, Iterable[tuple[str | None, Any]]]

# The attribute with the `ClassRecord` of a class. A decorator that makes the class anew copies the old one.
RECORD = "__type_safe_convert__"


class GenericParts(NamedTuple):
    """A generic class of a kind that makes a class of its own for each choice of type arguments, or one of these.

    Attributes:
        origin: the generic class that was given arguments; None where it was given none.
        args: the arguments that it was given.
        parameters: the type variables that are left.
    """

    origin: type | None
    args: tuple[Any, ...]
    parameters: tuple[Any, ...]


@runtime_checkable
class Recogniser(Protocol):
    """The part of a `ModelKind` that is asked of a class or a value before it is known of which kind it is."""

    name: str
    label: str
    written_only: bool

    def is_base(self, cls: Any) -> bool: ...

    def is_model(self, cls: Any) -> bool: ...

    def parse_type(self, cls: Any, annotation: Any, parse: Callable[[Any], Any]) -> Any: ...

    def expand_metadata(self, item: Any) -> Iterable[Any] | None: ...

    def parse_metadata(self, node: Any) -> None: ...

    def generic_parts(self, cls: Any) -> GenericParts | None: ...

    def other_keys(self, cls: Any) -> str | None: ...

    def hides_input(self, cls: Any) -> bool: ...

    def repr_parts(self, value: Any) -> ReprParts | None: ...


class KindRow(NamedTuple):
    """A kind of this package.

    Attributes:
        name, label: as in the `ModelKind`; texts name a kind without importing it.
        marker: an attribute that every class of the kind has, its bare base too, and that tells without its library
            whether the kind is worth loading for a class.
        module: defines the `ModelKind` as KIND.
        wider: a library, and the module whose KIND takes the place of that of `module` once the library is imported,
            since it knows classes and fields of the library, too. Both read any other class alike.
        library: the top-level package without which there is no such kind; empty for the standard library.
        extra: the extra of this package that installs the library; empty where it is always there.
        type_markers: attributes of classes, types and constraints that the kind knows, besides those of its library.
        written_only: whether users write its classes, and none is ever made.
        lock: a module and a name in it: the lock that the library holds while it asks for classes of this package.
        asked_first: whether its classes may be of another kind too, and are of this one then.
    """

    name: str
    label: str
    marker: str
    module: str
    library: str = ""
    extra: str = ""
    type_markers: tuple[str, ...] = ()
    written_only: bool = False
    asked_first: bool = False
    lock: tuple[str, str] | None = None
    wider: tuple[str, str] | None = None


class ForeignRow(NamedTuple):
    """A model system that is no kind of this package, and the ways that exist.

    Attributes:
        label: with its article, as in a `KindRow`.
        markers: attributes that its classes have, all of them; told without its library.
        instance_way: how an instance is converted to `{target}`.
        class_way: what to do with the class `{name}`.
    """

    label: str
    markers: tuple[str, ...]
    instance_way: str
    class_way: str


_rows: dict[str, KindRow] = {}
_foreign_rows: list[ForeignRow] = []
_locks: list[tuple[str, str]] = []
_loaded: dict[str, Recogniser] = {}
# The `wider` of rows whose library was not imported when the kind was last asked for.
_wider: dict[str, tuple[str, str]] = {}
# All kinds in the order in which they are asked, with the marker of those that are loaded at their first class.
_markers: dict[str, str | None] = {}
# By class of a value, the kinds that may know it: a table that is replaced when a further kind is loaded.
_of_values: list[weakref.WeakKeyDictionary[type, tuple[Recogniser, ...]]] = [weakref.WeakKeyDictionary()]


def _forget_values() -> None:
    _of_values[0] = weakref.WeakKeyDictionary()


def add_rows(*rows: KindRow) -> None:
    """Makes kinds known that are loaded at their first use."""
    _rows.update({row.name: row for row in rows})
    _locks.extend(row.lock for row in rows if row.lock is not None)
    _wider.update({row.name: row.wider for row in rows if row.wider is not None})
    _markers.update({row.name: row.marker for row in sorted(rows, key=lambda row: not row.asked_first)})


def add_foreign_rows(*rows: ForeignRow) -> None:
    """Makes model systems known of which errors tell what they are."""
    _foreign_rows.extend(rows)


def foreign_row(cls: type) -> ForeignRow | None:
    """The model system of a class that is of no kind; None where it is not known."""
    return next((row for row in _foreign_rows if all(hasattr(cls, marker) for marker in row.markers)), None)


def register_kind(kind: Recogniser) -> None:
    """Adds a `ModelKind` of your own: from now on its classes take part in every conversion.

    Raises:
        TypeError: it is no instance of `ModelKind`.
    """
    if isinstance(kind, type) or not isinstance(kind, Recogniser):
        raise TypeError(f"kind: expected an instance of a ModelKind, found {kind!r}")
    _wider.pop(kind.name, None)
    _loaded[kind.name] = kind
    _markers[kind.name] = None
    _forget_values()


def add_stand_in(kind: Recogniser) -> None:
    """Makes a kind known by its name alone: no class is of it, and no text names it."""
    _loaded[kind.name] = kind


def unregister_kind(name: str) -> None:
    """Takes a kind out that `register_kind` added, for tests; classes that were made keep what they know."""
    del _loaded[name], _markers[name]
    _forget_values()


@functools.cache
def _is_installed(library: str) -> bool:
    return not library or library in sys.modules or importlib.util.find_spec(library) is not None


def _names() -> list[str]:
    """All kinds in the order of their rows; those that users registered come last."""
    return [*_rows, *(name for name in _markers if name not in _rows)]


def kind_names() -> tuple[str, ...]:
    """The kinds whose library is installed."""
    return tuple(name for name in _names() if name not in _rows or _is_installed(_rows[name].library))


def is_written_only(name: str) -> bool:
    """Whether users write the classes of a kind, and none is ever made."""
    return _rows[name].written_only if name in _rows else _loaded[name].written_only


def made_kinds(own: KindName | None = None) -> tuple[str, ...]:
    """The installed kinds of which classes are made, and `own`, in their order."""
    return tuple(name for name in kind_names() if name == own or not is_written_only(name))


def load_kind(name: str) -> Recogniser:
    """The kind of that name; KeyError where there is none."""
    wider = _wider.get(name)
    if wider is not None and sys.modules.get(wider[0]) is not None:
        widen_kind(name)
    found = _loaded.get(name)
    if found is None:
        # Another thread may have loaded the wider kind by now.
        found = _loaded.setdefault(name, importlib.import_module(_rows[name].module).KIND)
        _forget_values()
    return found


def widen_kind(name: str) -> None:
    """Loads the kind that takes the place of one by the `wider` of its row, if that did not happen yet."""
    wider = _wider.get(name)
    if wider is not None:
        _loaded[name] = importlib.import_module(wider[1]).KIND
        _wider.pop(name, None)  # not before: other threads wait for the import
        _forget_values()


def libraries() -> frozenset[str]:
    """The libraries of all kinds of this package."""
    return frozenset(row.library for row in _rows.values() if row.library)


def library_locks() -> list[tuple[str, str]]:
    """The locks that libraries hold while they ask for classes of this package, each by its module and name."""
    return _locks


def extra_of(name: str) -> str:
    """The extra that installs the library of a kind; empty where there is none."""
    return _rows[name].extra if name in _rows else ""


def label_of(name: str) -> str:
    """'a dataclass': the kind in texts."""
    return _rows[name].label if name in _rows else _loaded[name].label


def title_of(name: str) -> str:
    """'dataclass': the kind in the heads of tables."""
    return label_of(name).partition(" ")[2]


def kind_words() -> dict[str, str]:
    """Returns all words by which users may call installed kinds (name, title, library), each with the kind's name."""
    words = {}
    for name in kind_names():
        library = _rows[name].library if name in _rows else ""
        words.update(dict.fromkeys(filter(None, (library, title_of(name), name)), name))
    return words


def describe_kinds(*before: str) -> str:
    """'a Type_Safe, a BaseModel or a dataclass': all kinds in one text, after what is given."""
    *first, last = (*before, *map(label_of, _names()))
    return f"{', '.join(first)} or {last}" if first else last


def _candidates(cls: Any) -> Any:
    """The kinds that a class may be of."""
    if not isinstance(cls, type):
        return
    for name, marker in list(_markers.items()):
        kind = _loaded.get(name)
        if kind is not None:
            yield kind
        elif marker is not None and hasattr(cls, marker):
            yield load_kind(name)


def kinds_of_values(item: Any) -> tuple[Recogniser, ...]:
    """The kinds that may know a type, or an item in the metadata of an annotation: those that are loaded, and those
    whose library it is of."""
    cls = item if isinstance(item, type) else type(item)
    try:
        known = _of_values[0]
        found = known.get(cls)
    except TypeError:  # a metaclass without a hash
        return tuple(_find_kinds_of_values(cls))
    if found is None:
        found = tuple(_find_kinds_of_values(cls))  # which may load kinds, as other threads may: then `known` is gone
        known[cls] = found
    return found


def _find_kinds_of_values(cls: type) -> Iterator[Recogniser]:
    libraries = {str(base.__module__).partition(".")[0] for base in cls.__mro__}
    for name in list(_markers):
        kind = _loaded.get(name)
        if kind is not None:
            yield kind
            continue
        row = _rows[name]
        if row.library in libraries or any(hasattr(cls, marker) for marker in row.type_markers):
            yield load_kind(name)


def has_type_marker(cls: Any) -> bool:
    """Whether a class says by an attribute that the library of a kind reads its instances."""
    return any(hasattr(cls, marker) for row in _rows.values() for marker in row.type_markers)


def generic_parts(cls: Any) -> GenericParts | None:
    """The generic class, arguments and variables of a class that `typing` does not know; None of any other."""
    found = (kind.generic_parts(cls) for kind in kinds_of_values(cls))
    return next((parts for parts in found if parts is not None), None)


def hides_input(cls: type) -> bool:
    """Whether errors are to show nothing of instances of a class that a user wrote."""
    return any(kind.hides_input(cls) for kind in kinds_of_values(cls))


def repr_parts(value: Any) -> ReprParts | None:
    """The parts of the repr of an instance, where its library writes it of its fields; None of any other value."""
    kind_of_class(type(value))  # loads the kind
    found = (kind.repr_parts(value) for kind in kinds_of_values(type(value)))
    return next((parts for parts in found if parts is not None), None)


def kind_of_class(cls: Any) -> KindName | None:
    """The kind of a class, or None where it is no model; never raises."""
    if not isinstance(cls, type):
        return None
    record = cls.__dict__.get(RECORD)
    if record is not None and record.cls is cls:
        kind_name: KindName = record.kind
        return kind_name
    for name, marker in [*_markers.items()]:  # not by `_candidates`: every `convert(obj, cls)` comes here
        kind = _loaded.get(name)
        if kind is None and marker is not None and hasattr(cls, marker):
            kind = load_kind(name)
        if kind is not None and kind.is_model(cls):
            return name
    return None


_NOTHING: Mapping[str, Any] = {}


def kind_of_base(cls: Any) -> KindName | None:
    """The kind whose bare base class `cls` is."""
    record = getattr(cls, "__dict__", _NOTHING).get(RECORD)
    if record is not None and record.cls is cls:  # a model
        return None
    for kind in _candidates(cls):
        if kind.is_base(cls):
            return str(kind.name)
    return None
