"""Writes modules: the counterparts of classes as the source text that a person would write."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from type_safe_convert.advice import wrong_argument
from type_safe_convert.model.family import counterpart, origin_of, shape_of
from type_safe_convert.model.kind import ModelKind, get_kind
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.registry import kind_of_base, kind_of_class, label_of
from type_safe_convert.types import nodes
from type_safe_convert.types.type_variables import unbound
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.declared import declared_fields, written_name
from type_safe_convert.writing.fields import Defaults, FieldToWrite, Types, said_by
from type_safe_convert.writing.layout import (
    Expression,
    call,
    declaration,
    docstring,
    laid_out,
    subscript,
    text_of,
)
from type_safe_convert.writing.names import Names, Unwritable
from type_safe_convert.writing.shapes import own_doc
from type_safe_convert.writing.writer import ClassToWrite, ClassWriter, Loss, load_writer

if TYPE_CHECKING:
    from type_safe_convert.static_types import WrittenKindName


@dataclasses.dataclass(frozen=True)
class Source:
    """A written module.

    Attributes:
        text: the module; `ruff format` leaves it as it is.
        classes: the names of its classes, by the classes that they stand for.
        losses: what these say and the module does not; the text has a comment for each.
    """

    text: str
    classes: dict[type, str]
    losses: tuple[Loss, ...]


def source(cls: type, kind: WrittenKindName) -> str:
    """The counterpart of a class in another kind as source text, with the classes that it needs: a whole module.

    Raises:
        NotAModelError: `cls` is no model class, or there is no such kind.
        ClassConversionError: the class cannot be expressed in that kind, or the kind has no source writer.
    """
    return write_source([cls], kind).text


def write_source(classes: Iterable[type], kind: WrittenKindName) -> Source:
    """A module with the counterparts of classes, and what they cannot say. Raises as `source`."""
    if not isinstance(classes, Iterable):
        raise wrong_argument("classes", "an iterable of model classes", classes, "for one of them: source(cls, kind)")
    origins = [origin_of(cls) for cls in classes]
    if not origins:
        raise wrong_argument("classes", "at least one model class", classes)
    counterparts = {origin: counterpart(origin, kind) for origin in origins}
    ordered = _in_order(origins, kind)
    counterparts |= {cls: counterpart(cls, kind) for cls in ordered}
    return ModuleWriter(ordered, kind, load_writer(kind, origins[0]), counterparts).write()


def _in_order(origins: Sequence[type], kind: str) -> list[type]:
    """The classes to write: bases before subclasses and, as far as cycles allow, a field's class before the field."""
    found: dict[type, bool] = {}

    def visit(cls: type, asked_for: bool = False) -> None:
        if cls in found or (kind_of_class(cls) == kind and not asked_for):
            return
        shape = shape_of(cls)
        found[cls] = False
        for base in shape.bases:
            visit(origin_of(base))
        for field in shape.fields.values():
            for node in nodes.walk(field.node):
                for model in _models_in(node):
                    visit(origin_of(model))
        ordered.append(cls)

    ordered: list[type] = []
    for origin in origins:
        visit(origin, asked_for=True)
    return _bases_first(ordered)


def _bases_first(ordered: list[type]) -> list[type]:
    """The same, where a class in a field of its own base was finished before that."""
    done: dict[type, None] = {}

    def add(cls: type) -> None:
        for base in shape_of(cls).bases:
            if origin_of(base) in ordered and origin_of(base) not in done:
                add(origin_of(base))
        done.setdefault(cls)

    for cls in ordered:
        add(cls)
    return [*done]


def _kind(cls: type) -> str:
    return str(kind_of_class(cls))


def _models_in(node: nodes.Node) -> Iterator[type]:
    if isinstance(node, nodes.ModelNode) and kind_of_base(node.cls) is None:
        yield node.cls
        for argument in node.arguments.values():
            yield from _models_of(argument)


def _models_of(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if kind_of_class(annotation) is not None and kind_of_base(annotation) is None:
            yield annotation
        return
    for inner in (typing.get_origin(annotation), *typing.get_args(annotation)):
        if inner is not None and inner is not annotation:
            yield from _models_of(inner)


class StatementWriter:
    """Writes what class statements of one kind consist of; `code` has the names of the module."""

    def __init__(self, kind: str, writer: ClassWriter, counterparts: Mapping[type, Any], code: Code) -> None:
        self.kind: ModelKind = get_kind(kind)
        self.writer = writer
        self.counterparts = counterparts
        self.losses: list[Loss] = []
        self.code = code
        code.keyword = writer.keyword
        self.more_required: dict[type, set[str]] = {}
        self.orders: dict[type, list[str]] = {}
        several = [cls for cls in counterparts if len(shape_of(cls).bases) > 1]
        self.joined: set[type] = {base for cls in several for base in cls.__mro__}

    def class_to_write(self, cls: type, own: Iterable[str]) -> ClassToWrite:
        """A class, without its fields so far; `own`: the names of those that it declares."""
        item = ClassToWrite(
            shape=shape_of(cls),
            counterpart=self.counterparts[cls],
            fields=[],
            declared={*own},
            has_slots=False,
            is_joined=cls in self.joined,
            losses=self.losses,
            kind=self.kind.name,
            more_required=self.more_required,
        )
        if (origin := self.origin_writer(item)) is not None:
            item.settings = origin.settings(cls)
        item.has_slots = "__slots__" in vars(cls) and not item.settings.get("dict")
        return item

    def origin_writer(self, item: ClassToWrite) -> ClassWriter | None:
        """The writer of the kind of the origin, which knows what this says beside its shape."""
        kind = get_kind(item.shape.kind)
        return load_writer(kind.name, item.shape.cls) if kind.source_writer else None

    def lose_settings(self, item: ClassToWrite) -> None:
        """Tells which settings of the origin, and of its fields, the kind does not have."""
        cls, origin = item.shape.cls, self.origin_writer(item)
        found: list[tuple[str, Mapping[str, Any]]] = [("", item.settings)]
        if origin is not None:
            found += [(name, origin.field_settings(cls, name)) for name in sorted(item.declared)]
        for field, settings in found:
            for name, value in settings.items():
                if name not in self.writer.says_settings:
                    text = getattr(value, "__qualname__", None) or repr(value)
                    item.lose(f"{name}={text} is lost: {label_of(self.kind.name)} has no such setting", field)

    def field(self, item: ClassToWrite, field: Field, has_default: bool = False) -> FieldToWrite:
        """The field as it is to be written; `has_default`: whether there is source text of its default already."""
        node = self.code.with_placeholders(field, item.shape.cls) if self.writer.takes_variables else field.node
        constraints: dict[str, Any] = {}
        metadata: tuple[Any, ...] = ()
        if isinstance(node, nodes.AnnotatedNode) and self.writer.takes_constraints(node.inner):
            constraints, metadata = said_by(node.constraints)
            node = node.inner
        try:
            default, factory = Defaults(self.code).of(field)
        except Unwritable as why:
            default, factory = None, None
            if not has_default:
                self.more_required.setdefault(item.shape.cls, set()).add(field.name)
                item.lose(f"its default is not written: {why}", field.name, "default", "type")
        if not field.init and not self.writer.says_init:
            default = "None" if field.required else default
            item.lose("the constructor takes it here", field.name, "init", "default", "type")
        name = written_name(self.kind, field.name, item.shape)
        if name != field.name:
            item.lose(f"it is called {name} here, for {field.name!r} cannot be its name", field.name)
        takes_none = default == "None" and not nodes.accepts_none(field.node)
        return FieldToWrite(field, name, node, constraints, metadata, default, factory, takes_none)

    def annotation(self, item: ClassToWrite, field: FieldToWrite) -> Expression:
        def constrained(inner: Expression, said: Any) -> Expression:
            return self.writer.constrained(inner, said, self.code)

        types_ = Types(
            self.code,
            constrained,
            lambda node: self.writer.refined(node, self.code),
            lambda reason: item.lose(reason, field.field.name, "type", "constraints"),
            None if self.writer.base is None else self.code.names.use(*self.writer.base),
            self.writer.parameters,
            self.writer.says,
        )
        annotation = types_.annotated(types_.of(field.node), field.metadata)
        return self.code.union([annotation, "None"]) if field.takes_none else annotation

    def tell_order(self, item: ClassToWrite, declared: list[FieldToWrite]) -> None:
        """Tells where the fields come in another order than in the origin."""
        item.fields = declared
        bases = item.shape.bases if self.writer.inherits(item.shape) else ()
        above = [origin_of(base) for base in bases[::-1]]
        # By the names that are written: one may be that of another field in the base.
        inherited = dict.fromkeys(name for cls in above for name in self.orders.get(cls, shape_of(cls).fields))
        order = self.orders[item.shape.cls] = self.writer.order([*inherited], item)
        if order != item.attributes:
            item.lose(f"the fields come in another order here: {', '.join(order)}", "", "order of fields")


class ModuleWriter(StatementWriter):
    """Writes a whole module with classes, those first that others need."""

    def __init__(self, ordered: list[type], kind: str, writer: ClassWriter, counterparts: dict[type, Any]) -> None:
        made, shapes = get_kind(kind), [*map(shape_of, ordered)]
        names = Names({written_name(made, name, shape) for shape in shapes for name in shape.fields})
        classes = {cls: names.free(re.sub(r"\W+", "_", cls.__name__).strip("_") or "Model") for cls in ordered}
        super().__init__(kind, writer, counterparts, Code(kind, names, classes, quotes=not writer.takes_text))
        self.written: dict[type, dict[str, tuple[str, bool]]] = {}

    def write(self) -> Source:
        bodies = []
        for cls in self.code.classes:
            self.code.current = cls
            bodies.append(self.write_class(cls))
            self.code.defined.add(cls)
        if self.code.refers and self.writer.takes_text:
            self.code.names.use("__future__", "annotations")
        defined = "\n".join(f"{name} = {text_of(made)}" for name, made in self.code.variables.items())
        tree = ast.parse("\n".join([defined, *bodies]))
        used = {item.id for item in ast.walk(tree) if isinstance(item, ast.Name)}
        parts = [self.code.names.lines(used | {"annotations"}), defined]
        head = "\n\n".join(part for part in parts if part)
        text = "\n\n\n".join(part for part in (head, *bodies) if part) + "\n"
        return Source(text, dict(self.code.classes), tuple(self.losses))

    # one class

    def write_class(self, cls: type) -> str:
        shape = shape_of(cls)
        inherits = self.writer.inherits(shape)
        own = declared_fields(self.kind, shape) if inherits else [*shape.fields.values()]
        item = self.class_to_write(cls, [field.name for field in own])
        self.lose_settings(item)
        _lose_behaviour(item)
        item.fields = self.writer.arrange([self.field(item, field) for field in own])
        lines = [*map(self.line, self.writer.decorators(item, self.code)), self.head(item)]
        bodies: list[str] = []
        for name, first in self.writer.first_lines(item, self.code).items():
            bodies.append(f"    {name} = {laid_out(first, 4, 7 + len(name))}")
        separate = len(bodies)
        written = {}
        for field in item.fields:
            annotation, value = self.writer.field(self.annotation(item, field), field, item, self.code)
            text = declaration(field.name, annotation, value)
            written[field.field.name] = text, self.writer.is_by_keyword(field.field.name, item)
        if inherits:
            written = {name: told for name, told in written.items() if told != self.inherited(shape, name)}
        self.written[cls] = written
        self.tell_order(item, [field for field in item.fields if field.field.name in written])
        comments = _comments(item)
        for name, (text, _) in written.items():
            bodies += [*comments.get(name, []), text]
        doc = own_doc(shape)
        told = [docstring(doc)] if doc else []
        about = comments.get("", [])
        blocks = ["\n".join(part) for part in (told, [*about, *bodies[:separate]], bodies[separate:]) if part]
        if not bodies and not doc:
            blocks = ["\n".join([*about, "    pass"])]
        return "\n".join([*lines, "\n\n".join(blocks)])

    def inherited(self, shape: Shape, name: str) -> tuple[str, bool] | None:
        """The text of a field as the class inherits it from its one base, and whether it is by keyword only there."""
        if len(shape.bases) != 1:
            return None
        above = origin_of(shape.bases[0])
        return self.written.get(above, {}).get(name) or self.inherited(shape_of(above), name)

    def line(self, decorator: Expression) -> str:
        return "@" + laid_out(decorator, 0, 1)

    def head(self, item: ClassToWrite) -> str:
        bases = [*self.bases(item), *self.writer.keywords(item, self.code)]
        name = self.code.classes[item.shape.cls]
        if not bases:
            return f"class {name}:"
        return laid_out(call(f"class {name}", *bases), 0, 0, 1) + ":"

    def bases(self, item: ClassToWrite) -> list[Expression]:
        shape = item.shape
        written = {typing.get_origin(base) or base: base for base in vars(shape.cls).get("__orig_bases__", ())}
        found: list[Expression] = []
        inherits = self.writer.inherits(shape)
        for base in shape.bases if inherits else ():
            name = self.code.class_name(base)
            parameters = self.writer.parameters(base)
            if not parameters:
                found.append(name)
                continue
            arguments = typing.get_args(written.get(base)) or map(unbound, parameters)
            found.append(subscript(name, *map(self.argument, arguments)))
        if not (shape.bases and inherits) and self.writer.base is not None:
            found.append(self.code.names.use(*self.writer.base))
        parameters = self.writer.parameters(shape.cls)
        if parameters:
            found.append(subscript(self.code.typing("Generic"), *map(self.argument, parameters)))
        return found

    def argument(self, argument: Any) -> Expression:
        try:
            written = self.code.spelled(argument)
        except Unwritable:
            return self.code.typing("Any")
        return subscript(self.code.typing("Unpack"), written) if type(argument).__name__ == "TypeVarTuple" else written


def _lose_behaviour(item: ClassToWrite) -> None:
    """Tells what is in the class beside its fields: methods, properties and class variables."""
    shape, cls = item.shape, item.shape.cls
    functions, variables = [], []
    for name, value in list(vars(cls).items()):
        if name in shape.fields:
            continue
        function = getattr(value, "__func__", None) or getattr(value, "fget", None) or getattr(value, "func", value)
        if inspect.isfunction(function):
            code = function.__code__
            of_user = function.__globals__.get("__name__") == cls.__module__ == function.__module__
            if of_user and not re.match(r"<(string|\w+ generated)", code.co_filename):
                functions.append(name)
        elif (
            not name.startswith(("_", "model_")) and not isinstance(value, type) and not inspect.isdatadescriptor(value)
        ):
            variables.append(name)
    if functions:
        item.lose(f"methods and validators are not written: {', '.join(functions)}", "", "methods")
    if variables:
        item.lose(f"class variables are not written: {', '.join(variables)}", "", "variables")
    if shape.init_only:
        item.lose(f"arguments of the constructor that are no fields are not written: {', '.join(shape.init_only)}")


def _comments(item: ClassToWrite) -> dict[str, list[str]]:
    """The comments of a class (under '') and its fields, as lines."""
    found: dict[str, list[str]] = {}
    for loss in item.losses:
        if loss.cls is item.shape.cls:
            text = "NOTE: " + " ".join(loss.reason.split())
            lines = textwrap.wrap(text, 84, initial_indent="    # ", subsequent_indent="    # ", break_long_words=False)
            found.setdefault(loss.field, []).extend(lines)
    return found
