"""Source text of NamedTuples."""

from __future__ import annotations

from collections.abc import Sequence

from type_safe_convert.model.shape import Shape
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import FieldToWrite
from type_safe_convert.writing.layout import Expression
from type_safe_convert.writing.writer import ClassToWrite, ClassWriter


class NamedTupleWriter(ClassWriter):
    base = ("typing", "NamedTuple")

    def inherits(self, shape: Shape) -> bool:
        """Not at all: `NamedTuple` takes no fields from a base."""
        return False

    def arrange(self, fields: Sequence[FieldToWrite]) -> Sequence[FieldToWrite]:
        """Those without a default first, as a NamedTuple must have them."""
        return sorted(fields, key=lambda item: item.default is not None)

    def decorators(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        shape = item.shape
        if shape.bases:
            item.lose(f"it is not below {', '.join(base.__name__ for base in shape.bases)} here")
        if not shape.frozen:
            item.lose("instances are frozen here", "", "frozen")
        if shape.extra != "ignore":
            item.lose(f"extra={shape.extra!r} is lost: a NamedTuple has no such setting", "", "extra")
        if shape.by_identity:
            item.lose("instances compare by value here", "", "equality")
        if not shape.ordered:
            item.lose("instances have an order here", "", "order")
        if any(field.kw_only for field in shape.fields.values()):
            item.lose("kw_only is lost: a NamedTuple has no such setting", "", "kw_only")
        item.lose_hash(hashes=True)
        return ()

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        of.lose_options(item, "frozen")
        of.lose_flags(item, "repr", "compare", "hash")
        if item.metadata_beside:
            of.lose("metadata is lost: a NamedTuple has no such setting", item.field.name, "metadata")
        if item.factory is not None:
            of.lose("its default is lost: a NamedTuple has no default factories", item.field.name, "default")
        return annotation, item.default


WRITER = NamedTupleWriter()
