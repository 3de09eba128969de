"""The interface for writing classes of one kind, implemented in the module that a kind names as `source_writer`."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from typing_inspection import typing_objects

from type_safe_convert.errors import ClassConversionError
from type_safe_convert.model.family import is_subclass, shape_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Shape
from type_safe_convert.registry import label_of
from type_safe_convert.types import nodes
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.declared import keyword_fields, written_name
from type_safe_convert.writing.fields import BOUNDS, FieldToWrite, aspect_of
from type_safe_convert.writing.layout import After, Brackets, Expression, call, text_literal, text_of
from type_safe_convert.writing.names import Unwritable


@dataclasses.dataclass(frozen=True)
class Loss:
    """Something that a class says and its written counterpart does not.

    Attributes:
        field: empty where it is of the class as a whole.
        aspects: which differences in the description of the class this explains; see `shapes.describe`.
    """

    cls: type
    field: str
    reason: str
    aspects: tuple[str, ...] = ()

    def explains(self, cls: type, field: str, aspect: str) -> bool:
        """Whether this is why the written counterpart of `cls` says something of a field, or of itself, otherwise."""
        return is_subclass(cls, self.cls) and self.field in ("", field) and aspect in self.aspects

    def __str__(self) -> str:
        return f"{self.cls.__qualname__}{f'.{self.field}' if self.field else ''}: {self.reason}"


@dataclasses.dataclass
class ClassToWrite:
    """A class as a writer gets it.

    Attributes:
        counterpart: the generated class of the kind.
        declared: the names of the fields that it declares itself.
        has_slots: whether the class that the user wrote has slots.
        is_joined: whether it is one of several bases, or has several: at most one of these may have slots.
        losses: what could not be said of it so far.
        kind: the name of the kind that it is written in.
        more_required: by class, the fields that are required since their defaults cannot be written.
        settings: what the origin says beside its shape; see `ClassWriter.settings`.
        other_bases: the bases that the written class keeps and that are no models.
    """

    shape: Shape
    counterpart: Any
    fields: Sequence[FieldToWrite]
    declared: Collection[str]
    has_slots: bool
    is_joined: bool
    losses: list[Loss]
    kind: str
    more_required: Mapping[type, set[str]]
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    other_bases: Sequence[type] = ()

    def lose(self, reason: str, field: str = "", *aspects: str) -> None:
        loss = Loss(self.shape.cls, field, reason, aspects)
        if loss not in self.losses:
            self.losses.append(loss)

    @property
    def attributes(self) -> list[str]:
        """The names of all fields of the written class."""
        kind = get_kind(self.kind)
        return [written_name(kind, name, self.shape) for name in self.shape.fields]

    @property
    def bases(self) -> list[Shape]:
        return [*map(shape_of, self.shape.bases)]

    def by_keyword(self, for_each_field: bool = True) -> tuple[frozenset[str], bool]:
        """The fields by keyword only, and whether the class says it of all that it declares; see `keyword_fields`."""
        kind = get_kind(self.kind)
        last = load_writer(self.kind, self.shape.cls).redeclared_last
        return keyword_fields(kind, self.shape, self.more_required, self.declared, for_each_field, last)

    def needs_keywords(self, for_each_field: bool = True) -> bool:
        """Whether the class says that its fields are by keyword only; tells of those that the origin takes otherwise.

        `for_each_field`: whether the kind can say it of one field, too.
        """
        names, of_all = self.by_keyword(for_each_field)
        if get_kind(self.shape.kind).traits.takes_positions:
            taken = [item.field for item in self.fields if item.field.init and not item.field.kw_only]
            changed = [field.name for field in taken if field.name in names]
            if changed:
                self.lose(f"by keyword only here: {', '.join(changed)}", "", "kw_only")
        return of_all

    def is_by_keyword(self, item: FieldToWrite) -> bool:
        """Whether a field itself says that it is by keyword only, since not all of the class are."""
        names, of_all = self.by_keyword()
        return not of_all and item.field.name in names

    def lose_identity(self) -> None:
        """Tells where instances of a class that compares by identity compare by value, as those of a base do."""
        if self.shape.by_identity and not all(base.by_identity for base in self.bases):
            self.lose("instances compare by value here, as those of its base do", "", "equality")

    def lose_hash(self, hashes: bool) -> None:
        """Tells where instances hash otherwise; `hashes`: whether those of the written class do, by value."""
        if hashes is not self.shape.hashable:
            self.lose(f"instances {'hash' if hashes else 'have no hash by value'} here", "", "hash")

    def lose_flags(self, item: FieldToWrite, *names: str) -> None:
        """Tells which of `repr`, `compare` and `hash` a field has and the kind cannot say."""
        field = item.field
        for name, value in (("repr", field.repr), ("compare", field.compare), ("hash", field.in_hash)):
            if name in names and not value:
                self.lose(f"{name}=False is lost: {label_of(self.kind)} has no such setting", field.name, name)

    def lose_options(self, item: FieldToWrite, *kept: str) -> dict[str, Any]:
        """The options of a field that the kind can say; the others are lost."""
        for name in item.options:
            if name not in kept:
                reason = f"{name} is lost: {label_of(self.kind)} has no such setting"
                self.lose(reason, item.field.name, aspect_of(name))
        return {name: value for name, value in item.options.items() if name in kept}


class ClassWriter:
    """Writes the classes of one kind.

    Attributes:
        base: the module and the name of the class that all inherit from; None where there is none.
        takes_text: whether annotations may be text (`from __future__ import annotations`); else a class that is not
            yet defined is named in quotes.
        takes_variables: whether classes may be generic.
        takes_variadic: whether these may have a TypeVarTuple.
        says_init: whether a field may be none of the constructor's arguments.
        redeclared_last: whether a field of a base that is declared again comes after the others.
        says_settings: the settings of origins that classes of this kind can have, too.
        says: the constraints of a type inside of another that `constrained` can say.
    """

    base: tuple[str, str] | None = None
    takes_text = True
    takes_variables = True
    takes_variadic = True
    says_init = False
    redeclared_last = False
    says_settings = frozenset[str]()
    says: frozenset[str] = frozenset(BOUNDS)

    def settings(self, cls: Any) -> Mapping[str, Any]:
        """Returns the settings of an origin of this kind that neither its shape nor its bases say, by their names."""
        return {}

    def field_settings(self, cls: Any, name: str) -> Mapping[str, Any]:
        """Returns the settings of a field of an origin of this kind that the shape does not say."""
        return {}

    def inherits(self, shape: Shape) -> bool:
        """Whether the written class is below those of its bases; else it declares all of its fields itself."""
        return True

    def arrange(self, fields: Sequence[FieldToWrite]) -> Sequence[FieldToWrite]:
        """The fields in an order that the kind allows."""
        return fields

    def decorators(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        return ()

    def keywords(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        """Returns the keywords that stand after the bases."""
        return ()

    def first_lines(self, item: ClassToWrite, code: Code) -> Mapping[str, Expression]:
        """Assignments before the fields."""
        return {}

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        """The annotation and the value of a field; `annotation` has the type without `item.constraints`."""
        raise NotImplementedError

    def parameters(self, cls: type) -> tuple[Any, ...]:
        """The type variables that the written counterpart of a class has."""
        found: tuple[Any, ...] = getattr(cls, "__parameters__", ()) if self.takes_variables else ()
        return found if self.takes_variadic or not any(map(typing_objects.is_typevartuple, found)) else ()

    def constrained(self, inner: Expression, said: Mapping[str, Any], code: Code) -> Expression:
        """A type with constraints, inside of another or where the field itself cannot say them."""
        return code.annotated(inner, *annotated_items(said, code))

    def refined(self, node: nodes.RefinedNode, code: Code) -> Expression:
        """A refined type: its plain type, annotated with the type itself."""
        return code.annotated(code.names.reference(node.base), code.names.reference(node.cls))

    def takes_constraints(self, node: nodes.Node) -> bool:
        """Whether the constraints around the whole type of a field are said by the field."""
        return False

    def is_by_keyword(self, name: str, item: ClassToWrite) -> bool:
        """Whether the constructor of the written class takes a field by keyword only."""
        return name in item.by_keyword()[0]

    def order(self, inherited: Sequence[str], item: ClassToWrite) -> list[str]:
        """The written names of fields in the order that they have in the written class; `inherited`: in that of its
        bases."""
        own = [field.name for field in item.fields]
        if self.redeclared_last:
            return [*(name for name in inherited if name not in own), *own]
        return [*dict.fromkeys([*inherited, *own])]

    def keyword(self, cls: type, name: str) -> str:
        """The argument of the constructor that takes a field."""
        return name


_ITEMS = {
    "gt": "Gt", "ge": "Ge", "lt": "Lt", "le": "Le", "multiple_of": "MultipleOf", "min_length": "MinLen",
    "max_length": "MaxLen",
}  # fmt: skip


def annotated_items(said: Mapping[str, Any], code: Code) -> list[Expression]:
    """Constraints as `annotated_types` has them; the names that it does not have are left out."""
    return [
        call(code.names.use("annotated_types", _ITEMS[name]), code.value(value))
        for name, value in said.items()
        if name in _ITEMS
    ]


def field_call(name: str, items: Mapping[str, Expression]) -> Expression:
    """A call with these keyword arguments."""
    return call(name, *(After(f"{key}=", value) for key, value in items.items()))


def default_arguments(item: FieldToWrite, factory: str) -> dict[str, Expression]:
    """The default of a field as keywords of the library's `field`, of which `factory` is the one for factories."""
    if item.default is not None:
        return {"default": item.default}
    return {} if item.factory is None else {factory: item.factory}


def field_value(
    said: Mapping[str, Expression], item: FieldToWrite, library: str, function: str, code: Code
) -> Expression | None:
    """Returns the value of a field: nothing, its default, or a call of the library's function with all that is said."""
    if not said:
        return None
    if said.keys() == {"default"}:
        return item.default
    return field_call(code.names.use(library, function), said)


def written_values(
    values: Mapping[str, Any], item: FieldToWrite, of: ClassToWrite, code: Code
) -> dict[str, Expression]:
    """The values as text, by name; one that cannot be written is noted as lost."""
    said: dict[str, Expression] = {}
    for name, value in values.items():
        try:
            said[name] = code.value(value)
        except Unwritable as why:
            of.lose(f"{name} is not written: {why}", item.field.name, aspect_of(name))
    return said


def written_metadata(item: FieldToWrite, of: ClassToWrite, code: Code) -> Expression | None:
    """The options and the metadata of a field as one dict, as a `field(metadata=...)` takes it."""
    pairs: list[Expression] = []
    for key, value in {**item.options, **item.field.metadata}.items():
        if key == "frozen":
            continue
        try:
            name = text_literal(key) if isinstance(key, str) else text_of(code.value(key))
            pairs.append(After(f"{name}: ", code.value(value)))
        except Unwritable as why:
            of.lose(f"{key} is not written: {why}", item.field.name, aspect_of(str(key)))
    return Brackets("{", pairs, "}") if pairs else None


def load_writer(kind: str, asked_for: type) -> ClassWriter:
    """The writer of a kind. Raises ClassConversionError where it has none."""
    module = get_kind(kind).source_writer
    if not module:
        raise ClassConversionError(f"{label_of(kind)} has no source writer", source_class=asked_for)
    writer: ClassWriter = importlib.import_module(module).WRITER
    return writer
