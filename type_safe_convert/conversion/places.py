"""Conversions of models in fields: their place tells their class, and the class that they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from type_safe_convert.conversion.classes import class_for_value, classes_declared, classes_for_any, told_by_value
from type_safe_convert.errors import ConversionError
from type_safe_convert.model.family import class_for_field
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.views import View, view_of
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Convert, Memo, Target, converter_for
from type_safe_convert.values.described import Described, described_in
from type_safe_convert.values.members import is_told_by_value

if TYPE_CHECKING:
    from type_safe_convert.conversion.conversion import Conversion
    from type_safe_convert.conversion.pair import ClassPair


class Places:
    """The places of models in the fields of a pair of classes.

    `conversion` is the function of that name, which stands above.
    """

    def __init__(self, pair: ClassPair, conversion: Callable[..., Conversion]) -> None:
        self.pair = pair
        self.conversion = conversion

    def function(self, node: nodes.ModelNode, stays: bool, source: nodes.Node | None) -> Convert:
        """Converts a value in a place with that node to what stands for it in the target.

        Args:
            stays: whether that is the declared class itself, in every kind.
            source: the node of the same place in the source, where that is of another family.
        """
        declared, arguments, pair = node.cls, node.arguments, self.pair
        target = declared if stays else class_for_field(declared, pair.kind, pair.origin_kind)
        described, made_as = self.described(node, source), self.made_as(node)
        table: dict[type, Conversion] = {}

        def convert(value: Any, memo: Memo) -> Any:
            cls = type(value) if described is None else described.class_in(value)
            found = table.get(cls)
            if found is None:
                found = self.in_place(cls, value, declared, target, arguments)
                if len(table) < 1000 and not told_by_value(found.pair, target):
                    table[cls] = found
            made = found.run(value, memo) if found.pair.view is None or memo is None else found.run_viewed(value, memo)
            if made_as is not None:
                made_as.check(made, found.pair.target)
            return made

        return convert

    def direct(self, node: nodes.ModelNode, source: nodes.Node | None, cls: type) -> Conversion | None:
        """The conversion of all instances of a class in a place with that node; None where values, or the place, say
        more."""
        pair = self.pair
        target = class_for_field(node.cls, pair.kind, pair.origin_kind)
        by_value = not pair.same_family and is_told_by_value(cls, target)
        if by_value or self.described(node, source) is not None or self.made_as(node) is not None:
            return None
        found = self.in_place(cls, None, node.cls, target, node.arguments)
        return found if found.pair.view is None else None

    def in_place(self, cls: type, value: Any, declared: type, target: type, arguments: Mapping[Any, Any]) -> Conversion:
        """The conversion of a value of `cls` that is declared as `declared[arguments]`, for which `target` stands."""
        found = class_for_value(cls, value, declared, target, self.pair)
        return self.between(cls, found, view_of(found, declared, arguments))

    def between(self, source: type, target: type, view: View | None = None) -> Conversion:
        """The conversion of models inside, as strict as that of the pair and by the same rules."""
        pair = self.pair
        return self.conversion(source, target, pair.checked, pair.forbid_extra, view, pair.rules)

    def described(self, node: nodes.Node, source: nodes.Node | None) -> Described | None:
        """The classes of the source's values in a place, where these do not tell them."""
        pair = self.pair
        return described_in(node if pair.same_family else source, pair.source_kind, pair.source_origin_kind)

    def made_as(self, node: nodes.Node) -> Described | None:
        """The classes in a place of a generated target whose instances will not tell them."""
        pair = self.pair
        if not pair.same_family or pair.kind == pair.origin_kind:
            return None
        return described_in(node, pair.kind, pair.origin_kind)

    def way_back(self, node: nodes.Node) -> Convert | None:
        """Converts values in a place of a generated target back; None where all models tell their classes."""
        pair = self.pair
        if not pair.same_family or pair.kind == pair.origin_kind or get_kind(pair.kind).traits.instances_know_class:
            return None

        def convert(value: Any, memo: Memo) -> Any:
            back = self.conversion(pair.target, pair.source, pair.checked).plan.value_target
            return converter_for(node, back).convert(value, memo)

        return convert

    def callee(self, node: nodes.ModelNode, source_declared: type | None) -> Conversion | None:
        """The conversion of a field's declared class itself, if the source's side of it is known."""
        pair = self.pair
        for described in (self.described(node, None), self.made_as(node)) if pair.same_family else ():
            if described is not None and len(described.classes()) > 1:
                return None  # a Literal in the value tells
        classes = classes_declared(node, source_declared, pair)
        return None if classes is None else self.between(*classes)

    def declared(self, node: nodes.ModelNode, source_declared: type) -> Conversion | None:
        """The conversion of the class that the source declares in a place, as far as that is known."""
        if not node.arguments or kind_of_base(source_declared) is not None:
            return self.callee(node, source_declared)
        pair = self.pair
        source = class_for_field(source_declared, pair.source_kind, pair.source_origin_kind)
        target = class_for_field(node.cls, pair.kind, pair.origin_kind)
        return self.between(source, target, view_of(target, node.cls, node.arguments))

    def inside(self, value: Any, node: nodes.Node, target: Target) -> Conversion | None:
        """The conversion of a model somewhere in the value of a field with that node, if the place tells it."""
        for item in nodes.walk(node):
            try:
                if isinstance(item, nodes.ModelNode):
                    described = self.described(item, None)
                    cls = type(value) if described is None else described.class_in(value)
                    found = class_for_field(item.cls, self.pair.kind, self.pair.origin_kind)
                    return self.in_place(cls, value, item.cls, found, item.arguments)
                if isinstance(item, nodes.AnyNode):
                    return self.conversion(*classes_for_any(value, target))
            except ConversionError:
                continue
        return None
