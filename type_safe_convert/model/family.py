"""Families: the origin class that a user wrote, and its counterparts in other kinds.

Everything hangs on the classes themselves: an origin's own `__dict__` holds its `ClassRecord`, which holds the
generated classes; the records of these share its table. Nothing outside refers to them, so a family is collected with
its last class.
"""

from __future__ import annotations

import copyreg
import sys
import uuid
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert.advice import no_such_kind, not_a_class
from type_safe_convert.errors import ClassConversionError
from type_safe_convert.generated_class import GeneratedClass, origin_in
from type_safe_convert.model import waiting
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.lock import LOCK as LOCK
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.registry import RECORD as RECORD
from type_safe_convert.registry import (
    KindName,
    is_written_only,
    kind_names,
    kind_of_base,
    kind_of_class,
    label_of,
    made_kinds,
)
from type_safe_convert.types.lazy_annotations import own_annotations

origins: weakref.WeakSet[type] = weakref.WeakSet()


class ClassRecord:
    """A class's record of its family.

    Attributes:
        cls: the class whose own `__dict__` holds this link; a lookup by inheritance must compare it.
        origin: the class that a user wrote.
        kind: the kind of `cls`.
        counterparts: the family's classes by kind, the origin among them; shared by all its links.
        plans: how instances of `cls` are converted, by where to; see `plan`.
        found: the counterparts by kind, for the shortest way from the class to them; none that may be made again.
        checked, unchecked: the functions to counterparts by kind, and to other classes, for the shortest way from an
            instance to them.
        refers_to: of an origin: the origins in its fields, and its bases; None before it was asked.
        waits_for: of an origin: the classes in its instances that wait for names to resolve; None before it was asked.
        told: whether it was said which names of an origin do not exist.
        unfinished: whether an origin was met before its decorator had read it. What is made of it then is used only
            until it is finished.
    """

    __slots__ = (
        "__weakref__",
        "_shape",
        "checked",
        "cls",
        "counterparts",
        "found",
        "kind",
        "origin",
        "plans",
        "refers_to",
        "told",
        "unchecked",
        "unfinished",
        "waits_for",
    )  # fmt: skip

    def __init__(self, cls: type, origin: type, kind: KindName, counterparts: dict[str, type]) -> None:
        self.cls: type = cls
        self.origin: type = origin
        self.kind: KindName = kind
        self.counterparts: dict[str, type] = counterparts
        self.plans: dict[Any, Any] = {}
        self.found: dict[str, type] = {}
        self.checked: dict[Any, Callable[..., Any]] = {}
        self.unchecked: dict[Any, Callable[..., Any]] = {}
        self._shape: Shape | None = None
        self.refers_to: tuple[type, ...] | None = None
        self.waits_for: tuple[type, ...] | None = None
        self.told: bool = False
        self.unfinished: bool = False

    @property
    def is_outdated(self) -> bool:
        """Whether the class was finished since the record was made."""
        return self.unfinished and not is_unfinished(self.cls, self.kind)

    @property
    def shape(self) -> Shape:
        if self._shape is None:
            if self.origin is not self.cls:
                return record_of(self.origin).shape
            shape = read_shape(self.cls)
            waiting.note(self.cls, shape.fields)
            self._shape = shape
        return self._shape

    def __reduce__(self) -> Any:
        # A serialiser that takes the origin by value takes its `__dict__`. Where it arrives the class gets a new link;
        # in this process it is the same class, which keeps its link.
        with LOCK:
            for token, record in _pickled.items():
                if record is self:
                    return _find_link, (token,)
            token = uuid.uuid4().hex
            _pickled[token] = self
        return _find_link, (token,)


_pickled: weakref.WeakValueDictionary[str, ClassRecord] = weakref.WeakValueDictionary()


def _find_link(token: str) -> ClassRecord:
    return _pickled.get(token) or ClassRecord(object, object, "", {})


def record_of(cls: type) -> ClassRecord:
    """The link of a model class, made when there is none. Raises NotAModelError."""
    try:
        record: ClassRecord = cls.__dict__[RECORD]
    except (KeyError, AttributeError):
        pass
    else:
        # A decorator that makes the class anew (slots=True) copies the old one's `__dict__`.
        if record.cls is cls and not (record.unfinished and record.is_outdated):
            return record
    kind = kind_of_class(cls)
    if kind is None:
        raise not_a_class(cls)
    with LOCK:
        existing: ClassRecord | None = cls.__dict__.get(RECORD)
        if existing is not None and existing.cls is cls and not existing.is_outdated:
            return existing
        record = ClassRecord(cls, cls, kind, {kind: cls})
        record.unfinished = is_unfinished(cls, kind)
        type.__setattr__(cls, RECORD, record)
        origins.add(cls)
        return record


def is_static(cls: type) -> bool:
    """Whether the class is importable by its name, and so stays for ever."""
    return getattr(sys.modules.get(cls.__module__), cls.__name__, None) is cls


def is_unfinished(cls: type, kind: KindName) -> bool:
    """Whether the statement that defines a class may not be at its end: its `__init_subclass__`, or another thread
    while a decorator works, finds it among the subclasses of its base."""
    return not is_static(cls) and get_kind(kind).is_undecorated(cls)


def origin_of(cls: type) -> type:
    """Returns the class that a user wrote, for a generated class; any other model class is its own origin."""
    return record_of(cls).origin


def shape_of(cls: type) -> Shape:
    """The Shape of a model class of any kind; of a generated class, that of the class it was made from.

    Raises:
        NotAModelError: `cls` is no model class.
        ClassConversionError: its definition cannot be read.
    """
    return record_of(cls).shape


def attribute_of(record: ClassRecord, name: str) -> str:
    """The attribute that holds a field in instances of the link's class."""
    if record.origin is record.cls:
        return name
    return get_kind(record.kind).attribute(name, record.shape)


def read_shape(cls: type) -> Shape:
    """The Shape of a class that a user wrote, read anew."""
    name = kind_of_class(cls)
    if name is None:
        raise not_a_class(cls)
    kind = get_kind(name)
    shape = kind.read(cls)
    wider = get_kind(name)  # the class, or a module that its annotations name, may need its library
    return shape if wider is kind else wider.read(cls)


def own_field_names(cls: type, bases: tuple[type, ...], fields: Mapping[str, Field]) -> frozenset[str]:
    """Names of the fields that `cls` adds to its model bases or changes: annotated or assigned in its body, or in no
    base, or with another annotation or default than in a base, as where it fills a TypeVar or two bases differ."""
    inherited: set[str] = set()
    changed = {*own_annotations(cls), *cls.__dict__}
    for base in bases:
        above, made = shape_of(base).fields, origin_in(base) is not None
        inherited.update(above)
        if not made:
            changed.update(name for name in fields if name in above and not is_inherited(fields[name], above[name]))
    mixins = [base for base in cls.__mro__[1:] if not any(base in model.__mro__ for model in bases)]
    for mixin in mixins:
        changed.update(own_annotations(mixin))
    return frozenset(name for name in fields if name in changed or name not in inherited)


def is_inherited(field: Field, above: Field) -> bool:
    """Whether a field is that of a base: of the same annotation and the same default."""
    if field.annotation != above.annotation:
        return False
    if field.default_factory is not None and above.default_factory is not None:
        return _is_same_function(field.default_factory, above.default_factory)
    if (field.default_factory is None) is not (above.default_factory is None):
        return False
    default = above.default
    try:
        return field.default is default or (type(field.default) is type(default) and bool(field.default == default))
    except Exception:  # a class whose `==` gives no truth value
        return False


def _is_same_function(function: Any, other: Any) -> bool:
    """Whether two functions are the same, or the same code over the same values; which class asked does not count."""
    if function is other:
        return True
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None) or ()
    if code is None or code is not getattr(other, "__code__", None):
        return False
    return all(
        cell.cell_contents is item.cell_contents or isinstance(cell.cell_contents, type)
        for cell, item in zip(cells, other.__closure__ or (), strict=True)
    )


def counterpart(cls: type, kind: str) -> type:
    """The class of that kind in the family of `cls`, made when there is none.

    Raises:
        NotAModelError: `cls` is no model class, or there is no such kind.
        ClassConversionError: it cannot be expressed in that kind; says the class, the field and why.
    """
    record = record_of(cls)
    if not isinstance(kind, str):
        raise no_such_kind(kind)
    found = record.counterparts.get(kind)
    if found is not None:
        return found
    require_kind(kind)
    if is_written_only(kind):
        raise ClassConversionError(
            f"no class of this kind is made: write {label_of(kind)}, and convert to that",
            expected=" or ".join(map(repr, made_kinds())),
            found=repr(kind),
            source_class=record.origin,
        )
    with LOCK:
        record = record_of(cls)  # another thread may have made it anew
        found = record.counterparts.get(kind)
        if found is None:
            found = get_kind(kind).make_class(record.origin)
        return found


def require_kind(kind: str) -> None:
    """Raises NotAModelError where there is no kind of that name."""
    if kind not in kind_names():
        raise no_such_kind(kind)


def class_for_field(cls: type, kind: str, origin_kind: str) -> type:
    """The class that stands, in a model of `kind`, for a field declared as `cls` in an origin of `origin_kind`.

    In the origin's own kind it is the declared class itself, of whatever kind; elsewhere the counterpart, which for a
    class that is of that kind already is the class itself.
    """
    if kind == origin_kind:
        return cls
    base = kind_of_base(cls)
    if base is not None:
        return get_kind(kind).base or object
    return cls if record_of(cls).kind == kind else counterpart(cls, kind)


def value_kind(cls: type) -> KindName | None:
    """The kind of a family whose classes are values in models of other kinds; None for any other class."""
    name = kind_of_class(origin_in(cls) or cls)
    return name if name is not None and get_kind(name).traits.is_value else None


def is_subclass(cls: type, base: type) -> bool:
    """`issubclass`, also of a class that refuses to tell: a TypedDict has its bases in its shape."""
    try:
        return issubclass(cls, base)
    except TypeError:
        return cls is base or any(is_subclass(item, base) for item in record_of(cls).shape.bases)


def lineage(cls: type) -> list[type]:
    """A model class and all above it, the nearest first; a TypedDict has its bases in its shape alone."""
    above = (item for base in record_of(cls).shape.bases for item in lineage(base))
    return [*dict.fromkeys((*cls.__mro__, *above))]


def has_subclasses(cls: type) -> bool:
    """Whether a user derived a class from `cls`."""
    return any(origin_in(subclass) is None for subclass in subclasses_of(cls))


def is_written(cls: type) -> bool:
    """Whether the class is a model that a user wrote, and the statement that defines it has ended."""
    if origin_in(cls) is not None or kind_of_class(cls) is None:
        return False
    record = record_of(cls)  # waits for a class that another thread is making
    return record.origin is cls and not record.unfinished


def subclasses_of(cls: type) -> list[type]:
    """Every class below `cls`, made ones among them."""
    found: dict[type, None] = {}
    stack: list[type] = type.__subclasses__(cls)[::-1]
    while stack:
        subclass = stack.pop()
        if subclass not in found:
            found[subclass] = None
            below: list[type] = type.__subclasses__(subclass)
            stack.extend(reversed(below))
    return list(found)


def reduce_class(cls: type) -> Any:
    """Pickles a generated class as a question to its origin, and any other class by name as always."""
    origin = origin_in(cls)
    if origin is None:
        return cls.__qualname__
    return counterpart, (origin, kind_of_class(cls))


copyreg.pickle(GeneratedClass, reduce_class)
