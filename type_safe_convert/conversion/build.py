"""Makes classes: one of another kind for a class that a user wrote, with all the classes that it needs."""

from __future__ import annotations

import abc
import contextlib
import enum
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from typing_extensions import TypeAliasType

from type_safe_convert.errors import ClassConversionError, ConversionError
from type_safe_convert.generated_class import ORIGIN
from type_safe_convert.model.family import RECORD, ClassRecord, lineage, record_of
from type_safe_convert.model.generated import publish
from type_safe_convert.model.hashing import is_paired, list_for
from type_safe_convert.model.kind import GeneratedField, ModelKind, unwrapped
from type_safe_convert.model.shape import MISSING, Field, FromValues, Shape
from type_safe_convert.model.unresolved import tell_unresolved
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated, forward_reference, optional
from type_safe_convert.types.render import render


class GeneratingKind(ModelKind):
    """A kind of which classes are made. A kind that is `written_only` is a `ModelKind` alone."""

    @abc.abstractmethod
    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        """A class of this kind with `fields`, which are the shape's own ones as this kind has them.

        `bases` are the counterparts of the shape's bases. An annotation may hold a ForwardRef to a class that is being
        made at the same time; `finish` follows once all of these exist.
        """

    def before_fields(self, shape: Shape) -> None:  # most kinds need not know
        """Told of a class that is to be made, before the classes in its fields are made."""

    def finish(self, cls: type, fields: Sequence[GeneratedField], names: Mapping[str, type]) -> None:
        """Resolves the ForwardRefs of a class that `build` made: `fields` again, now without any; `names` has them."""
        for made in fields:
            cls.__annotations__[made.attribute] = made.annotation

    def make_class(self, origin: type) -> type:
        try:
            return _Group(self).make(origin)
        except RecursionError:
            raise ClassConversionError(
                f"its classes are nested deeper than the recursion limit of {sys.getrecursionlimit()} allows",
                source_class=origin,
            ) from None


class _Group:
    """Makes a class of one kind together with all the classes that it needs and that do not exist yet.

    First all of them are built, bases before subclasses and, as far as cycles allow, the models in fields before the
    model that has the fields; what must be named before it exists is a ForwardRef of a unique name. Then these are
    resolved, and last everything is published at once.
    """

    def __init__(self, kind: GeneratingKind) -> None:
        self.kind = kind
        self.made: dict[type, Any] = {}
        self.references: dict[type, str] = {}
        self.aliases: dict[nodes.Node, Any] = {}
        self.unfinished: list[type] = []
        self.started: set[type] = set()
        self.postponed: list[type] = []
        self.refers = False
        self.aliases.clear()  # in those of other classes may be references that are classes by now

    def make(self, origin: type) -> type:
        self.visit(origin)
        while self.postponed:
            self.visit(self.postponed.pop())
        names = {name: self.made[cls] for cls, name in self.references.items()}
        for cls in self.unfinished:
            with self.named(cls):
                self.kind.finish(self.made[cls], self.generated_fields(record_of(cls).shape), names)
        if any(self.kind.name in record_of(cls).counterparts for cls in self.made):
            # Code of a user, which a library called for one of them, has asked for another one.
            return record_of(origin).counterparts.get(self.kind.name) or _Group(self.kind).make(origin)
        for cls, made in self.made.items():
            type.__setattr__(made, RECORD, ClassRecord(made, cls, self.kind.name, record_of(cls).counterparts))
            publish(made)
        for cls, made in self.made.items():  # last: other threads find them without the lock
            record_of(cls).counterparts[self.kind.name] = made
        return self.made[origin]

    def visit(self, origin: type) -> None:
        if origin in self.started:
            return
        shape = record_of(origin).shape
        tell_unresolved(origin)
        self.started.add(origin)
        for base in shape.bases:
            self.visit_model(base)
        self.kind.before_fields(shape)
        for field in self.own_fields(shape):
            for node in nodes.walk(field.node):
                if isinstance(node, nodes.ModelNode) and kind_of_base(node.cls) is None:
                    self.visit_model(node.cls, from_field=True)
        with self.named(origin):
            self.build(origin, shape)

    @contextlib.contextmanager
    def named(self, origin: type) -> Iterator[None]:
        """Raises ClassConversionError for what a library says of the counterpart of `origin`."""
        try:
            yield
        except ConversionError as error:
            error.source_class = error.source_class or origin
            raise
        except Exception as error:
            raise ClassConversionError(
                f"cannot be expressed as a {self.kind.suffix}: {type(error).__name__}: {error}", source_class=origin
            ) from error

    def visit_model(self, cls: type, from_field: bool = False) -> None:
        record = record_of(cls)
        if self.kind.name in record.counterparts or record.origin in self.started:
            return
        if from_field and any(base in self.started and base not in self.made for base in lineage(record.origin)[1:]):
            self.postponed.append(record.origin)  # its base is being built right now
            return
        self.visit(record.origin)

    def build(self, origin: type, shape: Shape) -> None:
        bases = tuple(self.existing(base) for base in shape.bases)
        fields = self.generated_fields(shape)
        made = self.kind.build(shape, bases, fields)
        type.__setattr__(made, ORIGIN, origin)
        self.made[origin] = made
        if self.refers:
            self.unfinished.append(origin)

    def existing(self, cls: type) -> Any:
        record = record_of(cls)
        return record.counterparts.get(self.kind.name) or self.made[record.origin]

    def generated_fields(self, shape: Shape) -> list[GeneratedField]:
        self.refers = False
        return [self.generated_field(shape, field) for field in self.own_fields(shape)]

    def own_fields(self, shape: Shape) -> list[Field]:
        """The fields that the generated class declares: its own, those that are called otherwise in its bases, since a
        field of its own takes that name, and those that it cannot inherit."""
        return [
            field
            for name, field in shape.fields.items()
            if name in shape.own or self.is_renamed(name, shape) or not self.kind.inherits(name, shape)
        ]

    def is_renamed(self, name: str, shape: Shape) -> bool:
        attribute = self.kind.attribute(name, shape)
        inherited = (record_of(base).shape for base in shape.bases)
        return any(name in base.fields and self.kind.attribute(name, base) != attribute for base in inherited)

    def generated_field(self, shape: Shape, field: Field) -> GeneratedField:
        default, factory = self.default(shape, field)
        annotation = self.render(field.node)
        if default is None and not nodes.accepts_none(field.node):
            annotation = optional(annotation)
        return GeneratedField(field, self.kind.attribute(field.name, shape), annotation, default, factory)

    def render(self, node: nodes.Node) -> Any:
        return render(node, self.annotate)

    def annotate(self, node: nodes.Node) -> Any:
        alias = nodes.large_alias(node)
        if alias is None:
            return self.annotate_small(node)
        if node not in self.aliases:

            def once(inner: nodes.Node) -> Any:
                return self.annotate_small(inner) if inner is node else self.annotate(inner)

            self.aliases[node] = TypeAliasType(alias.__name__, render(node, once))
        return self.aliases[node]

    def annotate_small(self, node: nodes.Node) -> Any:
        special = self.kind.annotate(node, self.render)
        if special is not NotImplemented:
            return special
        if isinstance(node, nodes.CollectionNode) and (listed := list_for(node, self.kind.name)) is not None:
            return listed[self.render(node.item)]
        if isinstance(node, nodes.MappingNode) and is_paired(node, self.kind.name):
            return list[tuple[self.render(node.key), self.render(node.value)]]  # type: ignore[misc]
        if isinstance(node, nodes.AnnotatedNode):
            return annotated(self.render(node.inner), *self.kind.metadata(node))
        if not isinstance(node, nodes.ModelNode):
            return NotImplemented
        base = kind_of_base(node.cls)
        if base is not None:
            return self.kind.base if self.kind.base is not None else Any
        return self.kind.with_arguments(node, self.reference(node))

    def reference(self, node: nodes.ModelNode) -> Any:
        """The class that stands for a model, or a ForwardRef to it."""
        record = record_of(node.cls)
        found = record.counterparts.get(self.kind.name) or self.made.get(record.origin)
        if found is not None:
            return found
        self.refers = True
        name = self.references.setdefault(record.origin, f"Made_{id(record.origin):x}_{len(self.references)}")
        return forward_reference(name)

    def default(self, shape: Shape, field: Field) -> tuple[Any, Callable[[], Any] | None]:
        """The default in the generated class's own terms: converted when it is asked for, and fresh each time."""
        if field.required:
            # A field that the constructor does not take is computed by the origin; nobody can be asked for it.
            return (MISSING if field.init else None), None
        if field.default is None or (field.default_factory is None and type(field.default) in _CONSTANTS):
            return field.default, None
        if not self.kind.traits.holds_refined_values and (plain := unwrapped(field.default)) is not field.default:
            return plain, None
        if field.default_factory is None and isinstance(field.default, enum.Enum):
            return field.default, None
        kind, cls = self.kind.name, shape.cls

        def make_default() -> Any:
            from type_safe_convert.conversion.conversion import (
                convert_default,  # at first use: plans are half of the import time
            )

            return convert_default(cls, field, kind)

        def make_from_values(values: dict[str, Any]) -> Any:
            from type_safe_convert.conversion.conversion import convert_default

            return convert_default(cls, field, kind, values)

        return MISSING, FromValues(make_from_values) if type(field.default_factory) is FromValues else make_default


_CONSTANTS = (bool, bytes, complex, int, float, str)
