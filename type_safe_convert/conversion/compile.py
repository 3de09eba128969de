"""Writes the straight-line function of a plan.

The text is put together from the fixed templates in this module. Only field names that are identifiers are spelled in
it; every class, function and other value enters through the namespace of the function. Values of the plain expected
type are handled here; for any other the code calls the converters of `values`, which are complete.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

from type_safe_convert.conversion.carrying import carries_always, is_noted_by_lines, write_carried, write_stored
from type_safe_convert.conversion.gaps import steps_with_gaps, tests_of_unset, unless_missing, write_default
from type_safe_convert.conversion.pickling import MODULE, function_name
from type_safe_convert.errors import ConversionError
from type_safe_convert.model.instances import Allocation, CallBuilder
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING
from type_safe_convert.model.source import SourceWriter

if TYPE_CHECKING:
    from type_safe_convert.conversion.plan import ConversionPlan, Step


class FunctionWriter(SourceWriter):
    """Writes the function of a plan."""

    def __init__(self, plan: ConversionPlan) -> None:
        super().__init__(plan.cyclic, fills_gaps=plan.pair.same_family)
        self.plan = plan
        self.steps: list[Step] = [step for step in plan.steps if step.has_value]


class _Source:
    """Gives tracebacks the generated lines, for as long as the function lives and no longer (see `linecache`)."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, name: str) -> str:
        return self.text


def compile_plan(plan: ConversionPlan, conversion: Any, **helpers: Callable[..., Any]) -> Any:
    """The function of the plan of `conversion`. `helpers`: functions for everything uncommon, by their names in the
    text."""
    writer = FunctionWriter(plan)
    writer.namespace.update(helpers, conversion=conversion)
    _write(writer)
    pair = plan.pair
    name = function_name(pair)
    return compile_function(writer, name, f"Converts a {pair.source.__name__} to a {pair.target.__name__}.")


def compile_function(writer: SourceWriter, name: str, doc: str) -> Any:
    """The function `convert` of the lines of a writer, linked to the functions that it calls."""
    text = writer.text
    namespace = writer.namespace
    namespace["__name__"] = MODULE
    loader = namespace["__loader__"] = _Source(text)
    # linecache asks for both from Python 3.15 on. It loads nothing.
    namespace["__spec__"] = ModuleSpec(MODULE, loader)  # type: ignore[arg-type]
    exec(compile(text, f"{name}.py", "exec"), namespace)  # the text is this package's own
    function = namespace.pop("convert")
    for callee, known in writer.callees:
        callee.link_into(function, known)
    function.__name__ = function.__qualname__ = name
    function.__module__ = MODULE
    function.__doc__ = doc
    return function


def _write(writer: FunctionWriter) -> None:
    plan = writer.plan
    writer.namespace.update(
        Source=plan.pair.source_type,
        Target=plan.pair.target_type,
        ConversionError=ConversionError,
        new=plan.builder.new,
        type=type,
    )
    given = ", given" if plan.from_call else ""
    head = f"def convert(s, memo=None{given}{'=None' if given else ''}):"
    writer.add(0, head, "    if type(s) is not Source:", f"        return convert_other_class(s, memo{given})")
    if plan.remembers:
        _write_look_up(writer)
    if is_interpreted(plan):
        writer.add(1, _interpret_whole(plan))
        return
    writer.add(1, "try:")
    if plan.refuses_extra:
        writer.add(2, "if extra_errors(s):", f"    return {_interpret(plan)}")
    _write_bulk(writer)
    rest = _write_tests(writer)
    allocation = _allocation(writer)
    if plan.remembers and plan.builder.at_once:
        _write_note(writer, writer.name(plan.unfinished, "unfinished"))
    elif plan.remembers:
        writer.add(2, f"made = {allocation.new}")
        _write_note(writer, "made")
    for number, step in rest:
        var = f"v{number}"
        if step.value_source is not None:
            step.value_source.write(writer, var, step)
            continue
        convert = f"{writer.name(step.convert, 'value')}({var}, memo)"
        with unless_missing(writer, var):
            step.converter.write(writer, var, convert)
    if not plan.builder.keeps_unset:
        for number, step in enumerate(writer.steps):
            write_default(writer, f"v{number}", step)
    _write_assembly(writer, allocation)
    _write_errors(writer)


def _write_note(writer: FunctionWriter, noted: str) -> None:
    if not writer.plan.holds_remembered:
        writer.add(2, "if key is not None:")
    writer.add(2 if writer.plan.holds_remembered else 3, f"memo[key] = {noted}")


def is_interpreted(plan: ConversionPlan) -> bool:
    """Whether the function leaves every instance to the interpreter."""
    return plan.builder.from_content is not None or any(step.optional for step in plan.steps)


def _write_look_up(writer: FunctionWriter) -> None:
    """Looks in the memo for what the instance became in another place."""
    shell = " and type(made) is not Shell" if _allocation(writer).guarded else ""
    key = "id(s)" if writer.plan.pair.is_told else "(id(s), conversion)"
    if writer.plan.holds_remembered:
        begin = [f"key = {key}", "is_root = memo is None", "if is_root:", "    memo = {}", "else:"]
    else:
        begin = ["key = None", "if memo is not None:", f"    key = {key}"]
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


def _write_tests(writer: FunctionWriter) -> list[tuple[int, Step]]:
    """Reads all values and tests those that may pass as they are; returns the others, with their numbers."""
    plan = writer.plan
    read = [(number, step) for number, step in enumerate(writer.steps) if step.value_source is None]
    attributes = [(str(step.source), step.source_field is not None) for _, step in read]
    gaps = steps_with_gaps(plan, [step for _, step in read])
    writer.gaps = frozenset(str(step.source) for step in gaps)
    reads = plan.reader.emit(writer, attributes, "s", "d")
    conditions, rest = [], []
    begun: dict[str, str] = {}
    if plan.from_call:
        writer.add(2, "if given is None:", f"    return {_interpret(plan)}")
    if plan.unset is not None:
        writer.add(2, f"if {writer.name(plan.unset, 'unset')}(s):", f"    return {_interpret(plan)}")
    for (number, step), expression in zip(read, reads, strict=True):
        var = f"v{number}"
        if step.parts and reads.count(expression) > 1:
            expression = _read_once(writer, begun, expression, number)
        for following in step.parts:
            expression = following.emit(writer, expression, number)
        condition = step.converter.passes(writer, var)
        if condition is None:
            rest.append((number, step))
        if step.unset is not None:
            condition = f"{var} is not {writer.name(step.unset, 'unset')}{f' and {condition}' if condition else ''}"
        if step in gaps:
            writer.may_be_missing.add(var)
            condition = condition and f"({var} is {writer.name(MISSING, 'missing')} or {condition})"
        if condition and (plan.pair.checked or step.unset is not None):
            # Read where it is tested: shorter, and faster than a line of its own.
            conditions.append(condition.replace(var, f"({var} := {expression})", 1))
        else:
            writer.add(2, f"{var} = {expression}")
    for start in range(0, len(conditions), 20):
        part = conditions[start : start + 20]
        writer.add(2, f"if not ({' and '.join(part)}):", f"    return {_interpret(plan)}")
    # Functions of rules come last: none is called in vain where another value does not pass.
    return rest + [(number, step) for number, step in enumerate(writer.steps) if step.value_source is not None]


def _read_once(writer: FunctionWriter, begun: dict[str, str], expression: str, number: int) -> str:
    """The variable that holds what several paths begin with."""
    if expression not in begun:
        begun[expression] = f"q{number}"
        writer.add(2, f"q{number} = {expression}")
    return begun[expression]


def _write_errors(writer: FunctionWriter) -> None:
    plan = writer.plan
    writer.add(
        1,
        "except ConversionError as caught:",
        "    error = locate(caught, s, memo)",
        "except RecursionError:",
        "    error = too_deep(s)",
        "except (KeyError, AttributeError):",
    )
    if plan.remembers:
        writer.add(2, "forget(memo, s, key)")
    writer.add(2, _interpret_whole(plan))
    writer.add(1, "except Exception as caught:", "    error = unexpected(caught, s)")
    if plan.remembers:
        writer.add(1, "failed(error, s, memo, key)")
        if plan.holds_remembered:
            writer.add(1, "if is_root:", "    return convert_iteratively(s, error)")
    writer.add(1, "raise error")


def _interpret_whole(plan: ConversionPlan) -> str:
    given = ", given=given" if plan.from_call else ""
    if not plan.remembers:
        return f"return interpret_whole(s, memo{given})"
    return f"return interpret_whole(s, memo, {'is_root' if plan.holds_remembered else False}, key{given})"


def _interpret(plan: ConversionPlan) -> str:
    return f"interpret(s, memo{', key' if plan.remembers else ''}{', given=given' if plan.from_call else ''})"


def _write_bulk(writer: FunctionWriter) -> None:
    """For a wide class whose values all pass as they are: one comparison of all names and types, and one copy.

    Only worth it from about `_WIDE` fields on (figures in docs/design.md), and only where each value can be of just one
    type; whatever does not compare equal goes on to the ordinary code.
    """
    plan = writer.plan
    steps = writer.steps
    if (
        len(steps) < _WIDE
        or plan.remembers
        or isinstance(plan.builder, CallBuilder)
        or plan.builder.class_attributes
        or not plan.builder.in_dict
        or plan.builder.post_init
        or plan.takes_extra
        or not plan.reader.in_dict
        or len(steps) != len(plan.steps)
        or len(steps) != len(plan.source_shape.fields)
        or any(step.source != step.target or step.source_field is None or step.parts for step in steps)
    ):
        return
    types = []
    for step in steps:
        if step.converter.exact is None:
            return
        types.append(step.converter.exact)
    order = list(plan.reader.attribute_order or plan.source_shape.fields)
    if len(order) != len(steps):
        return  # its instances have attributes besides the fields
    if get_kind(plan.pair.kind).traits.attribute_order_shows and order != list(
        plan.builder.attribute_order or plan.target_shape.fields
    ):
        return  # the copy would have its attributes in another order, which dumps show
    by_name = dict(zip((step.field.name for step in steps), types, strict=True))
    names = writer.name([step.source for name in order for step in steps if step.field.name == name], "names")
    condition = f"[*d] == {names}"
    if plan.pair.checked:
        condition += f" and [*map(type, d.values())] == {writer.name([by_name[name] for name in order], 'types')}"
    set_state = writer.name(_set_state_of(plan.pair.target), "set_state")
    writer.add(2, "d = s.__dict__")
    with writer.behind(condition):
        writer.add(2, "made = new(Target)", f"{set_state}(made, d.copy())")
        plan.builder.emit_end(writer, 2, "made", plan.given)
        write_carried(writer, plan)
        writer.add(2, "return made")


_WIDE = 14


def _set_state_of(cls: type) -> Any:
    """Sets an instance's whole `__dict__`, past any `__setattr__` of the class."""
    for base in cls.__mro__:
        if "__dict__" in base.__dict__:
            return base.__dict__["__dict__"].__set__
    raise AssertionError(cls)


def _allocation(writer: FunctionWriter) -> Allocation:
    plan = writer.plan
    if plan.takes_extra or _comes_back(plan):
        return Allocation()
    found = plan.builder.allocation(writer, plan.pair.target, [step.target for step in plan.steps])
    return dataclasses.replace(found, constructs=False) if plan.remembers else found


def _comes_back(plan: ConversionPlan) -> bool:
    """Whether an instance may have been there before, so that a function has to decide who fills it."""
    return plan.restoring and plan.builder.recall is not None


def _write_assembly(writer: FunctionWriter, allocation: Allocation) -> None:
    plan = writer.plan
    missing = [step for step in plan.steps if not step.has_value and not step.field.required]
    if reason_to_call(writer, allocation):
        _write_call(writer)
        return
    defaults = [(step, writer.name(step.make_default, "default")) for step in missing]
    if not plan.remembers and not (plan.builder.at_once or allocation.constructs):
        writer.add(2, f"made = {allocation.new}")
    values = {step.target: f"v{number}" for number, step in enumerate(writer.steps)}
    if tests := tests_of_unset(writer, plan):
        with writer.behind(" or ".join(tests)):
            _write_call(writer)
    values.update({step.target: f"{default}()" for step, default in defaults})
    plan.builder.emit(writer, allocation, values, "made", "e")
    is_stored = allocation.stores and not allocation.constructs and write_stored(writer, plan)
    plan.builder.emit_class(writer, allocation, "made")
    plan.builder.emit_end(writer, 2, "made", plan.given)
    write_carried(writer, plan, is_stored)
    if plan.remembers and plan.builder.at_once:
        _write_note(writer, "made")
    writer.add(2, "return made")


def reason_to_call(writer: FunctionWriter, allocation: Allocation) -> str:
    """Returns the reason why `build` fills every instance; empty if generated lines do."""
    plan = writer.plan
    if plan.takes_extra:
        return "extra values"
    if _comes_back(plan):
        return plan.builder.means()
    missing = [step.target for step in plan.steps if not step.has_value and not step.field.required]
    if plan.builder.can_be_emitted(allocation, [step.target for step in plan.steps], complete=not missing):
        return ""
    return plan.builder.means() or f"defaults that the class sets: {', '.join(missing)}"


def reasons_to_interpret(plan: ConversionPlan) -> Iterator[str]:
    """Yields the reasons why a plan's function leaves instances, or parts of each, to the interpreter."""
    if plan.builder.from_content is not None:
        yield "class over a builtin"
    elif optional := [step.field.name for step in plan.steps if step.optional]:
        yield f"fields that may come from extra values: {', '.join(optional)}"
    else:
        writer = FunctionWriter(plan)
        reason = reason_to_call(writer, _allocation(writer))
        if reason and not (_values_all_fit(writer) and plan.builder.emit_call(SourceWriter(), "made", "{}", "s")):
            yield reason
    if plan.refuses_extra:
        yield "extra values are looked for"
    if carries_always(plan):
        yield "set fields are noted for the way back"
    if plan.notes_before and not is_noted_by_lines(plan):
        yield f"values are noted for the way back: {plan.source_builder.means()}"


def _write_call(writer: FunctionWriter) -> None:
    plan, builder = writer.plan, writer.plan.builder
    if not plan.remembers and not builder.at_once:
        writer.add(2, "made = new(Target)")
    values = ", ".join(f"{writer.key(step.target)}: v{number}" for number, step in enumerate(writer.steps))
    if builder.takes_defaults:
        for step in plan.steps:
            if not step.has_value and not step.field.required:
                default = writer.name(step.make_default, "default")
                values += f"{', ' if values else ''}{writer.key(step.target)}: {default}()"
    if builder.at_once:
        writer.add(2, f"made = assemble(None, {{{values}}}, s, memo)")
        if plan.remembers:
            _write_note(writer, "made")
    elif not (_values_all_fit(writer) and builder.emit_call(writer, "made", f"{{{values}}}", "s")):
        writer.add(2, f"assemble(made, {{{values}}}, s, memo)")
    writer.add(2, "return made")


def _values_all_fit(writer: FunctionWriter) -> bool:
    """Whether the values that the lines have all fit their fields, and nothing else comes to `build` with them."""
    plan = writer.plan
    if not plan.pair.checked or plan.pair.same_family or plan.takes_extra:
        return False
    lenient = [step for step in writer.steps if step.field.name in plan.builder.lenient_fields]
    return all(step.converter.passes(SourceWriter(), "v") is not None for step in lenient)
