"""How the classes of one kind are written: what a kind says in the module that it names as `source_writer`."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from type_safe_convert.errors import ClassConversionError
from type_safe_convert.model.family import is_subclass, shape_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Shape
from type_safe_convert.registry import label_of
from type_safe_convert.types import nodes
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import BOUNDS, FieldToWrite, aspect_of
from type_safe_convert.writing.layout import After, Brackets, Expression, call, text_literal, text_of
from type_safe_convert.writing.names import Unwritable
from type_safe_convert.writing.shapes import ShapeDifference


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

    def explains(self, cls: type, difference: ShapeDifference) -> bool:
        """Whether this is why the written counterpart of `cls` says something otherwise."""
        return is_subclass(cls, self.cls) and self.field in ("", difference.field) and difference.aspect in self.aspects

    def __str__(self) -> str:
        return f"{self.cls.__qualname__}{f'.{self.field}' if self.field else ''}: {self.reason}"


@dataclasses.dataclass
class ClassToWrite:
    """A class as a writer gets it.

    Attributes:
        counterpart: the generated class of the kind.
        inherited: the fields of its bases that it does not declare itself.
        has_slots: whether the class that the user wrote has slots.
        losses: what could not be said of it so far.
        kind: the name of the kind that it is written in.
    """

    shape: Shape
    counterpart: Any
    fields: Sequence[FieldToWrite]
    inherited: Sequence[str]
    has_slots: bool
    losses: list[Loss]
    kind: str

    def lose(self, reason: str, field: str = "", *aspects: str) -> None:
        loss = Loss(self.shape.cls, field, reason, aspects)
        if loss not in self.losses:
            self.losses.append(loss)

    @property
    def needs_keywords(self) -> bool:
        """Whether a required field comes after one with a default, or one is by keyword only."""
        seen = any(not shape_of(self.shape.cls).fields[name].required for name in self.inherited)
        for item in self.fields:
            if item.required and seen:
                return True
            seen = seen or not item.required
        return any(item.field.kw_only for item in self.fields)

    def lose_options(self, item: FieldToWrite, *kept: str) -> dict[str, Any]:
        """The options of a field that the kind can say; the others are lost."""
        for name in item.options:
            if name not in kept:
                self.lose(f"{name} is lost, {label_of(self.kind)} has none", item.field.name, aspect_of(name))
        return {name: value for name, value in item.options.items() if name in kept}


class ClassWriter:
    """Writes the classes of one kind.

    Attributes:
        base: the module and the name of the class that all inherit from; None where there is none.
        takes_text: whether annotations may be text (`from __future__ import annotations`); else a class that is not
            yet defined is named in quotes.
        takes_variables: whether classes may be generic.
        says: the constraints of a type inside of another that `constrained` can say.
    """

    base: tuple[str, str] | None = None
    takes_text = True
    takes_variables = True
    says = frozenset(BOUNDS)

    def decorators(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        return ()

    def keywords(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        """What stands after the bases."""
        return ()

    def first_lines(self, item: ClassToWrite, code: Code) -> Mapping[str, Expression]:
        """Assignments before the fields."""
        return {}

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        """The annotation and the value of a field; `annotation` has the type without `item.constraints`."""
        raise NotImplementedError

    def constrained(self, inner: Expression, said: Mapping[str, Any], code: Code) -> Expression:
        """A type with constraints, inside of another or where the field itself cannot say them."""
        return code.annotated(inner, *annotated_items(said, code))

    def refined(self, node: nodes.RefinedNode, code: Code) -> Expression:
        """A refined type: its plain type, annotated with the type itself."""
        return code.annotated(code.names.reference(node.base), code.names.reference(node.cls))

    def takes_constraints(self, node: nodes.Node) -> bool:
        """Whether the constraints around the whole type of a field are said by the field."""
        return False

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
    """What is assigned to a field: nothing, its default, or a call of the library's function with all that is said."""
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
