"""Writes the lines that convert one value: tests of the plain expected type, and loops over plain containers."""

from __future__ import annotations

import datetime
import pathlib

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set

from type_safe_convert.conversion.steps import Plan, Step
from type_safe_convert.model.family import has_subclasses
from type_safe_convert.types import nodes
from type_safe_convert.values.base import ATOMIC
from type_safe_convert.values.copying import BUILTIN_VALUE
from type_safe_convert.values.functions_of_nodes import is_judged_by_pydantic, render_item
from type_safe_convert.values.source import Held, Writer

# Written with the classes of the standard library that have no subclasses a value could well be of.
EXACT = ATOMIC - {pathlib.PurePath, datetime.date}


class Position:
    """What is known at plan time about a value in its place: whether collections there are typed, on either side."""

    __slots__ = ("source_typed", "target_typed")

    def __init__(self, source_typed: bool, target_typed: bool) -> None:
        self.source_typed = source_typed
        self.target_typed = target_typed

    @classmethod
    def of(cls, writer: Writer, step: Step) -> Position:
        pair = writer.pair
        return cls(pair.source_kind == "type_safe", pair.kind == "type_safe")


def is_unwrapped(pair: Plan, step: Step) -> bool:
    """Whether a primitive goes into a field of somebody's class that wants its plain type."""
    return (
        not pair.family
        and isinstance(step.field.node, nodes.ScalarNode)
        and step.source_field is not None
        and isinstance(step.source_field.node, nodes.RefinedNode)
        and pair.source_kind == "type_safe"
        and step.field.node.cls is step.source_field.node.base
    )


def condition_of(writer: Writer, node: nodes.Node, var: str) -> str | None:
    """An expression that is true of a value which passes as it is; empty for any value; None where none does."""
    pair = writer.pair
    match node:
        case nodes.ScalarNode(cls=cls) if cls is type(None):
            return f"{var} is None"
        case nodes.ScalarNode(cls=cls) if cls is float:
            if pair.kind == "basemodel" and pair.context.native:
                return f"type({var}) is {writer.name(float, 'T')}"
            return f"(type({var}) is {writer.name(float, 'T')} or type({var}) is {writer.name(int, 'T')})"
        case nodes.ScalarNode(cls=cls) if cls in EXACT:
            return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.ScalarNode(cls=cls) if cls is datetime.date:
            return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.ScalarNode(cls=cls):
            return f"isinstance({var}, {writer.name(cls, 'T')})"
        case nodes.EnumNode(cls=cls):
            return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.LiteralNode(values=values) if len({type(value) for value in values}) == 1:
            if type(values[0]) in (str, int, bool):
                choices = writer.name(frozenset(values), "choices")
                return f"type({var}) is {writer.name(type(values[0]), 'T')} and {var} in {choices}"
        case nodes.RefinedNode(cls=cls):
            if pair.source_kind == "type_safe" and (pair.kind == "type_safe" or pair.context.native):
                return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.UnionNode(members=members):
            if len(members) == 2 and any(_is_none(member) for member in members):
                inner = next((member for member in members if not _is_none(member)), None)
                if isinstance(inner, nodes.ScalarNode | nodes.EnumNode | nodes.LiteralNode):
                    condition = condition_of(writer, inner, var)
                    return f"({var} is None or {condition})" if condition is not None else None
            if all(
                isinstance(member, nodes.ScalarNode) and member.cls in EXACT and member.cls is not float
                for member in members
            ):
                classes = frozenset(member.cls for member in members if isinstance(member, nodes.ScalarNode))
                return f"type({var}) in {writer.name(classes, 'classes')}"
    return None


def _is_none(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode) and node.cls is type(None)


def write_value(writer: Writer, step: Step, var: str) -> None:
    """Lines that convert a value which does not pass as it is, in place."""
    pair = writer.pair
    convert = f"{writer.name(step.convert, 'value')}({var}, memo)"
    if step.asks:
        writer.add(2, f"{var} = {convert}")
        return
    source_node = step.source_field.node if step.source_field is not None else None
    if is_unwrapped(pair, step) and isinstance(source_node, nodes.RefinedNode):
        plain = writer.name(BUILTIN_VALUE[source_node.base], "plain")
        writer.add(2, f"{var} = {plain}({var}) if type({var}) is {writer.name(source_node.cls, 'T')} else {convert}")
        return
    inner = optional_member(step.field.node)
    if inner is not None:
        source_node = optional_member(source_node) or source_node
    if (inner is None and not step.none_passes) or isinstance(inner, nodes.AnyNode):
        _write_node(writer, step.field.node, source_node, var, convert, Position.of(writer, step))
        return
    writer.add(2, f"if {var} is not None:")
    writer.offset += 1
    # As Type_Safe's constructor has it, a collection inside Optional is a plain one.
    position = Position.of(writer, step) if inner is None else Position(False, False)
    _write_node(writer, inner or step.field.node, source_node, var, convert, position)
    writer.offset -= 1


def optional_member(node: nodes.Node | None) -> nodes.Node | None:
    """The other member of a union of one with None."""
    if isinstance(node, nodes.UnionNode) and len(node.members) == 2 and any(map(_is_none, node.members)):
        return next((member for member in node.members if not _is_none(member)), None)
    return None


def _write_node(
    writer: Writer, node: nodes.Node, source_node: nodes.Node | None, var: str, convert: str, position: Position
) -> None:
    pair = writer.pair
    match node:
        case nodes.RecursionNode():
            pass
        case nodes.AnyNode() if not is_judged_by_pydantic(node, pair.context):
            writer.add(2, f"if type({var}) not in {writer.name(ATOMIC, 'atomic')}:", f"    {var} = {convert}")
            return
        case nodes.ModelNode(cls=cls) if not node.arguments:
            function = _model_call(writer, cls, source_node)
            if function is not None:
                # None is not found by identity, as other misfits are, when the error looks for its place.
                known = "" if writer.offset else f" if {var} is not None else {convert}"
                writer.add(2, f"{var} = {function}({var}, memo){known}")
                return
        case nodes.RefinedNode(cls=primitive, base=base):
            if pair.source_kind == "type_safe" and pair.kind != "type_safe" and not pair.context.native:
                plain = writer.name(BUILTIN_VALUE[base], "plain")
                writer.add(2, f"{var} = {plain}({var}) if type({var}) is {writer.name(primitive, 'T')} else {convert}")
                return
        case nodes.CollectionNode(origin=origin, item=item, declared=None, bare=False) if origin in (list, set):
            if _write_collection(writer, node, item, source_node, var, convert, position):
                return
        case nodes.MappingNode(declared=None, bare=False) if node.origin is dict:
            if _write_mapping(writer, node, source_node, var, convert, position):
                return
    writer.add(2, f"{var} = {convert}")


def _model_call(writer: Writer, cls: type, source_node: nodes.Node | None) -> str | None:
    declared = source_node.cls if isinstance(source_node, nodes.ModelNode) else None
    other = writer.pair.declared_pair(cls, declared)
    return None if other is None else writer.pair_name(other)


def _item_call(writer: Writer, cls: type, source_node: nodes.Node | None, function: str) -> str:
    """The call that converts an item `x`: by its class at once, where the declared one has subclasses."""
    declared = source_node.cls if isinstance(source_node, nodes.ModelNode) else None
    other = writer.pair.declared_pair(cls, declared)
    if other is None or not has_subclasses(other.source_link.origin):
        return f"{function}(x, memo)"
    return f"{writer.name(other.by_class, 'by_class')}(type(x), {function})(x, memo)"


def _write_collection(
    writer: Writer,
    node: nodes.CollectionNode,
    item: nodes.Node,
    source_node: nodes.Node | None,
    var: str,
    convert: str,
    position: Position,
) -> bool:
    pair = writer.pair
    if node.origin is set and not isinstance(item, nodes.ScalarNode | nodes.EnumNode):
        return False
    typed_class: type = Type_Safe__List if node.origin is list else Type_Safe__Set
    expected: type = typed_class if position.source_typed else node.origin
    head = f"if type({var}) is {writer.name(expected, 'T')}:"
    condition = condition_of(writer, item, "x")
    brackets = "[*{0}]" if node.origin is list else "{{*{0}}}"
    if condition is not None:
        if pair.checked and condition:
            writer.add(2, head, f"    for x in {var}:", f"        if not ({condition}):")
            writer.add(4, f"    {var} = {convert}", "    break")
            writer.add(3, "else:")
            _write_collection_result(writer, 4, node, var, brackets.format(var), position, typed_class)
        else:
            writer.add(2, head)
            _write_collection_result(writer, 3, node, var, brackets.format(var), position, typed_class)
        writer.add(2, "else:", f"    {var} = {convert}")
        return True
    other = source_node.item if isinstance(source_node, nodes.CollectionNode) else None
    if isinstance(item, nodes.ModelNode) and not item.arguments and node.origin is list:
        function = _model_call(writer, item.cls, other)
        if function is None:
            return False
        writer.add(2, head)
        call = _item_call(writer, item.cls, other, function)
        if pair.cyclic:
            # A loop and no comprehension: on 3.11 that would be one more frame for each level of nesting.
            writer.add(3, "items = []", f"for x in {var}:", f"    items.append({call})")
            result = "items"
        else:
            result = f"[{call} for x in {var}]"
        _write_collection_result(writer, 3, node, var, result, position, typed_class)
        writer.add(2, "else:", f"    {var} = {convert}")
        return True
    return False


def _write_collection_result(
    writer: Writer, indent: int, node: nodes.CollectionNode, var: str, items: str, position: Position, typed_class: type
) -> None:
    if not position.target_typed:
        writer.add(indent, f"{var} = {items}")
        return
    fill = writer.name(list.extend if typed_class is Type_Safe__List else set.update, "fill")
    new = writer.name(list.__new__ if typed_class is Type_Safe__List else set.__new__, "new")
    expected = writer.name(Held(render_item(node.item, writer.pair.context)), "expected")
    writer.add(
        indent,
        f"typed = {new}({writer.name(typed_class, 'T')})",
        f"{fill}(typed, {items})",
        f"typed.expected_type = {expected}.value",
        f"{var} = typed",
    )


def _write_mapping(
    writer: Writer, node: nodes.MappingNode, source_node: nodes.Node | None, var: str, convert: str, position: Position
) -> bool:
    pair = writer.pair
    key = condition_of(writer, node.key, "k")
    if key is None:
        return False
    value = condition_of(writer, node.value, "x")
    function = None
    if value is None:
        if not isinstance(node.value, nodes.ModelNode) or node.value.arguments:
            return False
        other = source_node.value if isinstance(source_node, nodes.MappingNode) else None
        function = _model_call(writer, node.value.cls, other)
        if function is None:
            return False
        call = _item_call(writer, node.value.cls, other, function)
    expected: type = Type_Safe__Dict if position.source_typed else dict
    items = f"{writer.name(dict.items, 'items_of')}({var})"
    writer.add(2, f"if type({var}) is {writer.name(expected, 'T')}:")
    conditions = [part for part in (key, value) if part] if pair.checked else []
    indent = 3
    if conditions:
        writer.add(3, f"for k, x in {items}:", f"    if not ({' and '.join(conditions)}):")
        writer.add(5, f"{var} = {convert}", "break")
        writer.add(3, "else:")
        indent = 4
    if function is None:
        result = f"{writer.name(dict.copy, 'copy')}({var})"
    elif pair.cyclic:
        writer.add(indent, "items = {}", f"for k, x in {items}:", f"    items[k] = {call}")
        result = "items"
    else:
        result = f"{{k: {call} for k, x in {items}}}"
    if position.target_typed:
        context = pair.context
        writer.add(
            indent,
            f"typed = {writer.name(dict.__new__, 'new')}({writer.name(Type_Safe__Dict, 'T')})",
            f"{writer.name(dict.update, 'fill')}(typed, {result})",
            f"typed.expected_key_type = {writer.name(Held(render_item(node.key, context)), 'expected')}.value",
            f"typed.expected_value_type = {writer.name(Held(render_item(node.value, context)), 'expected')}.value",
            f"{var} = typed",
        )
    else:
        writer.add(indent, f"{var} = {result}")
    writer.add(2, "else:", f"    {var} = {convert}")
    return True
