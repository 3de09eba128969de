"""Families: one concept in up to three kinds, the origin that somebody wrote and the classes made from it.

Everything hangs on the classes themselves: an origin's own `__dict__` holds its `Link`, which holds the made classes;
each of these holds a link that shares the same table. Nothing outside refers to them, so a family is collected with
its last class.
"""

from __future__ import annotations

import enum
import inspect
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert import annotations as nodes
from type_safe_convert.errors import ClassConversionError, ConversionError, NotAModelError, describe_value
from type_safe_convert.kind import Kind, KindName, MadeField, base_of, get_kind, kind_names, kind_of_class
from type_safe_convert.made import ORIGIN, origin_in
from type_safe_convert.shape import MISSING, Field, Shape

LINK = "__type_safe_convert__"

# One lock for everything that makes classes or functions: these are rare, and a class may need many others.
LOCK = threading.RLock()

origins: weakref.WeakSet[type] = weakref.WeakSet()


class Link:
    """What a class knows of its family.

    Attributes:
        cls: the class whose own `__dict__` holds this link; a lookup by inheritance must compare it.
        origin: the class that somebody wrote.
        kind: the kind of `cls`.
        siblings: the family's classes by kind, the origin among them; shared by all its links.
        plans: how instances of `cls` are converted, by where to; see `plan`.
        checked, unchecked: the functions to the siblings, by kind, for the shortest way from an instance to them.
    """

    __slots__ = ("__weakref__", "_shape", "checked", "cls", "kind", "origin", "plans", "siblings", "unchecked")

    def __init__(self, cls: type, origin: type, kind: KindName, siblings: dict[str, type]) -> None:
        self.cls = cls
        self.origin = origin
        self.kind = kind
        self.siblings = siblings
        self.plans: dict[Any, Any] = {}
        self.checked: dict[Any, Callable[..., Any]] = {}
        self.unchecked: dict[Any, Callable[..., Any]] = {}
        self._shape: Shape | None = None

    @property
    def shape(self) -> Shape:
        if self._shape is None:
            self._shape = read_shape(self.cls) if self.origin is self.cls else link_of(self.origin).shape
        return self._shape


def link_of(cls: type) -> Link:
    """The link of a model class, made when there is none. Raises NotAModelError."""
    try:
        link: Link = cls.__dict__[LINK]
    except (KeyError, AttributeError):
        pass
    else:
        if link.cls is cls:  # a decorator that makes the class anew (slots=True) copies the old one's `__dict__`
            return link
    kind = kind_of_class(cls)
    if kind is None:
        raise NotAModelError(
            "not a model class", expected="a Type_Safe, a BaseModel or a dataclass", found=describe_value(cls)
        )
    with LOCK:
        existing: Link | None = cls.__dict__.get(LINK)
        if existing is not None and existing.cls is cls:
            return existing
        link = Link(cls, cls, kind, {kind: cls})
        type.__setattr__(cls, LINK, link)
        origins.add(cls)
        return link


def origin_of(cls: type) -> type:
    """The class that somebody wrote, for a made class; any other model class is its own origin."""
    return link_of(cls).origin


def shape_of(cls: type) -> Shape:
    """The Shape of a model class of any kind; of a made class, that of the class it was made from.

    Raises:
        NotAModelError: `cls` is no model class.
        ClassConversionError: its definition cannot be read.
    """
    return link_of(cls).shape


def read_shape(cls: type) -> Shape:
    """The Shape of a class that somebody wrote, read anew."""
    name = kind_of_class(cls)
    if name is None:
        raise NotAModelError(
            "not a model class", expected="a Type_Safe, a BaseModel or a dataclass", found=describe_value(cls)
        )
    return get_kind(name).read(cls)


def own_field_names(cls: type, bases: tuple[type, ...], hints: Mapping[str, Any]) -> frozenset[str]:
    """Which fields `cls` adds to its model bases or changes: annotated or assigned in its body, or in no base, or
    inherited from a generic base whose TypeVar it fills."""
    inherited: set[str] = set()
    for base in bases:
        fields = shape_of(base).fields
        inherited.update(name for name in fields if fields[name].annotation == hints.get(name))
    written = {*inspect.get_annotations(cls), *cls.__dict__}
    mixins = [base for base in cls.__mro__[1:] if not any(issubclass(model, base) for model in bases)]
    for mixin in mixins:
        written.update(inspect.get_annotations(mixin))
    return frozenset(name for name in hints if name in written or name not in inherited)


def sibling(cls: type, kind: str) -> type:
    """The class of that kind in the family of `cls`, made when there is none.

    Raises:
        NotAModelError: `cls` is no model class, or there is no such kind.
        ClassConversionError: it cannot be expressed in that kind; says the class, the field and why.
    """
    link = link_of(cls)
    found = link.siblings.get(kind)
    if found is not None:
        return found
    if kind not in kind_names():
        raise NotAModelError("no such kind", expected=" or ".join(map(repr, kind_names())), found=repr(kind))
    with LOCK:
        found = link.siblings.get(kind)
        return found if found is not None else _Group(get_kind(kind)).make(link.origin)


def class_in_kind(cls: type, kind: str, home: str) -> type:
    """The class that stands, in a model of `kind`, for a field declared as `cls` in an origin of kind `home`.

    At home it is the declared class itself, of whatever kind; elsewhere the sibling, which for a class that is of that
    kind already is the class itself.
    """
    if kind == home:
        return cls
    base = base_of(cls)
    if base is not None:
        return get_kind(kind).base or object
    return cls if link_of(cls).kind == kind else sibling(cls, kind)


class _Group:
    """Makes a class of one kind together with all the classes that it needs and that do not exist yet.

    First all of them are built, bases before subclasses and, as far as cycles allow, the models in fields before the
    model that has the fields; what must be named before it exists is a ForwardRef of a unique name. Then these are
    resolved, and last everything is published at once.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.made: dict[type, Any] = {}
        self.references: dict[type, str] = {}
        self.unfinished: list[type] = []
        self.started: set[type] = set()
        self.postponed: list[type] = []
        self.refers = False

    def make(self, origin: type) -> type:
        self.visit(origin)
        while self.postponed:
            self.visit(self.postponed.pop())
        names = {name: self.made[cls] for cls, name in self.references.items()}
        for cls in self.unfinished:
            shape = link_of(cls).shape
            self.kind.finish(self.made[cls], self.made_fields(shape, final=True), names)
        for cls, made in self.made.items():
            link = link_of(cls)
            type.__setattr__(made, LINK, Link(made, cls, self.kind.name, link.siblings))
            link.siblings[self.kind.name] = made
        return self.made[origin]

    def visit(self, origin: type) -> None:
        if origin in self.started:
            return
        shape = link_of(origin).shape
        self.started.add(origin)
        for base in shape.bases:
            self.visit_model(base)
        for name in shape.own:
            for node in nodes.walk(shape.fields[name].node):
                if isinstance(node, nodes.Model) and base_of(node.cls) is None:
                    self.visit_model(node.cls, from_field=True)
        try:
            self.build(origin, shape)
        except ConversionError:
            raise
        except Exception as error:
            raise ClassConversionError(
                f"cannot be expressed as a {self.kind.suffix}: {type(error).__name__}: {error}", source_class=origin
            ) from error

    def visit_model(self, cls: type, from_field: bool = False) -> None:
        link = link_of(cls)
        if self.kind.name in link.siblings or link.origin in self.started:
            return
        if from_field and any(base in self.started and base not in self.made for base in link.origin.__mro__[1:]):
            self.postponed.append(link.origin)  # its base is being built right now
            return
        self.visit(link.origin)

    def build(self, origin: type, shape: Shape) -> None:
        bases = tuple(self.existing(base) for base in shape.bases)
        fields = self.made_fields(shape)
        made = self.kind.build(shape, bases, fields)
        type.__setattr__(made, ORIGIN, origin)
        self.made[origin] = made
        if self.refers:
            self.unfinished.append(origin)

    def existing(self, cls: type) -> Any:
        link = link_of(cls)
        return link.siblings.get(self.kind.name) or self.made[link.origin]

    def made_fields(self, shape: Shape, final: bool = False) -> list[MadeField]:
        self.refers = False
        return [self.made_field(shape, field, final) for name, field in shape.fields.items() if name in shape.own]

    def made_field(self, shape: Shape, field: Field, final: bool) -> MadeField:
        default, factory = self.default(shape, field)
        annotation = nodes.render(field.node, lambda node: self.annotate(node, shape, final))
        if default is None and not nodes.accepts_none(field.node):
            annotation = nodes.optional(annotation)
        return MadeField(field, self.kind.attribute(field.name, shape), annotation, default, factory)

    def annotate(self, node: nodes.Node, shape: Shape, final: bool) -> Any:
        special = self.kind.annotate(node)
        if special is not NotImplemented:
            return special
        if isinstance(node, nodes.Collection) and node.origin is set and not self.hash_by_value(node.item):
            return list[nodes.render(node.item, lambda item: self.annotate(item, shape, final))]  # type: ignore[misc]
        if not isinstance(node, nodes.Model):
            return NotImplemented
        base = base_of(node.cls)
        if base is not None:
            return self.kind.base if self.kind.base is not None else nodes.Any
        link = link_of(node.cls)
        found = link.siblings.get(self.kind.name) or self.made.get(link.origin)
        if found is not None:
            return found
        self.refers = True
        name = self.references.setdefault(link.origin, f"Made_{id(link.origin):x}_{len(self.references)}")
        return nodes.forward_reference(name)

    def hash_by_value(self, node: nodes.Node) -> bool:
        return members_hash_by_value(node, self.kind.name)

    def default(self, shape: Shape, field: Field) -> tuple[Any, Callable[[], Any] | None]:
        """The default in the made class's own terms: converted when it is asked for, and fresh each time."""
        if field.required:
            # A field that the constructor does not take is computed by the origin; nobody can be asked for it.
            return (MISSING if field.init else None), None
        if field.default is None or (field.default_factory is None and _is_constant(field.default)):
            return field.default, None
        kind, cls = self.kind.name, shape.cls

        def make_default() -> Any:
            from type_safe_convert.plan import convert_default

            return convert_default(cls, field, kind)

        return MISSING, make_default


def _is_constant(default: Any) -> bool:
    return type(default) in (bool, bytes, complex, int, float, str) or isinstance(default, enum.Enum)


def members_hash_by_value(node: nodes.Node, kind: str) -> bool:
    """Whether set members of that annotation hash by value in `kind`, so that a set of them can be a set there."""
    for item in nodes.walk(node):
        if isinstance(item, nodes.Model):
            cls = item.cls
            if base_of(cls) is not None or kind == "type_safe":
                continue
            shape = link_of(cls).shape
            if not shape.frozen or shape.kind == "type_safe":
                return False
    return True


def has_subclasses(cls: type) -> bool:
    """Whether somebody wrote a subclass of `cls`."""
    return any(origin_in(subclass) is None for subclass in subclasses_of(cls))


def subclasses_of(cls: type) -> list[type]:
    """Every class below `cls`, made ones among them."""
    found: list[type] = []
    subclasses: list[type] = type.__subclasses__(cls)
    for subclass in subclasses:
        found.append(subclass)
        found.extend(subclasses_of(subclass))
    return found
