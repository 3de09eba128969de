"""Source text of TypedDicts."""

from __future__ import annotations

from collections.abc import Sequence

from type_safe_convert.model.family import shape_of
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import FieldToWrite
from type_safe_convert.writing.layout import Expression, subscript
from type_safe_convert.writing.writer import ClassToWrite, ClassWriter


class TypedDictWriter(ClassWriter):
    base = ("typing", "TypedDict")
    takes_variadic = False

    def inherits(self, shape: Shape) -> bool:
        """Whether no key is declared otherwise: checkers refuse that. A TypedDict with the same keys is as good."""
        return all(
            self.inherits(base) and all(map(_is_same, base.fields.values(), map(shape.fields.get, base.fields)))
            for base in map(shape_of, shape.bases)
        )

    def decorators(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        shape = item.shape
        if shape.frozen:
            item.lose("frozen is lost: a TypedDict has no such setting", "", "frozen")
        if shape.extra != "ignore":
            item.lose(f"extra={shape.extra!r} is lost: type checkers do not know it of a TypedDict", "", "extra")
        if shape.by_identity:
            item.lose("instances compare by value here", "", "equality")
        if shape.ordered:
            item.lose("instances have no order here", "", "order")
        item.lose_hash(hashes=False)
        return ()

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        options = of.lose_options(item, "frozen")
        of.lose_flags(item, "repr", "compare", "hash")
        if item.metadata_beside:
            of.lose("metadata is lost: a TypedDict has no such setting", item.field.name, "metadata")
        if not item.required and item.default != "None":
            of.lose("its default is lost: a TypedDict has no defaults", item.field.name, "default", "type")
        if options.get("frozen"):
            annotation = subscript(code.names.use("typing_extensions", "ReadOnly"), annotation)
        return annotation if item.required else subscript(code.typing("NotRequired"), annotation), None


def _is_same(field: Field, below: Field | None) -> bool:
    """Whether a class below has a key as it is in its base."""
    said = (below.annotation, below.required, below.options.get("frozen")) if below is not None else ()
    return said == (field.annotation, field.required, field.options.get("frozen"))


WRITER = TypedDictWriter()
