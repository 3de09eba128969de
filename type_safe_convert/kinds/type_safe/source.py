"""Source text of Type_Safe classes."""

from __future__ import annotations

from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert.types import nodes
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import FieldToWrite
from type_safe_convert.writing.layout import Brackets, Expression
from type_safe_convert.writing.writer import ClassToWrite, ClassWriter

_NO_VALUE = {"list", "dict", "set", "tuple"}


class TypeSafeWriter(ClassWriter):
    """Fields get the default of their type, which is why an empty list and the like are not written."""

    base: tuple[str, str] | None = (Type_Safe.__module__, Type_Safe.__name__)
    takes_text = False
    says_settings = frozenset({"weakref_slot", "dict"})
    takes_variables = False

    def decorators(self, item: ClassToWrite, code: Code) -> list[Expression]:
        shape = item.shape
        if shape.frozen:
            item.lose("frozen is lost: a Type_Safe class has no such setting", "", "frozen")
        if shape.extra == "allow":
            item.lose("extra='allow' is lost: a Type_Safe class has no such setting", "", "extra")
        if not shape.by_identity:
            item.lose("instances compare by identity here", "", "equality")
        item.lose_hash(hashes=False)
        if shape.ordered:
            item.lose("instances have no order here", "", "order")
        if getattr(shape.cls, "__parameters__", ()):
            item.lose("type variables are not said by a Type_Safe class")
        required = [field.name for field in item.fields if field.field.required]
        if required:
            item.lose(
                f"required fields get the default of their type here: {', '.join(required)}", "", "default", "type"
            )
        return []

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        of.lose_options(item)
        of.lose_flags(item, "repr")
        if item.metadata_beside:
            of.lose("metadata is lost: a Type_Safe class has no such setting", item.field.name, "metadata")
        if item.default is not None:
            if item.default == "None" and item.takes_none:
                return annotation, "None"
            if isinstance(item.default, str) and not isinstance(item.field.default, tuple):
                return annotation, item.default
            of.lose("its default is not one that a Type_Safe class may have", item.field.name, "default", "type")
        elif item.factory is not None and not self.makes_itself(item):
            of.lose("its default is not one that a Type_Safe class may have", item.field.name, "default", "type")
        return annotation, None

    @staticmethod
    def makes_itself(item: FieldToWrite) -> bool:
        """Whether Type_Safe makes the default by itself."""
        plain = isinstance(item.node, nodes.CollectionNode | nodes.MappingNode | nodes.TupleNode)
        model = isinstance(item.node, nodes.ModelNode) and not isinstance(item.factory, Brackets)
        return isinstance(item.factory, str) and ((plain and item.factory in _NO_VALUE) or (model and not plain))

    def refined(self, node: nodes.RefinedNode, code: Code) -> Expression:
        return code.names.reference(node.cls)


WRITER = TypeSafeWriter()
