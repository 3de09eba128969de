"""Writes the straight-line function of a pair of classes.

The text is put together from the fixed templates in this module. Only field names that are identifiers are spelled in
it; every class, function and other value enters through the namespace of the function. Values of the plain expected
type are handled here; for any other the code calls the value functions of `values`, which are complete.
"""

from __future__ import annotations

from typing import Any

from type_safe_convert import functions
from type_safe_convert.conversion.steps import Plan, Step
from type_safe_convert.errors import ConversionError
from type_safe_convert.model.instances import Allocation, CallBuilder
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.made import CARRIED, origin_in
from type_safe_convert.values.base import forget
from type_safe_convert.values.source import SourceWriter


class Writer(SourceWriter):
    """The writer of the function of a pair of classes."""

    def __init__(self, pair: Plan) -> None:
        super().__init__(pair.cyclic)
        self.pair = pair


class _Source:
    """Gives tracebacks the generated lines, for as long as the function lives and no longer (see `linecache`)."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, name: str) -> str:
        return self.text


def compile_pair(pair: Plan) -> Any:
    writer = Writer(pair)
    _write(writer)
    name = function_name(pair.source, pair.target, pair.checked, pair.forbid_extra)
    text = "\n".join(writer.lines) + "\n"
    namespace = writer.namespace
    namespace["__name__"] = functions.__name__
    namespace["__loader__"] = _Source(text)
    exec(compile(text, f"{name}.py", "exec"), namespace)  # the text is this module's own
    function = namespace.pop("convert")
    for other, known in writer.callees:
        other.use_in(function, known)
    function.__name__ = function.__qualname__ = name
    function.__module__ = functions.__name__
    function.__doc__ = f"Converts a {pair.source.__name__} to a {pair.target.__name__}."
    return function


def function_name(source: type, target: type, checked: bool, forbid_extra: bool) -> str:
    """The name by which a function pickles: `type_safe_convert.functions` finds it again."""
    return (
        f"{_place(source)} -> {_place(target)}"
        + (" forbid_extra" if forbid_extra else "")
        + ("" if checked else " unchecked")
    )


def _place(cls: type) -> str:
    """`package/module:Outer/Inner`; that of a generated class is its origin's, with its own name."""
    origin = origin_in(cls)
    if origin is None:
        place = f"{cls.__module__}:{cls.__qualname__}"
    else:
        place = f"{origin.__module__}:{origin.__qualname__}{cls.__name__.removeprefix(origin.__name__)}"
    return place.replace(".", "/")


def _write(writer: Writer) -> None:
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
        deep=pair.deep,
        forget=forget,
        failed=pair.failed,
        known=pair.known,
        assemble=pair.assemble,
        more=pair.more,
        ConversionError=ConversionError,
        new=pair.builder.new,
        type=type,
    )
    writer.add(0, "def convert(s, memo=None):", "    if type(s) is not Source:", "        return other(s, memo)")
    if pair.remembers:
        shell = " and type(made) is not Shell" if _allocation(writer).guarded else ""
        if pair.holds_remembered:
            begin = ["key = id(s)", "whole = memo is None", "if whole:", "    memo = {}", "else:"]
        else:
            begin = ["key = None", "if memo is not None:", "    key = id(s)"]
        writer.add(
            1,
            *begin,
            "    made = memo.get(key)",
            "    if made is not None:",
            f"        if type(made) is not Target{shell}:",
            "            key, made = known(made, s, memo)",
            "        if made is not None:",
            "            memo[~id(s)] = True",
            "            return made",
        )
    if pair.builder.from_content is not None or any(step.optional for step in pair.steps):
        writer.add(1, _again(pair))
        return
    writer.add(1, "try:")
    if pair.refuses_extra:
        namespace["extra_errors"] = pair.extra_errors
        writer.add(2, "if extra_errors(s):", f"    return {_slow(pair)}")
    steps = [step for step in pair.steps if step.source is not None]
    _write_bulk(writer, steps)
    reads = _reads(writer, steps)
    conditions, rest = [], []
    for number, step in enumerate(steps):
        var = f"v{number}"
        condition = step.converter.passes(writer, var)
        if condition is None:
            rest.append((number, step))
        if condition and pair.checked:
            # Read where it is tested: shorter, and faster than a line of its own.
            conditions.append(condition.replace(var, f"({var} := {reads[number]})", 1))
        else:
            writer.add(2, f"{var} = {reads[number]}")
    for start in range(0, len(conditions), 20):
        part = conditions[start : start + 20]
        writer.add(2, f"if not ({' and '.join(part)}):", f"    return {_slow(pair)}")
    allocation = _allocation(writer)
    if pair.remembers:
        writer.add(2, f"made = {allocation.new}")
        if not pair.holds_remembered:
            writer.add(2, "if key is not None:")
        writer.add(2 if pair.holds_remembered else 3, "memo[key] = made")
    for number, step in rest:
        var = f"v{number}"
        step.converter.write(writer, var, f"{writer.name(step.convert, 'value')}({var}, memo)")
    _write_assembly(writer, steps, allocation)
    writer.add(
        1,
        "except ConversionError as caught:",
        "    error = locate(caught, s, memo)",
        "except RecursionError:",
        "    error = too_deep(s)",
        "except (KeyError, AttributeError):",
    )
    if pair.remembers:
        writer.add(2, "forget(memo, s, key)")
    writer.add(2, _again(pair))
    writer.add(1, "except Exception as caught:", "    error = unexpected(caught, s)")
    if pair.remembers:
        writer.add(1, "failed(error, s, memo, key)")
        if pair.holds_remembered:
            writer.add(1, "if whole:", "    return deep(s, error)")
    writer.add(1, "raise error")


def _again(pair: Plan) -> str:
    if not pair.remembers:
        return "return again(s, memo)"
    return f"return again(s, memo, {'whole' if pair.holds_remembered else False}, key)"


def _slow(pair: Plan) -> str:
    return "slow(s, memo, key)" if pair.remembers else "slow(s, memo)"


def _write_bulk(writer: Writer, steps: list[Step]) -> None:
    """For a wide class whose values all pass as they are: one comparison of all names and types, and one copy.

    Only worth it from about `_WIDE` fields on (figures in docs/design.md), and only where each value can be of just one
    type; whatever does not compare equal goes on to the ordinary code.
    """
    pair = writer.pair
    if (
        len(steps) < _WIDE
        or pair.remembers
        or isinstance(pair.builder, CallBuilder)
        or pair.builder.class_attributes
        or not pair.builder.in_dict
        or pair.builder.post_init
        or pair.takes_extra
        or not pair.reader.in_dict
        or len(steps) != len(pair.steps)
        or len(steps) != len(pair.source_shape.fields)
        or any(step.source != step.target or step.source_field is None for step in steps)
    ):
        return
    types = []
    for step in steps:
        if step.converter.exact is None:
            return
        types.append(step.converter.exact)
    order = list(pair.reader.attribute_order or pair.source_shape.fields)
    if len(order) != len(steps):
        return  # its instances have attributes besides the fields
    if get_kind(pair.kind).traits.attribute_order_shows and order != list(
        pair.builder.attribute_order or pair.target_shape.fields
    ):
        return  # the copy would have its attributes in another order, which dumps show
    by_name = dict(zip((step.field.name for step in steps), types, strict=True))
    names = writer.name([step.source for name in order for step in steps if step.field.name == name], "names")
    condition = f"[*d] == {names}"
    if pair.checked:
        condition += f" and [*map(type, d.values())] == {writer.name([by_name[name] for name in order], 'types')}"
    set_state = writer.name(_set_state_of(pair.target), "set_state")
    writer.add(2, "d = s.__dict__", f"if {condition}:")
    writer.add(3, "made = new(Target)", f"{set_state}(made, d.copy())")
    pair.builder.emit_end(writer, 3, "made", pair.fields_given)
    writer.offset += 1
    _write_carried(writer)
    writer.offset -= 1
    writer.add(3, "return made")


_WIDE = 14


def _set_state_of(cls: type) -> Any:
    """Sets an instance's whole `__dict__`, past any `__setattr__` of the class."""
    for base in cls.__mro__:
        if "__dict__" in base.__dict__:
            return base.__dict__["__dict__"].__set__
    raise AssertionError(cls)


def _reads(writer: Writer, steps: list[Step]) -> list[str]:
    """An expression for each step that reads its value."""
    attributes = [(str(step.source), step.source_field is not None) for step in steps]
    return writer.pair.reader.emit(writer, attributes, "s", "d")


def _allocation(writer: Writer) -> Allocation:
    pair = writer.pair
    if pair.takes_extra or _comes_back(pair):
        return Allocation()
    return pair.builder.allocation(writer, pair.target, [step.target for step in pair.steps])


def _comes_back(pair: Plan) -> bool:
    """Whether an instance may have been there before, so that a function has to decide who fills it."""
    return pair.restoring and pair.builder.recall is not None


def _write_assembly(writer: Writer, steps: list[Step], allocation: Allocation) -> None:
    pair = writer.pair
    missing = [step for step in pair.steps if step.source is None and not step.field.required]
    attributes = [step.target for step in pair.steps]
    if (
        _comes_back(pair)
        or pair.takes_extra
        or not pair.builder.can_be_emitted(allocation, attributes, complete=not missing)
    ):
        _write_call(writer, steps)
        return
    defaults = [(step, writer.name(step.make_default, "default")) for step in missing]
    if not pair.remembers:
        writer.add(2, f"made = {allocation.new}")
    values = {step.target: f"v{number}" for number, step in enumerate(steps)}
    values.update({step.target: f"{default}()" for step, default in defaults})
    pair.builder.emit(writer, allocation, values, "made", "e")
    pair.builder.emit_end(writer, 2, "made", pair.fields_given)
    _write_carried(writer)
    writer.add(2, "return made")


def _write_call(writer: Writer, steps: list[Step]) -> None:
    if not writer.pair.remembers:
        writer.add(2, "made = new(Target)")
    values = ", ".join(f"{writer.key(step.target)}: v{number}" for number, step in enumerate(steps))
    if writer.pair.builder.takes_defaults:
        for step in writer.pair.steps:
            if step.source is None and not step.field.required:
                default = writer.name(step.make_default, "default")
                values += f"{', ' if values else ''}{writer.key(step.target)}: {default}()"
    writer.add(2, f"assemble(made, {{{values}}}, s, memo)", "return made")


def _write_carried(writer: Writer) -> None:
    pair = writer.pair
    reader = pair.reader
    if pair.family and pair.notes_before:
        writer.add(2, "more(made, s, memo)")
        return
    if not pair.family or reader.carried is None:
        return
    tests = reader.emit_tests(writer, "s", "d", len(pair.source_shape.fields))
    if tests:
        writer.add(2, f"if {' or '.join(tests)}:", "    more(made, s, memo)")
    found = reader.emit_marks(writer, "s")
    if found is None:
        return
    test, marks = found
    writer.add(2, f"{'elif' if tests else 'if'} {test}:")
    if pair.restoring:
        writer.add(3, "more(made, s, memo)")
    else:
        writer.namespace["state_of"] = object.__getattribute__
        writer.add(3, f"state_of(made, '__dict__')[{writer.name(CARRIED, 'memory')}] = {marks}")
