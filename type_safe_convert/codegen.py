"""Writes the straight-line function of a pair of classes.

The text is put together from the fixed templates in this module. Only field names that are identifiers are spelled in
it; every class, function and other value enters through the namespace of the function. Values of the plain expected
type are handled here; for any other the code calls the value functions of `values`, which are complete.
"""

from __future__ import annotations

import datetime
import keyword
import pathlib
from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set

from type_safe_convert import annotations as nodes
from type_safe_convert.context import ATOMIC
from type_safe_convert.errors import ConversionError
from type_safe_convert.family import has_subclasses
from type_safe_convert.kind import MEMORY
from type_safe_convert.primitives import TO_PLAIN
from type_safe_convert.steps import Plan, Step
from type_safe_convert.values import render_item

# Written with the classes of the standard library that have no subclasses a value could well be of.
_EXACT = ATOMIC - {pathlib.PurePath, datetime.date}


class _Source:
    """Gives tracebacks the generated lines, for as long as the function lives and no longer (see `linecache`)."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, name: str) -> str:
        return self.text


class _Writer:
    """Collects lines and the namespace that they refer to."""

    def __init__(self, pair: Plan) -> None:
        self.pair = pair
        self.lines: list[str] = []
        self.namespace: dict[str, Any] = {}
        self.names: dict[int, str] = {}
        self.offset = 0

    def name(self, value: Any, hint: str) -> str:
        """A name for a value, one for each object."""
        known = self.names.get(id(value))
        if known is None:
            known = f"{hint}{len(self.names)}"
            self.names[id(value)] = known
            self.namespace[known] = value
        return known

    def pair_name(self, other: Plan) -> str:
        known = self.names.get(id(other))
        if known is None:
            known = f"convert{len(self.names)}"
            self.names[id(other)] = known
            other.use_in(self.namespace, known)
        return known

    def add(self, indent: int, *lines: str) -> None:
        self.lines.extend("    " * (indent + self.offset) + line for line in lines)

    def key(self, name: str) -> str:
        return repr(name) if name.isidentifier() else self.name(name, "key")


def compile_pair(pair: Plan) -> Any:
    writer = _Writer(pair)
    _write(writer)
    name = function_name(pair.source, pair.target, pair.checked)
    text = "\n".join(writer.lines) + "\n"
    namespace = writer.namespace
    namespace["__name__"] = "type_safe_convert.functions"
    namespace["__loader__"] = _Source(text)
    exec(compile(text, f"{name}.py", "exec"), namespace)  # the text is this module's own
    function = namespace.pop("convert")
    function.__name__ = function.__qualname__ = name
    function.__module__ = "type_safe_convert.functions"
    function.__doc__ = f"Converts a {pair.source.__name__} to a {pair.target.__name__}."
    return function


def function_name(source: type, target: type, checked: bool) -> str:
    """The name by which a function pickles: `type_safe_convert.functions` finds it again."""
    places = (f"{cls.__module__}:{cls.__qualname__}".replace(".", "/") for cls in (source, target))
    return " -> ".join(places) + ("" if checked else " unchecked")


def _write(writer: _Writer) -> None:
    pair = writer.pair
    namespace = writer.namespace
    namespace.update(
        Source=pair.source,
        Target=pair.target,
        other=pair.other,
        slow=pair.slow,
        again=pair.again,
        locate=pair.locate,
        too_deep=pair.too_deep,
        unexpected=pair.unexpected,
        assemble=pair.assemble,
        more=pair.more,
        ConversionError=ConversionError,
        new=pair.assembly.new,
        type=type,
    )
    writer.add(0, "def convert(s, memo=None):", "    if type(s) is not Source:", "        return other(s, memo)")
    if pair.assembly.from_content is not None:
        writer.add(1, "return again(s, memo)")
        return
    if pair.cyclic:
        shell = " or type(made) is Shell" if _form(writer).guarded else ""
        writer.add(
            1,
            "if memo is None:",
            "    memo = {}",
            "else:",
            "    made = memo.get(id(s))",
            f"    if made is not None and (type(made) is Target{shell}):",
            "        return made",
        )
    writer.add(1, "try:")
    steps = [step for step in pair.steps if step.source is not None]
    _write_bulk(writer, steps)
    reads = _reads(writer, steps)
    conditions, rest = [], []
    for number, step in enumerate(steps):
        var = f"v{number}"
        condition = None if _is_unwrapped(pair, step) else _condition(writer, step.field.node, var)
        if condition and step.none_passes and step.field.default is None:
            condition = f"({var} is None or {condition})"
        if condition is None:
            rest.append((number, step))
        if condition and pair.checked:
            # Read where it is tested: shorter, and faster than a line of its own.
            conditions.append(condition.replace(var, f"({var} := {reads[number]})", 1))
        else:
            writer.add(2, f"{var} = {reads[number]}")
    for start in range(0, len(conditions), 20):
        part = conditions[start : start + 20]
        writer.add(2, f"if not ({' and '.join(part)}):", "    return slow(s, memo)")
    form = _form(writer)
    if pair.cyclic:
        writer.add(2, f"made = {form.new}", "memo[id(s)] = made")
    for number, step in rest:
        _write_value(writer, step, f"v{number}")
    _write_assembly(writer, steps, form)
    writer.add(
        1,
        "except ConversionError as caught:",
        "    error = locate(caught, s)",
        "except RecursionError:",
        "    error = too_deep(s)",
        "except (KeyError, AttributeError):",
        "    return again(s, memo)",
        "except Exception as caught:",
        "    error = unexpected(caught, s)",
        "raise error",
    )


def _write_bulk(writer: _Writer, steps: list[Step]) -> None:
    """For a wide class whose values all pass as they are: one comparison of all names and types, and one copy.

    Only worth it from about `_WIDE` fields on (figures in docs/design.md), and only where each value can be of just one
    type; whatever does not compare equal goes on to the ordinary code.
    """
    pair = writer.pair
    if (
        len(steps) < _WIDE
        or pair.cyclic
        or pair.assembly.how == "call"
        or pair.assembly.always
        or not pair.assembly.in_dict
        or pair.assembly.post_init
        or pair.takes_extra
        or pair.refuses_extra
        or pair.reading.how != "dict"
        or pair.reading.state is not None
        or len(steps) != len(pair.steps)
        or len(steps) != len(pair.source_shape.fields)
        or any(step.source != step.target for step in steps)
    ):
        return
    types = []
    for step in steps:
        node = step.field.node
        if not (isinstance(node, nodes.Scalar) and node.cls in _EXACT):
            return
        types.append(node.cls)
    order = list(pair.reading.order or pair.source_shape.fields)
    if len(order) != len(steps):
        return  # its instances have attributes besides the fields
    if pair.kind != "dataclass" and order != list(pair.assembly.order or pair.target_shape.fields):
        return  # the copy would have its attributes in another order, which dumps show
    by_name = dict(zip((step.field.name for step in steps), types, strict=True))
    names = writer.name([step.source for name in order for step in steps if step.field.name == name], "names")
    condition = f"[*d] == {names}"
    if pair.checked:
        condition += f" and [*map(type, d.values())] == {writer.name([by_name[name] for name in order], 'types')}"
    set_state = writer.name(_set_state_of(pair.target), "set_state")
    writer.add(2, "d = s.__dict__", f"if {condition}:")
    writer.add(3, "made = new(Target)", f"{set_state}(made, d.copy())")
    _write_after(writer, 3)
    writer.offset += 1
    _write_memory(writer)
    writer.offset -= 1
    writer.add(3, "return made")


_WIDE = 14


def _set_state_of(cls: type) -> Any:
    """Sets an instance's whole `__dict__`, past any `__setattr__` of the class."""
    for base in cls.__mro__:
        if "__dict__" in base.__dict__:
            return base.__dict__["__dict__"].__set__
    raise AssertionError(cls)


def _reads(writer: _Writer, steps: list[Step]) -> list[str]:
    """An expression for each step that reads its value; `d` is there for them where the source has a dict."""
    reading = writer.pair.reading
    names = [str(step.source) for step in steps]
    if reading.how == "attribute":
        return [f"s.{name}" if _can_be_spelled(name) else f"getattr(s, {writer.key(name)})" for name in names]
    state = "s.__dict__" if reading.state is None else f"{writer.name(reading.state, 'state')}(s)"
    writer.add(2, f"d = {state}")
    return [f"d[{writer.key(name)}]" for name in names]


class _Form:
    """How the generated code makes an instance.

    Attributes:
        new: the expression for an empty one.
        stores: whether attributes are stored one by one; else they are put into its `__dict__`.
        guarded: whether it is a plain object while it is filled and becomes the class at the end: the fastest way that
            CPython has where the class guards assignment (figures in docs/design.md).
    """

    __slots__ = ("guarded", "new", "stores")

    def __init__(self, new: str, stores: bool, guarded: bool) -> None:
        self.new = new
        self.stores = stores
        self.guarded = guarded


def _form(writer: _Writer) -> _Form:
    pair = writer.pair
    if pair.assembly.how != "store" or pair.takes_extra or pair.refuses_extra:
        return _Form("new(Target)", stores=False, guarded=False)
    if not _can_all_be_spelled(pair):
        return _Form("new(Target)", stores=False, guarded=False)
    if pair.target.__setattr__ is object.__setattr__:
        return _Form("new(Target)", stores=True, guarded=False)
    shell = writer.namespace.setdefault("Shell", type("Shell", (), {}))
    try:
        shell().__class__ = pair.target
    except TypeError:  # CPython wants the same layout in every base, and the names of these differ
        return _Form("new(Target)", stores=False, guarded=False)
    return _Form("Shell()", stores=True, guarded=True)


def _can_all_be_spelled(pair: Plan) -> bool:
    return all(map(_can_be_spelled, [*(step.target for step in pair.steps), *pair.assembly.always]))


def _is_unwrapped(pair: Plan, step: Step) -> bool:
    """Whether a primitive goes into a field of somebody's class that wants its plain type."""
    return (
        not pair.family
        and isinstance(step.field.node, nodes.Scalar)
        and step.source_field is not None
        and isinstance(step.source_field.node, nodes.Primitive)
        and pair.source_kind == "type_safe"
        and step.field.node.cls is step.source_field.node.base
    )


def _can_be_spelled(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")


class _Position:
    """What is known at plan time about a value in its place: whether collections there are typed, on either side."""

    __slots__ = ("source_field", "source_typed", "target_typed")

    def __init__(self, source_typed: bool, target_typed: bool, source_field: Any) -> None:
        self.source_typed = source_typed
        self.target_typed = target_typed
        self.source_field = source_field

    @classmethod
    def of(cls, writer: _Writer, step: Step) -> _Position:
        pair = writer.pair
        return cls(pair.source_kind == "type_safe", pair.kind == "type_safe", step.source_field)


def _condition(writer: _Writer, node: nodes.Node, var: str) -> str | None:
    """An expression that is true of a value which passes as it is; empty for any value; None where none does."""
    pair = writer.pair
    match node:
        case nodes.Scalar(cls=cls) if cls is type(None):
            return f"{var} is None"
        case nodes.Scalar(cls=cls) if cls is float:
            if pair.kind == "basemodel" and pair.context.native:
                return f"type({var}) is {writer.name(float, 'T')}"
            return f"(type({var}) is {writer.name(float, 'T')} or type({var}) is {writer.name(int, 'T')})"
        case nodes.Scalar(cls=cls) if cls in _EXACT:
            return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.Scalar(cls=cls) if cls is datetime.date:
            return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.Scalar(cls=cls):
            return f"isinstance({var}, {writer.name(cls, 'T')})"
        case nodes.Enumeration(cls=cls):
            return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.Choice(values=values) if len({type(value) for value in values}) == 1:
            if type(values[0]) in (str, int, bool):
                choices = writer.name(frozenset(values), "choices")
                return f"type({var}) is {writer.name(type(values[0]), 'T')} and {var} in {choices}"
        case nodes.Primitive(cls=cls):
            if pair.source_kind == "type_safe" and (pair.kind == "type_safe" or pair.context.native):
                return f"type({var}) is {writer.name(cls, 'T')}"
        case nodes.Union(members=members):
            if len(members) == 2 and any(_is_none(member) for member in members):
                inner = next((member for member in members if not _is_none(member)), None)
                if isinstance(inner, nodes.Scalar | nodes.Enumeration | nodes.Choice):
                    condition = _condition(writer, inner, var)
                    return f"({var} is None or {condition})" if condition is not None else None
            if all(
                isinstance(member, nodes.Scalar) and member.cls in _EXACT and member.cls is not float
                for member in members
            ):
                classes = frozenset(member.cls for member in members if isinstance(member, nodes.Scalar))
                return f"type({var}) in {writer.name(classes, 'classes')}"
    return None


def _is_none(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Scalar) and node.cls is type(None)


def _write_value(writer: _Writer, step: Step, var: str) -> None:
    """Lines that convert a value which does not pass as it is, in place."""
    pair = writer.pair
    convert = f"{writer.name(step.convert, 'value')}({var}, memo)"
    source_node = step.source_field.node if step.source_field is not None else None
    if _is_unwrapped(pair, step) and isinstance(source_node, nodes.Primitive):
        plain = writer.name(TO_PLAIN[source_node.base], "plain")
        writer.add(2, f"{var} = {plain}({var}) if type({var}) is {writer.name(source_node.cls, 'T')} else {convert}")
        return
    inner = _optional(step.field.node)
    if inner is not None:
        source_node = _optional(source_node) or source_node
    if (inner is None and not step.none_passes) or isinstance(inner, nodes.Anything):
        _write_node(writer, step.field.node, source_node, var, convert, _Position.of(writer, step))
        return
    writer.add(2, f"if {var} is not None:")
    writer.offset += 1
    # As Type_Safe's constructor has it, a collection inside Optional is a plain one.
    position = _Position.of(writer, step) if inner is None else _Position(False, False, step.source_field)
    _write_node(writer, inner or step.field.node, source_node, var, convert, position)
    writer.offset -= 1


def _optional(node: nodes.Node | None) -> nodes.Node | None:
    """The other member of a union of one with None."""
    if isinstance(node, nodes.Union) and len(node.members) == 2 and any(map(_is_none, node.members)):
        return next((member for member in node.members if not _is_none(member)), None)
    return None


def _write_node(
    writer: _Writer, node: nodes.Node, source_node: nodes.Node | None, var: str, convert: str, position: _Position
) -> None:
    pair = writer.pair
    match node:
        case nodes.Anything():
            writer.add(2, f"if type({var}) not in {writer.name(ATOMIC, 'atomic')}:", f"    {var} = {convert}")
            return
        case nodes.Model(cls=cls) if not node.arguments:
            function = _model_call(writer, cls, source_node)
            if function is not None:
                # None is not found by identity, as other misfits are, when the error looks for its place.
                known = "" if writer.offset else f" if {var} is not None else {convert}"
                writer.add(2, f"{var} = {function}({var}, memo){known}")
                return
        case nodes.Primitive(cls=primitive, base=base):
            if pair.source_kind == "type_safe" and pair.kind != "type_safe" and not pair.context.native:
                plain = writer.name(TO_PLAIN[base], "plain")
                writer.add(2, f"{var} = {plain}({var}) if type({var}) is {writer.name(primitive, 'T')} else {convert}")
                return
        case nodes.Collection(origin=origin, item=item, declared=None, bare=False) if origin in (list, set):
            if _write_collection(writer, node, item, source_node, var, convert, position):
                return
        case nodes.Mapping(declared=None, bare=False) if node.origin is dict:
            if _write_mapping(writer, node, source_node, var, convert, position):
                return
    writer.add(2, f"{var} = {convert}")


def _model_call(writer: _Writer, cls: type, source_node: nodes.Node | None) -> str | None:
    declared = source_node.cls if isinstance(source_node, nodes.Model) else None
    other = writer.pair.declared_pair(cls, declared)
    return None if other is None else writer.pair_name(other)


def _item_call(writer: _Writer, cls: type, source_node: nodes.Node | None, function: str) -> str:
    """The call that converts an item `x`: by its class at once, where the declared one has subclasses."""
    declared = source_node.cls if isinstance(source_node, nodes.Model) else None
    other = writer.pair.declared_pair(cls, declared)
    if other is None or not has_subclasses(other.source_link.origin):
        return f"{function}(x, memo)"
    return f"{writer.name(other.by_class, 'by_class')}(type(x), {function})(x, memo)"


def _write_collection(
    writer: _Writer,
    node: nodes.Collection,
    item: nodes.Node,
    source_node: nodes.Node | None,
    var: str,
    convert: str,
    position: _Position,
) -> bool:
    pair = writer.pair
    if node.origin is set and not isinstance(item, nodes.Scalar | nodes.Enumeration):
        return False
    typed_class: type = Type_Safe__List if node.origin is list else Type_Safe__Set
    expected: type = typed_class if position.source_typed else node.origin
    head = f"if type({var}) is {writer.name(expected, 'T')}:"
    condition = _condition(writer, item, "x")
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
    other = source_node.item if isinstance(source_node, nodes.Collection) else None
    if isinstance(item, nodes.Model) and not item.arguments and node.origin is list:
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
    writer: _Writer, indent: int, node: nodes.Collection, var: str, items: str, position: _Position, typed_class: type
) -> None:
    if not position.target_typed:
        writer.add(indent, f"{var} = {items}")
        return
    fill = writer.name(list.extend if typed_class is Type_Safe__List else set.update, "fill")
    new = writer.name(list.__new__ if typed_class is Type_Safe__List else set.__new__, "new")
    expected = writer.name(_Held(render_item(node.item, writer.pair.context)), "expected")
    writer.add(
        indent,
        f"typed = {new}({writer.name(typed_class, 'T')})",
        f"{fill}(typed, {items})",
        f"typed.expected_type = {expected}.value",
        f"{var} = typed",
    )


class _Held:
    """Holds an annotation under a name of its own: `typing` may give one object for many annotations."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _write_mapping(
    writer: _Writer, node: nodes.Mapping, source_node: nodes.Node | None, var: str, convert: str, position: _Position
) -> bool:
    pair = writer.pair
    key = _condition(writer, node.key, "k")
    if key is None:
        return False
    value = _condition(writer, node.value, "x")
    function = None
    if value is None:
        if not isinstance(node.value, nodes.Model) or node.value.arguments:
            return False
        other = source_node.value if isinstance(source_node, nodes.Mapping) else None
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
            f"typed.expected_key_type = {writer.name(_Held(render_item(node.key, context)), 'expected')}.value",
            f"typed.expected_value_type = {writer.name(_Held(render_item(node.value, context)), 'expected')}.value",
            f"{var} = typed",
        )
    else:
        writer.add(indent, f"{var} = {result}")
    writer.add(2, "else:", f"    {var} = {convert}")
    return True


def _write_assembly(writer: _Writer, steps: list[Step], form: _Form) -> None:
    pair = writer.pair
    how = pair.assembly.how
    missing = [step for step in pair.steps if step.source is None and not step.field.required]
    spelled = _can_all_be_spelled(pair)
    special = not pair.assembly.in_dict or pair.assembly.post_init
    if (
        how == "call"
        or (special and not spelled)
        or (how == "model" and missing)
        or pair.takes_extra
        or pair.refuses_extra
    ):
        _write_call(writer, steps)
        return
    always = pair.assembly.always
    defaults = [(step, writer.name(step.field.make_default, "default")) for step in missing]
    if not pair.cyclic:
        writer.add(2, f"made = {form.new}")
    if not form.stores:
        writer.namespace["state_of"] = object.__getattribute__
        writer.add(2, "e = made.__dict__" if how == "model" else "e = state_of(made, '__dict__')")

    def store(name: str, value: str) -> None:
        writer.add(2, f"made.{name} = {value}" if form.stores else f"e[{writer.key(name)}] = {value}")

    values = {step.target: f"v{number}" for number, step in enumerate(steps)}
    values.update({step.target: f"{default}()" for step, default in defaults})
    values.update({name: f"{writer.name(_Held(value), 'always')}.value" for name, value in always.items()})
    for name in pair.assembly.order or values:
        if name in values:
            store(name, values[name])
    if form.guarded:
        writer.add(2, "made.__class__ = Target")
    if pair.assembly.post_init:
        _write_post_init(writer, steps)
    _write_after(writer, 2)
    _write_memory(writer)
    writer.add(2, "return made")


def _write_post_init(writer: _Writer, steps: list[Step]) -> None:
    """`__post_init__` runs; on the way back to the origin, what it changed gets the source's values again."""
    writer.add(2, "made.__post_init__()")
    if not writer.pair.keep or not steps:
        return
    writer.namespace["set_attribute"] = object.__setattr__
    same = " and ".join(f"made.{step.target} is v{number}" for number, step in enumerate(steps))
    writer.add(2, f"if not ({same}):")
    for number, step in enumerate(steps):
        writer.add(3, f"set_attribute(made, {writer.key(step.target)}, v{number})")


def _write_after(writer: _Writer, indent: int) -> None:
    assembly = writer.pair.assembly
    if assembly.after:
        writer.namespace["given"] = writer.pair.fields_given
        writer.namespace.update(assembly.names)
        writer.add(indent, *assembly.after)


def _write_call(writer: _Writer, steps: list[Step]) -> None:
    if not writer.pair.cyclic:
        writer.add(2, "made = new(Target)")
    values = ", ".join(f"{writer.key(step.target)}: v{number}" for number, step in enumerate(steps))
    if writer.pair.assembly.how == "store":
        for step in writer.pair.steps:
            if step.source is None and not step.field.required:
                default = writer.name(step.field.make_default, "default")
                values += f"{', ' if values else ''}{writer.key(step.target)}: {default}()"
    writer.add(2, f"assemble(made, {{{values}}}, s, memo)", "return made")


def _write_memory(writer: _Writer) -> None:
    pair = writer.pair
    reading = pair.reading
    if not pair.family or reading.memory is None:
        return
    for name, value in reading.names.items():
        writer.namespace[name] = value
    size = len(pair.source_shape.fields) + sum(1 for name in reading.names if name.startswith("always_"))
    tests = [f"len(d) != {size}"] if reading.how == "dict" else []
    if reading.holds_more:
        tests.append(reading.holds_more)
    if tests:
        writer.add(2, f"if {' or '.join(tests)}:", "    more(made, s, memo)")
    if not reading.usual:
        return
    test, memory = reading.usual
    if pair.keep:
        writer.add(2, f"{'elif' if tests else 'if'} {test}:", "    more(made, s, memo)")
    else:
        writer.namespace["state_of"] = object.__getattribute__
        writer.add(2, f"{'elif' if tests else 'if'} {test}:")
        writer.add(3, f"state_of(made, '__dict__')[{writer.name(MEMORY, 'memory')}] = {memory}")
